"""Estimates in sentences and tables: with the ends of their range, where there are any."""

from __future__ import annotations

from retention_research.models.fit import Estimate, Missing
from retention_research.wording.numbers import Wording


def with_ends(found: Estimate | Missing) -> tuple[float | None, float | None, float | None]:
    """An estimate and both ends of its range, as three cells; empty ones where it is missing.

    Example:
        >>> with_ends(Estimate("share", 0.5, 0.1, 0.3, 0.7)), with_ends(Missing("share", "None."))
        ((0.5, 0.3, 0.7), (None, None, None))
    """
    if isinstance(found, Missing):
        return None, None, None
    return found.estimate, found.conf_low, found.conf_high


def share_and_range(found: Estimate, wording: Wording) -> str:
    """A share in words, its range in brackets behind it where it has one.

    Args:
        found: between 0 and 1.
        wording: writes the numbers.
    """
    if found.conf_low is None or found.conf_high is None:
        return wording.share(found.estimate)
    ends = f"{wording.share(found.conf_low)} to {wording.share(found.conf_high)}"
    return f"{wording.share(found.estimate)} ({ends})"

"""A model's estimate as a recorded value, and the other way round for probabilities."""

from __future__ import annotations

from retention_research.models.fit import Estimate, Missing
from retention_research.values import Value, estimate, missing

OPEN = "The data are too short to bound it from both sides."


def recorded(found: Estimate | Missing, n: int, unit: str, if_open: str = OPEN) -> Value:
    """The value of an estimate; one whose interval is open is missing, and says why.

    Args:
        found: what a model gave.
        n: what it rests on.
        unit: as in the glossary.
        if_open: the reason where an end of the interval is not set by the data.

    Example:
        >>> recorded(Estimate("median", 4.0, None, 3.0, None), 10, "days").value is None
        True
    """
    if isinstance(found, Missing):
        return missing("estimate", found.reason)
    if found.conf_low is None or found.conf_high is None:
        return missing("estimate", if_open)
    return estimate(found.estimate, found.conf_low, found.conf_high, n, unit, found.std_error)


def turned(found: Estimate | Missing) -> Estimate | Missing:
    """One minus a probability, its interval turned with it.

    Example:
        >>> turned(Estimate("survival", 0.75, 0.1, 0.5, 0.875))
        Estimate(term='survival', estimate=0.25, std_error=0.1, conf_low=0.125, conf_high=0.5)
    """
    if isinstance(found, Missing):
        return found
    low, high = found.conf_low, found.conf_high
    ends = None if high is None else 1 - high, None if low is None else 1 - low
    return Estimate(found.term, 1 - found.estimate, found.std_error, *ends)

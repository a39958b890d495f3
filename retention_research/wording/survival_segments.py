"""Sentences on groups of customers: who stays longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.survival import Survival
from retention_research.answers.survival_segments import Segment
from retention_research.glossary.names import slug
from retention_research.values import Value
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, listed

if TYPE_CHECKING:
    import pandas as pd

_CHANCE = 0.05


def by_segment(found: Survival, wording: Wording) -> Claim:
    """Whether the groups of the study's own segments stay for different times."""
    names = [f"logrank.{slug(one.name)}.p_value" for one in found.segments]
    told = " ".join(_told(one, wording) for one in found.segments)
    return Claim("groups", _title(found), f"{told} {_means(found)}", names)


def _test(one: Segment) -> Value:
    return one.values[f"logrank.{slug(one.name)}.p_value"]


def _differs(one: Segment) -> bool:
    test = _test(one)
    return test.value is not None and test.number < _CHANCE


def _title(found: Survival) -> str:
    apart = [one.heading for one in found.segments if _differs(one)]
    compared = [one.heading for one in found.segments if _test(one).value is not None]
    what = "contracts last" if found.contracts else "customers stay"
    if apart:
        return f"How long {what} differs by {listed(apart)}"
    if compared:
        return f"How long {what} shows no clear difference by {listed(compared, 'or')}"
    return "Groups of customers cannot be compared yet"


def _told(one: Segment, wording: Wording) -> str:
    """One segment: its longest and shortest group, or why it cannot be compared."""
    test, known = _test(one), one.levels.dropna(subset=["tenure_mean", "days_low"])
    name = one.heading[:1].upper() + one.heading[1:]
    if test.value is None:
        return f"{name}: {one.withheld or test.reason}"
    if len(known) < 2:
        return f"{name}: {_mean_withheld(one)}"
    longest, shortest = known.iloc[0], known.iloc[-1]
    apart = f"{name}: {_days(longest, wording)} on average down to {_days(shortest, wording)}"
    return f"{apart}{'.' if _differs(one) else ', no more apart than chance allows.'}"


def _mean_withheld(one: Segment) -> str:
    key = f"km.{slug(one.name)}."
    means = [v for name, v in one.values.items() if name.startswith(key) and "rmst" in name]
    return next((str(v.reason) for v in means if v.value is None), "There is only one group.")


def _days(row: pd.Series, wording: Wording) -> str:
    ends = f"{wording.days(row.days_low)} to {wording.days(row.days_high)}"
    return f"{wording.days(row.tenure_mean)} for {row.group} ({ends})"


def _means(found: Survival) -> str:
    which = "first contracts" if found.contracts else "customers who came back"
    return (
        f"These are averages over the first {found.tau} days of {which}. Groups differ in much "
        "else: the curves do not say that the group itself makes anybody stay."
    )


def drawn(found: Survival) -> list[Segment]:
    """The segments with curves to hold against each other."""
    return [one for one in found.segments if len(set(one.curves["group"])) > 1]


def compared(found: Survival) -> list[Segment]:
    """The segments with a table of groups."""
    return [one for one in found.segments if len(one.levels)]


def paired(found: Survival) -> list[Segment]:
    """The segments with a table of pairs."""
    return [one for one in found.segments if len(one.pairs)]


def segment_caption(one: Segment, found: Survival, wording: Wording) -> str:
    """The caption of the table of a segment's groups."""
    what = "Average life of first contracts" if found.contracts else "Average time as a customer"
    held = f", and against {one.reference}, the largest group" if len(one.levels) > 1 else ""
    return f"{what} within the first {wording.days(found.tau)} by {one.heading}, with ranges{held}"


def pairs_caption(one: Segment) -> str:
    """The caption of the table of pairs."""
    return f"Log-rank tests of every two groups of {one.heading}, adjusted by Holm's method"

"""Sentences on groups of customers: who stays longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.survival import Survival
from retention_research.answers.survival_segments import Segment
from retention_research.glossary.names import slug
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, listed
from retention_research.wording.survival_contracts import lowered

if TYPE_CHECKING:
    import pandas as pd

_CHANCE = 0.05


def by_segment(found: Survival, wording: Wording) -> list[Claim]:
    """Whether the groups of the study's own segments stay for different times.

    Returns:
        Nothing without segments; with contracts, one claim on them and one on purchases.
    """
    parts = ([one for one in found.segments if one.of_contracts is kind] for kind in (True, False))
    return [_claim(part, found, wording) for part in parts if part]


def _claim(part: list[Segment], found: Survival, wording: Wording) -> Claim:
    told = " ".join(_told(one, wording) for one in part)
    of_contracts = part[0].of_contracts
    so_what = f"{told} {_means(found, wording, of_contracts=of_contracts)}"
    id_ = "contracts-by-group" if of_contracts else "customers-by-group"
    title = _title(part, both=found.contracts is not None)
    return Claim(id_, title, so_what, [one.test_name for one in part])


def _differs(one: Segment) -> bool:
    return one.test.value is not None and one.test.number < _CHANCE


def _title(part: list[Segment], *, both: bool) -> str:
    apart = [one.heading for one in part if _differs(one)]
    compared = [one.heading for one in part if one.test.value is not None]
    of_contracts = part[0].of_contracts
    what = "contracts last" if of_contracts else "customers stay"
    what += ", by their purchases," if both and not of_contracts else ""
    if apart:
        return f"How long {what} differs by {listed(apart)}"
    if compared:
        return f"How long {what} shows no clear difference by {listed(compared, 'or')}"
    return f"How long {what} cannot be compared between groups yet"


def _told(one: Segment, wording: Wording) -> str:
    """One segment: its longest and shortest group, or why it cannot be compared."""
    known = one.levels.dropna(subset=["tenure_mean", "days_low"])
    name = one.heading[:1].upper() + one.heading[1:]
    if one.test.value is None:
        return f"{name}: {lowered(one.withheld or str(one.test.reason))}"
    if len(known) < 2:
        return f"{name}: {lowered(_mean_withheld(one))}"
    longest, shortest = known.iloc[0], known.iloc[-1]
    apart = f"{name}: from {_days(longest, wording)} down to {_days(shortest, wording)} on average"
    chance = "." if _differs(one) else ", no more apart than chance allows."
    return " ".join(filter(None, [f"{apart}{chance}", one.withheld]))


def _mean_withheld(one: Segment) -> str:
    means = [v for name, v in one.values.items() if ".rmst_" in name]
    return next((str(v.reason) for v in means if v.value is None), "There is only one group.")


def _days(row: pd.Series, wording: Wording) -> str:
    ends = f"{wording.days(row.days_low)} to {wording.days(row.days_high)}"
    return f"{wording.days(row.tenure_mean)} for {row.group} ({ends})"


def _means(found: Survival, wording: Wording, *, of_contracts: bool) -> str:
    which = "first contracts" if of_contracts else "customers who came back"
    return (
        f"These are averages over the first {wording.days(found.tau)} of {which}. Groups differ in "
        "much else: the curves do not say that the group itself makes anybody stay."
    )


def drawn(found: Survival, claims: list[Claim]) -> list[Segment]:
    """The segments behind claims with curves to hold against each other."""
    return [one for one in _behind(found, claims) if len(set(one.curves["group"])) > 1]


def compared(found: Survival, claims: list[Claim]) -> list[Segment]:
    """The segments behind claims with a table of groups."""
    return [one for one in _behind(found, claims) if len(one.levels)]


def _behind(found: Survival, claims: list[Claim]) -> list[Segment]:
    names = {name for claim in claims for name in claim.values}
    return [one for one in found.segments if one.test_name in names]


def table_name(one: Segment) -> str:
    """The name of a segment's table, unique on the page."""
    return f"{'contracts' if one.of_contracts else 'customers'}-by-{slug(one.name)}"


def paired(found: Survival) -> list[Segment]:
    """The segments with a table of pairs."""
    return [one for one in found.segments if len(one.pairs)]


def segment_caption(one: Segment, found: Survival, wording: Wording) -> str:
    """The caption of the table of a segment's groups."""
    what = "Average life of first contracts" if one.of_contracts else "Average time as a customer"
    held = (
        f", and against {one.reference}, the largest group. A range is of its group alone: of many "
        "groups, some lie clear of 0 by chance; the last column allows for how many were compared"
        if len(one.levels) > 1
        else ""
    )
    return f"{what} within the first {wording.days(found.tau)} by {one.heading}, with ranges{held}"


def pairs_caption(one: Segment) -> str:
    """The caption of the table of pairs."""
    what = "first contracts" if one.of_contracts else "tenure by purchases"
    return (
        f"Log-rank tests of {what} of every two groups of {one.heading}, adjusted by Holm's method"
    )

"""Sentences that compare the newest customers with earlier ones at the same age."""

from __future__ import annotations

from retention_research.answers.cohort_ages import MARKS
from retention_research.answers.cohorts import Cohorts
from retention_research.study import Study
from retention_research.values import Value
from retention_research.wording.claims import Claim, Status
from retention_research.wording.numbers import Wording, listed

_OFTEN = (
    "Whether the newest customers come back as often as those before them is not clear yet",
    "The newest customers come back less often than those before them",
    "The newest customers come back more often than those before them",
    "The newest customers come back more often at some ages and less at others",
)
_MUCH = (
    "Whether the newest customers bring as much each as those before them is not clear yet",
    "The newest customers have brought less each than those before them had",
    "The newest customers have brought more each than those before them had",
    "The newest customers have brought more by some ages and less by others",
)


def newest(found: Cohorts, study: Study, wording: Wording) -> Claim:
    """Whether the newest cohorts do better or worse at the same age."""
    names = [f"cohorts.newest.difference_age_{m}" for m in MARKS[study.period]]
    known = [name for name in names if is_known(found, name)]
    if not known:
        title = "Too few groups have been followed to compare new customers with earlier ones"
        return Claim("newest", title, str(found.values[names[0]].reason), names)
    so_what = _newest_so_what(found, names, study.period, wording)
    return Claim("newest", _compared(found, known, _OFTEN), so_what, names, _alarm(found, known))


def newest_revenue(found: Cohorts, study: Study, wording: Wording) -> Claim:
    """Whether the newest cohorts have brought more or less by the same age."""
    names = [f"cohorts.newest.revenue_difference_age_{m}" for m in MARKS[study.period]]
    known = [name for name in names if is_known(found, name)]
    if not known:
        title = "What new customers bring cannot yet be compared with earlier ones"
        return Claim("newest-revenue", title, str(found.values[names[0]].reason), names)
    parts = [
        f"{wording.with_interval(found.values[name])} by {study.period} {name.rpartition('_')[2]}"
        for name in known
    ]
    so_what = (
        f"Revenue per customer of the three newest groups, less that of all before them by the "
        f"same time after the first purchase: {listed(parts)}."
    )
    title = _compared(found, known, _MUCH)
    return Claim("newest-revenue", title, so_what, names, _alarm(found, known))


def _compared(found: Cohorts, names: list[str], titles: tuple[str, str, str, str]) -> str:
    """The title that the differences clear of none allow: alike, less, more, or some of both."""
    clear = [found.values[name].number for name in names if _is_clear(found.values[name])]
    alike, less, more, both = titles
    if not clear:
        return alike
    if all(value < 0 for value in clear):
        return less
    return more if all(value > 0 for value in clear) else both


def _is_clear(value: Value) -> bool:
    low, high = value.conf_low, value.conf_high
    return low is not None and high is not None and not low <= 0 <= high


def _alarm(found: Cohorts, names: list[str]) -> Status:
    values = [found.values[name] for name in names]
    return "warn" if any(_is_clear(v) and v.number < 0 for v in values) else "info"


def _newest_so_what(found: Cohorts, names: list[str], unit: str, wording: Wording) -> str:
    parts = [
        f"{points(found.values[name].number, wording)} in {unit} {name.rpartition('_')[2]} "
        f"({points(found.values[name].conf_low or 0, wording)} to "
        f"{points(found.values[name].conf_high or 0, wording)})"
        for name in names
        if is_known(found, name)
    ]
    return (
        "The three newest groups followed so long, compared with all before them at the same age: "
        f"{listed(parts)}. The ranges are wide enough to hold together for all comparisons made; "
        "where one includes no difference, nothing is claimed. Seasons are not taken out."
    )


def is_known(found: Cohorts, name: str) -> bool:
    """Whether a value could be computed."""
    return found.values[name].value is not None


def points(difference: float, wording: Wording) -> str:
    """A difference of shares in percentage points, signed."""
    size = wording.number(abs(100 * difference), 2) if difference else "0"
    return f"{'+' if difference > 0 else '−' if difference < 0 else ''}{size} points"

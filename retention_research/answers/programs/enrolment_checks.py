"""What must hold for a comparison of members with others to be adjusted for all that matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.programs.enrolment_covariates import LONG_AGO, OLDER
from retention_research.answers.programs.enrolment_detail import EnrolmentDetail, PlaceboResult
from retention_research.answers.programs.enrolment_followed import Followed
from retention_research.answers.programs.shape import Check
from retention_research.models.fit import Missing
from retention_research.models.spread import holm
from retention_research.programs.effects import Grade
from retention_research.programs.enrolment import Placebo, placebo_test
from retention_research.summaries.trials import Habit

if TYPE_CHECKING:
    from retention_research.models.arrays import Floats

BEFORE, PASSED_UP = "orders long before", "chances passed up"
FEWEST_MEMBERS = 100  # below which a comparison is an association, whatever its checks say
_LEVEL = 0.05  # at which a placebo outcome fails
# What tells of the time that a placebo outcome is of must not be among the covariates. How long
# somebody has been a customer stays: it says how much there was time for.
_HELD_BACK = tuple(name for name in LONG_AGO if name != "age_days")


def placebos(
    rows: Followed, habit: Habit, rng: np.random.Generator
) -> Mapping[str, PlaceboResult | Missing]:
    """Differences that no program can have made, adjusted as the effects are.

    Both are of the time before the last half-year, or of all time before: what a customer did
    then goes with enrolling now only through what is known of the last half-year, unless
    something that is not recorded moves customers to enrol. Then, who has passed up many chances
    is less inclined than others who are like them in everything known.

    Args:
        rows: the trials.
        habit: where enrolling goes with no order, chances passed up are merely weeks.
        rng: draws the folds.
    """
    frame = rows.known.frame
    outcomes: dict[str, Floats] = {BEFORE: frame[OLDER].to_numpy(dtype=np.float64)}
    if habit != "any":
        outcomes[PASSED_UP] = frame.groupby("customer").cumcount().to_numpy(dtype=np.float64)
    found = {
        name: placebo_test(rows.rows(values, _HELD_BACK), values, rng=rng, name=name)
        for name, values in outcomes.items()
    }
    tested = {name: one for name, one in found.items() if isinstance(one, Placebo)}
    adjusted = holm({name: one.p_value for name, one in tested.items()})
    return {name: _result(name, one, adjusted) for name, one in found.items()}


def _result(
    name: str, one: Placebo | Missing, adjusted: Mapping[str, float]
) -> PlaceboResult | Missing:
    if isinstance(one, Missing):
        return one
    p_adjusted = adjusted[name]
    return PlaceboResult(name, one.standardised, one.p_value, p_adjusted, p_adjusted >= _LEVEL)


def checks(detail: EnrolmentDetail) -> tuple[Check, ...]:
    """What was checked, in plain words."""
    return (
        _counted(detail),
        Check("comparable customers", detail.overlap.passed, detail.overlap.told),
        _alike(detail),
        *(_placebo(name, found) for name, found in detail.placebos.items()),
    )


def _counted(detail: EnrolmentDetail) -> Check:
    members = detail.counted.members
    told = f"{members:,} who enrolled are held against {detail.counted.others:,} customers."
    return Check("enough members", members >= FEWEST_MEMBERS, told)


def _alike(detail: EnrolmentDetail) -> Check:
    far = [one.name for one in detail.balance if not one.passed]
    if not far:
        told = f"Members and the others are alike in all {len(detail.balance)} things looked at."
        return Check("alike beforehand", True, told)
    told = f"Members and the others still differ in {len(far)} of {len(detail.balance)} things."
    return Check("alike beforehand", False, told)


_SAID = {
    BEFORE: (
        "Who enrolled and the others had ordered alike in the half-year before the last one.",
        "Who enrolled and the others had not ordered alike in the half-year before the last one, "
        "although they are alike in all that is taken into account.",
    ),
    PASSED_UP: (
        "Who had passed up more chances to enrol was no less likely to enrol now.",
        "Who had passed up more chances to enrol was less or more likely to enrol now than others "
        "alike: something that is not recorded moves customers to enrol.",
    ),
}


def _placebo(name: str, found: PlaceboResult | Missing) -> Check:
    if isinstance(found, Missing):
        return Check(name, None, found.reason)
    return Check(name, found.passed, _SAID[name][0 if found.passed else 1])


_WHY = {
    "enough members": f"Fewer than {FEWEST_MEMBERS} members can be compared.",
    "comparable customers": "Some members have no comparable customer.",
    "alike beforehand": "Members and the others differ in what was known beforehand.",
    BEFORE: "Members had ordered differently long before they enrolled.",
    PASSED_UP: "Something that is not recorded moves customers to enrol.",
}
_CHOSEN = "The company chose these customers, and by what it chose them is not in the data."
_NOT_BY_LOT = "Customers chose for themselves: what is not recorded may differ."


def graded(detail: EnrolmentDetail, found: tuple[Check, ...]) -> tuple[Grade, tuple[str, ...]]:
    """How well the effect is proved, and what keeps it from a better grade.

    Args:
        detail: whether customers were chosen.
        found: the checks; one that could not be made keeps from nothing.
    """
    failed = tuple(_WHY[one.name] for one in found if one.passed is False)
    chosen = (_CHOSEN,) if detail.targeted else (_NOT_BY_LOT,)
    grade: Grade = "associated" if failed or detail.targeted else "adjusted comparison"
    return grade, (*chosen, *failed)

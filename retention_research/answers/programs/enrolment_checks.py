"""What must hold for a comparison of members with others to be adjusted for all that matters."""

from __future__ import annotations

from retention_research.answers.programs.enrolment_detail import EnrolmentDetail, PlaceboResult
from retention_research.answers.programs.enrolment_placebos import BEFORE, PASSED_UP
from retention_research.answers.programs.shape import Check
from retention_research.models.fit import Missing
from retention_research.programs.effects import Grade

FEWEST_MEMBERS = 100  # below which a comparison is an association, whatever its checks say
_OF_A_CAMPAIGN = (
    ("who enrolled", "who were reached"),
    ("Who enrolled", "Who was reached"),
    ("they enrolled", "they were reached"),
    ("to enrol", "to be reached"),
    ("members", "customers reached"),
    ("Members", "Customers reached"),
)


def checks(detail: EnrolmentDetail) -> tuple[Check, ...]:
    """What was checked, in plain words."""
    found = (
        _counted(detail),
        Check("comparable customers", detail.overlap.passed, detail.overlap.told),
        _alike(detail),
        *(_placebo(name, found) for name, found in detail.placebos.items()),
    )
    return tuple(_in_words(one) for one in found) if detail.targeted else found


def _in_words(check: Check) -> Check:
    """A check of a campaign, in which nobody enrols."""
    return check._replace(told=_of_campaign(check.told))


def _of_campaign(told: str) -> str:
    for ours, theirs in _OF_A_CAMPAIGN:
        told = told.replace(ours, theirs)
    return told


def _counted(detail: EnrolmentDetail) -> Check:
    members = detail.counted.members
    told = f"{members:,} who enrolled are held against {detail.counted.others:,} customers."
    return Check("enough members", members >= FEWEST_MEMBERS, told)


def _alike(detail: EnrolmentDetail) -> Check:
    if not detail.balance:
        told = "Nothing that differs between customers was known beforehand."
        return Check("alike beforehand", None, told)
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
    if detail.targeted:
        return "associated", (_CHOSEN, *map(_of_campaign, failed))
    grade: Grade = "associated" if failed else "adjusted comparison"
    return grade, (_NOT_BY_LOT, *failed)

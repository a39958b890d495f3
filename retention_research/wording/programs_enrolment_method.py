"""How an enrolment program's effect was estimated and checked, in the field's terms."""

from __future__ import annotations

from retention_research.answers.programs.enrolment_detail import (
    Counted,
    EnrolmentDetail,
    PlaceboResult,
)
from retention_research.models.fit import Missing
from retention_research.wording.numbers import Wording, listed

_HABITS = {
    "day": "Enrolment goes with an order of the day: controls start on a day with an order.",
    "week": "Enrolment goes with an order of the week: controls ordered in the seven days before.",
    "any": "Enrolment goes with no order: controls start on a weekday drawn as enrolments fall.",
}


def methods_of(detail: EnrolmentDetail, wording: Wording) -> tuple[str, ...]:
    """The trials, the adjustment, the placebo outcomes, and the E-value: a paragraph each."""
    return (
        _trials(detail.counted, wording),
        _adjusted(detail, wording),
        *(_placebo(name, one, wording) for name, one in detail.placebos.items()),
        _e_value(detail, wording),
    )


def _trials(counted: Counted, wording: Wording) -> str:
    drawn = (
        f" Of the controls' rows {wording.share(counted.others_drawn)} were drawn by a seeded hash."
        if counted.others_drawn < 1.0
        else ""
    )
    return (
        "Sequential trial emulation (Hernan and Robins 2016), one trial a week; time zero is the "
        f"end of the day of starting. {_HABITS[counted.habit]} Of the enrolments "
        f"{wording.share(counted.on_day)} fall on a day with an order and "
        f"{wording.share(counted.in_week)} within seven days of one. "
        f"{wording.count(counted.rows)} rows of customers by week.{drawn}"
    )


def _adjusted(detail: EnrolmentDetail, wording: Wording) -> str:
    counted = detail.counted
    left = (
        f" Not taken into account: {listed(sorted(counted.not_known))}."
        if counted.not_known
        else ""
    )
    return (
        f"AIPW for the effect on the enrolled, {wording.count(counted.covariates)} covariates, "
        "folds and errors by customer; blocks of weeks have levels of their own. P(alive) and "
        f"expected purchases use parameters fitted before the first trial ({counted.model}). "
        f"{wording.count(counted.trimmed)} rows trimmed. The propensity tells enrolled from "
        f"others with an area under the curve of {wording.number(detail.overlap.separation, 2)}; "
        f"controls are worth {wording.count(detail.overlap.effective_controls)} rows of equal "
        f"weight.{left}"
    )


def _placebo(name: str, found: PlaceboResult | Missing, wording: Wording) -> str:
    if isinstance(found, Missing):
        return f"Placebo outcome, {name}: {found.reason}"
    return (
        f"Placebo outcome, {name}: adjusted difference {wording.number(found.standardised, 2)} "
        f"standard deviations, p {wording.small(found.p_value)}, by Holm "
        f"{wording.small(found.p_adjusted)}. What tells of that time is left out of the covariates."
    )


def _e_value(detail: EnrolmentDetail, wording: Wording) -> str:
    found = detail.e_value
    if isinstance(found, Missing):
        return f"No E-value: {found.reason}"
    return (
        f"E-value of the risk ratio of buying again {wording.number(found.estimate, 2)}, of the "
        f"nearer end {wording.number(found.limit, 2)} (VanderWeele and Ding 2017); it grades "
        "nothing by itself."
    )

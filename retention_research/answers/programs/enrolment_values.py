"""What is recorded of an enrolment program beyond its effects, by glossary name."""

from __future__ import annotations

from retention_research.answers.programs.enrolment_detail import EnrolmentDetail, Pace
from retention_research.answers.programs.enrolment_placebos import BEFORE, PASSED_UP
from retention_research.answers.programs.recorded import UNITS
from retention_research.answers.recorded import recorded
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.study_programs import Program
from retention_research.values import Value, diagnostic, fact, missing

_SLUGS = {BEFORE: "orders_before", PASSED_UP: "chances_passed_up"}
_NO_EVER = "Nobody can be a member of it."


def enrolment_values(program: Program, detail: EnrolmentDetail) -> dict[str, Value]:
    """Counts, naive comparisons, checks and what stands beside, by glossary name.

    Args:
        program: as the study declares it.
        detail: of its report.
    """
    told = {
        **_counts(detail),
        **_naive(detail),
        **_beside(detail),
        **_pace(detail),
        **_checks(detail),
    }
    return {f"program.{program.id}.{name}": value for name, value in told.items()}


def _counts(detail: EnrolmentDetail) -> dict[str, Value]:
    counted = detail.counted
    names = ("enrolled", "members", "others", "trials", "trimmed")
    return {f"enrolment.{name}": fact(getattr(counted, name), "count") for name in names}


def _n(one: Effect) -> int:
    return one.n_treated + one.n_control


def _effects(name: str, effects: tuple[Effect, ...] | Missing) -> dict[str, Value]:
    if isinstance(effects, Missing):
        return {f"{name}.{outcome}": missing("estimate", effects.reason)
                for outcome in ("retained", "purchases", "revenue")}  # fmt: skip
    return {
        f"{name}.{one.outcome}": recorded(one.difference, _n(one), UNITS[one.outcome])
        for one in effects
    }


def _naive(detail: EnrolmentDetail) -> dict[str, Value]:
    found = _effects("naive.ever", detail.ever) | _effects("naive.plain", detail.plain)
    before = detail.before
    if isinstance(before, Missing):
        return found | {"naive.orders_before": missing("estimate", before.reason)}
    return found | {"naive.orders_before": recorded(before.difference, _n(before), "number")}


def _beside(detail: EnrolmentDetail) -> dict[str, Value]:
    found = _effects("per_protocol", detail.per_protocol)
    landmark = detail.landmark
    if isinstance(landmark, Missing):
        return found | {"landmark.retained": missing("estimate", landmark.reason)}
    return found | {"landmark.retained": recorded(landmark.difference, _n(landmark), "share")}


def _pace(detail: EnrolmentDetail) -> dict[str, Value]:
    pace, n = detail.pace, detail.counted.others + detail.counted.members
    sides: dict[str, Estimate | Missing] = (
        {"naive": pace.naive, "corrected": pace.corrected}
        if isinstance(pace, Pace)
        else dict.fromkeys(("naive", "corrected"), pace)
    )
    return {f"next_order.{side}": recorded(one, n, "number") for side, one in sides.items()}


def _checks(detail: EnrolmentDetail) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, one in detail.placebos.items():
        found[f"placebo.{_SLUGS[name]}.p_value"] = (
            missing("diagnostic", one.reason)
            if isinstance(one, Missing)
            else diagnostic(one.p_value, "small")
        )
    strength = detail.e_value
    for name, field in (("e_value", "estimate"), ("e_value_nearer", "limit")):
        found[name] = (
            missing("diagnostic", strength.reason)
            if isinstance(strength, Missing)
            else diagnostic(getattr(strength, field), "number")
        )
    return found

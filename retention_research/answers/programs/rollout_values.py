"""What is recorded of a roll-out beside its effects, by glossary name."""

from __future__ import annotations

import math

from retention_research.answers.programs.rollout_detail import RolloutDetail
from retention_research.answers.recorded import recorded
from retention_research.models.fit import Missing
from retention_research.programs.rollout import Randomised
from retention_research.study_programs import Program
from retention_research.values import Value, diagnostic, estimate, fact, missing

_FEW = "There are too few units to say how far they may have drifted apart."


def rollout_values(program: Program, detail: RolloutDetail) -> dict[str, Value]:
    """The course before the start, its bounds, the warning, and how many units there are."""
    units = detail.treated + detail.compared
    found = {
        "units_treated": fact(detail.treated, "count"),
        "units_compared": fact(detail.compared, "count"),
        f"two_way.{detail.outcome}": recorded(detail.two_way, units, "number"),
        **_pre_trend(detail, units),
    }
    if isinstance(detail.reassigned, Randomised):
        found["reassignments"] = fact(detail.reassigned.possible, "count")
    return {f"program.{program.id}.{name}": value for name, value in found.items()}


def _pre_trend(detail: RolloutDetail, units: int) -> dict[str, Value]:
    found = detail.pre_trend
    if isinstance(found, Missing):
        return {
            "pre_trend.p_value": missing("diagnostic", found.reason),
            "pre_trend.breakdown": missing("diagnostic", found.reason),
        }
    held = f"bounded.{detail.outcome}"
    if detail.reassigned is not None:
        return {
            "pre_trend.p_value": diagnostic(found.p_value, "small", units),
            "pre_trend.breakdown": missing("diagnostic", _FEW),
            held: missing("estimate", _FEW),
        }
    bound = next(each for each in found.bounds if each.times == 1.0)
    middle = (bound.low + bound.high) / 2.0
    return {
        "pre_trend.p_value": diagnostic(found.p_value, "small", units),
        "pre_trend.breakdown": diagnostic(found.breakdown, "number", units)
        if math.isfinite(found.breakdown)
        else missing("diagnostic", "No drift that was seen, however often, takes the effect away."),
        held: estimate(middle, bound.low, bound.high, units, "number"),
    }

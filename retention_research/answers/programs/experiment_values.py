"""What is recorded of an experiment beyond its main effects, by glossary name."""

from __future__ import annotations

from collections.abc import Iterable

from retention_research.answers.programs.experiment_detail import ExperimentDetail
from retention_research.answers.programs.recorded import UNITS
from retention_research.answers.recorded import recorded
from retention_research.glossary.names import slug
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.study_programs import Program
from retention_research.values import Value, diagnostic, fact, missing

_NO_RATIO = "Whether the arms are as large as planned cannot be tested."


def experiment_values(program: Program, detail: ExperimentDetail) -> dict[str, Value]:
    """An experiment's counts, checks and further comparisons.

    Args:
        program: as the study declares it.
        detail: what it tells beyond its effects.
    """
    start = f"program.{program.id}"
    values = _counts(start, detail) | {f"{start}.srm.p_value": _of_ratio(detail)}
    for name, effects in (("plain", detail.plain), ("personalised", detail.personalised)):
        values |= {f"{start}.{name}.{one.outcome}": _gap(one) for one in effects}
    values |= _pairs(start, detail.pairs)
    values |= _single(start, "winsorised.revenue", detail.winsorised)
    values |= _single(start, "personalised.actions_per_contact", detail.actions_per_contact)
    values |= _single(start, "second_order", detail.second_order)
    n = sum(one.compared for one in detail.counted)
    values |= _ratio(f"{start}.actions_per_contact", detail.incremental_per_contact, n)
    values |= _ratio(f"{start}.purchases_per_contact", detail.purchases_per_contact, n)
    for outcome, found in detail.compliers.items():
        values |= _ratio(f"{start}.reached.{outcome}", found, n, UNITS[outcome])
    return values


def _counts(start: str, detail: ExperimentDetail) -> dict[str, Value]:
    values = {
        f"{start}.drawn": fact(detail.assigned, "count"),
        f"{start}.compared": fact(sum(one.compared for one in detail.counted), "count"),
        f"{start}.in_two_arms": fact(detail.in_two_arms, "count"),
        f"{start}.window_open": fact(detail.unfinished, "count"),
    }
    return values | {
        f"{start}.arm.{slug(one.arm)}.drawn": fact(one.assigned, "count") for one in detail.counted
    }


def _of_ratio(detail: ExperimentDetail) -> Value:
    if detail.sample_ratio is None:
        return missing("diagnostic", _NO_RATIO)
    return diagnostic(detail.sample_ratio.p_value, "small", detail.assigned)


def _gap(effect: Effect) -> Value:
    n = effect.n_treated + effect.n_control
    return recorded(effect.difference, n, UNITS.get(effect.outcome, "number"))


def _pairs(start: str, pairs: Iterable[Effect]) -> dict[str, Value]:
    return {
        f"{start}.arms.{slug(one.treated)}-against-{slug(one.control)}.{one.outcome}": _gap(one)
        for one in pairs
    }


def _single(start: str, name: str, found: Effect | Missing) -> dict[str, Value]:
    return {f"{start}.{name}": _gap(found)} if isinstance(found, Effect) else {}


def _ratio(name: str, found: Estimate | Missing, n: int, unit: str = "number") -> dict[str, Value]:
    if isinstance(found, Missing) and not found.term:
        return {}
    return {name: recorded(found, n, unit, "It is too weak for its range to end.")}

"""What is recorded of a program's effects, and the experiment that should come next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from retention_research.answers.programs.shape import NextTest
from retention_research.answers.recorded import recorded
from retention_research.models.fit import Missing
from retention_research.programs.effects import Effect, Grade
from retention_research.programs.experiment import (
    SMALLEST_ARM,
    customers_needed,
    detectable_difference,
)
from retention_research.study_programs import Program
from retention_research.values import Value, diagnostic, label, missing

POWER = 0.8
UNITS: Mapping[str, str] = {
    "retained": "share", "purchases": "number", "revenue": "money", "margin": "money",
    "satisfaction": "number", "actions": "number",
}  # fmt: skip
_UNTOLD = "No effect can be told."
_NO_TEST = "No test could be made of it."


def effect_values(
    program: Program, effects: Iterable[Effect], reason: str = _UNTOLD
) -> dict[str, Value]:
    """Effects, lifts and p values of a program's main comparison, by glossary name.

    Args:
        program: as the study declares it.
        effects: one per outcome.
        reason: why an outcome that the study asks for has no effect.

    Example:
        >>> from retention_research.study_programs import Program
        >>> friends = Program(id="friends", kind="referral", outcomes=("revenue",))
        >>> sorted(effect_values(friends, ()))
        ['program.friends.effect.revenue', 'program.friends.lift.revenue']
    """
    start, found = f"program.{program.id}", {one.outcome: one for one in effects}
    values: dict[str, Value] = {}
    for outcome in dict.fromkeys((*program.outcomes, *found)):
        one = found.get(outcome)
        if one is None:
            values[f"{start}.effect.{outcome}"] = missing("estimate", reason)
            values[f"{start}.lift.{outcome}"] = missing("estimate", reason)
            continue
        n = one.n_treated + one.n_control
        values[f"{start}.effect.{outcome}"] = recorded(one.difference, n, UNITS[outcome])
        values[f"{start}.lift.{outcome}"] = recorded(one.lift, n, "share")
        values[f"{start}.p_value.{outcome}"] = p_value_of(one.p_value, n)
    return values


def p_value_of(p_value: float | None, n: int) -> Value:
    """A p value as it is recorded; missing where no test could be made."""
    if p_value is None:
        return missing("diagnostic", _NO_TEST)
    return diagnostic(p_value, "small", n)


def grade_values(program: Program, grade: Grade) -> dict[str, Value]:
    """How well a program's effect is proved, by glossary name."""
    return {f"program.{program.id}.evidence": label(grade)}


def next_test(
    outcome: str,
    sd: float,
    smallest: float,
    told: str,
    *,
    explained: float = 0.0,
    arms: int = 2,
    confidence: float = 0.95,
    available: int | None = None,
) -> NextTest | Missing:
    """The experiment that finds a difference of this size in four cases of five.

    Args:
        outcome: what to look at.
        sd: its standard deviation between customers.
        smallest: the difference worth finding, in its unit.
        told: what to do, as a sentence.
        explained: share of its variance that behaviour before accounts for, 0..1.
        arms: how many, half of the customers in the control or first arm.
        confidence: of the interval.
        available: customers there are to draw; None where that is not known.

    Example:
        >>> next_test("retained", 0.5, 0.05, "Draw by lot.").customers
        3140
    """
    if not sd > 0.0 or not abs(smallest) > 0.0:
        return Missing("next_test", "All customers do the same in it: there is nothing to find.")
    explained = min(max(explained, 0.0), 0.99)
    needed = customers_needed(
        sd, smallest, power=POWER, confidence=confidence, explained=explained, arms=arms
    )
    now = None
    if available is not None and available >= arms * SMALLEST_ARM:
        now = detectable_difference(
            available, sd, power=POWER, confidence=confidence, explained=explained, arms=arms
        )
    return NextTest(outcome, needed, abs(smallest), POWER, told, available, now)

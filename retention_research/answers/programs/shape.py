"""What a report tells of one program, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from retention_research.models.fit import Missing
from retention_research.programs.effects import Decision, Effect, Grade
from retention_research.study_programs import Program
from retention_research.values import Value


class Check(NamedTuple):
    """Something that must hold for an effect to be one.

    Attributes:
        name: a few plain words.
        passed: None where it cannot be checked.
        told: what was found, as a sentence for readers, with its numbers.
    """

    name: str
    passed: bool | None
    told: str


class NextTest(NamedTuple):
    """The experiment that would settle what is open.

    Attributes:
        outcome: what to look at.
        customers: in all arms together.
        detectable: the smallest difference that it would find, in the outcome's unit.
        power: the chance to find it.
        told: what to do, as a sentence.
        available: customers (or units) that there are to draw; None where that is not known.
        detectable_now: the smallest difference that those available could show.
        units: what is drawn, in the plural.
    """

    outcome: str
    customers: int
    detectable: float
    power: float
    told: str
    available: int | None = None
    detectable_now: float | None = None
    units: str = "customers"


_NO_MONEY = Missing("money", "No effect can be told, so nothing can be said of money.")
_NO_DECISION = Missing("decision", "No effect can be told.")
_NO_TEST = Missing("next_test", "No experiment is proposed.")


@dataclass(frozen=True, slots=True)
class ProgramReport:
    """One program's page part.

    Attributes:
        program: as the study declares it.
        grade: how well the effect is proved. why: what keeps it from a better grade.
        effects: the main comparison, one row per outcome; empty where none may be told.
        others: further comparisons (arms against each other, adjusted, naive), never the headline.
        withheld: why there is no effect; empty where there is one.
        checks: what was checked.
        money: economics, or why there are none.
        decision: keep, stop or test, or why none can be given.
        next_test: the next experiment, or why none is needed or possible.
        next_step: what to do where no experiment is to be drawn anew, as a sentence; empty where
            next_test says it.
        detail: what this kind of program tells beyond that; its own type by kind.
        values: what is recorded, by name.
    """

    program: Program
    grade: Grade
    why: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    others: tuple[Effect, ...] = ()
    withheld: str = ""
    checks: tuple[Check, ...] = ()
    money: Any = _NO_MONEY
    decision: Decision | Missing = _NO_DECISION
    next_test: NextTest | Missing = _NO_TEST
    next_step: str = ""
    detail: Any = None
    values: Mapping[str, Value] = field(default_factory=dict)

"""What must hold for a roll-out's effect to be one, and the grade that follows."""

from __future__ import annotations

from datetime import date
from math import sqrt

import numpy as np

from retention_research.answers.programs.recorded import POWER
from retention_research.answers.programs.rollout_detail import RolloutDetail
from retention_research.answers.programs.rollout_effects import FEW, Told
from retention_research.answers.programs.shape import Check, NextTest
from retention_research.models.arrays import Floats
from retention_research.models.fit import Missing
from retention_research.periods import day_in_words
from retention_research.programs.effects import Decision, Grade
from retention_research.programs.experiment import customers_needed, detectable_difference
from retention_research.programs.rollout import FEWEST, NEVER, PreTrend, Randomised

_LEAST = 0.05  # p value of the course before the start, below which it was not alike


def checks_of(detail: RolloutDetail, small: int, floor: int) -> tuple[Check, ...]:
    """The checks, the decisive ones first.

    Args:
        detail: of the roll-out.
        small: units of fewer customers than the floor.
        floor: the study's group_floor.
    """
    told = [_units(detail), _alike(detail), _followed(detail)]
    if small:
        told.append(
            Check("Customers in each unit", None,
                  f"{small} of its units had fewer than {floor} customers; each unit counts by its "
                  "customers, so these move little.")
        )  # fmt: skip
    return tuple(told)


def _units(detail: RolloutDetail) -> Check:
    name = "Enough units"
    sides = f"{detail.treated} with the program and {detail.compared} to hold them against"
    if detail.reassigned is None:
        return Check(name, True, f"There are {sides}.")
    if detail.fewest < min(detail.compared, FEW):
        sides = f"{sides}, {detail.fewest} at the start that has fewest beside it"
    if isinstance(detail.reassigned, Randomised) and not _bounded(detail.reassigned):
        return Check(
            name, False,
            f"There are only {sides}, and giving the start dates to other units bounds the effect "
            "on one side at most: no range can be given.",
        )  # fmt: skip
    if isinstance(detail.reassigned, Randomised):
        return Check(
            name, True,
            f"There are only {sides}. The range comes from giving the start dates to other units, "
            f"which can be done in {detail.reassigned.possible:,} ways.",
        )  # fmt: skip
    return Check(
        name, False,
        f"There are only {sides}, and start dates could be given to other units in fewer than "
        f"{FEWEST} ways: no range can be given.",
    )  # fmt: skip


def _bounded(found: Randomised) -> bool:
    return None not in (found.effect.conf_low, found.effect.conf_high)


def _alike(detail: RolloutDetail) -> Check:
    name, found = "Alike before the start", detail.pre_trend
    if isinstance(found, Missing):
        return Check(name, None, f"It cannot be checked. {found.reason}")
    by_chance = f"as much as they did would come about by chance {_of_hundred(found)}"
    if found.p_value >= _LEAST:
        return Check(name, True, "Units that started later on went alike before: they differed no "
                     f"more than chance allows ({by_chance}).")  # fmt: skip
    return Check(name, False, "Units drifted apart before they started by more than chance allows "
                 f"({by_chance}).")  # fmt: skip


def _of_hundred(found: PreTrend) -> str:
    share = round(100.0 * found.p_value)
    return f"{share} times in 100" if share else "less than once in 200"


def _followed(detail: RolloutDetail) -> Check:
    told = " ".join(detail.left_out)
    if not told:
        return Check("Every start followed", True, "Every start is followed to the end of its "
                     "window beside units without the program.")  # fmt: skip
    return Check("Every start followed", None, told)


def graded(detail: RolloutDetail) -> tuple[Grade, tuple[str, ...]]:
    """The grade, and what keeps it from a better one."""
    why = ["Who started when was not drawn by lot, as far as the study says."]
    units, alike = _units(detail), _alike(detail)
    if units.passed and alike.passed:
        return "natural experiment", tuple(why)
    why += [f"{check.name}: {check.told}" for check in (units, alike) if not check.passed]
    return "associated", tuple(why)


def next_test(
    told: Told, unit: str, decision: Decision | Missing, *, confidence: float
) -> NextTest | Missing:
    """So many units, drawn by lot, as would find the effect that was seen.

    Args:
        told: the effect, and what it rests on.
        unit: what a unit is called.
        decision: on the program.
        confidence: of the test.
    """
    effect, error = told.effect, told.total.effect.std_error
    if isinstance(effect.difference, Missing) or not error:
        return Missing("next_test", "With units so few it cannot be told how many would do.")
    if decision in ("keep", "stop") and effect.p_value is not None and effect.p_value < _LEAST:
        return Missing("next_test", "The effect is told apart from chance, and so is what to do.")
    smallest = max(abs(effect.difference.estimate), _LEAST * abs(effect.mean_control))
    return _proposed(told, _several(unit.replace("_", " ")), smallest, error, confidence)


def _proposed(told: Told, kinds: str, smallest: float, error: float, confidence: float) -> NextTest:
    """The draw by lot among units that wait, where they are enough, or else among all."""
    there = int(np.count_nonzero(used_sizes(told)))
    # between units: that of half of them against half would give this error
    sd = error * sqrt(there) / 2.0
    enough = customers_needed(sd, smallest, power=POWER, confidence=confidence)
    needed = max(enough, there, 2 * FEW)
    start = told.found.rows.start
    waiting, every = int((start == NEVER).sum()), int(start.size)
    among = waiting if waiting >= needed else every
    words = _START if among == waiting else _SWITCH
    now = None
    if among >= 2 * FEW:
        now = detectable_difference(among, sd, power=POWER, confidence=confidence)
    return NextTest(
        told.effect.outcome, needed, smallest, POWER,
        words.format(waiting=waiting, every=every, begun=every - waiting, units=kinds), among,
        now, kinds,
    )  # fmt: skip


def _several(word: str) -> str:
    """The plural of what a unit is called."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


_START = (
    "Of the {waiting:,} {units} that wait, draw by lot which start first, half of them, a whole "
    "window before the others."
)
_SWITCH = (
    "{begun:,} of the {every:,} {units} have begun: draw by lot half of all {units} that have it "
    "for the next window, switch it off for that long in the others, or begin in {units} that are "
    "not in these data yet, half of them drawn by lot."
)


def used_sizes(told: Told) -> Floats:
    """Customers of each unit that the effect rests on, where it has most, shape (units,)."""
    sizes = np.zeros(told.found.rows.start.size)
    for cell in told.found.cells:
        if cell.age == 0:
            used = (cell.treated + cell.compared) > 0.0
            sizes = np.maximum(sizes, np.where(used, told.found.rows.size[cell.start], 0.0))
    return sizes


def left_out(
    before: tuple[date, ...],
    after: tuple[date, ...],
    beside_none: tuple[date, ...],
    planned: tuple[str, ...],
    not_there: tuple[str, ...],
) -> tuple[str, ...]:
    """Starts and units that are not told, a sentence each.

    Args:
        before: starts without a whole window of data before them.
        after: starts whose window is not over.
        beside_none: starts with no unit left that had not started by the window's end.
        planned: units whose start lies after as_of.
        not_there: units that nobody belongs to.
    """
    told = [
        _sentence(before, "the data reach back too little before it"),
        _sentence(after, "its window is not over"),
        _sentence(beside_none, "no unit was left without the program beside it"),
    ]
    if planned:
        told.append(f"{len(planned)} units are to start after the data end: until then they serve "
                    "as comparison.")  # fmt: skip
    if not_there:
        told.append(f"No customer belongs to {', '.join(not_there[:5])}"
                    f"{' and others' if len(not_there) > 5 else ''}.")  # fmt: skip
    return tuple(sentence for sentence in told if sentence)


def _sentence(days: tuple[date, ...], because: str) -> str:
    if not days:
        return ""
    if len(days) == 1:
        return f"The start on {day_in_words(days[0])} is left out: {because}."
    first, last = day_in_words(min(days)), day_in_words(max(days))
    return f"{len(days)} starts, {first} to {last}, are left out: of each, {because}."

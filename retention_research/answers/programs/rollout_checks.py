"""What must hold for a roll-out's effect to be one, and the grade that follows."""

from __future__ import annotations

from datetime import date
from math import ceil

import numpy as np

from retention_research.answers.programs.rollout_detail import RolloutDetail
from retention_research.answers.programs.rollout_effects import FEW, Told
from retention_research.answers.programs.shape import Check, NextTest
from retention_research.models.arrays import Floats
from retention_research.models.fit import Missing
from retention_research.periods import day_in_words
from retention_research.programs.effects import Decision, Grade
from retention_research.programs.rollout import FEWEST, PreTrend, Randomised

_LEAST = 0.05  # p value of the course before the start, below which it was not alike
_POWER, _REACH = 0.8, 2.80  # standard errors between no effect and one that is found so often


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


def next_test(told: Told, unit: str, decision: Decision | Missing) -> NextTest | Missing:
    """So many units, their dates drawn by lot, as would find the effect that was seen."""
    effect, error = told.effect, told.total.effect.std_error
    if isinstance(effect.difference, Missing) or not error:
        return Missing("next_test", "With units so few it cannot be told how many would do.")
    if decision in ("keep", "stop") and effect.p_value is not None and effect.p_value < _LEAST:
        return Missing("next_test", "The effect is told apart from chance, and so is what to do.")
    smallest = max(abs(effect.difference.estimate), _LEAST * abs(effect.mean_control))
    times = max(1.0, (_REACH * error / smallest) ** 2)
    sizes = used_sizes(told)
    there = np.count_nonzero(sizes)
    units = max(ceil(times * there), 2 * FEW)  # so many on either side for a range of its own
    return NextTest(
        effect.outcome, ceil(units / there * float(sizes.sum())), smallest, _POWER,
        f"Draw by lot which {unit.replace('_', ' ')} starts when, half of them a whole window "
        f"later than the others, over {units} in all.",
    )  # fmt: skip


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

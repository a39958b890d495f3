"""What must hold for an experiment's difference to be the program's effect."""

from __future__ import annotations

from retention_research.answers.programs.experiment_draw import (
    Draw,
    drawn_by_group,
    listed_in_part,
    mixed_groups,
)
from retention_research.answers.programs.experiment_rows import ExperimentRows
from retention_research.answers.programs.shape import Check
from retention_research.models.fit import Missing
from retention_research.models.spread import holm
from retention_research.programs.effects import Effect, Grade
from retention_research.programs.experiment import SMALLEST_ARM, Balance
from retention_research.study_programs import Program

MOST_IN_TWO = 0.01  # of those drawn: with more in two arms the arms are no longer what was drawn
_UNLIKELY = 0.001  # p value of the least balanced column, all looked at counted
_UNUSUAL = 0.05  # the same: below it groups are not called alike
_APART = 0.2  # standard deviations: above it groups are not called alike, whatever chance allows


def grade_of(checks: tuple[Check, ...]) -> tuple[Grade, tuple[str, ...]]:
    """How well the effect is proved, and what keeps it from being proved by chance.

    Args:
        checks: of the draw, of balance and of customers in two arms, by their names.
    """
    broken = tuple(
        one.told for one in checks if one.passed is False and one.name in (ALIKE, ONE_ARM)
    )
    return ("associated" if broken else "randomised"), broken


def nothing_told(effects: tuple[Effect, ...]) -> str:
    """Why none of the effects could be estimated; empty where one could.

    Args:
        effects: the main comparison.
    """
    gaps = [one.difference for one in effects]
    untold = [gap.reason for gap in gaps if isinstance(gap, Missing)]
    if len(untold) < len(gaps):
        return ""
    return untold[0] if untold else _NO_OUTCOME


_NO_OUTCOME = "Too few customers of either group show any of the outcomes that it is to change."
ALIKE, ONE_ARM, WINDOWS = "Alike before", "One arm each", "Whole windows"


def checks_of(
    rows: ExperimentRows, draw: Draw, balance: tuple[Balance, ...], program: Program, floor: int
) -> tuple[Check, ...]:
    """Everything that was checked; arms under the floor are not told by name."""
    found = (
        draw.check,
        one_arm_per_group(rows),
        alike(balance),
        one_arm_each(rows),
        whole_windows(rows),
        _size(program),
        _small_arms(rows, floor),
        _left_alone(rows, program),
        _reached(rows, program),
        _answered(rows, program),
    )
    return tuple(one for one in found if one is not None)


def alike(balance: tuple[Balance, ...]) -> Check | None:
    """Whether both groups bought alike before the draw; None where nothing was known of them.

    Args:
        balance: behaviour before the draw, a column each.
    """
    tested = {one.name: one.p_value for one in balance if one.p_value is not None}
    if not tested:
        return None
    worst = min(holm(tested).values())
    largest = max(abs(one.standardised_difference or 0.0) for one in balance)
    if worst < _UNLIKELY:
        return Check(
            ALIKE, False,
            f"The groups differed before the draw by up to {largest:.2f} standard deviations, more "
            "than chance brings about in one of 1,000 experiments: chance alone did not draw them.",
        )  # fmt: skip
    if worst < _UNUSUAL or largest > _APART:
        return Check(ALIKE, None, _not_alike(largest, worst))
    told = "Before the draw both groups bought alike, as chance would have it: the largest "
    return Check(ALIKE, True, f"{told}difference is {largest:.2f} standard deviations.")


def _not_alike(largest: float, worst: float) -> str:
    usual = (
        f"more than is usual by chance (p = {worst:.2g})"
        if worst < _UNUSUAL
        else f"as chance may bring about in groups so small (p = {worst:.2g})"
    )
    return (
        f"Before the draw the groups differed by up to {largest:.2f} standard deviations, {usual}: "
        "effects are adjusted for it."
    )


_NO_WINDOW = "No customer has been watched over a whole window yet"


def one_arm_each(rows: ExperimentRows) -> Check | None:
    """Customers drawn into two arms are left out; many of them break the draw."""
    twice, n = int(rows.drawn["in_two_arms"].sum()), len(rows.drawn)
    if not twice:
        return None
    told = f"{twice:,} of {n:,} customers were drawn into two arms and are left out"
    if twice <= MOST_IN_TWO * n:
        return Check(ONE_ARM, True, f"{told}: too few to matter.")
    return Check(
        ONE_ARM, False,
        f"{told}. That many may not be like the others: draw each customer once, and keep the arm.",
    )  # fmt: skip


def one_arm_per_group(rows: ExperimentRows) -> Check | None:
    """Whether groups that were drawn together are in one arm; None where none are recorded."""
    mixed, groups = mixed_groups(rows.drawn)
    if not mixed:
        return None
    told = f"{mixed:,} of {groups:,} groups have customers in more than one arm"
    rest = (
        "each counts once in the draw, in the arm of one of its customers"
        if drawn_by_group(rows.drawn)
        else "the draw was not by group, so that it is customers whose number was held to the plan"
    )
    return Check("One arm per group", None, f"{told}: {rest}.")


def whole_windows(rows: ExperimentRows) -> Check:
    """Whose window is over, and who is left out."""
    open_ones = int((~rows.drawn["finished"]).sum())
    left = [f"the window of {open_ones:,} is not over yet"] if open_ones else []
    left += (
        [f"{rows.later:,} were drawn after the last day that is looked at"] if rows.later else []
    )
    n = len(rows.compared)
    told = f"{n:,} customers are compared over their whole window" if n else _NO_WINDOW
    return Check(
        WINDOWS, True if n else None, f"{told}{'; ' + ' and '.join(left) if left else ''}."
    )


def _size(program: Program) -> Check | None:
    if program.mode == "sequential":
        return Check("When to look", True, "It was declared that it would be looked at any time, "
                     "and the ranges hold for all looks together.")  # fmt: skip
    if program.planned_n is None:
        return Check(
            "When to look", None,
            "No size was planned (`planned_n`): whoever looks again and again finds differences "
            "where there are none.",
        )  # fmt: skip
    return Check("When to look", True, f"It is looked at once, at the {program.planned_n:,} "
                 "customers planned beforehand; those drawn later do not count.")  # fmt: skip


def _small_arms(rows: ExperimentRows, floor: int) -> Check | None:
    sizes = rows.compared["arm"].value_counts()
    small = {str(arm): int(n) for arm, n in sizes.items() if n < SMALLEST_ARM}
    if not small:
        return None
    shown = sorted(arm for arm, n in small.items() if n >= floor)
    hidden = [f"{len(small) - len(shown):,} smaller still"] if len(shown) < len(small) else []
    return Check(
        "Large enough arms", False,
        f"Some arms have fewer than {SMALLEST_ARM} customers, too few to be compared by "
        f"themselves; they count among all who were drawn for the program: "
        f"{listed_in_part([*shown, *hidden])}.",
    )  # fmt: skip


def _left_alone(rows: ExperimentRows, program: Program) -> Check | None:
    if not rows.contacts_told or program.purpose is None:
        return None
    control = rows.compared[rows.compared["arm"] == program.control]
    got, n = int((control["contacts"] > 0).sum()), len(control)
    if not got:
        return Check("Control group left alone", True, "No message of the program went to it.")
    return Check(
        "Control group left alone", False,
        f"{got:,} of {n:,} customers of the control group got messages of the program: what is "
        "found is less than the whole effect.",
    )  # fmt: skip


def _reached(rows: ExperimentRows, program: Program) -> Check | None:
    if not rows.contacts_told or program.purpose is None:
        return None
    mine = rows.compared[rows.compared["arm"] != program.control]
    got, n = int((mine["contacts"] > 0).sum()), len(mine)
    told = f"A message of the program reached {got:,} of {n:,} customers it was drawn for"
    rest = "" if got == n else "; the others count as well, since chance did not choose them"
    return Check("Reached", got > 0, f"{told}{rest}.")


def _answered(rows: ExperimentRows, program: Program) -> Check | None:
    if "satisfaction" not in program.outcomes or not rows.scores_told:
        return None
    told = []
    for name, mine in (("with the program", True), ("of the control group", False)):
        part = rows.compared[(rows.compared["arm"] != program.control) == mine]
        told.append(f"{part['score'].notna().mean():.0%} {name}" if len(part) else "")
    return Check(
        "Answers to surveys", None,
        f"Satisfaction is that of those who answered a survey in the window: {', '.join(told)}. "
        "Those who did not answer may think otherwise.",
    )  # fmt: skip

"""Why an experiment's effect may not be told, and what to do about that."""

from __future__ import annotations

from typing import NamedTuple

from retention_research.answers.programs.experiment_draw import Draw
from retention_research.answers.programs.experiment_rows import ExperimentRows
from retention_research.answers.programs.looks import may_look
from retention_research.answers.programs.refused import DRAW
from retention_research.programs.experiment import SMALLEST_ARM
from retention_research.programs.sequential import FEWEST_PER_ARM
from retention_research.study_programs import Program
from retention_research.workspace import Workspace

_WAIT = "Wait until windows are over."
_NO_TABLE = (
    "The program is declared, but the study has no table of assignments: nobody is known to have "
    "been drawn for it."
)
_ONCE = "Draw each customer once, and keep the arm."


class Obstacle(NamedTuple):
    """What keeps an effect from being told.

    Attributes:
        reason: as a sentence.
        step: what to do, as a sentence.
        draw: whether that is to draw customers anew.
    """

    reason: str
    step: str
    draw: bool = False


def no_rows(workspace: Workspace, program: Program) -> tuple[str, str]:
    """Of an experiment of which nothing is recorded: the reason, and what to do.

    Args:
        workspace: the study.
        program: as it declares it.
    """
    checked = workspace.events.checks.get("assignments")
    if checked is None:
        return _NO_TABLE, "Add the assignments to the study's sources."
    lost = checked.n_excluded
    doubt = (
        f" {lost:,} rows of assignments could not be used, such as those of customers who are in "
        "no other table: its own may be among them."
    ) if lost else ""  # fmt: skip
    return (
        f"The program is declared, but assignments hold no row of experiment "
        f"{program.experiment_id}: nobody is known to have been drawn for it.{doubt}",
        "Add the assignments, or correct `experiment_id` in the study"
        f"{' or the rows that data quality lists' if lost else ''}.",
    )


def obstacle(rows: ExperimentRows, program: Program, draw: Draw | None) -> Obstacle | None:
    """Why no effect may be told; None if one may.

    Args:
        rows: the experiment's customers.
        program: as the study declares it.
        draw: how they were shared out; None where nobody was drawn by as_of, or all into two arms.
    """
    if len(rows.drawn) and rows.drawn["in_two_arms"].all():
        return Obstacle(
            f"All {len(rows.drawn):,} customers were drawn into two arms or more: nobody had one "
            "of them alone.", _ONCE,
        )  # fmt: skip
    if draw is None:
        return Obstacle(
            f"All {rows.later:,} customers were drawn after the last day that is looked at: their "
            "windows have not begun.", _WAIT,
        )  # fmt: skip
    arms = set(rows.drawn["arm"])
    if program.control not in arms:
        return Obstacle(
            f"No customer is in the control arm {program.control}: everybody drawn was given the "
            "program, and nothing shows what they would have done without.", DRAW, draw=True,
        )  # fmt: skip
    if len(arms) < 2:
        return Obstacle(
            "All customers drawn are in the control arm: nobody was given the program.",
            "Add the assignments of those who were given it, or correct `control` in the study.",
        )
    if draw.check.passed is False:
        return Obstacle(draw.reason, draw.step)
    return _planned(rows, program) or _too_few(rows, program)


def _planned(rows: ExperimentRows, program: Program) -> Obstacle | None:
    """It was planned to be looked at once, and that is later."""
    compared = len(rows.compared)
    reason = may_look(program, compared)
    if not reason:
        return None
    lacking = (program.planned_n or 0) - compared
    return Obstacle(reason, _go_on(lacking, _open(rows)))


def _open(rows: ExperimentRows) -> int:
    """Customers drawn whose window is not over."""
    return int((~rows.drawn["finished"]).sum()) + rows.later


def _go_on(lacking: int, open_ones: int) -> str:
    """So many customers are to come, and of so many the window has begun."""
    if lacking <= open_ones:
        return f"Go on as planned: wait until the windows of {lacking:,} more customers are over."
    return (
        f"Go on as planned: draw {lacking - open_ones:,} more customers by lot as until now, and "
        f"wait until the windows of {lacking:,} more are over."
    )


def _too_few(rows: ExperimentRows, program: Program) -> Obstacle | None:
    control = int((rows.compared["arm"] == program.control).sum())
    treated = len(rows.compared) - control
    often = program.mode == "sequential"
    least = FEWEST_PER_ARM if often else SMALLEST_ARM
    if min(control, treated) >= least:
        return None
    reason = (
        f"{treated:,} customers with the program and {control:,} of the control group have a "
        f"window that is over: at least {least:,} of each are needed"
        f"{', as it may be looked at any time' * often}."
    )
    return Obstacle(reason, _until_enough(rows, program, least))


def _until_enough(rows: ExperimentRows, program: Program, least: int) -> str:
    kept = rows.drawn[~rows.drawn["in_two_arms"]]
    control = int((kept["arm"] == program.control).sum())
    if min(control, len(kept) - control) >= least:
        return _WAIT
    return (
        "Draw more customers by lot, as until now, until each group has "
        f"{least:,} whose window is over."
    )

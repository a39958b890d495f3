"""Programs of which no effect can be told: why, and what to do instead."""

from __future__ import annotations

from retention_research.answers.programs.money import economics_of
from retention_research.answers.programs.proposed import buyers_since, experiment_on_buying_again
from retention_research.answers.programs.recorded import effect_values, grade_values
from retention_research.answers.programs.shape import NextTest, ProgramReport
from retention_research.models.fit import Missing
from retention_research.study_programs import Program
from retention_research.workspace import Workspace

_USUAL = 84  # days in which purchases are looked at where a program names no window
BEFORE_AFTER = (
    "Before against after cannot tell what a program did. Customers are picked when something is "
    "unusual about them: those picked because they had bought little buy more afterwards by "
    "themselves, those picked after a good spell buy less, and the season moves everybody. That "
    "would show as the program's effect, so no effect is shown."
)
_DECLARE = (
    "Declare that as kind: experiment. If it is over and customers joined by themselves, declare "
    "kind: enrolment; if it began at different times in different places, kind: rollout."
)
DRAW = (
    "Draw by lot, from one list, who gets {program} and who does not, write both to assignments, "
    "and compare after the window."
)
_NOT_ANEW = "Nothing is to be drawn anew."
MEND = "Correct that, and run the report again."


def before_after_report(workspace: Workspace, program: Program) -> ProgramReport:
    """A comparison of before and after: refused, with what to do instead.

    Args:
        workspace: the study.
        program: of kind before_after.
    """
    return without_effect(workspace, program, BEFORE_AFTER, f"{DRAW} {_DECLARE}", draw=True)


def without_effect(
    workspace: Workspace, program: Program, reason: str, step: str, *, draw: bool = False
) -> ProgramReport:
    """The report of a program of which no effect can be told.

    Args:
        workspace: the study.
        program: as it declares it.
        reason: why, in sentences.
        step: what to do about it, in sentences; `{program}` stands for its heading.
        draw: whether that is to draw customers anew, so that it is told how many are needed.
    """
    economics = economics_of(workspace, program, Missing("money", reason), "no evidence")
    values = effect_values(program, (), reason) | grade_values(program, "no evidence")
    step = step.format(program=program.heading)
    test = _proposed(workspace, program, step) if draw else Missing("next_test", _NOT_ANEW)
    return ProgramReport(
        program, "no evidence", (reason,), withheld=reason, money=economics.money,
        decision=economics.decision, next_test=test,
        next_step=step if isinstance(test, Missing) else "",
        values={**values, **economics.values},
    )  # fmt: skip


def _proposed(workspace: Workspace, program: Program, told: str) -> NextTest | Missing:
    """A draw by lot among customers as they are: who had bought by the last whole window."""
    days = program.window_days or _USUAL
    return experiment_on_buying_again(*buyers_since(workspace, days), told, days)

"""Programs of which no effect can be told: why, and what to do instead."""

from __future__ import annotations

from datetime import timedelta

import ibis

from retention_research.answers.programs.money import economics_of
from retention_research.answers.programs.proposed import experiment_on_buying_again
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
    "would show as the program's effect, so no effect is shown. Instead, draw by lot who of the "
    "same list gets the program, write who was drawn for what to assignments, and declare it as "
    "kind: experiment. If it is over and customers joined by themselves, declare kind: enrolment; "
    "if it began at different times in different places, kind: rollout."
)
_DRAW = (
    "Draw by lot, from one list, who gets {program} and who does not, write both to assignments, "
    "and compare after the window."
)


def before_after_report(workspace: Workspace, program: Program) -> ProgramReport:
    """A comparison of before and after: refused, with what to do instead.

    Args:
        workspace: the study.
        program: of kind before_after.
    """
    return without_effect(workspace, program, BEFORE_AFTER)


def without_effect(workspace: Workspace, program: Program, reason: str) -> ProgramReport:
    """The report of a program of which no effect can be told.

    Args:
        workspace: the study.
        program: as it declares it.
        reason: why, and what to do, in sentences.
    """
    economics = economics_of(workspace, program, Missing("money", reason), "no evidence")
    values = effect_values(program, (), reason) | grade_values(program, "no evidence")
    return ProgramReport(
        program, "no evidence", (reason,), withheld=reason, money=economics.money,
        decision=economics.decision, next_test=_proposed(workspace, program),
        values={**values, **economics.values},
    )  # fmt: skip


def _proposed(workspace: Workspace, program: Program) -> NextTest | Missing:
    """A draw by lot among customers as they are: who had bought by the last whole window."""
    end, days = workspace.window.as_of, program.window_days or _USUAL
    start = end - timedelta(days=days)
    bought = workspace.purchases(end)
    known = bought.filter(bought.day <= ibis.literal(start)).select("customer_id").distinct()
    later = bought.filter(bought.day > ibis.literal(start)).select("customer_id").distinct()
    customers, buyers = known.count(), known.semi_join(later, "customer_id").count()
    told = _DRAW.format(program=program.heading)
    return experiment_on_buying_again(int(buyers.execute()), int(customers.execute()), told)

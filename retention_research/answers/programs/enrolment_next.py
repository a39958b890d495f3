"""The experiment that would settle whether a program that customers enrol in pays."""

from __future__ import annotations

import numpy as np

from retention_research.answers.programs.enrolment_followed import Followed
from retention_research.answers.programs.enrolment_money import COST
from retention_research.answers.programs.enrolment_starts import Starts, people_of
from retention_research.answers.programs.proposed import LEAST, experiment_on_buying_again
from retention_research.answers.programs.recorded import next_test
from retention_research.answers.programs.shape import NextTest
from retention_research.models.fit import Missing
from retention_research.programs.enrolment import EnrolmentEffects
from retention_research.study_programs import Program
from retention_research.workspace import Workspace

ASK = (
    "Draw by lot whom to invite: of customers who could enrol, ask half to join {program} and "
    "leave the others as they are, write both to assignments, and compare all who were drawn, "
    "whether they joined or not."
)
SEND = (
    "Of the customers chosen for {program}, draw by lot who gets it and who does not, and write "
    "both to assignments."
)
_DILUTED = (
    "If {share:.0%} of those invited join, as of all customers so far, all invited together change "
    "by that share of what a member does."
)


def next_of(
    workspace: Workspace, program: Program, starts: Starts, rows: Followed, found: EnrolmentEffects
) -> NextTest | Missing:
    """The experiment that settles what the comparison leaves open.

    Of a campaign it is who buys again, among those chosen for it. Of a program that customers
    enrol in it is whether the margin covers the cost, among customers who have not enrolled: the
    difference worth finding is what a member costs, times the share that enrols.

    Args:
        workspace: the study.
        program: of kind enrolment.
        starts: who enrolled.
        rows: the trials.
        found: effects on those who enrolled.
    """
    if program.campaign_id:
        return _sent(program, starts, found)
    known = int(people_of(workspace).count().execute())
    share = starts.enrolled / known
    told = f"{ASK.format(program=program.heading)} {_DILUTED.format(share=share)}"
    margin = rows.outcomes["margin"]
    return next_test(
        "margin", float(np.std(margin[~rows.treated], ddof=1)), share * _worth(found), told,
        confidence=workspace.study.confidence, available=max(known - starts.enrolled, 0),
    )  # fmt: skip


def _worth(found: EnrolmentEffects) -> float:
    """The margin worth finding of a member: what one costs, or a tenth of what others bring."""
    cost = found.results[COST].means.difference if COST in found.results else 0.0
    return max(cost, LEAST * found.results["margin"].effect.mean_control)


def _sent(program: Program, starts: Starts, found: EnrolmentEffects) -> NextTest | Missing:
    main = found.results["retained"].effect
    buyers = round(main.mean_control * main.n_treated)
    return experiment_on_buying_again(
        buyers, main.n_treated, SEND.format(program=program.heading), program.window_days,
        available=starts.enrolled,
    )  # fmt: skip

"""Programs that customers enrol in, and campaigns sent to chosen ones: did enrolling work?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.draws import draws_of
from retention_research.answers.programs.enrolment_beside import (
    at_landmarks,
    ever_against_never,
    ordered_before,
    pace_of_orders,
    plain,
    while_kept_to,
)
from retention_research.answers.programs.enrolment_checks import checks, graded
from retention_research.answers.programs.enrolment_detail import Counted, EnrolmentDetail
from retention_research.answers.programs.enrolment_followed import Followed, followed
from retention_research.answers.programs.enrolment_money import COST, money_draws
from retention_research.answers.programs.enrolment_next import ASK, SEND, next_of
from retention_research.answers.programs.enrolment_placebos import placebos
from retention_research.answers.programs.enrolment_starts import (
    Starts,
    enrolment_rows,
    starts_of,
    time_of,
)
from retention_research.answers.programs.enrolment_values import enrolment_values
from retention_research.answers.programs.expected import model_check, model_check_values
from retention_research.answers.programs.money import economics_of
from retention_research.answers.programs.recorded import effect_values, grade_values
from retention_research.answers.programs.refused import without_effect
from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Missing
from retention_research.periods import day_in_words
from retention_research.programs.effects import Effect, MoneyDraws
from retention_research.programs.enrolment import (
    DoublyRobust,
    EnrolmentEffects,
    e_value_of,
    enrolment_effects,
)
from retention_research.study_programs import Program
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    from retention_research.models.arrays import Floats

_UNTOLD = "Of members and comparable others it is not known in the same way, so it is not compared."
_NO_MONEY = (
    "The company chose whom to reach, so what they spent more is not what it brought: no money is "
    "reckoned from it."
)
_WEIGHTED = "weighted for changing sides"


def enrolment_report(workspace: Workspace, program: Program) -> ProgramReport:
    """What enrolling in a program did, against not enrolling in the same week.

    The effect on those who enrolled in week t, against not enrolling in week t (later enrolment
    allowed), over the days (t, t + window]: by sequential trials, doubly robust.

    Args:
        workspace: the study.
        program: of kind enrolment, with the memberships' program_id or the contacts' campaign_id.

    Returns:
        The report; withheld with the reason where there is nobody to compare.
    """
    starts = starts_of(workspace, program)
    if isinstance(starts, Missing):
        return _none(workspace, program, starts.reason)
    if reason := _one_sided(starts, _enrolled(workspace, program)):
        return _none(workspace, program, reason)
    rows = followed(workspace, program, starts)
    found = corrected(workspace, program, rows)
    if isinstance(found, Missing):
        return _none(workspace, program, found.reason)
    gaps = [one.difference for one in found.effects]
    untold = [one.reason for one in gaps if isinstance(one, Missing)]
    if len(untold) == len(gaps):
        return _none(workspace, program, untold[0])
    return _reported(workspace, program, starts, rows, found)


def _none(workspace: Workspace, program: Program, reason: str) -> ProgramReport:
    """Nothing can be told, and what to do: mend the data, wait, or draw by lot."""
    if step := _step(workspace, program):
        return without_effect(workspace, program, reason, step)
    ask = SEND if program.campaign_id else ASK
    return without_effect(workspace, program, reason, ask, draw=True)


def _step(workspace: Workspace, program: Program) -> str:
    """What to do where rows are missing or no window is over; empty where neither is so."""
    rows = enrolment_rows(workspace, program)
    if isinstance(rows, Missing):
        table = "memberships" if program.program_id else "contacts"
        key = "program_id" if program.program_id else "campaign_id"
        return f"Add the program's rows of {table}, or correct `{key}` in the study."
    first = rows[time_of(program)].min().execute().date()
    over = first + timedelta(days=program.window_days)
    if over <= workspace.window.as_of:
        return ""
    return f"Wait: the first window is over on {day_in_words(over)}."


def _enrolled(workspace: Workspace, program: Program) -> int:
    """Customers who enrolled by as_of, whatever is known of them."""
    rows = enrolment_rows(workspace, program)
    return 0 if isinstance(rows, Missing) else int(rows.customer_id.nunique().execute())


def _one_sided(starts: Starts, enrolled: int) -> str:
    """Why there is nobody on one side; empty if there is somebody on both.

    Args:
        starts: of the trials.
        enrolled: customers who enrolled at all.
    """
    table = starts.table
    told = table.aggregate(members=table.treated.sum(), rows=table.count()).to_pyarrow()
    members, rows = (told[name][0].as_py() or 0 for name in ("members", "rows"))
    if not members:
        return "Nobody enrolled whose window is over and who had ordered before."
    if members == rows:
        who = f"All {members:,} customers who could enrol"
        if members < enrolled:
            who = (
                f"Of {enrolled:,} customers who enrolled, {members:,} had ordered before and have "
                "a window that is over. All who could enrol then"
            )
        return (
            f"{who} did so at once: nobody is left to show what would have happened without the "
            "program."
        )
    return ""


def corrected(workspace: Workspace, program: Program, rows: Followed) -> EnrolmentEffects | Missing:
    """Effects of enrolling on all outcomes, adjusted for what was known at the start.

    Args:
        workspace: the study.
        program: of kind enrolment.
        rows: the trials.
    """
    outcomes: dict[str, Floats] = dict(rows.outcomes)
    if rows.cost is not None:
        outcomes[COST] = rows.cost
    return enrolment_effects(
        rows.rows(rows.outcomes["retained"]),
        outcomes,
        rng=_draws(workspace, program, "folds"),
        confidence=workspace.study.confidence,
    )


def _draws(workspace: Workspace, program: Program, name: str) -> np.random.Generator:
    return draws_of(workspace.study, f"{program.id}.{name}")


def _reported(
    workspace: Workspace,
    program: Program,
    starts: Starts,
    rows: Followed,
    found: EnrolmentEffects,
) -> ProgramReport:
    effects = tuple(
        _named(program, one) for one in found.effects if one.outcome in program.outcomes
    )
    detail = _detail(workspace, program, starts, rows, found)
    checked = checks(detail)
    grade, why = graded(detail, checked)
    draws = _of_money(workspace, program, detail, rows, found)
    economics = economics_of(workspace, program, draws, grade, found.effects)
    values = effect_values(program, effects, _UNTOLD) | grade_values(program, grade)
    values |= enrolment_values(program, detail) | dict(economics.values)
    values |= model_check_values(program.id, detail.model_check)
    return ProgramReport(
        program=program,
        grade=grade,
        why=why,
        effects=effects,
        others=tuple(_named(program, one) for one in _beside(detail)),
        checks=checked,
        money=economics.money,
        decision=economics.decision,
        next_test=next_of(workspace, program, starts, rows, found),
        detail=detail,
        values=values,
    )


def _of_money(
    workspace: Workspace,
    program: Program,
    detail: EnrolmentDetail,
    rows: Followed,
    found: EnrolmentEffects,
) -> MoneyDraws | Missing:
    """Draws of the margin and cost per customer, where the margin may be told."""
    margin = found.results["margin"].effect.difference
    if detail.targeted:
        return Missing("money", _NO_MONEY)
    if isinstance(margin, Missing):
        return Missing("money", margin.reason)
    rng = _draws(workspace, program, "money")
    return money_draws(rows, found, rng, workspace.study.confidence)


def _beside(detail: EnrolmentDetail) -> tuple[Effect, ...]:
    """Every other comparison, by what it compares."""
    kept = () if isinstance(detail.per_protocol, Missing) else detail.per_protocol
    landmark = (detail.landmark,) if isinstance(detail.landmark, Effect) else ()
    ever = [replace(one, treated="ever enrolled", control="never enrolled") for one in detail.ever]
    stayed = [
        replace(one, treated="stayed in", control="stayed out", method=f"{one.method}, {_WEIGHTED}")
        for one in kept
    ]
    dated = [
        replace(one, treated="members at some dates", control="other active customers")
        for one in landmark
    ]
    return (*ever, *detail.plain, *stayed, *dated)


def _named(program: Program, effect: Effect) -> Effect:
    """Nobody enrols in a campaign."""
    if not program.campaign_id:
        return effect
    return replace(effect, treated="reached", control="not reached")


def _detail(
    workspace: Workspace,
    program: Program,
    starts: Starts,
    rows: Followed,
    found: EnrolmentEffects,
) -> EnrolmentDetail:
    confidence = workspace.study.confidence
    draws = partial(_draws, workspace, program)
    main = found.results["retained"]
    campaign = bool(program.campaign_id)
    return EnrolmentDetail(
        targeted=campaign,
        counted=_counted(starts, rows, main),
        before=ordered_before(rows, confidence),
        ever=() if campaign else ever_against_never(workspace, program),
        plain=plain(rows, confidence),
        per_protocol=(
            Missing("per_protocol", "Nobody leaves a campaign.")
            if campaign
            else while_kept_to(rows, program.window_days, draws("kept"), confidence)
        ),
        landmark=at_landmarks(workspace, program, draws("landmark")),
        pace=pace_of_orders(workspace, program),
        overlap=main.overlap,
        balance=main.balance,
        placebos=placebos(rows, starts.habit, draws("placebo")),
        e_value=e_value_of(main.means, confidence),
        model_check=model_check(
            workspace, starts.table.select("customer_id", "start", "treated"), program.window_days
        ),
        headings=rows.known.headings(),
        not_looked_at=tuple(one for one in program.outcomes if one not in rows.outcomes),
    )


def _counted(starts: Starts, rows: Followed, main: DoublyRobust) -> Counted:
    frame, model = rows.known.frame, rows.known.model
    return Counted(
        habit=starts.habit,
        on_day=starts.on_day,
        in_week=starts.in_week,
        enrolled=starts.enrolled,
        members=main.effect.n_treated,
        without_order=starts.without_order,
        unfinished=starts.unfinished,
        apart=starts.apart,
        others=main.effect.n_control,
        rows=len(frame),
        trials=int(frame.loc[frame["treated"], "trial"].nunique()),
        first=starts.first,
        last=starts.last,
        others_drawn=starts.others_drawn,
        trimmed=main.trimmed,
        covariates=len(rows.known.names),
        model=model.reason if isinstance(model, Missing) else model.name,
        not_known=rows.known.left_out,
    )

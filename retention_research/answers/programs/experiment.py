"""Experiments: what chance gave some customers and not others, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retention_research.answers.draws import draws_of
from retention_research.answers.programs.budget import with_ranking
from retention_research.answers.programs.expected import model_check, model_check_values
from retention_research.answers.programs.experiment_arms import counted
from retention_research.answers.programs.experiment_detail import ExperimentDetail
from retention_research.answers.programs.experiment_draw import Draw, the_draw
from retention_research.answers.programs.experiment_effects import (
    Comparison,
    Side,
    actions_per_contact,
    by_message,
    effects_of,
    pairs,
    plain_effects,
    winsorised,
    with_holm_by_outcome,
)
from retention_research.answers.programs.experiment_grade import (
    checks_of,
    grade_of,
    nothing_told,
    one_arm_each,
    one_arm_per_group,
    whole_windows,
)
from retention_research.answers.programs.experiment_money import money_draws, with_draws
from retention_research.answers.programs.experiment_next import next_of
from retention_research.answers.programs.experiment_obstacle import Obstacle, no_rows, obstacle
from retention_research.answers.programs.experiment_reach import complier, per_contact
from retention_research.answers.programs.experiment_rows import (
    BEFORE,
    ExperimentRows,
    experiment_rows,
    starts_compared,
)
from retention_research.answers.programs.experiment_values import experiment_values
from retention_research.answers.programs.guarded import or_missing
from retention_research.answers.programs.looks import at_any_look, looks_of, may_look
from retention_research.answers.programs.money import economics_of
from retention_research.answers.programs.refused import without_effect
from retention_research.answers.programs.shape import ProgramReport
from retention_research.answers.programs.uplift import ranking, segment_effects, uplift_values
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect, MoneyDraws
from retention_research.programs.experiment import Balance, balance
from retention_research.study_programs import Program
from retention_research.values import Value
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

_ONE_LOOK = "Its range would hold for one look only, and the experiment may be looked at any time."


def experiment_report(workspace: Workspace, program: Program) -> ProgramReport:
    """What an experiment shows, or why it shows nothing.

    Customers count in the arm they were drawn for, over the days (t0, t0 + window] from the day of
    the draw, whether the program reached them or not.

    Args:
        workspace: the study.
        program: of kind experiment or win_back.
    """
    return report_of(workspace, program, experiment_rows(workspace, program))


def report_of(workspace: Workspace, program: Program, rows: ExperimentRows | None) -> ProgramReport:
    """The same of customers that were read before.

    Args:
        workspace: the study.
        program: of kind experiment or win_back.
        rows: its customers; None where none are recorded.
    """
    if rows is None:
        return without_effect(workspace, program, *no_rows(workspace, program))
    draw = _draw_of(workspace, rows)
    found = obstacle(rows, program, draw)
    if found is not None:
        return _withheld(workspace, program, rows, draw, found)
    assert draw is not None  # somebody was drawn, or there would be an obstacle
    return _told(workspace, program, rows.first(_planned(program)), draw)


def _draw_of(workspace: Workspace, rows: ExperimentRows) -> Draw | None:
    """How customers were shared out; None where nobody was, or all of them into several arms."""
    if rows.drawn["in_two_arms"].all():
        return None
    return the_draw(rows.drawn, workspace.study.group_floor)


def _planned(program: Program) -> int | None:
    return program.planned_n if program.mode == "fixed" else None


def _withheld(
    workspace: Workspace, program: Program, rows: ExperimentRows, draw: Draw | None, why: Obstacle
) -> ProgramReport:
    checks = [draw.check] if draw else []
    further = (one_arm_per_group(rows), one_arm_each(rows), whole_windows(rows))
    checks += [one for one in further if one is not None]
    detail = counted(workspace, program, rows, draw)
    found = without_effect(workspace, program, why.reason, why.step, draw=why.draw)
    values = {**found.values, **experiment_values(program, detail)}
    if len(rows.drawn) and program.control not in set(rows.drawn["arm"]):
        detail = _without_control(workspace, program, rows, draw, detail)
    return replace(found, checks=tuple(checks), detail=detail, values=values, others=detail.pairs)


def _without_control(
    workspace: Workspace, program: Program, rows: ExperimentRows, draw: Draw | None,
    detail: ExperimentDetail,
) -> ExperimentDetail:  # fmt: skip
    """Arms can be held against each other though nobody was left without the program."""
    if draw is None or not draw.check.passed or may_look(program, len(rows.compared)):
        return detail
    kept, confidence = rows.first(_planned(program)), workspace.study.confidence
    found = pairs(kept, program.control or "", program.outcomes, confidence)
    return replace(detail, pairs=found)


def _told(
    workspace: Workspace, program: Program, rows: ExperimentRows, draw: Draw
) -> ProgramReport:
    compared = together(rows, program, workspace.study.confidence)
    alike = _balance(rows, compared)
    checks = checks_of(rows, draw, alike, program, workspace.study.group_floor)
    grade, why = grade_of(checks)
    draws = money_draws(workspace, program, compared)
    looks = looks_of(workspace, program, _main(compared, program, draws))
    if untold := nothing_told(looks.effects):
        grade, why = "no evidence", (untold, *why)
    economics = economics_of(workspace, program, draws, grade, looks.effects)
    frame = _for_ranking(rows, compared)
    detail = _detail(workspace, program, rows, draw, compared, frame)
    detail = replace(at_all_looks(detail, program, workspace), balance=alike, looks=looks)
    money = with_ranking(
        economics.money, program, draws, detail.uplift, frame, workspace.study.confidence
    )
    found = ProgramReport(
        program, grade, why, looks.effects, _others(detail), checks=checks,
        money=money, decision=economics.decision, detail=detail,
        values={**economics.values, **looks.values, **experiment_values(program, detail),
                **_asked_of_others(program, detail)},
    )  # fmt: skip
    return replace(found, next_test=next_of(workspace, found, compared))


def at_all_looks(
    detail: ExperimentDetail, program: Program, workspace: Workspace
) -> ExperimentDetail:
    """Comparisons beside the main one, of a sequential experiment with ranges for all looks."""
    if program.mode != "sequential":
        return detail

    def held(effect: Effect) -> Effect:
        return at_any_look(effect, program.planned_n, workspace.study.confidence)

    cut, acts = detail.winsorised, detail.actions_per_contact
    each, bought = detail.incremental_per_contact, detail.purchases_per_contact
    return replace(
        detail,
        actions_per_contact=held(acts) if isinstance(acts, Effect) else acts,
        incremental_per_contact=_of_one_look(each),
        purchases_per_contact=_of_one_look(bought),
        complier=_of_one_look(detail.complier),
        compliers={name: _of_one_look(one) for name, one in detail.compliers.items()},
        plain=tuple(map(held, detail.plain)),
        pairs=with_holm_by_outcome(tuple(map(held, detail.pairs))),
        personalised=tuple(map(held, detail.personalised)),
        winsorised=held(cut) if isinstance(cut, Effect) else cut,
    )


def _of_one_look(found: Estimate | Missing) -> Missing:
    """What no range for all looks is known of."""
    return found if isinstance(found, Missing) else Missing(found.term, _ONE_LOOK)


def together(rows: ExperimentRows, program: Program, confidence: float) -> Comparison:
    """All arms with the program together against the control arm."""
    control = program.control or ""
    others = tuple(sorted(set(map(str, rows.compared["arm"].unique())) - {control}))
    name = others[0] if len(others) == 1 else program.id
    return Comparison(rows, Side(name, others), Side(control, (control,)), confidence)


def _main(
    compared: Comparison, program: Program, draws: MoneyDraws | Missing
) -> tuple[Effect, ...]:
    """The main comparison; revenue and margin with intervals over draws of customers."""
    shares = {"margin": 1.0, "revenue": 1.0 / compared.rows.margin}
    return tuple(
        with_draws(one, draws, shares[one.outcome], compared.confidence)
        if one.outcome in shares
        else one
        for one in effects_of(compared, program.outcomes)
    )


def _balance(rows: ExperimentRows, compared: Comparison) -> tuple[Balance, ...]:
    return balance(
        rows.before, compared.treated.of(rows), BEFORE, stratum=rows.stratum,
        cluster=rows.cluster, probability=rows.probability,
    )  # fmt: skip


def _detail(
    workspace: Workspace, program: Program, rows: ExperimentRows, draw: Draw,
    compared: Comparison, frame: pd.DataFrame,
) -> ExperimentDetail:  # fmt: skip
    confidence, control = workspace.study.confidence, program.control or ""
    rng = draws_of(workspace.study, f"{program.id}.plain")
    messages = by_message(rows, control, confidence)
    starts = starts_compared(workspace, program, rows)
    by_outcome = {str(one): complier(compared, one, program) for one in program.outcomes}
    return replace(
        counted(workspace, program, rows, draw),
        plain=plain_effects(compared, program.outcomes, rng),
        pairs=pairs(rows, control, program.outcomes, confidence),
        personalised=effects_of(messages, program.outcomes) if messages else (),
        winsorised=winsorised(compared, program.winsorised_at),
        incremental_per_contact=per_contact(compared, "actions", program),
        purchases_per_contact=per_contact(compared, "purchases", program),
        actions_per_contact=actions_per_contact(messages),
        complier=by_outcome.get("retained") or complier(compared, "retained", program),
        compliers=by_outcome,
        heterogeneity=segment_effects(workspace, program, frame),
        uplift=or_missing("qini", lambda: ranking(workspace, program, frame)),
        model_check=or_missing(
            "model_check",
            lambda: model_check(
                workspace,
                starts.select("customer_id", "start", treated=starts.arm != control),
                program.window_days,
            ),
        ),
    )


def _for_ranking(rows: ExperimentRows, compared: Comparison) -> pd.DataFrame:
    """Customers with the truth value `treated`, and what was recorded of the draw."""
    frame = rows.compared.assign(treated=compared.treated.of(rows), margin=rows.outcome("margin"))
    return frame.assign(stratum=rows.stratum, cluster=rows.cluster, probability=rows.probability)


def _others(detail: ExperimentDetail) -> tuple[Effect, ...]:
    single = (one for one in (detail.winsorised, detail.second_order) if isinstance(one, Effect))
    return (*detail.plain, *detail.pairs, *detail.personalised, *single)


def _asked_of_others(program: Program, detail: ExperimentDetail) -> dict[str, Value]:
    return {
        **uplift_values(program.id, detail.heterogeneity, detail.uplift),
        **model_check_values(program.id, detail.model_check),
    }

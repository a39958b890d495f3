"""Win-back: what an offer, given by lot, brought among customers who had fallen silent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retention_research.answers.programs.experiment import report_of, together
from retention_research.answers.programs.experiment_detail import ExperimentDetail
from retention_research.answers.programs.experiment_effects import Comparison
from retention_research.answers.programs.experiment_rows import ExperimentRows, experiment_rows
from retention_research.answers.programs.experiment_values import experiment_values
from retention_research.answers.programs.looks import at_any_look
from retention_research.answers.programs.shape import Check, ProgramReport
from retention_research.models.fit import Missing
from retention_research.programs.effects import Effect
from retention_research.programs.experiment import SMALLEST_ARM, difference
from retention_research.study_programs import Program
from retention_research.workspace import Workspace

MOST_ACTIVE = 0.05  # of those drawn: with more who had bought lately it is no win-back
_NOT_YET = (
    "Too few customers have been watched for the window and as long again, in which a second order "
    "can follow a return."
)


def win_back_report(workspace: Workspace, program: Program) -> ProgramReport:
    """An experiment among the lapsed: who came back, who then bought again, and the margin.

    Args:
        workspace: the study.
        program: of kind win_back.
    """
    rows = experiment_rows(workspace, program)
    found = report_of(workspace, program, rows)
    if rows is None or not isinstance(found.detail, ExperimentDetail) or not len(rows.compared):
        return found
    check, lapsed = _lapsed(workspace, rows)
    detail = replace(found.detail, lapsed=lapsed)
    if not found.withheld:
        planned = program.planned_n if program.mode == "fixed" else None
        compared = together(rows.first(planned), program, workspace.study.confidence)
        detail = replace(detail, second_order=_second_order(compared, program))
    more = (detail.second_order,) if isinstance(detail.second_order, Effect) else ()
    return replace(
        found, detail=detail, checks=(*found.checks, check), others=(*found.others, *more),
        values={**found.values, **experiment_values(program, detail)},
    )  # fmt: skip


def _lapsed(workspace: Workspace, rows: ExperimentRows) -> tuple[Check, float]:
    """Whether those drawn had fallen silent."""
    silence, frame = workspace.silence_days, rows.compared
    ago = (frame["age_days"] - frame["recency_days"]).astype("float64")
    lapsed = ((ago >= silence) | ago.isna()).to_numpy(dtype=bool)
    share, active = float(lapsed.mean()), int((~lapsed).sum())
    told = f"Of {len(frame):,} customers drawn, {active:,} had bought in the {silence} days before"
    if active <= MOST_ACTIVE * len(frame):
        return Check("Fallen silent", True, f"{told}; all others had fallen silent."), share
    rest = "; they were not lost, and what is told of them is no win-back."
    return Check("Fallen silent", False, told + rest), share


def _second_order(compared: Comparison, program: Program) -> Effect | Missing:
    """Came back in the window and bought again as soon after, of customers watched so long."""
    rows, treated = compared.rows, compared.treated.of(compared.rows)
    watched = compared.inside & rows.compared["watched_after"].to_numpy(dtype=bool)
    sizes = int((treated & watched).sum()), int((~treated & watched).sum())
    if min(sizes) < SMALLEST_ARM:
        return Missing("second_order", _NOT_YET)
    again = rows.compared["second_order"].to_numpy(dtype=np.float64)
    found = difference(
        rows.sample(again, treated, watched), outcome="second_order", kind="proportion",
        treated=compared.treated.name, control=compared.control.name,
        confidence=compared.confidence,
    )  # fmt: skip
    if program.mode != "sequential":
        return found
    return at_any_look(found, program.planned_n, compared.confidence)

"""Who was drawn into which arm, and whom messages and surveys reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.programs.experiment_detail import Arm, ExperimentDetail
from retention_research.answers.programs.experiment_draw import Draw
from retention_research.answers.programs.experiment_rows import ExperimentRows
from retention_research.study_programs import Program
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

OTHER = "other"  # arms under the group floor, together


def counted(
    workspace: Workspace, program: Program, rows: ExperimentRows, draw: Draw | None
) -> ExperimentDetail:
    """Everybody who was drawn, by arm, before any effect is looked at.

    Args:
        workspace: the study.
        program: as it declares it.
        rows: the experiment's customers.
        draw: how they were shared out; None where nobody was drawn by as_of.
    """
    arms = _arms(rows, program, draw, workspace.study.group_floor)
    return ExperimentDetail(
        arms={one.arm: one.compared for one in arms},
        counted=arms,
        assigned=len(rows.drawn),
        in_two_arms=int(rows.drawn["in_two_arms"].sum()) if len(rows.drawn) else 0,
        unfinished=int((~rows.drawn["finished"]).sum()) if len(rows.drawn) else 0,
        later=rows.later,
        window_days=program.window_days,
        sample_ratio=draw.ratio if draw else None,
    )


def _arms(rows: ExperimentRows, program: Program, draw: Draw | None, floor: int) -> tuple[Arm, ...]:
    """The arms, the control arm last; those under the floor together as "other"."""
    if not len(rows.drawn):
        return ()
    sizes = rows.drawn["arm"].value_counts()
    small = set(sizes.index[sizes < floor])
    shown = {arm: OTHER if arm in small else str(arm) for arm in sizes.index}
    drawn, mine = rows.drawn["arm"].map(shown), rows.compared["arm"].map(shown)
    planned = draw.planned if draw else {}
    order = sorted(set(shown.values()), key=lambda arm: (arm == program.control, arm))
    return tuple(
        _arm(arm, int((drawn == arm).sum()), rows.compared[mine == arm], planned.get(arm))
        for arm in order
    )


def _arm(name: str, assigned: int, part: pd.DataFrame, planned: float | None) -> Arm:
    reached = answered = asked = personalised = None
    if "contacts" in part and len(part):
        reached = float((part["contacts"] > 0).mean())
        total = int(part["contacts"].sum())
        personalised = float(part["contacts_personalised"].sum() / total) if total else None
    if "score" in part and len(part):
        answered = float(part["score"].notna().mean())
        asked = None if part["asked"].isna().all() else float(part["asked"].astype(float).mean())
    return Arm(name, assigned, len(part), planned, reached, personalised, answered, asked)

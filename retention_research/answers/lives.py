"""Each customer's first and second purchase and first silence: made once, for several reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.summaries.kpis import staying
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir


def lives(workspace: Workspace) -> ir.Table:
    """What `staying.lives` tells of everybody who bought up to as_of, with birth_known."""
    purchases, days = workspace.purchases(workspace.window.as_of), workspace.silence_days
    return workspace.kept_table(
        "lives", lambda: workspace.with_birth(staying.lives(purchases, days))
    )

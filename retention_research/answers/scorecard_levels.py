"""The KPIs by segment: all segments asked for together, for the engine to read its tables once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from retention_research.answers.kpis import kpi_frame, ticket_kpi_frame
from retention_research.answers.scorecard_rows import withheld
from retention_research.answers.segments import CATEGORY, RFM
from retention_research.periods import Period
from retention_research.summaries.segments import together
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_OF_EARLIER = (  # KPIs, or beginnings of their names, of what was done before the period
    "repeat_purchase_rate", "purchase_frequency", "tenure_mean", "existing_revenue_share",
    "redemption_rate", "breakage_rate", "referral_share",
)  # fmt: skip
GROUPED_BY_IT = (
    "It counts what customers did before the period, and the groups by how customers buy are made "
    "of the same purchases."
)


def level_frames(workspace: Workspace, period: Period) -> dict[str, pd.DataFrame]:
    """The KPIs by segment, and those of service by category of ticket, now and before.

    By recency, frequency and money customers are grouped as they were before each period began:
    grouped by what they did in it, the silent would be lapsed by definition. KPIs of what was done
    before the period are withheld for these groups, for the same reason.

    Args:
        workspace: the study and its tables.
        period: the last full one.

    Returns:
        Segment to its frame, as `kpi_frame` gives it.
    """
    import pandas as pd

    both = (period.before, period)
    found = _by_all(workspace, both, _segments(workspace, both))
    by_ticket = ticket_kpi_frame(workspace, both)
    rfm = pd.concat([_of(found[_rfm_at(p)], p) for p in both], ignore_index=True)
    own = {name: found[name] for name in workspace.study.segments}
    rfm = withheld(rfm, rfm["kpi"].str.startswith(_OF_EARLIER), GROUPED_BY_IT)
    return {RFM: rfm} | ({} if by_ticket.empty else {CATEGORY: by_ticket}) | own


def _rfm_at(period: Period) -> str:
    return f"{RFM} before {period.start}"


def _segments(workspace: Workspace, both: Sequence[Period]) -> dict[str, ir.Table]:
    own = workspace.segments(both[0].start - timedelta(days=1))
    rfm = {_rfm_at(p): workspace.segments(p.start - timedelta(days=1))[RFM] for p in both}
    return rfm | {name: own[name] for name in workspace.study.segments}


def _by_all(
    workspace: Workspace, both: Sequence[Period], segments: Mapping[str, ir.Table]
) -> dict[str, pd.DataFrame]:
    """One frame a segment, of a question asked once."""
    marks = {name: f"{place}:" for place, name in enumerate(segments)}
    marked = {marks[name]: table for name, table in segments.items()}
    by = workspace.kept_table(f"segments-{both[0].start}", lambda: together(marked))
    frame = kpi_frame(workspace, both, by, tuple(marks.values()))
    return {name: _unmarked(frame, mark) for name, mark in marks.items()}


def _unmarked(frame: pd.DataFrame, mark: str) -> pd.DataFrame:
    rows = frame[frame["level"].str.startswith(mark)]
    return rows.assign(level=rows["level"].str.removeprefix(mark)).reset_index(drop=True)


def _of(frame: pd.DataFrame, period: Period) -> pd.DataFrame:
    return frame[frame["period_start"] == period.start]

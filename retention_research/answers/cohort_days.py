"""How many days pass until the second purchase, of those who come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from retention_research.answers.recorded import recorded
from retention_research.models.median import counted_median
from retention_research.summaries import tenure
from retention_research.values import Value
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

HORIZONS: Final = (13, 26, 52)  # weeks
_BARS = 13  # of a histogram, whatever the horizon
_FEWEST = 30  # customers who came back, below which no distribution is shown


@dataclass(frozen=True, slots=True)
class Days:
    """Days from the first purchase to the second, of who came back within a horizon.

    Attributes:
        weeks: the longest horizon with enough customers; 0 where there is none.
        followed: customers followed for all of it.
        bars: after_weeks (end of each bar), customers, share of those who came back within it.
        values: by glossary name, one median for each horizon.
    """

    weeks: int
    followed: int
    bars: pd.DataFrame
    values: Mapping[str, Value]


def days(workspace: Workspace, waits: ir.Table) -> Days:
    """The distribution of days to the second purchase, nobody in it followed for less.

    Args:
        workspace: of the study.
        waits: customer_id, first_day, duration, event_observed.
    """
    counted = {weeks: _followed(workspace, waits, weeks) for weeks in HORIZONS}
    returned = {weeks: _returned(counted[weeks], weeks) for weeks in HORIZONS}
    values = {
        f"cohorts.second_purchase.days_median_{weeks}w": _median(rows, workspace)
        for weeks, rows in returned.items()
    }
    enough = [weeks for weeks in HORIZONS if returned[weeks]["customers"].sum() >= _FEWEST]
    longest = max(enough, default=0)
    shown = longest or HORIZONS[0]
    followed = int(counted[shown]["customers"].sum())
    return Days(longest, followed, _bars(returned[shown], shown), values)


def _followed(workspace: Workspace, waits: ir.Table, weeks: int) -> pd.DataFrame:
    last = workspace.window.as_of - timedelta(weeks=weeks)
    return tenure.count_durations(waits.filter(waits.first_day <= last)).to_pandas()


def _returned(cells: pd.DataFrame, weeks: int) -> pd.DataFrame:
    return cells[cells["event_observed"].astype(bool) & (cells["duration"] <= 7 * weeks)]


def _median(rows: pd.DataFrame, workspace: Workspace) -> Value:
    found = counted_median(rows["duration"], rows["customers"], workspace.study.confidence)
    return recorded(found, int(rows["customers"].sum()), "days")


def _bars(rows: pd.DataFrame, weeks: int) -> pd.DataFrame:
    step = weeks // _BARS
    ends = -(-rows["duration"] // (7 * step)) * step
    summed = rows["customers"].groupby(ends).sum()
    every = summed.reindex(range(step, weeks + 1, step), fill_value=0)
    frame = every.rename_axis("after_weeks").reset_index()
    return frame.assign(share=frame["customers"] / max(int(frame["customers"].sum()), 1))

"""Complaints: how many, why, how long they take, who comes again, what is still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers.customer_voice.measures import (
    NOTHING,
    ends,
    measured,
    of_levels,
    ratio,
    value_of,
)
from retention_research.answers.customer_voice.products import THOUSAND
from retention_research.answers.customer_voice.spans import Spans
from retention_research.answers.recorded import recorded, turned
from retention_research.customer_codes import customer_codes
from retention_research.models.clustered_kaplan_meier import ClusteredCurve, fit_clustered_curve
from retention_research.models.fit import Missing
from retention_research.summaries import service as summaries
from retention_research.summaries.kpis.service import waits, whole
from retention_research.summaries.voice import small_merged
from retention_research.values import Value, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

DAY, WEEK = 24.0, 168.0  # hours
_SHOWN = 20  # open complaints named by code on the page
_DAYS_DRAWN = 28
_LONG = 90  # days after which an open complaint is told apart


@dataclass(frozen=True, slots=True)
class Complaints:
    """Complaints of the year, and those open at as_of.

    Attributes:
        values: by glossary name.
        over_time: in_period, complaints, rate per 1,000 active customers with interval.
        causes: cause, complaints, share with interval, hours to half of them resolved.
        waiting: after_days, still_open with interval.
        open: customer (code), cause, days_open, revenue: of high-value customers.
        all_tickets: the source does not tell complaints from other tickets.
    """

    values: Mapping[str, Value]
    over_time: pd.DataFrame
    causes: pd.DataFrame
    waiting: pd.DataFrame
    open: pd.DataFrame
    all_tickets: bool


def complaints(workspace: Workspace, times: Spans) -> Complaints | None:
    """What is known of complaints; None where fewer than the floor complained in the year."""
    tickets = workspace.table("tickets")
    if tickets is None:
        return None
    rows = whole(summaries.complaints(tickets))
    rows = rows.mutate(category=rows.category.fill_null("not stated"))
    frame = _waits(workspace, rows, times)
    if frame["customer_id"].nunique() < workspace.study.group_floor:
        return None
    curve = _curve(workspace, frame)
    over_time, volume = _volume(workspace, rows, times)
    causes, caused = _causes(workspace, rows, frame, times)
    ends_known = "resolved_at" in tickets.columns
    still, open_values = _open(workspace, rows) if ends_known else _open_unknown()
    values = volume | caused | open_values | _resolved(curve) | _repeated(workspace, rows, times)
    values["complaints.count"] = fact(len(frame), "count")
    only = "is_complaint" not in tickets.columns
    return Complaints(values, over_time, causes, _drawn(curve), still, only)


def _waits(workspace: Workspace, rows: ir.Table, times: Spans) -> pd.DataFrame:
    hours = workspace.study.tickets.business_hours
    as_of, floor = workspace.window.as_of, workspace.study.group_floor
    named = small_merged(rows, "category", floor)
    return waits(named, "resolved_at", [times.year], as_of, hours).to_pandas()


def _curve(workspace: Workspace, frame: pd.DataFrame) -> ClusteredCurve:
    return fit_clustered_curve(
        frame["duration"],
        frame["event_observed"],
        frame["customer_id"],
        confidence=workspace.study.confidence,
    )


def _resolved(curve: ClusteredCurve) -> dict[str, Value]:
    within = {"complaints.resolved_1d": DAY, "complaints.resolved_7d": WEEK}
    shares = {k: recorded(turned(curve.survival_at(t)), curve.n, "share")
              for k, t in within.items()}  # fmt: skip
    return shares | {"complaints.resolution_hours": recorded(curve.median(), curve.n, "number")}


def _drawn(curve: ClusteredCurve) -> pd.DataFrame:
    """The curve at each quarter of a day up to four weeks, for as long as it can be bounded."""
    import pandas as pd

    grid = [day / 4 for day in range(4 * _DAYS_DRAWN + 1)]
    rows = [(day, *ends(curve.survival_at(DAY * day))) for day in grid]
    columns = ["after_days", "still_open", "share_low", "share_high"]
    return pd.DataFrame(rows, columns=columns).astype("float64").dropna().reset_index(drop=True)


def _volume(
    workspace: Workspace, rows: ir.Table, times: Spans
) -> tuple[pd.DataFrame, dict[str, Value]]:
    import pandas as pd

    periods, days = [*times.periods, times.year], workspace.silence_days
    purchases = workspace.purchases(workspace.window.as_of)
    found = []
    for part in (periods[:-1], periods[-1:]):  # a day lies in one period of a query
        sums = summaries.per_customers(rows, purchases, part, days)
        found.append(measured(workspace, sums, ratio, THOUSAND))
    over, year = found
    ordered = sorted(over, key=lambda row: row.period)
    cells = [(times.periods[r.period].words, r.y, *ends(r.found)) for r in ordered]
    columns = ["in_period", "complaints", "rate", "conf_low", "conf_high"]
    frame = pd.DataFrame(cells, columns=columns).astype(dict.fromkeys(columns[1:], "float64"))
    return frame, value_of("complaints.per_thousand", year)


def _causes(
    workspace: Workspace, rows: ir.Table, frame: pd.DataFrame, times: Spans
) -> tuple[pd.DataFrame, dict[str, Value]]:
    import pandas as pd

    named = small_merged(rows, "category", workspace.study.group_floor)
    found = measured(workspace, summaries.causes(named, times.year, "category"))
    hours = {
        str(cause): _curve(workspace, group).median() for cause, group in frame.groupby("category")
    }
    none = Missing("median", NOTHING)
    cells = [
        (r.level, r.y, *ends(r.found), *ends(hours.get(r.level, none)))
        for r in sorted(found, key=lambda row: (-row.y, row.level))
        if r.n >= workspace.study.group_floor
    ]
    columns = ["cause", "complaints", "share", "share_low", "share_high", "hours", "hours_low",
               "hours_high"]  # fmt: skip
    table = pd.DataFrame(cells, columns=columns).astype(dict.fromkeys(columns[1:], "float64"))
    return table, of_levels("complaints.cause.{}.share", found)


def _repeated(workspace: Workspace, rows: ir.Table, times: Spans) -> dict[str, Value]:
    sums = summaries.repeated(rows, times.year, workspace.window.as_of)
    return value_of("complaints.repeat_share", measured(workspace, sums))


def _open(workspace: Workspace, rows: ir.Table) -> tuple[pd.DataFrame, dict[str, Value]]:
    as_of = workspace.window.as_of
    revenue = summaries.yearly_revenue(workspace.purchases(as_of), as_of)
    frame = summaries.still_open(rows, revenue, as_of).to_pandas()
    high = frame[frame["high_value"].astype(bool)]
    customers = high.drop_duplicates("customer_id")
    values = {
        "complaints.open.count": fact(len(frame), "count"),
        "complaints.open.high_value": fact(len(high), "count"),
        "complaints.open.high_value_customers": fact(len(customers), "count"),
        "complaints.open.high_value_90d": fact(int((high["days_open"] > _LONG).sum()), "count"),
        "complaints.open.revenue": fact(float(customers["revenue"].sum()), "money"),
    }
    shown = high.head(_SHOWN)
    codes = customer_codes(shown["customer_id"], workspace.study)
    named = shown.assign(customer=codes, cause=shown["category"])
    return named[_COLUMNS].reset_index(drop=True), values


_COLUMNS = ["customer", "cause", "days_open", "revenue"]
_OPEN = ("count", "high_value", "high_value_90d", "high_value_customers", "revenue")


def _open_unknown() -> tuple[pd.DataFrame, dict[str, Value]]:
    import pandas as pd

    reason = "The tickets do not say when they were resolved."
    values = {f"complaints.open.{name}": missing("fact", reason) for name in _OPEN}
    return pd.DataFrame(columns=_COLUMNS), values

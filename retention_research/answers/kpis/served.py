"""KPIs of service: problems, waiting, handling, ratings; by customer or by a column of tickets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retention_research.answers.kpis.inputs import Inputs
from retention_research.answers.kpis.rows import Row, of_sums, scaled
from retention_research.events.engine import hold
from retention_research.models.clustered_kaplan_meier import fit_clustered_curve
from retention_research.models.within_target import share_within_target
from retention_research.summaries.kpis import service, voice
from retention_research.summaries.kpis.known_then import known_then
from retention_research.summaries.kpis.sums import ALL, stacked
from retention_research.summaries.voice import small_merged

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

SHOWN = "shown_as"  # the level of a ticket, "other" where it is a small one
ORDERS = 1000.0  # of which so many have a problem
WAITS = {"first_response_at": "first_response_hours", "resolved_at": "resolution_hours"}


def service_rows(inputs: Inputs) -> list[Row]:
    """Every KPI that tickets carry; empty where the study has no tickets."""
    tickets = inputs.workspace.table("tickets")
    if tickets is None or (inputs.extra and inputs.extra not in tickets.columns):
        return []
    whole = _shown(inputs, service.whole(tickets))
    found = _problems(inputs, whole)
    found += inputs.rows_of(_sums(inputs, whole, "resolved_at" in tickets.columns))
    for until, kpi in WAITS.items():
        if until in tickets.columns:
            found += _waiting(inputs, whole, until, kpi)
    return found


def _shown(inputs: Inputs, tickets: ir.Table) -> ir.Table:
    """Of the periods asked for, with small levels merged, where a column of tickets is the level.

    The column stays beside what it is shown as: targets are set by category.
    """
    if not inputs.extra:
        return tickets
    rows = service.of_periods(tickets, inputs.periods)
    named = rows.mutate(**{SHOWN: rows[inputs.extra].cast("string")})
    return hold(small_merged(named, SHOWN, inputs.workspace.study.group_floor))


def _problems(inputs: Inputs, tickets: ir.Table) -> list[Row]:
    purchases, periods = inputs.purchases(), inputs.periods
    if not inputs.extra:
        rows = inputs.rows_of(service.per_order(tickets, purchases, periods))
        return [scaled(row, ORDERS) for row in rows]
    frame = service.per_order_by_level(tickets, purchases, periods, SHOWN).to_pandas()
    rows = of_sums(frame, inputs.confidence)
    return [
        replace(scaled(row, ORDERS), customers=int(owners))
        for row, owners in zip(rows, frame["owners"], strict=True)
    ]


def _sums(inputs: Inputs, tickets: ir.Table, resolvable: bool) -> ir.Table:
    extra, periods = SHOWN if inputs.extra else None, inputs.periods
    then = known_then(tickets, "tickets", tickets.opened_at.date(), periods)
    if resolvable:
        then = service.settled(then)
    rated = voice.ratings(tickets, periods, extra)
    return stacked((service.handling(then, periods, extra), rated))


def _waiting(inputs: Inputs, tickets: ir.Table, until: str, kpi: str) -> list[Row]:
    hours = inputs.workspace.study.tickets.business_hours
    extra = SHOWN if inputs.extra else None
    waits = service.waits(tickets, until, inputs.periods, inputs.as_of, hours, extra)
    frame = _with_levels(inputs, waits)
    found = []
    owned = frame.assign(owner=frame["customer_id"].factorize()[0])
    for (period, level), rows in owned.groupby(["period", "level"]):
        found.append(_median(inputs, kpi, int(period), level, rows))
        if until == "first_response_at" and inputs.workspace.study.tickets.targets:
            found.append(_within(inputs, int(period), level, rows))
    return found


def _with_levels(inputs: Inputs, waits: ir.Table) -> pd.DataFrame:
    if inputs.extra:
        return waits.to_pandas()
    if inputs.by is None:
        return waits.to_pandas().assign(level=ALL)
    named = waits.join(inputs.by.select("customer_id", "level"), "customer_id")
    told = named.select(*waits.columns, "level")
    return told.order_by(told.columns).to_pandas()


def _median(inputs: Inputs, kpi: str, period: int, level: str, rows: pd.DataFrame) -> Row:
    curve = fit_clustered_curve(
        rows["duration"],
        rows["event_observed"],
        rows["owner"],
        confidence=inputs.confidence,
    )
    done = int(rows["event_observed"].sum())
    said = _open(len(rows) - done)
    found, owners = curve.median(), rows["owner"].nunique()
    return Row(kpi, period, level, found, len(rows), note=said, customers=owners)


def _open(n: int) -> str:
    if not n:
        return ""
    return f"{n:,} open ticket{'s' if n > 1 else ''} counted as waiting."


def _within(inputs: Inputs, period: int, level: str, rows: pd.DataFrame) -> Row:
    targets = inputs.workspace.study.tickets.targets
    found = share_within_target(
        rows["duration"], rows["event_observed"], rows["owner"], rows["category"],
        targets, inputs.confidence,
    )  # fmt: skip
    aimed = rows["category"].isin(list(targets))
    done = int(rows.loc[aimed, "event_observed"].sum())
    n, owners = int(aimed.sum()), rows.loc[aimed, "owner"].nunique()
    return Row("sla_share", period, level, found, n, note=_open(n - done), customers=owners)

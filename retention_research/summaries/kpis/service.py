"""How customers are served, by period: problems, handling, and how long tickets wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from retention_research.periods import Period
from retention_research.summaries.kpis.business_hours import seconds_between, seconds_open
from retention_research.summaries.kpis.sums import (
    inside,
    per_customer,
    per_customer_and_kpi,
    with_columns,
)

if TYPE_CHECKING:
    from retention_research.study_sections import Hours

HIGHER_LEVEL = 2  # of service: whoever the first line passes a ticket on to
_TYPES = {
    "category": "string", "product_id": "string", "first_response_at": "timestamp",
    "resolved_at": "timestamp", "reopened_at": "timestamp", "is_complaint": "boolean",
    "csat": "int64", "level": "int64", "self_service": "boolean", "handled_minutes": "float64",
}  # fmt: skip


def whole(tickets: ir.Table) -> ir.Table:
    """The tickets with every column, null where the source has none."""
    return with_columns(tickets, **_TYPES)


def per_order(tickets: ir.Table, purchases: ir.Table, periods: Sequence[Period]) -> ir.Table:
    """Tickets opened in each period, and orders of the same customers.

    Args:
        tickets: with customer_id, opened_at.
        purchases: customer_id, day, orders (count).
        periods: of the opening and of the order.

    Returns:
        Sums as `per_customer` gives them, of problem_rate.
    """
    dated = inside(tickets, tickets.opened_at.date(), periods)
    one, none = (ibis.literal(number).cast("int64") for number in (1, 0))
    opened = dated.select("period", "customer_id", y=one, x=none)
    bought = inside(purchases, purchases.day, periods)
    ordered = bought.select("period", "customer_id", y=none, x=bought.orders.cast("int64"))
    both = opened.union(ordered)
    return per_customer(both, "problem_rate", both.y, both.x)


def per_order_by_level(
    tickets: ir.Table, purchases: ir.Table, periods: Sequence[Period], extra: str
) -> ir.Table:
    """Tickets of each level opened in each period, held against all orders.

    What customers ordered is the same for every level: it is summed once, and only customers with
    tickets are looked at level by level.

    Args:
        tickets: with customer_id, opened_at.
        purchases: customer_id, day, orders (count).
        periods: of the opening and of the order.
        extra: a column of tickets that is the `level`; tickets without one are left out.

    Returns:
        Moments of problem_rate as `condense` gives them, and owners (customers with tickets of the
        level in the period).
    """
    told = tickets.filter(tickets[extra].notnull())
    ordered = _ordered(purchases, periods)
    both = _of_all(ordered, told[extra]).union(_of_few(told, ordered, periods, extra))
    keys = ["period", "level"]
    whole = {name: both[name].sum().cast("int64") for name in ("n", "y", "x", "owners")}
    squares = {name: both[name].sum().cast("float64") for name in ("yy", "xx", "xy")}
    summed = both.group_by(keys).agg(**whole, **squares)
    return summed.mutate(kpi=ibis.literal("problem_rate")).order_by(keys)


def _ordered(purchases: ir.Table, periods: Sequence[Period]) -> ir.Table:
    bought = inside(purchases, purchases.day, periods)
    per = bought.group_by("period", "customer_id").agg(x=bought.orders.sum().cast("int64"))
    return per.mutate(period=per.period.cast("int64"))


_SUMS = ("n", "y", "x", "yy", "xx", "xy", "owners")


def _of_all(ordered: ir.Table, level: ir.Column) -> ir.Table:
    """The moments of orders, once for every level, as if nobody had a ticket."""
    x = ordered.x
    once = ordered.group_by("period").agg(n=x.count(), x=x.sum(), xx=(x * x).sum())
    beside = once.cross_join(level.name("level").as_table().distinct())
    return _whole(beside.mutate(y=0, yy=0, xy=0, owners=0))


def _of_few(
    tickets: ir.Table, ordered: ir.Table, periods: Sequence[Period], extra: str
) -> ir.Table:
    """What customers with tickets add to these moments."""
    dated = inside(tickets, tickets.opened_at.date(), periods)
    keyed = dated.select("customer_id", level=dated[extra], period=dated.period.cast("int64"))
    each = keyed.group_by("period", "level", "customer_id").agg(y=ibis._.count())
    rows = each.left_join(ordered, ["period", "customer_id"])
    y = rows.y
    moments = rows.group_by("period", "level").agg(
        n=rows.x.isnull().cast("int32").sum(), y=y.sum(), yy=(y * y).sum(),
        xy=(y * rows.x.fill_null(0)).sum(), owners=rows.count(),
    )  # fmt: skip
    return _whole(moments.mutate(x=0, xx=0))


def _whole(moments: ir.Table) -> ir.Table:
    sums = {name: moments[name].cast("int64") for name in _SUMS}
    return moments.select("period", "level", **sums)


def handling(tickets: ir.Table, periods: Sequence[Period], extra: str | None = None) -> ir.Table:
    """What became of tickets opened in each period.

    Args:
        tickets: as `whole` gives them.
        periods: of the opening.
        extra: a column of tickets to tell apart as `level`.

    Returns:
        Sums as `per_customer` gives them, of handling_minutes (minutes / tickets that have them),
        resolved_without_reopening (/ resolved tickets), escalated_share (service level 2 or more /
        tickets with a level), self_service_complaints (unresolved there / complaints).
    """
    rows = inside(tickets, tickets.opened_at.date(), periods)
    resolved, complaint = rows.resolved_at.notnull(), rows.is_complaint.fill_null(False)
    left = complaint & ~resolved & rows.self_service.fill_null(False)
    parts: dict[str, tuple[ir.Value, ir.BooleanValue]] = {
        "handling_minutes": (rows.handled_minutes, rows.handled_minutes.notnull()),
        "resolved_without_reopening": (resolved & rows.reopened_at.isnull(), resolved),
        "escalated_share": (rows.level >= HIGHER_LEVEL, rows.level.notnull()),
        "self_service_complaints": (left, complaint & rows.self_service.notnull()),
    }
    return per_customer_and_kpi(rows, parts, extra=extra)


def settled(tickets: ir.Table) -> ir.Table:
    """Without the minutes of tickets that are not resolved: their work is not over yet.

    Args:
        tickets: with resolved_at, handled_minutes.
    """
    over = tickets.resolved_at.notnull()
    return tickets.mutate(handled_minutes=ibis.ifelse(over, tickets.handled_minutes, None))


def of_periods(tickets: ir.Table, periods: Sequence[Period]) -> ir.Table:
    """The tickets opened or resolved in any of these periods.

    Args:
        tickets: as `whole` gives them.
        periods: of the opening or of the resolution.
    """
    days = tickets.opened_at.date(), tickets.resolved_at.date()
    within = [day.between(p.start, p.end).fill_null(False) for p in periods for day in days]
    return tickets.filter(ibis.or_(*within))


def waits(
    tickets: ir.Table,
    until: str,
    periods: Sequence[Period],
    as_of: date,
    hours: Hours | None = None,
    extra: str | None = None,
) -> ir.Table:
    """How long tickets opened in each period waited, open ones to the end of as_of.

    Args:
        tickets: with customer_id, opened_at, category and the column `until`.
        until: first_response_at or resolved_at.
        periods: of the opening.
        as_of: last day that is known.
        hours: business hours; hours of the clock if None.
        extra: a column of tickets to tell apart as `level`; tickets without one are left out.

    Returns:
        period, customer_id, category, duration (hours), event_observed, and level where `extra` is
        given; in order.
    """
    told = tickets.filter(tickets[extra].notnull()) if extra else tickets
    rows = inside(told, told.opened_at.date(), periods)
    end = ibis.literal(as_of + timedelta(days=1)).cast("timestamp")
    ended = rows[until]
    seconds = (
        seconds_open(rows.opened_at, ended.coalesce(end), hours)
        if hours
        else seconds_between(rows.opened_at, ended.coalesce(end))
    )
    waited = rows.select(
        period=rows.period.cast("int64"), customer_id="customer_id", category="category",
        duration=ibis.greatest(seconds, 0).cast("float64") / 3600.0,
        event_observed=ended.notnull(), **({"level": rows[extra]} if extra else {}),
    )  # fmt: skip
    return waited.order_by(waited.columns)

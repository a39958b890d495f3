"""What follows a contact, by period: purchases, unsubscribing, actions; and against no contact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from retention_research.periods import Period
from retention_research.summaries.kpis.sums import (
    ALL,
    days_after,
    inside,
    once_each,
    stacked,
    with_columns,
)

CONTROL_ARMS = ("control", "holdout", "hold-out", "hold_out")
_TYPES = {"delivered": "boolean", "opened_at": "timestamp", "actions": "int64",
          "unsubscribed_at": "timestamp"}  # fmt: skip


def whole(contacts: ir.Table) -> ir.Table:
    """The contacts with every column; delivered where the source does not say otherwise."""
    rows = with_columns(contacts, **_TYPES)
    return rows.mutate(delivered=rows.delivered.fill_null(True))


def conversions(
    contacts: ir.Table,
    purchases: ir.Table,
    periods: Sequence[Period],
    window_days: int,
    as_of: date,
) -> ir.Table:
    """Customers with a delivered contact, and those who bought within the window after one.

    Args:
        contacts: as `whole` gives them.
        purchases: customer_id, day.
        periods: of the contact.
        window_days: how long after the day of the contact a purchase follows it.
        as_of: contacts whose window is not over by then are left out.

    Returns:
        Sums as `per_customer` gives them, of contact_conversion_rate.
    """
    rows = contacts.mutate(sent=contacts.sent_at.date())
    ripe = rows.delivered & (rows.sent <= as_of - timedelta(days=window_days))
    dated = inside(rows.filter(ripe), rows.sent, periods)
    last = max(p.end for p in periods) + timedelta(days=window_days)
    near = purchases.filter(purchases.day.between(min(p.start for p in periods), last))
    followed = _followed(dated.select("period", "customer_id", since="sent"), near, window_days)
    return once_each(followed, "contact_conversion_rate", followed.bought, ibis.literal(1))


def _followed(each: ir.Table, purchases: ir.Table, window_days: int) -> ir.Table:
    """Per period and customer: whether a purchase lies in the window after any of the days."""
    until = each.mutate(until=days_after(each.since, window_days))
    days = purchases.select(buyer="customer_id", day="day")
    after = (days.day > until.since) & (days.day <= until.until)
    joined = until.left_join(days, [until.customer_id == days.buyer, after])
    bought = joined.buyer.notnull().cast("int32").max()
    return joined.group_by("period", "customer_id").agg(bought=bought)


def sendings(contacts: ir.Table, periods: Sequence[Period]) -> ir.Table:
    """What came of the contacts sent in each period.

    Args:
        contacts: as `whole` gives them.
        periods: of the contact.

    Returns:
        Sums as `per_customer` gives them, of unsubscribe_rate (unsubscribes / delivered) and
        actions_per_engagement (actions / customers with an action or open).
    """
    rows = inside(contacts, contacts.sent_at.date(), periods)
    engaged = (rows.actions.fill_null(0) > 0) | rows.opened_at.notnull()
    per = rows.group_by("period", "customer_id").agg(
        reached=rows.delivered.cast("int32").sum(),
        left=(rows.delivered & rows.unsubscribed_at.notnull()).cast("int32").sum(),
        acted=rows.actions.sum(),
        engaged=engaged.cast("int32").max(),
    )
    reached = per.filter(per.reached > 0)
    return stacked((
        once_each(reached, "unsubscribe_rate", reached.left, reached.reached),
        once_each(per, "actions_per_engagement", per.acted, per.engaged),
    ))  # fmt: skip


def arms(
    assignments: ir.Table,
    purchases: ir.Table,
    periods: Sequence[Period],
    window_days: int,
    as_of: date,
    by: ir.Table | None = None,
) -> ir.Table:
    """Customers assigned in each period by experiment and arm, and buyers among them.

    Args:
        assignments: with customer_id, experiment_id, arm, assigned_at.
        purchases: customer_id, day.
        periods: of the assignment.
        window_days: how long after the day of the assignment purchases count.
        as_of: assignments whose window is not over by then are left out.
        by: customer_id, level.

    Returns:
        period, level, experiment_id, is_control, bought, n; of experiments with both kinds of arm
        in the period, in order.
    """
    rows = assignments.mutate(since=assignments.assigned_at.date())
    ripe = rows.filter(rows.since <= as_of - timedelta(days=window_days))
    dated = inside(ripe, ripe.since, periods).mutate(level=ibis.literal(ALL))
    if by is not None:
        dated = dated.drop("level").join(by.select("customer_id", "level"), "customer_id")
    followed = _bought_after(dated, purchases, window_days)
    control = followed.arm.lower().strip().isin(CONTROL_ARMS)
    keys = ["period", "level", "experiment_id", "is_control"]
    told = followed.mutate(is_control=control)
    counted = told.group_by(keys).agg(bought=told.bought.sum(), n=told.count())
    both = counted.mutate(kinds=counted.count().over(ibis.window(group_by=keys[:3])))
    return both.filter(both.kinds == 2).drop("kinds").order_by(keys)


def _bought_after(rows: ir.Table, purchases: ir.Table, window_days: int) -> ir.Table:
    until = rows.mutate(until=days_after(rows.since, window_days))
    days = purchases.select(buyer="customer_id", day="day")
    after = (days.day > until.since) & (days.day <= until.until)
    yes = until.semi_join(days, [until.customer_id == days.buyer, after])
    no = until.anti_join(days, [until.customer_id == days.buyer, after])
    return yes.mutate(bought=1).union(no.mutate(bought=0))

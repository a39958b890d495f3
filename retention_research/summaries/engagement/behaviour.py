"""Who is active on a day, how they had bought by then, and who falls silent afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis

from retention_research.summaries.cohorts import first_orders
from retention_research.summaries.purchases import exact_sum

if TYPE_CHECKING:
    import ibis.expr.types as ir


def lately(day: ir.DateValue, end: date, days: int) -> ir.BooleanValue:
    """Whether a day lies in the `days` days up to and with `end`."""
    return day.between(ibis.literal(end - timedelta(days=days - 1)), ibis.literal(end))


def active_customers(purchases: ir.Table, end: date, silence_days: int) -> ir.Table:
    """Customers with a purchase in the `silence_days` days up to `end`, and how they had bought.

    Args:
        purchases: customer_id, day, amount; with refunds up to `end` only.
        end: the day; later purchases are not looked at.
        silence_days: churn.inactive_for in days.

    Returns:
        customer_id, first_day, recent_purchases (in those days), days_since_last, tenure_days
        (since the first purchase), mean_spend (money per purchase), usual_gap (mean days between
        purchases; null for who bought once).
    """
    past = purchases.filter(purchases.day <= ibis.literal(end))
    per = past.group_by("customer_id").agg(
        first_day=past.day.min(),
        last_day=past.day.max(),
        bought=past.count(),
        recent_purchases=past.count(where=lately(past.day, end, silence_days)),
        spent=exact_sum(past.amount),
    )
    there = per.filter(per.recent_purchases > 0)
    span = there.last_day.delta(there.first_day, unit="day").cast("float64")
    return there.select(
        "customer_id",
        "first_day",
        "recent_purchases",
        days_since_last=ibis.literal(end).delta(there.last_day, unit="day"),
        tenure_days=ibis.literal(end).delta(there.first_day, unit="day"),
        mean_spend=there.spent / there.bought,
        usual_gap=span / (there.bought - 1).nullif(0),
    )


def silent_after(active: ir.Table, purchases: ir.Table, start: date, end: date) -> ir.Table:
    """Whether a customer made no purchase after `start`, up to and with `end`.

    Args:
        active: customer_id, each once.
        purchases: customer_id, day; with refunds up to `end` only.
        start: the landmark.
        end: last day watched.

    Returns:
        customer_id, silent.
    """
    later = (purchases.day > ibis.literal(start)) & (purchases.day <= ibis.literal(end))
    came = purchases.filter(later).select("customer_id").distinct().mutate(came=True)
    joined = active.select("customer_id").left_join(came, "customer_id")
    return joined.select("customer_id", silent=joined.came.isnull())


def recent_orders(transactions: ir.Table, end: date, days: int) -> ir.Table:
    """What customers ordered, had taken off and gave back in the days up to `end`.

    Args:
        transactions: customer_id, day, amount (negative for refunds), perhaps discount.
        end: the day.
        days: how far back.

    Returns:
        customer_id, orders_lately (days with an order, given back since or not), returned, and
        discount_share (discounts over what orders would have cost)
        where the source tells of discounts; customers with no row in those days are not there.
    """
    rows = transactions.filter(lately(transactions.day, end, days))
    sold = rows.amount >= 0
    told = {
        "orders_lately": rows.day.nunique(where=sold),
        "returned": (rows.amount < 0).any(),
    }
    if "discount" not in rows.columns:
        return rows.group_by("customer_id").agg(**told)
    off = sold.ifelse(rows.discount.fill_null(0.0), 0.0)
    per = rows.mutate(off=off, paid=sold.ifelse(rows.amount, 0.0)).group_by("customer_id")
    summed = per.agg(**told, off=exact_sum(ibis._.off), paid=exact_sum(ibis._.paid))
    whole = (summed.off + summed.paid).nullif(0.0)
    return summed.select("customer_id", *told, discount_share=(summed.off / whole).fill_null(0.0))


def first_order_discounted(
    transactions: ir.Table, born: ir.Table, *, blank_is_none: bool
) -> ir.Table:
    """Whether the first order bore a discount.

    Args:
        transactions: as known, with discount.
        born: customer_id, first_day, birth_known; where it is not known, neither is the order.
        blank_is_none: whether a blank discount means that there was none.

    Returns:
        customer_id, first_order_discounted (null where it is not known).
    """
    firsts = first_orders(transactions, born.filter(born.birth_known))
    known = ~firsts.discount.isnull() if not blank_is_none else ibis.literal(True)
    had = (firsts.discount == "with a discount").fill_null(False)
    return firsts.select("customer_id", first_order_discounted=ibis.ifelse(known, had, None))


def writes_no_zero(transactions: ir.Table) -> bool:
    """Whether the source leaves the discount of an order without one blank."""
    zeros = transactions.filter(transactions.amount >= 0, transactions.discount == 0).limit(1)
    return int(zeros.count().execute()) == 0

"""How long from the first purchase: to the second, and to the last before a silence."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir


def second_purchase(purchases: ir.Table, as_of: date) -> ir.Table:
    """Days from each customer's first purchase to the second, censored at as_of.

    Args:
        purchases: rows of customer_id and day, up to as_of.
        as_of: last day that is known.

    Returns:
        customer_id, first_day, duration (days, at least 1), event_observed. Customers born on
        as_of have no day of follow-up and are not there.
    """
    numbered = purchases.mutate(number=ibis.row_number().over(_in_order(purchases)))
    per = numbered.group_by("customer_id").agg(
        first_day=numbered.day.min(),
        second_day=numbered.day.min(where=numbered.number == 1),
    )
    until = per.second_day.coalesce(ibis.literal(as_of))
    waited = per.select(
        "customer_id",
        "first_day",
        duration=until.delta(per.first_day, unit="day"),
        event_observed=per.second_day.notnull(),
    )
    return waited.filter(waited.duration > 0)


def tenure(purchases: ir.Table, as_of: date, silence_days: int) -> ir.Table:
    """Days from each customer's first purchase to the last before the first silence.

    A silence is `silence_days` or more without a purchase, inside the data. Whoever has none yet
    is censored at as_of - silence_days: later than that nobody can be known to have left.

    Args:
        purchases: rows of customer_id and day, up to as_of.
        as_of: last day that is known.
        silence_days: churn.inactive_for in days.

    Returns:
        customer_id, first_day, duration (days, 0 for who fell silent after one purchase),
        event_observed, reactivated (bought again after the silence). Customers born less than
        `silence_days` before as_of are not there.
    """
    known_until = as_of - timedelta(days=silence_days)
    silent = _with_silence(purchases, as_of)
    per = silent.group_by("customer_id").agg(
        first_day=silent.day.min(),
        last_day=silent.day.max(),
        left_day=silent.day.min(where=silent.silence >= silence_days),
    )
    followed = per.filter(per.first_day <= known_until)
    until = followed.left_day.coalesce(ibis.literal(known_until))
    return followed.select(
        "customer_id",
        "first_day",
        duration=until.delta(followed.first_day, unit="day"),
        event_observed=followed.left_day.notnull(),
        reactivated=(followed.last_day > followed.left_day).fill_null(False),
    )


def _with_silence(purchases: ir.Table, as_of: date) -> ir.Table:
    following = purchases.day.lead().over(_in_order(purchases)).coalesce(ibis.literal(as_of))
    return purchases.mutate(silence=following.delta(purchases.day, unit="day"))


def _in_order(purchases: ir.Table) -> ibis.expr.builders.WindowBuilder:
    return ibis.window(group_by=purchases.customer_id, order_by=purchases.day)


def first_purchase_month(customers: ir.Table, floor: int) -> ir.Table:
    """Add `month` (2024-03) of the first purchase; months of fewer customers become "other".

    Args:
        customers: one row each, with first_day.
        floor: the study's group_floor.
    """
    year, month = customers.first_day.year(), customers.first_day.month()
    slug = year.cast("string") + "-" + month.cast("string").lpad(2, "0")
    named = customers.mutate(month=slug)
    size = named.count().over(ibis.window(group_by=named.month))
    return named.mutate(month=(size >= floor).ifelse(named.month, "other"))


def count_durations(durations: ir.Table, *groups: str) -> ir.Table:
    """The durations as counted cells: duration, event_observed, the groups, and customers."""
    keys = [*groups, "duration", "event_observed"]
    return durations.group_by(keys).agg(customers=durations.count()).order_by(keys)

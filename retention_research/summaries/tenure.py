"""How long from one purchase to the next, and from the first to the last before a silence."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from retention_research.summaries.cohorts import days_to_second


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
    return days_to_second(per, as_of)


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
        event_observed, reactivated (bought again after the silence), away (days from the end of
        that silence's `silence_days` to the return, or to as_of; null for who has not fallen
        silent). Customers born less than `silence_days` before as_of are not there.
    """
    known_until = as_of - timedelta(days=silence_days)
    silent = _with_silence(purchases, as_of)
    per = silent.group_by("customer_id").agg(
        first_day=silent.day.min(),
        left_day=silent.day.min(where=silent.silence >= silence_days),
        back_day=silent.next_day.min(where=silent.silence >= silence_days),
    )
    followed = per.filter(per.first_day <= known_until)
    until = followed.left_day.coalesce(ibis.literal(known_until))
    back = followed.back_day.coalesce(ibis.literal(as_of))
    return followed.select(
        "customer_id",
        "first_day",
        duration=until.delta(followed.first_day, unit="day"),
        event_observed=followed.left_day.notnull(),
        reactivated=followed.back_day.notnull(),
        away=back.delta(followed.left_day, unit="day") - silence_days,
    )


def _with_silence(purchases: ir.Table, as_of: date) -> ir.Table:
    rows = purchases.mutate(next_day=purchases.day.lead().over(_in_order(purchases)))
    until = rows.next_day.coalesce(ibis.literal(as_of))
    return rows.mutate(silence=until.delta(rows.day, unit="day"))


def _in_order(purchases: ir.Table) -> ibis.expr.builders.WindowBuilder:
    return ibis.window(group_by=purchases.customer_id, order_by=purchases.day)


def enter_late(
    tenures: ir.Table, coverage_start: date, silence_days: int, customers: ir.Table
) -> ir.Table:
    """Tenure of those acquired before the data begin, counted from the day they were acquired.

    They are watched from coverage_start on only: who had left by then is in no such data.

    Args:
        tenures: as `tenure` gives them, of customers whose first purchase need not be known.
        coverage_start: first day of the data.
        silence_days: churn.inactive_for in days; who is first seen later than that into the data
            had fallen silent before.
        customers: with acquired_at.

    Returns:
        The rows of those customers, `duration` from their acquisition, and `entry`: their age in
        days at coverage_start, less than the duration.
    """
    acquired = customers.select("customer_id", acquired=customers.acquired_at.cast("date"))
    rows, start = tenures.join(acquired, "customer_id"), ibis.literal(coverage_start)
    old = (rows.acquired < start) & (rows.first_day.delta(start, unit="day") < silence_days)
    aged = rows.filter(old.fill_null(False))
    before = aged.first_day.delta(aged.acquired, unit="day")
    late = aged.mutate(
        duration=aged.duration + before, entry=start.delta(aged.acquired, unit="day")
    )
    return late.filter(late.duration > late.entry).drop("acquired")


def order_gaps(purchases: ir.Table, as_of: date, last: int) -> ir.Table:
    """Days from each purchase to the next, by its number, censored at as_of.

    Args:
        purchases: rows of customer_id and day, up to as_of.
        as_of: last day that is known.
        last: purchases of this number and later ones are counted together.

    Returns:
        customer_id, first_day, number (1 to last), duration (days, at least 1), event_observed:
        one row for each purchase before as_of.
    """
    ordered = _in_order(purchases)
    number = ibis.row_number().over(ordered) + 1
    rows = _with_silence(purchases, as_of).mutate(
        first_day=purchases.day.min().over(ibis.window(group_by=purchases.customer_id)),
        number=ibis.least(number, ibis.literal(last)),
    )
    gaps = rows.select(
        "customer_id", "first_day", number=rows.number.cast("int64"), duration=rows.silence,
        event_observed=rows.next_day.notnull(),
    )  # fmt: skip
    return gaps.filter(gaps.duration > 0)


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

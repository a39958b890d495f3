"""Each customer's purchases in a window: frequency, recency, T, spend, and the hold-out beside."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from retention_research.periods import ObservationWindow
from retention_research.summaries.refunds import orders_left

MOST_MERGED = 0.05  # share of orders joined with another of the day, above which it matters


def purchase_days(transactions: ir.Table, end: date) -> ir.Table:
    """The purchases up to `end`: one row per customer and day with an order that was not refunded.

    Args:
        transactions: checked rows with customer_id, timestamp, day, amount, order_id.
        end: last day of the window; refunds after it do not act.

    Returns:
        Rows of customer_id, day, amount (sum over the day), orders (count).
    """
    orders = orders_left(transactions, end)
    by_day = orders.group_by("customer_id", "day")
    return by_day.agg(amount=exact_sum(orders.amount), orders=orders.count())


def exact_sum(amount: ir.NumericColumn) -> ir.Value:
    """The sum of amounts, the same in every run.

    Sums of floats depend on the order in which threads meet; sums of decimals do not.
    """
    return amount.cast("decimal(18, 4)").sum().cast("float64")


def summarise_purchases(purchases: ir.Table, window: ObservationWindow) -> ir.Table:
    """One row per customer born in start..calibration_end, in whole days.

    Args:
        purchases: as `purchase_days` gives them with `end = window.calibration_end`.
        window: birth and calibration; nothing after calibration_end is read.

    Returns:
        customer_id, first_day, frequency (repeat purchases), recency (first to last purchase),
        T (first purchase to calibration_end), monetary_value (mean of repeat purchases, null when
        there are none), sum_log_gap (sum of the logarithms of the gaps in days), orders, revenue.
    """
    inside = purchases.filter(purchases.day.between(window.start, window.calibration_end))
    gaps = inside.mutate(gap=_gap(inside))
    per = gaps.group_by("customer_id").agg(
        first_day=gaps.day.min(),
        last_day=gaps.day.max(),
        purchases=gaps.count(),
        revenue=exact_sum(gaps.amount),
        first_amount=gaps.amount.argmin(gaps.day),
        sum_log_gap=exact_sum(gaps.gap.cast("float64").ln()).fill_null(0.0),
        orders=gaps.orders.sum(),
    )
    return _in_model_terms(per, window.calibration_end)


def _gap(purchases: ir.Table) -> ir.Value:
    by_customer = ibis.window(group_by=purchases.customer_id, order_by=purchases.day)
    return purchases.day.delta(purchases.day.lag().over(by_customer), unit="day")


def _in_model_terms(per: ir.Table, end: date) -> ir.Table:
    repeats = per.purchases - 1
    return per.select(
        "customer_id",
        "first_day",
        frequency=repeats,
        recency=per.last_day.delta(per.first_day, unit="day"),
        T=ibis.literal(end).delta(per.first_day, unit="day"),
        monetary_value=(per.revenue - per.first_amount) / repeats.nullif(0),
        sum_log_gap=per.sum_log_gap,
        orders=per.orders,
        revenue=per.revenue,
    )


def add_holdout(summary: ir.Table, purchases: ir.Table, window: ObservationWindow) -> ir.Table:
    """Add what the same customers did in calibration_end+1..as_of.

    Args:
        summary: as `summarise_purchases` gives it.
        purchases: as `purchase_days` gives them with `end = window.as_of`.
        window: whose hold-out is counted.

    Returns:
        The summary with holdout_frequency (purchases) and holdout_revenue.
    """
    after = purchases.filter(
        (purchases.day > window.calibration_end) & (purchases.day <= window.as_of)
    )
    counts = after.group_by("customer_id").agg(
        holdout_frequency=after.count(), holdout_revenue=exact_sum(after.amount)
    )
    joined = summary.left_join(counts, "customer_id").drop("customer_id_right")
    return joined.mutate(
        holdout_frequency=joined.holdout_frequency.fill_null(0),
        holdout_revenue=joined.holdout_revenue.fill_null(0.0),
    )


def born_in_holdout(purchases: ir.Table, summary: ir.Table, window: ObservationWindow) -> ir.Table:
    """Customers whose first purchase lies in the hold-out: counted and forecast apart.

    Args:
        purchases: as `purchase_days` gives them with `end = window.as_of`.
        summary: the customers of the calibration. A refund in the hold-out can undo all that one
            of them bought before it; that makes nobody a new customer.
        window: whose hold-out is meant.

    Returns:
        first_day, customers (count), repeat_purchases, one row per first day.
    """
    unknown = purchases.anti_join(summary.select("customer_id"), "customer_id")
    per = unknown.group_by("customer_id").agg(
        first_day=unknown.day.min(), purchases=unknown.count()
    )
    born = per.filter((per.first_day > window.calibration_end) & (per.first_day <= window.as_of))
    by_day = born.group_by("first_day")
    return by_day.agg(customers=born.count(), repeat_purchases=(born.purchases - 1).sum())


def count_cells(summary: ir.Table, *extra: str) -> pd.DataFrame:
    """The summary as counted cells: customers of the same frequency, recency and T together.

    Args:
        summary: as `summarise_purchases` gives it.
        extra: further columns to tell cells apart by, such as holdout_frequency.

    Returns:
        frequency, recency, T (days), the extra columns, and customers (count), in order.
    """
    keys = ["frequency", "recency", "T", *extra]
    cells = summary.group_by(keys).agg(customers=summary.count())
    return cells.order_by(keys).to_pandas()


def acquisition_known(
    summary: ir.Table, coverage_start: date, silence_days: int, customers: ir.Table | None
) -> ir.Table:
    """Add `birth_known`: whether the first purchase in the data is the customer's first of all.

    A customer first seen within `silence_days` of the start of the data may have bought before,
    unless acquired_at, where there is one, lies inside the data.

    Args:
        summary: rows with customer_id and first_day.
        coverage_start: first day of the data.
        silence_days: churn.inactive_for in days.
        customers: the customers table, if the study has one.
    """
    late = summary.first_day.delta(ibis.literal(coverage_start), unit="day") >= silence_days
    if customers is None or "acquired_at" not in customers.columns:
        return summary.mutate(birth_known=late)
    known = customers.select("customer_id", "acquired_at")
    joined = summary.left_join(known, "customer_id").drop("customer_id_right")
    stated = joined.acquired_at.cast("date") >= ibis.literal(coverage_start)
    late = joined.first_day.delta(ibis.literal(coverage_start), unit="day") >= silence_days
    return joined.mutate(birth_known=stated.fill_null(late)).drop("acquired_at")

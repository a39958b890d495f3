"""Births and repeat purchases by day, to hold a forecast against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from retention_research.periods import ObservationWindow

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


def births_by_day(customers: ir.Table, window: ObservationWindow) -> pd.DataFrame:
    """Count customers by the day of their first purchase.

    Args:
        customers: those that a model was fitted on, with first_day.
        window: whose start is day 0.

    Returns:
        day_number and customers, ascending.
    """
    numbered = customers.mutate(day_number=_since(customers.first_day, window))
    counted = numbered.group_by("day_number").agg(customers=numbered.count())
    return counted.order_by("day_number").to_pandas()


def repeats_by_day(
    purchases: ir.Table, customers: ir.Table, window: ObservationWindow
) -> pd.DataFrame:
    """Count repeat purchases up to as_of by day.

    Args:
        purchases: as `purchase_days` gives them with `end = window.as_of`.
        customers: those that a model was fitted on, with first_day.
        window: whose start is day 0.

    Returns:
        day_number and purchases, ascending.
    """
    born = customers.select("customer_id", "first_day")
    days = purchases.join(born, "customer_id")
    again = days.filter((days.day > days.first_day) & (days.day <= window.as_of))
    numbered = again.mutate(day_number=_since(again.day, window))
    counted = numbered.group_by("day_number").agg(purchases=numbered.count())
    return counted.order_by("day_number").to_pandas()


def _since(day: ir.DateColumn, window: ObservationWindow) -> ir.IntegerColumn:
    return day.delta(ibis.literal(window.start), unit="day")

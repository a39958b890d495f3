"""Births and repeat purchases by day, to hold a forecast against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from retention_research.periods import ObservationWindow

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


def births_by_day(purchases: ir.Table, window: ObservationWindow) -> pd.DataFrame:
    """day_number (days since start) and customers born on it, within the calibration."""
    born = _born_in_calibration(purchases, window)
    counted = born.group_by("day_number").agg(customers=born.count())
    return counted.order_by("day_number").to_pandas()


def repeats_by_day(purchases: ir.Table, window: ObservationWindow) -> pd.DataFrame:
    """day_number and repeat purchases on it up to as_of, of customers born in the calibration."""
    born = _born_in_calibration(purchases, window)
    days = purchases.join(born, "customer_id")
    again = days.filter(
        days.day.between(days.first_day, window.as_of) & (days.day > days.first_day)
    )
    numbered = again.mutate(day_number=_since(again.day, window))
    counted = numbered.group_by("day_number").agg(purchases=numbered.count())
    return counted.order_by("day_number").to_pandas()


def _born_in_calibration(purchases: ir.Table, window: ObservationWindow) -> ir.Table:
    born = purchases.group_by("customer_id").agg(first_day=purchases.day.min())
    inside = born.filter(born.first_day.between(window.start, window.calibration_end))
    return inside.mutate(day_number=_since(inside.first_day, window)).select(
        "customer_id", "first_day", "day_number"
    )


def _since(day: ir.DateColumn, window: ObservationWindow) -> ir.IntegerColumn:
    return day.delta(ibis.literal(window.start), unit="day")

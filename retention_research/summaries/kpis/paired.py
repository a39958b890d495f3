"""Customers' purchases up to several days, condensed to what a change of their rate needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations_with_replacement

import ibis
import ibis.expr.types as ir


def purchases_at(purchases: ir.Table, ends: Sequence[date]) -> ir.Table:
    """Purchases and days since the first, up to each of several days, as moments over customers.

    Args:
        purchases: rows of customer_id, day.
        ends: the days; the latest first.

    Returns:
        One row: n (customers born before the latest day), for each day i the sums y_i (purchases)
        and x_i (days since the first, of customers born before it), and for each pair of these
        four the sum of their products, such as y_0_x_1.
    """
    day = purchases.day
    bought = {f"bought_{i}": (day <= ibis.literal(end)).sum() for i, end in enumerate(ends)}
    per = purchases.group_by("customer_id").agg(first_day=day.min(), **bought)
    each = per.select(**_numbers(per, ends))
    pairs = combinations_with_replacement(each.columns, 2)
    products = {f"{a}_{b}": (each[a] * each[b]).sum().cast("float64") for a, b in pairs}
    sums = {name: each[name].sum().cast("float64") for name in each.columns}
    return each.agg(n=each.count(where=each.x_0 > 0), **sums, **products)


def _numbers(per: ir.Table, ends: Sequence[date]) -> dict[str, ir.Value]:
    numbers: dict[str, ir.Value] = {}
    for i, end in enumerate(ends):
        days = ibis.literal(end).delta(per.first_day, unit="day")
        numbers[f"y_{i}"] = (days > 0).ifelse(per[f"bought_{i}"], 0).cast("int64")
        numbers[f"x_{i}"] = (days > 0).ifelse(days, 0).cast("int64")
    return numbers

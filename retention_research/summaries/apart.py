"""Purchases with the orders of one day kept apart, to see what merging by day does to a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import ibis
import numpy as np
import numpy.typing as npt

from retention_research.periods import ObservationWindow

if TYPE_CHECKING:
    import ibis.expr.types as ir

Floats = npt.NDArray[np.float64]


class OrdersApart(NamedTuple):
    """Frequency, recency and T in days, shape (customers,), every order a purchase."""

    frequency: Floats
    recency: Floats
    T: Floats


def orders_apart(
    purchases: ir.Table, window: ObservationWindow, rng: np.random.Generator
) -> OrdersApart:
    """Spread the orders of each day over random times within it.

    Args:
        purchases: rows of customer_id, day, orders up to the calibration's end.
        window: the calibration; its last day counts in full.
        rng: draws the times.

    Returns:
        One entry per customer, in the order of their ids.
    """
    inside = purchases.filter(purchases.day.between(window.start, window.calibration_end))
    numbered = inside.mutate(number=inside.day.delta(ibis.literal(window.start), unit="day"))
    rows = numbered.order_by("customer_id", "number").to_pandas()
    each = rows.loc[rows.index.repeat(rows["orders"].astype(int))]
    time = each["number"].to_numpy(dtype=float) + rng.uniform(size=len(each))
    _, customer = np.unique(each["customer_id"].to_numpy(dtype=str), return_inverse=True)
    first, last = (np.full(customer.max() + 1, fill) for fill in (np.inf, -np.inf))
    np.minimum.at(first, customer, time)
    np.maximum.at(last, customer, time)
    end = window.calibration_days + 1.0
    return OrdersApart(np.bincount(customer).astype(np.float64) - 1.0, last - first, end - first)

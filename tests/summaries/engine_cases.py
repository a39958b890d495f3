"""One call of each public summary function, on any engine's tables; several calls as a list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ibis
import numpy as np

from retention_research.periods import ObservationWindow
from retention_research.summaries import (
    apart,
    as_known,
    contracts,
    purchases,
    refunds,
    segments,
    tenure,
    tracking,
)
from tests.summaries.small_company import company

START, CALIBRATION_END, AS_OF = date(2024, 1, 1), date(2024, 8, 31), date(2024, 12, 31)
WINDOW = ObservationWindow(START, CALIBRATION_END, AS_OF)
FULL = ObservationWindow(START, AS_OF, AS_OF)
SILENCE = 91


def bought(t: Any, end: date = AS_OF) -> Any:
    return t.once(f"bought_{end:%m}", lambda: purchases.purchase_days(t.transactions, end))


def summary(t: Any) -> Any:
    made = purchases.summarise_purchases
    return t.once("summary", lambda: made(bought(t, CALIBRATION_END), WINDOW))


def levels(t: Any) -> Any:
    return t.once("levels", lambda: segments.rfm(bought(t), AS_OF, SILENCE))


def everyone(t: Any) -> Any:
    return segments.everybody(bought(t), t.customers)


def known_at(t: Any) -> Any:
    return [as_known.as_known(getattr(t, name), name, CALIBRATION_END) for name in company()]


CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    purchases.purchase_days: bought,
    purchases.exact_sum: lambda t: purchases.exact_sum(t.transactions.amount),
    purchases.summarise_purchases: summary,
    purchases.add_holdout: lambda t: purchases.add_holdout(summary(t), bought(t), WINDOW),
    purchases.born_in_holdout: lambda t: purchases.born_in_holdout(bought(t), summary(t), WINDOW),
    purchases.count_cells: lambda t: purchases.count_cells(summary(t)),
    purchases.acquisition_known: lambda t: purchases.acquisition_known(
        summary(t), START, SILENCE, t.customers
    ),
    refunds.orders_left: lambda t: refunds.orders_left(t.transactions, AS_OF),
    refunds.has_refunds: lambda t: refunds.has_refunds(t.transactions),
    refunds.with_order_ids: lambda t: refunds.with_order_ids(t.transactions.drop("order_id")),
    refunds.unmatched_refunds: lambda t: refunds.unmatched_refunds(t.transactions),
    refunds.after_refunds: lambda t: refunds.after_refunds(t.transactions),
    tenure.second_purchase: lambda t: tenure.second_purchase(bought(t), AS_OF),
    tenure.tenure: lambda t: tenure.tenure(bought(t), AS_OF, SILENCE),
    tenure.enter_late: lambda t: tenure.enter_late(
        tenure.tenure(bought(t), AS_OF, SILENCE), date(2024, 3, 1), SILENCE, t.customers
    ),
    tenure.order_gaps: lambda t: tenure.order_gaps(bought(t), AS_OF, 5),
    contracts.contracts: lambda t: [
        contracts.contracts(t.subscriptions, AS_OF, start) for start in (None, date(2024, 3, 1))
    ],
    tenure.first_purchase_month: lambda t: tenure.first_purchase_month(summary(t), 20),
    tenure.count_durations: lambda t: tenure.count_durations(
        tenure.tenure(bought(t), AS_OF, SILENCE)
    ),
    tracking.births_by_day: lambda t: tracking.births_by_day(summary(t), WINDOW),
    tracking.repeats_by_day: lambda t: tracking.repeats_by_day(bought(t), summary(t), WINDOW),
    apart.orders_apart: lambda t: apart.orders_apart(bought(t), FULL, np.random.default_rng(1)),
    as_known.as_known: known_at,
    as_known.customers_known: lambda t: as_known.customers_known(
        t.customers, bought(t, CALIBRATION_END), CALIBRATION_END
    ),
    segments.rfm: levels,
    segments.by_column: lambda t: segments.by_column(t.customers, "region"),
    segments.everybody: everyone,
    segments.complete: lambda t: segments.complete(levels(t), everyone(t), "none", 20),
    segments.merge_small: lambda t: segments.merge_small(levels(t), 40),
    segments.small_levels: lambda t: segments.small_levels(
        levels(t).group_by("level").agg(n=ibis._.count()), 40
    ),
    segments.together: lambda t: segments.together(
        {"rfm ": levels(t), "region ": segments.by_column(t.customers, "region")}
    ),
}

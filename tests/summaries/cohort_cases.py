"""One call of each public function of the cohort summaries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ibis

from retention_research.summaries import cohorts
from retention_research.summaries.kpis import staying
from tests.summaries.engine_cases import AS_OF, SILENCE, bought


def firsts(t: Any) -> Any:
    return t.once("firsts", lambda: cohorts.first_days(bought(t)))


def members(t: Any) -> Any:
    return t.once("members", lambda: cohorts.cohort_members(firsts(t), "month", 10))


def born(t: Any) -> Any:
    known = firsts(t).first_day >= ibis.literal(date(2023, 3, 1))
    return t.once("born", lambda: firsts(t).mutate(birth_known=known))


def acquired(t: Any) -> Any:
    """A table of customers who say they came three days before they bought."""
    earlier = firsts(t).first_day.cast("timestamp") - ibis.interval(days=3)
    return t.once("acquired", lambda: firsts(t).select("customer_id", acquired_at=earlier))


CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    cohorts.cohort_members: lambda t: [
        members(t), cohorts.cohort_members(firsts(t), "week", 3),
    ],
    cohorts.cohort_sizes: lambda t: cohorts.cohort_sizes(members(t)),
    cohorts.returned_by_age: lambda t: cohorts.returned_by_age(bought(t), members(t), 30),
    cohorts.revenue_to_ages: lambda t: cohorts.revenue_to_ages(bought(t), members(t), (30, 90)),
    cohorts.first_orders: lambda t: cohorts.first_orders(t.transactions, members(t)),
    cohorts.revenue_by_newness: lambda t: [
        cohorts.revenue_by_newness(bought(t), born(t), unit) for unit in ("month", "week")
    ],
    cohorts.acquired_apart: lambda t: [
        cohorts.acquired_apart(members(t), acquired(t), unit) for unit in ("month", "week")
    ],
    cohorts.first_days: firsts,
    cohorts.days_to_second: lambda t: cohorts.days_to_second(
        staying.lives(bought(t), SILENCE), AS_OF
    ),
}  # fmt: skip

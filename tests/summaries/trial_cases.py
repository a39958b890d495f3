"""One call of each public function of trials of enrolling, and of what came before them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from retention_research.summaries import next_order, trial_history, trials

CALENDAR = trials.Calendar(date(2024, 1, 1), date(2024, 2, 1), date(2024, 10, 31), seed=7)
WEEKDAYS = (3, 1, 0, 0, 2, 0, 6)


def orders(t: Any) -> Any:
    return t.once("trial_orders", lambda: next_order.sold_by_day(t.transactions))


def people(t: Any) -> Any:
    rows = orders(t).mutate(customer=orders(t).customer_id.substr(1).cast("int64"))
    per = rows.group_by("customer_id", "customer")
    return t.once("trial_people", lambda: per.agg(first_day=rows.day.min()))


def enrolled(t: Any) -> Any:
    made = trials.first_enrolments
    return t.once("trial_enrolled", lambda: made(t.memberships, "enrolled_at", people(t)))


def made(t: Any, habit: trials.Habit = "week") -> Any:
    return trials.trial_rows(
        enrolled(t), orders(t), people(t), CALENDAR, habit=habit, weekdays=WEEKDAYS
    )


def starts(t: Any) -> Any:
    return t.once("trial_starts", lambda: made(t))


CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    trials.first_enrolments: enrolled,
    trials.enrolment_habits: lambda t: trials.enrolment_habits(enrolled(t), orders(t), CALENDAR),
    trials.trial_rows: lambda t: [made(t, "day"), made(t, "week"), made(t, "any")],
    trials.some_of: lambda t: trials.some_of(starts(t), 200, 7),
    trial_history.counted_before: lambda t: trial_history.counted_before(
        starts(t), orders(t), {"near": (-1, 28), "far": (28, 90)}
    ),
    trial_history.happened_after: lambda t: [
        trial_history.happened_after(starts(t), orders(t), 60, amount)
        for amount in (None, "amount")
    ],
}

"""One call of each public function of the KPI summaries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

from retention_research.periods import last_full_period, periods_back
from retention_research.study_sections import Hours
from retention_research.summaries.kpis import (
    business_hours,
    contacts,
    known_then,
    paired,
    revenue,
    rewards,
    service,
    staying,
    sums,
    voice,
)
from tests.summaries.engine_cases import AS_OF, SILENCE, bought, levels

MONTHS = periods_back(last_full_period(AS_OF, "month"), 6)
OFFICE = Hours(days=("mon", "tue", "wed", "thu", "fri"), start=time(9), end=time(17, 30))
WINDOW_DAYS = 14


def lives(t: Any) -> Any:
    return t.once("lives", lambda: staying.lives(bought(t), SILENCE))


def states(t: Any) -> Any:
    return t.once("states", lambda: staying.states(bought(t), MONTHS, SILENCE))


def by(t: Any) -> Any:
    return levels(t).select("customer_id", "level")


def mailed(t: Any) -> Any:
    return contacts.whole(t.contacts)


def tickets(t: Any) -> Any:
    return service.whole(t.tickets)


def asked(t: Any) -> Any:
    return voice.of_recommendation(t.surveys)


def answers(t: Any) -> Any:
    return t.once("answers", lambda: voice.latest_answers(asked(t), MONTHS))


def conversions(t: Any) -> Any:
    made = contacts.conversions
    return t.once("converted", lambda: made(mailed(t), bought(t), MONTHS, WINDOW_DAYS, AS_OF))


def fates(t: Any) -> Any:
    return t.once("fates", lambda: rewards.fates(t.rewards, AS_OF))


def in_months(t: Any) -> Any:
    return sums.inside(t.tickets, t.tickets.opened_at.date(), MONTHS)


def waits(t: Any, until: str, *hours: Any) -> Any:
    return service.waits(tickets(t), until, MONTHS, AS_OF, *hours)


CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    business_hours.seconds_between: lambda t: t.tickets.select(
        "ticket_id", s=business_hours.seconds_between(t.tickets.opened_at, t.tickets.resolved_at)
    ),
    business_hours.seconds_open: lambda t: t.tickets.select(
        "ticket_id",
        s=business_hours.seconds_open(t.tickets.opened_at, t.tickets.resolved_at, OFFICE),
    ),
    contacts.whole: lambda t: contacts.whole(t.contacts.drop("delivered", "opened_at")),
    contacts.conversions: conversions,
    contacts.sendings: lambda t: contacts.sendings(mailed(t), MONTHS),
    contacts.arms: lambda t: [
        contacts.arms(t.assignments, bought(t), MONTHS, WINDOW_DAYS, AS_OF, *by_what)
        for by_what in ((), (by(t),))
    ],
    known_then.known_then: lambda t: [
        known_then.known_then(rows, name, rows[day].date(), MONTHS)
        for rows, name, day in (
            (t.tickets, "tickets", "opened_at"), (t.contacts, "contacts", "sent_at"),
            (t.surveys, "surveys", "invited_at"),
        )
    ],
    paired.purchases_at: lambda t: paired.purchases_at(bought(t), [m.end for m in MONTHS[:3]]),
    revenue.existing_revenue: lambda t: revenue.existing_revenue(bought(t), lives(t), MONTHS),
    revenue.referred: lambda t: revenue.referred(lives(t), t.customers, MONTHS),
    revenue.acquired: lambda t: revenue.acquired(lives(t), t.customers, MONTHS),
    rewards.fates: lambda t: [
        fates(t), rewards.fates(t.rewards.filter(t.rewards.kind != "expire"), AS_OF),
    ],
    rewards.expires: lambda t: rewards.expires(t.rewards.filter(t.rewards.kind != "expire")),
    rewards.point_cells: lambda t: [
        rewards.point_cells(fates(t), MONTHS, 182, *by_what)
        for by_what in ((), (by(t),))
    ],
    rewards.point_owners: lambda t: [
        rewards.point_owners(fates(t), MONTHS, *by_what) for by_what in ((), (by(t),))
    ],
    service.whole: lambda t: service.whole(t.tickets.drop("csat", "level", "reopened_at")),
    service.per_order: lambda t: service.per_order(tickets(t), bought(t), MONTHS),
    service.per_order_by_level: lambda t: service.per_order_by_level(
        tickets(t), bought(t), MONTHS, "category"
    ),
    service.of_periods: lambda t: service.of_periods(tickets(t), MONTHS[:2]),
    service.handling: lambda t: [
        service.handling(tickets(t), MONTHS, *extra) for extra in ((), ("team",))
    ],
    service.settled: lambda t: service.settled(tickets(t)),
    service.waits: lambda t: [
        waits(t, "first_response_at"), waits(t, "resolved_at"), waits(t, "resolved_at", OFFICE),
        waits(t, "resolved_at", None, "category"),
    ],
    staying.lives: lives,
    staying.states: states,
    staying.kept: lambda t: [
        staying.kept(states(t), MONTHS), staying.kept(states(t), MONTHS, by(t)),
    ],
    staying.purchase_days: lambda t: staying.purchase_days(states(t), MONTHS, by(t)),
    staying.second_purchases: lambda t: [
        staying.second_purchases(lives(t), MONTHS, *by_what) for by_what in ((), (by(t),))
    ],
    staying.tenure_cells: lambda t: staying.tenure_cells(lives(t), MONTHS, SILENCE, by(t)),
    sums.number_periods: lambda t: t.transactions.select(
        "day", n=sums.number_periods(t.transactions.day, MONTHS)
    ),
    sums.inside: in_months,
    sums.with_columns: lambda t: sums.with_columns(t.contacts, opened_at="timestamp", n="int64"),
    sums.per_customer: lambda t: sums.per_customer(
        in_months(t), "minutes", in_months(t).handled_minutes, in_months(t).level, extra="category"
    ),
    sums.once_each: lambda t: sums.once_each(
        bought(t).mutate(period=0), "spent", bought(t).amount, bought(t).orders > 1, extra="day"
    ),
    sums.per_customer_and_kpi: lambda t: sums.per_customer_and_kpi(
        in_months(t), {"minutes": (in_months(t).handled_minutes, in_months(t).csat.notnull()),
                       "rated": (in_months(t).csat > 3, in_months(t).csat.notnull())},
    ),
    sums.condense: lambda t: [sums.condense(conversions(t)), sums.condense(conversions(t), by(t))],
    sums.stacked: lambda t: sums.stacked([conversions(t), conversions(t)]),
    sums.first_and_last: lambda t: sums.first_and_last(t.transactions, t.transactions.day),
    sums.days_after: lambda t: t.transactions.select(
        "day", later=sums.days_after(t.transactions.day, 90)
    ),
    voice.of_recommendation: asked,
    voice.latest_answers: answers,
    voice.count_answers: lambda t: [
        voice.count_answers(answers(t)), voice.count_answers(answers(t), by(t)),
    ],
    voice.unanswered: lambda t: voice.unanswered(asked(t), MONTHS),
    voice.asked_and_answered: lambda t: voice.asked_and_answered(asked(t), MONTHS[-1], by(t)),
    voice.ratings: lambda t: voice.ratings(tickets(t), MONTHS, "category"),
}  # fmt: skip

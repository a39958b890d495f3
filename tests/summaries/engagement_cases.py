"""One call of each public function of what was known of customers on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from retention_research.study_sections import Hours
from retention_research.summaries import next_order, purchases
from retention_research.summaries.as_known import as_known
from retention_research.summaries.engagement import behaviour, reached, served, standing, told

DAY, LATER, DAYS, SILENCE = date(2024, 8, 31), date(2024, 11, 23), 84, 91
TARGETS = {"delivery": 2.0, "quality": 8.0}
HOURS = Hours(days=("mon", "tue", "wed", "thu", "fri"), start="09:00", end="17:00")


def bought(t: Any, end: date = DAY) -> Any:
    return t.once(f"engaged_bought_{end:%m}", lambda: purchases.purchase_days(t.transactions, end))


def active(t: Any) -> Any:
    made = behaviour.active_customers
    return t.once("engaged_active", lambda: made(bought(t), DAY, SILENCE))


def born(t: Any) -> Any:
    rows = active(t)
    return rows.mutate(birth_known=rows.tenure_days < 120)


def then(t: Any, name: str) -> Any:
    return as_known(getattr(t, name), name, DAY)


def described(t: Any) -> Any:
    """Customers with a column of words, one of numbers as text, one of dates and a blank one."""
    first = t.customers.customer_id == t.customers.customer_id.min().over()
    return t.customers.select(
        "customer_id",
        word=first.ifelse("007", " red "),
        number=first.ifelse("-1.5", "2e3"),
        day=first.ifelse("2024-01-31", "2024-02-01 10:00"),
        odd=first.ifelse("nan", ""),
    )


CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    behaviour.lately: lambda t: t.transactions.filter(
        behaviour.lately(t.transactions.day, DAY, DAYS)
    ).select("customer_id", "day", "amount"),
    behaviour.active_customers: active,
    behaviour.silent_after: lambda t: behaviour.silent_after(active(t), bought(t, LATER), DAY,
                                                             LATER),
    behaviour.recent_orders: lambda t: [
        behaviour.recent_orders(rows, DAY, DAYS)
        for rows in (t.transactions, t.transactions.drop("discount"))
    ],
    behaviour.first_order_discounted: lambda t: [
        behaviour.first_order_discounted(then(t, "transactions"), born(t), blank_is_none=blank)
        for blank in (True, False)
    ],
    behaviour.writes_no_zero: lambda t: behaviour.writes_no_zero(t.transactions),
    told.kinds_of: lambda t: told.kinds_of(described(t), ["word", "number", "day", "odd"], 1),
    told.told_of: lambda t: told.told_of(
        described(t), {"of_word": "word", "of_number": "number", "of_odd": "odd"},
        {"of_number", "of_odd"},
    ),
    reached.event_users: lambda t: reached.event_users(t.activity, active(t), DAY, DAYS),
    reached.event_flags: lambda t: reached.event_flags(t.activity, DAY, DAYS, {"seen": "visit"}),
    reached.activity_change: lambda t: reached.activity_change(
        t.activity, active(t), DAY, DAYS, ["visit", "search"]
    ),
    reached.contacts_received: lambda t: [
        reached.contacts_received(t.contacts.mutate(purpose=t.contacts.campaign_id), DAY, DAYS,
                                  {"spring": "spring"}),
        reached.contacts_received(t.contacts, DAY, DAYS, {"all": None}),
    ],
    served.complained: lambda t: served.complained(t.tickets, DAY, DAYS),
    served.resolution: lambda t: [
        served.resolution(t.tickets, DAY, DAYS, 172_800), served.resolution(
            then(t, "tickets"), DAY, DAYS, 172_800
        ),
    ],
    served.response: lambda t: [
        served.response(t.tickets, DAY, DAYS, targets, hours)
        for targets in (TARGETS, {}) for hours in (None, HOURS)
    ],
    served.last_ticket: lambda t: served.last_ticket(t.tickets, DAY),
    served.last_rating: lambda t: served.last_rating(then(t, "tickets"), DAY),
    served.last_score: lambda t: served.last_score(then(t, "surveys"), DAY),
    served.scores: lambda t: served.scores(t.surveys).select("customer_id", "timestamp", "score"),
    standing.members_at: lambda t: standing.members_at(
        t.memberships, DAY, {"member_club": "club"}
    ),
    standing.plan_at: lambda t: [
        standing.plan_at(rows, DAY) for rows in (t.subscriptions, t.subscriptions.drop("plan"))
    ],
    standing.arms_at: lambda t: standing.arms_at(t.assignments, DAY, {"arm_mail": "mail"}),
    standing.in_force: lambda t: standing.in_force(
        t.memberships, "enrolled_at", "left_at", DAY
    ).select("customer_id", "enrolled_at"),
}  # fmt: skip


def asked(t: Any) -> Any:
    return t.once("asked", lambda: bought(t).select("customer_id", "day"))


def visits(t: Any) -> Any:
    rows = t.activity
    return rows.select("customer_id", at=rows.timestamp.date(), seen=rows.event == "visit")


def spells(t: Any) -> Any:
    return t.once("engaged_spells", lambda: next_order.order_spells(bought(t), DAY))


CASES |= {
    served.worst_resolution: lambda t: served.worst_resolution(
        t.tickets.mutate(day=t.tickets.opened_at.date()), 43_200
    ),
    next_order.order_spells: spells,
    next_order.sold_by_day: lambda t: next_order.sold_by_day(t.transactions),
    next_order.had_lately: lambda t: next_order.had_lately(asked(t), visits(t), DAYS, ["seen"]),
    next_order.resolution_then: lambda t: next_order.resolution_then(
        asked(t), t.tickets, DAYS, 172_800
    ),
    next_order.score_then: lambda t: next_order.score_then(asked(t), t.surveys),
    next_order.arms_then: lambda t: next_order.arms_then(asked(t), t.assignments, {"arm": "mail"}),
    next_order.split_at_switches: lambda t: [
        next_order.split_at_switches(spells(t), rows, {"member_club": "club"})
        for rows in (t.memberships, t.memberships.drop("left_at"))
    ],
    next_order.contract_spells: lambda t: [
        next_order.contract_spells(then(t, "subscriptions"), DAY, start)
        for start in (None, date(2024, 3, 1))
    ],
    next_order.bought_before: lambda t: next_order.bought_before(asked(t), bought(t)),
}

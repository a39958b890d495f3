"""One call of each public function of what was known of customers on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from retention_research.study_sections import Hours
from retention_research.summaries import purchases
from retention_research.summaries.as_known import as_known
from retention_research.summaries.engagement import behaviour, reached, served, standing

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


CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    behaviour.lately: lambda t: t.transactions.filter(
        behaviour.lately(t.transactions.day, DAY, DAYS)
    ).select("customer_id", "day", "amount"),
    behaviour.active_customers: active,
    behaviour.silent_after: lambda t: behaviour.silent_after(active(t), bought(t, LATER), DAY,
                                                             LATER),
    behaviour.discounts_and_returns: lambda t: [
        behaviour.discounts_and_returns(rows, DAY, DAYS)
        for rows in (t.transactions, t.transactions.drop("discount"))
    ],
    behaviour.first_order_discounted: lambda t: [
        behaviour.first_order_discounted(then(t, "transactions"), born(t), blank_is_none=blank)
        for blank in (True, False)
    ],
    behaviour.writes_no_zero: lambda t: behaviour.writes_no_zero(t.transactions),
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

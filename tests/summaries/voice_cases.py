"""One call of each public function of the summaries of what customers say and how they are met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from retention_research.periods import Period
from retention_research.summaries import contacts, service, voice
from tests.summaries.engine_cases import AS_OF, SILENCE, bought
from tests.summaries.kpi_cases import MONTHS

AUGUST = MONTHS[1]
HALF_YEAR = Period(MONTHS[0].start, MONTHS[-1].end, "month")


def reasons(t: Any) -> Any:
    return t.once("reasons", lambda: voice.stated_reasons(t.surveys, HALF_YEAR))


def ended(t: Any) -> Any:
    return t.once("ended", lambda: voice.plan_ends(t.subscriptions, HALF_YEAR))


def delivered(t: Any) -> Any:
    return t.once("delivered", lambda: contacts.delivered(t.contacts, MONTHS))


def complaints(t: Any) -> Any:
    return t.once("complaints", lambda: service.complaints(t.tickets))


def ordered(t: Any) -> Any:
    return service.orders_by_product(t.order_lines, t.transactions, AUGUST, "product_id")


def reported(t: Any, column: str = "product_id") -> Any:
    return service.tickets_by_product(t.tickets, t.order_lines, AUGUST, column)


def revenue(t: Any) -> Any:
    return t.once("revenue", lambda: service.yearly_revenue(bought(t), AS_OF))


CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    voice.stated_reasons: reasons,
    voice.plan_ends: ended,
    voice.bought_again: lambda t: [voice.bought_again(r(t), bought(t)) for r in (reasons, ended)],
    voice.value_lost: lambda t: [voice.value_lost(r(t), bought(t), 5) for r in (reasons, ended)],
    voice.small_merged: lambda t: [
        voice.small_merged(t.tickets, "category", 80),
        voice.small_merged(t.tickets, "category", 80, t.tickets.opened_at.date() >= AUGUST.start),
    ],
    voice.fallen_silent: lambda t: voice.fallen_silent(bought(t), AUGUST, SILENCE),
    voice.comments: lambda t: voice.comments(t.surveys, t.tickets, AUGUST),
    contacts.tells_answers: lambda t: contacts.tells_answers(t.contacts),
    contacts.delivered: lambda t: [
        delivered(t), contacts.delivered(t.contacts.drop("actions", "responded_at"), MONTHS),
    ],
    contacts.answers_by: lambda t: contacts.answers_by(delivered(t), "band"),
    contacts.pressure: lambda t: contacts.pressure(delivered(t)),
    contacts.answering_channel: lambda t: contacts.answering_channel(delivered(t), 10),
    service.complaints: complaints,
    service.return_visits: lambda t: service.return_visits(t.tickets, AUGUST, AS_OF, "product_id"),
    service.repeated: lambda t: service.repeated(complaints(t), AUGUST, AS_OF),
    service.orders_by_product: lambda t: [
        ordered(t), service.orders_by_product(t.order_lines, t.transactions, AUGUST, "category"),
    ],
    service.tickets_by_product: lambda t: [reported(t), reported(t, "category")],
    service.problems_per_order: lambda t: service.problems_per_order(reported(t), ordered(t)),
    service.unrated: lambda t: service.unrated(t.tickets, MONTHS),
    service.per_customers: lambda t: service.per_customers(
        complaints(t), bought(t), MONTHS, SILENCE
    ),
    service.causes: lambda t: service.causes(complaints(t), AUGUST, "category"),
    service.yearly_revenue: revenue,
    service.still_open: lambda t: service.still_open(complaints(t), revenue(t), AS_OF),
}  # fmt: skip

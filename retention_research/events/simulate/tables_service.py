"""Event tables of service and voice: tickets, surveys, activity, delivery plans."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from retention_research.events.simulate import company as kinds
from retention_research.events.simulate.draws import Draws, Floats, Ints
from retention_research.events.simulate.history import DAY, NEVER, History
from retention_research.events.simulate.tables_columns import (
    flags,
    ids,
    names,
    numbers,
    place_within,
    products,
    times,
    whole,
    within_customer,
)
from retention_research.events.simulate.tables_comments import REASONS, comments, country

_WRITES_IN_TICKET, _WRITES_IN_SURVEY = 0.4, 0.5
_REMEMBERED = 84 * DAY
_SECONDS = 2**32  # more than any history is long: orders customers before times
_PROMOTER = 9
_PRAISE = REASONS.index("praise")
_OF_TICKET: Final = np.array(
    [REASONS.index(r) for r in ("delivery", "product", "payment", "range")]
)
_OF_LEAVER: Final = np.array(
    [REASONS.index(r) for r in ("delivery", "service", "price", "product", "no_need")]
)
_OF_NO_EVENT: Final = np.array([REASONS.index(r) for r in ("price", "range", "service")])


def tickets(history: History) -> pa.Table:
    """Service tickets; some bear what the customer wrote.

    Args:
        history: what happened.
    """
    opened = history.tickets
    place = place_within(opened.customer)
    return pa.table(
        {
            "customer_id": ids("C", opened.customer),
            "ticket_id": within_customer("T", opened.customer, place),
            "opened_at": times(opened.opened_at),
            "category": names(opened.category, kinds.TICKET_CATEGORIES),
            "first_response_at": times(opened.first_response_at),
            "resolved_at": times(opened.resolved_at),
            "reopened_at": times(opened.reopened_at),
            "is_complaint": flags(opened.complaint),
            "csat": whole(opened.csat, opened.csat > 0),
            "channel": names(opened.channel, kinds.TICKET_CHANNELS),
            "product_id": products(opened.product),
            "level": whole(opened.level),
            "team": names(opened.team, kinds.TEAMS),
            "self_service": flags(opened.self_service),
            "handled_minutes": numbers(opened.minutes, opened.minutes > 0),
            "comment": _ticket_comments(history, place),
        }
    )


def _ticket_comments(history: History, place: Ints) -> pa.Array:
    opened = history.tickets
    picks = _picks(history, "ticket comment", opened.customer, place)
    reasons = np.where(picks < _WRITES_IN_TICKET, _OF_TICKET[opened.category], -1)
    languages = country(history.people.region[opened.customer])
    return comments(reasons, languages, np.minimum(picks / _WRITES_IN_TICKET, 1 - 1e-9))


def _picks(history: History, purpose: str, customer: Ints, place: Ints) -> Floats:
    return Draws(history.seed).uniform(purpose, 0, customer * 1_000 + place)


def surveys(history: History) -> pa.Table:
    """Invitations and answers, with reasons of those who leave and comments of some.

    Args:
        history: what happened.
    """
    asked = history.surveys
    return pa.table(
        {
            "customer_id": ids("C", asked.customer),
            "timestamp": times(asked.at),
            "score": whole(asked.score, asked.score >= 0),
            "kind": names(asked.kind, kinds.SURVEY_KINDS),
            "invited_at": times(asked.invited_at),
            "reason": names(asked.reason, kinds.REASONS),
            "comment": _survey_comments(history),
        }
    )


def _survey_comments(history: History) -> pa.Array:
    asked = history.surveys
    picks = _picks(history, "survey comment", asked.customer, place_within(asked.customer))
    writes = (asked.at != NEVER) & (picks < _WRITES_IN_SURVEY)
    told = np.where(asked.reason >= 0, _OF_LEAVER[asked.reason], _experiences(history))
    praises = (asked.reason < 0) & (asked.score >= _PROMOTER)
    reasons = np.where(writes, np.where(praises, _PRAISE, told), -1)
    languages = country(history.people.region[asked.customer])
    return comments(reasons, languages, np.minimum(picks / _WRITES_IN_SURVEY, 1 - 1e-9))


def _experiences(history: History) -> Ints:
    """What each survey's customer met last in the twelve weeks before; else something common."""
    asked, orders, opened = history.surveys, history.orders, history.tickets
    late = np.flatnonzero(orders.late)
    met_by = np.concatenate([orders.customer[late], opened.customer])
    met_at = np.concatenate([orders.at[late], opened.opened_at])
    delivery = np.full(len(late), REASONS.index("delivery"))
    met = np.concatenate([delivery, _OF_TICKET[opened.category]])
    order = np.argsort(met_by * _SECONDS + met_at, kind="stable")
    keys = (met_by * _SECONDS + met_at)[order]
    at = np.where(asked.at == NEVER, 0, asked.at)
    last = np.searchsorted(keys, asked.customer * _SECONDS + at) - 1
    common = _OF_NO_EVENT[(asked.customer + at // DAY) % len(_OF_NO_EVENT)]
    if not len(keys):
        return common
    recent = (last >= 0) & (keys[last] >= asked.customer * _SECONDS + at - _REMEMBERED)
    return np.where(recent, met[order][last], common)


def activity(history: History) -> pa.Table:
    """Visits and deliveries that came late, in the order in which they happened.

    Args:
        history: what happened.
    """
    seen = history.activity
    return pa.table(
        {
            "customer_id": ids("C", seen.customer),
            "timestamp": times(seen.at),
            "event": names(seen.event, kinds.EVENTS),
            "amount": numbers(seen.amount, seen.amount > 0),
        }
    )


def subscriptions(history: History) -> pa.Table:
    """Delivery plans, and why they ended.

    Args:
        history: what happened.
    """
    plans = history.subscriptions
    return pa.table(
        {
            "customer_id": ids("C", plans.customer),
            "started_at": times(plans.at),
            "ended_at": times(plans.ended_at),
            "end_reason": names(plans.end_reason, kinds.END_REASONS),
            "plan": names(plans.plan, kinds.PLANS),
            "payment_failed_at": times(plans.payment_failed_at),
        }
    )

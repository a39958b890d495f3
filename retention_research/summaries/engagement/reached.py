"""What customers do between purchases, and what is sent to them, in the days up to a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import ibis

from retention_research.summaries.engagement.behaviour import lately

if TYPE_CHECKING:
    import ibis.expr.types as ir

RECENT = 28  # days of activity held against those before


def event_users(activity: ir.Table, active: ir.Table, end: date, days: int) -> ir.Table:
    """How many active customers have each kind of activity in the days up to `end`.

    Args:
        activity: customer_id, timestamp, event.
        active: customer_id, each once.
        end: the day.
        days: how far back.

    Returns:
        event, customers; in order.
    """
    rows = activity.filter(lately(activity.timestamp.date(), end, days), activity.event.notnull())
    pairs = rows.select("customer_id", "event").distinct().semi_join(active, "customer_id")
    return pairs.group_by("event").agg(customers=pairs.count()).order_by("event")


def event_flags(activity: ir.Table, end: date, days: int, events: Mapping[str, str]) -> ir.Table:
    """Whether customers have these kinds of activity in the days up to `end`.

    Args:
        activity: customer_id, timestamp, event.
        end: the day.
        days: how far back.
        events: name of a column to the event it tells of.

    Returns:
        customer_id and the columns; customers without any activity are not there.
    """
    rows = activity.filter(lately(activity.timestamp.date(), end, days))
    told = {name: (rows.event == event).fill_null(False).any() for name, event in events.items()}
    return rows.group_by("customer_id").agg(**told)


def activity_change(
    activity: ir.Table, active: ir.Table, end: date, days: int, events: Sequence[str]
) -> ir.Table:
    """How much more often customers are active lately than before, as the log of a ratio of rates.

    The last four weeks (or half of the days, if that is less) against those before them, within
    the days up to `end` and since the first purchase. One event, spread evenly, is added, so that
    nobody's rate is zero and no activity at all is no change.

    Args:
        activity: customer_id, timestamp, event.
        active: customer_id, tenure_days, each customer once.
        end: the day.
        days: how far back.
        events: the kinds that count, together.

    Returns:
        customer_id, activity_change; null for customers with less time before than lately.
    """
    recent = min(RECENT, days // 2)
    known = ibis.least(active.tenure_days + 1, days)
    people = active.select("customer_id", known=known)
    counts = _counts(activity.filter(activity.event.isin(events)), people, end, recent)
    rows = people.left_join(counts, "customer_id")
    now, total = rows.now.fill_null(0), rows.total.fill_null(0)
    earlier, length = rows.known - recent, rows.known.cast("float64")
    one = (now + recent / length) / recent
    other = (total - now + earlier / length) / ibis.greatest(earlier, 1)
    change = (one / ibis.greatest(other, 1e-9)).ln()
    return rows.select("customer_id", activity_change=ibis.ifelse(earlier >= recent, change, None))


def _counts(activity: ir.Table, people: ir.Table, end: date, recent: int) -> ir.Table:
    ago = ibis.literal(end).delta(activity.timestamp.date(), unit="day")
    dated = activity.select("customer_id", ago=ago)
    joined = dated.inner_join(people, "customer_id")
    inside = joined.filter(joined.ago >= 0, joined.ago < joined.known)
    per = inside.group_by("customer_id")
    return per.agg(total=inside.count(), now=inside.count(where=inside.ago < recent))


def contacts_received(
    contacts: ir.Table, end: date, days: int, purposes: Mapping[str, str | None]
) -> ir.Table:
    """How many contacts reached customers in the days up to `end`, by purpose.

    Args:
        contacts: customer_id, sent_at, perhaps delivered and purpose.
        end: the day.
        days: how far back.
        purposes: name of a column to the purpose it counts; None counts all.

    Returns:
        customer_id and the columns; customers whom nothing reached are not there.
    """
    rows = contacts.filter(lately(contacts.sent_at.date(), end, days))
    if "delivered" in rows.columns:
        rows = rows.filter(rows.delivered.fill_null(True))
    counted = {
        name: rows.count() if purpose is None else rows.count(where=rows.purpose == purpose)
        for name, purpose in purposes.items()
    }
    return rows.group_by("customer_id").agg(**counted)

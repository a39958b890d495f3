"""How long contracts last, and how they end."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

NOT_STATED = "not stated"  # why a contract ended, where others say why
_AT_ONCE = 0.5  # days: a curve starts with everybody


def contracts(subscriptions: ir.Table, as_of: date, coverage_start: date | None = None) -> ir.Table:
    """Days from the start of each contract to its end, censored at as_of.

    Args:
        subscriptions: customer_id, started_at, and ended_at and end_reason where there are any, as
            known at as_of.
        as_of: last day that is known.
        coverage_start: the first day of the data, where contracts that ended earlier may be
            missing: those of before are watched from that day on. None: all are there.

    Returns:
        customer_id, number (0 for the customer's first), duration (days; half a day for a contract
        that ended on its first), event_observed, reason (null while it runs, or where there is no
        such column), entry (age in days at which watching began, under the duration; 0 for
        contracts watched from their start). Contracts that started on as_of and run are not there.
    """
    rows = _dated(subscriptions)
    until = rows.ended_day.coalesce(ibis.literal(as_of))
    days = until.delta(rows.started_day, unit="day").cast("float64")
    at_once = rows.ended_day.notnull() & (days == 0)
    watched = rows.mutate(
        duration=at_once.ifelse(ibis.literal(_AT_ONCE), days),
        event_observed=rows.ended_day.notnull(),
        entry=_entry(rows, coverage_start),
    )
    there = watched.filter(watched.duration > watched.entry)
    order = [there.started_day, there.duration.desc(), there.reason.fill_null("")]
    first = ibis.row_number().over(ibis.window(group_by=there.customer_id, order_by=order))
    return there.select(
        "customer_id", "duration", "event_observed", "reason", "entry", number=first.cast("int64")
    )


def _dated(subscriptions: ir.Table) -> ir.Table:
    ended = _if_there(subscriptions, "ended_at", "timestamp").date()
    named = _if_there(subscriptions, "end_reason", "string").strip().nullif("")
    if "end_reason" in subscriptions.columns:
        named = named.fill_null(NOT_STATED)
    return subscriptions.select(
        "customer_id",
        started_day=subscriptions.started_at.date(),
        ended_day=ended,
        reason=ended.notnull().ifelse(named, ibis.null("string")),
    )


def _if_there(rows: ir.Table, column: str, kind: str) -> ir.Column:
    return rows[column] if column in rows.columns else ibis.null(kind)


def _entry(rows: ir.Table, coverage_start: date | None) -> ir.Column:
    at_birth = ibis.literal(0).cast("int64")
    if coverage_start is None:
        return at_birth
    age = ibis.literal(coverage_start).delta(rows.started_day, unit="day").cast("int64")
    return (age > 0).ifelse(age, at_birth)

"""How customers had been served, and what they had said, by a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis

from retention_research.summaries.engagement.behaviour import lately
from retention_research.summaries.kpis.business_hours import seconds_between, seconds_open
from retention_research.summaries.kpis.sums import days_after
from retention_research.summaries.service import complaints

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from retention_research.study_sections import Hours

FAST, SLOWLY, NOT_YET = "resolved fast", "resolved slowly", "not known yet"
NO_COMPLAINT = "no complaint"
IN_TIME, LATE, NO_TICKET, NO_TARGET = "in time", "late", "no ticket", "no target"


def complained(tickets: ir.Table, end: date, days: int) -> ir.Table:
    """Who complained in the days up to `end`.

    Args:
        tickets: customer_id, opened_at, perhaps is_complaint; all are complaints without it.
        end: the day.
        days: how far back.

    Returns:
        customer_id, complaint (true).
    """
    rows = complaints(tickets)
    found = rows.filter(lately(rows.opened_at.date(), end, days)).select("customer_id").distinct()
    return found.mutate(complaint=ibis.literal(True))


def resolution(tickets: ir.Table, end: date, days: int, slow_seconds: float) -> ir.Table:
    """How the complaints of the days up to `end` had been resolved by then.

    A complaint is slow once it has been open for longer than `slow_seconds`, resolved or not; a
    younger one that is still open is not known yet. Of several, a slow one counts first, then one
    not known yet.

    Args:
        tickets: as known at `end`: customer_id, opened_at, resolved_at, perhaps is_complaint.
        end: the day; time runs to its midnight.
        days: how far back.
        slow_seconds: study.drivers.slow_after in seconds.

    Returns:
        customer_id, slow_resolution (a level).
    """
    rows = complaints(tickets)
    recent = rows.filter(lately(rows.opened_at.date(), end, days))
    found = worst_resolution(recent.mutate(day=ibis.literal(end)), slow_seconds)
    return found.select("customer_id", "slow_resolution")


def worst_resolution(complaints: ir.Table, slow_seconds: float) -> ir.Table:
    """How the complaints that are looked at on a day had been resolved by then, the worst of each.

    Args:
        complaints: customer_id, day (on which it is asked), opened_at, resolved_at.
        slow_seconds: study.drivers.slow_after in seconds.

    Returns:
        customer_id, day, slow_resolution (a level).
    """
    rows, midnight = complaints, days_after(complaints.day, 1).cast("timestamp")
    by_then = (rows.resolved_at < midnight).fill_null(False)
    took = seconds_between(rows.opened_at, by_then.ifelse(rows.resolved_at, midnight))
    marked = rows.mutate(slow=took > slow_seconds, open=~by_then & (took <= slow_seconds))
    worst = marked.group_by("customer_id", "day").agg(
        slow=marked.slow.any(), open=marked.open.any()
    )
    level = ibis.cases((worst.slow, SLOWLY), (worst.open, NOT_YET), else_=FAST)
    return worst.select("customer_id", "day", slow_resolution=level)


def response(
    tickets: ir.Table,
    end: date,
    days: int,
    targets: Mapping[str, float],
    hours: Hours | None = None,
) -> ir.Table:
    """Whether tickets of the days up to `end` had been answered within their category's target.

    Of several tickets, a late one counts first, then one not known yet.

    Args:
        tickets: as known at `end`: customer_id, opened_at, category, first_response_at.
        end: the day; time runs to its midnight.
        days: how far back.
        targets: category to hours.
        hours: business hours; hours of the clock if None.

    Returns:
        customer_id, late_response (a level).
    """
    rows = tickets.filter(lately(tickets.opened_at.date(), end, days))
    answered = _by(rows.first_response_at, end)
    until = answered.coalesce(_midnight(end))
    took = (
        seconds_open(rows.opened_at, until, hours)
        if hours
        else seconds_between(rows.opened_at, until)
    )
    allowed = _allowed(rows.category, targets)
    late = (took > allowed).fill_null(False)
    told = rows.select(
        "customer_id", late=late, open=answered.isnull() & allowed.notnull() & ~late,
        met=answered.notnull() & allowed.notnull(),
    )  # fmt: skip
    per = told.group_by("customer_id").agg(
        late=told.late.any(), open=told.open.any(), met=told.met.any()
    )
    cases = ((per.late, LATE), (per.open, NOT_YET), (per.met, IN_TIME))
    return per.select("customer_id", late_response=ibis.cases(*cases, else_=NO_TARGET))


def _allowed(category: ir.StringColumn, targets: Mapping[str, float]) -> ir.Value:
    if not targets:
        return ibis.null("float64")
    found = ((category == name, 3600.0 * hours) for name, hours in targets.items())
    return ibis.cases(*found, else_=ibis.null("float64"))


def _midnight(end: date) -> ir.TimestampValue:
    return ibis.literal(end + timedelta(days=1)).cast("timestamp")


def _by(moment: ir.TimestampColumn, end: date) -> ir.Value:
    return ibis.ifelse(moment.date() <= ibis.literal(end), moment, None)


def last_ticket(tickets: ir.Table, end: date) -> ir.Table:
    """The channel of each customer's last ticket up to `end`.

    Args:
        tickets: customer_id, ticket_id, opened_at, channel.
        end: the day.

    Returns:
        customer_id, ticket_channel (null if it is not known).
    """
    past = tickets.filter(tickets.opened_at.date() <= ibis.literal(end))
    named = past.channel.lower().strip().nullif("")
    return _last(past.mutate(ticket_channel=named), "ticket_channel", "opened_at", "ticket_id")


def last_rating(tickets: ir.Table, end: date) -> ir.Table:
    """Each customer's last rating of service up to `end`.

    Args:
        tickets: as known at `end`: customer_id, ticket_id, opened_at, csat, perhaps resolved_at,
            with which the rating becomes known: of a ticket not resolved yet there is none.
        end: the day.

    Returns:
        customer_id, csat (1 to 5).
    """
    rated = tickets.mutate(
        at=tickets.resolved_at if "resolved_at" in tickets.columns else tickets.opened_at
    )
    rated = rated.filter(rated.csat.notnull(), rated.at.date() <= ibis.literal(end))
    return _last(rated, "csat", "at", "ticket_id")


def last_score(surveys: ir.Table, end: date) -> ir.Table:
    """Each customer's last survey score up to `end`; surveys of leavers do not count.

    Args:
        surveys: as known at `end`: customer_id, timestamp, score, perhaps kind.
        end: the day.

    Returns:
        customer_id, survey_score (0 to 10).
    """
    rows = scores(surveys)
    past = rows.filter(rows.timestamp.date() <= ibis.literal(end))
    return _last(past.rename(survey_score="score"), "survey_score", "timestamp", "survey_score")


def scores(surveys: ir.Table) -> ir.Table:
    """The survey answers that bear a score, those of leavers left out."""
    rows = surveys.filter(surveys.score.notnull(), surveys.timestamp.notnull())
    if "kind" in rows.columns:
        rows = rows.filter(rows.kind.fill_null("nps") == "nps")
    return rows


def _last(rows: ir.Table, column: str, time: str, tie: str) -> ir.Table:
    newest = ibis.window(group_by=rows.customer_id, order_by=[rows[time].desc(), rows[tie].desc()])
    placed = rows.mutate(place=ibis.row_number().over(newest))
    return placed.filter(placed.place == 0).select("customer_id", column)

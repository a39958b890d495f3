"""What customers say: why they left and what they had spent, and the comments they wrote."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from retention_research.periods import Period
from retention_research.summaries.kpis.sums import with_columns
from retention_research.summaries.purchases import exact_sum
from retention_research.summaries.segments import small_levels

LONGEST = 2_000  # characters of a comment that leave the engine
MOST_COMMENTS = 20_000  # that leave it
YEAR = 365  # days before leaving whose revenue is the value lost
_LEAVING = ("exit", "leave", "leaving")
_NOT_STATED = (
    "", "left", "cancelled", "canceled", "ended", "unknown", "none", "not stated", "payment failed",
    "payment failure", "failed payment", "card declined",
)  # fmt: skip


def stated_reasons(surveys: ir.Table | None, period: Period) -> ir.Table | None:
    """The reason for leaving that each customer gave in an exit survey, the latest in a period.

    Args:
        surveys: rows of kind exit with a reason and a timestamp; None if there are none.
        period: of the answer.

    Returns:
        customer_id, day, reason (small letters, spaces for underscores); None if the table
        cannot hold a reason. Words such as "left" state none.
    """
    if surveys is None or not {"kind", "reason"} <= set(surveys.columns):
        return None
    rows = surveys.filter(surveys.kind.lower().strip().isin(_LEAVING))
    return _latest(rows.select("customer_id", "reason", day=rows.timestamp.date()), period)


def plan_ends(subscriptions: ir.Table | None, period: Period) -> ir.Table | None:
    """The reason recorded with each customer's latest end of a subscription in a period.

    Args:
        subscriptions: rows with ended_at and end_reason; None if there are none.
        period: in which it ended.

    Returns:
        As `stated_reasons`. A payment that failed is nothing that the customer stated.
    """
    if subscriptions is None or not {"ended_at", "end_reason"} <= set(subscriptions.columns):
        return None
    rows = subscriptions.filter(subscriptions.ended_at.notnull())
    told = rows.select("customer_id", reason=rows.end_reason, day=rows.ended_at.date())
    return _latest(told, period)


def _latest(told: ir.Table, period: Period) -> ir.Table:
    named = told.mutate(reason=told.reason.lower().replace("_", " ").strip())
    stated = named.reason.notnull() & ~named.reason.isin(_NOT_STATED)
    inside = named.filter(named.day.between(period.start, period.end) & stated)
    latest = ibis.window(group_by=inside.customer_id, order_by=[inside.day.desc(), inside.reason])
    numbered = inside.mutate(place=ibis.row_number().over(latest))
    return numbered.filter(numbered.place == 0).select("customer_id", "day", "reason")


def bought_again(reasons: ir.Table, purchases: ir.Table) -> ir.Table:
    """Customers who bought after the day on which they said that they leave.

    Args:
        reasons: customer_id, day, reason, each customer once.
        purchases: customer_id, day.

    Returns:
        customer_id.
    """
    bought = purchases.select(buyer="customer_id", bought="day")
    later = reasons.join(bought, [reasons.customer_id == bought.buyer, bought.bought > reasons.day])
    return later.select("customer_id").distinct()


def value_lost(reasons: ir.Table, purchases: ir.Table, floor: int) -> ir.Table:
    """Customers without a purchase since, and their revenue of the year before, by their reason.

    Args:
        reasons: customer_id, day, reason, each customer once.
        purchases: customer_id, day, amount; up to the last day that is known.
        floor: reasons of fewer customers are merged into "other".

    Returns:
        reason, customers, value_lost (revenue of the 365 days up to the day, 0 for none).
        Customers who bought after the day are left out: they did not leave.
    """
    gone = reasons.anti_join(bought_again(reasons, purchases), "customer_id")
    since = gone.mutate(since=(gone.day - ibis.interval(days=YEAR)).cast("date"))
    bought = purchases.select(buyer="customer_id", bought="day", amount="amount")
    before = (bought.bought > since.since) & (bought.bought <= since.day)
    spent = since.left_join(bought, [since.customer_id == bought.buyer, before])
    per = spent.group_by("customer_id", "reason").agg(revenue=exact_sum(spent.amount))
    named = small_merged(per, "reason", floor)
    sums = named.group_by("reason").agg(
        customers=named.count(), value_lost=exact_sum(named.revenue).fill_null(0.0)
    )
    return sums.order_by([sums.value_lost.desc(), sums.reason])


def small_merged(
    rows: ir.Table, column: str, floor: int, among: ir.BooleanValue | None = None
) -> ir.Table:
    """The rows with levels of fewer customers than the floor named "other".

    Where these together stay under the floor, the next smallest level joins them.

    Args:
        rows: with customer_id, of whom one may have several rows.
        column: of the levels; rows without one are left out.
        floor: the study's group_floor.
        among: of which rows customers are counted, all if left out; levels of none of these are
            left out.
    """
    counted = rows if among is None else rows.filter(among)
    told = counted.filter(counted[column].notnull())
    sizes = told.group_by(level=told[column]).agg(n=told.customer_id.nunique())
    named = small_levels(sizes, floor).rename(level_="level", merged_="merged")
    rows_again = rows.view()
    joined = rows_again.join(named, rows_again[column] == named.level_)
    return joined.mutate(**{column: joined.merged_}).drop("level_", "merged_")


def fallen_silent(purchases: ir.Table, period: Period, silence_days: int) -> ir.Table:
    """Customers who were active before a period and no longer at its end.

    Args:
        purchases: customer_id, day.
        period: whose start and end are looked at.
        silence_days: churn.inactive_for in days.

    Returns:
        customer_id.
    """
    before, after = (
        _bought_within(purchases, day, silence_days)
        for day in (period.start - timedelta(days=1), period.end)
    )
    return before.anti_join(after, "customer_id")


def _bought_within(purchases: ir.Table, end: date, days: int) -> ir.Table:
    span = purchases.day.between(end - timedelta(days=days - 1), end)
    return purchases.filter(span).select("customer_id").distinct()


def comments(surveys: ir.Table | None, tickets: ir.Table | None, period: Period) -> ir.Table | None:
    """What customers wrote in a period, in surveys and in tickets.

    Args:
        surveys: with comment and score, or None.
        tickets: with comment, or None.
        period: of the answer, and of the opening of the ticket.

    Returns:
        customer_id, day, comment (its first 2,000 characters), score (null in tickets): the
        newest 20,000, in order. None if neither table has comments.
    """
    parts = [
        _written(rows, time, period)
        for rows, time in ((surveys, "timestamp"), (tickets, "opened_at"))
        if rows is not None and "comment" in rows.columns
    ]
    if not parts:
        return None
    told = ibis.union(*parts) if len(parts) > 1 else parts[0]
    order = [told.day.desc(), told.customer_id, told.comment, told.score]
    return told.order_by(order).limit(MOST_COMMENTS)


def _written(rows: ir.Table, time: str, period: Period) -> ir.Table:
    told = with_columns(rows, score="int64")
    inside = told.filter(
        told.comment.notnull() & told[time].date().between(period.start, period.end)
    )
    return inside.select(
        "customer_id",
        day=inside[time].date(),
        comment=inside.comment.substr(0, LONGEST),
        score=inside.score.cast("float64"),
    )

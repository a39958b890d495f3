"""How customers are served: problems by product, return visits, and complaints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from retention_research.periods import Period
from retention_research.summaries.kpis.sums import inside, per_customer, stacked, with_columns
from retention_research.summaries.purchases import exact_sum

RETURN_DAYS = 30  # within which another ticket on the same matter is a return visit
REPEAT_DAYS = 90  # within which another complaint is a repeated one
YEAR = 365
_NONE, _ONE = ibis.literal(0).cast("int64"), ibis.literal(1).cast("int64")
HIGH_VALUE = 0.9  # quantile of the year's revenue above which a customer is of high value


def complaints(tickets: ir.Table) -> ir.Table:
    """The tickets that are complaints; all of them where the source does not tell."""
    if "is_complaint" not in tickets.columns:
        return tickets
    return tickets.filter(tickets.is_complaint.fill_null(False))


def return_visits(
    tickets: ir.Table, period: Period, as_of: date, extra: str | None = None
) -> ir.Table:
    """Tickets of a period after which the customer came back about the same within 30 days.

    Args:
        tickets: with customer_id, opened_at, ticket_id, category.
        period: of the opening; tickets of the last 30 days before as_of are left out.
        as_of: last day that is known.
        extra: a column of tickets to tell apart as `level`.

    Returns:
        Sums as `per_customer` gives them, of return_visits.
    """
    again = _followed(tickets, ["customer_id", "category"], RETURN_DAYS)
    ripe = again.filter(again.opened_at.date() <= as_of - timedelta(days=RETURN_DAYS))
    rows = inside(ripe, ripe.opened_at.date(), [period])
    return per_customer(rows, "return_visits", rows.followed, ibis.literal(1), extra=extra)


def repeated(complaints: ir.Table, period: Period, as_of: date) -> ir.Table:
    """Complaints of a period that another of the same customer followed within 90 days.

    Returns:
        Sums as `per_customer` gives them, of repeat_share; complaints of the last 90 days before
        as_of are left out.
    """
    again = _followed(complaints, ["customer_id"], REPEAT_DAYS)
    ripe = again.filter(again.opened_at.date() <= as_of - timedelta(days=REPEAT_DAYS))
    rows = inside(ripe, ripe.opened_at.date(), [period])
    return per_customer(rows, "repeat_share", rows.followed, ibis.literal(1))


def _followed(tickets: ir.Table, keys: Sequence[str], days: int) -> ir.Table:
    rows = tickets.mutate(opened=tickets.opened_at.date())
    order = ibis.window(
        group_by=[rows[key] for key in keys], order_by=[rows.opened_at, rows.ticket_id]
    )
    ahead = rows.mutate(next_opened=rows.opened.lead().over(order))
    waited = ahead.next_opened.delta(ahead.opened, unit="day")
    return ahead.mutate(followed=(waited <= days).fill_null(False).cast("int32"))


def orders_by_product(
    order_lines: ir.Table, transactions: ir.Table, period: Period, column: str
) -> ir.Table:
    """Orders of a period that hold each product, or each category of products.

    Args:
        order_lines: order_id, product_id, category.
        transactions: order_id, customer_id, day, amount; refunds are left out.
        period: of the order.
        column: product_id or category.

    Returns:
        customer_id, level, orders.
    """
    bought = transactions.filter(
        (transactions.amount >= 0) & transactions.day.between(period.start, period.end)
    )
    orders = bought.select("order_id", "customer_id").distinct()
    lines = order_lines.filter(order_lines[column].notnull())
    held = lines.select("order_id", level=lines[column]).distinct()
    joined = held.join(orders, "order_id")
    return joined.group_by("customer_id", "level").agg(orders=joined.count())


def tickets_by_product(
    tickets: ir.Table, order_lines: ir.Table, period: Period, column: str
) -> ir.Table:
    """Tickets of a period about each product, or about products of each category.

    Returns:
        customer_id, level, tickets.
    """
    opened = tickets.filter(tickets.opened_at.date().between(period.start, period.end))
    about = opened.filter(opened.product_id.notnull()).select("customer_id", "product_id")
    if column == "product_id":
        named = about.mutate(level=about.product_id)
    else:
        lines = order_lines.filter(order_lines[column].notnull())
        kinds = lines.group_by("product_id").agg(level=lines[column].min())
        named = about.join(kinds, "product_id")
    return named.group_by("customer_id", "level").agg(tickets=named.count())


def problems_per_order(tickets: ir.Table, orders: ir.Table) -> ir.Table:
    """Tickets about a level against orders that hold it.

    Args:
        tickets: customer_id, level, tickets.
        orders: customer_id, level, orders.

    Returns:
        Sums as `per_customer` gives them, of problem_rate, with level; levels that nobody
        ordered are left out.
    """
    y = tickets.select("customer_id", "level", y=tickets.tickets.cast("int64"), x=_NONE)
    x = orders.select("customer_id", "level", y=_NONE, x=orders.orders.cast("int64"))
    both = y.union(x)
    per = both.group_by("customer_id", "level").agg(y=_whole(both.y), x=_whole(both.x))
    known = per.semi_join(orders.select("level").distinct(), "level")
    return known.select(
        kpi=ibis.literal("problem_rate"), period=ibis.literal(0).cast("int64"),
        customer_id="customer_id", y="y", x="x", level="level",
    )  # fmt: skip


def unrated(tickets: ir.Table, periods: Sequence[Period]) -> ir.Table:
    """Tickets resolved in each period, and those of them without a rating.

    Returns:
        Sums as `per_customer` gives them, of csat_non_response.
    """
    rows = inside(tickets, tickets.resolved_at.date(), periods)
    return per_customer(rows, "csat_non_response", rows.csat.isnull(), ibis.literal(1))


def per_customers(
    complaints: ir.Table, purchases: ir.Table, periods: Sequence[Period], silence_days: int
) -> ir.Table:
    """Complaints of each period against the customers active in it.

    Args:
        complaints: customer_id, opened_at.
        purchases: customer_id, day.
        periods: of the opening.
        silence_days: who bought within so many days before a period, or in it, is active.

    Returns:
        Sums as `per_customer` gives them, of per_thousand.
    """
    opened = inside(complaints, complaints.opened_at.date(), periods)
    y = per_customer(opened, "per_thousand", ibis.literal(1), ibis.literal(0))
    active = [
        _active(purchases, p, silence_days, place).select(*y.columns)
        for place, p in enumerate(periods)
    ]
    both = stacked([y, *active])
    keys = ["kpi", "period", "customer_id"]
    return both.group_by(keys).agg(y=_whole(both.y), x=_whole(both.x)).select(*y.columns)


def _whole(column: ir.NumericColumn) -> ir.IntegerValue:
    return column.sum().cast("int64")


def _active(purchases: ir.Table, period: Period, silence_days: int, place: int) -> ir.Table:
    since = period.start - timedelta(days=silence_days)
    rows = purchases.filter(purchases.day.between(since, period.end))
    each = rows.select("customer_id").distinct()
    return each.mutate(
        kpi=ibis.literal("per_thousand"), period=ibis.literal(place).cast("int64"), y=_NONE, x=_ONE
    )


def causes(complaints: ir.Table, period: Period, column: str) -> ir.Table:
    """Complaints of a period by cause, against all of the same customer.

    Args:
        complaints: customer_id, opened_at and the column of causes, none of them null.
        period: of the opening.
        column: whose values are the causes.

    Returns:
        Sums as `per_customer` gives them, of cause_share, with level: every customer with a
        complaint at every cause.
    """
    rows = inside(complaints, complaints.opened_at.date(), [period])
    total = rows.group_by("customer_id").agg(x=rows.count())
    levels = rows.select(level=rows[column]).distinct()
    every = total.cross_join(levels)
    counted = rows.group_by("customer_id", level=rows[column]).agg(y=rows.count())
    keys = ["customer_id", "level"]
    joined = every.left_join(counted, keys)
    return joined.select(
        kpi=ibis.literal("cause_share"), period=ibis.literal(0).cast("int64"),
        customer_id="customer_id", y=joined.y.fill_null(0).cast("int64"),
        x=joined.x.cast("int64"), level="level",
    )  # fmt: skip


def yearly_revenue(purchases: ir.Table, as_of: date) -> ir.Table:
    """What each customer spent in the year up to as_of, and whether that is of the upper tenth.

    Returns:
        customer_id, revenue, high_value; customers without a purchase in the year are not there.
    """
    year = purchases.filter(purchases.day > as_of - timedelta(days=YEAR))
    per = year.group_by("customer_id").agg(revenue=exact_sum(year.amount))
    cut = per.aggregate(cut=per.revenue.quantile(HIGH_VALUE))
    joined = per.cross_join(cut)
    return joined.select(
        "customer_id", "revenue", high_value=(joined.revenue >= joined.cut) & (joined.revenue > 0)
    )


def still_open(complaints: ir.Table, revenue: ir.Table, as_of: date) -> ir.Table:
    """Complaints not resolved by as_of, with what their customers spent in the year before.

    Args:
        complaints: customer_id, ticket_id, opened_at, resolved_at, category.
        revenue: as `yearly_revenue` gives it.
        as_of: last day that is known.

    Returns:
        customer_id, category, days_open, revenue (0 for none), high_value; the highest revenue
        first.
    """
    rows = with_columns(complaints, resolved_at="timestamp", category="string")
    waiting = rows.filter(rows.resolved_at.isnull())
    joined = waiting.left_join(revenue, "customer_id")
    found = joined.select(
        "customer_id",
        "ticket_id",
        "category",
        days_open=ibis.literal(as_of).delta(joined.opened_at.date(), unit="day"),
        revenue=joined.revenue.fill_null(0.0),
        high_value=joined.high_value.fill_null(False),
    )
    return found.order_by([found.revenue.desc(), found.days_open.desc(), found.ticket_id])

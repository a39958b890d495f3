"""What customers did after the day on which a program reached them, and before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from retention_research.summaries.purchases import exact_sum

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEYS = ("customer_id", "start")


def outcomes_after(starts: ir.Table, purchases: ir.Table, window_days: int) -> ir.Table:
    """What customers bought in the days (start, start + window_days].

    Args:
        starts: customer_id, start (date) and any further columns; unique by customer and start.
        purchases: customer_id, day, amount, as `purchase_days` gives them.
        window_days: the window; that it ends by as_of is the caller's to see to.

    Returns:
        The same rows and columns, with retained (whether they bought at all), purchases (days
        with a purchase) and revenue (money).

    Example:
        >>> from datetime import date
        >>> import ibis
        >>> starts = ibis.memtable({"customer_id": ["a"], "start": [date(2024, 1, 7)]})
        >>> days = [date(2024, 1, 7), date(2024, 1, 8), date(2024, 1, 14), date(2024, 1, 15)]
        >>> bought = ibis.memtable({"customer_id": ["a"] * 4, "day": days, "amount": [1.0] * 4})
        >>> outcomes_after(starts, bought, 7).to_pandas()[["purchases", "revenue"]].values.tolist()
        [[2.0, 2.0]]
    """
    return outcomes_between(starts, purchases, 0, window_days)


def outcomes_between(starts: ir.Table, purchases: ir.Table, first: int, last: int) -> ir.Table:
    """What customers bought in the days (start + first, start + last].

    Args:
        starts: customer_id, start (date) and any further columns; unique by customer and start.
        purchases: customer_id, day, amount, as `purchase_days` gives them.
        first: days after the start, itself left out.
        last: days after the start, itself in.

    Returns:
        The same rows and columns, with retained, purchases and revenue.
    """
    near = _from_start(starts, purchases)
    inside = near.filter(near.after > first, near.after <= last)
    per = inside.group_by(*KEYS).agg(purchases=inside.count(), revenue=exact_sum(inside.amount))
    joined = joined_to(starts, per)
    return joined.select(
        *starts.columns,
        retained=joined.purchases.notnull(),
        purchases=joined.purchases.fill_null(0),
        revenue=joined.revenue.fill_null(0.0),
    )


def revenue_by_week(starts: ir.Table, purchases: ir.Table, window_days: int) -> ir.Table:
    """What customers spent in each week after their start.

    Args:
        starts: customer_id, start (date); unique by customer and start.
        purchases: customer_id, day, amount, as `purchase_days` gives them.
        window_days: days after the start that are looked at.

    Returns:
        customer_id, start, week (0 is the days (start, start + 7]), revenue; weeks without a
        purchase are not there.
    """
    near = _from_start(starts, purchases)
    inside = near.filter(near.after > 0, near.after <= window_days)
    dated = inside.mutate(week=((inside.after - 1) / 7).floor().cast("int64"))
    return dated.group_by(*KEYS, "week").agg(revenue=exact_sum(dated.amount))


def second_order_after(starts: ir.Table, purchases: ir.Table, window_days: int) -> ir.Table:
    """Who came back in the window, and bought once more as soon after that.

    Args:
        starts: customer_id, start (date) and any further columns; unique by customer and start.
        purchases: customer_id, day, amount, as `purchase_days` gives them.
        window_days: the window for the return, and again for the order after it.

    Returns:
        The same rows and columns, with second_order: whether a purchase in (start, start +
        window_days] was followed by another within window_days of the first of these.
    """
    near = _from_start(starts, purchases)
    later = near.filter(near.after > 0)
    first = later.after.min().over(ibis.window(group_by=[later[key] for key in KEYS]))
    told = later.mutate(back=first)
    again = (told.after > told.back) & (told.after <= told.back + window_days)
    per = told.filter(told.back <= window_days, again).select(*KEYS).distinct().mutate(again=True)
    joined = joined_to(starts, per)
    return joined.select(*starts.columns, second_order=joined.again.fill_null(False))


def behaviour_before(starts: ir.Table, purchases: ir.Table, days: int) -> ir.Table:
    """What customers had bought by the day of their start.

    Args:
        starts: customer_id, start (date) and any further columns; unique by customer and start.
        purchases: customer_id, day, amount. Orders before anything was given back
            (`next_order.sold_by_day`) keep what followed from the start out of it.
        days: length of the time before the start that is looked at.

    Returns:
        The same rows and columns, with pre_purchases and pre_revenue over the days
        (start - days, start], and over all days up to the start frequency (repeat purchases),
        recency_days (first to last purchase) and age_days (first purchase to start); these three
        are null for who had not bought by then.

    Example:
        >>> from datetime import date
        >>> import ibis
        >>> starts = ibis.memtable({"customer_id": ["a"], "start": [date(2024, 1, 31)]})
        >>> days = [date(2024, 1, 1), date(2024, 1, 21), date(2024, 2, 1)]
        >>> bought = ibis.memtable({"customer_id": ["a"] * 3, "day": days, "amount": [1.0] * 3})
        >>> found = behaviour_before(starts, bought, 28).to_pandas()
        >>> found[["pre_purchases", "frequency", "recency_days", "age_days"]].values.tolist()
        [[1, 1, 20, 30]]
    """
    near = _from_start(starts, purchases)
    past = near.filter(near.after <= 0)
    lately = past.after > -days
    per = past.group_by(*KEYS).agg(
        first_day=past.day.min(),
        last_day=past.day.max(),
        bought=past.count(),
        pre_purchases=past.count(where=lately),
        pre_revenue=exact_sum(lately.ifelse(past.amount, 0.0)),
    )
    joined = joined_to(starts, per)
    return joined.select(
        *starts.columns,
        pre_purchases=joined.pre_purchases.fill_null(0),
        pre_revenue=joined.pre_revenue.fill_null(0.0),
        frequency=joined.bought - 1,
        recency_days=joined.last_day.delta(joined.first_day, unit="day"),
        age_days=joined.start.delta(joined.first_day, unit="day"),
    )


def _from_start(starts: ir.Table, purchases: ir.Table) -> ir.Table:
    """Every purchase of a customer with the days after (or before) each of their starts."""
    days = purchases.select("customer_id", "day", "amount")
    both = starts.select(*KEYS).inner_join(days, "customer_id")
    return both.mutate(after=both.day.delta(both.start, unit="day"))


def joined_to(starts: ir.Table, per: ir.Table) -> ir.Table:
    """All starts, with the columns of what is known of some of them.

    Args:
        starts: customer_id, start and any further columns.
        per: customer_id, start and other columns; unique by customer and start.
    """
    joined = starts.left_join(per, list(KEYS))
    return joined.drop(*(f"{key}_right" for key in KEYS))

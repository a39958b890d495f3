"""What customers of each unit did in spans before and after every start of a roll-out.

Only customers who had bought before a start count for it, before a span where that is earlier: who
is looked at does not change with the program, and first purchases, which no unit owes to it, are
nobody's outcome.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from retention_research.summaries.purchases import exact_sum

KEYS = ("start", "unit", "age")


def unit_members(levels: ir.Table, purchases: ir.Table) -> ir.Table:
    """Customers with the unit they belong to and the day of their first purchase.

    Args:
        levels: customer_id, level (their unit).
        purchases: customer_id, day, as `purchase_days` gives them.

    Returns:
        customer_id, unit, first_day; customers without a purchase are not there.
    """
    first = purchases.group_by("customer_id").agg(first_day=purchases.day.min())
    joined = first.inner_join(levels, "customer_id")
    return joined.select("customer_id", "first_day", unit=joined.level)


def customers_there(
    members: ir.Table, starts: ir.Table, step_days: int, before: int, after: int
) -> ir.Table:
    """How many customers each unit had at each start, and in the spans before it.

    Args:
        members: of `unit_members`.
        starts: start (date), each once.
        step_days: length of a span.
        before: spans before a start.
        after: spans from it on.

    Returns:
        start, unit, age (-before..after - 1), customers: who had bought before the span, or
        before the start where that is earlier; none where nobody had.

    Example:
        >>> from datetime import date
        >>> members = ibis.memtable({"customer_id": ["a", "b"], "unit": ["x", "x"],
        ...                          "first_day": [date(2024, 1, 1), date(2024, 1, 10)]})
        >>> starts = ibis.memtable({"start": [date(2024, 1, 15)]})
        >>> found = customers_there(members, starts, 7, 1, 1).order_by("age")
        >>> found.to_pandas()[["age", "customers"]].values.tolist()
        [[-1, 1], [0, 2]]
    """
    born = members.group_by("unit", "first_day").agg(customers=members.count())
    dated = born.cross_join(starts)
    known = dated.mutate(lead=dated.start.delta(dated.first_day, unit="day"))
    aged = known.filter(known.lead > 0).mutate(
        age=ibis.range(ibis.literal(-before), ibis.literal(after)).unnest()
    )
    there = aged.filter(aged.lead > ibis.greatest(-aged.age, 0) * step_days)
    return there.group_by(*KEYS).agg(customers=there.customers.sum())


def bought_there(
    members: ir.Table,
    purchases: ir.Table,
    starts: ir.Table,
    step_days: int,
    before: int,
    after: int,
) -> ir.Table:
    """What those customers bought in each span, and how many of them bought.

    Args:
        members: of `unit_members`.
        purchases: customer_id, day, amount, as `purchase_days` gives them.
        starts: start (date), each once.
        step_days: length of a span, which begins on start + age * step_days.
        before: spans before a start.
        after: spans from it on.

    Returns:
        start, unit, age, buyers (customers with a purchase), purchases (days with one), revenue;
        none where nobody bought.

    Example:
        >>> from datetime import date
        >>> members = ibis.memtable({"customer_id": ["a"], "unit": ["x"],
        ...                          "first_day": [date(2024, 1, 1)]})
        >>> days = [date(2024, 1, 1), date(2024, 1, 14), date(2024, 1, 15), date(2024, 1, 21)]
        >>> bought = ibis.memtable({"customer_id": ["a"] * 4, "day": days, "amount": [1.0] * 4})
        >>> starts = ibis.memtable({"start": [date(2024, 1, 15)]})
        >>> found = bought_there(members, bought, starts, 7, 2, 1).order_by("age")
        >>> found.to_pandas()[["age", "buyers", "purchases"]].values.tolist()
        [[-1, 1, 1], [0, 1, 2]]
    """
    near = _in_spans(_by_unit(members, purchases), starts, step_days, before, after)
    per = near.group_by(*KEYS, "customer_id").agg(days=near.count(), spent=exact_sum(near.amount))
    return per.group_by(*KEYS).agg(
        buyers=per.count(), purchases=per.days.sum(), revenue=exact_sum(per.spent)
    )


def sold_there(
    members: ir.Table,
    purchases: ir.Table,
    starts: ir.Table,
    step_days: int,
    before: int,
    after: int,
) -> ir.Table:
    """What those customers bought in each span, whoever of them it was: for many short spans.

    Args:
        members: of `unit_members`.
        purchases: customer_id, day, amount, as `purchase_days` gives them.
        starts: start (date), each once.
        step_days: length of a span, which begins on start + age * step_days.
        before: spans before a start.
        after: spans from it on.

    Returns:
        start, unit, age, purchases (days with one, added up over customers), revenue; none where
        nobody bought.

    Example:
        >>> from datetime import date
        >>> members = ibis.memtable({"customer_id": ["a", "b"], "unit": ["x", "x"],
        ...                          "first_day": [date(2024, 1, 1)] * 2})
        >>> bought = ibis.memtable({"customer_id": ["a", "b"], "day": [date(2024, 1, 15)] * 2,
        ...                         "amount": [1.0, 2.0]})
        >>> starts = ibis.memtable({"start": [date(2024, 1, 15)]})
        >>> sold_there(members, bought, starts, 7, 2, 1).to_pandas()[
        ...     ["age", "purchases", "revenue"]].values.tolist()
        [[0.0, 2.0, 3.0]]
    """
    near = _in_spans(_by_unit(members, purchases), starts, step_days, before, after)
    return near.group_by(*KEYS).agg(purchases=near.count(), revenue=exact_sum(near.amount))


def rated_there(
    ratings: ir.Table, starts: ir.Table, step_days: int, before: int, after: int
) -> ir.Table:
    """What tickets opened in each span were rated.

    Args:
        ratings: unit, first_day (of the customer; null where everybody's tickets count), day
            (opened), csat (1 to 5).
        starts: start (date), each once.
        step_days: length of a span.
        before: spans before a start.
        after: spans from it on.

    Returns:
        start, unit, age, ratings, points (their sum).
    """
    near = _in_spans(ratings, starts, step_days, before, after)
    return near.group_by(*KEYS).agg(
        ratings=near.count(), points=exact_sum(near.csat.cast("float64"))
    )


def ratings_of(tickets: ir.Table, members: ir.Table | None) -> ir.Table:
    """Rated tickets by unit: their team's, or that of the customer who wrote.

    Args:
        tickets: customer_id, opened_at, csat, and team where there are no members.
        members: of `unit_members`; None where the unit is the team.

    Returns:
        unit, first_day, day, csat: as `rated_there` takes them.
    """
    rated = tickets.filter(tickets.csat.notnull())
    if members is None:
        named = rated.filter(rated.team.notnull())
        return named.select(
            unit=named.team.cast("string").strip(),
            first_day=ibis.null("date"),
            day=named.opened_at.date(),
            csat=named.csat,
        )
    joined = rated.select("customer_id", "opened_at", "csat").inner_join(members, "customer_id")
    return joined.select("unit", "first_day", day=joined.opened_at.date(), csat=joined.csat)


def _by_unit(members: ir.Table, purchases: ir.Table) -> ir.Table:
    rows = purchases.inner_join(members, "customer_id")
    return rows.select("customer_id", "unit", "first_day", "day", "amount")


def _in_spans(
    rows: ir.Table, starts: ir.Table, step_days: int, before: int, after: int
) -> ir.Table:
    """Rows with every start near them and the span in which they lie, of customers there then."""
    dated = rows.cross_join(starts)
    placed = dated.mutate(
        since=dated.day.delta(dated.start, unit="day"),
        lead=dated.start.delta(dated.first_day, unit="day"),
    )
    near = placed.filter(placed.since >= -before * step_days, placed.since < after * step_days)
    # counted from the first span, as engines divide negative numbers in different ways
    spans = (near.since + before * step_days) // step_days
    aged = near.mutate(age=spans.cast("int64") - before)
    there = aged.lead > ibis.greatest(-aged.age * step_days, 0)
    return aged.filter(aged.first_day.isnull() | there)

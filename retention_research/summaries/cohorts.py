"""Customers by when they first bought: who came back at which age, and what they brought.

Age counts from each customer's own first purchase, so that everybody of a cohort has had the same
time: month k of an age is days 30 (k - 1) + 1 to 30 k after the first purchase, week k the same in
steps of 7. An age is mature when the cohort's newest customer has been followed through all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

import ibis

from retention_research.summaries.purchases import exact_sum
from retention_research.summaries.segments import merge_small

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from retention_research.periods import PeriodUnit

AGE_DAYS: Final = {"month": 30, "week": 7}
FIRST_ORDER: Final = ("discount", "channel", "category")


def cohort_members(born: ir.Table, unit: PeriodUnit, floor: int) -> ir.Table:
    """Each customer's cohort: the month or week of the first purchase.

    Args:
        born: one row per customer, with customer_id and first_day.
        unit: month (2024-03) or week (its Monday, 2024-03-04).
        floor: cohorts of fewer customers are joined as "other", as segments are.

    Returns:
        customer_id, first_day, cohort (text).
    """
    start = born.first_day.truncate("M" if unit == "month" else "W").cast("date")
    text = start.cast("string").left(7 if unit == "month" else 10)
    merged = merge_small(born.select("customer_id", level=text), floor)
    joined = born.select("customer_id", "first_day").inner_join(merged, "customer_id")
    return joined.select("customer_id", "first_day", cohort="level")


def cohort_sizes(members: ir.Table) -> ir.Table:
    """How many customers a cohort has, and when its newest one first bought.

    Returns:
        cohort, customers, newest (date), by cohort.
    """
    counted = members.group_by("cohort").agg(
        customers=members.count(), newest=members.first_day.max()
    )
    return counted.order_by("cohort")


def returned_by_age(purchases: ir.Table, members: ir.Table, age_days: int) -> ir.Table:
    """How many of a cohort bought at each age, the first purchase not counted.

    Args:
        purchases: customer_id and day, up to as_of.
        members: of `cohort_members`.
        age_days: length of a step of age.

    Returns:
        cohort, age (1, 2, ...), returned (customers); ages at which nobody bought are not there.
    """
    joined = _aged(purchases, members)
    later = joined.filter(joined.days > 0)
    stepped = later.mutate(age=((later.days - 1) / age_days).floor().cast("int64") + 1)
    counted = stepped.group_by(["cohort", "age"]).agg(returned=stepped.customer_id.nunique())
    return counted.order_by(["cohort", "age"])


def revenue_to_ages(purchases: ir.Table, members: ir.Table, ages: Sequence[int]) -> ir.Table:
    """What customers had brought at each age, first purchase included, condensed to sums.

    Args:
        purchases: customer_id, day and amount, up to as_of.
        members: of `cohort_members`.
        ages: in days; sums of customers not yet as old are cut short by as_of.

    Returns:
        cohort, customers, and for each age in days, such as 90: total_90 (sum over customers) and
        squares_90 (sum of their squares).
    """
    joined = _aged(purchases, members)
    within = {f"by_{age}": (joined.days <= age).ifelse(joined.amount, 0.0) for age in ages}
    brought = joined.group_by(["cohort", "customer_id"]).agg(
        **{name: exact_sum(amount) for name, amount in within.items()}
    )
    sums: dict[str, ir.Value] = {}
    for age in ages:
        one = brought[f"by_{age}"]
        square = (one * one).cast("decimal(38, 4)")
        sums |= {f"total_{age}": exact_sum(one), f"squares_{age}": square.sum().cast("float64")}
    return brought.group_by("cohort").agg(customers=brought.count(), **sums).order_by("cohort")


def _aged(purchases: ir.Table, members: ir.Table) -> ir.Table:
    joined = purchases.inner_join(members, "customer_id")
    return joined.mutate(days=joined.day.delta(joined.first_day, unit="day"))


def first_orders(transactions: ir.Table, members: ir.Table) -> ir.Table:
    """What is known of each customer's first order; unknown where the tables do not say.

    Args:
        transactions: checked rows, with any of discount, channel and category.
        members: customer_id and first_day.

    Returns:
        customer_id, and the columns of FIRST_ORDER that the transactions have: discount ("with a
        discount" or "at full price"), channel and category as they are.
    """
    firsts = transactions.inner_join(members.select("customer_id", "first_day"), "customer_id")
    firsts = firsts.filter(firsts.day == firsts.first_day, firsts.amount >= 0)
    order = [firsts[c] for c in ("timestamp", "order_id", "amount") if c in firsts.columns]
    number = ibis.row_number().over(ibis.window(group_by=firsts.customer_id, order_by=order))
    first = firsts.mutate(number=number)
    first = first.filter(first.number == 0)
    told = {name: _told(first, name) for name in FIRST_ORDER if name in first.columns}
    return first.select("customer_id", **told)


def _told(first: ir.Table, name: str) -> ir.StringValue:
    if name == "discount":
        return ibis.cases(
            (first.discount.isnull(), ibis.null("string")),
            (first.discount > 0, "with a discount"),
            else_="at full price",
        )
    return first[name].cast("string").nullif("")


def revenue_by_newness(purchases: ir.Table, firsts: ir.Table, unit: PeriodUnit) -> ir.Table:
    """Revenue of each month or week, from customers new in it and from those who came before.

    Args:
        purchases: customer_id, day and amount, up to as_of.
        firsts: customer_id, first_day and birth_known of everybody.
        unit: month or week.

    Returns:
        period (date of its first day), new_revenue, existing_revenue, unknown_revenue (from
        customers first seen in it who may have bought before the data begin), new_customers, by
        period. The three revenues sum to all of it.
    """
    step = "M" if unit == "month" else "W"
    joined = purchases.inner_join(
        firsts.select("customer_id", "first_day", "birth_known"), "customer_id"
    )
    period = joined.day.truncate(step).cast("date")
    first_seen = period == joined.first_day.truncate(step).cast("date")
    new, unknown = first_seen & joined.birth_known, first_seen & ~joined.birth_known
    told = joined.mutate(
        period=period,
        of_new=new.ifelse(joined.amount, 0.0),
        of_existing=first_seen.ifelse(0.0, joined.amount),
        of_unknown=unknown.ifelse(joined.amount, 0.0),
        is_new=new,
    )
    summed = told.group_by("period").agg(
        new_revenue=exact_sum(told.of_new),
        existing_revenue=exact_sum(told.of_existing),
        unknown_revenue=exact_sum(told.of_unknown),
        new_customers=told.customer_id.nunique(where=told.is_new),
    )
    return summed.order_by("period")


def days_to_second(lives: ir.Table, as_of: date) -> ir.Table:
    """Days from each customer's first purchase to the second, censored at as_of.

    Args:
        lives: customer_id, first_day and second_day (null if none).
        as_of: last day that is known.

    Returns:
        customer_id, first_day, duration (days, at least 1), event_observed. Customers born on
        as_of have no day of follow-up and are not there.
    """
    until = lives.second_day.coalesce(ibis.literal(as_of))
    waited = lives.select(
        "customer_id",
        "first_day",
        duration=until.delta(lives.first_day, unit="day"),
        event_observed=lives.second_day.notnull(),
    )
    return waited.filter(waited.duration > 0)


def acquired_apart(members: ir.Table, customers: ir.Table, unit: PeriodUnit) -> ir.Table:
    """How often acquired_at and the first purchase disagree; the first purchase rules.

    Args:
        members: customer_id, first_day; one row each.
        customers: customer_id, acquired_at.
        unit: month or week of the cohorts.

    Returns:
        One row: stated (members with acquired_at), elsewhere (those of them whose acquired_at
        lies in another period than the first purchase), later (whose lies after it).
    """
    step = "M" if unit == "month" else "W"
    told = customers.filter(customers.acquired_at.notnull())
    dated = told.select("customer_id", acquired=told.acquired_at.date())
    both = members.inner_join(dated, "customer_id")
    apart = both.acquired.truncate(step).cast("date") != both.first_day.truncate(step).cast("date")
    return both.aggregate(
        stated=both.count(),
        elsewhere=both.count(where=apart),
        later=both.count(where=both.acquired > both.first_day),
    )


def first_days(purchases: ir.Table) -> ir.Table:
    """The day of each customer's first purchase.

    Returns:
        customer_id, first_day.
    """
    return purchases.group_by("customer_id").agg(first_day=purchases.day.min())


def mature_until(newest: date, as_of: date, age_days: int) -> int:
    """The oldest age through which a cohort's newest customer has been followed.

    Example:
        >>> mature_until(date(2024, 1, 31), date(2024, 3, 31), 30)
        2
    """
    return max(0, (as_of - newest).days // age_days)

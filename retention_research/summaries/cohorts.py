"""Customers by the period of their first purchase, and what they did at each age since."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from retention_research.periods import Period, PeriodUnit
from retention_research.summaries.purchases import exact_sum

NEW, EXISTING, NOT_KNOWN = "new", "existing", "not known"
_MONDAY = date(1979, 12, 31)  # week 0; events lie after it


def births(purchases: ir.Table) -> ir.Table:
    """Each customer's first purchase: customer_id, first_day. Nobody is there twice."""
    return purchases.group_by("customer_id").agg(first_day=purchases.day.min())


def period_number(day: ir.DateColumn, unit: PeriodUnit) -> ir.IntegerColumn:
    """The number of the month or ISO week that a day lies in; `period_of` reads it back."""
    if unit == "week":
        return day.delta(ibis.literal(_MONDAY), unit="day") // 7
    return day.year() * 12 + day.month() - 1


def period_of(number: int, unit: PeriodUnit) -> Period:
    """The period of a number.

    Example:
        >>> period_of(2024 * 12 + 1, "month").words, period_of(0, "week").start
        ('Feb 2024', datetime.date(1979, 12, 31))
    """
    if unit == "week":
        return Period.holding(_MONDAY + timedelta(weeks=number), unit)
    return Period.holding(date(number // 12, number % 12 + 1, 1), unit)


def whole_ages(cohort: Period, as_of: date) -> int:
    """How many whole ages every customer of a cohort was followed for by the end of as_of.

    Whoever first bought on the cohort's last day decides. A month of age ends the day before the
    same day of the next month, a week the day before the same weekday.

    Example:
        >>> january = Period.holding(date(2024, 1, 1), "month")
        >>> whole_ages(january, date(2024, 2, 29)), whole_ages(january, date(2024, 2, 28))
        (1, 0)
    """
    first, after = cohort.end, as_of + timedelta(days=1)
    if cohort.unit == "week":
        return max((after - first).days // 7, 0)
    months = 12 * (after.year - first.year) + after.month - first.month
    return max(months - (after.day < first.day), 0)


def _age(first_day: ir.DateColumn, day: ir.DateColumn, unit: PeriodUnit) -> ir.IntegerColumn:
    if unit == "week":
        return day.delta(first_day, unit="day") // 7 + 1
    months = 12 * (day.year() - first_day.year()) + day.month() - first_day.month()
    return months - (day.day() < first_day.day()).ifelse(1, 0) + 1


def count_customers(born: ir.Table, unit: PeriodUnit) -> ir.Table:
    """The customers of each cohort.

    Args:
        born: customer_id, first_day; one row each.
        unit: month or week of the first purchase.

    Returns:
        cohort (period number), customers.
    """
    numbered = born.select(cohort=period_number(born.first_day, unit))
    return numbered.group_by("cohort").agg(customers=numbered.count()).order_by("cohort")


def purchases_by_age(purchases: ir.Table, born: ir.Table, unit: PeriodUnit) -> ir.Table:
    """What each customer bought at each age since the first purchase.

    Age 1 is the first month (or week) of being a customer, the first purchase included; it runs
    from that day, not by the calendar.

    Args:
        purchases: rows of customer_id, day, amount, up to as_of.
        born: customer_id, first_day; only these customers are looked at.
        unit: of age.

    Returns:
        customer_id, first_day, age, again (purchases after the first), amount; ages without a
        purchase are not there.
    """
    days = purchases.join(born.select("customer_id", "first_day"), "customer_id")
    aged = days.mutate(
        age=_age(days.first_day, days.day, unit), again=(days.day > days.first_day).ifelse(1, 0)
    )
    by_age = aged.group_by("customer_id", "first_day", "age")
    return by_age.agg(again=aged.again.sum(), amount=exact_sum(aged.amount))


def count_ages(by_age: ir.Table, unit: PeriodUnit, oldest: int) -> ir.Table:
    """Cohorts by age as counts and sums, from which shares and means have their intervals.

    Args:
        by_age: as `purchases_by_age` gives it.
        unit: of cohorts and age.
        oldest: last age counted.

    Returns:
        cohort (period number), age, retained (customers with a purchase after the first at that
        age), returned (those of them for the first time), revenue at that age, and squares: by how
        much the sum of squares of customers' revenue up to the age rises at it. Running sums over
        age of the last three are of all that customers did up to it.
    """
    so_far = ibis.window(group_by=by_age.customer_id, order_by=by_age.age, rows=(None, 0))
    running = by_age.mutate(
        spent=by_age.amount.sum().over(so_far), bought=by_age.again.sum().over(so_far)
    )
    before = running.spent - running.amount
    is_first = (running.again > 0) & (running.bought == running.again)
    cells = running.select(
        "age",
        "amount",
        cohort=period_number(running.first_day, unit),
        retained=(running.again > 0).ifelse(1, 0),
        returned=is_first.ifelse(1, 0),
        squares=running.spent * running.spent - before * before,
    ).filter(lambda t: t.age <= oldest)
    counted = cells.group_by("cohort", "age").agg(
        retained=cells.retained.sum(),
        returned=cells.returned.sum(),
        revenue=exact_sum(cells.amount),
        squares=_exact_sum_of_squares(cells.squares),
    )
    return counted.order_by("cohort", "age")


def _exact_sum_of_squares(squares: ir.NumericColumn) -> ir.Value:
    return squares.cast("decimal(38, 4)").sum().cast("float64")


def revenue_by_newness(purchases: ir.Table, born: ir.Table, unit: PeriodUnit) -> ir.Table:
    """Revenue of each period from new and from existing customers.

    Args:
        purchases: rows of customer_id, day, amount, up to as_of.
        born: customer_id, first_day, birth_known; everybody who bought.
        unit: of the periods.

    Returns:
        period (number), who, revenue: new in the period of the first purchase, existing after it,
        not known where a customer is first seen but may have bought before the data begin. They
        sum to all revenue.
    """
    days = purchases.join(born.select("customer_id", "first_day", "birth_known"), "customer_id")
    period, first = period_number(days.day, unit), period_number(days.first_day, unit)
    who = ibis.cases((period > first, EXISTING), (days.birth_known, NEW), else_=NOT_KNOWN)
    told = days.select("amount", period=period, who=who)
    return told.group_by("period", "who").agg(revenue=exact_sum(told.amount)).order_by("period")


def acquired_apart(born: ir.Table, customers: ir.Table, unit: PeriodUnit) -> ir.Table:
    """How often acquired_at and the first purchase disagree; the first purchase rules.

    Args:
        born: customer_id, first_day.
        customers: with acquired_at.
        unit: of the cohorts.

    Returns:
        One row: stated (customers with acquired_at), elsewhere (it lies in another period than
        the first purchase), later (it lies after the first purchase).
    """
    told = customers.filter(customers.acquired_at.notnull()).select(
        "customer_id", acquired=customers.acquired_at.date()
    )
    both = born.join(told, "customer_id")
    apart = period_number(both.acquired, unit) != period_number(both.first_day, unit)
    return both.aggregate(
        stated=both.count(),
        elsewhere=apart.ifelse(1, 0).sum().fill_null(0),
        later=(both.acquired > both.first_day).ifelse(1, 0).sum().fill_null(0),
    )

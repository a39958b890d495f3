"""Customers' sums by period, condensed in the engine to what a ratio and its error need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from retention_research.periods import Period
from retention_research.summaries.purchases import exact_sum

ALL = ""  # the level of everybody
KEYS = ["kpi", "period", "level"]


def number_periods(day: ir.DateValue, periods: Sequence[Period]) -> ir.IntegerValue:
    """Which period a day lies in, counted from 0; null if in none."""
    cases = ((day.between(p.start, p.end), i) for i, p in enumerate(periods))
    return ibis.cases(*cases, else_=ibis.null("int64"))


def inside(rows: ir.Table, day: ir.DateValue, periods: Sequence[Period]) -> ir.Table:
    """The rows of these periods, with `period`."""
    numbered = rows.mutate(period=number_periods(day, periods))
    return numbered.filter(numbered.period.notnull())


def with_columns(rows: ir.Table, **types: str) -> ir.Table:
    """The rows with these columns, null where the source has none."""
    lacking = {name: ibis.null(kind) for name, kind in types.items() if name not in rows.columns}
    return rows.mutate(**lacking) if lacking else rows


def per_customer(
    rows: ir.Table, kpi: str, y: ir.Value, x: ir.Value, *, extra: str | None = None
) -> ir.Table:
    """Each customer's sums of a KPI's numerator and denominator.

    Args:
        rows: with customer_id and period.
        kpi: its name.
        y: numerator of each row.
        x: denominator of each row.
        extra: a column of rows to tell apart as `level`.

    Returns:
        kpi, period, customer_id, y, x (whole if the given ones are); level where `extra` is given.
    """
    told = rows.mutate(y_=_number(y), x_=_number(x))
    keys = ["period", "customer_id", *([extra] if extra else [])]
    summed = told.group_by(keys).agg(y=_summed(told.y_), x=_summed(told.x_))
    return once_each(summed, kpi, summed.y, summed.x, extra=extra)


def once_each(
    rows: ir.Table, kpi: str, y: ir.Value, x: ir.Value, *, extra: str | None = None
) -> ir.Table:
    """The same of rows in which each customer is there once a period: there is nothing to sum."""
    level = {"level": rows[extra]} if extra else {}
    return rows.select(
        kpi=ibis.literal(kpi), period=rows.period.cast("int64"), customer_id="customer_id",
        y=_whole(y), x=_whole(x), **level,
    )  # fmt: skip


def per_customer_and_kpi(
    rows: ir.Table,
    parts: Mapping[str, tuple[ir.Value, ir.BooleanValue]],
    *,
    extra: str | None = None,
) -> ir.Table:
    """Each customer's sums of several KPIs, in one look at the rows.

    Args:
        rows: as for `per_customer`.
        parts: KPI to its numerator and the rows that it is over, which are its denominator.
        extra: as for `per_customer`.

    Returns:
        As `per_customer`, one KPI after the other; of customers with rows that it is over.
    """
    among = {f"x_{i}": _number(over) for i, (_, over) in enumerate(parts.values())}
    of = {f"y_{i}": ibis.ifelse(over, _number(y), 0) for i, (y, over) in enumerate(parts.values())}
    told = rows.mutate(**among, **of)
    keys = ["period", "customer_id", *([extra] if extra else [])]
    summed = told.group_by(keys).agg(**{name: _summed(told[name]) for name in (*among, *of)})
    there = [summed.filter(summed[name] > 0) for name in among]
    return stacked([
        once_each(one, kpi, one[f"y_{i}"], one[f"x_{i}"], extra=extra)
        for i, (kpi, one) in enumerate(zip(parts, there, strict=True))
    ])  # fmt: skip


def condense(sums: ir.Table, by: ir.Table | None = None) -> ir.Table:
    """Customers' sums as the moments of each KPI, period and level.

    Args:
        sums: kpi, period, customer_id, y, x; with `level` if they already bear one.
        by: customer_id, level; everybody together if left out.

    Returns:
        kpi, period, level, n (customers), y, x, yy, xx, xy, in order.
    """
    if by is not None:
        named = by.select("customer_id", "level")
        sums = sums.join(named, "customer_id").select(*sums.columns, "level")
    if "level" not in sums.columns:
        sums = sums.mutate(level=ibis.literal(ALL))
    y, x = sums.y, sums.x
    squares = {"yy": _exact(y * y), "xx": _exact(x * x), "xy": _exact(x * y)}
    counted = sums.group_by(KEYS).agg(n=sums.count(), y=_summed(y), x=_summed(x), **squares)
    return counted.order_by(KEYS)


def _number(value: ir.Value) -> ir.NumericValue:
    # PostgreSQL makes no bigint of a truth value
    return (value.cast("int32") if value.type().is_boolean() else value).fill_null(0)


def _whole(value: ir.Value) -> ir.NumericValue:
    number = _number(value)
    return number.cast("int64") if number.type().is_integer() else number


def _summed(value: ir.NumericValue) -> ir.Value:
    # sums of floats depend on the order in which threads meet; sums of these do not
    return value.sum().cast("int64") if value.type().is_integer() else exact_sum(value)


def _exact(square: ir.NumericValue) -> ir.Value:
    whole = square.type().is_integer()
    return (square if whole else square.cast("decimal(38, 4)")).sum().cast("float64")


def stacked(tables: Sequence[ir.Table]) -> ir.Table:
    """Customers' sums of several KPIs as one table; whole numbers stay whole if all are."""
    whole = all(t[side].type().is_integer() for t in tables for side in ("y", "x"))
    kind = "int64" if whole else "float64"
    return ibis.union(*(t.mutate(y=t.y.cast(kind), x=t.x.cast(kind)) for t in tables))


def first_and_last(rows: ir.Table, day: ir.DateColumn) -> tuple[date, date] | None:
    """The first and last day of a table; None where it is empty."""
    found = rows.aggregate(first=day.min(), last=day.max()).to_pyarrow().to_pylist()[0]
    return (found["first"], found["last"]) if found["first"] else None


def days_after(day: ir.DateValue, days: int) -> ir.DateValue:
    """The day so many days later."""
    return (day + ibis.interval(days=days)).cast("date")

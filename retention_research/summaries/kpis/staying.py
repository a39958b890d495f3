"""Who stays, by period: customers kept, second purchases, purchases by year, tenure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from retention_research.periods import Period
from retention_research.summaries.kpis.sums import ALL, days_after, inside

AGES = (30, 60, 90, 180, 365)  # days after the first purchase by which a second one is looked for


def lives(purchases: ir.Table, silence_days: int) -> ir.Table:
    """Each customer's first and second purchase, and the last before the first silence.

    Args:
        purchases: rows of customer_id, day, amount, up to as_of.
        silence_days: churn.inactive_for in days.

    Returns:
        customer_id, first_day, second_day (null if none), silent_day: the earliest purchase that
        none followed within `silence_days`. At a day t the customer has been seen to leave if
        silent_day <= t - silence_days, whatever came later; first_amount.
    """
    ordered = ibis.window(group_by=purchases.customer_id, order_by=purchases.day)
    following = purchases.day.lead().over(ordered)
    rows = purchases.mutate(number=ibis.row_number().over(ordered), following=following)
    gap = rows.following.delta(rows.day, unit="day")
    silent = rows.following.isnull() | (gap >= silence_days)
    return rows.group_by("customer_id").agg(
        first_day=rows.day.min(),
        second_day=rows.day.min(where=rows.number == 1),
        silent_day=rows.day.min(where=silent),
        first_amount=rows.amount.sum(where=rows.number == 0),
    )


def states(purchases: ir.Table, periods: Sequence[Period], silence_days: int) -> ir.Table:
    """What each customer had done by the edges of periods.

    Returns:
        customer_id, first_day, and for each period i: kept_i and active_i (active at its start
        and end; active at its start), bought_i (purchases up to its end).
    """
    edges = sorted({day for p in periods for day in (p.start - timedelta(days=1), p.end)})
    day = purchases.day
    active = {_name(t): _is_active(day, t, silence_days).any() for t in edges}
    bought = {f"bought_{i}": (day <= ibis.literal(p.end)).sum() for i, p in enumerate(periods)}
    per = purchases.group_by("customer_id").agg(first_day=day.min(), **active, **bought)
    flags: dict[str, ir.Value] = {}
    for i, p in enumerate(periods):
        before, after = per[_name(p.start - timedelta(days=1))], per[_name(p.end)]
        flags |= {f"active_{i}": before, f"kept_{i}": before & after}
    return per.select("customer_id", "first_day", *bought, **flags)


def _name(day: date) -> str:
    return f"at_{day:%Y%m%d}"


def _is_active(day: ir.DateValue, t: date, silence_days: int) -> ir.BooleanValue:
    return (day > ibis.literal(t - timedelta(days=silence_days))) & (day <= ibis.literal(t))


def kept(rows: ir.Table, periods: Sequence[Period], by: ir.Table | None = None) -> ir.Table:
    """Customers active at the start of each period, and those of them active at its end.

    Args:
        rows: as `states` gives them for the same periods.
        periods: in the same order.
        by: customer_id, level.

    Returns:
        level, and for each period i: kept_i and active_i.
    """
    found = _by_level(rows, by)
    sums = {f"{what}_{i}": found[f"{what}_{i}"].sum().fill_null(0)
            for i in range(len(periods)) for what in ("kept", "active")}  # fmt: skip
    return found.group_by("level").agg(**sums)


def purchase_days(
    rows: ir.Table, periods: Sequence[Period], by: ir.Table | None = None
) -> ir.Table:
    """Purchases up to each period's end and days since the first, as moments over customers.

    Args:
        rows: as `states` gives them for the same periods.
        periods: in the same order.
        by: customer_id, level.

    Returns:
        level, and for each period i, of customers born before its end: n_i, y_i (purchases), x_i
        (days), yy_i, xx_i, xy_i.
    """
    found = _by_level(rows, by)
    sums: dict[str, ir.Value] = {}
    for i, p in enumerate(periods):
        days = ibis.literal(p.end).delta(found.first_day, unit="day")
        born, x = days > 0, days
        y = found[f"bought_{i}"]
        parts = {"n": found.count(where=born), "y": y.sum(where=born), "x": x.sum(where=born)}
        parts |= {"yy": (y * y).sum(where=born), "xx": (x * x).sum(where=born)}
        parts |= {"xy": (x * y).sum(where=born)}
        sums |= {f"{name}_{i}": part for name, part in parts.items()}
    return found.group_by("level").agg(**{k: v.fill_null(0) for k, v in sums.items()})


def _by_level(rows: ir.Table, by: ir.Table | None) -> ir.Table:
    if by is None:
        return rows.mutate(level=ibis.literal(ALL))
    return rows.join(by.select("customer_id", "level"), "customer_id")


def second_purchases(
    rows: ir.Table, periods: Sequence[Period], by: ir.Table | None = None
) -> ir.Table:
    """Customers who reached an age in a period, and those who had bought again by then.

    Args:
        rows: as `lives` gives them, of known birth.
        periods: whose days the age is reached on; they do not overlap.
        by: customer_id, level.

    Returns:
        age (one of AGES: days since the first purchase), period, level, reached, again
        (customers), in order.
    """
    pairs = _by_level(rows, by).group_by("level", "first_day", "second_day")
    counted = pairs.agg(n=ibis._.count())
    found = ibis.union(*(_reached(counted, periods, age) for age in AGES))
    keys = ["age", "period", "level"]
    sums = {name: found[name].sum().cast("int64") for name in ("reached", "again")}
    return found.group_by(keys).agg(**sums).order_by(keys)


def _reached(counted: ir.Table, periods: Sequence[Period], age: int) -> ir.Table:
    dated = inside(counted, days_after(counted.first_day, age), periods)
    again = (dated.second_day.delta(dated.first_day, unit="day") <= age).fill_null(False)
    return dated.select(
        age=ibis.literal(age).cast("int64"), period=dated.period.cast("int64"), level="level",
        reached=dated.n, again=again.ifelse(dated.n, 0),
    )  # fmt: skip


def tenure_cells(
    rows: ir.Table, periods: Sequence[Period], silence_days: int, by: ir.Table | None = None
) -> ir.Table:
    """Tenure as known at the end of each period, above 0, as counted cells.

    Args:
        rows: as `lives` gives them, of known birth.
        periods: at whose ends.
        silence_days: churn.inactive_for in days.
        by: customer_id, level.

    Returns:
        period, level, duration (days), event_observed, customers, in order; as `tenure` counts it.
    """
    pairs = _by_level(rows, by).group_by("level", "first_day", "silent_day")
    counted = pairs.agg(n=ibis._.count())
    at = counted.mutate(period=ibis.array([*range(len(periods))]).cast("array<int64>").unnest())
    days = [ibis.literal(p.end - timedelta(days=silence_days)) for p in periods]
    known = at.mutate(known=ibis.cases(*((at.period == i, day) for i, day in enumerate(days))))
    left = (known.silent_day <= known.known).fill_null(False)
    until = left.ifelse(known.silent_day, known.known)
    lasted = known.mutate(duration=until.delta(known.first_day, unit="day"), event_observed=left)
    found = lasted.filter(lasted.duration > 0)
    keys = ["period", "level", "duration", "event_observed"]
    return found.group_by(keys).agg(customers=found.n.sum().cast("int64")).order_by(keys)

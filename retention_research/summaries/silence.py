"""Who has been silent for how long, and who of them came back; for many lengths at once.

A customer is silent for w at a day if the last purchase up to it lies w or more before it: born,
and none in (day - w, day]. Who never bought is not silent, who may have bought before the data
begin is: a silence does not ask when a customer first came.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import reduce
from operator import add

import ibis
import ibis.expr.types as ir


def last_origin(as_of: date, watched_days: int) -> date:
    """The newest month end that customers have been watched for so long after.

    Example:
        >>> last_origin(date(2024, 7, 15), 7)
        datetime.date(2024, 6, 30)
    """
    known = as_of - timedelta(days=watched_days) + timedelta(days=1)
    return known.replace(day=1) - timedelta(days=1)


def silent_gaps(purchases: ir.Table, as_of: date, shortest: int, watched_days: int) -> ir.Table:
    """Times without a purchase that hold a month end at which the customer is silent.

    Args:
        purchases: customer_id and day, up to as_of.
        as_of: last day that is known.
        shortest: days without a purchase from which a customer is silent.
        watched_days: month ends without so many days of follow-up do not count.

    Returns:
        customer_id, day (the last purchase of a month), following (the next purchase, null if
        none), until. The numbers of two months differ by the month ends between a day of one and
        a day of the other: `until` is that of the month of `following`, or of the month after the
        newest month end that counts.
    """
    monthly = purchases.mutate(month=_month(purchases.day)).group_by("customer_id", "month")
    days = monthly.agg(day=purchases.day.max(), first=purchases.day.min())
    ordered = ibis.window(group_by=days.customer_id, order_by=days.month)
    paired = days.mutate(following=days["first"].lead().over(ordered))
    last = last_origin(as_of, watched_days)
    end = _month(ibis.literal(last + timedelta(days=1)))
    gaps = paired.mutate(until=ibis.least(_month(paired.following).fill_null(end), end))
    silent = gaps.filter(_month(gaps.day + ibis.interval(days=shortest)) < gaps.until)
    return silent.select("customer_id", "day", "following", "until")


def silences(gaps: ir.Table, spans: Sequence[int], watched_days: int) -> ir.Table:
    """How often each customer was silent at a month end, and had come back soon after.

    Args:
        gaps: as `silent_gaps` gives them, for the same `watched_days` and no longer a silence.
        spans: lengths of silence in days, at least one.
        watched_days: who buys within so many days after the month end has come back.

    Returns:
        customer_id, and for each span w: silent_w (month ends at which the customer was silent
        for it), back_w (those of them after which the customer came back). Customers without any
        silence of the shortest span are not there.
    """
    since_first = _month(gaps.day + ibis.interval(days=min(spans)))
    held = gaps.filter(since_first < gaps.until)
    before = _month(held.following - ibis.interval(days=watched_days))
    held = held.mutate(before=before.fill_null(held.until))  # who never came back is not back
    sums: dict[str, ir.Value] = {}
    for w in spans:
        since = _month(held.day + ibis.interval(days=w))
        sums[f"silent_{w}"] = _above(held.until, since).sum()
        sums[f"back_{w}"] = _above(held.until, ibis.greatest(since, held.before)).sum()
    return held.group_by("customer_id").agg(**sums)


def _month(day: ir.Value) -> ir.Value:
    return 12 * day.year().cast("int64") + day.month()


def _above(one: ir.Value, other: ir.Value) -> ir.Value:
    return ibis.greatest(one - other, 0)


def silence_cells(rows: ir.Table, spans: Sequence[int]) -> ir.Table:
    """Customers with the same count of silences and returns together, span by span.

    Args:
        rows: as `silences` gives them for these spans.
        spans: lengths of silence in days.

    Returns:
        silent_days (the span), silences, returns (of one customer), customers, in order.
    """
    counted = [_cells(rows, w) for w in spans]
    return ibis.union(*counted, distinct=False).order_by("silent_days", "silences", "returns")


def _cells(rows: ir.Table, w: int) -> ir.Table:
    told = rows.select(
        silent_days=ibis.literal(w).cast("int64"),
        silences=rows[f"silent_{w}"].cast("int64"),
        returns=rows[f"back_{w}"].cast("int64"),
    )
    return _counted(told.filter(told.silences > 0))


def standing_cells(
    purchases: ir.Table, before: date, as_of: date, spans: Sequence[int]
) -> ir.Table:
    """How many customers had been silent for how many of the spans, on two days.

    Args:
        purchases: customer_id and day, up to as_of.
        before: the earlier day.
        as_of: the later day.
        spans: lengths of silence in days, ascending.

    Returns:
        before (spans that the silence at the earlier day reached; null for who had not bought by
        then), now (the same at as_of), customers, in order.
    """
    day = purchases.day
    last = purchases.group_by("customer_id").agg(
        earlier=day.max(where=day <= ibis.literal(before)), later=day.max()
    )
    reached = last.select(
        before=_reached(_since(last.earlier, before), spans),
        now=_reached(_since(last.later, as_of), spans),
    )
    return (
        reached.group_by("before", "now").agg(customers=reached.count()).order_by("before", "now")
    )


def first_silences(durations: ir.Table, as_of: date, spans: Sequence[int]) -> ir.Table:
    """How many customers have been followed, and waited for a second purchase, for how many spans.

    Args:
        durations: first_day, and the days from it to the second purchase or to as_of.
        as_of: last day that is known.
        spans: lengths of silence in days, ascending.

    Returns:
        followed (spans since the first purchase), waited (spans before a second one), customers.
    """
    reached = durations.select(
        followed=_reached(_since(durations.first_day, as_of), spans),
        waited=_reached(durations.duration, spans),
    )
    return _counted(reached)


def _counted(rows: ir.Table) -> ir.Table:
    return rows.group_by(rows.columns).agg(customers=rows.count()).order_by(rows.columns)


def _since(day: ir.Value, end: date) -> ir.Value:
    return ibis.literal(end).delta(day, unit="day")


def _reached(days: ir.Value, spans: Sequence[int]) -> ir.Value:
    """How many of the spans a length reaches; null where it is."""
    return reduce(add, ((days >= w).cast("int32").cast("int64") for w in spans))

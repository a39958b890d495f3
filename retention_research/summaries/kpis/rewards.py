"""What became of loyalty points: earned lots matched first-in-first-out, as expressions.

On the axis of all points that a customer ever earned in a program, each lot covers an interval, and
so does each redemption or expiry once what has gone is counted up. Where they overlap, points of
the lot met that end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from retention_research.periods import Period
from retention_research.summaries.kpis.sums import ALL, with_columns

GROUPS = 200  # of customers, drawn together where there are more: their sums are as independent
_KEYS = ["customer_id", "program_id"]
_NOTHING = 1e-9  # of a point
OPEN, REDEEMED, EXPIRED = 0, 1, 2


def fates(rewards: ir.Table, as_of: date) -> ir.Table:
    """How many points of each lot were redeemed, expired or are still open, and at what age.

    Args:
        rewards: customer_id, program_id, timestamp, kind (earn, redeem, expire), points; where
            there are no rows of expiry, what is left of a lot expires on expires_at.
        as_of: last day that is known; open points are as old as they were then.

    Returns:
        customer_id, draw (group of customers that can be drawn together, from 0), earned (date),
        age (days), fate (OPEN, REDEEMED, EXPIRED), points.
    """
    rows = with_columns(rewards, expires_at="timestamp").mutate(
        moment=rewards.timestamp, size=rewards.points.cast("float64").abs()
    )
    known = rows.filter((rows.moment.date() <= as_of) & (rows["size"] > 0))
    lots = _lots(known.filter(known.kind == "earn"))
    gone = _gone(known, lots, as_of)
    pieces = _pieces(lots, gone)
    found = pieces.union(_open(lots, pieces, as_of)).drop("lot", "program_id")
    place = ibis.dense_rank().over(ibis.window(order_by=found.customer_id))
    return found.mutate(draw=(place % GROUPS).cast("int64"))


def expires(rewards: ir.Table) -> bool:
    """Whether points expire at all: rows of expiry, or dates of it."""
    rows = with_columns(rewards, expires_at="timestamp")
    return bool(((rows.kind == "expire") | rows.expires_at.notnull()).any().execute())


def _lots(earned: ir.Table) -> ir.Table:
    """Each lot with its interval (start, stop] on the axis of all points earned."""
    order = ibis.window(
        group_by=[earned[k] for k in _KEYS], order_by=[earned.moment, earned["size"]],
        rows=(None, 0),
    )  # fmt: skip
    numbered = ibis.row_number().over(
        ibis.window(group_by=[earned[k] for k in _KEYS], order_by=[earned.moment, earned["size"]])
    )
    placed = earned.mutate(stop=earned["size"].sum().over(order), lot=numbered)
    return placed.select(
        *_KEYS, "lot", "moment", "expires_at", start=placed.stop - placed["size"], stop="stop"
    )


def _gone(known: ir.Table, lots: ir.Table, as_of: date) -> ir.Table:
    """Each redemption or expiry with its interval (start, stop] on the same axis."""
    spent = known.filter(known.kind == "redeem")
    redeemed = spent.select(*_KEYS, "moment", "size", fate=ibis.literal(REDEEMED), upto=0.0)
    lost = known.filter(known.kind == "expire")
    recorded = lost.select(*_KEYS, "moment", "size", fate=ibis.literal(EXPIRED), upto=0.0)
    due = lots.filter(lots.expires_at.notnull() & (lots.expires_at.date() <= as_of))
    dated = due.select(
        *_KEYS, moment=due.expires_at.cast(known.moment.type()), size=0.0,
        fate=ibis.literal(EXPIRED), upto="stop",
    )  # fmt: skip
    if bool((known.kind == "expire").any().execute()):
        return _taken(redeemed.union(recorded))
    return _taken(redeemed.union(dated))


def _taken(events: ir.Table) -> ir.Table:
    """Intervals that events take: up to what was taken, or to the end of a lot that expires.

    With R points redeemed and E the end of the latest lot that had to expire, what is gone is
    R + max(0, running maximum of E - R): a balance that never falls below what has expired.
    """
    summed = events.mutate(total=events["size"].sum().over(_in_turn(events)))
    beyond = summed.upto - summed.total
    pushed = beyond.max().over(_in_turn(summed))
    before = beyond.max().over(_in_turn(summed, last=1)).fill_null(0.0)
    taken = summed.mutate(
        start=summed.total - summed["size"] + ibis.greatest(before, 0.0),
        stop=summed.total + ibis.greatest(pushed, 0.0),
    )
    return taken.select(*_KEYS, "moment", "fate", "start", "stop")


def _in_turn(events: ir.Table, last: int = 0) -> ibis.expr.builders.WindowBuilder:
    """Each customer's events so far, in a program, but for so many of the last."""
    order = [events.moment, events.fate, events["size"], events.upto]
    return ibis.window(group_by=[events[k] for k in _KEYS], order_by=order, preceding=(None, last))


def _pieces(lots: ir.Table, gone: ir.Table) -> ir.Table:
    end = gone.rename(end_moment="moment", end_start="start", end_stop="stop")
    same = [lots[k] == end[k] for k in _KEYS]
    met = lots.join(end, [*same, lots.start < end.end_stop, end.end_start < lots.stop])
    size = ibis.least(met.stop, met.end_stop) - ibis.greatest(met.start, met.end_start)
    earned = met.moment.date()
    age = met.end_moment.date().delta(earned, unit="day")
    pieces = met.select(
        *_KEYS, "lot", earned=earned, age=ibis.greatest(age, 0).cast("int64"),
        fate=met.fate.cast("int64"), points=size,
    )  # fmt: skip
    return pieces.filter(pieces.points > _NOTHING)


def _open(lots: ir.Table, pieces: ir.Table, as_of: date) -> ir.Table:
    ended = pieces.group_by([*_KEYS, "lot"]).agg(ended=pieces.points.sum())
    joined = lots.left_join(ended, [*_KEYS, "lot"])
    left = joined.stop - joined.start - joined.ended.fill_null(0.0)
    earned = joined.moment.date()
    rows = joined.select(
        *_KEYS, "lot", earned=earned,
        age=ibis.literal(as_of).delta(earned, unit="day").cast("int64"),
        fate=ibis.literal(OPEN).cast("int64"), points=left,
    )  # fmt: skip
    return rows.filter(rows.points > _NOTHING)


def point_cells(
    pieces: ir.Table, periods: Sequence[Period], horizon: int, by: ir.Table | None = None
) -> ir.Table:
    """Points as counted cells, by groups of customers that can be drawn together.

    Args:
        pieces: as `fates` gives them.
        periods: points belong to the first whose end is not before the day they were earned.
        horizon: ages above it are one.
        by: customer_id, level.

    Returns:
        level, period, draw (group of customers, from 0), age, fate, points; in order.
    """
    rows = _placed(pieces, periods, by)
    told = rows.mutate(age=ibis.least(rows.age, horizon + 1))
    keys = ["level", "period", "draw", "age", "fate"]
    counted = told.group_by(keys).agg(points=told.points.cast("decimal(18, 4)").sum())
    return counted.mutate(points=counted.points.cast("float64")).order_by(keys)


def point_owners(
    pieces: ir.Table, periods: Sequence[Period], by: ir.Table | None = None
) -> ir.Table:
    """Customers by the period in which they first earned points.

    Args:
        pieces: as `fates` gives them.
        periods: as for `point_cells`.
        by: customer_id, level.

    Returns:
        level, period, customers; in order.
    """
    firsts = pieces.group_by("customer_id").agg(earned=pieces.earned.min())
    counted = _placed(firsts, periods, by).group_by("level", "period")
    return counted.agg(customers=ibis._.count()).order_by("level", "period")


def _placed(pieces: ir.Table, periods: Sequence[Period], by: ir.Table | None) -> ir.Table:
    """Rows with the first period whose end is not before the day they were earned, and level."""
    ends = sorted((p.end, i) for i, p in enumerate(periods))
    first = ibis.cases(*((pieces.earned <= end, i) for end, i in ends), else_=ibis.null("int64"))
    rows = pieces.mutate(period=first).filter(ibis._.period.notnull())
    if by is None:
        return rows.mutate(level=ibis.literal(ALL))
    return rows.join(by.select("customer_id", "level"), "customer_id")

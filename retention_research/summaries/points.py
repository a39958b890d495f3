"""A program's loyalty points: what was earned and spent, and on which visits it was spent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import ibis

from retention_research.periods import Period
from retention_research.summaries.kpis.sums import inside, per_customer, stacked, with_columns
from retention_research.summaries.purchases import exact_sum

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEWEST_BEFORE = 3  # purchases before one whose gap is judged: two gaps make a usual one


def points_by_kind(rewards: ir.Table, as_of: date) -> ir.Table:
    """What was earned, redeemed and expired.

    Args:
        rewards: customer_id, timestamp, kind (earn, redeem, expire), points; of one program.
        as_of: last day that is known.

    Returns:
        kind, customers, rows, points; in order.
    """
    known = rewards.filter(rewards.timestamp.date() <= as_of)
    counted = known.group_by("kind").agg(
        customers=known.customer_id.nunique(),
        rows=known.count(),
        points=exact_sum(known.points.cast("float64").abs()),
    )
    return counted.order_by("kind")


def redeemed_value(rewards: ir.Table, pieces: ir.Table, as_of: date) -> ir.Table:
    """What redemptions were worth, by the groups of customers in which points are drawn.

    Args:
        rewards: customer_id, timestamp, kind, points, value (money; may be missing); of one
            program.
        pieces: as `kpis.rewards.fates` gives them.
        as_of: last day that is known.

    Returns:
        draw, points (of redemptions that bear a value), value; in order.
    """
    told = with_columns(rewards, value="float64")
    spent = told.filter(told.kind == "redeem", told.timestamp.date() <= as_of)
    valued = spent.filter(spent.value.notnull()).select(
        "customer_id", size=spent.points.cast("float64").abs(), money=spent.value.cast("float64")
    )
    drawn = pieces.select("customer_id", "draw").distinct()
    rows = valued.inner_join(drawn, "customer_id")
    summed = rows.group_by("draw").agg(points=exact_sum(rows["size"]), value=exact_sum(rows.money))
    return summed.order_by("draw")


def owners_by_period(pieces: ir.Table, periods: Sequence[Period]) -> ir.Table:
    """Customers who earned points in each period.

    Args:
        pieces: as `kpis.rewards.fates` gives them.
        periods: told apart by the day on which points were earned.

    Returns:
        period, customers; in order.
    """
    placed = inside(pieces, pieces.earned, periods)
    counted = placed.group_by("period").agg(customers=placed.customer_id.nunique())
    return counted.order_by("period")


def longest_life(rewards: ir.Table) -> ir.Table:
    """The longest time for which points stay: days from earning to `expires_at`.

    Returns:
        days, one row; null where no row bears a date of expiry.
    """
    told = with_columns(rewards, expires_at="timestamp")
    earned = told.filter(told.kind == "earn")
    days = earned.expires_at.date().delta(earned.timestamp.date(), unit="day")
    return earned.aggregate(days=days.max())


def usual_visits(rewards: ir.Table, purchases: ir.Table, as_of: date) -> ir.Table:
    """Members' purchases no later than usual for them, with and without a redemption.

    A purchase comes as usual if the time since the member's last one is no longer than the mean of
    those before it; purchases with fewer than three before them are left out.

    Args:
        rewards: customer_id, timestamp, kind; of one program.
        purchases: customer_id, day, amount; by customer and day.
        as_of: last day that is known.

    Returns:
        Sums as `per_customer` gives them, of period 0: y are purchases that came as usual, x all;
        of the kpis "redeemed" and "not_redeemed", for purchases from the first earning on.
    """
    known = rewards.filter(rewards.timestamp.date() <= as_of)
    first = known.filter(known.kind == "earn").group_by("customer_id")
    joined = first.agg(since=known.timestamp.min().date())
    spent = known.filter(known.kind == "redeem")
    days = spent.select("customer_id", day=spent.timestamp.date()).distinct().mutate(redeemed=True)
    rows = _paced(purchases).inner_join(joined, "customer_id")
    rows = rows.filter(rows.day >= rows.since).left_join(days, ["customer_id", "day"])
    told = rows.mutate(redeemed=rows.redeemed.fill_null(False), period=ibis.literal(0))
    return stacked([
        _sums(told.filter(told.redeemed), "redeemed"),
        _sums(told.filter(~told.redeemed), "not_redeemed"),
    ])  # fmt: skip


def _paced(purchases: ir.Table) -> ir.Table:
    """Purchases with three or more before them, and whether each came as usual."""
    turn = ibis.window(group_by="customer_id", order_by="day")
    placed = purchases.select("customer_id", "day").mutate(
        before=ibis.row_number().over(turn).cast("int64"),
        last=purchases.day.lag().over(turn),
        first=purchases.day.first().over(turn),
    )
    known = placed.filter(placed.before >= FEWEST_BEFORE)
    gap = known.day.delta(known["last"], unit="day")
    past = known["last"].delta(known["first"], unit="day")
    # a mean over before - 1 gaps, in whole numbers
    usual = gap * (known.before - 1) <= past
    return known.select("customer_id", "day", as_usual=usual)


def _sums(rows: ir.Table, kpi: str) -> ir.Table:
    return per_customer(rows, kpi, rows.as_usual, ibis.literal(1))

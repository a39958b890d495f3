"""Sequential trials of enrolling: each week, who enrolled in it against who could have and did not.

Hernan and Robins (2016), American J. of Epidemiology 183, 758-764: a time zero for everybody,
the same conditions for both sides, and follow-up that begins then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import ibis

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

Habit = Literal["day", "week", "any"]
_DRAWS = 2**30  # numbers are drawn from 0 up to this; their squares fit in 64 bits
_HALF = 2**15
_CUSTOMER, _PLACE = 663_608_941, 362_437_069  # odd, and in step with no period of numbers


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weeks of the trials.

    Attributes:
        origin: a Monday; week 0 begins on it.
        first: first day on which a trial may start.
        last: last day from which the outcome window is watched to its end.
        seed: of who is drawn.
    """

    origin: date
    first: date
    last: date
    seed: int = 0

    def week(self, day: ir.DateValue) -> ir.IntegerValue:
        """The week that a day lies in."""
        days = day.delta(ibis.literal(self.origin), unit="day")
        return (days / 7).floor().cast("int64")

    def weekday(self, day: ir.DateValue) -> ir.IntegerValue:
        """0 for Monday to 6 for Sunday."""
        return day.delta(ibis.literal(self.origin), unit="day").cast("int64") % 7


def monday(day: date) -> date:
    """The Monday of a day's week.

    Example:
        >>> monday(date(2024, 6, 30))
        datetime.date(2024, 6, 24)
    """
    return day - timedelta(days=day.weekday())


def first_enrolments(rows: ir.Table, time: str, first_days: ir.Table) -> ir.Table:
    """The day on which each customer enrolled for the first time.

    Args:
        rows: customer_id and the time, of one program or campaign.
        time: name of that column.
        first_days: customer_id, customer (whole number), first_day (of the first order).

    Returns:
        customer_id, customer, enrolled (date), first_day; the last two columns but one are null
        for customers without an order.
    """
    per = rows.group_by("customer_id").agg(enrolled=rows[time].date().min())
    known = per.left_join(first_days, "customer_id")
    return known.select("customer_id", "customer", "enrolled", "first_day")


def enrolment_habits(enrolments: ir.Table, orders: ir.Table, calendar: Calendar) -> ir.Table:
    """How enrolling and ordering go together, as one row.

    Args:
        enrolments: customer_id, enrolled, first_day.
        orders: customer_id, day; once each.
        calendar: whose weekdays are counted.

    Returns:
        enrolled (customers), without_order (who had none by then), on_day (who ordered on the day
        of enrolling), in_week (who ordered in the seven days up to it), and weekday_0 (Monday) to
        weekday_6: who enrolled on it.
    """
    both = enrolments.left_join(orders.select("customer_id", "day"), "customer_id")
    ago = both.enrolled.delta(both.day, unit="day")
    near = both.mutate(same=(ago == 0).fill_null(False), week=ago.between(0, 6).fill_null(False))
    per = near.group_by("customer_id", "enrolled", "first_day").agg(
        same=near.same.any(), week=near.week.any()
    )
    never = (per.first_day > per.enrolled) | per.first_day.isnull()
    weekday = calendar.weekday(per.enrolled)
    return per.aggregate(
        enrolled=per.count(),
        without_order=per.count(where=never),
        on_day=per.count(where=per.same),
        in_week=per.count(where=per.week),
        **{f"weekday_{n}": per.count(where=weekday == n) for n in range(7)},
    )


def trial_rows(
    enrolments: ir.Table,
    orders: ir.Table,
    people: ir.Table,
    calendar: Calendar,
    *,
    habit: Habit,
    weekdays: Sequence[int],
) -> ir.Table:
    """Each week's trial: who enrolled in it, and who could have enrolled and did not.

    A customer's trial starts at the end of a day. Of who enrolled, it is the day of enrolling. Of
    the others it is a day on which they could have: where enrolling goes with an order (`day`), a
    day of theirs with one, drawn if there are several in the week; else a weekday drawn as
    enrolments fall on weekdays, where need be (`week`) with an order in the seven days up to it.
    Both sides have bought by then, and have never enrolled before. Who enrols in a later week is
    among the others until then, and stays there.

    Args:
        enrolments: customer_id, customer, enrolled, first_day.
        orders: customer_id, day; once each.
        people: customer_id, customer (whole number), first_day (of the first order), everybody.
        calendar: the weeks, and between which days trials start.
        habit: what enrolling goes with.
        weekdays: enrolments on Monday to Sunday.

    Returns:
        customer_id, customer, start (date), trial (week), treated (true if enrolled in that week),
        enrolled (date, null for never): each customer and week once at most, unordered.
    """
    dated = people.left_join(enrolments.select("customer_id", "enrolled"), "customer_id")
    dated = dated.select("customer_id", "customer", "first_day", "enrolled")
    others = _others(dated, orders, calendar, habit, weekdays)
    free = others.enrolled.isnull() | (calendar.week(others.enrolled) > others.trial)
    others = others.filter(free).mutate(treated=ibis.literal(False))
    return _enrolled(dated, orders, calendar, habit).union(others, distinct=False)


def _enrolled(dated: ir.Table, orders: ir.Table, calendar: Calendar, habit: Habit) -> ir.Table:
    mine = dated.filter(dated.enrolled.notnull())
    mine = mine.mutate(start=mine.enrolled, trial=calendar.week(mine.enrolled))
    mine = mine.filter(_inside(mine, calendar))
    if habit != "any":
        days = 0 if habit == "day" else 6
        near = mine.inner_join(orders.select("customer_id", "day"), "customer_id")
        near = near.filter(near.start.delta(near.day, unit="day").between(0, days))
        mine = mine.semi_join(near, "customer_id")
    return _named(mine).mutate(treated=ibis.literal(True))


def _inside(rows: ir.Table, calendar: Calendar) -> ir.BooleanValue:
    between = rows.start.between(ibis.literal(calendar.first), ibis.literal(calendar.last))
    return between & (rows.first_day <= rows.start).fill_null(False)


def _named(rows: ir.Table) -> ir.Table:
    return rows.select("customer_id", "customer", "start", "trial", "enrolled")


def _others(
    dated: ir.Table, orders: ir.Table, calendar: Calendar, habit: Habit, weekdays: Sequence[int]
) -> ir.Table:
    """Every customer's possible starts, one a week."""
    if habit == "day":
        return _on_an_order(dated, orders, calendar)
    placed = _with_weekday(dated, weekdays, calendar.seed)
    if habit == "week":
        rows = orders.select("customer_id", "day").inner_join(placed, "customer_id")
        ahead = (rows.weekday - calendar.weekday(rows.day) + 7) % 7
        return _trials_of(rows.mutate(start=_later(rows.day, ahead)), calendar).distinct()
    # each customer has each week once already: made distinct, all of them would be in memory
    rows = placed.cross_join(_weeks(calendar))
    return _trials_of(rows.mutate(start=_later(rows.monday, rows.weekday)), calendar)


def _trials_of(rows: ir.Table, calendar: Calendar) -> ir.Table:
    rows = rows.mutate(trial=calendar.week(rows.start))
    return _named(rows.filter(_inside(rows, calendar)))


def _on_an_order(dated: ir.Table, orders: ir.Table, calendar: Calendar) -> ir.Table:
    rows = orders.select("customer_id", start="day").inner_join(dated, "customer_id")
    rows = rows.mutate(trial=calendar.week(rows.start))
    rows = rows.filter(_inside(rows, calendar))
    days = rows.start.delta(ibis.literal(calendar.origin), unit="day")
    lot = _with_lot(rows.mutate(place=days), calendar.seed)
    order = ibis.window(group_by=[lot.customer_id, lot.trial], order_by=[lot.lot, lot.start])
    placed = lot.mutate(place=ibis.row_number().over(order))
    return _named(placed.filter(placed.place == 0))


def _weeks(calendar: Calendar) -> ir.Table:
    first, last = monday(calendar.first), calendar.last
    weeks = range((last - first).days // 7 + 1)
    return ibis.memtable({"monday": [first + timedelta(weeks=week) for week in weeks]})


def _later(day: ir.DateValue, days: ir.IntegerValue) -> ir.DateValue:
    return (day + days.cast("int32").as_interval("D")).cast("date")


def _with_weekday(rows: ir.Table, weekdays: Sequence[int], seed: int) -> ir.Table:
    """The customers with a weekday each, drawn as enrolments fall on weekdays."""
    lot, whole = _with_lot(rows.mutate(place=ibis.literal(0)), seed), max(sum(weekdays), 1)
    ends = [_DRAWS * sum(weekdays[: n + 1]) // whole for n in range(7)]
    cases = ((lot.lot < end, ibis.literal(n)) for n, end in enumerate(ends))
    weekday = ibis.cases(*cases, else_=ibis.literal(6)).cast("int64")
    return lot.mutate(weekday=weekday).drop("lot", "place")


def _with_lot(rows: ir.Table, seed: int) -> ir.Table:
    """The rows with `lot`, a number from 0 to `_DRAWS` for each customer and place.

    It is the same on every engine, and no pattern of ids shows in it.
    """
    mixed = rows.customer.cast("int64") * _CUSTOMER + rows.place.cast("int64") * _PLACE + seed
    once = rows.mutate(lot=mixed % _DRAWS)
    for _ in range(2):
        once = once.mutate(lot=(once.lot * (2 * once.lot + 1)) % _DRAWS)
        # the low digits of a square tell little: the high ones are mixed in
        high = (once.lot - once.lot % _HALF) / _HALF
        once = once.mutate(lot=(once.lot + high.cast("int64")) % _DRAWS)
    return once


def some_of(rows: ir.Table, most: int, seed: int) -> ir.Table:
    """All who enrolled, and of the others about as many rows as `most` leaves room for.

    Every row of the others has the same chance, whatever its week: what is compared stays what it
    is. Where more than half the room is taken by who enrolled, the others still get half of it.

    Args:
        rows: of `trial_rows`.
        most: rows to keep, about.
        seed: of the draw.

    Returns:
        The rows with `others_drawn`, the share of the others that was drawn; 1 if all.
    """
    counts = rows.aggregate(members=rows.count(where=rows.treated), everybody=rows.count())
    found = counts.to_pyarrow().to_pylist()[0]
    others, room = found["everybody"] - found["members"], max(most - found["members"], most // 2)
    share = min(1.0, room / max(others, 1))
    told = rows.mutate(others_drawn=ibis.literal(share))
    if share == 1.0:
        return told
    lot = _with_lot(told.mutate(place=told.trial + 1), seed)
    kept = lot.filter(lot.treated | (lot.lot < int(_DRAWS * share)))
    return kept.drop("lot", "place")

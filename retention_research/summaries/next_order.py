"""From each order to the next, and what was known of the customer on the day of the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import ibis

from retention_research.summaries.engagement.served import scores, worst_resolution
from retention_research.summaries.purchases import exact_sum
from retention_research.summaries.service import complaints

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEYS = ("customer_id", "day")


def order_spells(purchases: ir.Table, as_of: date) -> ir.Table:
    """Days from each purchase to the next, censored at as_of.

    Args:
        purchases: customer_id and day, up to as_of.
        as_of: last day that is known.

    Returns:
        customer_id, day, order_number (1 for the first), days_since_previous (null for the first),
        stop (days; 0 for a purchase on as_of), ordered (whether the next came).
    """
    order = ibis.window(group_by=purchases.customer_id, order_by=purchases.day)
    following, before = purchases.day.lead().over(order), purchases.day.lag().over(order)
    return purchases.select(
        "customer_id",
        "day",
        order_number=ibis.row_number().over(order).cast("int64") + 1,
        days_since_previous=purchases.day.delta(before, unit="day"),
        stop=following.coalesce(ibis.literal(as_of)).delta(purchases.day, unit="day"),
        ordered=following.notnull(),
    )


def sold_by_day(transactions: ir.Table) -> ir.Table:
    """What customers paid on a day, before anything was given back.

    Returns:
        customer_id, day, amount.
    """
    sold = transactions.filter(transactions.amount >= 0)
    return sold.group_by(*KEYS).agg(amount=exact_sum(sold.amount))


def had_lately(asked: ir.Table, rows: ir.Table, days: int, flags: Sequence[str]) -> ir.Table:
    """Which flags held of any of a customer's rows in the days up to the day that is asked.

    Args:
        asked: customer_id, day.
        rows: customer_id, at (date), and the flags.
        days: how far back.
        flags: names of columns of truth values.

    Returns:
        customer_id, day and the flags; customers without a row in those days are not there.
    """
    near = _lately(asked, rows, days)
    return near.group_by(*KEYS).agg(**{name: near[name].any() for name in flags})


def _lately(asked: ir.Table, rows: ir.Table, days: int) -> ir.Table:
    both = asked.select(*KEYS).inner_join(rows, "customer_id")
    ago = both.day.delta(both["at"], unit="day")
    return both.filter(ago >= 0, ago < days)


def resolution_then(asked: ir.Table, tickets: ir.Table, days: int, slow_seconds: float) -> ir.Table:
    """How the complaints of the days up to the day that is asked had been resolved by then.

    Args:
        asked: customer_id, day.
        tickets: customer_id, opened_at, resolved_at, perhaps is_complaint.
        days: how far back.
        slow_seconds: study.drivers.slow_after in seconds.

    Returns:
        customer_id, day, slow_resolution; customers without a complaint are not there.
    """
    told = complaints(tickets).select("customer_id", "opened_at", "resolved_at")
    dated = told.mutate(at=told.opened_at.date())
    return worst_resolution(_lately(asked, dated, days), slow_seconds)


def score_then(asked: ir.Table, surveys: ir.Table) -> ir.Table:
    """Each customer's last survey score up to and with the day that is asked.

    Args:
        asked: customer_id, day.
        surveys: customer_id, timestamp, score, perhaps kind.

    Returns:
        customer_id, day, survey_score; customers without one are not there.
    """
    rows = scores(surveys)
    of_day = ibis.window(
        group_by=[rows.customer_id, rows.timestamp.date()],
        order_by=[rows.timestamp.desc(), rows.score.desc()],
    )
    last = rows.mutate(place=ibis.row_number().over(of_day), since=rows.timestamp.date())
    last = last.filter(last.place == 0).select("customer_id", "since", survey_score="score")
    order = ibis.window(group_by=last.customer_id, order_by=last.since)
    valid = last.mutate(until=last.since.lead().over(order))
    both = asked.select(*KEYS).distinct().inner_join(valid, "customer_id")
    holds = (both.since <= both.day) & (both.until > both.day).fill_null(True)
    return both.filter(holds).select(*KEYS, "survey_score")


def arms_then(asked: ir.Table, assignments: ir.Table, experiments: Mapping[str, str]) -> ir.Table:
    """The arms that customers had been assigned to by the day that is asked.

    Args:
        asked: customer_id, day.
        assignments: customer_id, experiment_id, arm, assigned_at; one row each per experiment.
        experiments: name of a column to the experiment it tells of.

    Returns:
        customer_id, day and the columns, null where a customer is not assigned.
    """
    told = assignments.select(
        "customer_id", "experiment_id", "arm", since=assignments.assigned_at.date()
    )
    both = asked.select(*KEYS).inner_join(told, "customer_id")
    by_then = both.filter(both.since <= both.day)
    arms = {
        name: by_then.arm.min(where=by_then.experiment_id == experiment)
        for name, experiment in experiments.items()
    }
    return by_then.group_by(*KEYS).agg(**arms)


def split_at_switches(
    spells: ir.Table, memberships: ir.Table, programs: Mapping[str, str]
) -> ir.Table:
    """The spells in pieces within which membership does not change.

    A piece is half-open, (start, stop]: whoever enrols on the day of an order is a member from the
    next day on, and the order itself is no member's.

    Args:
        spells: customer_id, day, order_number, stop (days), ordered, and any other column.
        memberships: customer_id, program_id, enrolled_at, perhaps left_at.
        programs: name of a column to the program it tells of.

    Returns:
        The spells with start (days), stop and ordered of each piece, and the columns of programs.
    """
    own = _dated(memberships, list(programs.values()))
    keys = ("customer_id", "order_number")
    pieces = _pieces(spells.select(*keys, "day", "stop"), own)
    inside = _inside(pieces, own, programs)
    split = pieces.left_join(inside, [*keys, "start"]).drop(
        "customer_id_right", "order_number_right", "start_right"
    )
    told = {name: split[name].fill_null(False) for name in programs}
    split = split.mutate(**told).rename(piece_stop="stop").drop("day")
    rows = spells.inner_join(split, keys)
    whole = rows.mutate(ordered=rows.ordered & (rows.piece_stop == rows.stop))
    return whole.drop("stop").rename(stop="piece_stop")


def _dated(memberships: ir.Table, programs: Sequence[str]) -> ir.Table:
    told = "left_at" in memberships.columns
    rows = memberships.filter(memberships.program_id.isin(programs))
    left = rows.left_at.date() if told else ibis.null("date")
    return rows.select("customer_id", "program_id", since=rows.enrolled_at.date(), until=left)


def _pieces(spells: ir.Table, own: ir.Table) -> ir.Table:
    """customer_id, order_number, day, start, stop of each piece."""
    since = own.select("customer_id", switch=own.since)
    until = own.filter(own.until.notnull()).select("customer_id", switch="until")
    both = spells.inner_join(since.union(until, distinct=True), "customer_id")
    cut = both.mutate(start=both.switch.delta(both.day, unit="day"))
    cut = cut.filter(cut.start > 0, cut.start < cut.stop)
    names = ["customer_id", "order_number", "day", "stop", "start"]
    begun = spells.mutate(start=ibis.literal(0).cast("int64"))
    starts = begun.select(*names).union(
        cut.mutate(start=cut.start.cast("int64")).select(*names), distinct=False
    )
    order = ibis.window(group_by=[starts.customer_id, starts.order_number], order_by=starts.start)
    return starts.mutate(stop=starts.start.lead().over(order).coalesce(starts.stop))


def _inside(pieces: ir.Table, own: ir.Table, programs: Mapping[str, str]) -> ir.Table:
    both = pieces.inner_join(own, "customer_id")
    age, out = (both[c].delta(both.day, unit="day") for c in ("since", "until"))
    held = both.filter(age <= both.start, (out > both.start).fill_null(True))
    told = {name: (held.program_id == program).any() for name, program in programs.items()}
    return held.group_by("customer_id", "order_number", "start").agg(**told)


def contract_spells(
    subscriptions: ir.Table, as_of: date, coverage_start: date | None = None
) -> ir.Table:
    """Days from the start of each contract to its end, censored at as_of.

    Args:
        subscriptions: as known at as_of: customer_id, started_at, perhaps ended_at, end_reason,
            plan.
        as_of: last day that is known.
        coverage_start: first day of the data, from which on contracts of before are watched; None
            if all were watched from their start.

    Returns:
        customer_id, day (of the start), plan, end_reason (null while it runs), ended, duration
        (days; half a day for a contract that ended on its first), entry (days). Contracts without
        a day to be watched are there with a duration that does not exceed their entry.
    """
    started = subscriptions.started_at.date()
    until = subscriptions.ended_at.date() if _has(subscriptions, "ended_at") else ibis.null("date")
    days = until.coalesce(ibis.literal(as_of)).delta(started, unit="day").cast("float64")
    entry = ibis.literal(0).cast("int64")
    if coverage_start is not None:
        late = ibis.literal(coverage_start).delta(started, unit="day").cast("int64")
        entry = (late > 0).ifelse(late, entry)
    plan, reason = (_text(subscriptions, name) for name in ("plan", "end_reason"))
    return subscriptions.select(
        "customer_id",
        day=started,
        plan=plan,
        end_reason=until.notnull().ifelse(reason.fill_null("not stated"), ibis.null("string")),
        ended=until.notnull(),
        duration=(until.notnull() & (days == 0)).ifelse(0.5, days),
        entry=entry,
    )


def _has(rows: ir.Table, column: str) -> bool:
    return column in rows.columns


def _text(rows: ir.Table, column: str) -> ir.StringValue:
    return rows[column].strip().nullif("") if _has(rows, column) else ibis.null("string")


def bought_before(asked: ir.Table, purchases: ir.Table) -> ir.Table:
    """What customers had bought before the day that is asked.

    Args:
        asked: customer_id, day.
        purchases: customer_id, day.

    Returns:
        customer_id, day, purchases_before, tenure_days (since the first); customers without a
        purchase by then are not there.
    """
    past = purchases.select("customer_id", bought="day")
    both = asked.select(*KEYS).distinct().inner_join(past, "customer_id")
    earlier = both.filter(both.bought <= both.day)
    per = earlier.group_by(*KEYS).agg(purchases_before=earlier.count(), first=earlier.bought.min())
    return per.select(
        *KEYS, "purchases_before", tenure_days=per.day.delta(per["first"], unit="day")
    )

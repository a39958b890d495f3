"""Rows in the light of the customer's other rows: copies, overlaps, arms, balances, days."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import ibis

from retention_research.events.engine import hold

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NEVER = datetime(9999, 12, 31)
_ROUNDING = 1e-6  # points are added as floats
_PLACE = ("file", "row")


def mark_copies(rows: ir.Table, keys: tuple[str, ...]) -> ir.Table:
    """Number rows that are equal in every key.

    Args:
        rows: with `file`, `row` and the keys.
        keys: columns in which copies are equal; two blanks are equal.

    Returns:
        The rows with `copy`, 0 for the first of its kind.

    Example:
        >>> rows = ibis.memtable({"file": [0, 0], "row": [2, 3], "plan": ["a", "a"]})
        >>> mark_copies(rows, ("plan",)).order_by("row").copy.to_pyarrow().to_pylist()
        [0, 1]
    """
    # One number stands for all keys, so that millions of rows are grouped by one column.
    whole = ibis.struct({key: rows[key] for key in keys})
    numbered = rows.select(*_PLACE, *keys, key=whole.hash())
    often = numbered.group_by("key").having(lambda t: t.count() > 1).agg(n=lambda t: t.count())
    often = hold(often)
    if not often.count().to_pyarrow().as_py():
        return rows.mutate(copy=ibis.literal(0, "int64"))
    suspects = numbered.semi_join(often, "key")
    order = [suspects[name] for name in _PLACE]
    copy = ibis.row_number().over(group_by=[suspects[key] for key in keys], order_by=order)
    copies = hold(suspects.select(*_PLACE, copy=copy))
    joined = rows.left_join(copies, list(_PLACE)).drop("file_right", "row_right")
    return joined.mutate(copy=joined.copy.fill_null(0))


def mark_overlaps(
    rows: ir.Table, start: str, end: str, keys: tuple[str, ...], again: str = "began_before"
) -> ir.Table:
    """Mark spells that begin while an earlier one of the same keys still runs.

    One that begins on the day on which the other ends does not overlap it.

    Args:
        rows: with `file`, `row`, the keys and the times.
        start: column of the spell's first moment.
        end: column of its last; blank, or not there: it still runs.
        keys: whose spells must not overlap.
        again: name of a second mark, for spells that are not the first.

    Returns:
        The rows with `overlaps` and the second mark.

    Example:
        >>> from datetime import datetime
        >>> rows = ibis.memtable({"file": [0, 0], "row": [2, 3], "id": ["a", "a"],
        ...                       "start": [datetime(2024, 1, 1), datetime(2024, 2, 1)]})
        >>> marked = mark_overlaps(rows, "start", "end", ("id",)).order_by("row")
        >>> marked.overlaps.to_pyarrow().to_pylist()
        [False, True]
    """
    never = ibis.literal(_NEVER)
    ends = rows[end].fill_null(never) if end in rows.columns else never
    rows = rows.mutate(ends=ends)
    latest = rows.ends.max().over(_of(rows, keys, [rows[start]], before=True))
    number = ibis.row_number().over(_of(rows, keys, [rows[start]]))
    overlaps = (latest.date() > rows[start].date()).fill_null(False)
    return rows.mutate(overlaps=overlaps, **{again: number > 0}).drop("ends")


def mark_first_arm(rows: ir.Table) -> ir.Table:
    """Mark assignments after a customer's first in an experiment with the arm of the first.

    Returns:
        The rows with `arm_before`, null for the first assignment, and `other_arm_at`: when the
        customer was assigned to another arm of the experiment than the first; null if never.
    """
    keys = ("customer_id", "experiment_id")
    order = _of(rows, keys, [rows.assigned_at])
    first, number = rows.arm.first().over(order), ibis.row_number().over(order)
    told = rows.mutate(first_arm=first, number=number)
    again = ibis.ifelse(told.arm != told.first_arm, told.assigned_at, None)
    other = again.min().over(ibis.window(group_by=[told[key] for key in keys]))
    marked = told.mutate(arm_before=ibis.cases((told.number > 0, told.first_arm)))
    return marked.mutate(other_arm_at=other).drop("first_arm", "number")


def mark_short_balance(rows: ir.Table) -> ir.Table:
    """Mark rewards that take more points than are left.

    Points of one moment are earned before they are taken. What takes too much leaves a balance of
    nothing, as `max(balance + points, 0)`: a running sum less its lowest value so far.

    Returns:
        The rows with `short`.
    """
    rows = rows.mutate(taken=rows.kind != "earn")
    rows = rows.mutate(step=ibis.ifelse(rows.taken, -rows.points, rows.points))
    rows = rows.mutate(total=rows.step.sum().over(_of_balance(rows)))
    rows = rows.mutate(owed=ibis.greatest(-rows.total.min().over(_of_balance(rows)), 0.0))
    owed_before = rows.owed.max().over(_of_balance(rows, before=True)).fill_null(0.0)
    short = rows.owed > owed_before + _ROUNDING
    return rows.mutate(short=short).drop("step", "taken", "total", "owed")


def _of_balance(rows: ir.Table, before: bool = False) -> Any:
    order = [rows.timestamp, rows.taken]
    return _of(rows, ("customer_id", "program_id"), order, before)


def mark_later_that_day(rows: ir.Table) -> ir.Table:
    """Mark survey answers that a later answer of the same customer, kind and day replaces.

    Returns:
        The rows with `same_day`.
    """
    kind = rows.kind.fill_null("nps") if "kind" in rows.columns else ibis.literal("nps")
    rows = rows.mutate(of_kind=kind)
    keys = ["customer_id", "of_kind", "day"]
    order = [rows.timestamp.desc(), rows.file.desc(), rows.row.desc()]
    later = ibis.row_number().over(ibis.window(group_by=keys, order_by=order)) > 0
    return rows.mutate(same_day=later & rows.timestamp.notnull()).drop("of_kind")


def _of(rows: ir.Table, keys: tuple[str, ...], order: list[Any], before: bool = False) -> Any:
    """The rows of one group so far; `before`: without the row itself."""
    by = [*order, *(rows[name] for name in _PLACE)]
    group = [rows[key] for key in keys]
    if before:
        return ibis.window(group_by=group, order_by=by, preceding=(None, 1))
    return ibis.window(group_by=group, order_by=by, rows=(None, 0))

"""From rows of a file to orders: returns signed, lines summed, copies numbered."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

import ibis

from retention_research.events.earlier_rows import mark_copies
from retention_research.events.engine import hold

if TYPE_CHECKING:
    import ibis.expr.types as ir

BOOKKEEPING = ("file", "row", "day")


def sign_returns(rows: ir.Table) -> ir.Table:
    """Rows that say `is_return` get a negative amount, whatever its sign in the file.

    Example:
        >>> rows = ibis.memtable({"amount": [5.0, 2.0], "is_return": [False, True]})
        >>> sign_returns(rows).amount.to_pyarrow().to_pylist()
        [5.0, -2.0]
    """
    if "is_return" not in rows.columns:
        return rows
    returned = rows.is_return.fill_null(False)
    return rows.mutate(amount=ibis.ifelse(returned, -rows.amount.abs(), rows.amount))


def sum_lines(lines: ir.Table, left_out: ir.Table) -> ir.Table:
    """One row per order of a file with one row per order line.

    An order is dated by its first line. Returned lines, and negative lines of a later day, stay
    apart as refunds of that day: summed in, they would change the past of the order.

    Args:
        lines: good lines, with order_id.
        left_out: lines left out; their orders are marked `has_bad_line`, their sum being short.
    """
    first = lines.day.min().over(ibis.window(group_by=[lines.order_id, lines.customer_id]))
    later = (lines.amount < 0) & (lines.day > first)
    returned = lines.is_return.fill_null(False) if "is_return" in lines.columns else False
    apart = lines.mutate(refund_day=ibis.cases((later | returned, lines.day)))
    rest = set(lines.columns) - {"order_id", "customer_id", "amount", "timestamp", *BOOKKEEPING}
    orders = apart.group_by(["order_id", "customer_id", "refund_day"]).agg(
        file=apart.file.min(),
        row=apart.row.min(),
        timestamp=apart.timestamp.min(),
        day=apart.day.min(),
        amount=apart.amount.sum(),
        **{name: apart[name].first(order_by=[apart.file, apart.row]) for name in sorted(rest)},
    )
    bad = left_out.filter(left_out.order_id.notnull()).select("order_id").distinct()
    short = bad.mutate(has_bad_line=True)
    joined = orders.drop("refund_day").left_join(short, "order_id").drop("order_id_right")
    return joined.mutate(has_bad_line=joined.has_bad_line.fill_null(False))


def number_copies(rows: ir.Table, keys: tuple[str, ...]) -> ir.Table:
    """Number rows that are equal in every key, and rows that share an order_id.

    Args:
        rows: with `file`, `row` and the keys.
        keys: columns in which copies are equal.

    Returns:
        The rows with `copy` (0 for the first of its kind) and, where there is an order_id,
        `repeat` (0 for the first row of its order).

    Example:
        >>> rows = ibis.memtable({"file": [0, 0], "row": [2, 3], "customer_id": ["7", "7"]})
        >>> number_copies(rows, ("customer_id",)).order_by("row").copy.to_pyarrow().to_pylist()
        [0, 1]
    """
    if "order_id" not in rows.columns:
        return mark_copies(rows, keys)
    rows = rows.mutate(anchor=ibis.coalesce(rows.order_id, rows.customer_id))
    often = rows.group_by("anchor").having(lambda t: t.count() > 1).agg(times=lambda t: t.count())
    often = hold(often)
    if not often.count().to_pyarrow().as_py():  # as a rule so: spares joining every row
        nothing = ibis.literal(0, "int64")
        return rows.drop("anchor").mutate(copy=nothing, repeat=nothing)
    suspects = rows.semi_join(often, "anchor")
    order = [suspects.file, suspects.row]
    numbered = suspects.select(
        "file",
        "row",
        copy=ibis.row_number().over(group_by=list(keys), order_by=order),
        repeat=ibis.row_number().over(group_by="anchor", order_by=order),
    )
    joined = rows.left_join(numbered, ["file", "row"]).drop("file_right", "row_right", "anchor")
    return joined.mutate(copy=joined.copy.fill_null(0), repeat=joined.repeat.fill_null(0))


def mark_case_twins(rows: ir.Table) -> ir.Table:
    """Rows with `case_twin`, where some customer_ids differ only in letter case; else as given.

    Example:
        >>> rows = ibis.memtable({"customer_id": ["a1", "A1", "b2"]})
        >>> mark_case_twins(rows).case_twin.sum().to_pyarrow().as_py()
        2
    """
    ids = rows.select("customer_id").distinct().mutate(folded=lambda t: t.customer_id.lower())
    often = ids.group_by("folded").having(lambda t: t.count() > 1).agg(n=lambda t: t.count())
    twins = hold(ids.semi_join(often, "folded").select("customer_id"))
    if not twins.count().to_pyarrow().as_py():
        return rows
    return rows.mutate(case_twin=rows.customer_id.isin(twins.customer_id))


def split_continued(rows: ir.Table) -> tuple[ir.Table, ir.Table]:
    """Rows that stand for themselves, and further lines of orders told on their first line.

    Some shops write total, state and currency on the first line of an order only. A row continues
    if it bears an order_id whose amount stands in an earlier row of the file, no amount of its
    own, and a blank where the state, time or currency would be.

    Args:
        rows: parsed rows.

    Returns:
        The two parts, together all rows.

    Example:
        >>> rows = ibis.memtable({
        ...     "file": [0, 0], "row": [2, 3], "order_id": ["A", "A"], "amount": [9.5, None],
        ...     "status": ["paid", None],
        ... })
        >>> [part.row.to_pyarrow().to_pylist() for part in split_continued(rows)]
        [[2], [3]]
    """
    told = [_given(rows, c) for c in ("status", "timestamp", "currency") if c in rows.columns]
    if "order_id" not in rows.columns or not told:
        return rows, rows.limit(0)
    priced = _given(rows, "amount")
    blank = rows.filter(~priced, rows.order_id.notnull(), ~reduce(and_, told))
    if not blank.limit(1).count().to_pyarrow().as_py():
        return rows, rows.limit(0)
    heads = rows.filter(priced).group_by(["file", "order_id"]).agg(head=lambda t: t.row.min())
    joined = blank.select("file", "row", "order_id").inner_join(heads, ["file", "order_id"])
    further = hold(joined.filter(joined.row > joined["head"]).select("file", "row"))
    if not further.count().to_pyarrow().as_py():
        return rows, rows.limit(0)
    key = ["file", "row"]
    return hold(rows.anti_join(further, key)), hold(rows.semi_join(further, key))


def _given(rows: ir.Table, name: str) -> ir.BooleanValue:
    return rows[f"{name}__given"] if f"{name}__given" in rows.columns else rows[name].notnull()

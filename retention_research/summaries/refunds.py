"""What is left of each order after the refunds inside a window."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

_CENT = 0.005  # less than half a cent left of an order is nothing left


def orders_left(transactions: ir.Table, end: date) -> ir.Table:
    """Orders up to `end` that are not fully refunded, with what is left of their amounts.

    A refund reduces its order_id, else the customer's latest earlier order with something left;
    refunds after `end` do not act. An order of amount 0 stays an order.

    Args:
        transactions: checked rows with customer_id, timestamp, day, amount, perhaps order_id.
        end: last day of the window.

    Returns:
        Rows of customer_id, day, amount.
    """
    inside = transactions.filter(transactions.day <= end)
    if not has_refunds(inside):
        return inside.select("customer_id", "day", "amount")
    left = after_refunds(with_order_ids(inside))
    kept = left.filter((left.amount == 0) | (left.left > _CENT))
    return kept.select("customer_id", "day", amount=kept.left)


def has_refunds(transactions: ir.Table) -> bool:
    """Whether any row has a negative amount."""
    return bool((transactions.amount < 0).any().execute())


def with_order_ids(transactions: ir.Table) -> ir.Table:
    """The rows with an order_id column, null where the source has none."""
    if "order_id" in transactions.columns:
        return transactions
    return transactions.mutate(order_id=ibis.null("string"))


def unmatched_refunds(transactions: ir.Table) -> int:
    """How many refund rows found no order, or not enough of one, to reduce."""
    transactions = with_order_ids(transactions)
    refunds = transactions.filter(transactions.amount < 0)
    named = _named(transactions, refunds)
    over = named.filter(named.refunded > named.amount + _CENT).count()
    steps = _balance(_steps(transactions, refunds))
    short = (steps.amount < 0) & (steps.shortfall > steps.shortfall_before + _CENT)
    return int(over.execute()) + int(steps.filter(short).count().execute())


def after_refunds(transactions: ir.Table) -> ir.Table:
    """Every order with `amount` as sold and `left` after refunds.

    Refunds without an order of their own are matched last in, first out. With the sales and
    refunds of a customer as steps of a running balance kept at zero or above, an order fills the
    balance from `level - amount` to `level`, and what later steps dig out of that is refunded.
    """
    steps = _balance(_steps(transactions, transactions.filter(transactions.amount < 0)))
    trough = steps.level.min().over(_of_customer(steps, following=True))
    steps = steps.mutate(trough=trough)
    untouched = steps.trough - (steps.level - steps.amount)
    left = ibis.least(ibis.greatest(untouched, 0.0), steps.amount)
    return steps.filter(steps.amount >= 0).select("customer_id", "day", amount="sold", left=left)


def _named(transactions: ir.Table, refunds: ir.Table) -> ir.Table:
    """Orders, the rows of one order_id together, with the refunds that name them."""
    sales = transactions.filter(transactions.amount >= 0)
    key = sales.order_id.coalesce(ibis.row_number().cast("string") + ibis.literal(" unnamed"))
    sales = sales.mutate(order_key=key)
    orders = sales.group_by("customer_id", "order_key").agg(
        order_id=sales.order_id.max(),
        timestamp=sales.timestamp.min(),
        day=sales.day.min(),
        amount=sales.amount.sum(),
    )
    by_order = refunds.filter(refunds.order_id.notnull()).group_by("order_id")
    totals = by_order.agg(refunded=-refunds.amount.sum())
    joined = orders.left_join(totals, "order_id").drop("order_id_right")
    return joined.mutate(refunded=joined.refunded.fill_null(0.0))


def _steps(transactions: ir.Table, refunds: ir.Table) -> ir.Table:
    """Orders net of the refunds that name them, and the refunds that name none, as one table."""
    orders = _named(transactions, refunds)
    net = ibis.greatest(orders.amount - orders.refunded, 0.0)
    plus = orders.select("customer_id", "timestamp", "day", amount=net, sold=orders.amount)
    known = orders.filter(orders.order_id.notnull()).select("order_id").distinct()
    loose = refunds.anti_join(known, "order_id")
    minus = loose.select("customer_id", "timestamp", "day", "amount", sold=loose.amount)
    return plus.union(minus)


def _balance(steps: ir.Table) -> ir.Table:
    """Add the running balance `level`, never below zero, and the `shortfall` that kept it there."""
    so_far = _of_customer(steps)
    steps = steps.mutate(total=steps.amount.sum().over(so_far))
    lowest = steps.total.min().over(_of_customer(steps))
    steps = steps.mutate(shortfall=ibis.greatest(-lowest, 0.0))
    before = steps.shortfall.lag().over(_ordered(steps)).fill_null(0.0)
    return steps.mutate(level=steps.total + steps.shortfall, shortfall_before=before)


def _ordered(steps: ir.Table) -> ibis.expr.builders.WindowBuilder:
    # at one moment sales come before refunds
    return ibis.window(
        group_by=steps.customer_id, order_by=[steps.timestamp, steps.amount < 0, steps.sold]
    )


def _of_customer(steps: ir.Table, following: bool = False) -> ibis.expr.builders.WindowBuilder:
    rows = (0, None) if following else (None, 0)
    return ibis.window(
        group_by=steps.customer_id,
        order_by=[steps.timestamp, steps.amount < 0, steps.sold],
        rows=rows,
    )

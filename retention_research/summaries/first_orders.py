"""How each customer's first purchase was made: with a discount or not, where, and of what."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

WITH_DISCOUNT, WITHOUT_DISCOUNT = "with a discount", "without a discount"
SEVERAL, NOT_STATED = "several", "not stated"


def first_orders(
    transactions: ir.Table, born: ir.Table, order_lines: ir.Table | None = None
) -> ir.Table:
    """Discount, channel and category of the orders of each customer's first day.

    An empty discount is none. Where the orders of the day differ in channel or category, the
    customer's is "several"; where nothing is written, "not stated".

    Args:
        transactions: checked rows with customer_id, day, amount, perhaps the three columns.
        born: customer_id, first_day; one row each.
        order_lines: order_id and category, read where transactions have no category.

    Returns:
        customer_id and those of first_discount, first_channel and first_category that the tables
        can tell, one row a customer.
    """
    sold = transactions.filter(transactions.amount >= 0)
    born = born.select("customer_id", "first_day")
    orders = sold.join(born, ["customer_id", sold.day == born.first_day])
    known = {name: level for name, level in _levels(orders).items() if level is not None}
    told = orders.group_by("customer_id").agg(**known) if known else born.select("customer_id")
    if "category" in transactions.columns or not _tells_category(transactions, order_lines):
        return told
    return _with_category_of_lines(told, orders, order_lines)


def _levels(orders: ir.Table) -> dict[str, ir.Value | None]:
    there = orders.columns
    return {
        "first_discount": _discounted(orders.discount) if "discount" in there else None,
        "first_channel": _agreed(orders.channel) if "channel" in there else None,
        "first_category": _agreed(orders.category) if "category" in there else None,
    }


def _discounted(discount: ir.NumericColumn) -> ir.Value:
    largest = discount.abs().max().fill_null(0)
    return (largest > 0).ifelse(WITH_DISCOUNT, WITHOUT_DISCOUNT)


def _agreed(words: ir.StringColumn) -> ir.Value:
    written = words.strip().nullif("")
    low, high = written.min(), written.max()
    return (low == high).ifelse(low, SEVERAL).fill_null(NOT_STATED)


def _tells_category(transactions: ir.Table, order_lines: ir.Table | None) -> bool:
    return (
        order_lines is not None
        and "category" in order_lines.columns
        and "order_id" in transactions.columns
    )


def _with_category_of_lines(told: ir.Table, orders: ir.Table, lines: ir.Table | None) -> ir.Table:
    assert lines is not None  # _tells_category
    ids = orders.filter(orders.order_id.notnull()).select("customer_id", "order_id").distinct()
    bought = ids.join(lines.select("order_id", "category"), "order_id")
    by_customer = bought.group_by("customer_id").agg(first_category=_agreed(bought.category))
    joined = told.left_join(by_customer, "customer_id").drop("customer_id_right")
    return joined.mutate(first_category=joined.first_category.fill_null(NOT_STATED))


def with_levels(durations: ir.Table, levels: ir.Table) -> ir.Table:
    """Durations with each customer's levels; who has none is "not stated".

    Args:
        durations: rows with customer_id.
        levels: customer_id and columns of words, one row a customer.
    """
    names = [name for name in levels.columns if name != "customer_id"]
    joined = durations.left_join(levels, "customer_id").drop("customer_id_right")
    return joined.mutate(**{name: joined[name].fill_null(NOT_STATED) for name in names})


def own_levels(table: ir.Table, name: str) -> ir.Table:
    """A segment's table (customer_id, level) with its level under a name of its own."""
    return table.select("customer_id", **{name: ibis._.level})

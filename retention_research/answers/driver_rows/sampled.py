"""Of very many customers, some are drawn evenly, in the engine, before anything else is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_CUSTOMERS = 50_000
_RANGE = 2**32
_GOLDEN = 2_654_435_769  # the golden ratio's part of the range: no period of numbers is in step


def drawn(rows: ir.Table, everybody: int, most: int = MOST_CUSTOMERS) -> ir.Table:
    """The rows of about `most` of the customers, all rows of each; all if there are no more.

    Who is drawn follows from the customer's number alone, so that rows of all kinds are of the
    same customers. Ranges are wider than those of everybody would be.

    Args:
        rows: with `customer`, a whole number.
        everybody: customers there are.
        most: customers to keep, about.
    """
    if everybody <= most:
        return rows
    place = (rows.customer.cast("int64") * ibis.literal(_GOLDEN, "int64")) % _RANGE
    return rows.filter(place < int(_RANGE * most / everybody))


def count_customers(rows: ir.Table) -> int:
    """How many different customers there are.

    Args:
        rows: with `customer_id`.
    """
    return int(rows.customer_id.nunique().execute())

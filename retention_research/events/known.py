"""What the checked transactions and customers tell of the other tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from retention_research.events.engine import Place, read_parquet, write_parquet

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Known:
    """What the checked transactions and customers tell of the other tables.

    Attributes:
        customers: customer_id, once each.
        orders: order_id and the day of the order, once each; None where orders have no id.
        order_ids: order_id of all rows read, left out or not; None where nobody asks.
        last_day: rows after it are outside every period.
    """

    customers: ir.Table
    orders: ir.Table | None
    order_ids: ir.Table | None
    last_day: date


def known_of(
    orders: ir.Table,
    customers: ir.Table | None,
    order_ids: ir.Table | None,
    last_day: date,
    place: Place,
) -> Known:
    """What other tables are held against; ids are written down, so that they are found once."""
    ids = orders.select("customer_id")
    ids = ids if customers is None else ids.union(customers.select("customer_id"))
    known = _written(ids, "customer ids", place)
    if "order_id" not in orders.columns:
        return Known(known, None, None, last_day)
    named = orders.filter(orders.order_id.notnull() & (orders.amount >= 0))
    days = named.group_by("order_id").agg(day=named.day.min())
    return Known(known, days, order_ids, last_day)


def noted_ids(order_ids: ir.Table | None, place: Place) -> ir.Table | None:
    """The same ids, once each, written down before the tables they come from are forgotten."""
    return None if order_ids is None else _written(order_ids, "order ids", place)


def _written(ids: ir.Table, name: str, place: Place) -> ir.Table:
    write_parquet(ids.distinct(), file := place.folder / f"{name}.parquet")
    return read_parquet(place.con, [file], name)

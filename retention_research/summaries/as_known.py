"""Every event table as it was known on a day: later rows are gone, later facts are blank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import ibis
import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Known:
    """When the rows of a table, and facts in them, became known.

    Attributes:
        since: columns of times; a row is known from the earliest of them that it bears. None:
            rows have no time of their own and are always known.
        facts: the column of a later time to the columns known only from then on, itself left out.
    """

    since: tuple[str, ...] = ()
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# Columns without a time of their own (tier, level, delivered) are as the source tells
# them at its own date; expires_at and planned ends are known from the start, but an end that lies
# ahead has not happened.
KNOWN: Mapping[str, Known] = MappingProxyType({
    "transactions": Known(("timestamp",)),
    "order_lines": Known(("day",)),
    "customers": Known((), {"acquired_at": ("acquisition_cost",)}),
    "contacts": Known(
        ("sent_at",), {"opened_at": (), "responded_at": ("actions",), "unsubscribed_at": ()}
    ),
    "assignments": Known(("assigned_at",), {"other_arm_at": ()}),
    "memberships": Known(("enrolled_at",), {"left_at": ()}),
    "rewards": Known(("timestamp",)),
    "tickets": Known(
        ("opened_at",),
        {"first_response_at": (), "resolved_at": ("csat", "handled_minutes"), "reopened_at": ()},
    ),
    "surveys": Known(
        ("invited_at", "timestamp"), {"timestamp": ("day", "score", "reason", "comment")}
    ),
    "activity": Known(("timestamp",)),
    "subscriptions": Known(
        ("started_at",), {"ended_at": ("end_reason",), "payment_failed_at": ()}
    ),
    "consents": Known(("given_at",), {"withdrawn_at": ()}),
})  # fmt: skip


def as_known(rows: ir.Table, name: str, end: date) -> ir.Table:
    """A table as it was known at the end of a day.

    Args:
        rows: checked rows of one event table.
        name: which table it is.
        end: the day, local and inclusive.

    Returns:
        Rows whose time is not after `end`, with facts of later times set to null.

    Raises:
        KeyError: if there is no such event table.

    Example:
        >>> from datetime import datetime
        >>> rows = ibis.memtable({"opened_at": [datetime(2024, 1, 5), datetime(2024, 3, 1)],
        ...                       "resolved_at": [datetime(2024, 2, 5), None]})
        >>> as_known(rows, "tickets", date(2024, 1, 31)).to_pyarrow().to_pylist()
        [{'opened_at': datetime.datetime(2024, 1, 5, 0, 0), 'resolved_at': None}]
    """
    known = KNOWN[name]
    there = [rows[column] for column in known.since if column in rows.columns]
    inside = rows.filter(_by(there, end)) if there else rows
    return inside.mutate(**_blanked(inside, known.facts, end))


def customers_known(customers: ir.Table, bought: ir.Table, end: date) -> ir.Table:
    """The customers there were on a day: who had been acquired, or had bought.

    Args:
        customers: checked rows; without acquired_at everybody was there.
        bought: customer_id of everybody with a purchase up to `end`, in any number of rows.
        end: the day, local and inclusive.
    """
    if "acquired_at" not in customers.columns:
        return customers
    later = customers.filter((_day(customers.acquired_at) > ibis.literal(end)).fill_null(False))
    not_yet = later.select("customer_id").anti_join(bought, "customer_id")
    return as_known(customers.anti_join(not_yet, "customer_id"), "customers", end)


def _by(times: list[ir.Column], end: date) -> ir.BooleanValue:
    # A row is known once any of its times has come; a time that is missing has not.
    return ibis.or_(*((_day(time) <= ibis.literal(end)).fill_null(False) for time in times))


def _day(time: ir.Column) -> ir.DateValue:
    return time if time.type().is_date() else time.date()


def _blanked(
    rows: ir.Table, facts: Mapping[str, tuple[str, ...]], end: date
) -> dict[str, ir.Column]:
    blanked = {}
    for time, others in facts.items():
        for column in (time, *others) if time in rows.columns else ():
            if column in rows.columns:
                later = (_day(rows[time]) > ibis.literal(end)).fill_null(False)
                blanked[column] = ibis.ifelse(later, None, rows[column])
    return blanked

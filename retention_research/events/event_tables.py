"""Every table beside transactions and customers: read, checked, held against those two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from retention_research.events import contact_contracts as contact
from retention_research.events import loyalty_contracts as loyalty
from retention_research.events import service_contracts as service
from retention_research.events.checks import Checked, check, refuse_if_too_many
from retention_research.events.earlier_rows import (
    mark_copies,
    mark_first_arm,
    mark_later_that_day,
    mark_overlaps,
    mark_short_balance,
)
from retention_research.events.engine import Place
from retention_research.events.known import Known
from retention_research.events.parsing import parse
from retention_research.events.rules import Choices, Contract
from retention_research.events.scans import scan
from retention_research.events.table_rules import STRANGER
from retention_research.events.transactions import language, merged
from retention_research.study import Study, StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

Mark = Callable[["ir.Table"], "ir.Table"]

MOST_STRANGERS = 0.5  # of a table: more are ids written in two ways, not prospects
FEWEST_ROWS = 20  # to tell the one from the other


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is checked: each row by itself, then in the light of the good ones before it.

    Attributes:
        contract: columns and the rules of a row.
        copies: columns in which rows are copies; empty: all of them; None: not looked at.
        mark: adds what the rules of `then` look at.
        then: the rules of rows in the light of others.
    """

    contract: Contract
    copies: tuple[str, ...] | None = ()
    mark: Mark | None = None
    then: Contract | None = None


def _memberships(rows: ir.Table) -> ir.Table:
    keys = ("customer_id", "program_id")
    return mark_overlaps(rows, "enrolled_at", "left_at", keys, "enrolled_before")


def _subscriptions(rows: ir.Table) -> ir.Table:
    keys = ("customer_id", "plan") if "plan" in rows.columns else ("customer_id",)
    return mark_overlaps(rows, "started_at", "ended_at", keys)


READINGS: Mapping[str, Reading] = MappingProxyType({
    "order_lines": Reading(service.ORDER_LINES),
    "contacts": Reading(contact.CONTACTS),
    "assignments": Reading(contact.ASSIGNMENTS, None, mark_first_arm, contact.ARMS),
    "memberships": Reading(
        loyalty.MEMBERSHIPS, (), _memberships, loyalty.RUNNING_MEMBERSHIPS
    ),
    "rewards": Reading(loyalty.REWARDS, (), mark_short_balance, loyalty.BALANCES),
    "tickets": Reading(service.TICKETS, ("ticket_id",)),
    "surveys": Reading(service.SURVEYS, (), mark_later_that_day, service.SAME_DAY),
    "activity": Reading(contact.ACTIVITY),
    "subscriptions": Reading(
        loyalty.SUBSCRIPTIONS, (), _subscriptions, loyalty.RUNNING_SUBSCRIPTIONS
    ),
    "consents": Reading(contact.CONSENTS),
})  # fmt: skip


def read_event_table(
    study: Study, name: str, place: Place, frame: pd.DataFrame | None, known: Known
) -> tuple[Checked, str]:
    """Read and check one of the optional tables.

    Args:
        study: names the source.
        name: event table.
        place: engine and folders.
        frame: the frame, for a source that says `frame: true`.
        known: what transactions and customers tell.

    Returns:
        The outcome, and the hash of the source.

    Raises:
        StudyError: as `open_events`.
    """
    reading = READINGS[name]
    found = scan(study.sources[name], reading.contract, place, frame)
    parsed = parse(found.rows, reading.contract, language(study, name, found))
    choices = Choices(
        exclude_ids=study.sources["transactions"].exclude_ids, last_day=known.last_day
    )
    marked = _marked(parsed.rows, reading, known)
    parts = [check(marked, reading.contract, choices, found.files)]
    if reading.mark and reading.then:
        rows = reading.mark(parts[0].good)
        parts.append(check(rows, reading.then, choices, found.files))
    whole = merged(tuple(parts), found, parsed.reading)
    _refuse_if_too_many(whole, study.max_excluded_share)
    return whole, found.sha256


def _marked(rows: ir.Table, reading: Reading, known: Known) -> ir.Table:
    if reading.copies is not None:
        rows = mark_copies(rows, reading.copies or _own_columns(rows))
    if "customer_id" in rows.columns:
        return rows.mutate(is_known=rows.customer_id.isin(known.customers.customer_id))
    return _with_orders(rows, known)


def _own_columns(rows: ir.Table) -> tuple[str, ...]:
    ours = ("file", "row", "day")
    return tuple(c for c in rows.columns if c not in ours and not c.endswith("__given"))


def _with_orders(lines: ir.Table, known: Known) -> ir.Table:
    if known.orders is None or known.order_ids is None:
        raise StudyError(
            "order_lines: the transactions have no order_id, so no line can be told its order. "
            "Map it with `columns: {order_id: <its name>}`, or leave order_lines out."
        )
    read = lines.mutate(order_read=lines.order_id.isin(known.order_ids.order_id))
    return read.left_join(known.orders, "order_id").drop("order_id_right")


def _refuse_if_too_many(checked: Checked, most: float) -> None:
    # Newsletters go to people who never bought: such rows are left out, but are no fault of a file.
    strangers = sum(f.n_rows for f in checked.failures if f.rule == STRANGER)
    others = tuple(f for f in checked.failures if f.rule != STRANGER)
    refuse_if_too_many(replace(checked, failures=others), most)
    most = max(most, MOST_STRANGERS)
    if checked.n_read >= FEWEST_ROWS and strangers > most * checked.n_read:
        raise StudyError(
            f"{checked.table}: {strangers:,} of {checked.n_read:,} rows are of a customer_id that "
            "is neither in transactions nor in customers. Look whether the ids are written in the "
            "same way (leading zeros, capital letters), or list everybody in customers."
        )

"""All KPIs of a history, and the history of its first customers."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from retention_research.events.simulate.draws import Bools
from retention_research.events.simulate.history import History
from retention_research.events.simulate.reading import Reading
from retention_research.events.simulate.truth_purchases import purchase_kpis
from retention_research.events.simulate.truth_service import service_kpis

Table = TypeVar("Table")

_BY_CUSTOMER = (
    "orders", "contacts", "assignments", "memberships", "rewards", "tickets", "surveys",
    "activity", "subscriptions", "consents",
)  # fmt: skip


def all_kpis(history: History, reading: Reading) -> dict[str, tuple[float, int]]:
    """Every KPI of the last full period: its value and the customers it rests on.

    Args:
        history: a year beyond as_of, for the value of new customers.
        reading: the study's settings.
    """
    return purchase_kpis(history, reading) | service_kpis(history, reading)


def first_customers(history: History, n: int) -> History:
    """The history of the first n customers, which is that of a company of n customers.

    Args:
        history: what happened.
        n: at most its customers.
    """
    everybody = np.arange(history.customers) < n
    parts: dict[str, Any] = {
        name: _rows(getattr(history, name), getattr(history, name).customer < n)
        for name in _BY_CUSTOMER
    }
    mine = history.orders.customer < n
    place = np.cumsum(mine) - 1
    lines = _rows(history.lines, mine[history.lines.order])
    return replace(
        history,
        customers=n,
        people=_rows(history.people, everybody),
        hidden=_rows(history.hidden, everybody),
        lines=replace(lines, order=place[lines.order]),
        **parts,
    )


def _rows(table: Table, rows: Bools) -> Table:
    return type(table)(**{f.name: getattr(table, f.name)[rows] for f in fields(table)})  # type: ignore[arg-type]

"""Tiny order exports, written as shops write them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest

from retention_research.events.engine import Place, connect
from retention_research.events.event_tables import read_event_table
from retention_research.events.known import Known
from retention_research.events.sources import Events, open_events
from retention_research.study import new_study

HEADER = "customer_id;timestamp;amount"
Open = Callable[..., Events]


def text_of(lines: list[str] | str, header: str = HEADER) -> str:
    return lines if isinstance(lines, str) else "\n".join([header, *lines]) + "\n"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Write an export and open it: opened(["7;2024-01-05;10.00"], currency="PLN", decimal=",")."""
    made: list[Events] = []

    def open_export(
        lines: list[str] | str | bytes = "",
        *,
        header: str = HEADER,
        name: str = "orders.csv",
        written_as: str = "utf-8",
        study: dict[str, Any] | None = None,
        customers: str | None = None,
        customer_columns: dict[str, str] | None = None,
        **source: Any,
    ) -> Events:
        content = lines if isinstance(lines, bytes) else text_of(lines, header).encode(written_as)
        (tmp_path / name).write_bytes(content)
        sources: dict[str, Any] = {"transactions": {"path": name, **source}}
        if customers is not None:
            (tmp_path / "customers.csv").write_text(customers, encoding="utf-8")
            sources["customers"] = {"path": "customers.csv", "columns": customer_columns or {}}
        settings = {
            "study": "shop",
            "currency": "EUR",
            "as_of": "2024-06-30",
            "max_excluded_share": 1.0,
            **(study or {}),
        }
        made.append(open_events(new_study(**settings, sources=sources), root=tmp_path))
        return made[-1]

    yield open_export
    for events in made:
        events.connection.disconnect()


def rows(events: Events, *names: str) -> list[tuple[Any, ...]]:
    """The kept transactions as plain tuples, in the order of the file."""
    table = events.transactions.to_pyarrow().select(list(names)).to_pylist()
    return [tuple(line.values()) for line in table]


def failures(events: Events, table: str = "transactions") -> dict[str, int]:
    """Rule to its number of rows."""
    return {f.rule: f.n_rows for f in events.checks[table].failures}


DAYS = [f"2024-{month:02d}-{day:02d}" for month in range(1, 7) for day in (1, 8, 15, 22)]
ORDERS = pd.DataFrame(
    [(customer, f"{day} 09:00", 10.0, f"{customer}{day}") for customer in "abc" for day in DAYS],
    columns=["customer_id", "timestamp", "amount", "order_id"],
).assign(timestamp=lambda t: pd.to_datetime(t["timestamp"]))
Check = Callable[..., tuple[dict[str, int], list[dict[str, Any]]]]


@pytest.fixture
def checked(tmp_path: Path) -> Iterator[Check]:
    """Check rows of one table, told as CSV, of customers a, b, c who order until 22 June 2024.

    Returns its failures (rule to rows) and its kept rows.
    """
    con = connect(tmp_path)

    def check_rows(
        table: str, header: str, *lines: str, exclude_ids: tuple[str, ...] = (), most: float = 1.0
    ) -> tuple[dict[str, int], list[dict[str, Any]]]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        (folder / f"{table}.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        transactions = {"frame": True, "exclude_ids": exclude_ids}
        sources = {"transactions": transactions, table: {"path": f"{table}.csv"}}
        study = new_study(study="shop", currency="EUR", max_excluded_share=most, sources=sources)
        known = _known(con, exclude_ids)
        found, _ = read_event_table(study, table, Place(con, folder, folder), None, known)
        rows = found.good.order_by("row").to_pyarrow().to_pylist()
        con.raw_sql(f'DROP VIEW "raw {table}"')
        return {f.rule: f.n_rows for f in found.failures}, rows

    yield check_rows
    con.disconnect()


def _known(con: Any, exclude_ids: tuple[str, ...]) -> Known:
    orders = con.create_table(ibis.util.gen_name("orders"), ORDERS, temp=True)
    counted = orders.filter(~orders.customer_id.isin(exclude_ids))
    days = counted.select("order_id", day=counted.timestamp.date())
    return Known(orders, days, orders, date(2024, 6, 21))

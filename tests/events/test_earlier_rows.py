"""Marks that look at a customer's other rows, against the same rules told as plain loops."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from retention_research.events.earlier_rows import (
    mark_copies,
    mark_later_that_day,
    mark_overlaps,
    mark_short_balance,
)

START = datetime(2024, 1, 1)


def marks(table: ibis.Table, name: str) -> list[Any]:
    return table.order_by("row").to_pyarrow()[name].to_pylist()


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    n = 600
    return pd.DataFrame(
        {
            "file": 0,
            "row": range(n),
            "customer_id": rng.choice(list("abcde"), n),
            "program_id": rng.choice(["club", "gold"], n),
            "timestamp": [START + timedelta(days=int(d)) for d in rng.integers(0, 90, n)],
            "kind": rng.choice(["earn", "earn", "redeem", "expire"], n),
            "points": rng.integers(0, 50, n).astype(float),
        }
    )


def test_balances_are_those_of_a_plain_ledger(ledger: pd.DataFrame) -> None:
    order = ledger.assign(taken=ledger["kind"] != "earn").sort_values(["timestamp", "taken", "row"])
    balance: dict[tuple[str, str], float] = defaultdict(float)
    short = {}
    for line in order.itertuples():
        key = (line.customer_id, line.program_id)
        left = balance[key] + (-line.points if line.taken else line.points)
        short[line.row] = left < 0
        balance[key] = max(left, 0.0)
    found = marks(mark_short_balance(ibis.memtable(ledger)), "short")
    assert 20 < sum(found) < len(found)
    assert found == [short[row] for row in ledger["row"]]


def test_overlaps_are_those_of_a_plain_search(ledger: pd.DataFrame) -> None:
    spells = ledger.assign(end=ledger["timestamp"] + pd.to_timedelta(ledger["points"], unit="D"))
    spells = spells[spells["row"] < 80]
    spells.loc[spells["row"] % 9 == 0, "end"] = pd.NaT
    keys = ("customer_id", "program_id")
    found = marks(mark_overlaps(ibis.memtable(spells), "timestamp", "end", keys), "overlaps")
    lines = [
        (line.customer_id, line.program_id, line.timestamp, line.row, line.end)
        for line in spells.itertuples()
    ]
    expected = [
        any(
            other[:2] == line[:2]
            and (other[2], other[3]) < (line[2], line[3])
            and (pd.isna(other[4]) or other[4] > line[2])
            for other in lines
        )
        for line in lines
    ]
    assert found == expected
    assert {True, False} == set(found)


def test_copies_are_counted_from_the_first_and_blanks_are_equal() -> None:
    rows = ibis.memtable(
        {
            "file": [0, 0, 0, 0, 0],
            "row": [2, 3, 4, 5, 6],
            "id": ["a", "a", "a", "a", "b"],
            "channel": [None, "web", None, None, None],
        },
        schema={"file": "int32", "row": "int64", "id": "string", "channel": "string"},
    )
    assert marks(mark_copies(rows, ("id", "channel")), "copy") == [0, 0, 1, 2, 0]


def test_the_last_answer_of_a_day_is_not_marked() -> None:
    rows = ibis.memtable(
        {
            "file": [0, 0, 0, 0],
            "row": [2, 3, 4, 5],
            "customer_id": ["a", "a", "a", "b"],
            "timestamp": [START + timedelta(hours=h) for h in (3, 1, 2, 1)],
            "day": [START.date()] * 4,
        }
    )
    assert marks(mark_later_that_day(rows), "same_day") == [False, True, True, False]


def test_marking_keeps_every_row_and_column(ledger: pd.DataFrame) -> None:
    rows = ibis.memtable(ledger)
    marked = mark_short_balance(rows)
    assert set(marked.columns) == {*ledger.columns, "short"}
    assert marked.count().to_pyarrow().as_py() == len(ledger)

"""Tables from sources with types of their own: Parquet, frames, DuckDB."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from retention_research.events.sources import open_events
from retention_research.study import new_study

from .conftest import ORDERS


def read(tmp_path: Path, name: str, **columns: Any) -> list[dict[str, Any]]:
    """The kept rows of one table written as Parquet."""
    pq.write_table(pa.table(columns), tmp_path / f"{name}.parquet")
    sources = {"transactions": {"frame": True}, name: {"path": f"{name}.parquet"}}
    study = new_study(
        study="s", currency="EUR", time={"zone": "Europe/Warsaw", "merge": "day", "unit": "week"},
        sources=sources,
    )  # fmt: skip
    events = open_events(study, frames={"transactions": ORDERS}, root=tmp_path)
    rows = events.tables[name].to_pyarrow().to_pylist()
    events.connection.disconnect()
    return rows


def test_types_of_a_parquet_file_are_taken_as_they_are(tmp_path: Path) -> None:
    line = read(
        tmp_path, "tickets", customer_id=["a"], ticket_id=[17], category=["late"],
        opened_at=[datetime(2024, 3, 1, 23, 30, tzinfo=UTC)],
        resolved_at=[date(2024, 3, 3)], csat=pa.array([4], "int8"), is_complaint=[1],
        handled_minutes=[Decimal("12.5")], first_response_at=pa.nulls(1),
    )[0]  # fmt: skip
    assert (line["ticket_id"], line["csat"], line["handled_minutes"]) == ("17", 4, 12.5)
    assert line["is_complaint"] is True
    assert line["opened_at"] == datetime(2024, 3, 2, 0, 30)  # as a clock in Warsaw showed
    assert line["day"] == date(2024, 3, 2)
    assert (line["resolved_at"], line["first_response_at"]) == (datetime(2024, 3, 3), None)


def test_a_whole_number_stored_with_gaps_is_whole_and_its_gap_is_blank(tmp_path: Path) -> None:
    scores = pa.array([9.0, float("nan")])
    rows = read(
        tmp_path, "surveys", customer_id=["a", "b"], score=scores,
        timestamp=[datetime(2024, 3, 1), None], invited_at=[date(2024, 2, 1)] * 2,
    )  # fmt: skip
    assert [row["score"] for row in rows] == [9, None]
    assert isinstance(rows[0]["score"], int)


def test_infinite_points_are_left_out(tmp_path: Path) -> None:
    rows = read(
        tmp_path, "rewards", customer_id=["a"] * 30, program_id=["p"] * 30, kind=["earn"] * 30,
        timestamp=[datetime(2024, 3, day + 1) for day in range(30)],
        points=[*[1.0] * 29, float("inf")],
    )  # fmt: skip
    assert len(rows) == 29


@pytest.mark.parametrize("flag", [True, "yes", "1", "tak", 1])
def test_delivered_is_read_as_shops_write_it(tmp_path: Path, flag: Any) -> None:
    rows = read(
        tmp_path, "contacts", customer_id=["a"], campaign_id=["x"], channel=["email"],
        sent_at=[datetime(2024, 3, 1)], delivered=[flag],
    )  # fmt: skip
    assert rows[0]["delivered"] is True


def test_columns_of_the_users_own_names_are_mapped_in_every_table(tmp_path: Path) -> None:
    own = pd.DataFrame({"Cust": ["a"], "When": ["01.03.2024 10:00"], "What": ["visit"], "x": [1]})
    columns = {"customer_id": "Cust", "timestamp": "When", "event": "What"}
    sources = {"transactions": {"frame": True}, "activity": {"frame": True, "columns": columns}}
    study = new_study(study="s", currency="EUR", sources=sources)
    events = open_events(study, frames={"transactions": ORDERS, "activity": own})
    table = events.tables["activity"].to_pyarrow()
    assert table.column_names == ["customer_id", "timestamp", "event", "day"]
    assert table["timestamp"].to_pylist() == [datetime(2024, 3, 1, 10)]
    assert list(own.columns) == ["Cust", "When", "What", "x"]

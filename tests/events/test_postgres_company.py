"""Every event table gives the same from PostgreSQL as from Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pyarrow.parquet as pq
import pytest

from retention_research.events.simulate.demo import company_table
from retention_research.events.sources import Events, open_events
from retention_research.study import EVENT_TABLES, new_study
from tests.postgres_server import Server

CUSTOMERS, SEED = 120, 20241231
pytestmark = pytest.mark.slow


def opened(**sources: Any) -> Events:
    return open_events(new_study(study="shop", currency="EUR", as_of="2024-06-30", sources=sources))


@pytest.fixture(scope="module")
def both(
    postgres: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Events, ...]]:
    folder = tmp_path_factory.mktemp("company")
    load(postgres, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAREHOUSE_URL", postgres.url())
        here = opened(**{t: {"path": str(folder / f"{t}.parquet")} for t in EVENT_TABLES})
        there = opened(
            **{t: {"url": "${WAREHOUSE_URL}", "table": f"company.{t}"} for t in EVENT_TABLES}
        )
    yield here, there
    for events in (here, there):
        events.connection.disconnect()
    postgres.run("drop schema company cascade")


def load(postgres: Server, folder: Path) -> None:
    con = ibis.postgres.connect(
        host="127.0.0.1", port=postgres.port, user=postgres.user, password=postgres.password,
        database="postgres",
    )  # fmt: skip
    con.create_database("company")
    for table in EVENT_TABLES:
        rows = company_table(table, CUSTOMERS, SEED)
        pq.write_table(rows, folder / f"{table}.parquet")
        con.create_table(table, rows, database="company")
    con.disconnect()


@pytest.mark.parametrize("table", EVENT_TABLES)
def test_a_table_of_a_server_is_read_like_the_file(both: tuple[Events, Events], table: str) -> None:
    here, there = (events.tables[table].to_pandas() for events in both)
    assert len(here) > 0
    columns = list(here.columns)
    pd.testing.assert_frame_equal(
        here.sort_values(columns, ignore_index=True),
        there[columns].sort_values(columns, ignore_index=True),
        check_dtype=False,
    )


@pytest.mark.parametrize("table", EVENT_TABLES)
def test_the_same_rows_break_the_same_rules(both: tuple[Events, Events], table: str) -> None:
    here, there = ({f.rule: f.n_rows for f in e.checks[table].failures} for e in both)
    assert here == there

"""Every kind of source is read once, into snapshots that stand on their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from retention_research.events import contracts, sources
from retention_research.events.engine import Place
from retention_research.events.event_tables import READINGS
from retention_research.events.sources import Events, open_events, reopen_events
from retention_research.events.transactions import Transactions
from retention_research.study import EVENT_TABLES, Study, StudyError, new_study
from retention_research.summaries.as_known import KNOWN

from .conftest import HEADER, Open, failures, rows

LINES = ["007;2024-01-05 10:00;10.50", "7;2024-01-06 11:00;20.25", "007;2024-01-07 12:00;-3.00"]
CSV = "\n".join([HEADER, *LINES]) + "\n"
ARROW = pa.table(
    {
        "customer_id": ["007", "7", "007"],
        "timestamp": pa.array(
            [pd.Timestamp(t) for t in ("2024-01-05 10:00", "2024-01-06 11:00", "2024-01-07 12:00")]
        ),
        "amount": [10.5, 20.25, -3.0],
    }
)
READ = [("007", 10.5), ("7", 20.25), ("007", -3.0)]
Reader = Callable[..., Events]


def study_of(**source: Any) -> Study:
    settings = {
        "study": "shop",
        "currency": "EUR",
        "as_of": "2024-01-31",
        "max_excluded_share": 1.0,
    }
    return new_study(**settings, sources={"transactions": source})


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Reader]:
    made: list[Events] = []

    def read_source(frames: Any = None, folder: Path | None = None, **source: Any) -> Events:
        events = open_events(study_of(**source), frames=frames, folder=folder, root=tmp_path)
        made.append(events)
        return events

    yield read_source
    for events in made:
        events.connection.disconnect()


def test_parquet(read: Reader, tmp_path: Path) -> None:
    pq.write_table(ARROW, tmp_path / "orders.parquet")
    assert rows(read(path="orders.parquet"), "customer_id", "amount") == READ


def test_globs_read_files_in_the_order_of_their_names(read: Reader, tmp_path: Path) -> None:
    pq.write_table(ARROW.slice(1), tmp_path / "orders-2.parquet")
    pq.write_table(ARROW.slice(0, 1), tmp_path / "orders-1.parquet")
    assert sorted(rows(read(path="orders-*.parquet"), "customer_id", "amount")) == sorted(READ)


def test_globs_of_csv_files_may_differ_in_form(read: Reader, tmp_path: Path) -> None:
    (tmp_path / "orders-1.csv").write_text(CSV)
    (tmp_path / "orders-2.csv").write_text("amount,timestamp,customer_id\nx,2024-01-08,9\n")
    events = read(path="orders-*.csv")
    assert failures(events) == {"amount_unreadable": 1, "refund": 1}
    assert events.checks["transactions"].failures[0].file == "orders-2.csv"


def test_duckdb_table(read: Reader, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.register("arrow", ARROW)
        con.execute('CREATE TABLE "our ""orders" AS FROM arrow')
    events = read(path="shop.duckdb", table='our "orders')
    assert rows(events, "customer_id", "amount") == READ


def test_missing_duckdb_table_lists_near_names(read: Reader, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute("CREATE TABLE orders (a INTEGER)")
    with pytest.raises(StudyError, match=r"no table order\. It has: orders"):
        read(path="shop.duckdb", table="order")


def test_a_duckdb_table_outside_main_is_not_offered(read: Reader, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute("CREATE SCHEMA web; CREATE TABLE web.orders (a INTEGER)")
        con.execute("CREATE TABLE orders_2024 (a INTEGER)")
    with pytest.raises(StudyError, match=r"no table orders\. It has: orders_2024\."):
        read(path="shop.duckdb", table="orders")


def test_frame(read: Reader) -> None:
    events = read(frames={"transactions": ARROW.to_pandas()}, frame=True)
    assert rows(events, "customer_id", "amount") == READ


def test_frame_is_left_as_it_was(read: Reader) -> None:
    frame = ARROW.to_pandas().assign(mixed=[1, "a", None])
    before = frame.copy(deep=True)
    read(frames={"transactions": frame}, frame=True)
    pd.testing.assert_frame_equal(frame, before)


def test_frame_ids_that_gaps_made_floats_lose_their_point(read: Reader) -> None:
    frame = ARROW.to_pandas().assign(customer_id=[7.0, None, 12345678901.0])
    events = read(frames={"transactions": frame}, frame=True)
    assert rows(events, "customer_id") == [("7",), ("12345678901",)]


def test_frame_that_was_not_handed_over(read: Reader) -> None:
    with pytest.raises(StudyError, match="no frame was handed over"):
        read(frame=True)


def test_instants_of_a_frame_become_local_days() -> None:
    instants = pd.to_datetime(["2024-01-05T23:30Z", "2024-01-06T10:00Z", "2024-01-07T10:00Z"])
    frame = ARROW.to_pandas().assign(timestamp=instants)
    sources = {"transactions": {"frame": True}}
    zone = {"zone": "Europe/Warsaw", "merge": "day", "unit": "week"}
    study = new_study(study="s", currency="EUR", as_of="2024-01-31", time=zone, sources=sources)
    events = open_events(study, frames={"transactions": frame})
    assert rows(events, "day")[0] == (date(2024, 1, 6),)


@pytest.mark.parametrize(
    ("demo", "n_rows", "n_customers", "repeat_days"),
    [("cdnow", 6919, 2357, 2457), ("cdnow_master", 69659, 23570, 24337)],
)
def test_demos_hold_the_published_counts(
    read: Reader, demo: str, n_rows: int, n_customers: int, repeat_days: int
) -> None:
    events = read(demo=demo)
    t = events.transactions
    calibration = t.filter(t.day <= date(1997, 9, 30)).select("customer_id", "day").distinct()
    n = calibration.count().to_pyarrow().as_py()
    customers = t.customer_id.nunique().to_pyarrow().as_py()
    assert (events.n_rows_read, customers, n - customers) == (n_rows, n_customers, repeat_days)
    assert not [f for f in events.checks["transactions"].failures if f.level != "noted"]


def test_unknown_demo_lists_the_known(read: Reader) -> None:
    with pytest.raises(StudyError, match="There are: cdnow, cdnow_master"):
        read(demo="cdnw")


def test_snapshots_outlive_their_source(read: Reader, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(CSV)
    opened = read(path="orders.csv", folder=tmp_path / "run")
    (tmp_path / "orders.csv").unlink()
    again = reopen_events(study_of(path="orders.csv"), tmp_path / "run")
    assert rows(again, "customer_id", "amount") == READ
    assert again.checks == opened.checks
    assert (again.hashes, again.as_of) == (opened.hashes, opened.as_of)
    assert (again.newest_day, again.first_day) == (opened.newest_day, opened.first_day)


def test_snapshots_may_lie_in_a_folder_with_a_hostile_name(read: Reader, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(CSV)
    events = read(path="orders.csv", folder=tmp_path / "o'; DROP [x]*")
    assert rows(events, "customer_id", "amount") == READ


def test_reopening_without_a_snapshot_says_so(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="run the study again"):
        reopen_events(study_of(path="orders.csv"), tmp_path)


def test_hash_is_of_the_bytes_of_a_file(read: Reader, tmp_path: Path) -> None:
    from hashlib import sha256

    (tmp_path / "orders.csv").write_text(CSV)
    assert read(path="orders.csv").hashes["transactions"] == sha256(CSV.encode()).hexdigest()


def test_hash_of_a_frame_does_not_depend_on_its_order(read: Reader) -> None:
    frame = ARROW.to_pandas()
    hashes = [
        read(frames={"transactions": f}, frame=True).hashes["transactions"]
        for f in (frame, frame[::-1], frame.assign(amount=[1.0, 2.0, 3.0]))
    ]
    assert hashes[0] == hashes[1]
    assert hashes[0] != hashes[2]


def test_record_holds_no_row_of_a_customer(read: Reader, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(
        "customer_id,timestamp,amount\nanna@x.org,2024-01-05,1.50\n"
    )
    read(path="orders.csv", folder=tmp_path / "run")
    assert "anna" not in json.dumps(json.loads((tmp_path / "run" / "events.json").read_text()))


def test_transactions_have_the_promised_columns(read: Reader, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(CSV)
    schema = read(path="orders.csv").transactions.schema()
    kinds = {name: str(kind).partition("(")[0] for name, kind in schema.items()}
    assert kinds == {
        "customer_id": "string", "timestamp": "timestamp", "amount": "float64", "day": "date"
    }  # fmt: skip


CUSTOMERS = (
    "customer_id,acquired_at,region,acquisition_cost\n"
    "007,2024-01-06,north,3.50\n7,2024-01-01,south,\n7,2024-01-02,west,1.00\n9,,north,\n"
)


def test_customers_keep_their_segments_and_first_row(opened: Open) -> None:
    events = opened(LINES, customers=CUSTOMERS)
    assert events.customers is not None
    kept = events.customers.order_by("customer_id").to_pyarrow().to_pylist()
    assert [(row["customer_id"], row["region"]) for row in kept] == [
        ("007", "north"), ("7", "south"), ("9", "north")
    ]  # fmt: skip
    assert kept[0]["acquisition_cost"] == 3.5


def test_customers_are_checked_against_what_they_bought(opened: Open) -> None:
    events = opened([*LINES, "8;2024-01-08 10:00;1.00"], customers=CUSTOMERS)
    assert failures(events, "customers") == {
        "customer_id_duplicate": 1,
        "acquired_after_first_purchase": 1,
        "customer_without_purchase": 1,
        "customer_unknown": 1,
    }


@pytest.mark.slow
def test_a_million_rows_are_read_whole(read: Reader, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    duckdb.sql(
        "COPY (SELECT 'C' || i % 200000 AS customer_id, strftime(TIMESTAMP '2022-01-01' + "
        "to_seconds(i * 61), '%d.%m.%Y %H:%M:%S') AS timestamp, "
        "replace((i % 100000 / 100)::DECIMAL(9, 2)::VARCHAR, '.', ',') || ' €' AS amount, "
        f"'A' || i AS order_id FROM range(1000000) t(i)) TO '{file}' (DELIMITER ';')"
    )
    t = read(path="orders.csv").transactions
    whole = t.agg(n=t.amount.count(), total=t.amount.sum(), ids=t.customer_id.nunique())
    row = whole.to_pyarrow().to_pylist()[0]
    assert (row["n"], row["ids"]) == (1_000_000, 200_000)
    assert row["total"] == pytest.approx(10 * sum(range(100_000)) / 100)


def test_a_failed_reading_leaves_nothing_behind(
    read: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "private"))
    (tmp_path / "private").mkdir()
    with pytest.raises(StudyError):
        read(path="missing.csv")
    assert not list((tmp_path / "private").iterdir())


def test_copies_of_the_data_lie_in_the_folder_that_is_given(
    read: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "orders.csv").write_text(f"{HEADER}\n1;2024-01-05;3\n", encoding="utf-8")
    seen: list[Path] = []
    staged = sources.read_transactions

    def watched(study: Study, place: Place, frame: pd.DataFrame | None) -> Transactions:
        seen.append(place.folder)
        return staged(study, place, frame)

    monkeypatch.setattr(sources, "read_transactions", watched)
    read(folder=tmp_path / "run", path="orders.csv")
    assert [folder.parent for folder in seen] == [tmp_path / "run"]
    assert not seen[0].exists()


def test_every_table_that_a_study_may_name_has_a_contract() -> None:
    own = {contracts.TRANSACTIONS.table, contracts.CUSTOMERS.table}
    assert own | set(READINGS) == set(EVENT_TABLES) == set(KNOWN)


def test_no_column_of_customers_is_lost_whatever_its_name(opened: Open) -> None:
    named = "row,file,copy,day,timestamp,currency,first_purchase,x__given,note,note,customer_id"
    values = "a,b,c,d,soon,USD,e,f,g,h,i"
    customers = f"id,{named}\n7,{values}\n"
    columns = {"customer_id": "id"}
    events = opened(["7;2024-01-05;3"], customers=customers, customer_columns=columns)
    assert events.customers is not None
    line = events.customers.to_pyarrow().to_pylist()[0]
    kept = [*named.split(",")[:-2], "note (2)", "customer_id (theirs)"]
    assert line == {"customer_id": "7", **dict(zip(kept, values.split(","), strict=True))}

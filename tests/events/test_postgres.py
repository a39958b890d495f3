"""Tables, views and queries of a real PostgreSQL server on loopback."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pandas as pd
import pytest

from retention_research.events.sources import Events, open_events
from retention_research.study import Study, StudyError, new_study
from tests.postgres_server import PASSWORD, QUOTED, Server

from .conftest import failures, rows

Reader = Callable[..., Events]
ORDERS = """
    create schema shop;
    create table shop.orders (customer_id text, timestamp timestamptz, amount numeric(12, 4),
                              order_id bigint, paid bool, wish text, tags text[]);
    insert into shop.orders values
      ('007', '2024-01-05 10:00+00', 10.5, 9007199254740993, true, 'a "b", c' || chr(10) || 'd',
       '{x}'),
      ('7', '2024-01-05 23:30+00', 20.25, 2, false, '', '{}'),
      ('007', '2024-07-07 12:00+00', -3.0001, 3, null, null, null);
    create view shop.recent as select * from shop.orders where amount > 15;
    create table shop.people (customer_id text, acquired_at date, region text, age smallint,
                              code uuid, size numeric, tags text[]);
    insert into shop.people values ('007', '2024-01-05', 'Łódź', 44,
      '6ecd8c99-4036-403d-bf84-cf8400f67836', 1.5, '{x}'), ('7', 'infinity', null, null, null,
      null, null);
"""


@pytest.fixture(scope="module")
def shop(postgres: Server) -> Iterator[Server]:
    postgres.run(*ORDERS.split(";\n"))
    yield postgres
    postgres.run("drop schema shop cascade")


@pytest.fixture
def read(shop: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    made: list[Events] = []
    monkeypatch.setenv("WAREHOUSE_URL", shop.url())

    def read_source(zone: str = "UTC", people: bool = False, **source: Any) -> Events:
        made.append(open_events(study_of(zone, people, **source)))
        return made[-1]

    yield read_source
    for events in made:
        events.connection.disconnect()


def study_of(zone: str = "UTC", people: bool = False, **source: Any) -> Study:
    sources: dict[str, Any] = {"transactions": {"url": "${WAREHOUSE_URL}", **source}}
    if people:
        sources["customers"] = {"url": "${WAREHOUSE_URL}", "table": "shop.people"}
    time = {"zone": zone, "merge": "day", "unit": "week"}
    settings: dict[str, Any] = {"study": "shop", "currency": "EUR", "as_of": "2024-12-31"}
    return new_study(**settings, time=time, max_excluded_share=1.0, sources=sources)


def refusal(read: Reader, **source: Any) -> str:
    with pytest.raises(StudyError) as refused:
        read(**source)
    return str(refused.value)


def test_a_table_is_read_with_ids_amounts_and_times_as_they_are(read: Reader) -> None:
    events = read(table="shop.orders")
    assert rows(events, "customer_id", "amount", "order_id") == [
        ("007", 10.5, "9007199254740993"),
        ("007", -3.0001, "3"),
        ("7", 20.25, "2"),
    ]


def test_a_moment_belongs_to_the_day_of_the_studys_zone(read: Reader) -> None:
    events = read("Europe/Warsaw", table="shop.orders")
    assert rows(events, "customer_id", "day") == [
        ("007", date(2024, 1, 5)), ("007", date(2024, 7, 7)), ("7", date(2024, 1, 6)),
    ]  # fmt: skip


def test_a_view_and_a_query_are_read_like_a_table(read: Reader) -> None:
    query = "select customer_id as id, timestamp, amount from shop.orders where amount > 15; -- end"
    by_query = read(query=query.replace("; -- end", ";"), columns={"customer_id": "id"})
    assert rows(read(table="shop.recent"), "customer_id", "amount") == [("7", 20.25)]
    assert rows(by_query, "customer_id", "amount") == [("7", 20.25)]


def test_a_percent_sign_in_a_query_is_one(read: Reader) -> None:
    query = "select * from shop.orders where customer_id like '%07' and 7 % 2 = 1"
    assert read(query=query).n_rows_read == 2


def test_a_query_may_end_in_a_comment(read: Reader) -> None:
    assert read(query="select * from shop.orders -- all of them").n_rows_read == 3


def test_every_column_of_customers_is_kept_but_arrays(read: Reader) -> None:
    people = read(table="shop.orders", people=True).customers
    assert people is not None
    first = people.order_by("customer_id").to_pyarrow().to_pylist()[0]
    assert first == {
        "customer_id": "007", "acquired_at": pd.Timestamp("2024-01-05"), "region": "Łódź",
        "age": "44", "code": "6ecd8c99-4036-403d-bf84-cf8400f67836", "size": "1.5",
    }  # fmt: skip


def test_an_infinite_date_is_no_date(read: Reader) -> None:
    people = read(table="shop.orders", people=True).customers
    assert people is not None
    assert people.filter(people.customer_id == "7").acquired_at.to_pyarrow().to_pylist() == [None]


def test_quotation_marks_line_ends_and_nulls_come_through(read: Reader) -> None:
    events = read(table="shop.orders", columns={"category": "wish"})
    assert rows(events, "order_id", "category") == [
        ("9007199254740993", 'a "b", c\nd'), ("3", None), ("2", None),
    ]  # fmt: skip


def test_only_the_columns_of_the_contract_leave_the_server(read: Reader) -> None:
    assert set(read(table="shop.orders").transactions.columns) == {
        "customer_id", "timestamp", "day", "amount", "order_id",
    }  # fmt: skip


def test_the_hash_and_the_rows_do_not_depend_on_the_servers_order(read: Reader) -> None:
    ways = [
        read(query=f"select * from shop.orders order by order_id {way}") for way in ("", "desc")
    ]
    one, other = ways
    assert one.hashes == other.hashes
    assert one.transactions.to_pyarrow().equals(other.transactions.to_pyarrow())


def test_a_changed_amount_changes_the_hash(read: Reader) -> None:
    query = "select customer_id, timestamp, amount + {} as amount from shop.orders"
    assert read(query=query.format(0)).hashes != read(query=query.format("0.0001")).hashes


@pytest.mark.parametrize(("day", "is_same"), [("2025-01-01", True), ("2024-12-31", False)])
def test_only_rows_up_to_as_of_change_the_hash(read: Reader, day: str, is_same: bool) -> None:
    more = f"union all select '9', timestamptz '{day} 12:00+00', 1.0"
    query = "select customer_id, timestamp, amount from shop.orders"
    assert (read(query=query).hashes == read(query=f"{query} {more}").hashes) is is_same


def test_a_row_without_customer_is_counted(read: Reader) -> None:
    query = "select nullif(customer_id, '7') as customer_id, timestamp, amount from shop.orders"
    assert failures(read(query=query))["customer_id_missing"] == 1


def test_a_table_without_rows_says_so(read: Reader) -> None:
    said = refusal(read, query="select * from shop.orders where amount > 1000")
    assert "no usable row among 0" in said


def test_an_unknown_table_is_told_the_nearest(read: Reader) -> None:
    assert "has no table or view shop.order. It has: shop.orders" in refusal(
        read, table="shop.order"
    )


def test_an_unknown_column_is_told_the_nearest(read: Reader) -> None:
    said = refusal(read, table="shop.orders", columns={"amount": "amounts"})
    assert "table shop.orders has no column amounts for amount. Did you mean amount?" in said


def test_an_array_that_is_asked_for_is_refused(read: Reader) -> None:
    said = refusal(read, table="shop.orders", columns={"category": "tags"})
    assert "tags (array of text)" in said


def test_a_query_that_the_server_does_not_take_is_said_in_its_words(read: Reader) -> None:
    assert 'column "nope" does not exist' in refusal(read, query="select nope from shop.orders")


def test_a_value_that_the_server_stumbles_over_is_not_repeated(read: Reader) -> None:
    said = refusal(
        read, query="select customer_id, timestamp, ('private' || wish)::int as amount "
        "from shop.orders",
    )  # fmt: skip
    assert "InvalidTextRepresentation" in said
    assert "private" not in said


@pytest.mark.parametrize(
    "query",
    ["select 1; drop table shop.orders", "delete from shop.orders returning *"],
)
def test_what_is_not_one_select_is_refused(read: Reader, shop: Server, query: str) -> None:
    assert "syntax error" in refusal(read, query=query)
    assert shop.rows("select count(*) from shop.orders") == [(3,)]


def test_the_session_cannot_write_even_through_a_function(read: Reader, shop: Server) -> None:
    shop.run(
        "create function shop.spoil() returns text as 'delete from shop.orders; "
        "select ''done''' language sql"
    )
    said = refusal(
        read, query="select shop.spoil() as customer_id, now() as timestamp, 1 as amount"
    )
    assert "read-only transaction" in said
    assert shop.rows("select count(*) from shop.orders") == [(3,)]


def test_a_query_that_runs_too_long_is_stopped(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retention_research.events.databases.QUERY_LIMIT", "50ms")
    query = "select pg_sleep(5)::text as customer_id, now() as timestamp, 1 as amount"
    assert "ran for more than 50ms" in refusal(read, query=query)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": "a-wrong-one"}, "the user or the password is wrong"),
        ({"user": "stranger"}, "the user or the password is wrong"),
        ({"database": "elsewhere"}, "there is no database of that name"),
    ],
)
def test_a_refused_connection_says_why_and_shows_no_address(
    read: Reader, shop: Server, monkeypatch: pytest.MonkeyPatch, wrong: Any, words: str
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", shop.url(**wrong))
    said = refusal(read, table="shop.orders")
    assert words in said
    for secret in (*wrong.values(), PASSWORD, QUOTED, "127.0.0.1", str(shop.port)):
        assert secret not in said


def test_a_user_who_may_not_open_the_database_is_told(
    read: Reader, shop: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.run(
        "create role guest login password 'guest-word'", "create database closed",
        "revoke connect on database closed from public",
    )  # fmt: skip
    monkeypatch.setenv("WAREHOUSE_URL", shop.url("guest-word", "guest", "closed"))
    said = refusal(read, table="shop.orders")
    shop.run("drop database closed", "drop role guest")
    assert "this user may not open that database" in said


def test_a_table_that_the_user_may_not_read_is_named(
    read: Reader, shop: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.run("create role guest login password 'guest-word'", "grant usage on schema shop to guest")
    monkeypatch.setenv("WAREHOUSE_URL", shop.url("guest-word", "guest"))
    said = refusal(read, table="shop.orders")
    shop.run("drop owned by guest", "drop role guest")
    assert "permission denied for table orders" in said


def test_a_server_that_is_not_there_is_said(
    read: Reader, shop: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", shop.url().replace(f":{shop.port}/", ":1/"))
    assert "nothing answers at that host and port" in refusal(read, table="shop.orders")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://me:secret-word@host/shop", "no PostgreSQL address"),
        ("postgresql://me:secret-word@[::1/shop", "the address cannot be read"),
    ],
)
def test_an_address_of_another_kind_is_refused_unseen(
    read: Reader, monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", address)
    said = refusal(read, table="shop.orders")
    assert words in said
    assert "secret-word" not in said


def test_a_table_and_a_query_at_once_are_refused(read: Reader) -> None:
    said = refusal(read, table="shop.orders", query="select 1")
    assert "has a query, which goes with a url and without a table" in said


def test_without_the_extra_its_command_is_named(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    said = refusal(read, table="shop.orders")
    assert 'pip install "retention-research[postgres]"' in said


def test_no_secret_is_in_the_study_the_snapshot_or_the_record(
    read: Reader, shop: Server, tmp_path: Any
) -> None:
    from retention_research.workspace import prepare_run

    prepared = prepare_run(study_of(table="shop.orders"), tmp_path)
    written = [f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()]
    assert len(written) > 2
    for secret in (PASSWORD, QUOTED, str(shop.port)):
        assert secret not in repr(prepared)
        assert not any(secret.encode() in content for content in written)

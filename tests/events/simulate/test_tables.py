"""The simulated company's tables: the contracts' columns, nothing hidden, nothing broken."""

from dataclasses import fields

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from retention_research.events.contracts import CUSTOMERS, TRANSACTIONS
from retention_research.events.event_tables import READINGS
from retention_research.events.simulate.company import REGIONS, Company
from retention_research.events.simulate.history import Hidden
from retention_research.events.simulate.tables import company_tables
from retention_research.events.simulate.tables_comments import LANGUAGES, comment_table
from retention_research.events.simulate.weeks import simulate_company
from retention_research.events.sources import open_events
from retention_research.study import EVENT_TABLES, new_study

CONTRACTS = {
    "transactions": TRANSACTIONS,
    "customers": CUSTOMERS,
    **{name: reading.contract for name, reading in READINGS.items()},
}
LEFT_OUT = {"transactions": {"currency"}, "assignments": {"stratum", "cluster"}}  # one, none, none
EXPLAINED = {
    "transactions": {"refund"},  # money given back
}


@pytest.fixture(scope="module")
def history():
    return simulate_company(Company(), 600, seed=4)


@pytest.fixture(scope="module")
def tables(history):
    return company_tables(history)


@pytest.fixture(scope="module")
def events(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    sources = {name: {"path": f"{name}.parquet"} for name in tables}
    settings = {"study": "company", "currency": "EUR", "as_of": "2024-06-30"}
    opened = open_events(new_study(**settings, sources=sources), root=folder)
    yield opened
    opened.connection.disconnect()


def test_every_event_table_is_made(tables):
    assert tuple(tables) == EVENT_TABLES


@pytest.mark.parametrize("name", EVENT_TABLES)
def test_a_table_has_the_columns_of_its_contract(tables, name):
    wanted = {column.name for column in CONTRACTS[name].columns} - LEFT_OUT.get(name, set())
    assert wanted <= set(tables[name].column_names)
    assert CONTRACTS[name].takes_more or wanted == set(tables[name].column_names)


@pytest.mark.parametrize("name", EVENT_TABLES)
def test_every_column_holds_something(tables, name):
    assert tables[name].num_rows > 0
    for column in tables[name].column_names:
        assert tables[name][column].null_count < tables[name].num_rows, column


@pytest.mark.parametrize("name", EVENT_TABLES)
def test_no_row_breaks_a_rule_that_would_leave_it_out(events, name):
    check = events.checks[name]
    assert check.n_kept > 0
    assert {f.rule for f in check.failures if f.level != "noted"} == set()


@pytest.mark.parametrize("name", EVENT_TABLES)
def test_what_is_noted_of_a_table_is_meant(events, name):
    noted = {f.rule for f in events.checks[name].failures}
    assert noted <= EXPLAINED.get(name, set())


def test_no_table_shows_what_no_company_knows(tables):
    hidden = {field.name for field in fields(Hidden)}
    for table in tables.values():
        assert not hidden & set(table.column_names)


def test_the_same_seed_gives_the_same_tables_and_another_seed_others(tables):
    again = company_tables(simulate_company(Company(), 600, seed=4))
    other = company_tables(simulate_company(Company(), 600, seed=5))
    for name, table in tables.items():
        assert table.equals(again[name])
        assert not table.equals(other[name])


@pytest.mark.parametrize("name", [name for name in EVENT_TABLES if name != "order_lines"])
def test_a_small_company_is_the_beginning_of_a_large_one(tables, name):
    small = company_tables(simulate_company(Company(), 50, seed=4))[name]
    first = pc.less(tables[name]["customer_id"], "C000050")
    assert sorted(map(str, tables[name].filter(first).to_pylist())) == sorted(
        map(str, small.to_pylist())
    )


def test_transactions_come_in_the_order_of_time(tables):
    assert np.all(np.diff(tables["transactions"]["timestamp"].to_numpy()) >= np.timedelta64(0))


def test_a_refund_gives_back_no_more_than_its_order_and_comes_after_it(tables):
    rows = tables["transactions"].to_pandas()
    back = rows[rows["is_return"]].merge(rows[~rows["is_return"]], on="order_id")
    assert len(back) == rows["is_return"].sum() > 0
    assert (back["amount_x"] < 0).all()
    assert (-back["amount_x"] <= back["amount_y"]).all()
    assert (back["timestamp_x"] > back["timestamp_y"]).all()


def test_the_lines_of_an_order_sum_to_what_was_paid(tables):
    orders = tables["transactions"].to_pandas()
    orders = orders[~orders["is_return"]].set_index("order_id")["amount"]
    lines = tables["order_lines"].to_pandas().groupby("order_id")["amount"].sum()
    assert lines.sort_index().to_numpy() == pytest.approx(orders.sort_index().to_numpy(), abs=0.005)


def test_orders_and_tickets_have_an_id_each(tables):
    orders = tables["transactions"].filter(pc.invert(tables["transactions"]["is_return"]))
    for ids in (orders["order_id"], tables["tickets"]["ticket_id"]):
        assert pc.count_distinct(ids).as_py() == len(ids)


def test_nobody_handles_what_is_left_to_self_service(tables):
    tickets = tables["tickets"].to_pandas()
    assert tickets.loc[tickets["self_service"], "handled_minutes"].isna().all()
    assert tickets.loc[~tickets["self_service"], "handled_minutes"].notna().all()


def test_invitations_without_an_answer_are_rows_without_a_score(tables):
    surveys = tables["surveys"].to_pandas()
    silent = surveys[surveys["timestamp"].isna()]
    assert 0 < len(silent) < len(surveys)
    assert silent["invited_at"].notna().all()
    assert silent[["score", "reason", "comment"]].isna().all().all()


def test_comments_are_written_in_the_language_of_the_country(tables):
    language = dict(zip(("PL", "UA", "RO", "CZ", "IE"), LANGUAGES, strict=True))
    country = tables["customers"].to_pandas().set_index("customer_id")["country"]
    written = tables["surveys"].to_pandas().dropna(subset="comment")
    praise = {code: comment_table("praise", words) for code, words in language.items()}
    glad = written[(written["kind"] == "nps") & (written["score"] >= 9)]
    assert len(glad) > 20
    for row in glad.itertuples():
        assert row.comment in praise[country[row.customer_id]]


def test_every_region_has_one_country(tables):
    pairs = tables["customers"].to_pandas()[["region", "country"]].drop_duplicates()
    assert len(pairs) == pairs["region"].nunique() <= len(REGIONS)


def test_all_that_happened_lies_between_the_first_monday_and_the_last_sunday(tables):
    for name, table in tables.items():
        for column in table.select([c for c in table.column_names if c.endswith("_at")
                                    or c == "timestamp"]).itercolumns():  # fmt: skip
            if name == "rewards" and column is not None:
                continue  # points may expire later
            days = column.drop_null().to_numpy()
            assert days.min() >= np.datetime64("2022-01-03")
            assert days.max() < np.datetime64("2024-07-01")


def test_a_company_of_one_customer_has_every_table_with_the_same_columns(tables):
    alone = company_tables(simulate_company(Company(), 1, seed=4))
    assert alone["customers"].num_rows == 1
    for name, table in tables.items():
        assert alone[name].schema.equals(table.schema)

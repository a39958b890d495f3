"""The simulated company as a demonstration: one company for all tables of a study."""

import pytest

from retention_research.events.contracts import CUSTOMERS
from retention_research.events.demos import demo_table
from retention_research.events.engine import Place, connect
from retention_research.events.scans import scan
from retention_research.events.simulate import demo
from retention_research.events.simulate.reading import Reading
from retention_research.study import EVENT_TABLES, Source, StudyError, read_study


@pytest.fixture
def place(tmp_path):
    con = connect(tmp_path)
    yield Place(con, tmp_path, tmp_path)
    con.disconnect()


@pytest.fixture
def small(monkeypatch):
    """The demonstration with 30 customers."""
    monkeypatch.setattr(demo.company_table, "__defaults__", (30, 1))


def test_all_tables_are_of_one_company(small):
    customers = set(demo_table("company", "customers")["customer_id"].to_pylist())
    assert len(customers) == 30
    for name in EVENT_TABLES:
        if name != "order_lines":
            assert set(demo_table("company", name)["customer_id"].to_pylist()) <= customers


def test_two_readings_find_the_same_content(small, place, tmp_path):
    first = scan(Source(demo="company"), CUSTOMERS, place)
    demo._company.cache_clear()
    (tmp_path / "again").mkdir()
    other = Place(connect(tmp_path / "again"), tmp_path / "again", tmp_path)
    assert scan(Source(demo="company"), CUSTOMERS, other).sha256 == first.sha256
    other.con.disconnect()


def test_columns_to_report_by_are_read_with_the_customers(small, place):
    rows = scan(Source(demo="company"), CUSTOMERS, place).rows
    assert {"theirs channel", "theirs country", "theirs colour"} <= set(rows.columns)


def test_the_reading_says_that_the_company_is_simulated(small, place):
    assert "simulated" in scan(Source(demo="company"), CUSTOMERS, place).reading["demo"]


def test_a_table_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(StudyError, match=r"no table orders.*transactions"):
        demo_table("company", "orders")


def test_the_study_of_the_company_reads_every_table_of_it():
    sources = read_study("params/company.yml").sources
    assert tuple(sources) == EVENT_TABLES
    assert {source.demo for source in sources.values()} == {"company"}


def test_the_truth_is_worked_out_under_the_settings_of_the_study():
    study, reading = read_study("params/company.yml"), Reading()
    assert (study.as_of, study.period) == (reading.as_of, "month")
    assert reading.period_start == study.as_of.replace(day=1)
    assert study.churn.inactive_for.days == reading.silence_days
    assert study.horizon.days == reading.horizon_days
    assert study.survival.tau.days == reading.tau_days
    assert study.contacts.conversion_window.days == reading.conversion_days
    assert study.money.margin == reading.margin
    assert study.money.annual_discount_rate == reading.annual_discount_rate
    assert study.tickets.targets == reading.targets
    assert study.tickets.business_hours is None
    assert study.cohort_complete

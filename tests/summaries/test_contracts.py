"""How long contracts last: started_at to ended_at, with what is not known left open."""

from datetime import date, datetime

import ibis
import pytest

from retention_research.summaries.contracts import contracts

AS_OF = date(2024, 6, 30)


def at(text):
    return datetime.fromisoformat(f"2024-{text}T12:00") if text else None


@pytest.fixture
def plans():
    def make(*rows):
        who, start, end, reason = zip(*rows, strict=True)
        return ibis.memtable(
            {"customer_id": who, "started_at": [at(d) for d in start],
             "ended_at": [at(d) for d in end], "end_reason": reason},
            schema={"customer_id": "string", "started_at": "timestamp", "ended_at": "timestamp",
                    "end_reason": "string"})  # fmt: skip

    return make


def found(table, *columns):
    frame = table.order_by("customer_id", "number").to_pandas()
    return [tuple(row) for row in frame[list(columns)].itertuples(index=False, name=None)]


def test_a_contract_lasts_from_its_start_to_its_end_or_to_as_of(plans):
    table = contracts(plans(("a", "01-01", "02-01", "left"), ("b", "06-01", None, None)), AS_OF)
    assert found(table, "duration", "event_observed") == [(31, True), (29, False)]


def test_a_contract_that_began_on_the_last_day_and_runs_says_nothing(plans):
    table = contracts(plans(("a", "06-30", None, None), ("b", "06-30", "06-30", "left")), AS_OF)
    assert found(table, "customer_id", "duration", "event_observed") == [("b", 0.5, True)]


def test_an_end_without_a_reason_is_not_stated_and_a_running_one_has_none(plans):
    rows = ("a", "01-01", "02-01", " "), ("b", "01-01", None, None), ("c", "01-01", "01-05", " x ")
    reasons = contracts(plans(*rows), AS_OF).order_by("customer_id").reason.to_pyarrow()
    assert reasons.to_pylist() == ["not stated", None, "x"]


def test_without_reasons_no_reason_is_made_up(plans):
    table = contracts(plans(("a", "01-01", "02-01", "left")).drop("end_reason"), AS_OF)
    assert table.reason.to_pyarrow().to_pylist() == [None]


def test_contracts_from_before_the_data_are_watched_from_their_first_day(plans):
    rows = [("a", "01-01", "03-01", "left"), ("b", "01-01", "01-15", "left"),
            ("c", "01-20", "02-20", "left")]  # fmt: skip
    table = contracts(plans(*rows), AS_OF, date(2024, 1, 15))
    assert found(table, "customer_id", "duration", "entry") == [("a", 60, 14), ("c", 31, 0)]


def test_a_customers_contracts_are_numbered_in_order(plans):
    rows = ("a", "03-01", None, None), ("a", "01-01", "02-01", "moved"), ("b", "05-01", None, None)
    assert found(contracts(plans(*rows), AS_OF), "customer_id", "duration", "number") == [
        ("a", 31, 0), ("a", 121, 1), ("b", 60, 0)]  # fmt: skip

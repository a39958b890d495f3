"""What a workspace keeps for the other notebooks of a run."""

import re

import ibis
import pandas as pd
import pytest

from retention_research.study import read_study
from retention_research.workspace import check_study, open_workspace


@pytest.fixture(scope="module")
def own():
    return open_workspace(read_study("params/cdnow.yml"))


def test_a_table_that_another_notebook_wrote_first_keeps_its_bytes(own):
    # another process may be half-way through that file: rows may be alike, bytes need not be
    file = own.folder / "counted.parquet"

    def slower():
        file.write_bytes(b"of the other notebook")
        return own.purchases(own.window.as_of).limit(1)

    with pytest.raises(Exception, match="parquet"):
        own.kept_table("counted", slower).count().execute()
    assert file.read_bytes() == b"of the other notebook"


def test_nothing_but_the_kept_table_stays_behind(own):
    before = set(own.folder.iterdir())
    own.kept_table("one", lambda: ibis.memtable({"a": [1]}))
    assert set(own.folder.iterdir()) - before == {own.folder / "one.parquet"}


def test_a_record_is_computed_once(own):
    assert own.kept_record("seen", lambda: {"n": 1}) == own.kept_record("seen", lambda: {"n": 2})


@pytest.mark.parametrize(
    ("segment", "words"), [("chanel", "Did you mean channel?"), ("xyz", "no such column")]
)
def test_a_segment_that_customers_lack_stops_the_study_before_any_report(segment, words):

    from retention_research.study import StudyError, new_study

    orders = pd.DataFrame(
        {"customer_id": ["a"], "timestamp": pd.to_datetime(["2024-01-01"]), "amount": [1.0]}
    )
    people = pd.DataFrame({"customer_id": ["a"], "channel": ["web"]})
    sources = {"transactions": {"frame": True}, "customers": {"frame": True}}
    study = new_study(
        study="s", currency="EUR", segments=[segment], sources=sources, as_of="2024-01-01"
    )
    with pytest.raises(StudyError, match=re.escape(words)):
        open_workspace(study, {"transactions": orders, "customers": people})


def test_a_category_that_is_nearly_in_the_data_is_a_slip():
    from retention_research.study import StudyError, new_study

    day = pd.to_datetime(["2024-01-01"])
    orders = pd.DataFrame({"customer_id": ["a"], "timestamp": day, "amount": [1.0]})
    tickets = pd.DataFrame(
        {"customer_id": ["a"], "ticket_id": ["1"], "opened_at": day, "category": ["delivery"]}
    )
    sources = {"transactions": {"frame": True}, "tickets": {"frame": True}}

    def opened(**targets):
        asked = {"targets": targets, "business_hours": None}
        study = new_study(
            study="s", currency="EUR", as_of="2024-01-01", sources=sources, tickets=asked
        )
        return open_workspace(study, {"transactions": orders, "tickets": tickets})

    for slip in ("Delivery", "delivry"):
        with pytest.raises(StudyError, match="did you mean delivery"):
            opened(**{slip: 8})
    assert opened(billing=8).study.tickets.targets == {"billing": 8}  # may come later


def test_an_as_of_long_after_the_data_is_told_by_the_check():
    late = check_study(read_study("params/cdnow.yml", ["as_of=1998-09-30"]))
    told = next(line for line in late if line.startswith("as_of"))
    assert told.startswith("as_of: 1998-09-30 lies 92 days after 1998-06-30, the newest full day")
    soon = check_study(read_study("params/cdnow.yml", ["as_of=1998-07-05"]))
    assert not [line for line in soon if line.startswith("as_of")]

"""The data-quality report: everything read is accounted for."""

from dataclasses import replace

import pytest

from retention_research.answers.quality import data_quality
from retention_research.glossary import lookup
from retention_research.study import StudyError
from retention_research.wording import quality as sentences
from retention_research.wording import quality_tables as reach


def test_cdnow_is_accounted_for(cdnow):
    quality = data_quality(cdnow)
    values = {name: value.value for name, value in quality.values.items()}
    assert values["data.transactions.rows_read"] == 6919
    assert values["data.orders"] == 6919
    assert values["data.customers"] == 2357
    assert values["data.transactions.failed.amount_zero"] == 8
    assert values["data.zero_amounts"] == 8
    assert values["data.verdict"] == "usable"
    for name in values:
        assert lookup(name).meaning


def test_weeks_are_whole_and_add_up(cdnow):
    weeks = data_quality(cdnow).weeks
    assert len(weeks) == 78
    assert weeks["orders"].sum() <= 6919
    assert weeks["week"].iloc[0].isoformat() == "1997-01-01"


def test_a_week_without_orders_is_drawn_as_zero(workspace_of):
    rows = [(f"c{d}", f"2024-01-{d:02d}", 1) for d in (1, 2, 3, 20, 21, 22, 28)]
    weeks = data_quality(workspace_of(rows, as_of="2024-01-28")).weeks
    assert weeks["orders"].tolist() == [3, 0, 2, 2]


def test_more_than_one_order_in_twenty_merged_asks_for_care(workspace_of):
    rows = [(f"c{i}", f"2024-01-{1 + i % 28:02d} {h}:00", 10) for i in range(50) for h in (10, 12)]
    quality = data_quality(workspace_of(rows, reports=["data_quality"]))
    assert quality.values["data.merged_share"].value == 0.5
    assert quality.values["data.verdict"].value == "usable with care"


def test_refunds_and_unmatched_ones_are_counted(workspace_of):
    rows = [("a", "2024-01-01", 10), ("a", "2024-01-02", -10), ("b", "2024-01-01", -5)]
    more = [(f"c{i}", "2024-01-03", 5) for i in range(20)]
    values = data_quality(workspace_of([*rows, *more], as_of="2024-01-03")).values
    assert values["data.refunds"].value == 2
    assert values["data.refunds_unmatched"].value == 1
    assert values["data.revenue"].value == 100


def test_when_everything_was_refunded_nothing_can_be_said(workspace_of):
    rows = [("a", "2024-01-01", 10), ("a", "2024-01-02", -10)]
    with pytest.raises(StudyError, match="refunded in full"):
        workspace_of(rows, as_of="2024-01-02")


def test_the_report_names_what_these_data_cannot_carry(workspace_of, say):
    rows = [(f"c{i}", f"2024-01-{1 + i % 28:02d}", 10) for i in range(50)]
    quality = data_quality(workspace_of(rows, cohort_complete=True, as_of="2024-03-15"))
    assert "No customer bought again" in quality.obstacles["customer_value"]
    answer, _, to_do = sentences.opening(quality, say)
    assert answer.startswith("These data cannot say what customers are worth.")
    assert "check for a missing file" in to_do
    assert sentences.coverage(quality, say).title == "No orders since 28 Jan 2024"
    assert sentences.coverage(quality, say).status == "warn"


@pytest.fixture(scope="module")
def thin_tables():
    import pandas as pd

    from retention_research.study import new_study
    from retention_research.workspace import open_workspace

    days = pd.date_range("2024-01-01", "2024-06-30", freq="3D")
    orders = pd.DataFrame({"timestamp": days, "amount": 10.0}).assign(
        customer_id=[f"c{i % 20}" for i in range(len(days))]
    )
    late = orders[orders["timestamp"] >= "2024-04-01"].assign(event="visit")
    survey = pd.DataFrame(
        {"customer_id": ["c1"], "timestamp": [pd.Timestamp("2024-03-01")], "score": [9]}
    )
    rewards = pd.DataFrame(columns=["customer_id", "program_id", "timestamp", "kind", "points"])
    frames = {"transactions": orders, "activity": late, "surveys": survey, "rewards": rewards}
    sources = {name: {"frame": True} for name in frames}
    study = new_study(study="thin", currency="EUR", as_of="2024-06-28", sources=sources)
    return data_quality(open_workspace(study, frames))


def test_empty_partial_and_one_row_tables_are_said_in_words(thin_tables, say):
    noted = reach.noted_tables(thin_tables, say).set_index("table")["note"]
    assert noted.to_dict() == {
        "transactions": "",
        "rewards": "Holds no row.",
        "surveys": "Holds one row only.",
        "activity": "Nothing before 3 Apr 2024.",
    }
    claim = reach.tables(thin_tables, say)
    assert (claim.title, claim.status) == (
        "3 of 4 tables do not reach over the whole window", "warn"
    )  # fmt: skip


def test_an_empty_table_has_no_first_day_and_says_why(thin_tables):
    value = thin_tables.values["data.rewards.first_day"]
    assert (value.value, value.reason) == (
        None, "The table holds no row up to the last day of the window."
    )  # fmt: skip
    assert thin_tables.values["data.rewards.excluded_share"].value == 0


def test_every_value_of_every_table_is_in_the_glossary(thin_tables):
    for name in thin_tables.values:
        assert lookup(name).meaning


def test_rows_of_all_tables_are_counted_together(thin_tables, say):
    n = sum(thin_tables.values[f"data.{t}.rows_read"].value for t in thin_tables.tables["table"])
    assert sentences.rows(thin_tables, say).title == f"None of {n} rows had to be left out"


def test_a_program_that_began_later_is_no_warning(thin_tables, say):
    late = thin_tables.tables.query("table in ['transactions', 'activity']")
    assert reach.tables(replace(thin_tables, tables=late), say).status == "info"
    whole = thin_tables.tables.query("table == 'transactions'")
    assert reach.tables(replace(thin_tables, tables=whole), say).status == "ok"

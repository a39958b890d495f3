"""The data-quality report: everything read is accounted for."""

import pytest

from retention_research.answers.quality import data_quality
from retention_research.glossary import lookup
from retention_research.study import StudyError
from retention_research.wording import quality as sentences


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

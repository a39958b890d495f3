"""Tables of the survival page: weeks throughout, and a reason where a number is missing."""

import pytest

from retention_research.tables import make_table
from retention_research.wording import survival_orders
from retention_research.wording import survival_tables as rows


@pytest.fixture(scope="module")
def found(cdnow_stay):
    return cdnow_stay


def test_a_difference_of_days_is_written_in_weeks(say):
    assert rows.weeks(76, say) == "10.9 weeks"
    assert rows.weeks(0, say) == "0 weeks"
    assert (rows.weeks(4, say), rows.weeks(7, say)) == ("0.6 weeks", "1.0 weeks")
    assert rows.weeks(-19, say).endswith("2.7 weeks")


def test_a_median_that_is_not_reached_says_so(found, say):
    told = rows.orders_rows(found, say)
    assert told["median_wait"].iloc[0] == "fewer than half"
    html = make_table("orders", survival_orders.orders_caption(found, say), told, say).html
    assert "not available" not in html


def test_a_month_too_young_says_so(found, say):
    months = found.months.assign(tenure_mean=[130.0, None, 140.0])
    assert rows.months_rows(months, say)["tenure_mean"].tolist() == [
        "18.6 weeks", "too few so long yet", "20.0 weeks"]  # fmt: skip


def test_who_is_at_risk_of_a_second_purchase_is_not_back_yet(found):
    assert "not_back_yet" in rows.marks_rows(found.marks)
    assert "n_at_risk" in found.marks
    assert "still_running" not in rows.curve_rows(found)

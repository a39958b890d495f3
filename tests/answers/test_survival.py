"""The survival report on CDNOW, and on data that cannot carry it."""

import pandas as pd
import pytest

from retention_research.answers.survival import obstacle_to_survival, survival
from retention_research.glossary import lookup


@pytest.fixture(scope="module")
def found(cdnow):
    return survival(cdnow)


def test_second_purchases_within_a_quarter_are_a_plain_share_while_nobody_is_censored(cdnow, found):
    # every CDNOW customer is followed for more than 52 weeks, so Kaplan-Meier is a proportion
    rows = cdnow.purchases(cdnow.window.as_of).to_pandas().sort_values("day")
    first = rows.drop_duplicates("customer_id").set_index("customer_id")["day"]
    second = rows[rows.groupby("customer_id").cumcount() == 1].set_index("customer_id")["day"]
    days = (second - first.reindex(second.index)).dt.days
    for weeks in (13, 26, 52):
        value = found.values[f"second_purchase.probability_{weeks}w"]
        assert value.value == pytest.approx((days <= 7 * weeks).sum() / 2357, rel=1e-12)
        assert value.conf_low < value.value < value.conf_high
        assert value.n == 2357


def test_who_bought_once_and_fell_silent_is_counted_by_hand(cdnow, found):
    rows = cdnow.purchases(cdnow.window.as_of).to_pandas().sort_values(["customer_id", "day"])
    following = rows.groupby("customer_id")["day"].shift(-1)
    first = ~rows["customer_id"].duplicated()
    silence = (following.fillna(pd.Timestamp(cdnow.window.as_of)) - rows["day"]).dt.days
    share = (silence[first] >= 182).mean()
    assert found.values["tenure.one_order_share"].value == pytest.approx(share, rel=1e-12)


def test_every_recorded_name_is_in_the_glossary(found):
    for name in found.values:
        assert lookup(name).meaning


def test_months_hold_every_customer_once(found):
    assert found.months["customers"].sum() == 2357
    assert found.months["month"].tolist() == ["1997-01", "1997-02", "1997-03"]


def test_a_median_that_is_not_reached_is_missing_with_its_reason(found):
    assert found.values["second_purchase.median"].value is None
    assert found.values["second_purchase.median"].reason


def test_curves_start_at_the_first_purchase_and_never_turn_back(found):
    assert found.bought_again["probability"].iloc[0] == 0
    assert found.bought_again["probability"].is_monotonic_increasing
    assert found.still["survival"].iloc[0] == 1
    assert found.still["survival"].is_monotonic_decreasing


def test_a_tau_beyond_the_data_withholds_the_mean_with_its_reason(workspace_of, regulars):
    workspace = workspace_of(regulars, cohort_complete=True, survival={"tau": "3Y"},
                             churn={"inactive_for": "4W"})  # fmt: skip
    value = survival(workspace).values["km.rmst_1096d"]
    assert value.value is None
    assert "10 are needed" in value.reason


def test_a_handful_of_customers_is_no_basis(workspace_of):
    rows = [(f"c{i}", day, 10) for i in range(3) for day in ("2024-01-01", "2024-02-01")]
    reason = obstacle_to_survival(workspace_of(rows, cohort_complete=True))
    assert "Only 3 customers" in reason


def test_months_under_the_floor_are_merged(workspace_of, regulars):
    workspace = workspace_of(regulars, cohort_complete=True, group_floor=15)
    found = survival(workspace)
    assert set(found.months["month"]) <= {"2024-01", "2024-02", "other"}
    assert (found.months["customers"] >= 10).all()

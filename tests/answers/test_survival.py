"""The survival report on CDNOW, and on data that cannot carry it."""

from datetime import date

import pandas as pd
import pytest

from retention_research.answers.survival import obstacle_to_survival, survival
from retention_research.figures import survival as figures
from retention_research.glossary import lookup
from retention_research.study import new_study
from retention_research.wording import survival as sentences
from retention_research.wording.numbers import Wording
from retention_research.workspace import open_workspace


@pytest.fixture(scope="module")
def found(cdnow_stay):
    return cdnow_stay


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
    assert found.months["month"].tolist() == ["Jan 1997", "Feb 1997", "Mar 1997"]


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
    assert set(found.months["month"]) <= {"Jan 2024", "Feb 2024", "other"}
    assert (found.months["customers"] >= 10).all()


def test_customers_acquired_before_the_data_are_left_out_of_the_curves(regulars):
    frame = pd.DataFrame(regulars, columns=["customer_id", "timestamp", "amount"])
    frame["timestamp"] = pd.to_datetime(frame["timestamp"])
    ids = sorted(frame["customer_id"].unique())
    old = ["2020-01-01" if place < 5 else "2024-01-01" for place in range(len(ids))]
    people = pd.DataFrame({"customer_id": ids, "acquired_at": pd.to_datetime(old)})
    study = new_study(study="small", currency="EUR", churn={"inactive_for": "4W"}, sources={
        "transactions": {"frame": True}, "customers": {"frame": True}})  # fmt: skip
    workspace = open_workspace(study, {"transactions": frame, "customers": people})
    found = survival(workspace)
    assert found.values["second_purchase.customers"].value == len(ids) - 5
    assert 0 <= found.values["tenure.one_order_share"].value <= 1


def test_when_nobody_buys_again_the_share_is_zero_with_an_upper_end(workspace_of):
    rows = [
        (f"c{i:03d}", pd.Timestamp("2024-01-01") + pd.Timedelta(days=i % 40), 10)
        for i in range(200)
    ]
    rows += [("z", "2025-06-30", 10)]
    workspace = workspace_of(rows, cohort_complete=True, as_of=date(2025, 6, 30))
    found = survival(workspace)
    value = found.values["second_purchase.probability_26w"]
    assert (value.value, value.conf_low) == (0, 0)
    assert 0.01 < value.conf_high < 0.03
    assert all(sentences.opening(found, Wording("en_GB", "EUR")))


def test_when_everybody_buys_again_the_page_still_has_a_range(workspace_of, say):
    start = pd.Timestamp("2024-01-01")
    rows = [(f"c{i:03d}", start + pd.Timedelta(days=i % 40 + wait), 10) for i in range(200)
            for wait in (0, 10 + i % 20)]  # fmt: skip
    found = survival(workspace_of([*rows, ("c000", "2025-06-30", 10)], cohort_complete=True,
                                  as_of=date(2025, 6, 30)))  # fmt: skip
    value = found.values["second_purchase.probability_52w"]
    assert value.value == value.conf_high == 1
    assert 0.97 < value.conf_low < 1
    assert sentences.again(found, say).title == "100% buy again within 52 weeks (98% to 100%)"
    assert figures.bought_again(found.bought_again, found.marks, 0.95, say).svg


def test_both_tables_of_a_month_hold_the_same_customers(workspace_of, regulars):
    workspace = workspace_of(regulars, cohort_complete=True, group_floor=15,
                             churn={"inactive_for": "4W"})  # fmt: skip
    months = {name for name in survival(workspace).values if ".first_purchase_month." in name}
    assert {name.split(".")[2] for name in months if name.startswith("km.")} == {
        name.split(".")[2] for name in months if name.startswith("second_purchase.")
    }


def test_the_studys_own_groups_are_told_apart_and_small_ones_left_out(regulars):
    frame = pd.DataFrame(regulars, columns=["customer_id", "timestamp", "amount"])
    frame["timestamp"] = pd.to_datetime(frame["timestamp"])
    ids = sorted(frame["customer_id"].unique())
    region = ["Old Town" if place < 25 else "harbour" for place in range(len(ids))]
    people = pd.DataFrame({"customer_id": ids, "home_region": region})
    study = new_study(study="small", currency="EUR", churn={"inactive_for": "4W"}, sources={
        "transactions": {"frame": True}, "customers": {"frame": True}}, cohort_complete=True,
        segments=["home_region"], group_floor=26)  # fmt: skip
    everybody = survival(open_workspace(study, {"transactions": frame, "customers": people}))
    assert everybody.groups["group"].tolist() == ["other"]
    study = study.model_copy(update={"group_floor": 10})
    found = survival(open_workspace(study, {"transactions": frame, "customers": people}))
    assert found.groups["group"].tolist() == ["Old Town", "harbour"]
    assert found.groups["customers"].sum() == found.values["second_purchase.customers"].value
    assert lookup("km.home_region.old-town.median").unit == "days"
    assert "second_purchase.home_region.old-town.probability_26w" in found.values

"""The value report on CDNOW against print, and on data that cannot carry it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from retention_research.answers.purchase_fits import obstacle_to_value
from retention_research.answers.value import customer_value
from retention_research.glossary import lookup


def test_cdnow_gives_its_published_parameters(cdnow_value):
    values = {name: value.value for name, value in cdnow_value.values.items()}
    # Fader, Hardie and Lee (2005), table 2: to half a unit in the last printed digit
    published = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    for term, printed in published.items():
        assert values[f"bg_nbd.{term}"] == pytest.approx(printed, abs=5e-4)
    assert values["bg_nbd.log_likelihood"] == pytest.approx(-9582.43, abs=5e-3)
    # Fader and Hardie, note 025
    for term, printed in {"p": 6.25, "q": 3.74, "v": 15.44}.items():
        assert values[f"gamma_gamma.{term}"] == pytest.approx(printed, abs=5e-3)
    assert values["gamma_gamma.n"] == 946
    assert values["purchases.frequency_total"] == 2457


def test_the_holdout_of_cdnow_is_counted_and_missed_by_twelve_per_cent(cdnow_value):
    values = cdnow_value.values
    assert values["holdout.actual"].value == 1882
    assert round(values["holdout.predicted"].value) == 1653
    assert values["holdout.bias"].value == pytest.approx(1653.4 / 1882 - 1, abs=1e-4)
    assert values["holdout.predicted"].conf_high < 1882  # the miss is real, and said


def test_an_independent_package_finds_the_same_parameters(cdnow_value):
    assert cdnow_value.values["lifetimes_check.max_relative_difference"].value < 1e-3
    assert len(cdnow_value.check) == 7


def test_every_recorded_name_is_in_the_glossary(cdnow_value):
    for name, value in cdnow_value.values.items():
        assert lookup(name).kind == value.kind, name


def test_every_estimate_has_its_interval_and_n(cdnow_value):
    for name, value in cdnow_value.values.items():
        if value.kind == "estimate" and value.value is not None:
            assert value.conf_low <= value.value <= value.conf_high, name
            assert value.n > 0, name


def test_the_tenths_add_up_to_the_total(cdnow_value):
    tenths, total = cdnow_value.tenths, cdnow_value.values["clv.total"].value
    assert tenths["value"].sum() == pytest.approx(total)
    assert tenths["share"].sum() == pytest.approx(1)
    assert tenths["customers"].sum() == 2357
    assert tenths["value"].is_monotonic_decreasing


def test_the_value_without_horizon_is_above_the_value_within(cdnow_value):
    values = cdnow_value.values
    assert values["base.value"].value > values["clv.total"].value
    assert values["clv.mean"].value == pytest.approx(values["clv.total"].value / 2357)


def test_published_pages_carry_codes_and_no_ids(cdnow, cdnow_value):
    ids = set(cdnow.summary(cdnow.current).to_pandas()["customer_id"])
    assert not ids & set(cdnow_value.top["customer"])
    assert cdnow_value.top["customer"].str.fullmatch("[0-9a-f]{10}").all()


def test_the_track_ends_on_what_customers_did(cdnow_value):
    track = cdnow_value.test.track
    assert track["actual_cumulative"].iloc[-1] == 4315  # to day 539, one day short of the window
    assert track["actual_cumulative"].is_monotonic_increasing
    assert track["predicted_cumulative"].iloc[0] == 0


def test_a_second_look_reads_what_the_first_one_kept(cdnow, cdnow_value):
    again = customer_value(cdnow)
    assert again.values == cdnow_value.values
    pd.testing.assert_frame_equal(again.top, cdnow_value.top)


def test_without_a_repeat_buyer_the_reason_is_said(workspace_of):
    rows = [(f"c{i}", f"2024-0{1 + i % 6}-01", 10) for i in range(60)]
    assert "No customer bought again" in obstacle_to_value(workspace_of(rows))


def test_with_few_repeat_buyers_the_reason_is_said(workspace_of):
    rows = [(f"c{i}", day, 10) for i in range(5) for day in ("2024-01-01", "2024-02-01")]
    reason = obstacle_to_value(workspace_of([*rows, ("z", "2024-06-01", 1)], cohort_complete=True))
    assert "Only 5 customers bought again" in reason


def test_when_all_amounts_are_zero_the_reason_is_said(workspace_of, regulars):
    free = [(who, day, 0) for who, day, _ in regulars]
    reason = obstacle_to_value(workspace_of(free, cohort_complete=True))
    assert "amount above 0" in reason


@pytest.fixture(scope="module")
def young(workspace_of, faithful):
    """Customers who all go on buying until as_of, with the calibration up to as_of."""
    end = date(2024, 4, 25)
    settings = {"cohort_complete": True, "as_of": end, "calibration_end": end}
    return workspace_of(faithful, **settings)


def test_where_all_go_on_buying_the_model_without_dropout_serves(young):
    assert obstacle_to_value(young) == ""
    found = customer_value(young)
    assert found.fits.purchases.name == "nbd"
    assert "No dropout can be seen" in found.fits.purchases.verdict.words
    assert found.values["nbd.r"].conf_low < found.values["nbd.r"].value


def test_a_calibration_up_to_as_of_leaves_nothing_to_test_on(young):
    bias = customer_value(young).values["holdout.bias"]
    assert bias.value is None
    assert "no later time" in bias.reason


@pytest.fixture(scope="module")
def truncated(workspace_of):
    """A shop that is older than its data: 900 customers of before, 700 born inside it."""
    rng = np.random.default_rng(20230101)
    start = pd.Timestamp("2023-01-01")
    rows = []
    for customer in range(1600):
        day, rate = (
            rng.uniform(-700, 600) if customer < 900 else rng.uniform(100, 600),
            rng.gamma(1.2, 1 / 40),
        )
        while day < 700:
            if day >= 0:
                orders = 1 + (rng.random() < 0.15)
                spend = 20 + customer % 30 + (customer < 900) * 100
                times = [start + pd.Timedelta(days=day, hours=h) for h in range(orders)]
                rows += [(f"t{customer:04d}", time, spend) for time in times]
            if rng.random() < 0.12:
                break
            day += rng.exponential(1 / rate)
    return workspace_of(rows, as_of=date(2024, 11, 30), churn={"inactive_for": "13W"})


def test_the_test_the_track_and_the_fit_look_at_the_same_customers(truncated):
    found = customer_value(truncated)
    fitted = truncated.fitted_rows(truncated.window).count().execute()
    everybody = truncated.summary(truncated.window).count().execute()
    assert 500 <= fitted < everybody
    assert found.fits.purchases.n == fitted
    assert found.test.test["actual_cumulative"].iloc[-1] == found.values["holdout.actual"].value
    assert found.test.test["predicted_cumulative"].iloc[-1] == pytest.approx(
        found.values["holdout.predicted"].value
    )
    assert found.values["bg_nbd_apart.r"].n == fitted


def test_customers_acquired_before_the_data_are_valued_marked_and_their_share_is_stated(truncated):
    found = customer_value(truncated)
    share = found.values["clv.acquired_before_share"]
    assert 0 < share.conf_low < share.value < share.conf_high < 1
    known = truncated.summary(truncated.current).count().execute()
    assert found.values["purchases.scored_customers"].value == known
    assert set(found.top["note"]) <= {"", "acquired before the data"}
    assert "acquired before the data" in set(found.top["note"])


def test_parameters_that_the_data_do_not_bound_are_not_printed(cdnow_value, young):
    assert cdnow_value.parameters["conf_low"].notna().all()
    shown = customer_value(young).parameters
    assert (shown["conf_high"].isna() == shown["estimate"].isna()).all()


def test_groups_of_each_segment_hold_all_of_the_value(cdnow_value):
    groups = cdnow_value.groups
    assert groups["customers"].sum() == 2357
    assert groups["value"].sum() == pytest.approx(cdnow_value.values["clv.total"].value)
    assert groups["share"].sum() == pytest.approx(1)
    named = cdnow_value.values["clv.rfm.champions.mean"]
    champions = groups.set_index("group").loc["champions"]
    assert named.value == pytest.approx(champions["value"] / champions["customers"])
    assert named.n == champions["customers"]

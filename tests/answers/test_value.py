"""The value report on CDNOW against print, and on data that cannot carry it."""

from datetime import date

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
        assert lookup(name).kind in (value.kind, "estimate"), name


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
    assert cdnow_value.top["customer"].str.fullmatch("[0-9a-f]{8}").all()


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

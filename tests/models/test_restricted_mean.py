"""Differences of restricted means, against R's means by group and by hand."""

import numpy as np
import pytest

from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import KaplanMeierFit, fit_kaplan_meier
from retention_research.models.restricted_mean import (
    restricted_mean_difference,
    restricted_mean_ratio,
)
from tests.published import survival as published

(MEN, MEN_ERROR), (WOMEN, WOMEN_ERROR) = published.LUNG_RESTRICTED_MEAN_BY_SEX.values()


@pytest.fixture
def by_sex() -> list[KaplanMeierFit]:
    rows = published.lung()
    return [fit_kaplan_meier(part["time"], part["status"] == 2) for _, part in rows.groupby("sex")]


def test_the_difference_is_that_of_rs_means(by_sex: list[KaplanMeierFit]) -> None:
    told = restricted_mean_difference(by_sex[1], by_sex[0], 365)
    assert isinstance(told, Estimate)
    error = float(np.hypot(MEN_ERROR, WOMEN_ERROR))
    ends = [WOMEN - MEN + side * 1.959964 * error for side in (-1, 1)]
    # the means are published with nine digits, so that their difference has seven
    assert told[1:3] == pytest.approx((WOMEN - MEN, error), rel=5e-8)
    assert told[3:] == pytest.approx(ends, rel=5e-7)


def test_the_ratio_has_an_interval_on_the_log_scale(by_sex: list[KaplanMeierFit]) -> None:
    told = restricted_mean_ratio(by_sex[1], by_sex[0], 365)
    assert isinstance(told, Estimate)
    assert told.estimate == pytest.approx(WOMEN / MEN, rel=1e-8)
    reach = 1.959964 * np.hypot(MEN_ERROR / MEN, WOMEN_ERROR / WOMEN)
    assert np.log(told[3:]) - np.log(WOMEN / MEN) == pytest.approx([-reach, reach], rel=1e-6)


def test_the_order_of_groups_turns_the_sign(by_sex: list[KaplanMeierFit]) -> None:
    there, back = (restricted_mean_difference(*pair, 365) for pair in (by_sex, by_sex[::-1]))
    assert isinstance(there, Estimate)
    assert isinstance(back, Estimate)
    assert (there.estimate, there.conf_low) == (-back.estimate, -(back.conf_high or 0.0))


def test_a_group_of_three_gives_no_difference(by_sex: list[KaplanMeierFit]) -> None:
    three = fit_kaplan_meier([400, 500, 600], [1, 0, 0])
    for of in (restricted_mean_difference, restricted_mean_ratio):
        told = of(by_sex[0], three, 365)
        assert isinstance(told, Missing)
        assert told.reason == "Only 3 were watched for 365 days; 10 are needed."


def test_curves_in_other_units_are_not_compared(by_sex: list[KaplanMeierFit]) -> None:
    other = fit_kaplan_meier([4, 5], [1, 0], unit="week")
    with pytest.raises(ValueError, match="one curve is in days, the other in weeks"):
        restricted_mean_difference(by_sex[0], other, 3.0)


@pytest.mark.parametrize("tau", [0.0, -1.0, np.nan])
def test_a_horizon_is_above_0(by_sex: list[KaplanMeierFit], tau: float) -> None:
    with pytest.raises(ValueError, match="it must be above 0"):
        by_sex[0].restricted_mean(tau)


def test_a_mean_of_a_group_that_nobody_left_has_no_interval() -> None:
    still = fit_kaplan_meier(np.arange(1, 40), np.zeros(39))
    assert still.restricted_mean(10.0) == Estimate("restricted_mean", 10.0)
    late = fit_kaplan_meier([5, 20], [True, False], weights=[20, 20])
    assert late.restricted_mean(5.0) == Estimate("restricted_mean", 5.0)  # nobody left before
    assert late.restricted_mean(6.0).std_error == pytest.approx(np.sqrt(20 / 40 / 2 / 40))


def test_held_against_a_group_that_nobody_left_a_mean_has_no_interval() -> None:
    still = fit_kaplan_meier(np.arange(1, 40), np.zeros(39))
    late = fit_kaplan_meier([5, 20], [True, False], weights=[20, 20])
    for pair in ((late, still), (still, late), (still, still)):
        means = [one.restricted_mean(10.0).estimate for one in pair]
        difference = restricted_mean_difference(*pair, 10.0)
        assert difference == Estimate("restricted_mean_difference", means[0] - means[1])
        ratio = restricted_mean_ratio(*pair, 10.0)
        assert ratio == Estimate("restricted_mean_ratio", means[0] / means[1])

"""The share of a base that is gone, by a curve and by a purchase model."""

import numpy as np
import pytest

from retention_research.models.bg_nbd import fit_bg_nbd
from retention_research.models.fit import Missing
from retention_research.models.kaplan_meier import fit_kaplan_meier
from retention_research.models.lost_shares import (
    share_gone,
    share_not_alive,
    share_without_purchase,
)
from retention_research.models.purchase_models import fit_purchases


@pytest.fixture(scope="module")
def curve():
    # S is 3/4 from 0, 1/2 from 10 on
    return fit_kaplan_meier([0, 10, 20, 20], [1, 1, 0, 0])


@pytest.fixture(scope="module")
def leaving():
    counts = [700, 120, 90, 50, 60, 40]
    return fit_bg_nbd([0, 1, 1, 2, 2, 5], [0, 3, 25, 10, 30, 34], [38] * 6, weights=counts)


def test_the_share_gone_is_the_mean_over_the_customers_ages(curve):
    # ages 5, 10 and 99: 1/4, 1/2 and, beyond the longest watched, 1/2
    assert share_gone(curve, [5, 10, 99]).estimate == pytest.approx(1.25 / 3, rel=1e-15)
    assert share_gone(curve, [5, 99], [2, 1]).estimate == pytest.approx(1 / 3, rel=1e-15)


def test_for_customers_of_one_age_the_error_is_greenwoods(curve):
    assert share_gone(curve, [15, 15]).std_error == pytest.approx(curve.survival_at(15).std_error)


def test_without_censoring_the_error_of_a_mean_over_ages_is_that_of_a_sample_mean():
    # then the mean of S(age) is a mean over those watched of the share of ages they outlived
    rng = np.random.default_rng(8)
    lives, ages = rng.integers(1, 60, 500), rng.integers(0, 70, 40)
    found = share_gone(fit_kaplan_meier(lives, np.ones(500)), ages)
    outlived = (lives[:, None] > ages[None, :]).mean(axis=1)
    assert found.estimate == pytest.approx(1 - outlived.mean(), rel=1e-12)
    assert found.std_error == pytest.approx(outlived.std() / np.sqrt(500), rel=1e-9)
    assert found.conf_low < found.estimate < found.conf_high


def test_nobody_has_no_share(curve, leaving):
    assert isinstance(share_gone(curve, []), Missing)
    assert isinstance(share_not_alive(leaving, [], [], []), Missing)


def test_not_alive_is_the_weighted_mean_over_histories(leaving):
    alive = leaving.probability_alive([1, 2], [3, 30], [38, 38])
    found = share_not_alive(leaving, [1, 2], [3, 30], [38, 38], [3, 1])
    assert found.estimate == pytest.approx(1 - (3 * alive[0] + alive[1]) / 4, rel=1e-12)


def test_customers_with_one_purchase_are_refused_where_the_model_says_nothing_of_them(leaving):
    with pytest.raises(ValueError, match="frequency is below 1"):
        share_not_alive(leaving, [0, 2], [0, 30], [38, 38])


def test_a_model_without_leaving_has_no_share_of_the_gone():
    staying = fit_purchases([0, 2, 6], [0, 29, 30], [30, 30, 30], weights=[50, 40, 30])
    found = share_not_alive(staying, [2], [29], [30])
    assert isinstance(found, Missing)
    assert "No dropout" in found.reason
    assert 0 < share_without_purchase(staying, 4, [2], [29], [30]).estimate < 1


def test_the_chance_of_no_purchase_is_the_mass_at_zero_and_falls_with_time(leaving):
    history = [0, 2], [0, 30], [38, 38]
    none = np.exp(leaving.log_probability_of_purchases([0, 0], [12, 12], *history))
    found = share_without_purchase(leaving, 12, *history)
    assert found.estimate == pytest.approx(none.mean(), rel=1e-12)
    assert found.conf_low < found.estimate < found.conf_high
    assert share_without_purchase(leaving, 52, *history).estimate < found.estimate


def test_counted_rows_and_repeated_rows_give_the_same(leaving):
    counted = share_without_purchase(leaving, 12, [0, 2], [0, 30], [38, 38], [2, 1])
    repeated = share_without_purchase(leaving, 12, [0, 0, 2], [0, 0, 30], [38, 38, 38])
    assert counted[1:] == pytest.approx(repeated[1:], rel=1e-9)

"""Differences between groups: by hand, and no more false alarms than promised."""

import numpy as np
import pytest
from scipy.stats import binom
from statsmodels.stats.multitest import multipletests

from retention_research.models.fit import Missing
from retention_research.models.spread import benjamini_hochberg, holm, spread_between


def test_two_groups_by_hand():
    # weights 1 and 1, middle 12, Q = 4 + 4; variance (8 - 1) / (2 - 2/2) = 7
    found = spread_between([10.0, 14.0], [1.0, 1.0])
    assert found.statistic == pytest.approx(8.0)
    assert found.between == pytest.approx(7**0.5)
    assert found.shrunken == pytest.approx((12 - 2 * 7 / 8, 12 + 2 * 7 / 8))


def test_groups_that_differ_by_chance_alone_are_drawn_together():
    found = spread_between([10.0, 10.5, 9.5], [1.0, 1.0, 1.0])
    assert found.between == 0.0
    assert found.shrunken == pytest.approx((10.0, 10.0, 10.0))


def test_a_group_that_is_known_less_well_is_drawn_in_further():
    found = spread_between([10.0, 20.0, 30.0], [1.0, 1.0, 5.0])
    assert 30.0 - found.shrunken[2] > found.shrunken[0] - 10.0


def test_one_group_is_nothing_to_compare():
    assert isinstance(spread_between([10.0], [1.0]), Missing)


def test_an_error_of_nothing_is_refused():
    with pytest.raises(ValueError, match="std_errors is not above 0"):
        spread_between([1.0, 2.0], [1.0, 0.0])


def test_alike_groups_are_called_different_as_often_as_the_level_says():
    rng = np.random.default_rng(20241102)
    draws = rng.normal(100.0, 1.0, (2_000, 5))
    alarms = sum(spread_between(row, np.ones(5)).p_value < 0.05 for row in draws)
    low, high = binom.ppf([0.0005, 0.9995], 2_000, 0.05)
    assert low <= alarms <= high


def test_false_discovery_adjustment_is_that_of_statsmodels():
    p_values = np.random.default_rng(4).random(12) ** 2
    theirs = multipletests(p_values, method="fdr_bh")[1]
    ours = benjamini_hochberg(dict(enumerate(p_values.tolist())))
    assert [ours[place] for place in range(12)] == pytest.approx(theirs, rel=1e-12)


def test_holms_adjustment_is_that_of_statsmodels():
    p_values = np.random.default_rng(4).random(12) ** 2
    theirs = multipletests(p_values, method="holm")[1]
    ours = holm(dict(enumerate(p_values.tolist())))
    assert [ours[place] for place in range(12)] == pytest.approx(theirs, rel=1e-12)


def test_no_test_needs_no_adjustment():
    assert benjamini_hochberg({}) == {}

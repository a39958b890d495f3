"""The median of counted numbers, and an interval that needs no distribution."""

import numpy as np
import pytest

from retention_research.models.fit import Missing
from retention_research.models.median import counted_median


def test_the_median_of_ten_and_its_interval_are_those_of_a_binomial_table():
    # Conover (1999), table A3: of 10, P(X <= 1) = .0107, P(X <= 2) = .0547; so the 2nd and the 9th
    found = counted_median(range(1, 11), [1] * 10)
    assert (found.estimate, found.conf_low, found.conf_high) == (5.5, 2.0, 9.0)


def test_counts_stand_for_repeated_numbers_in_any_order():
    counted = counted_median([9, 2, 5], [3, 4, 6])
    repeated = counted_median([2] * 4 + [5] * 6 + [9] * 3, [1] * 13)
    assert counted == repeated
    assert counted.estimate == 5.0


def test_too_few_numbers_have_no_interval():
    assert isinstance(counted_median([1, 2, 3, 4, 5], [1] * 5), Missing)
    assert isinstance(counted_median([], []), Missing)
    assert not isinstance(counted_median([1, 2, 3, 4, 5, 6], [1] * 6), Missing)


def test_negative_numbers_are_refused():
    with pytest.raises(ValueError, match="numbers"):
        counted_median([-1.0, 2.0], [1, 1])


def test_the_interval_holds_the_true_median_at_least_as_often_as_it_says():
    rng = np.random.default_rng(20241122)
    held = 0
    for _ in range(2000):
        days, times = np.unique(np.ceil(rng.exponential(40.0, 41)), return_counts=True)
        found = counted_median(days, times)
        held += found.conf_low <= 28 <= found.conf_high  # ceil(40 ln 2) = 28
    assert held >= 1873  # lower end of the 99.9% binomial band around 95% of 2,000

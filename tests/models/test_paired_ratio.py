"""The change of a ratio whose customers are the same on both days."""

import numpy as np
import pytest

from retention_research.models.fit import Missing
from retention_research.models.paired_ratio import paired_change


def customers(rng, n=400, days=60):
    """Rates differ by customer; the later day has all that the earlier one had."""
    rate = rng.gamma(2.0, 0.01, n)
    age = rng.integers(1, 600, n)
    early = rng.poisson(rate * age)
    late = early + rng.poisson(rate * days)
    return np.column_stack([late, age + days, early, age]).astype(float)


def changed(each):
    return paired_change(len(each), each.sum(axis=0), each.T @ each)


def test_the_error_is_that_of_each_customers_joint_influence():
    each = customers(np.random.default_rng(1), n=50)
    now, x, then, w = each.sum(axis=0)
    influence = (each[:, 0] - now / x * each[:, 1]) / x - (each[:, 2] - then / w * each[:, 3]) / w
    assert changed(each).std_error == pytest.approx(np.sqrt(50 / 49 * influence @ influence))


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng, hits = np.random.default_rng(2), 0
    for _ in range(2000):
        found = changed(customers(rng))
        hits += (
            found.conf_low <= 0.0 <= found.conf_high
        )  # expected purchases a day: 0.02 both times
    assert 0.934 <= hits / 2000 <= 0.966


def test_the_same_customers_twice_give_a_narrower_range_than_two_samples_would():
    found = changed(each := customers(np.random.default_rng(3)))
    apart = np.hypot(
        *(changed(np.column_stack([each[:, i : i + 2], np.roll(each[:, i : i + 2], 7, axis=0)]))
          .std_error / np.sqrt(2) for i in (0, 2))
    )  # fmt: skip
    assert found.std_error < apart / 3


def test_one_customer_or_no_time_before_gives_no_range():
    assert isinstance(paired_change(1, [3, 9, 2, 6], np.ones((4, 4))), Missing)
    assert isinstance(paired_change(5, [3, 9, 0, 0], np.ones((4, 4))), Missing)


def test_customers_who_are_all_alike_give_no_range():
    each = np.tile([4.0, 8.0, 2.0, 4.0], (6, 1))
    assert "alike" in changed(each).reason

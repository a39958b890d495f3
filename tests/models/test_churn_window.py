"""The rule for the silence that counts as gone, and the share who come back."""

import numpy as np
import pytest

from retention_research.models.churn_window import (
    Choice,
    Silent,
    choose_window,
    returned_share,
    window_range,
)
from retention_research.models.fit import Estimate, Missing
from retention_research.models.ratio import moments, share


def test_the_smallest_length_with_few_returns_is_chosen_even_if_a_longer_one_has_more():
    rows = [Silent(28, 50, 60, 30), Silent(56, 40, 50, 5), Silent(84, 30, 40, 10)]
    assert choose_window(rows) == Choice(56, "few return")


def test_one_in_ten_is_few_and_a_little_more_is_not():
    assert choose_window([Silent(28, 500, 1000, 100)]).why == "few return"
    assert choose_window([Silent(28, 500, 1000, 101)]).why == "most silent"


def test_where_none_passes_the_largest_with_a_hundred_customers_is_taken():
    rows = [Silent(28, 400, 800, 400), Silent(56, 100, 100, 30), Silent(84, 99, 99, 20)]
    assert choose_window(rows) == Choice(56, "most silent")


@pytest.mark.parametrize("rows", [[], [Silent(28, 0, 0, 0)], [Silent(28, 99, 200, 90)]])
def test_too_few_silent_customers_choose_nothing(rows):
    assert choose_window(rows) == Choice(0, "too little")


def test_the_share_is_of_silences_and_not_of_customers():
    found = returned_share([0, 3], [1, 3], [60, 20], np.random.default_rng(5))
    assert found.estimate == 0.5
    assert found.conf_low < 0.5 < found.conf_high


def test_the_interval_is_that_of_clustered_sums_when_customers_are_many():
    rng = np.random.default_rng(11)
    x = rng.integers(1, 10, 4000)
    y = rng.binomial(x, rng.beta(1, 4, 4000))
    cells, customers = np.unique(np.column_stack([y, x]), axis=0, return_counts=True)
    found = returned_share(*cells.T, customers, np.random.default_rng(12))
    wanted = share(moments(y, x))
    assert found.estimate == pytest.approx(wanted.estimate, rel=1e-12)
    assert found.std_error == pytest.approx(wanted.std_error, rel=0.05)
    assert found.conf_low == pytest.approx(wanted.conf_low, abs=0.1 * wanted.std_error)
    assert found.conf_high == pytest.approx(wanted.conf_high, abs=0.1 * wanted.std_error)


def test_the_same_draws_give_the_same_interval():
    once, again = (returned_share([0, 1], [2, 2], [50, 9], np.random.default_rng(3)) for _ in "ab")
    assert once == again


def test_where_nobody_returns_the_interval_still_has_a_width():
    found = returned_share([0], [5], [30], np.random.default_rng(1))
    assert (found.estimate, found.conf_low) == (0, 0)
    assert 0.05 < found.conf_high < 0.2


@pytest.mark.parametrize(("customers", "words"), [([], "No customer"), ([1], "1 customer has")])
def test_one_customer_or_none_gives_no_share(customers, words):
    counts = [1] * len(customers)
    found = returned_share(counts, counts, customers, np.random.default_rng(1))
    assert isinstance(found, Missing)
    assert found.reason.startswith(words)


def test_more_returns_than_silences_are_refused():
    with pytest.raises(ValueError, match="less than returns"):
        returned_share([3], [2], [10], np.random.default_rng(1))


def of(value, low, high):
    return Estimate("share", value, None, low, high)


def test_the_range_holds_the_lengths_that_are_not_clear_of_a_tenth():
    shares = [(28, of(0.2, 0.15, 0.25)), (56, of(0.11, 0.09, 0.14)), (84, of(0.09, 0.07, 0.12)),
              (112, of(0.05, 0.03, 0.08))]  # fmt: skip
    assert window_range(shares)[1:] == (84, None, 56, 112)


def test_a_range_without_an_upper_end_says_so():
    assert window_range([(28, of(0.09, 0.05, 0.12))])[1:] == (28, None, 28, None)


def test_no_length_that_passes_has_no_range():
    assert isinstance(window_range([(28, of(0.3, 0.2, 0.4))]), Missing)
    unseen = window_range([(28, Missing("share", "nobody"))])
    assert "watched for long enough" in unseen.reason

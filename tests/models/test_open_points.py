"""What open points will cost: hand tables, and the same by following each point."""

import numpy as np
import pytest

from retention_research.models.fit import Missing
from retention_research.models.open_points import cost_of_points
from retention_research.models.points import EXPIRED, OPEN, REDEEMED


def cost(group, age, end, points, spent, expires_after, seed=1, **settings):
    rng = np.random.default_rng(seed)
    return cost_of_points(group, age, end, points, spent, expires_after, rng, **settings)


def alike(rows, customers=12):
    """So many customers with the same rows of age, end and points."""
    age, end, points = (np.tile(column, customers) for column in zip(*rows, strict=True))
    return np.repeat(np.arange(customers), len(rows)), age, end, points


def test_an_open_point_counts_with_its_chance_to_be_redeemed_yet():
    # at age 1 half are redeemed, at age 2 half of the rest, at age 3 what is left expires
    rows = [(1, REDEEMED, 4.0), (2, REDEEMED, 2.0), (3, EXPIRED, 2.0), (0, OPEN, 8.0)]
    found = cost(*alike(rows), np.full(12, 6.0), 3)
    # a point costs 1; of those open at age 0, three quarters are redeemed
    assert found.expected.estimate == pytest.approx(12 * 8.0 * 0.75)
    assert found.at_most.estimate == pytest.approx(12 * 8.0)


def test_a_point_about_to_expire_costs_nothing():
    rows = [(1, REDEEMED, 4.0), (3, EXPIRED, 4.0), (2, OPEN, 5.0)]
    assert cost(*alike(rows), np.full(12, 4.0), 3).expected.estimate == 0.0


def test_without_expiry_all_open_points_are_owed():
    rows = [(1, REDEEMED, 4.0), (5, OPEN, 6.0)]
    found = cost(*alike(rows), np.full(12, 2.0), None)
    assert found.expected.estimate == found.at_most.estimate == pytest.approx(12 * 6.0 * 0.5)


def test_expiry_that_has_not_been_watched_takes_nothing_off():
    rows = [(1, REDEEMED, 4.0), (5, OPEN, 6.0)]
    found = cost(*alike(rows), np.full(12, 2.0), 364)
    assert isinstance(found.expected, Missing)
    assert found.at_most.estimate == pytest.approx(36.0)


def test_it_equals_following_every_point_day_by_day():
    rng = np.random.default_rng(8)
    group, age = rng.integers(0, 40, 400), rng.integers(0, 8, 400)
    end = np.where(age == 7, EXPIRED, rng.choice([OPEN, REDEEMED], 400))
    points = rng.integers(1, 9, 400).astype(float)
    found = cost(group, age, end, points, np.ones(40), 7)
    each = 40.0 / points[end == REDEEMED].sum()
    owed = sum(
        size * each * chance(age, end, points, since)
        for since, what, size in zip(age, end, points, strict=True)
        if what == OPEN
    )
    assert found.expected.estimate == pytest.approx(owed)


def chance(age, end, points, since):
    """That a point open at this age is redeemed: by its chance to be open on each later day."""
    left, redeemed = 1.0, 0.0
    for day in range(since + 1, 8):
        there = points[age >= day].sum()
        redeemed += left * points[(age == day) & (end == REDEEMED)].sum() / there
        left *= 1.0 - points[(age == day) & (end != OPEN)].sum() / there
    return redeemed


def test_customers_who_are_all_alike_leave_nothing_open():
    rows = [(1, REDEEMED, 4.0), (3, EXPIRED, 4.0), (0, OPEN, 5.0)]
    found = cost(*alike(rows), np.full(12, 4.0), 3)
    assert found.expected.conf_low == pytest.approx(found.expected.estimate)
    assert found.expected.conf_high == pytest.approx(found.expected.estimate)


def test_a_known_price_leaves_only_what_becomes_of_the_points_open():
    rng = np.random.default_rng(3)
    group, age = np.arange(300) % 60, rng.integers(1, 5, 300)
    end = np.where(age == 4, EXPIRED, rng.choice([OPEN, REDEEMED], 300))
    points = np.full(300, 10.0)
    spent = 0.05 * np.bincount(group, points * (end == REDEEMED), 60)
    found = cost(group, age, end, points, spent, 4)
    assert found.at_most.conf_low == pytest.approx(found.at_most.conf_high)
    assert found.expected.conf_low < found.expected.estimate < found.expected.conf_high


def test_nothing_redeemed_says_no_price():
    rows = [(3, EXPIRED, 4.0), (0, OPEN, 5.0)]
    found = cost(*alike(rows), np.zeros(12), 3)
    assert "cost of a point" in found.expected.reason
    assert isinstance(found.at_most, Missing)


def test_few_customers_give_no_range():
    rows = [(1, REDEEMED, 4.0), (0, OPEN, 5.0)]
    assert "10 are needed" in cost(*alike(rows, 9), np.ones(9), None).at_most.reason


def test_points_without_owners_change_nothing():
    rows = [(1, REDEEMED, 4.0), (3, EXPIRED, 4.0), (0, OPEN, 5.0)]
    group, *rest = alike(rows)
    spent = np.zeros(30)
    spent[group + 9] = 4.0
    shifted = cost(group + 9, *rest, spent, 3)
    assert shifted.expected == cost(group, *rest, np.full(12, 4.0), 3).expected


@pytest.mark.parametrize("wrong", [{"age": -1.0}, {"points": np.nan}])
def test_impossible_rows_are_refused(wrong):
    columns = {"age": 1.0, "points": 2.0} | wrong
    with pytest.raises(ValueError, match="row"):
        cost([0], [columns["age"]], [REDEEMED], [columns["points"]], [1.0], None)

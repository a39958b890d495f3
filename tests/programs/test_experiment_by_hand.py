"""Small experiments worked by hand, and what must not change an answer."""

import numpy as np
import pytest

from retention_research.models.fit import Estimate
from retention_research.programs.experiment import (
    Sample,
    arm_means,
    balance,
    complier_effect,
    customers_needed,
    detectable_difference,
    difference,
    incremental_ratio,
    ratio_difference,
    sample_ratio,
    share_sd,
    winsorised_difference,
    with_holm,
)


def drawn(n: int = 400, seed: int = 5) -> Sample:
    rng = np.random.default_rng(seed)
    before = np.column_stack([rng.gamma(2.0, 1.0, n), rng.normal(size=n)])
    treated = rng.random(n) < 0.4
    outcome = rng.poisson(before[:, 0] + 0.5 * treated)
    return Sample(outcome, treated, before, rng.integers(0, 3, n))


def test_two_strata_are_weighed_by_all_their_customers():
    # control: 1 of 2 in the first stratum, 4 of 4 in the second; treated: 4 of 4 and 2 of 2
    outcome = [1, 0] + [1] * 4 + [1, 1, 1, 0] + [1, 1]
    treated = [False] * 6 + [True] * 6
    stratum = ["a"] * 2 + ["b"] * 4 + ["a"] * 4 + ["b"] * 2
    found = arm_means(Sample(outcome, treated, stratum=stratum))
    assert found.mean.tolist() == pytest.approx([0.5 * 0.5 + 0.5 * 1.0, 0.5 * 0.75 + 0.5 * 1.0])
    # HC2 within a cell is its variance over its size: .5 / 2 and .25 / 4, each times (1/2) squared
    assert found.own.tolist() == pytest.approx([0.25 * 0.5 / 2.0, 0.25 * 0.25 / 4.0])
    # effects .25 and 0 by stratum: their variance .25**2 / 4 over 12 customers is added
    assert found.variance == pytest.approx(0.0625 + 0.015625 + 0.015625 / 12.0)


def test_unequal_shares_by_stratum_do_not_pass_for_an_effect():
    rng = np.random.default_rng(11)
    stratum = np.repeat([0, 1], 500)
    treated = np.concatenate([rng.permutation(500) < 100, rng.permutation(500) < 400])
    outcome = 5.0 * stratum + rng.normal(size=1000)
    plain = difference(Sample(outcome, treated)).difference
    fair = difference(Sample(outcome, treated, stratum=stratum)).difference
    assert isinstance(plain, Estimate)
    assert isinstance(fair, Estimate)
    assert plain.estimate > 2.5
    assert fair.conf_low < 0.0 < fair.conf_high


def test_logged_probabilities_undo_unequal_chances():
    # half of the customers buy 10 and were treated with .8, the others buy 0 and with .2
    outcome = np.repeat([10.0, 10.0, 0.0, 0.0], [80, 20, 20, 80])
    treated = np.repeat([True, False, True, False], [80, 20, 20, 80])
    probability = np.repeat([0.8, 0.2, 0.2, 0.8], [80, 20, 20, 80])
    found = difference(Sample(outcome, treated, probability=probability))
    assert (found.mean_treated, found.mean_control) == pytest.approx((5.0, 5.0))
    assert found.method.startswith("difference of means, inverse-probability weighted")


def test_behaviour_before_that_tells_all_but_the_effect_leaves_the_effect():
    before = np.tile(np.arange(20.0), 4)
    treated = np.repeat([False, True], 40)
    noise = np.where(np.arange(80) // 20 % 2 == 0, 0.1, -0.1)  # uncorrelated with the arm
    found = difference(Sample(3.0 * before + 2.0 * treated + noise, treated, before))
    assert isinstance(found.difference, Estimate)
    assert found.difference.estimate == pytest.approx(2.0)
    # residuals of .1 over 40 customers and two coefficients: .01 / 38 or so for each arm
    assert found.difference.std_error == pytest.approx(np.sqrt(2.0 * 0.01 / 38.0), rel=0.02)


def test_ratio_of_sums_by_hand():
    # control: 60 of revenue over 40 orders; treated: 120 over 60
    orders = np.array([1.0] * 40 + [1.0, 2.0] * 20)
    revenue = np.array([1.0, 2.0] * 20 + [2.0, 4.0] * 20)
    found = ratio_difference(revenue, orders, [False] * 40 + [True] * 40)
    assert (found.mean_control, found.mean_treated) == (1.5, 2.0)
    assert isinstance(found.difference, Estimate)
    # treated revenue is twice the orders: no error; control: .25 * 40 / 39 over 40
    assert found.difference.std_error == pytest.approx(np.sqrt(0.25 / 39.0))


def test_a_complier_effect_is_the_effect_over_the_share_reached():
    treated = np.arange(400) % 2 == 1
    received = treated & (np.arange(400) % 8 < 4)  # half of the treated
    outcome = (np.arange(400) // 2 % 3).astype(float) + 3.0 * received
    found = complier_effect(outcome, received, treated)
    plain = difference(Sample(outcome, treated)).difference
    assert isinstance(found, Estimate)
    assert isinstance(plain, Estimate)
    assert found.estimate == pytest.approx(plain.estimate / 0.5)


def test_incremental_actions_per_contact_take_off_what_came_by_itself():
    treated = np.repeat([False, True], 100)
    actions = np.concatenate([np.tile([0.0, 1.0], 50), np.tile([1.0, 2.0], 50)])
    contacts = np.where(treated, 4.0, 0.0)
    found = incremental_ratio(actions, contacts, treated)
    assert isinstance(found, Estimate)
    assert found.estimate == 0.25


def test_amounts_are_cut_at_the_declared_threshold():
    amounts = [0.0, 100.0] * 40 + [0.0, 1000.0] * 40
    found = winsorised_difference(Sample(amounts, [False] * 80 + [True] * 80), 100.0)
    assert (found.mean_control, found.mean_treated) == (50.0, 50.0)
    assert "amounts above 100 counted as 100 (25.00% of customers)" in found.method


def test_chi_square_of_three_arms_by_hand():
    found = sample_ratio([30, 50, 40], [1 / 3, 1 / 3, 1 / 3])
    assert found.statistic == pytest.approx((10**2 + 10**2) / 40)
    assert (found.degrees_of_freedom, found.expected) == (2, pytest.approx((40.0, 40.0, 40.0)))
    assert found.p_value == pytest.approx(np.exp(-2.5))  # chi-square of 2 degrees


def test_strata_of_different_plans_are_summed():
    found = sample_ratio([[60, 40], [10, 90]], [[0.5, 0.5], [0.1, 0.9]])
    assert (found.statistic, found.degrees_of_freedom) == (pytest.approx(4.0), 2)


def test_the_gate_closes_below_one_in_a_thousand():
    assert sample_ratio([5164, 4836], [0.5, 0.5]).passed  # z of 3.28, p of .00104
    assert not sample_ratio([5166, 4834], [0.5, 0.5]).passed  # z of 3.32, p of .0009


def test_balance_by_hand():
    before = np.column_stack([[0.0, 2.0, 3.0, 5.0], [7.0] * 4])
    row, constant = balance(before, [0, 0, 1, 1], ["orders", "shops"])
    assert (row.mean_control, row.mean_treated) == (1.0, 4.0)
    assert row.standardised_difference == pytest.approx(3.0 / np.sqrt(2.0))
    assert (constant.standardised_difference, constant.p_value) == (None, None)


def test_several_arms_are_adjusted_over_all_pairs_that_were_tested():
    rng = np.random.default_rng(3)
    none, general, personal = (rng.poisson(mean, 100) for mean in (2.0, 2.0, 3.0))
    treated = np.repeat([True, False], 100)
    asked = (general, none), (personal, none), (personal, general)
    effects = [difference(Sample(np.concatenate(pair), treated)) for pair in asked]
    untold = difference(Sample(np.ones(200), treated))
    found = with_holm([*effects, untold])
    least, middle, most = sorted(one.p_value for one in effects)
    adjusted = sorted(one.p_adjusted for one in found[:3])
    assert adjusted == pytest.approx([3.0 * least, 2.0 * middle, max(most, 2.0 * middle)])
    assert found[3].p_adjusted is None


def test_power_by_the_textbook():
    # 2 (1.96 + .84)**2 = 15.7 per arm and squared standard deviation (Lehr's 16)
    assert customers_needed(1.0, 1.0 / 10.0) == 3140
    assert customers_needed(1.0, 0.1, explained=0.5) == 1570
    assert customers_needed(1.0, 0.1, share_treated=0.9) == 8721  # 784.89 (1 / .9 + 1 / .1)
    assert customers_needed(1.0, 0.1, arms=3) > 1.5 * 3140
    assert detectable_difference(12560, 1.0, clustering=4.0) == pytest.approx(0.1, abs=1e-4)
    assert share_sd(0.1) == pytest.approx(0.3)


def test_swapped_arms_swap_the_sign():
    sample = drawn()
    other = Sample(sample.outcome, ~sample.treated, sample.before, sample.stratum)
    one, two = difference(sample).difference, difference(other).difference
    assert isinstance(one, Estimate)
    assert isinstance(two, Estimate)
    assert (one.estimate, one.std_error) == pytest.approx((-two.estimate, two.std_error))


def test_units_of_money_and_of_behaviour_before_do_not_matter():
    sample = drawn()
    assert sample.before is not None
    scaled = Sample(
        1e6 * sample.outcome, sample.treated, 1e-7 * sample.before + 3.0, sample.stratum
    )
    one, two = difference(sample), difference(scaled)
    assert one.p_value == pytest.approx(two.p_value)
    assert one.lift[1:] == pytest.approx(two.lift[1:])


def test_the_order_of_customers_does_not_matter():
    sample = drawn()
    assert sample.before is not None
    assert sample.stratum is not None
    turn = np.random.default_rng(1).permutation(sample.n)
    turned = Sample(
        sample.outcome[turn], sample.treated[turn], sample.before[turn], sample.stratum[turn]
    )
    assert difference(turned).difference[1:] == pytest.approx(difference(sample).difference[1:])


def test_nothing_given_is_changed():
    outcome, treated = np.arange(80.0), np.arange(80) % 2 == 1
    before = np.random.default_rng(2).normal(size=(80, 2))
    kept = outcome.copy(), treated.copy(), before.copy()
    difference(Sample(outcome, treated, before))
    winsorised_difference(Sample(outcome, treated, before), 10.0)
    assert all((a == b).all() for a, b in zip(kept, (outcome, treated, before), strict=True))


def test_a_column_given_twice_is_adjusted_for_once():
    sample = drawn()
    assert sample.before is not None
    doubled = Sample(
        sample.outcome, sample.treated, np.column_stack([sample.before, sample.before[:, 0]])
    )
    single = Sample(sample.outcome, sample.treated, sample.before)
    assert difference(doubled).difference[1:4] == pytest.approx(
        difference(single).difference[1:4], rel=1e-3
    )


def test_a_large_mean_does_not_drown_a_small_spread():
    treated = np.repeat([False, True], 40)
    outcome = np.tile([-1.0, 1.0], 40) + treated
    near, far = difference(Sample(outcome, treated)), difference(Sample(outcome + 1e7, treated))
    assert far.difference[1:3] == pytest.approx(near.difference[1:3], rel=1e-6)

"""What an experiment cannot tell, and what is refused."""

from math import comb

import numpy as np
import pytest

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.experiment import (
    Sample,
    balance,
    bootstrap_interval,
    bootstrap_means,
    complier_effect,
    customers_needed,
    detectable_difference,
    difference,
    few_events,
    incremental_ratio,
    ratio_difference,
    sample_ratio,
    winsorised_difference,
)

ARM = np.arange(80) % 2 == 1
BOUGHT = (np.arange(80) // 2 % 4).astype(float)


def test_an_arm_of_five_has_means_but_no_difference():
    found = difference(Sample([1.0, 2.0, 3.0, 2.0, 2.0] + [1.0] * 60, [True] * 5 + [False] * 60))
    assert (found.mean_treated, found.n_treated, found.p_value) == (2.0, 5, None)
    reason = "The treated arm has 5 customers; 30 are needed."
    assert found.difference == Missing("difference", reason)
    assert found.lift == Missing("lift", reason)


def test_an_arm_of_four_clusters_has_no_difference():
    cluster = np.repeat(np.arange(20), 10)
    found = difference(Sample(np.arange(200.0), cluster < 4, cluster=cluster))
    assert isinstance(found.difference, Missing)
    assert found.difference.reason.startswith("The treated arm has 4 groups of customers")


@pytest.mark.parametrize("empty", [True, False])
def test_an_arm_without_anybody_is_refused(empty):
    with pytest.raises(ValueError, match="arm has no customers: there is nothing to compare"):
        Sample(np.ones(50), np.full(50, empty))


@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize("kind", ["mean", "proportion"])
def test_nobody_or_everybody_retained_gives_no_range(value, kind):
    found = difference(Sample(np.full(80, value), ARM), kind=kind)
    assert isinstance(found.difference, Missing)
    assert found.difference.reason.startswith("All customers of an arm are alike")
    assert found.mean_treated == value


def test_nobody_retained_without_the_program_still_gives_a_difference_but_no_lift():
    retained = (ARM & (np.arange(80) < 40)).astype(float)
    found = difference(Sample(retained, ARM), kind="proportion")
    assert isinstance(found.difference, Estimate)
    assert found.difference.estimate == 0.5
    assert isinstance(found.lift, Missing)


def test_a_mean_that_may_be_nothing_is_not_divided_by():
    margin = np.random.default_rng(1).normal(0.05, 1.0, 80)
    assert isinstance(difference(Sample(margin, ARM)).lift, Missing)


def test_few_retained_are_not_adjusted_by_a_regression():
    retained = (np.arange(80) < 6).astype(float)
    found = difference(Sample(retained, ARM, BOUGHT), kind="proportion")
    assert found.method.startswith("difference of shares, Newcombe's interval")


def test_more_columns_than_an_arm_can_carry_are_left_out():
    before = np.random.default_rng(1).normal(size=(80, 4))
    few = difference(Sample(BOUGHT, ARM, before))
    assert few.difference == difference(Sample(BOUGHT, ARM)).difference
    assert "adjusted for 3 columns" in difference(Sample(BOUGHT, ARM, before[:, :3])).method


def test_constant_behaviour_before_is_left_out():
    found = difference(Sample(BOUGHT + ARM, ARM, np.full((80, 2), 0.1)))
    assert found.difference == difference(Sample(BOUGHT + ARM, ARM)).difference


def rare(treated_events, control_events):
    """A control arm of 500 beside 9,500."""
    arm = np.repeat([True, False], [9500, 500])
    return arm, np.concatenate([
        np.arange(9500) < treated_events, np.arange(500) < control_events
    ]).astype(float)  # fmt: skip


@pytest.mark.parametrize("control_events", [0, 3])
def test_too_few_customers_with_an_outcome_give_no_difference_of_means(control_events):
    arm, bought = rare(48, control_events)
    found = difference(Sample(bought, arm))
    assert found.p_value is None
    assert found.difference.reason == few_events(bought, arm)
    assert found.difference.reason.startswith("An arm has too few customers with the outcome")
    retained = difference(
        Sample(1.0 - bought, arm, stratum=np.arange(10_000) % 2), kind="proportion"
    )
    assert "too few customers without the outcome" in retained.difference.reason
    assert isinstance(incremental_ratio(bought, arm * 1.0, arm), Missing)


def test_ten_customers_with_the_outcome_in_either_arm_are_enough():
    arm, bought = rare(10, 10)
    assert few_events(bought, arm) == ""
    assert isinstance(difference(Sample(bought, arm)).difference, Estimate)


def test_shares_of_few_have_exact_limits():
    arm, bought = rare(48, 0)
    found = difference(Sample(bought, arm), kind="proportion")
    assert found.method.endswith("Fisher's exact test")
    ways = [comb(48, k) * comb(9952, 500 - k) for k in range(49)]
    assert found.p_value == pytest.approx(sum(w for w in ways if w <= ways[0]) / comb(10_000, 500))
    assert found.difference.conf_low < 0.0 < found.difference.conf_high
    assert isinstance(found.lift, Missing)


def test_strata_without_one_arm_are_left_out_and_told():
    stratum = np.where(np.arange(80) < 3, np.arange(80), 99)
    found = difference(Sample(BOUGHT, ARM, stratum=stratum))
    rest = difference(Sample(BOUGHT[3:], ARM[3:]))
    assert found.difference == rest.difference
    assert (found.n_treated, found.n_control) == (39, 38)
    assert "3 customers of strata without the other arm left out" in found.method


def test_too_many_customers_without_the_other_arm_are_refused():
    level = np.repeat([0, 1, 2], [400, 60, 60])
    arm = np.concatenate([np.tile([1, 0], 200), np.ones(60), np.zeros(60)])
    outcome = np.arange(520.0) % 7 + 5.0 * (level == 1)
    reason = ("120 of 520 customers are in strata of which one arm has nobody; "
              "at most 5% may be.")  # fmt: skip
    assert difference(Sample(outcome, arm, stratum=level)).difference.reason == reason


def test_strata_of_which_none_has_both_arms_are_refused():
    found = difference(Sample(BOUGHT, ARM, stratum=ARM))
    assert found.difference.reason.startswith("80 of 80 customers are in strata")


def matched(outcome):
    """40 sets of one treated and one control, 40 of one and three."""
    sets = np.concatenate([np.repeat(np.arange(40), 2), np.repeat(np.arange(40, 80), 4)])
    arm = np.concatenate([np.tile([True, False], 40), np.tile([True, False, False, False], 40)])
    return Sample(outcome(sets), arm, stratum=sets)


def test_small_strata_of_unequal_shares_count_alike_in_both_arms():
    sample = matched(lambda sets: 5.0 * (sets < 40))
    found = difference(sample)
    assert found.difference.estimate == pytest.approx(0.0, abs=1e-12)
    assert found.mean_control == pytest.approx(5.0 * 80 / 240)
    assert "small ones of 80 taken as one" in found.method
    rng = np.random.default_rng(1)
    drawn = bootstrap_means(sample.outcome, sample.treated, rng=rng, stratum=sample.stratum)
    assert drawn[:, :, 0].mean(axis=0) == pytest.approx([5.0 / 3.0] * 2, abs=0.05)


def test_small_strata_of_equal_shares_are_taken_together_unweighted():
    pairs = np.repeat(np.arange(40), 2)
    found = difference(Sample(BOUGHT, ARM, stratum=pairs))
    assert found.difference == difference(Sample(BOUGHT, ARM)).difference


def test_a_program_that_reached_nobody_has_no_complier_effect():
    found = complier_effect(BOUGHT, np.zeros(80), ARM)
    assert isinstance(found, Missing)
    assert found.reason.startswith("The arms hardly differ")


def test_a_program_that_hardly_reached_anybody_has_no_complier_effect():
    reached = np.arange(80) < 3
    assert isinstance(complier_effect(BOUGHT, reached, ARM), Missing)


def test_ratios_without_anything_to_divide_by_are_missing():
    found = ratio_difference(BOUGHT, np.where(ARM, 0.0, 1.0), ARM)
    assert found.difference == Missing("difference", "An arm has nothing to divide by.")


@pytest.mark.parametrize(("orders", "told"), [(19, False), (20, True)])
def test_a_ratio_needs_twenty_customers_of_an_arm_with_anything_to_divide_by(orders, told):
    ordered = (np.arange(400) // 2 < orders).astype(float)
    found = ratio_difference(ordered * (1 + np.arange(400) % 3), ordered, np.arange(400) % 2)
    assert isinstance(found.difference, Estimate) == told
    reason = "" if told else "An arm has 19 customers with anything to divide by; 20 are needed."
    assert getattr(found.difference, "reason", "") == reason


def test_a_ratio_of_effects_of_a_small_arm_is_missing():
    assert isinstance(incremental_ratio(BOUGHT, ARM * 1.0, np.arange(80) < 10), Missing)


def test_draws_that_do_not_vary_give_no_interval():
    drawn = bootstrap_means(np.ones(80), ARM, rng=np.random.default_rng(1), draws=20)
    assert isinstance(bootstrap_interval(drawn[:, 1, 0] - drawn[:, 0, 0], 0.0), Missing)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"probability": np.where(ARM, 0.0, 0.5)}, "probability is not above 0"),
        ({"probability": np.full(80, 1.5)}, "probability is above 1"),
        ({"probability": np.full(79, 0.5)}, "probability has 79 rows; 80 are needed"),
        ({"outcome": np.where(ARM, np.nan, 1.0)}, "outcome is missing or infinite in 40 of 80"),
        ({"outcome": np.ones((80, 2))}, "outcome has 2 dimensions"),
        ({"treated": np.arange(80)}, "treated is neither true nor false in 78 of 80"),
        ({"treated": ARM[:79]}, "treated has shape"),
        ({"before": np.full((80, 1), np.inf)}, "before is missing or infinite"),
        ({"before": np.ones((79, 2))}, "before has shape"),
        ({"stratum": np.ones(3)}, "stratum has shape"),
        ({"cluster": np.where(ARM, np.nan, 1.0)}, "cluster is missing"),
    ],
)
def test_a_sample_says_what_is_wrong_with_it(changed, message):
    with pytest.raises(ValueError, match=message):
        Sample(**({"outcome": BOUGHT, "treated": ARM} | changed))


@pytest.mark.parametrize(
    ("counts", "probability", "message"),
    [
        ([0, 0], [0.5, 0.5], "nobody was assigned"),
        ([5, 5], [1.0, 0.0], "nobody could be in that arm"),
        ([5, 5], [0.5, 0.2], "probabilities sum to 0.7"),
        ([5, -5], [0.5, 0.5], "whole numbers"),
        ([5, 5.5], [0.5, 0.5], "whole numbers"),
        ([5], [1.0], "each of two arms or more"),
        ([[5, 5]] * 3, [[0.5, 0.5]] * 2, "2 rows of probabilities, 3 of counts"),
    ],
)
def test_a_sample_ratio_says_what_is_wrong(counts, probability, message):
    with pytest.raises(ValueError, match=message):
        sample_ratio(counts, probability)


def test_a_share_of_anything_but_yes_and_no_is_refused():
    with pytest.raises(ValueError, match="retained is neither 0 nor 1"):
        difference(Sample(BOUGHT, ARM), outcome="retained", kind="proportion")


def test_a_confidence_of_everything_is_refused():
    with pytest.raises(ValueError, match="confidence is 1"):
        difference(Sample(BOUGHT, ARM), confidence=1.0)


@pytest.mark.parametrize("threshold", [0.0, -1.0, np.nan, np.inf])
def test_a_threshold_of_nothing_is_refused(threshold):
    with pytest.raises(ValueError, match="it must be above 0"):
        winsorised_difference(Sample(BOUGHT, ARM), threshold)


def test_a_denominator_below_nothing_is_refused():
    with pytest.raises(ValueError, match="denominator is below 0"):
        ratio_difference(BOUGHT, -BOUGHT, ARM)


def test_names_that_do_not_fit_their_columns_are_refused():
    with pytest.raises(ValueError, match="1 names for 2 columns"):
        balance(np.ones((80, 2)), ARM, ["orders"])


@pytest.mark.parametrize(
    "changed",
    [{"sd": 0.0}, {"smallest": 0.0}, {"power": 1.0}, {"share_treated": 0.0}, {"explained": 1.0},
     {"arms": 1}, {"clustering": 0.5}, {"confidence": 1.0}],
)  # fmt: skip
def test_power_refuses_what_has_no_answer(changed):
    with pytest.raises(ValueError, match=r"must|explained|nothing"):
        customers_needed(**({"sd": 1.0, "smallest": 0.1} | changed))


def test_fewer_customers_than_arms_are_refused():
    with pytest.raises(ValueError, match="too few for 3 arms"):
        detectable_difference(2, 1.0, arms=3)


@pytest.mark.parametrize(
    ("strata", "customers", "shares"),
    [(500, 2, [0.1, 0.9]), (500, 4, [0.05, 0.95]), (100, 20, [0.02, 0.98]),
     (1, 100, [0.02, 0.03, 0.95]), (300, 3, [0.1, 0.2, 0.7])],
)  # fmt: skip
def test_a_fair_draw_in_many_small_strata_is_not_suspected(strata, customers, shares):
    rng = np.random.default_rng(41)
    drawn = (rng.multinomial(customers, shares, size=strata) for _ in range(1000))
    found = [sample_ratio(counts, shares) for counts in drawn]
    assert sum(not one.passed for one in found) <= 5
    assert sum(one.p_value < 0.05 for one in found) <= 75


def test_an_arm_that_lost_customers_of_many_small_strata_is_found():
    assert not sample_ratio([[1, 3]] * 50 + [[0, 4]] * 50, [0.25, 0.75]).passed


def test_sums_of_strata_with_shares_of_their_own_have_an_exact_law():
    found = sample_ratio([[0, 2], [1, 1]], [[0.5, 0.5], [0.1, 0.9]])
    below = 0.25 * 0.81 + 0.25 * 0.18 + 0.5 * 0.81  # nobody or one where 1.2 are expected
    assert found.p_value == pytest.approx(min(1.0, 2.0 * min(below, 1.0 - 0.25 * 0.81)))


def test_a_column_alike_in_one_arm_adjusts_the_other_alone():
    one = 0.3 + 0.1 * (np.arange(100) < 10)
    before, treated = np.r_[np.full(100, 0.3), one], np.arange(200) < 100
    bought = np.r_[np.arange(100) % 2, np.arange(100) % 3 == 0].astype(float)
    slope, level = np.polyfit(one, bought[100:], 1)
    found = difference(Sample(bought, treated, before[:, None])).difference
    wanted = bought[:100].mean() - (level + slope * before.mean())
    assert found.estimate == pytest.approx(wanted)
    assert found.std_error < 0.1

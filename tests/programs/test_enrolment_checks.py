"""What is looked at beside an effect of enrolling: overlap, balance, placebo, E-value, draws."""

import numpy as np
import pytest

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.enrolment import (
    DoublyRobust,
    TrialRows,
    balance,
    censoring_weights,
    common_support,
    doubly_robust,
    e_value_of,
    fit_propensity,
    love_rows,
    multiplier_draws,
    placebo_test,
    risk_ratio,
)
from retention_research.programs.enrolment.censoring import CensoringWeights
from retention_research.programs.enrolment.placebo import Placebo
from retention_research.programs.enrolment.propensity import Propensity
from retention_research.programs.enrolment.rows import Design, folds_by_customer, trial_blocks
from tests.programs.enrolment_data import rows_of, volunteers


def found(rows: TrialRows, **options: object) -> DoublyRobust:
    """The effect, which must not be missing."""
    result = doubly_robust(rows, **{"folds": 0} | options)  # type: ignore[arg-type]
    assert isinstance(result, DoublyRobust)
    return result


def test_all_rows_of_a_customer_are_in_one_fold_and_the_enrolled_are_spread_evenly() -> None:
    design = Design.of(volunteers(300, each=3))
    fold = folds_by_customer(design, 5, np.random.default_rng(1))
    by_customer = fold.reshape(100, 3)
    assert (by_customer == by_customer[:, :1]).all()
    ever = design.treated.reshape(100, 3).any(axis=1)
    enrolled = np.bincount(by_customer[ever, 0], minlength=5)
    assert np.ptp(enrolled) <= 1


def test_trials_are_joined_into_blocks_of_twenty_enrolments() -> None:
    trial, treated = np.repeat(np.arange(6), 30), np.tile(np.arange(30) < 10, 6)
    blocks = trial_blocks(trial, treated)  # sixty enrolments: three blocks of two trials
    assert blocks.shape == (180, 2)
    assert np.array_equal(np.flatnonzero(blocks[:, 1]), np.flatnonzero(trial >= 4))


def test_trials_after_the_last_full_block_join_it() -> None:
    trial, treated = np.repeat(np.arange(5), 30), np.tile(np.arange(30) < 10, 5)
    blocks = trial_blocks(trial, treated)
    assert np.array_equal(np.flatnonzero(blocks[:, 0]), np.flatnonzero(trial >= 2))


def test_weights_make_the_sides_alike_in_what_the_chance_to_enrol_was_learnt_from() -> None:
    rows = rows_of([(0.0, 1, 0.0, 20), (0.0, 0, 0.0, 80), (1.0, 1, 1.0, 60), (1.0, 0, 1.0, 20)])
    shared = fit_propensity(rows, folds=0)
    assert isinstance(shared, Propensity)
    row = balance(rows, shared.weights)[0]
    assert (row.mean_treated, row.mean_control) == pytest.approx((0.75, 0.2))
    assert row.before == pytest.approx(0.55 / ((0.75 * 0.25 + 0.2 * 0.8) / 2) ** 0.5)
    assert row.after == pytest.approx(0.0, abs=1e-6)
    assert row.passed


def test_a_love_plot_begins_with_the_largest_difference() -> None:
    before = [row.before for row in love_rows(found(volunteers(600)).balance)]
    assert before == sorted(before, reverse=True)


def test_common_support_counts_who_lies_within() -> None:
    support = common_support([0.2, 0.6, 0.8, 0.9, 0.1, 0.4, 0.7, 0.3], [1, 1, 1, 1, 0, 0, 0, 0])
    assert support == (0.2, 0.7, 0.5, 0.75)


def test_overlap_fails_where_the_enrolled_have_no_comparable_customers() -> None:
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(0.0, 1.0, 400), rng.normal(5.0, 1.0, 400)])
    rows = TrialRows(x, np.arange(800) >= 400, x[:, None], ("x",), np.arange(800), np.zeros(800))
    overlap = found(rows).overlap
    assert overlap.share_lost > 0.5
    assert not overlap.passed
    assert "no comparable customer" in overlap.told


def test_overlap_passes_where_both_sides_are_alike() -> None:
    overlap = found(volunteers(600)).overlap
    assert overlap.passed
    assert (overlap.trimmed_treated, overlap.share_lost) == (0, 0.0)
    assert 0.5 < overlap.separation < 0.9
    assert sum(overlap.treated) + sum(overlap.control) == 600


def test_a_chance_that_covariates_do_not_tell_separates_no_better_than_chance() -> None:
    rows = rows_of([(0.0, 1, 0.0, 30), (0.0, 0, 1.0, 30), (1.0, 1, 1.0, 30), (1.0, 0, 0.0, 30)])
    overlap = found(rows).overlap
    assert overlap.separation == pytest.approx(0.5)
    assert overlap.effective_controls == pytest.approx(60.0)
    assert overlap.largest_share == pytest.approx(1 / 60)


def test_a_placebo_passes_where_all_that_matters_was_recorded() -> None:
    test = placebo_test(volunteers(2000), rng=np.random.default_rng(1))
    assert isinstance(test, Placebo)
    assert test.passed


def test_a_placebo_fails_where_an_unrecorded_cause_matters() -> None:
    test = placebo_test(volunteers(2000, hidden=0.6), rng=np.random.default_rng(1))
    assert isinstance(test, Placebo)
    assert not test.passed
    assert test.standardised > 0.1


def test_twice_as_many_need_a_cause_of_three_point_four() -> None:
    kept = [(0.0, 1, 1.0, 40), (0.0, 1, 0.0, 60), (0.0, 0, 1.0, 20), (0.0, 0, 0.0, 80)]
    means = found(rows_of(kept)).means
    ratio, value = risk_ratio(means), e_value_of(means)
    assert isinstance(ratio, Estimate)
    assert not isinstance(value, Missing)
    assert ratio.estimate == pytest.approx(2.0, abs=1e-6)
    assert value.estimate == pytest.approx(2.0 + 2.0**0.5, abs=1e-5)
    assert 1.0 < value.limit < value.estimate
    # two independent proportions: sqrt(.6 / 40 + .8 / 20), times n / (n - 1) for 200 customers
    assert ratio.std_error == pytest.approx(2.0 * (0.055 * 200 / 199) ** 0.5, rel=1e-5)


def test_where_nobody_of_a_side_was_kept_there_is_no_ratio() -> None:
    kept = [(0.0, 1, 1.0, 40), (0.0, 1, 0.0, 60), (0.0, 0, 0.0, 100)]
    means = found(rows_of(kept)).means
    assert isinstance(risk_ratio(means), Missing)
    assert isinstance(e_value_of(means), Missing)


def test_draws_of_customers_spread_as_far_as_the_standard_error() -> None:
    result = found(volunteers(500))
    draws = multiplier_draws(
        [result.means.difference], result.influence[:, None], rng=np.random.default_rng(1),
        draws=20_000,
    )  # fmt: skip
    error = result.means.error(result.influence)
    # the spread of 20,000 draws is known to 0.5%, four times which is 2%
    assert draws.std() == pytest.approx(error, rel=0.02)
    assert draws.mean() == pytest.approx(result.means.difference, abs=4 * error / 20_000**0.5)


def test_draws_of_many_customers_are_of_groups_with_the_same_spread() -> None:
    share = np.random.default_rng(2).normal(size=(40_000, 2)) / 200.0
    draws = multiplier_draws([0.0, 5.0], share, rng=np.random.default_rng(3), draws=4000)
    # 4,000 groups and as many draws: each tells the spread to 1.1%, together to 1.6%
    assert draws.std(axis=0) == pytest.approx(np.sqrt((share**2).sum(axis=0)), rel=0.05)


def test_those_who_kept_to_their_side_count_for_those_like_them_who_did_not() -> None:
    """Two periods; of four members one leaves in the first and one of three in the second."""
    row = [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    period = [0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
    changed = [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    side = [1] * 7 + [0] * 4
    found = censoring_weights(
        row, period, changed, np.zeros((11, 1)), side, names=("x",), rows=6, truncate=1.0
    )
    assert isinstance(found, CensoringWeights)
    assert found.weight == pytest.approx([0.0, 0.0, 2.0, 2.0, 1.0, 1.0], abs=1e-5)
    assert (found.lost_treated, found.lost_control) == (0.5, 0.0)
    assert found.adjusted == (False, True)


def test_where_all_members_left_nothing_can_be_said_of_keeping_to_it() -> None:
    found = censoring_weights(
        [0, 1, 2], [0, 0, 0], [1, 1, 0], np.zeros((3, 1)), [1, 1, 0], names=("x",), rows=3
    )
    assert isinstance(found, Missing)


def test_weights_undo_the_leaving_of_those_who_buy_little() -> None:
    """Members who buy little leave: those who stay look better than enrolling makes them."""
    rng = np.random.default_rng(6)
    n = 4000
    x = rng.normal(size=(n, 1))
    treated = rng.random(n) < 0.4
    later = x[:, 0] + rng.normal(size=n)  # seen after enrolling, before leaving
    left = treated & (rng.random(n) < 1.0 / (1.0 + np.exp(2.0 * later)))
    outcome = later + 0.5 * treated + rng.normal(size=n)
    weights = censoring_weights(
        np.arange(n), np.zeros(n), left, np.column_stack([x[:, 0], later]), treated,
        names=("x", "later"), rows=n,
    )  # fmt: skip
    assert isinstance(weights, CensoringWeights)
    seen = np.where(left, np.nan, outcome)

    def estimate(weight: object) -> Estimate:
        rows = TrialRows(
            seen, treated, x, ("x",), np.arange(n), np.zeros(n), weight=np.asarray(weight)
        )
        difference = found(rows).effect.difference
        assert isinstance(difference, Estimate)
        return difference

    plain, undone = estimate(~left * 1.0), estimate(weights.weight)
    assert abs(undone.estimate - 0.5) < 3.0 * float(undone.std_error or 0.0)
    assert abs(plain.estimate - 0.5) > 6.0 * float(plain.std_error or 0.0)

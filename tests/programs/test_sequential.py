"""Intervals that hold however often one looks."""

from math import inf, log, sqrt

import pytest

from retention_research.models.intervals import quantile
from retention_research.programs.sequential import confidence_sequence, mixture


def test_the_interval_is_that_of_theorem_2_2_by_hand():
    # as many customers that t rho^2 = 4: sqrt(2 * 5 / 4 * log(sqrt(5) / 0.05))
    n = round(4.0 / mixture(0.95, 10_000.0) ** 2 / 2.0)
    found = confidence_sequence(0.3, 0.1, n, n, tuned_at=10_000.0)
    assert found.high - 0.3 == pytest.approx(0.1 * sqrt(2.5 * log(sqrt(5.0) / 0.05)), rel=1e-3)
    assert found.low == pytest.approx(0.6 - found.high)


def test_no_other_mixture_is_narrower_at_the_size_it_is_tuned_at():
    def width(tuned_at):
        found = confidence_sequence(0.0, 1.0, 3000, 3000, tuned_at=tuned_at)
        return found.high

    assert width(6000.0) < min(width(5900.0), width(6100.0))


def test_it_is_wider_than_an_interval_for_one_look():
    found = confidence_sequence(0.0, 1.0, 3000, 3000, tuned_at=6000.0)
    assert found.high > quantile(0.95)


@pytest.mark.parametrize("size", [500, 2_000, 50_000])
@pytest.mark.parametrize("difference", [0.02, 0.028, 0.04])
def test_the_p_value_is_below_alpha_where_the_interval_leaves_out_zero(size, difference):
    found = confidence_sequence(difference, 0.01, size, size)
    assert (found.p_value < 0.05) == (found.low > 0.0)


def test_the_p_value_at_the_interval_s_end_is_alpha():
    reach = confidence_sequence(0.0, 1.0, 4000, 4000).high
    assert confidence_sequence(reach, 1.0, 4000, 4000).p_value == pytest.approx(0.05)


@pytest.mark.parametrize("sizes", [(499, 9000), (9000, 499)])
def test_nothing_is_said_before_both_arms_hold_500(sizes):
    assert confidence_sequence(9.0, 1.0, *sizes) == (-inf, inf, 1.0, False)


def test_it_begins_at_500_in_each_arm():
    assert confidence_sequence(9.0, 1.0, 500, 500).active


def test_nothing_is_said_of_an_outcome_that_fewer_than_ten_of_the_smaller_arm_have():
    # 76 of 38,000 against none of 2,000: the error is that of the larger arm alone
    assert confidence_sequence(0.002, 0.00023, 38_000, 2_000, events=0) == (-inf, inf, 1.0, False)
    assert not confidence_sequence(0.002, 0.00023, 38_000, 2_000, events=9).active
    assert confidence_sequence(0.002, 0.00023, 38_000, 2_000, events=10).active


def test_a_difference_without_any_error_is_beyond_doubt():
    assert confidence_sequence(1.0, 0.0, 600, 600).p_value == 0.0
    assert confidence_sequence(0.0, 0.0, 600, 600).p_value == 1.0


def test_a_very_large_difference_does_not_overflow():
    found = confidence_sequence(1e6, 1.0, 600, 600)
    assert 0.0 <= found.p_value < 1e-300


def test_both_directions_are_alike():
    up, down = (confidence_sequence(d, 0.01, 700, 900) for d in (0.02, -0.02))
    assert (up.low, up.high, up.p_value) == (-down.high, -down.low, down.p_value)


@pytest.mark.parametrize(("confidence", "tuned_at"), [(1.0, 9.0), (0.0, 9.0), (0.9, 0.0)])
def test_levels_and_sizes_out_of_range_are_refused(confidence, tuned_at):
    with pytest.raises(ValueError, match="out of range"):
        confidence_sequence(0.0, 1.0, 600, 600, confidence=confidence, tuned_at=tuned_at)

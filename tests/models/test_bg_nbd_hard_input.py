"""BG/NBD where formulas overflow, divide by zero or should not be asked."""

import numpy as np
import pytest

from retention_research.models.bg_nbd import fit_bg_nbd
from retention_research.models.bg_nbd_likelihood import BgNbdParameters
from retention_research.models.bg_nbd_predictions import (
    expected_purchases_if_alive,
    probability_alive,
)

PAPER = BgNbdParameters(0.243, 4.414, 0.793, 2.426)


def test_a_one_time_buyer_has_a_prediction_when_a_plus_b_is_below_1() -> None:
    # lifetimes answers NaN here
    parameters = BgNbdParameters(0.11, 2.24, 0.31, 0.5)
    told = expected_purchases_if_alive(parameters, 30.0, 0, 1.0)[0]
    assert 0.0 < told < 0.11 * 30.0 / 3.24  # fewer than if nobody ever left


def test_predictions_pass_smoothly_through_a_of_1() -> None:
    below, at, above = (
        expected_purchases_if_alive(BgNbdParameters(0.243, 4.414, a, 2.426), 39.0, 2, 38.0)[0]
        for a in (1.0 - 1e-6, 1.0, 1.0 + 1e-6)
    )
    assert at == pytest.approx((below + above) / 2.0, rel=1e-9)


def test_very_frequent_buyers_have_finite_predictions() -> None:
    x = np.array([221.0, 254.0, 161.0, 204.0, 5000.0])
    t_x = np.array([103.42857, 97.14286, 94.71429, 98.57143, 50.0])
    T = np.array([103.57143, 97.28571, 98.0, 99.42857, 104.0])
    alive = probability_alive(PAPER, x, t_x, T)
    expected = alive * expected_purchases_if_alive(PAPER, 52.0, x, T)
    assert np.isfinite(expected).all()
    assert alive[-1] < 1e-12  # 5000 purchases and then silence


def test_very_frequent_buyers_can_be_fitted() -> None:
    x = [0, 1, 2, 221, 254, 161, 204]
    t_x = [0, 3, 20, 103.4, 97.1, 94.7, 98.5]
    T = [104, 104, 104, 103.6, 97.3, 98.0, 99.4]
    fit = fit_bg_nbd(x, t_x, T, weights=[500, 90, 40, 1, 1, 1, 1])
    assert np.isfinite([*fit.parameters, fit.log_likelihood]).all()


def test_purchases_in_no_time_are_none() -> None:
    assert expected_purchases_if_alive(PAPER, 0.0, [0, 3], [0.0, 10.0]).tolist() == [0.0, 0.0]


def test_every_one_time_buyer_is_said_to_be_alive() -> None:
    assert probability_alive(PAPER, [0, 0], [0, 0], [1.0, 500.0]).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (([-1, 1], [0, 2], [5, 5]), "frequency is below 0 in 1 of 2 rows, first in row 0"),
        (([0, np.nan], [0, 2], [5, 5]), "frequency is missing or infinite in 1 of 2 rows"),
        (([0, 1], [0, np.inf], [5, 5]), "recency is missing or infinite"),
        (([0, 1], [0, 6], [5, 5]), "recency is above T in 1 of 2 rows, first in row 1"),
        (([0, 1], [3, 2], [5, 5]), "recency is above 0 without a repeat purchase"),
        (([0, 1], [0, 0], [5, 5]), "recency is 0 despite a repeat purchase"),
        (([0, 1.5], [0, 2], [5, 5]), "frequency is not a whole number"),
        (([0, 1], [0, 2], [5, -5]), "T is below 0"),
        (([0, 1], [0, 2], [5]), "columns differ in length: frequency 2, recency 2, T 1"),
        (([], [], []), "at least 2 customers, not 0"),
        (([1], [2], [5]), "at least 2 customers, not 1"),
        (([0, 0], [0, 0], [5, 5]), "none of 2 customers bought again"),
    ],
)
def test_impossible_histories_are_refused_in_words(
    columns: tuple[list[float], list[float], list[float]], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        fit_bg_nbd(*columns)


def test_negative_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="weights is below 0"):
        fit_bg_nbd([0, 1], [0, 2], [5, 5], weights=[-1, 2])


def test_a_confidence_of_95_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence is 95; it must lie between 0 and 1"):
        fit_bg_nbd([0, 1, 2], [0, 2, 3], [5, 5, 5], weights=[9, 3, 1], confidence=95)

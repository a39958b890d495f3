"""The maximiser against functions whose top is known, and one that has none."""

import numpy as np
import pytest

from retention_research.models.beta_rule import beta_rule
from retention_research.models.maximise import maximise


def two_hills(place: np.ndarray) -> tuple[float, np.ndarray]:
    """A lower hill at -3 and a higher one at 3."""
    low, high = np.exp(-((place + 3.0) ** 2)), 2.0 * np.exp(-((place - 3.0) ** 2))
    slope = -2.0 * (place + 3.0) * low - 2.0 * (place - 3.0) * high
    return float((low + high).sum()), slope


def rising_for_ever(place: np.ndarray) -> tuple[float, np.ndarray]:
    """A top in the first direction, and a plateau that the second only nears."""
    x, y = place
    return float(-(x**2) - np.exp(-y)), np.array([-2.0 * x, np.exp(-y)])


def test_the_best_of_several_starts_wins() -> None:
    top = maximise(two_hills, [np.array([-2.5]), np.array([2.0])])
    assert top.place == pytest.approx([3.0], abs=1e-6)


def test_the_covariance_is_the_inverse_of_the_curvature() -> None:
    matrix = np.array([[4.0, 1.0], [1.0, 2.0]])
    top = maximise(lambda v: (float(-(v @ matrix @ v) / 2.0), -(matrix @ v)), [np.ones(2)])
    assert top.covariance == pytest.approx(np.linalg.inv(matrix), rel=1e-8)


def test_a_parameter_that_runs_away_is_noticed() -> None:
    top = maximise(rising_for_ever, [np.ones(2)])
    assert top.runaway == (False, True)


def test_without_a_top_the_covariance_takes_the_runaway_as_known() -> None:
    top = maximise(rising_for_ever, [np.ones(2)])
    assert top.covariance == pytest.approx(np.array([[0.5, 0.0], [0.0, 0.0]]), abs=1e-8)


@pytest.mark.parametrize(
    ("a", "b"), [(0.05, 0.3), (0.8, 2.4), (1.0, 1.0), (3.0, 500.0), (1e4, 1e4)]
)
def test_the_beta_rule_has_the_moments_of_the_beta_distribution(a: float, b: float) -> None:
    weights, p = beta_rule(a, b, 20)
    moments, wanted = 1.0, []
    for power in range(8):
        moments *= (a + power) / (a + b + power)
        wanted.append(moments)
    assert [weights @ p ** (power + 1) for power in range(8)] == pytest.approx(wanted, rel=1e-9)

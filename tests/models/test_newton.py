"""Newton's climb: from poor starts, to no top, and through noise."""

import numpy as np

from retention_research.models.newton import Curvature, newton


def bell(place: np.ndarray) -> Curvature:
    """The logarithm of a Cauchy density about 3: concave near its top only."""
    (away,) = place - 3.0
    square = 1.0 + away**2
    slope, curve = -2.0 * away / square, (2.0 * away**2 - 2.0) / square**2
    return Curvature(-float(np.log(square)), np.array([slope]), np.array([[curve]]))


def slide(place: np.ndarray) -> Curvature:
    """Rises for ever in its first direction, less and less, and has a top in the second."""
    fall = np.exp(-place[0])
    gradient = np.array([fall, -4.0 * place[1]])
    return Curvature(-float(fall) - 2.0 * place[1] ** 2, gradient, np.diag([-fall, -4.0]))


def test_a_start_where_the_likelihood_is_not_concave_is_no_obstacle() -> None:
    top = newton(bell, np.array([9.0]))
    assert abs(top.place[0] - 3.0) < 1e-6
    assert top.blind.shape == (1, 0)
    assert abs(top.covariance[0, 0] - 0.5) < 1e-6


def test_a_direction_that_rises_for_ever_is_blind_and_the_other_keeps_its_error() -> None:
    top = newton(slide, np.array([0.0, 1.0]))
    assert np.abs(top.blind).round(6).tolist() == [[1.0], [0.0]]
    assert top.covariance.round(6).tolist() == [[0.0, 0.0], [0.0, 0.25]]

"""The one maximiser behind every fit: log-parameters, analytic gradient, several starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.optimize import Bounds, minimize

from retention_research.models.arrays import Flags, Floats

# takes log-parameters of shape (k,), gives the log-likelihood and its gradient of shape (k,)
LogLikelihood: TypeAlias = Callable[[Floats], tuple[float, Floats]]

REACH = 12.0  # log-parameters are sought within a factor e^12 of their first start
STEP = 1e-3  # of the differences behind a Hessian; their error is of order STEP ** 4
NEWTON_ROUNDS = 30
FLAT = 0.01  # curvature of a direction known to a factor e^10 at best


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Where a log-likelihood is highest.

    Attributes:
        place: the log-parameters there, shape (k,).
        log_likelihood: its value there.
        covariance: the inverse of the negative Hessian, shape (k, k); without an interior
            maximum, its inverse in the directions that have curvature, and 0 in the others.
        runaway: flags, shape (k,), of the log-parameters that never came to rest.
    """

    place: Floats
    log_likelihood: float
    covariance: Floats
    runaway: tuple[bool, ...]

    @property
    def interior(self) -> bool:
        """Whether the likelihood has a top here, and is not still rising somewhere."""
        return not any(self.runaway)


def maximise(log_likelihood: LogLikelihood, starts: Sequence[Floats]) -> Optimum:
    """Climb from every start, then walk the best one to the top by Newton's steps.

    Args:
        log_likelihood: of log-parameters, with its gradient.
        starts: log-parameters to begin from, each of shape (k,).

    Returns:
        The highest point found. A parameter that keeps running without the likelihood
        rising to a top is flagged; the covariance of the others then takes it as known.

    Examples:
        >>> top = maximise(lambda v: (-((v - 1) ** 2).sum(), -2 * (v - 1)), [np.zeros(2)])
        >>> top.place.round(6), top.covariance.round(6)
        (array([1., 1.]), array([[0.5, 0. ],
               [0. , 0.5]]))
    """
    low, high = starts[0] - REACH, starts[0] + REACH
    climbs = [climb(log_likelihood, start, low, high) for start in starts]
    best = max(climbs, key=lambda place: log_likelihood(place)[0])
    return _walk_to_the_top(log_likelihood, best, low, high)


def climb(log_likelihood: LogLikelihood, start: Floats, low: Floats, high: Floats) -> Floats:
    """Climb from one start by quasi-Newton steps, within bounds.

    Args:
        log_likelihood: of log-parameters, with its gradient.
        start: where to begin, shape (k,).
        low: lower bounds, shape (k,).
        high: upper bounds, shape (k,).

    Returns:
        The highest point found, shape (k,).

    Examples:
        >>> climb(lambda v: (float(-(v @ v)), -2 * v), np.ones(1), -np.ones(1), np.ones(1)).round(6)
        array([0.])
    """
    scale = abs(log_likelihood(start)[0]) + 1.0

    def descent(place: Floats) -> tuple[float, Floats]:
        value, gradient = log_likelihood(place)
        return -value / scale, -gradient / scale

    bounds = Bounds(low, high)
    found = minimize(
        descent,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"ftol": 1e-12, "gtol": 1e-8, "maxiter": 500},
    )
    return np.asarray(found.x, dtype=np.float64)


def _walk_to_the_top(
    log_likelihood: LogLikelihood, place: Floats, low: Floats, high: Floats
) -> Optimum:
    step = np.full(place.size, np.inf)
    for _ in range(NEWTON_ROUNDS):
        covariance = _inverse(-hessian(log_likelihood, place))
        if covariance is None:
            break
        step = covariance @ log_likelihood(place)[1]
        step = step / max(1.0, float(np.abs(step).max()))  # keeps the direction along a ridge
        if ((place + step < low) | (place + step > high)).any():
            break
        place = place + step
        if np.abs(step).max() < 1e-8:
            break
    return _optimum(log_likelihood, place, step, np.minimum(place - low, high - place))


def _optimum(
    log_likelihood: LogLikelihood, place: Floats, last_step: Floats, room: Floats
) -> Optimum:
    value, _ = log_likelihood(place)
    information = -hessian(log_likelihood, place)
    covariance = _inverse(information)
    running = np.zeros(place.size, dtype=np.bool_)
    if covariance is None or (np.abs(last_step) > 1e-6).any() or (room < 1e-6).any():
        covariance, blind = _inverse_where_curved(information)
        running = blind | (room < 1e-6)
        running = running | (not running.any())  # no top, and nobody to name
    return Optimum(place, value, covariance, tuple(bool(flag) for flag in running))


def _inverse_where_curved(information: Floats) -> tuple[Floats, Flags]:
    """The inverse in curved directions only, and which parameters the flat ones concern."""
    curvature, direction = np.linalg.eigh(information)
    curved = curvature > FLAT
    kept = direction[:, curved]
    blind = (direction[:, ~curved] ** 2).sum(axis=1) > 0.01
    return (kept / curvature[curved]) @ kept.T, blind


def hessian(log_likelihood: LogLikelihood, place: Floats) -> Floats:
    """The second derivatives, by fourth-order differences of the analytic gradient.

    Args:
        log_likelihood: of log-parameters, with its gradient.
        place: where to differentiate, shape (k,).

    Returns:
        The Hessian, symmetric, shape (k, k).

    Examples:
        >>> hessian(lambda v: (v[0] ** 2 * v[1], np.array([2 * v[0] * v[1], v[0] ** 2])),
        ...         np.array([1.0, 3.0])).round(6)
        array([[6., 2.],
               [2., 0.]])
    """

    def slope(step: Floats) -> Floats:
        return log_likelihood(place + step)[1] - log_likelihood(place - step)[1]

    steps = STEP * np.eye(place.size)
    rows = np.array([(8.0 * slope(step) - slope(2.0 * step)) / (12.0 * STEP) for step in steps])
    return (rows + rows.T) / 2.0


def _inverse(information: Floats) -> Floats | None:
    try:
        half = np.linalg.inv(np.linalg.cholesky(information))
    except np.linalg.LinAlgError:
        return None
    return np.asarray(half.T @ half)

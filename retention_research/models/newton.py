"""Newton's climb for likelihoods whose second derivatives are known in closed form."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from retention_research.models.arrays import Floats

REACH = 12.0  # standardised coefficients are sought this far from their start
LONGEST_STEP = 2.0
ROUNDS = 100
FLAT = 0.01  # curvature of a direction known to within 10 standardised units at best
SETTLED = 1e-12  # expected rise of a log-likelihood that is at its top
ROUNDING = 1e-13
HALVINGS = 30


class Curvature(NamedTuple):
    """A log-likelihood with its gradient, shape (k + 2,), and its Hessian, (k + 2, k + 2)."""

    value: float
    gradient: Floats
    hessian: Floats


class Top(NamedTuple):
    """Where a log-likelihood is highest.

    Attributes:
        place: shape (k,).
        log_likelihood: its value there.
        covariance: inverse of the negative Hessian in the directions that have curvature.
        blind: directions without, as columns, shape (k, m); m is 0 at an interior maximum.
    """

    place: Floats
    log_likelihood: float
    covariance: Floats
    blind: Floats


def newton(function: Callable[[Floats], Curvature], start: Floats) -> Top:
    """Climb by Newton's steps, halved until they rise.

    Args:
        function: a log-likelihood with both derivatives.
        start: where to begin, shape (k,).

    Returns:
        The highest point found; the directions in which it still rises are named blind.

    Examples:
        >>> def parabola(v):
        ...     return Curvature(float(-(v @ v) / 2), -v, -np.eye(v.size))
        >>> newton(parabola, np.ones(2)).place
        array([0., 0.])
    """
    place, here = start, function(start)
    for _ in range(ROUNDS):
        step = _step(here)
        gain = float(here.gradient @ step)
        place, here = _rise(function, place, here, step)
        if gain < SETTLED:
            return _top(place, here, moving=False)
        if (np.abs(place - start) > REACH).any():
            break
    return _top(place, here, moving=True)


def _rise(
    function: Callable[[Floats], Curvature], place: Floats, here: Curvature, step: Floats
) -> tuple[Floats, Curvature]:
    """The first of the step, its half, its quarter ... that does not fall, rounding aside."""
    floor = here.value - ROUNDING * abs(here.value)
    for _ in range(HALVINGS):
        there = function(place + step)
        if there.value >= floor:
            return place + step, there
        step = step / 2.0
    return place, here


def _step(here: Curvature) -> Floats:
    curvature, direction = np.linalg.eigh(-here.hessian)
    bent = np.maximum(np.abs(curvature), 1e-8 * np.abs(curvature).max() + 1e-300)
    step = direction @ ((direction.T @ here.gradient) / bent)
    return np.asarray(step / max(1.0, float(np.abs(step).max()) / LONGEST_STEP))


def _top(place: Floats, here: Curvature, moving: bool) -> Top:
    curvature, direction = np.linalg.eigh(-here.hessian)
    flat = curvature < FLAT
    if moving and not flat.any():
        flat[curvature.argmin()] = True
    kept = direction[:, ~flat]
    covariance = (kept / curvature[~flat]) @ kept.T
    return Top(place, here.value, covariance, direction[:, flat])

"""Newton's steps up a concave log-likelihood, and the coefficients that run away on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from retention_research.models.arrays import Flags, Floats

ROUNDS = 40
HALVINGS = 12
CLOSE = 1e-12  # squared step in standard errors: after one more step it is below rounding
SMALL_GAIN = 1e-6  # squared step in standard errors from which on steps must shrink
FARTHEST = 600.0  # range of a linear predictor whose squared risks still fit a float
FLAT = 1e-10  # of a curvature, as a share of that of one covariate alone
LOST = 1e-5  # of a curvature, as a share of that at zero coefficients


class Height(NamedTuple):
    """A log-likelihood at one place.

    Attributes:
        value: its value.
        gradient: shape (k,).
        information: its negative second derivatives, shape (k, k).
    """

    value: float
    gradient: Floats
    information: Floats


Climbed: TypeAlias = Callable[[Floats], Height]


@dataclass(frozen=True, slots=True, eq=False)
class Summit:
    """Where the climb ended.

    Attributes:
        place: the coefficients, shape (k,).
        height: the log-likelihood there.
        start: the log-likelihood at zero coefficients.
        runaway: flags of the coefficients without a finite best value, shape (k,).
        rested: whether the coefficients that did not run away came to rest.
    """

    place: Floats
    height: Height
    start: float
    runaway: Flags
    rested: bool

    def covariance(self) -> Floats:
        """The inverse information of the coefficients at rest; 0 for those that ran away."""
        kept = np.flatnonzero(~self.runaway)
        covariance = np.zeros_like(self.height.information)
        covariance[np.ix_(kept, kept)] = np.linalg.inv(self.height.information[np.ix_(kept, kept)])
        return covariance


def blind_to(information: Floats, alone: float) -> Flags:
    """Which coefficients the data cannot tell, because of no variation or of collinearity.

    Args:
        information: at zero coefficients, shape (k, k).
        alone: the information that one covariate of unit variance would give.

    Returns:
        Flags, shape (k,).

    Examples:
        >>> blind_to(np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), 1.0)
        array([ True,  True, False])
    """
    size = np.diag(information)
    still = size <= FLAT * alone
    unit = np.where(still, 1.0, np.sqrt(np.where(still, 1.0, size)))
    curvature, direction = np.linalg.eigh(information / np.outer(unit, unit))
    flat = (direction[:, curvature <= FLAT] ** 2).sum(axis=1) > 1e-4
    return np.asarray(still if still.any() else flat)


def walk(climbed: Climbed, first: Height, z: Floats) -> Summit:
    """Climb by Newton's steps from zero, halving those that lead down.

    Under a monotone likelihood the gain of each step dies away while the steps do not: the
    coefficients that still step then have no finite best value. How far a step goes is told by
    the range of the linear predictor: coefficients may be large where their covariates are alike.

    Args:
        climbed: the log-likelihood, its gradient and information at coefficients.
        first: those at zero coefficients.
        z: the covariates, shape (k, n).

    Returns:
        Where the climb ended.

    Examples:
        >>> def parabola(b):
        ...     return Height(float(-((b - 2) @ (b - 2)) / 2), 2 - b, np.eye(1))
        >>> walk(parabola, parabola(np.zeros(1)), np.array([[0.0, 1.0]])).place
        array([2.])
    """
    place, height, before, gain = np.zeros(z.shape[0]), first, np.inf, np.inf
    none = np.zeros(place.size, dtype=np.bool_)
    for _ in range(ROUNDS):
        step = _newton_step(height)
        if step is None:
            return Summit(place, height, first.value, _lost_at(height, first), rested=False)
        gain, reach = float(height.gradient @ step), _range(step, z)
        if gain < SMALL_GAIN and reach > 0.1 and (reach > before / 2 or gain < CLOSE):
            running = _leading(step, z, 0.02) | _lost_at(height, first)
            return Summit(place, height, first.value, running, rested=True)
        room = FARTHEST - _range(place, z)
        if room < min(reach, FARTHEST / 2.0):
            return Summit(place, height, first.value, _leading(place, z, 0.2), rested=False)
        higher = _uphill(climbed, place, step * min(1.0, room / max(reach, 1e-300)), height)
        if higher is None:
            break
        place, height = higher
        if gain < CLOSE:
            return Summit(place, height, first.value, none, rested=True)
        before = reach
    if gain < SMALL_GAIN:
        return Summit(place, height, first.value, none, rested=True)
    return Summit(place, height, first.value, _leading(place, z, 0.2), rested=False)


def _range(beta: Floats, z: Floats) -> float:
    """How far apart the linear predictors lie."""
    return float(np.ptp(beta @ z))


def _leading(beta: Floats, z: Floats, share: float) -> Flags:
    """The coefficients that move the linear predictor by this share of the most that one does."""
    moved = np.abs(beta) * np.ptp(z, axis=1)
    return np.asarray(moved > share * moved.max())


def _newton_step(height: Height) -> Floats | None:
    """None where the information has lost a direction."""
    try:
        np.linalg.cholesky(height.information)
        step = np.linalg.solve(height.information, height.gradient)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(step, dtype=np.float64)


def _uphill(
    climbed: Climbed, place: Floats, step: Floats, height: Height
) -> tuple[Floats, Height] | None:
    lowest = height.value - 1e-9 * (1.0 + abs(height.value))
    for halved in range(HALVINGS):
        there = place + step / 2.0**halved
        found = climbed(there)
        if np.isfinite(found.value) and found.value >= lowest:
            return there, found
    return None


def _lost_at(height: Height, first: Height) -> Flags:
    """The coefficients of the directions that lost their curvature on the way."""
    unit = np.sqrt(np.diag(first.information))
    curvature, direction = np.linalg.eigh(height.information / np.outer(unit, unit))
    lost = curvature <= LOST
    return np.asarray((direction[:, lost] ** 2).sum(axis=1) > LOST)

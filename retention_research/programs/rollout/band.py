"""A band that holds all effects of an event study at once: multiplier bootstrap by unit.

Callaway and Sant'Anna (2021), algorithm 1, with normal multipliers; each draw is divided by a
chi over its root degrees of freedom, so that of one effect the band is Student's interval. Those
of the age that knows its error least serve for all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from retention_research.models.arrays import Floats, Integers


class EventStudy(NamedTuple):
    """Effects by time since the start.

    Attributes:
        age: steps since the start, below 0 before it, shape (ages,).
        estimate: mean effect over starts, per customer, shape (ages,).
        low, high: the band that holds all ages at once; NaN where no error is known.
        std_error: of each age alone; NaN where its units are too few for one.
        critical: what the errors are multiplied by.
        customers: of the treated behind each age.
    """

    age: Integers
    estimate: Floats
    low: Floats
    high: Floats
    std_error: Floats
    critical: float
    customers: Floats


def multiplier_draws(
    influence: Floats, *, rng: np.random.Generator, free: float, draws: int
) -> Floats:
    """Errors that might have been, all quantities moved by the same units.

    Args:
        influence: how much each unit moves each quantity, shape (units, k).
        rng: of the multipliers.
        free: degrees of freedom.
        draws: how many.

    Returns:
        Shape (draws, k), around 0.

    Example:
        >>> multiplier_draws(np.eye(3), rng=np.random.default_rng(1), free=9, draws=5).shape
        (5, 3)
    """
    multiplied: Floats = rng.standard_normal((draws, influence.shape[0])) @ influence
    return multiplied / np.sqrt(rng.chisquare(free, (draws, 1)) / free)


def simultaneous(
    estimate: Floats,
    influence: Floats,
    *,
    rng: np.random.Generator,
    free: Floats,
    confidence: float,
    draws: int,
) -> tuple[Floats, Floats, Floats, Floats, float]:
    """A band around several estimates.

    Args:
        estimate: shape (k,).
        influence: shape (units, k); a column of zeros is an estimate without error, such as the
            base itself, and has no band.
        rng: of the multipliers.
        free: degrees of freedom of each error, shape (k,); NaN where it is not known: such an
            estimate has no band.
        confidence: that all are held at once.
        draws: of the bootstrap.

    Returns:
        The estimates, low and high ends, standard errors, and the critical value.
    """
    error = np.where(np.isnan(free), np.nan, np.sqrt((influence**2).sum(axis=0)))
    sure = error > 1e-12 * max(1.0, float(np.abs(estimate).max(initial=0.0)))
    if not sure.any():
        none = np.full(estimate.shape, np.nan)
        return estimate, none, none, error, float("nan")
    least = float(free[sure].min())
    moved = multiplier_draws(influence[:, sure] / error[sure], rng=rng, free=least, draws=draws)
    critical = float(np.quantile(np.abs(moved).max(axis=1), confidence))
    reach = np.where(sure, critical * error, np.nan)
    return estimate, estimate - reach, estimate + reach, error, critical

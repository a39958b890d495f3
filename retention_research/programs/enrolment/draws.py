"""Draws of customers for money: every outcome of a customer is drawn with the customer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats

_MANY = 10_000  # customers above which they are drawn in groups
_GROUPS = 4_000
_CELLS = 4_000_000  # random numbers held at a time


def multiplier_draws(
    points: npt.ArrayLike,
    influence: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int = 2000,
) -> Floats:
    """Estimates as they would be had other customers come: each counts a Poisson(1) of times.

    The multiplier bootstrap of Praestgaard and Wellner (1993), Annals of Probability 21,
    2053-2086; the same draw of customers serves all estimates, so that their sums hang together.

    Args:
        points: the estimates, shape (k,).
        influence: each customer's share in their errors, shape (customers, k).
        rng: draws the multipliers.
        draws: how many.

    Returns:
        Shape (draws, k). Above 10,000 customers, random groups of them are drawn instead.

    Raises:
        ValueError: if the shapes do not fit, or a share is missing.

    Examples:
        >>> share = np.array([[0.1, 0.2], [-0.1, -0.2]])
        >>> found = multiplier_draws([1.0, 2.0], share, rng=np.random.default_rng(1), draws=500)
        >>> found.shape, bool(np.allclose(2.0 * found[:, 0], found[:, 1]))
        ((500, 2), True)
    """
    point = np.atleast_1d(np.asarray(points, dtype=np.float64))
    share = np.asarray(influence, dtype=np.float64)
    if share.ndim != 2 or share.shape[1] != point.size:
        raise ValueError(f"influence has shape {share.shape}; (customers, {point.size}) is needed")
    if not np.isfinite(share).all():
        raise ValueError("influence is missing or infinite")
    share = _in_groups(share, rng)
    found = np.empty((draws, point.size))
    step = max(1, _CELLS // max(1, share.shape[0]))
    for begin in range(0, draws, step):
        many = min(step, draws - begin)
        times = rng.poisson(1.0, (many, share.shape[0])) - 1.0
        found[begin : begin + many] = point + times @ share
    return found


def _in_groups(share: Floats, rng: np.random.Generator) -> Floats:
    if share.shape[0] <= _MANY:
        return share
    group = rng.permutation(share.shape[0]) % _GROUPS
    columns = [np.bincount(group, weights=column, minlength=_GROUPS) for column in share.T]
    return np.column_stack(columns)

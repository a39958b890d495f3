"""An outcome with what behaviour before the experiment made of it taken off, customer by customer.

The plain means of both arms are those that Lin (2013), Annals of Applied Statistics 7, 295-318,
section 4, estimates, so that draws of customers need no regression of their own.
"""

from __future__ import annotations

import numpy as np

from retention_research.models.arrays import Floats, Integers
from retention_research.programs.experiment import Sample, arm_means

_SAME = 1e-12  # of a column's square: what is left of it there is rounding


def adjusted_outcome(sample: Sample) -> Floats:
    """The outcome less what behaviour before would have made of it in either arm.

    Args:
        sample: customers of both arms.

    Returns:
        Shape (n,), in the outcome's unit: y - theta (x - mean x), theta being the arms' slopes
        weighted by the other arm's share of the stratum, and each arm moved to the mean that
        `arm_means` gives it, also where probabilities vary; the outcome itself where nothing is
        adjusted for, and of customers who are not compared (see `Sample.compared`).

    Example:
        >>> before, arm = np.arange(120.0) % 7, np.arange(120) % 2 == 1
        >>> found = adjusted_outcome(Sample(3.0 * before + arm, arm, before))
        >>> [round(float(found[arm == side].mean()), 3) for side in (False, True)]
        [8.925, 9.925]
    """
    means = arm_means(sample)
    if sample.before is None or not means.adjusted:
        return sample.outcome
    rows = sample.with_outcome(np.arange(sample.n)).compared().outcome.astype(np.intp)
    adjusted = sample.outcome.copy()
    adjusted[rows] = _adjusted(sample.compared(), sample.before[rows])
    apart = means.mean - arm_means(sample.with_outcome(adjusted), adjust=False).mean
    adjusted[rows] += apart[sample.treated[rows].astype(np.intp)]
    return adjusted


def _adjusted(sample: Sample, before: Floats) -> Floats:
    x = np.asarray(before - before.mean(axis=0))
    stratum = sample.strata()
    share = np.bincount(stratum, sample.treated) / np.bincount(stratum)
    control, treated = (_slopes(sample, x, stratum, arm) for arm in (False, True))
    theta = share[stratum, None] * control + (1.0 - share[stratum, None]) * treated
    return np.asarray(sample.outcome - np.einsum("ij,ij->i", x, theta))


def _slopes(sample: Sample, x: Floats, stratum: Integers, arm: bool) -> Floats:
    """One arm's slopes on behaviour before, within strata, shape (k,)."""
    rows = sample.treated == arm
    weight, place = sample.weights[rows], stratum[rows]
    total = np.maximum(np.bincount(place, weight), 1e-300)
    apart = np.column_stack([
        column - (np.bincount(place, weight * column) / total)[place]
        for column in (*x[rows].T, sample.outcome[rows])
    ])  # fmt: skip
    columns, y = apart[:, :-1], apart[:, -1]
    gram = (columns * weight[:, None]).T @ columns
    inverse = np.linalg.pinv(gram, rcond=_SAME, hermitian=True)
    return np.asarray(inverse @ (columns.T @ (weight * y)))

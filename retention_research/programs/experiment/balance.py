"""Were the arms alike before the experiment? They differ by chance alone if chance drew them.

The standardised difference is Austin's (2009, Statistics in Medicine 28, 3083-3107):
the difference of means over the root of the mean of both arms' variances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from retention_research.models.arrays import Floats
from retention_research.programs.experiment.arm_means import arm_means
from retention_research.programs.experiment.sample import Sample, table

LARGE = 0.1  # of a standard deviation: a difference that is worth a look (Austin, 2009)


@dataclass(frozen=True, slots=True)
class Balance:
    """One column of behaviour before, in both arms.

    Attributes:
        name: of the column.
        mean_treated: of the treated arm, in the column's unit. mean_control: of the control arm.
        standardised_difference: in standard deviations; None where nothing varies.
        p_value: of no difference, two-sided; None where nothing varies.
    """

    name: str
    mean_treated: float
    mean_control: float
    standardised_difference: float | None
    p_value: float | None


def balance(
    before: npt.ArrayLike,
    treated: npt.ArrayLike,
    names: Sequence[str],
    *,
    stratum: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    probability: npt.ArrayLike | None = None,
) -> tuple[Balance, ...]:
    """Hold the arms against each other, column by column.

    Args:
        before: columns of what was known of customers, shape (n, k), finite.
        treated: arm of each customer, shape (n,).
        names: of the columns, shape (k,).
        stratum: as in a `Sample`, as are cluster and probability: means are over strata as they
            are among all.
        cluster: likewise.
        probability: likewise.

    Returns:
        One row per column, with Welch's test.

    Raises:
        ValueError: on missing values, an empty arm, or names that do not fit.

    Examples:
        >>> rows = balance([[1.0], [3.0], [3.0], [5.0]], [0, 0, 1, 1], ["orders"])
        >>> rows[0].mean_treated, round(rows[0].standardised_difference, 4)
        (4.0, 1.4142)
    """
    arm = np.asarray(treated)
    columns = table("before", before, arm.size)
    if len(names) != columns.shape[1]:
        raise ValueError(f"there are {len(names)} names for {columns.shape[1]} columns")
    sample = Sample(np.zeros(arm.size), arm, None, stratum, cluster, probability)
    return tuple(
        _row(name, sample.with_outcome(column))
        for name, column in zip(names, columns.T, strict=True)
    )


def _row(name: str, sample: Sample) -> Balance:
    means = arm_means(sample, adjust=False)
    spread = sqrt(sum(_variance(sample, arm) for arm in (False, True)) / 2.0)
    control, treated = (float(value) for value in means.mean)
    if spread <= 1e-12 * max(abs(control), abs(treated)) or means.variance <= 0.0:
        return Balance(name, treated, control, None, None)
    score = abs(means.difference) / sqrt(means.variance)
    p_value = float(2.0 * stdtr(means.degrees_of_freedom, -score))
    return Balance(name, treated, control, means.difference / spread, p_value)


def _variance(sample: Sample, arm: bool) -> float:
    mine: Floats = sample.outcome[sample.treated == arm]
    return float(mine.var(ddof=1)) if mine.size > 1 else 0.0

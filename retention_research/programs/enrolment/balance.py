"""Are the enrolled and those they are compared with alike, before and after weighting?

Austin (2009), Statistics in Medicine 28, 3083-3107: differences in standard deviations, of the
two sides before weighting, so that weighting cannot hide a difference by changing its unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Flags, Floats
from retention_research.programs.enrolment.rows import TrialRows

ALIKE = 0.1  # standard deviations (Austin, 2009)


class Balance(NamedTuple):
    """One covariate.

    Attributes:
        name: its name.
        mean_treated: among the enrolled. mean_control: among the others.
        weighted_treated, weighted_control: the same after weighting.
        before, after: differences in standard deviations.
        passed: alike after weighting, to a tenth of a standard deviation.
    """

    name: str
    mean_treated: float
    mean_control: float
    weighted_treated: float
    weighted_control: float
    before: float
    after: float
    passed: bool


class LoveRow(NamedTuple):
    """One covariate's absolute differences, in standard deviations."""

    name: str
    before: float
    after: float


def balance(rows: TrialRows, weights: npt.ArrayLike) -> tuple[Balance, ...]:
    """Hold covariates of both sides against each other.

    Args:
        rows: of the trials, some of each side with weight.
        weights: of each row in the comparison, shape (n,).

    Examples:
        >>> rows = TrialRows(np.zeros(4), np.array([1, 1, 0, 0]), np.array([[1.0], [3], [0], [2]]),
        ...                  ["orders"], np.arange(4), np.zeros(4))
        >>> found = balance(rows, [1.0, 1.0, 0.0, 1.0])[0]
        >>> round(found.before, 4), found.after
        (1.0, 0.0)
    """
    x, t = np.asarray(rows.covariates, dtype=np.float64), np.asarray(rows.treated) == 1
    weight = np.asarray(weights, dtype=np.float64)
    plain = x[t].mean(axis=0), x[~t].mean(axis=0)
    even = _mean(x, weight, t), _mean(x, weight, ~t)
    spread = np.sqrt((x[t].var(axis=0) + x[~t].var(axis=0)) / 2.0)
    columns = zip(rows.names, *plain, *even, spread, strict=True)
    return tuple(_balance(name, *map(float, values)) for name, *values in columns)


def _mean(x: Floats, weight: Floats, who: Flags) -> Floats:
    mean: Floats = weight[who] @ x[who] / weight[who].sum()
    return mean


def _balance(name: str, one: float, two: float, near: float, far: float, sd: float) -> Balance:
    flat = sd <= 1e-12 * max(1.0, abs(one), abs(two))
    before, after = (0.0, 0.0) if flat else ((one - two) / sd, (near - far) / sd)
    return Balance(name, one, two, near, far, before, after, abs(after) <= ALIKE)


def love_rows(balances: Iterable[Balance]) -> tuple[LoveRow, ...]:
    """What a love plot draws: the largest difference before weighting first.

    Example:
        >>> love_rows([Balance("a", 1, 0, 1, 1, 0.1, 0.0, True),
        ...            Balance("b", 0, 1, 1, 1, -0.5, -0.01, True)])
        (LoveRow(name='b', before=0.5, after=0.01), LoveRow(name='a', before=0.1, after=0.0))
    """
    rows = [LoveRow(one.name, abs(one.before), abs(one.after)) for one in balances]
    return tuple(sorted(rows, key=lambda row: -row.before))

"""Do groups, such as teams, differ by more than chance, and by how much?

Cochran (1954), Biometrics 10, 101-129: the Q statistic. DerSimonian and Laird (1986), Controlled
Clinical Trials 7, 177-188, equation 8: the spread between groups, chance taken off.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from retention_research.models.arrays import Floats, checked, refuse, same_length
from retention_research.models.fit import Missing

Test = TypeVar("Test", bound=Hashable)


class Spread(NamedTuple):
    """How groups differ.

    Attributes:
        statistic: Cochran's Q.
        degrees_of_freedom: groups less one.
        p_value: the probability of as large a Q if all groups were alike.
        between: standard deviation between groups, chance taken off; 0 where there is no more
            than chance.
        shrunken: each group's value drawn towards the middle by its own error, shape (k,).
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float
    between: float
    shrunken: tuple[float, ...]


def spread_between(estimates: npt.ArrayLike, std_errors: npt.ArrayLike) -> Spread | Missing:
    """Hold groups' values against each other.

    Args:
        estimates: one per group, 0 or more, shape (k,).
        std_errors: their standard errors, above 0, shape (k,).

    Returns:
        The spread; missing with fewer than two groups.

    Raises:
        ValueError: on missing values, or errors that are not above 0.

    Example:
        >>> found = spread_between([10.0, 10.0, 16.0], [1.0, 1.0, 1.0])
        >>> found.statistic, round(found.p_value, 6), round(found.between, 4)
        (24.0, 6e-06, 3.3166)
    """
    value, error = checked("estimates", estimates), checked("std_errors", std_errors)
    same_length(estimates=value, std_errors=error)
    refuse(error <= 0.0, "std_errors is not above 0")
    if value.size < 2:
        return Missing("spread", "There is only one group to compare.")
    weight = error**-2
    statistic = float(weight @ (value - _middle(value, weight)) ** 2)
    free = value.size - 1
    scale = weight.sum() - weight @ weight / weight.sum()
    variance = max(0.0, (statistic - free) / float(scale))
    shrunken = _shrunken(value, error**2, variance)
    p_value = float(chi2.sf(statistic, free))
    return Spread(statistic, free, p_value, variance**0.5, tuple(shrunken.tolist()))


def _middle(value: Floats, weight: Floats) -> float:
    return float(weight @ value / weight.sum())


def _shrunken(value: Floats, noise: Floats, variance: float) -> Floats:
    middle = _middle(value, 1.0 / (noise + variance))
    return middle + variance / (variance + noise) * (value - middle)


def errors_if_alike(
    estimates: npt.ArrayLike, std_errors: npt.ArrayLike, sizes: npt.ArrayLike
) -> Floats:
    """Standard errors that groups would have if all were alike.

    The variance of one observation is pooled within and between groups, so that a group of which
    all or none have something keeps an error, as in Pearson's chi-square test of proportions.

    Args:
        estimates: means or shares, shape (k,).
        std_errors: their own standard errors, 0 where all observations agree, shape (k,).
        sizes: independent observations of each, above 0, shape (k,).

    Returns:
        Above 0, shape (k,); half an observation of each kind is added to observations that all
        agree.

    Raises:
        ValueError: on missing values, negative errors, or sizes that are not above 0.

    Example:
        >>> errors_if_alike([1.0, 0.5], [0.0, 0.05], [100, 100]).round(4).tolist()
        [0.0433, 0.0433]
    """
    value, error = checked("estimates", estimates), np.asarray(std_errors, dtype=np.float64)
    size = checked("sizes", sizes)
    same_length(estimates=value, std_errors=error, sizes=size)
    refuse(~(error >= 0.0), "std_errors is negative or missing")
    refuse(size <= 0.0, "sizes is not above 0")
    middle, total = _middle(value, size), float(size.sum())
    pooled = float(size @ (error**2 * size + (value - middle) ** 2)) / total
    least = 0.25 * (2.0 * total + 1.0) / (total + 1.0) ** 2  # 1/2 and n + 1/2 of n + 1
    found: Floats = np.sqrt((pooled if pooled > 0.0 else least) / size)
    return found


def holm(p_values: Mapping[Test, float]) -> dict[Test, float]:
    """P values adjusted for the number of tests: Holm (1979), Scand. J. Statistics 6, 65-70.

    Example:
        >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
        {'a': 0.03, 'c': 0.06, 'b': 0.06}
    """
    adjusted: dict[Test, float] = {}
    least = 0.0
    for place, name in enumerate(sorted(p_values, key=lambda one: p_values[one])):
        least = max(least, min(1.0, p_values[name] * (len(p_values) - place)))
        adjusted[name] = least
    return adjusted


def benjamini_hochberg(p_values: Mapping[Test, float]) -> dict[Test, float]:
    """P values adjusted so that their threshold bounds the share of false findings.

    Benjamini and Hochberg (1995), J. Royal Statistical Society B 57, 289-300.

    Example:
        >>> benjamini_hochberg({"a": 0.01, "b": 0.04, "c": 0.03})
        {'b': 0.04, 'c': 0.04, 'a': 0.03}
    """
    adjusted: dict[Test, float] = {}
    least, tests = 1.0, len(p_values)
    for place, name in enumerate(sorted(p_values, key=lambda one: -p_values[one])):
        least = min(least, p_values[name] * tests / (tests - place))
        adjusted[name] = least
    return adjusted

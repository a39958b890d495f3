"""A ratio of sums over customers, such as tickets per order, with errors clustered by customer.

Cochran (1977), Sampling Techniques, 3rd edition, equation 6.13: the delta method for y / x when
each customer brings a pair of sums. Shares within 0..1 have Wilson's interval at the number of
independent observations that would give the same error (Korn and Graubard, 1998, section 2).
"""

from __future__ import annotations

from math import exp, sqrt
from typing import NamedTuple

import numpy.typing as npt
from scipy.special import stdtrit

from retention_research.models.arrays import checked, same_length
from retention_research.models.fit import Estimate, Missing


class Moments(NamedTuple):
    """What a ratio needs of the customers' sums y and x.

    Attributes:
        n: customers.
        y: sum of y, the numerator; x: sum of x, the denominator.
        yy: sum of squares of y; xx: of x; xy: sum of products.
    """

    n: int
    y: float
    x: float
    yy: float
    xx: float
    xy: float


def moments(y: npt.ArrayLike, x: npt.ArrayLike) -> Moments:
    """Condense customers' sums.

    Args:
        y: numerators, one per customer, shape (n,), 0 or more.
        x: denominators, shape (n,), 0 or more.

    Raises:
        ValueError: on missing or negative sums, or another number of rows.

    Examples:
        >>> moments([1, 0, 2], [4, 2, 2])
        Moments(n=3, y=3.0, x=8.0, yy=5.0, xx=24.0, xy=8.0)
    """
    above, below = checked("y", y), checked("x", x)
    same_length(y=above, x=below)
    sums = above.sum(), below.sum(), above @ above, below @ below, above @ below
    return Moments(above.size, *map(float, sums))


def ratio(found: Moments, confidence: float = 0.95, term: str = "ratio") -> Estimate | Missing:
    """Sum of y over sum of x, for 0 or more, with an interval on the log scale.

    Args:
        found: the customers' sums.
        confidence: level of the interval; Student's t with n - 1 degrees of freedom.
        term: its name.

    Returns:
        The estimate; missing where no interval can be had.

    Examples:
        >>> ratio(moments([1, 0, 2, 1], [4, 2, 2, 4])).estimate
        0.3333333333333333
    """
    reason = _obstacle(found)
    if reason or not found.y:
        return Missing(term, reason or "None was counted, and no range can be given for none.")
    value, error = found.y / found.x, _error(found)
    if not error:
        return Missing(term, "All customers are alike in it, so that no range can be given.")
    reach = exp(student(confidence, found.n) * error / value)
    return Estimate(term, value, error, value / reach, value * reach)


def share(found: Moments, confidence: float = 0.95, term: str = "share") -> Estimate | Missing:
    """Sum of y over sum of x where y is part of x: a share within 0..1.

    Args:
        found: the customers' sums.
        confidence: level of the interval.
        term: its name.

    Returns:
        The estimate with Wilson's interval at the effective number of observations: the number of
        customers where all or none have it. Missing where no interval can be had.

    Examples:
        >>> found = share(moments([1, 0, 1, 0], [1, 1, 1, 1]))
        >>> found.estimate, round(found.conf_low, 3), round(found.conf_high, 3)
        (0.5, 0.061, 0.939)
    """
    reason = _obstacle(found)
    if reason:
        return Missing(term, reason)
    value, error = min(found.y / found.x, 1.0), _error(found)
    effective = value * (1.0 - value) / error**2 if error else float(found.n)
    low, high = _wilson(value, effective, student(confidence, found.n))
    return Estimate(term, value, error, low, high)


def _wilson(p: float, n: float, z: float) -> tuple[float, float]:
    middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n)
    half = z / (1.0 + z * z / n) * sqrt(p * (1.0 - p) / n + (z / (2.0 * n)) ** 2)
    return min(max(middle - half, 0.0), p), max(min(middle + half, 1.0), p)


def student(confidence: float, n: int) -> float:
    """Student's quantile of a two-sided interval from n customers.

    Examples:
        >>> round(student(0.95, 10), 3)
        2.262
    """
    return float(stdtrit(n - 1, 0.5 + confidence / 2.0))


def _obstacle(found: Moments) -> str:
    if found.n < 1 or found.x <= 0.0:
        return "There is nothing to divide by."
    return "" if found.n > 1 else "It rests on 1 customer, so that no range can be given."


def _error(found: Moments) -> float:
    r = found.y / found.x
    squares = found.yy - 2.0 * r * found.xy + r * r * found.xx
    # what is left of squares that cancel is nothing
    squares = 0.0 if squares < 1e-12 * max(found.yy, 1.0) else squares
    return sqrt(squares * found.n / (found.n - 1.0)) / found.x

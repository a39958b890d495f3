"""A ratio of sums over customers on two days, such as purchases a year: its change.

The customers of the later day are mostly those of the earlier one, so both ratios err together.
Cochran (1977), Sampling Techniques, 3rd edition, equation 6.13, for the difference of two ratios of
one sample: each customer brings four sums, and the error is that of their joint influence.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.models.ratio import student


def paired_change(
    n: int, sums: npt.ArrayLike, products: npt.ArrayLike, confidence: float = 0.95
) -> Estimate | Missing:
    """The change of a ratio of sums over customers, y / x now less y / x then.

    Args:
        n: customers that count now.
        sums: of y and x now, y and x then, 0 or more, shape (4,).
        products: sums over customers of the products of those four, shape (4, 4).
        confidence: level of the interval; Student's t with n - 1 degrees of freedom.

    Returns:
        The change with its interval; missing where no interval can be had.

    Examples:
        >>> each = np.array([[3.0, 9, 2, 6], [1, 5, 1, 2], [4, 8, 2, 5]])
        >>> found = paired_change(3, each.sum(axis=0), each.T @ each)
        >>> round(found.estimate, 4), round(found.std_error, 4)
        (-0.021, 0.0871)
    """
    y_now, x_now, y_then, x_then = (float(total) for total in np.asarray(sums, dtype=np.float64))
    if n < 2 or x_now <= 0.0 or x_then <= 0.0:
        return Missing("change", "There are too few customers to give a range.")
    now, then = y_now / x_now, y_then / x_then
    slopes = np.array([1.0 / x_now, -now / x_now, -1.0 / x_then, then / x_then])
    error = _error(slopes, np.asarray(products, dtype=np.float64), n)
    if not error:
        return Missing("change", "All customers are alike in it, so that no range can be given.")
    reach = student(confidence, n) * error
    return Estimate("change", now - then, error, now - then - reach, now - then + reach)


def _error(slopes: Floats, products: Floats, n: int) -> float:
    squares = float(slopes @ products @ slopes)
    # what is left of squares that cancel is nothing
    scale = float(np.abs(slopes) @ np.abs(products) @ np.abs(slopes))
    return sqrt(squares * n / (n - 1.0)) if squares > 1e-12 * scale else 0.0

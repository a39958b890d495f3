"""The median of counted numbers, with an interval that assumes no distribution."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

from retention_research.models.arrays import checked, checked_weights, same_length
from retention_research.models.fit import Estimate, Missing


def counted_median(
    numbers: npt.ArrayLike, counts: npt.ArrayLike, confidence: float = 0.95, term: str = "median"
) -> Estimate | Missing:
    """The median, between two of the ordered numbers (Conover, 1999, section 3.2).

    Args:
        numbers: the distinct numbers, shape (m,), in any order.
        counts: how often each occurs, shape (m,), whole.
        confidence: least probability with which the interval holds the median.
        term: its name.

    Returns:
        The middle number, or the mean of the two in the middle; its ends are numbers of the data.
        Missing with too few numbers for any interval.

    Raises:
        ValueError: on missing or negative numbers, or arrays of different lengths.

    Examples:
        >>> counted_median([3, 9, 5], [4, 4, 2])[1:]
        (5.0, None, 3.0, 9.0)
    """
    values, times = checked("numbers", numbers), checked_weights(counts, np.size(numbers))
    same_length(numbers=values, counts=times)
    n = int(times.sum())
    ranks = np.cumsum(times[np.argsort(values)])
    below = int(binom.ppf(0.5 - confidence / 2.0, n, 0.5)) if n else 0
    if below < 1:
        return Missing(term, f"Only {n} to take the middle of, too few for a range.")
    ordered = np.sort(values)
    at = [ordered[np.searchsorted(ranks, r)] for r in (below, (n + 1) // 2, n // 2 + 1)]
    high = ordered[np.searchsorted(ranks, n + 1 - below)]
    return Estimate(term, float(at[1] + at[2]) / 2.0, None, float(at[0]), float(high))

"""A proportion and its Wilson interval.

Wilson (1927), Probable inference, J. American Statistical Association 22, 209-212.
"""

from __future__ import annotations

from math import sqrt

from retention_research.models.fit import Estimate
from retention_research.models.intervals import quantile


def proportion(successes: int, n: int, confidence: float = 0.95, term: str = "share") -> Estimate:
    """The share of successes with Wilson's interval.

    Args:
        successes: 0..n.
        n: at least 1.
        confidence: level of the interval.
        term: its name.

    Returns:
        The estimate; its interval lies in 0..1 and holds it.

    Raises:
        ValueError: if n is below 1 or successes lie outside 0..n.

    Examples:
        >>> tuple(round(x, 4) for x in proportion(15, 50)[3:])
        (0.191, 0.4375)
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n} are not a proportion")
    p, z = successes / n, quantile(confidence)
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Estimate(term, p, sqrt(p * (1 - p) / n), min(low, p), max(high, p))

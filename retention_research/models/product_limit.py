"""The product-limit curve and the variance of its logarithm: of counts, and of weighted customers.

Greenwood (1926); Kalbfleisch and Prentice (2002), section 1.4; the infinitesimal jackknife as in
`survival_influence`.
"""

from __future__ import annotations

import numpy as np

from retention_research.models.arrays import Floats
from retention_research.models.survival_counts import SurvivalCounts, Watched, hazards
from retention_research.models.survival_influence import influence, products, spans


def greenwood(counts: SurvivalCounts) -> tuple[Floats, Floats]:
    """The curve of counted customers and Greenwood's variance of its logarithm.

    Args:
        counts: customers at risk and events by distinct time.

    Returns:
        The share without event after each time and the variance, shape (k,) each; the variance
        means nothing where the share is 0.

    Examples:
        >>> counts = SurvivalCounts(*map(np.array, ([1.0, 2.0], [4.0, 3.0], [1.0, 0.0], [0, 1])))
        >>> survival, variance = greenwood(counts)
        >>> survival, variance.round(4)
        (array([0.75, 0.75]), array([0.0833, 0.0833]))
    """
    n, d = counts.at_risk, counts.events
    steps = d / np.maximum(n * (n - d), 1.0)
    return np.cumprod(1.0 - hazards(counts)).astype(np.float64), np.cumsum(steps)


def jackknife(rows: Watched, squares: Floats) -> tuple[Floats, Floats]:
    """The curve of weighted customers and the infinitesimal jackknife's variance of its logarithm.

    Args:
        rows: the distinct rows of customers; only the ratios of weights matter.
        squares: sums of the customers' squared weights, shape (n,).

    Returns:
        As `greenwood`, by distinct time of exit.

    Examples:
        >>> rows = Watched(np.zeros(4), np.array([1.0, 2, 2, 2]), np.arange(4) < 1, np.ones(4))
        >>> jackknife(rows, np.ones(4))[1].round(4)
        array([0.0833, 0.0833])
    """
    counts = rows.counted(rows.weight)
    hazard, seen = hazards(counts), spans(rows, counts)
    gain = 1.0 / (counts.at_risk * np.where(hazard < 1.0, 1.0 - hazard, np.inf))
    one = influence(seen, hazard * gain, gain)
    return np.cumprod(1.0 - hazard).astype(np.float64), np.maximum(
        products(seen, squares, one, one), 0.0
    )

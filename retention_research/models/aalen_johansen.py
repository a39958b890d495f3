"""The share that has come to one of several competing ends, and the variance of it.

Aalen and Johansen (1978), Scand. J. Statistics 5, 141-150; the variance is the infinitesimal
jackknife's, as in R's survival.
"""

from __future__ import annotations

import numpy as np

from retention_research.models.arrays import Flags, Floats, tally
from retention_research.models.survival_counts import SurvivalCounts, Watched, hazards
from retention_research.models.survival_influence import influence, products, spans


def aalen_johansen(rows: Watched, own: Flags) -> tuple[SurvivalCounts, Floats, Floats]:
    """The share that has come to one end, by distinct time.

    Args:
        rows: customers, with any end as their event and counts as weights.
        own: whether the end was this one, shape (n,).

    Returns:
        The counts of any end by distinct time, the share that has come to this end by each, and
        the variance of that share, shape (k,).

    Examples:
        >>> exits, whole = np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4)
        >>> rows = Watched(np.zeros(4), exits, exits < 4.0, whole)
        >>> aalen_johansen(rows, exits == 2.0)[1]
        array([0.  , 0.25, 0.25, 0.25])
    """
    counts = rows.counted(rows.weight)
    hazard = hazards(counts)
    before = np.concatenate([[1.0], np.cumprod(1.0 - hazard)[:-1]])
    events = tally(counts.place, rows.weight * own, counts.time.size)
    step = before / counts.at_risk
    share: Floats = np.cumsum(step * events)
    return counts, share, _variance(rows, own, counts, share, step)


def _variance(
    rows: Watched, own: Flags, counts: SurvivalCounts, share: Floats, step: Floats
) -> Floats:
    """Squared influences on the share at t: of events at u, step(u) and (F(t) - F(u)) g(u)."""
    hazard, seen = hazards(counts), spans(rows, counts)
    # where all have the event, nothing follows that their going could move
    g = 1.0 / (counts.at_risk * np.where(hazard < 1.0, 1.0 - hazard, np.inf))
    h_own = tally(counts.place, rows.weight * own, counts.time.size) / counts.at_risk
    direct = influence(seen._replace(event=own.astype(np.float64)), step * h_own, step)
    moved = influence(seen, hazard * g * share, g * share)
    still, later = direct.plus(moved), influence(seen, hazard * g, g)
    weight = rows.weight
    return np.maximum(
        products(seen, weight, still, still)
        - 2.0 * share * products(seen, weight, still, later)
        + share**2 * products(seen, weight, later, later),
        0.0,
    )

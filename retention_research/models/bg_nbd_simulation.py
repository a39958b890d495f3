"""Customers who behave as BG/NBD says, for tests against known truth."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, checked
from retention_research.models.bg_nbd_likelihood import BgNbdParameters

LEAST_DROPOUT = 1e-12  # a geometric count needs a probability above 0


class SimulatedCustomers(NamedTuple):
    """Simulated customers, each column of shape (n,).

    Attributes:
        frequency: repeat purchases up to T.
        recency: time from first to last purchase; 0 without a repeat purchase.
        later: purchases in (T, T + ahead].
        alive: whether the customer is alive at T, which data never show.
    """

    frequency: Floats
    recency: Floats
    later: Floats
    alive: npt.NDArray[np.bool_]


def simulate_bg_nbd(
    parameters: BgNbdParameters,
    T: npt.ArrayLike,
    rng: np.random.Generator,
    *,
    ahead: float = 0.0,
) -> SimulatedCustomers:
    """Simulate customers up to T and beyond.

    A customer would buy K times, Poisson, and leaves after purchase number L, geometric; the
    L-th of K purchases spread evenly over (0, T) falls at T times a Beta(L, K - L + 1).

    Args:
        parameters: r, alpha, a, b.
        T: time from first purchase to the window's end, shape (n,).
        rng: where chance comes from.
        ahead: how long to go on after T, same unit.

    Returns:
        The customers.

    Raises:
        ValueError: on negative or missing times.

    Examples:
        >>> paper = BgNbdParameters(0.243, 4.414, 0.793, 2.426)
        >>> people = simulate_bg_nbd(paper, np.full(1000, 39.0), np.random.default_rng(1))
        >>> bool((people.recency <= 39.0).all()), bool(people.alive[people.frequency == 0].all())
        (True, True)
    """
    r, alpha, a, b = parameters
    window = checked("T", T)
    rate = rng.gamma(r, 1.0 / alpha, window.size)
    leaves_after = rng.geometric(np.maximum(rng.beta(a, b, window.size), LEAST_DROPOUT))
    would_buy = rng.poisson(rate * window)
    frequency = np.minimum(would_buy, leaves_after)
    place = rng.beta(np.maximum(frequency, 1), np.maximum(would_buy - frequency, 0) + 1)
    recency = np.where(frequency > 0, window * place, 0.0)
    alive = leaves_after > would_buy
    later = np.minimum(rng.poisson(rate * ahead), leaves_after - frequency)
    bought = np.where(alive, later, 0)
    return SimulatedCustomers(
        frequency.astype(np.float64), recency, bought.astype(np.float64), alive
    )

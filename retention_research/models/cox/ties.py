"""Efron's factors of very many tied events, as weighted sums over few of them.

With d tied events the likelihood has d factors, at the shares l/d for l = 0..d-1, and all that is
summed over them are smooth functions of the share: the logarithm and powers of S - (l/d) D. Sums
over a run of whole numbers are then Gauss's quadrature for that run (Golub and Welsch, 1969,
Mathematics of Computation 23, 221-230, with the recurrence of discrete Chebyshev polynomials).
Runs double in length away from the last factor, where the functions may have a pole, so that
each is as far from the pole as it is long: 12 nodes are then right to rounding.
"""

import numpy as np
from scipy.linalg import eigh_tridiagonal

from retention_research.models.arrays import Floats

MANY = 256  # tied events from which on factors are not written out one by one
ALONE = 64  # the last factors, each by itself
NODES = 12  # for each run of the others


def shares(count: int) -> tuple[Floats, Floats]:
    """The shares l/d of Efron's factors, or nodes and weights with the same sums.

    Args:
        count: d, the number of tied events.

    Returns:
        Shares, 0 or more and below 1, and how many factors each stands for.

    Examples:
        >>> shares(2)
        (array([0. , 0.5]), array([1., 1.]))
        >>> share, weight = shares(1_000_000)
        >>> share.size, round(float(weight.sum()))
        (232, 1000000)
    """
    if count <= MANY:
        return np.arange(count) / count, np.ones(count)
    nodes, weights = [np.arange(ALONE, dtype=np.float64)], [np.ones(ALONE)]
    begin = ALONE
    while begin < count:
        length = min(begin, count - begin)
        at, standing = _run(length)
        nodes.append(begin + at)
        weights.append(standing)
        begin += length
    behind = np.concatenate(nodes)[::-1]  # counted from the last factor
    return (count - 1.0 - behind) / count, np.concatenate(weights)[::-1]


def _run(length: int) -> tuple[Floats, Floats]:
    """Nodes and weights of a sum over 0..length-1, exact for polynomials of degree 23."""
    if length <= NODES:
        return np.arange(length, dtype=np.float64), np.ones(length)
    k: Floats = np.arange(1.0, NODES)
    beside = k / 2.0 * np.sqrt((length**2 - k**2) / (4.0 * k**2 - 1.0))
    nodes, vectors = eigh_tridiagonal(np.full(NODES, (length - 1) / 2.0), beside)
    return np.asarray(nodes), np.asarray(length * vectors[0] ** 2)

"""Weighted counts of lower values within many ranges of a sequence, in O(n log n)."""

import numpy as np

from retention_research.models.arrays import Floats, Integers


def below_and_equal(
    ranks: Integers, weights: Floats, low: Integers, high: Integers, rank: Integers
) -> tuple[Floats, Floats]:
    """Sum the weights in a range whose rank is below, or equal to, a given one.

    The sequence is dealt out bit by bit of the ranks, from the highest on; each question follows
    its own rank through the piles, and takes in the pile below whenever it goes above
    (the wavelet matrix of Claude, Navarro and Ordonez, 2015, Information Systems 47, 15-32).

    Args:
        ranks: the sequence, shape (n,), 0 or more.
        weights: shape (n,).
        low: where each range begins, shape (m,).
        high: where it ends, exclusive, shape (m,); not before it begins.
        rank: what each asks for, shape (m,).

    Returns:
        Sums of weights below and equal, each of shape (m,).

    Examples:
        >>> below_and_equal(
        ...     np.array([2, 0, 2, 1]), np.ones(4), np.array([0]), np.array([3]), np.array([2])
        ... )
        (array([1.]), array([2.]))
    """
    below, equal_from, equal_to = np.zeros(low.size), low, high
    top = max(int(ranks.max(initial=0)), int(rank.max(initial=0)))
    for bit in reversed(range(top.bit_length())):
        high_bit = (ranks >> bit & 1).astype(np.bool_)
        lows = np.concatenate([[0], np.cumsum(~high_bit)])
        order = np.concatenate([np.flatnonzero(~high_bit), np.flatnonzero(high_bit)])
        ranks, weights = ranks[order], weights[order]
        first, last = lows[equal_from], lows[equal_to]
        upper = (rank >> bit & 1).astype(np.bool_)
        pile = _running(weights[: lows[-1]])
        below[upper] += (pile[last] - pile[first])[upper]
        equal_from = np.where(upper, lows[-1] + equal_from - first, first)
        equal_to = np.where(upper, lows[-1] + equal_to - last, last)
    total = _running(weights)
    return below, total[equal_to] - total[equal_from]


def _running(weights: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(weights)])

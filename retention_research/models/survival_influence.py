"""How much each customer moves a curve: sums of squared influences, for errors of weighted curves.

The infinitesimal jackknife: a row's influence at time t adds what it gains at its own event and
what it loses at each event while it is at risk (Lin and Wei, 1989, JASA 84, 1074-1078, section 2).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from retention_research.models.arrays import Floats, Integers, tally
from retention_research.models.survival_counts import SurvivalCounts, Watched


class Spans(NamedTuple):
    """Which of k times each row is at risk at: from `first` to `last`, both taken in.

    Attributes:
        first: place of the first time after entry, shape (n,).
        last: place of the exit, shape (n,).
        event: whether the exit is the event.
        k: how many times there are.
    """

    first: Integers
    last: Integers
    event: Floats
    k: int


class Influence(NamedTuple):
    """One influence per row, for all times at once.

    Attributes:
        risk: what being at risk at each time adds, cumulated from 0, shape (k + 1,).
        gain: what the row's own event adds, shape (n,).
    """

    risk: Floats
    gain: Floats

    def plus(self, other: Influence) -> Influence:
        """The sum of two influences."""
        return Influence(self.risk + other.risk, self.gain + other.gain)


def spans(rows: Watched, counts: SurvivalCounts) -> Spans:
    """The times at which each row is at risk.

    Args:
        rows: the customers.
        counts: by their distinct times.
    """
    first = np.searchsorted(counts.time, rows.entry, side="right")
    return Spans(first, counts.place, rows.event.astype(np.float64), counts.time.size)


def influence(seen: Spans, loss: Floats, gain: Floats) -> Influence:
    """The influence of rows that lose at each time at risk and gain at their own event.

    Args:
        seen: when each row is at risk.
        loss: at each time, shape (k,).
        gain: of an event at each time, shape (k,).

    Examples:
        >>> seen = Spans(np.array([0]), np.array([1]), np.array([1.0]), 2)
        >>> one = influence(seen, np.array([0.1, 0.2]), np.array([1.0, 2.0]))
        >>> products(seen, np.ones(1), one, one).round(4).tolist()
        [0.01, 2.89]
    """
    return Influence(np.concatenate([[0.0], -np.cumsum(loss)]), gain[seen.last] * seen.event)


def products(seen: Spans, weight: Floats, one: Influence, other: Influence) -> Floats:
    """The weighted sum over rows of the products of two influences, at each time, shape (k,).

    Rows that are out keep their last influence; rows at risk differ only by when they entered.

    Args:
        seen: when each row is at risk.
        weight: of each product, shape (n,).
        one: an influence.
        other: another, or the same.
    """
    out = tally(seen.last, weight * _final(seen, one) * _final(seen, other), seen.k)
    starts = one.risk[seen.first], other.risk[seen.first]
    x, y = one.risk[1:], other.risk[1:]
    live = (
        _at_risk(seen, weight) * x * y
        - _at_risk(seen, weight * starts[1]) * x
        - _at_risk(seen, weight * starts[0]) * y
        + _at_risk(seen, weight * starts[0] * starts[1])
    )
    return np.cumsum(out) + live


def _final(seen: Spans, one: Influence) -> Floats:
    return one.risk[seen.last + 1] - one.risk[seen.first] + one.gain


def _at_risk(seen: Spans, amount: Floats) -> Floats:
    """Sums over the rows that are still in after each time."""
    came, gone = tally(seen.first, amount, seen.k + 1)[:-1], tally(seen.last, amount, seen.k)
    return np.cumsum(came - gone)

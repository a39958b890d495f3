"""Durations, checked and counted by distinct time: what curves and tests of survival start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import (
    Flags,
    Floats,
    Integers,
    checked,
    checked_weights,
    distinct,
    refuse,
    same_length,
    tally,
)


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """Customers, each watched from an entry (left out) to an exit (taken in).

    Attributes:
        entry: when watching began, shape (n,); minus infinity for "from the beginning".
        exit: when it ended, shape (n,).
        event: whether it ended in the event, shape (n,).
        weight: of each row, above 0, shape (n,).
    """

    entry: Floats
    exit: Floats
    event: Flags
    weight: Floats

    @property
    def whole(self) -> bool:
        """Whether every weight is a whole number of customers."""
        return bool((self.weight == np.floor(self.weight)).all())

    @property
    def from_the_beginning(self) -> bool:
        """Whether nobody entered late."""
        return bool(np.isneginf(self.entry).all())

    def part(self, chosen: Flags | Integers) -> Watched:
        """Some of the rows."""
        entry, exit_, event = self.entry[chosen], self.exit[chosen], self.event[chosen]
        return Watched(entry, exit_, event, self.weight[chosen])

    def cells(self) -> tuple[Watched, Floats]:
        """The distinct rows with their weights summed, and the sums of squares, shape (m,)."""
        (entry, exit_, event), place = distinct(self.entry, self.exit, self.event.astype(float))
        weight = tally(place, self.weight, exit_.size)
        squares = tally(place, self.weight**2, exit_.size)
        return Watched(entry, exit_, event > 0.0, weight), squares

    def counted(self, weight: Floats) -> SurvivalCounts:
        """Count by distinct time of exit, with other weights, shape (n,)."""
        time, place = _distinct_times(self.exit)
        out = tally(place, weight, time.size)
        return SurvivalCounts(
            time=time,
            at_risk=_from_here_on(out) - self._later(time, weight),
            events=tally(place[self.event], weight[self.event], time.size),
            place=place,
        )

    def _later(self, time: Floats, weight: Floats) -> Floats:
        """The weight of those who enter at or after each time."""
        if self.from_the_beginning:
            return np.zeros(time.size)
        came = tally(np.searchsorted(time, self.entry, side="right"), weight, time.size + 1)
        return _from_here_on(came)[1:]


class SurvivalCounts(NamedTuple):
    """Sums of weights by distinct time of exit.

    Attributes:
        time: the distinct times, ascending, shape (k,).
        at_risk: watched just before each, shape (k,).
        events: at each, shape (k,).
        place: of each row's exit among the times, shape (n,).
    """

    time: Floats
    at_risk: Floats
    events: Floats
    place: Integers


def _distinct_times(exit_: Floats) -> tuple[Floats, Integers]:
    """The distinct times and each row's place among them; whole days need no sorting."""
    if exit_.max() > 2.0 * exit_.size + 1000.0 or (exit_ != np.floor(exit_)).any():
        return np.unique(exit_, return_inverse=True)
    code = exit_.astype(np.intp)
    there = np.bincount(code) > 0
    return np.flatnonzero(there).astype(np.float64), (np.cumsum(there) - 1)[code]


def _from_here_on(amounts: Floats) -> Floats:
    """Sums from each place to the last."""
    return np.cumsum(amounts[::-1])[::-1]


def watched(
    duration: npt.ArrayLike,
    event_observed: npt.ArrayLike,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    *,
    keep_all: bool = False,
) -> Watched:
    """Check durations and leave out rows of no weight.

    Args:
        duration: time to the event or to the end of watching, 0 or more, shape (n,).
        event_observed: whether it ended in the event, shape (n,).
        entry: when watching began, 0 or more and before duration, shape (n,).
        weights: of each row, 0 or more, shape (n,); 1 each if left out.
        keep_all: keep rows of no weight, too.

    Raises:
        ValueError: on missing or negative values, watching that ends before it begins, no rows.

    Examples:
        >>> watched([1, 2], [True, False], weights=[3, 0]).exit
        array([1.])
    """
    time, status = checked("duration", duration), checked("event_observed", event_observed)
    began = np.full(time.size, -np.inf) if entry is None else checked("entry", entry)
    same_length(duration=time, event_observed=status, entry=began)
    refuse((status != 0) & (status != 1), "event_observed is neither true nor false")
    refuse(began >= time, "entry is not before the end of watching")
    weight = checked_weights(weights, time.size)
    if not (weight > 0.0).any():
        raise ValueError("there are no customers to fit a survival curve to")
    rows = Watched(began, time, status > 0, weight)
    return rows if keep_all or (weight > 0.0).all() else rows.part(weight > 0.0)


def hazards(counts: SurvivalCounts) -> Floats:
    """Events over those at risk at each time, 0 to 1, shape (k,).

    Examples:
        >>> hazards(SurvivalCounts(*map(np.array, ([1.0, 2.0], [4.0, 2.0], [1.0, 2.0], [0, 1]))))
        array([0.25, 1.  ])
    """
    # sums of fractions may pass each other in the last digit
    found: Floats = np.minimum(counts.events / counts.at_risk, 1.0)
    return found


def gap_after(rows: Watched, counts: SurvivalCounts) -> float | None:
    """The first time at which nobody is left although others are watched later; None if never.

    From there on a product over later times would be that of other customers: after all had the
    event it stays at 0, after all were censored it leaves out what happened in between.

    Args:
        rows: the customers.
        counts: of customers, one for each row or its weight.

    Examples:
        >>> rows = watched([3, 9], [True, True], entry=[0, 5])
        >>> gap_after(rows, rows.counted(rows.weight))
        3.0
    """
    if rows.from_the_beginning:
        return None
    time = counts.time
    came = np.searchsorted(np.sort(rows.entry), time, side="right")
    gone = np.cumsum(np.bincount(counts.place, minlength=time.size))
    empty = (came == gone) | (counts.events == counts.at_risk)
    first = np.flatnonzero(empty[:-1])
    return float(time[first[0]]) if first.size else None


def gap_words(gap: float, unit: str) -> str:
    """Why nothing can be said from a gap on.

    Examples:
        >>> gap_words(3.0, "day")
        'After day 3 nobody was left to watch until others entered later.'
    """
    return f"After {unit} {gap:g} nobody was left to watch until others entered later."

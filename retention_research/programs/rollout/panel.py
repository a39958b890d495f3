"""Outcomes by unit and time, and the same laid out around each start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retention_research.models.arrays import Flags, Floats, Integers, refuse

NEVER = -1  # a unit's start where it has none


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """What units did in every period, and when each began.

    Attributes:
        outcome: mean per customer, shape (units, periods).
        start: a unit's first period with the program, shape (units,); -1 where it never starts.
        size: customers behind each mean, shape (units, periods); None where all count alike.

    Raises:
        ValueError: on shapes that do not fit, or sizes below 0.

    Example:
        >>> Panel(np.zeros((2, 3)), np.array([1, -1])).outcome.shape
        (2, 3)
    """

    outcome: Floats
    start: Integers
    size: Floats | None = None

    def __post_init__(self) -> None:
        if self.outcome.ndim != 2 or self.start.shape != self.outcome.shape[:1]:
            raise ValueError(
                f"outcome has shape {self.outcome.shape} and start {self.start.shape}: (units, "
                "periods) and (units,) are needed"
            )
        if self.size is None:
            return
        if self.size.shape != self.outcome.shape:
            raise ValueError(f"size has shape {self.size.shape}, outcome {self.outcome.shape}")
        refuse(~(self.size >= 0.0).ravel(), "size is below 0 or missing")


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """Outcomes of every unit around every start: what a unit that starts then is held against.

    Attributes:
        outcome: mean per customer, shape (starts, units, ages); NaN where it was not watched. It
            may be of other customers for every start, such as those there before it.
        starts: when some unit starts, ascending, shape (starts,).
        start: each unit's own, shape (units,); -1 where it never starts.
        ages: steps since the start, 0 the first with the program, ascending, shape (ages,).
        size: customers of a unit at a start, its weight, shape (starts, units).
        base: share of each age in what units are held against, 0 from the start on, adding up to
            1 for each start that has a base, shape (starts, ages).
        step: how much time an age takes, in the unit of the starts.
        held: ages from the start on that a unit must wait through to be compared at any of them,
            so that the same units stand behind the steps of a window.
    """

    outcome: Floats
    starts: Integers
    start: Integers
    ages: Integers
    size: Floats
    base: Floats
    step: int = 1
    held: int = 1

    def untreated(self, place: int, age: int, start: Integers) -> Flags:
        """Units that have not started when an age of a start is over.

        The ages that are held through must be over too, also before the start: the course before
        is judged on those whom the effect rests on.
        """
        over = self.starts[place] + self.step * max(int(age) + 1, self.held)
        return (start == NEVER) | (start >= over)

    def changes(self) -> Floats:
        """Outcomes less the base, shape (starts, units, ages); NaN where either is not known."""
        weight = self.base[:, None, :]
        usual = np.where(weight > 0.0, self.outcome, 0.0) * weight
        level: Floats = usual.sum(axis=2)
        level[self.base.sum(axis=1) <= 0.0] = np.nan
        return self.outcome - level[:, :, None]

    def exposure(self) -> Floats:
        """Share of each age that a unit had the program, shape (starts, units, ages)."""
        end = self.starts[:, None, None] + self.step * (self.ages[None, None, :] + 1)
        had = (end - self.start[None, :, None]) / self.step
        return np.where(self.start[None, :, None] == NEVER, 0.0, np.clip(had, 0.0, 1.0))


def aligned(panel: Panel, base: int | None = None) -> Aligned:
    """A panel laid out around each start.

    Args:
        panel: outcomes by unit and period.
        base: how many periods before a start units are held against, their mean: 1 is the last
            before it, as Callaway and Sant'Anna (2021) have it. None: all there are, which is
            steadier where periods are shaken one by one.

    Returns:
        Ages from the earliest to the latest that any start has.

    Raises:
        ValueError: on a base below 1.

    Example:
        >>> found = aligned(Panel(np.arange(8.0).reshape(2, 4), np.array([2, -1])))
        >>> found.ages.tolist(), found.base.tolist()
        ([-2, -1, 0, 1], [[0.5, 0.5, 0.0, 0.0]])
    """
    if base is not None and base < 1:
        raise ValueError(f"base is {base}; at least one period is needed")
    periods = panel.outcome.shape[1]
    starts = np.unique(panel.start[(panel.start > 0) & (panel.start < periods)])
    if not starts.size:
        starts = np.array([periods])
    ages = np.arange(-starts[-1], periods - starts[0])
    place = starts[:, None] + ages[None, :]
    there = (place >= 0) & (place < periods)
    at = np.clip(place, 0, periods - 1)
    outcome = np.where(there[:, None, :], np.moveaxis(panel.outcome[:, at], 1, 0), np.nan)
    size = np.ones_like(panel.outcome) if panel.size is None else panel.size
    weight = np.where(there & (ages < 0)[None, :], size.sum(axis=0)[at], 0.0)
    if base is not None:
        weight = np.where(ages[None, :] >= -base, weight, 0.0)
    share = weight / np.maximum(weight.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    return Aligned(outcome, starts, panel.start, ages, size[:, starts - 1].T, share)

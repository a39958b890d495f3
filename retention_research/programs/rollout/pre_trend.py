"""Did units run alike before they started, and how much could it matter if they did not?

The test is of no change between neighbouring ages before the start, all at once. The bounds follow
Rambachan and Roth (2023), Review of Economic Studies 90, 2555-2591, relative magnitudes: from the
last age before the start on, units may drift apart in each age by at most so many times the
largest drift seen before. Their interval is kept simple and a little wide: it is the union over
every drift that may have been the largest.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import f, t

from retention_research.models.arrays import Floats, Integers
from retention_research.models.fit import Missing
from retention_research.programs.rollout.group_time import GroupTime

MOST = 3  # neighbouring ages tested at once: with more the test loses power
TIMES = (0.5, 1.0, 2.0)


class Bound(NamedTuple):
    """The effect in the first age, were units to go on drifting apart.

    Attributes:
        times: how many times the largest drift seen before.
        low, high: the interval of the effect.
    """

    times: float
    low: float
    high: float


class PreTrend(NamedTuple):
    """The course before the start.

    Attributes:
        age: the later of two neighbouring ages, below 0, shape (k,).
        drift: how much more those who start later on moved between them, shape (k,).
        std_error: shape (k,).
        statistic: of no drift at all, F distributed.
        p_value: of the same.
        largest: the largest drift, in size.
        bounds: the effect by how much drift is allowed.
        breakdown: how many times the largest drift it takes until no effect can be excluded; 0
            where that is so without any, infinite where no drift that was seen does it.
    """

    age: Integers
    drift: Floats
    std_error: Floats
    statistic: float
    p_value: float
    largest: float
    bounds: tuple[Bound, ...]
    breakdown: float


def pre_trend(
    found: GroupTime, *, most: int = MOST, times: tuple[float, ...] = TIMES
) -> PreTrend | Missing:
    """Test the course before the start, and bound what a violation would do.

    Args:
        found: effects by start and age.
        most: neighbouring ages looked at, the latest.
        times: of the largest drift, for the bounds.

    Returns:
        The test; missing with fewer than two ages before the start, or too few units.
    """
    places = {(cell.start, cell.age): place for place, cell in enumerate(found.cells)}
    ages = sorted({age for _, age in places if age < 0 and _pairs(places, age)})[-most:]
    if not ages:
        return Missing("pre_trend", "No start has two whole spans before it.")
    weights = np.array([_weights(found, places, age) for age in ages])
    drift, moved = weights @ found.effects, found.errors @ weights.T
    p_value = _joint(drift, moved, found.degrees_of_freedom)
    if p_value is None:
        return Missing("pre_trend", "There are too few units for so many spans before the start.")
    first = _weights(found, places, 0)
    if not first.any():
        return Missing("pre_trend", "No start has a whole span before it and one after.")
    jump, jumped = float(first @ found.effects), found.errors @ first
    limits = [_bound(found, jump, jumped, drift, moved, size) for size in times]
    return PreTrend(
        np.array(ages), drift, np.sqrt((moved**2).sum(axis=0)), *p_value,
        float(np.abs(drift).max()), tuple(limits), _breakdown(found, jump, jumped, drift, moved),
    )  # fmt: skip


def _pairs(places: dict[tuple[int, int], int], age: int) -> list[tuple[int, int]]:
    """Cells at an age, and those of the same start one age before."""
    return [
        (place, places[start, age - 1])
        for (start, own), place in places.items()
        if own == age and (start, age - 1) in places
    ]


def _weights(found: GroupTime, places: dict[tuple[int, int], int], age: int) -> Floats:
    """Of every cell in the mean move from the age before to this one."""
    weight = np.zeros(len(found.cells))
    pairs = _pairs(places, age)
    total = sum(found.cells[now].weight for now, _ in pairs)
    for now, before in pairs:
        share = found.cells[now].weight / total
        weight[now] += share
        weight[before] -= share
    return weight


def _joint(drift: Floats, moved: Floats, free: float) -> tuple[float, float] | None:
    """Hotelling's test that all drifts are 0: the F statistic and its p value."""
    count = drift.size
    if free <= count:
        return None
    spread = moved.T @ moved
    squared = float(drift @ np.linalg.pinv(spread, hermitian=True) @ drift)
    statistic = squared * (free - count + 1) / (free * count)
    return statistic, float(f.sf(statistic, count, free - count + 1))


def _bound(
    found: GroupTime, jump: float, jumped: Floats, drift: Floats, moved: Floats, times: float
) -> Bound:
    """The union over drifts and their signs of intervals of jump plus or minus their multiple.

    Whichever was truly the largest, its own end lies beyond the effect's with probability
    (1 + confidence) / 2, and the union's end beyond that.
    """
    reach = float(t.ppf(0.5 + found.confidence / 2.0, found.degrees_of_freedom))
    ends = []
    for sign in (1.0, -1.0):
        centre = jump + sign * times * drift
        error = np.sqrt(((jumped[:, None] + sign * times * moved) ** 2).sum(axis=0))
        ends.append(np.stack([centre - reach * error, centre + reach * error]))
    both = np.stack(ends)
    return Bound(times, float(both[:, 0].min()), float(both[:, 1].max()))


def _breakdown(
    found: GroupTime, jump: float, jumped: Floats, drift: Floats, moved: Floats
) -> float:
    """Where the bound first holds no effect, by halving."""

    def holds(times: float) -> bool:
        bound = _bound(found, jump, jumped, drift, moved, times)
        return bound.low <= 0.0 <= bound.high

    if holds(0.0):
        return 0.0
    low, high = 0.0, 1.0
    while not holds(high):
        low, high = high, 2.0 * high
        if high > 1e6:
            return float("inf")
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high

"""Randomisation inference: what the estimate would be had other units started then.

Fisher (1935); for clusters that are few, MacKinnon and Webb (2020), Journal of Econometrics 218,
435-450. The interval holds every constant effect that the reassignments do not reject: taking an
effect off its units moves each reassigned estimate along a straight line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import factorial, prod

import numpy as np

from retention_research.models.arrays import Flags, Floats, Integers
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.rollout.panel import Aligned, Panel, aligned

FEWEST = 40  # distinct reassignments, so that 1 in 20 can be told
DRAWS = 999


@dataclass(frozen=True, slots=True, eq=False)
class Randomised:
    """The estimate among those of other assignments.

    Attributes:
        effect: the estimate, its interval by turning the test round; an end that no effect
            reaches is None.
        p_value: share of assignments, the true one among them, that move as much or more.
        possible: distinct assignments of the start dates to units.
        looked_at: how many of them were looked at.
        reassigned: their estimates if the program did nothing, shape (looked_at - 1,).
    """

    effect: Estimate
    p_value: float
    possible: int
    looked_at: int
    reassigned: Floats


def reassignments(start: Integers) -> int:
    """How many distinct ways there are to give these start dates to these units.

    Example:
        >>> reassignments(np.array([3, 3, 5, -1]))
        12
    """
    _, counts = np.unique(start, return_counts=True)
    return factorial(start.size) // prod(factorial(int(count)) for count in counts)


def randomisation_inference(
    panel: Panel | Aligned,
    *,
    rng: np.random.Generator,
    base: int | None = None,
    ages: int | None = None,
    draws: int = DRAWS,
    confidence: float = 0.95,
) -> Randomised | Missing:
    """Test and interval of the overall effect by reassigning start dates to units.

    Args:
        panel: outcomes by unit and period, or laid out around each start.
        rng: draws reassignments where there are more than `draws`.
        base: of a panel, as in `group_time_effects`.
        ages: the first so many since the start; all if left out.
        draws: reassignments looked at beside the true assignment.
        confidence: level of the interval.

    Returns:
        The test; missing with fewer than 40 distinct reassignments, or where nothing is told.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> outcome = rng.normal(size=(8, 4)) + 5.0 * np.outer(np.arange(8) < 4, [0, 0, 1, 1])
        >>> panel = Panel(outcome, np.where(np.arange(8) < 4, 2, -1))
        >>> found = randomisation_inference(panel, rng=rng)
        >>> found.possible, found.looked_at, round(found.p_value * 70)
        (70, 70, 2)
    """
    rows = aligned(panel, base) if isinstance(panel, Panel) else panel
    possible = reassignments(rows.start)
    if possible < FEWEST:
        return Missing("randomisation", f"Start dates could be given to units in only {possible} "
                       f"distinct ways; {FEWEST} are needed.")  # fmt: skip
    changes = _after(rows, rows.changes()), _after(rows, _exposures(rows).changes())
    true = _estimate(rows, changes, rows.start, ages)
    if true is None:
        return Missing("randomisation", "No start is followed beside units without it.")
    lines = [_estimate(rows, changes, other, ages) for other in _others(rows.start, draws, rng)]
    moved = np.array([line for line in lines if line is not None]).reshape(-1, 2)
    low, high = _interval(true[0], moved, confidence)
    as_much = np.abs(moved[:, 0]) >= abs(true[0]) * (1.0 - 1e-9)
    p_value = (1.0 + float(as_much.sum())) / (1.0 + len(moved))
    effect = Estimate("effect", true[0], None, low, high)
    return Randomised(effect, p_value, possible, 1 + len(moved), moved[:, 0])


def _exposures(rows: Aligned) -> Aligned:
    """The share of time that units had the program, in the outcome's place."""
    had = np.where(np.isnan(rows.outcome), np.nan, rows.exposure())
    return replace(rows, outcome=had)


def _after(rows: Aligned, change: Floats) -> Floats:
    """Changes from the start on, ages first, shape (ages, starts, units)."""
    return np.ascontiguousarray(np.moveaxis(change[:, :, rows.ages >= 0], 2, 0))


def _estimate(
    rows: Aligned, changes: tuple[Floats, Floats], start: Integers, ages: int | None
) -> tuple[float, float] | None:
    """The overall effect if units had started so, and how a true one of 1 would move it.

    As `GroupTime.overall` has it, without errors.
    """
    effect, moved, total = 0.0, 0.0, 0.0
    for place, begun in enumerate(rows.starts):
        told = _of_start(rows, changes, start, place, start == begun)
        if ages is not None and len(told) < ages:
            continue
        for weight, one, other in told[:ages]:
            effect, moved, total = effect + weight * one, moved + weight * other, total + weight
    return (effect / total, moved / total) if total else None


def _of_start(
    rows: Aligned, changes: tuple[Floats, Floats], start: Integers, place: int, own: Flags
) -> list[tuple[float, float, float]]:
    """Customers, effect and exposure at each age of one start, until one cannot be told."""
    found, size = [], rows.size[place]
    for age, (moved, had) in enumerate(zip(*(each[:, place] for each in changes), strict=True)):
        known = np.isfinite(moved) & (size > 0.0)
        treated, others = known & own, known & ~own & rows.untreated(place, age, start)
        if not (treated.any() and others.any()):
            break
        weights = size[treated], size[others]
        effect, exposed = (
            float(weights[0] @ each[treated] / weights[0].sum())
            - float(weights[1] @ each[others] / weights[1].sum())
            for each in (moved, had)
        )
        found.append((float(weights[0].sum()), effect, exposed))
    return found


def _others(start: Integers, draws: int, rng: np.random.Generator) -> list[Integers]:
    """All distinct reassignments but the true one if they are few, else so many by lot."""
    if reassignments(start) <= draws + 1:
        return [other for other in _all(start) if (other != start).any()]
    return [rng.permutation(start) for _ in range(draws)]


def _all(start: Integers) -> list[Integers]:
    """Every distinct order of the dates."""
    grown: list[tuple[int, ...]] = [()]
    kinds, counts = np.unique(start, return_counts=True)
    for _ in range(start.size):
        grown = [
            (*so_far, int(kind))
            for so_far in grown
            for kind, count in zip(kinds, counts, strict=True)
            if so_far.count(int(kind)) < count
        ]
    return [np.array(order) for order in grown]


def _interval(true: float, moved: Floats, confidence: float) -> tuple[float | None, float | None]:
    """Constant effects that are not rejected; an end that runs away is None.

    An effect e turns a reassigned estimate a into a - e b and the true one into true - e. As much
    as the true one it moves for e between (true - a) / (1 - b) and (true + a) / (1 + b).
    """
    a, b = moved[:, 0], moved[:, 1]
    steep = np.abs(b) >= 1.0 - 1e-9
    safe = np.where(steep, 0.0, b)
    ends = np.sort(np.stack([(true - a) / (1.0 - safe), (true + a) / (1.0 + safe)]), axis=0)
    low = np.sort(np.append(np.where(steep, -np.inf, ends[0]), -np.inf))
    high = np.sort(np.append(np.where(steep, np.inf, ends[1]), np.inf))[::-1]
    place = int(np.floor((1.0 - confidence) * low.size + 1e-9))
    return _finite(low[place]), _finite(high[place])


def _finite(end: float) -> float | None:
    return float(end) if np.isfinite(end) else None

"""Effects of a staggered roll-out by start and time since it, and what they add up to.

Callaway and Sant'Anna (2021), Journal of Econometrics 225, 200-230; influence by unit, so that all
that happens to a unit over time counts as one. Intervals are Student's.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import NamedTuple

import numpy as np
from scipy.stats import t

from retention_research.models.arrays import Floats, Integers
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.experiment.differences import WEAKEST
from retention_research.programs.rollout.band import EventStudy, simultaneous
from retention_research.programs.rollout.cells import (
    Cell,
    cells_of,
    errors_known,
    fewest_compared,
    influence,
    level_influence,
)
from retention_research.programs.rollout.freedom import degrees_of_freedom, known_freedom
from retention_research.programs.rollout.panel import Aligned, Panel, aligned

DRAWS = 2000
_NO_BASE = "Without the program hardly anything, or nothing, would have been done: no share of it."


class Total(NamedTuple):
    """Effects averaged over starts and ages.

    Attributes:
        effect: per customer, with its interval.
        lift: effect / what the treated would have done without, its interval even on the log scale;
            missing where that is not two standard errors above 0.
        mean_treated: what the treated did.
        p_value: of no effect; None where no error can be given.
        influence: how much each unit moves the effect, shape (units,).
        customers: behind the treated, at each start once.
        treated: units with the program. compared: units that some start was held against.
        fewest: units that the start with fewest was held against.
        free: degrees of freedom of its intervals.
    """

    effect: Estimate
    lift: Estimate | Missing
    mean_treated: float
    p_value: float | None
    influence: Floats
    customers: float
    treated: int
    compared: int
    fewest: int
    free: float


@dataclass(frozen=True, slots=True, eq=False)
class GroupTime:
    """Effects at every start and age that can be told.

    Attributes:
        rows: what they were made from.
        cells: one per start and age, those before the start included.
        effects: shape (cells,). errors: each unit's part in them, shape (units, cells).
        levels: each unit's part in the mean of the treated, shape (units, cells).
        degrees_of_freedom: of all effects together, for tests of several.
        confidence: their level.
    """

    rows: Aligned
    cells: tuple[Cell, ...]
    effects: Floats
    errors: Floats
    levels: Floats
    degrees_of_freedom: float
    confidence: float

    def overall(self, ages: int | None = None) -> Total | Missing:
        """The mean effect over all starts, by customers.

        Args:
            ages: the first so many since the start; starts not watched that long are left out.
                None: every start and age there is.

        Returns:
            The effect per customer and age; missing where no start can be told.
        """
        weight = self._after(ages)
        if not weight.any():
            return Missing("overall", "No start is followed for so long beside units without it.")
        return self._total(weight)

    def event_study(
        self, *, rng: np.random.Generator, ages: tuple[int, ...] | None = None, draws: int = DRAWS
    ) -> EventStudy:
        """Effects by age over all starts, with a band that holds all of them at once.

        Ages whose units are too few for an error have no band: one treated unit in all, a start
        held against a single unit, or fewer than 4 degrees of freedom.

        Args:
            rng: of the multipliers.
            ages: those wanted; all there are if left out.
            draws: of the multiplier bootstrap by unit.
        """
        wanted = sorted({cell.age for cell in self.cells if ages is None or cell.age in ages})
        weights = np.array([self._at_age(age) for age in wanted])
        free = np.array([known_freedom(self.cells, share) for share in weights])
        found = simultaneous(weights @ self.effects, self.errors @ weights.T, rng=rng, free=free,
                             confidence=self.confidence, draws=draws)  # fmt: skip
        weighed = (weights > 0.0) @ np.array([cell.weight for cell in self.cells])
        return EventStudy(np.array(wanted), *found, weighed)

    def by_cohort(self, ages: int | None = None) -> dict[int, Total]:
        """The mean effect of each start, by when it was."""
        weight, place = self._after(ages), np.array([cell.start for cell in self.cells])
        mine = {int(self.rows.starts[g]): weight * (place == g) for g in np.unique(place)}
        return {start: self._total(one) for start, one in mine.items() if one.any()}

    def by_calendar(self) -> dict[int, Total]:
        """The mean effect over those who have the program, by time."""
        times = self.rows.starts[[c.start for c in self.cells]] + self.rows.step * self._ages()
        weight = self._after(None)
        mine = {int(time): weight * (times == time) for time in np.unique(times)}
        return {time: self._total(one) for time, one in mine.items() if one.any()}

    def _ages(self) -> Integers:
        return np.array([cell.age for cell in self.cells])

    def _after(self, ages: int | None) -> Floats:
        """Customers of every cell from the start on, of starts that are followed to the end."""
        age, place = self._ages(), np.array([cell.start for cell in self.cells])
        weight = np.array([cell.weight for cell in self.cells]) * (age >= 0)
        if ages is None:
            return weight
        last = {g for g in place if ((place == g) & (age == ages - 1)).any()}
        return weight * (age < ages) * np.isin(place, list(last))

    def _at_age(self, age: int) -> Floats:
        weight = np.array([cell.weight * (cell.age == age) for cell in self.cells])
        share: Floats = weight / weight.sum()
        return share

    def _total(self, weight: Floats) -> Total:
        share = weight / weight.sum()
        effect, moved = float(share @ self.effects), self.errors @ share
        told = [cell for cell, part in zip(self.cells, share, strict=True) if part > 0.0]
        mean = float(share @ np.array([cell.mean_treated for cell in self.cells]))
        treated = _units([cell.treated for cell in told])
        compared = _units([cell.compared for cell in told])
        sure = errors_known(told)
        free = degrees_of_freedom(self.cells, share)
        made = self._estimate("effect", effect, moved if sure else None, free)
        lift = self._lift(effect, mean, moved if sure else None, self.levels @ share, free)
        customers = sum({cell.start: cell.weight for cell in told}.values())
        p_value = _p_value(made, free)
        return Total(made, lift, mean, p_value, moved, customers, treated, compared,
                     fewest_compared(told), free)  # fmt: skip

    def _lift(
        self, effect: float, mean: float, moved: Floats | None, level: Floats, free: float
    ) -> Estimate | Missing:
        """Effect / (mean - effect), the delta method on the logarithm of their ratio."""
        without = mean - effect
        if without <= (0.0 if moved is None else WEAKEST * _error(level - moved)):
            return Missing("lift", _NO_BASE)
        if mean <= 0.0:
            return Missing("lift", "What was done with the program is not above 0: it is no share.")
        if moved is None:
            return Estimate("lift", effect / without)
        error = _error(level / mean - (level - moved) / without)
        reach, ratio = self._reach(free) * error, mean / without
        ends = ratio * exp(-reach) - 1.0, ratio * exp(reach) - 1.0
        return Estimate("lift", effect / without, ratio * error, *ends)

    def _estimate(self, term: str, value: float, moved: Floats | None, free: float) -> Estimate:
        if moved is None:
            return Estimate(term, value)
        error = _error(moved)
        reach = self._reach(free) * error
        return Estimate(term, value, error, value - reach, value + reach)

    def _reach(self, free: float) -> float:
        return float(t.ppf(0.5 + self.confidence / 2.0, free))


def group_time_effects(
    panel: Panel | Aligned, *, base: int | None = None, confidence: float = 0.95
) -> GroupTime | Missing:
    """Effects by start and age, against units that have not started yet.

    Args:
        panel: outcomes by unit and period, or laid out around each start.
        base: of a panel, how many periods before a start make the base; all if left out.
        confidence: level of the intervals.

    Returns:
        The effects; missing where no unit starts beside one that has not.

    Example:
        >>> outcome = np.array([[1.0, 1, 3], [1, 1, 4], [2, 2, 3], [0, 1, 1]])
        >>> found = group_time_effects(Panel(outcome, np.array([2, 2, -1, -1])), base=1)
        >>> found.overall().effect.estimate
        2.0
    """
    rows = aligned(panel, base) if isinstance(panel, Panel) else panel
    cells = cells_of(rows)
    if not any(cell.age >= 0 for cell in cells):
        return Missing(
            "rollout",
            "No unit starts while another that has not started yet is watched beside it.",
        )
    effects = np.array([cell.effect for cell in cells])
    errors, levels = influence(cells), level_influence(cells)
    after = np.array([cell.weight * (cell.age >= 0) for cell in cells])
    free = degrees_of_freedom(cells, after / after.sum())
    return GroupTime(rows, cells, effects, errors, levels, free, confidence)


def _error(moved: Floats) -> float:
    return float(np.sqrt(moved @ moved))


def _p_value(found: Estimate, free: float) -> float | None:
    if not found.std_error:
        return None
    return float(2.0 * t.sf(abs(found.estimate / found.std_error), free))


def _units(shares: list[Floats]) -> int:
    return int(np.count_nonzero(np.sum(shares, axis=0) > 0.0))

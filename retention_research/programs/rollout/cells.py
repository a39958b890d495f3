"""The effect at one start and age: those who started against those who have not yet.

Callaway and Sant'Anna (2021), Journal of Econometrics 225, 200-230, equation 2.9 with no
covariates, units weighted by their customers. What each unit moves is its influence; residuals are
scaled up for the mean they are held against (HC2, MacKinnon and White 1985), as a start has few
units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from retention_research.models.arrays import Flags, Floats, Integers
from retention_research.programs.rollout.panel import Aligned


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One start at one age.

    Attributes:
        start: place of the start. age: steps since it.
        treated: share of each unit in the mean of the treated, shape (units,), 0 elsewhere.
        compared: share of each in that of those not yet treated.
        change: outcome less base, shape (units,); 0 where it is not looked at.
        level: outcome, likewise.
        weight: customers of the treated units.
    """

    start: int
    age: int
    treated: Floats
    compared: Floats
    change: Floats
    level: Floats
    weight: float

    @property
    def effect(self) -> float:
        """Mean change of the treated less that of the others."""
        return float((self.treated - self.compared) @ self.change)

    @property
    def mean_treated(self) -> float:
        """Mean outcome of the treated."""
        return float(self.treated @ self.level)


def cells_of(rows: Aligned, start: Integers | None = None) -> tuple[Cell, ...]:
    """Every start and age that can be told.

    Args:
        rows: outcomes around each start.
        start: starts to pretend, shape (units,); the true ones if left out.

    Returns:
        By start and age; none without a treated unit, an untreated one and a base.
    """
    own = rows.start if start is None else start
    change = rows.changes()
    found = []
    for place, begun in enumerate(rows.starts):
        for column, age in enumerate(rows.ages):
            moved = change[place, :, column]
            known = np.isfinite(moved) & (rows.size[place] > 0.0)
            treated = known & (own == begun)
            others = known & ~(own == begun) & rows.untreated(place, int(age), own)
            if treated.any() and others.any():
                found.append(_cell(rows, place, column, treated, others, moved))
    return tuple(found)


def _cell(
    rows: Aligned, place: int, column: int, treated: Flags, others: Flags, moved: Floats
) -> Cell:
    size, either = rows.size[place], treated | others
    return Cell(
        start=place,
        age=int(rows.ages[column]),
        treated=_shares(size, treated),
        compared=_shares(size, others),
        change=np.where(either, moved, 0.0),
        level=np.where(either, rows.outcome[place, :, column], 0.0),
        weight=float(size[treated].sum()),
    )


def _shares(size: Floats, among: Flags) -> Floats:
    chosen = np.where(among, size, 0.0)
    shares: Floats = chosen / chosen.sum()
    return shares


def errors_known(cells: Sequence[Cell]) -> bool:
    """Whether the error of their mean can be told from the spread of their units.

    Returns:
        Two treated units in all, and no start held against a single unit.
    """
    treated = np.sum([cell.treated > 0.0 for cell in cells], axis=0)
    return bool(np.count_nonzero(treated) > 1 and fewest_compared(cells) > 1)


def fewest_compared(cells: Sequence[Cell]) -> int:
    """Units that the start with fewest is held against."""
    return min(int(np.count_nonzero(cell.compared)) for cell in cells)


def influence(cells: tuple[Cell, ...]) -> Floats:
    """How much each unit moves each cell's effect, shape (units, cells).

    A start of one unit has no spread of its own: it is held against the mean effect of its age
    over all starts, which makes its error larger where effects differ. Alone at its age it is held
    against itself, and a unit that is compared alone likewise: both look as if they had no error,
    so that none is to be told of such cells (`errors_known`).
    """
    pooled = _by_age(cells)
    return np.column_stack([_influence(cell, pooled) for cell in cells])


def _influence(cell: Cell, pooled: dict[int, _Pool]) -> Floats:
    treated, compared = cell.treated, cell.compared
    usual = float(compared @ cell.change)
    if np.count_nonzero(treated) > 1:
        centre, scale = float(treated @ cell.change), _scale(treated)
    else:
        pool = pooled[cell.age]
        centre = usual + pool.effect
        scale = _pooled_scale(cell, pool)
    part: Floats = treated * (cell.change - centre) * scale
    return part - compared * (cell.change - usual) * _scale(compared)


class _Pool(NamedTuple):
    """All starts at one age: means, customers, and the sum of squared shares of units."""

    effect: float
    level: float
    customers: float
    concentration: float


def _by_age(cells: tuple[Cell, ...]) -> dict[int, _Pool]:
    ages: dict[int, list[Cell]] = {}
    for cell in cells:
        ages.setdefault(cell.age, []).append(cell)
    return {age: _pool(mine) for age, mine in ages.items()}


def _pool(cells: list[Cell]) -> _Pool:
    share = np.array([cell.weight for cell in cells])
    total = float(share.sum())
    share = share / total
    effect = float(share @ np.array([cell.effect for cell in cells]))
    level = float(share @ np.array([cell.mean_treated for cell in cells]))
    squares = np.array([float(cell.treated @ cell.treated) for cell in cells])
    return _Pool(effect, level, total, float(share**2 @ squares))


def level_influence(cells: tuple[Cell, ...]) -> Floats:
    """How much each unit moves the mean outcome of each cell's treated, shape (units, cells).

    A start of one unit is held against the mean of its age over all starts.
    """
    pooled = _by_age(cells)
    return np.column_stack([_level_influence(cell, pooled[cell.age]) for cell in cells])


def _level_influence(cell: Cell, pool: _Pool) -> Floats:
    several = np.count_nonzero(cell.treated) > 1
    centre = cell.mean_treated if several else pool.level
    scale = _scale(cell.treated) if several else _pooled_scale(cell, pool)
    part: Floats = cell.treated * (cell.level - centre) * scale
    return part


def _pooled_scale(cell: Cell, pool: _Pool) -> Floats:
    return _scale(cell.treated * cell.weight / pool.customers, pool.concentration)


def _scale(shares: Floats, concentration: float | None = None) -> Floats:
    """One over the root of what the mean takes off a unit's variance; 1 where it takes all."""
    squares = float(shares @ shares) if concentration is None else concentration
    left = 1.0 - 2.0 * shares + squares
    return np.where(left > 1e-9, 1.0 / np.sqrt(np.maximum(left, 1e-9)), 1.0)

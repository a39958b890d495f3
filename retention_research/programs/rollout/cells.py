"""The effect at one start and age: those who started against those who have not yet.

Callaway and Sant'Anna (2021), Journal of Econometrics 225, 200-230, equation 2.9 with no
covariates, units weighted by their customers. What each unit moves is its influence; residuals are
scaled up for the mean they are held against (HC2, MacKinnon and White 1985), as a start has few
units.
"""

from __future__ import annotations

from dataclasses import dataclass

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


def influence(cells: tuple[Cell, ...]) -> Floats:
    """How much each unit moves each cell's effect, shape (units, cells).

    A start of one unit has no spread of its own: it is held against the mean effect of its age
    over all starts, which makes its error larger where effects differ, never smaller.
    """
    pooled = _by_age(cells)
    return np.column_stack([_influence(cell, pooled) for cell in cells])


def _influence(cell: Cell, pooled: dict[int, tuple[float, float]]) -> Floats:
    treated, compared = cell.treated, cell.compared
    usual = float(compared @ cell.change)
    if np.count_nonzero(treated) > 1:
        centre, own = float(treated @ cell.change), treated
    else:
        effect, share = pooled[cell.age]
        centre, own = usual + effect, treated * min(1.0, cell.weight * share)
    part: Floats = treated * (cell.change - centre) * _scale(own)
    return part - compared * (cell.change - usual) * _scale(compared)


def _by_age(cells: tuple[Cell, ...]) -> dict[int, tuple[float, float]]:
    """Age to its mean effect over starts, and one over the customers of that mean."""
    found = {}
    for age in {cell.age for cell in cells}:
        mine = [cell for cell in cells if cell.age == age]
        total = sum(cell.weight for cell in mine)
        found[age] = (sum(cell.weight * cell.effect for cell in mine) / total, 1.0 / total)
    return found


def level_influence(cells: tuple[Cell, ...]) -> Floats:
    """How much each unit moves the mean outcome of each cell's treated, shape (units, cells)."""
    parts = []
    for cell in cells:
        shares, centre = cell.treated, cell.mean_treated
        parts.append(shares * (cell.level - centre) * _scale(shares))
    return np.column_stack(parts)


def _scale(shares: Floats) -> Floats:
    """One over the root of what the mean takes off a unit's variance; 1 where it takes all."""
    left = 1.0 - 2.0 * shares + float(shares @ shares)
    return np.where(left > 1e-9, 1.0 / np.sqrt(np.maximum(left, 1e-9)), 1.0)

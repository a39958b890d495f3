"""How much the error of a mean over starts knows of itself, in degrees of freedom."""

from __future__ import annotations

import numpy as np

from retention_research.models.arrays import Floats
from retention_research.programs.rollout.cells import Cell, errors_known

FEWEST = 4.0  # below them a range says nothing, and would widen all that hold together with it


def degrees_of_freedom(cells: tuple[Cell, ...], share: Floats) -> float:
    """Those of Student's interval around a mean of effects.

    The fewer of two counts, both with changes of the same spread in every unit. Satterthwaite
    (1946), Biometrics Bulletin 2, 110-114: units, as many as would count alike, less the means
    taken from them, as a unit may be compared and later treated. Welch (1947), Biometrika 34,
    28-35: the units of each start by themselves, as its mean is of few.

    Args:
        cells: starts by age.
        share: of each cell in the mean, shape (cells,).

    Returns:
        At least 1.
    """
    told = [(cell, part) for cell, part in zip(cells, share, strict=True) if part > 0.0]
    places = np.unique([cell.start for cell, _ in told])
    by_start = np.zeros((places.size, cells[0].treated.size))
    for cell, part in told:
        by_start[np.searchsorted(places, cell.start)] += part * cell.treated
    compared: Floats = np.sum([part * cell.compared for cell, part in told], axis=0)
    spread = by_start.sum(axis=0) ** 2 + compared**2
    used = int(np.count_nonzero(spread))
    several = np.count_nonzero(by_start, axis=1) > 1
    means = int(several.sum()) + int((~several).any()) + 1
    alike = _alike(spread) * (used - means) / used
    groups = [*by_start[several], by_start[~several].sum(axis=0), compared]
    return max(1.0, min(alike, _welch([group**2 for group in groups])))


def known_freedom(cells: tuple[Cell, ...], share: Floats) -> float:
    """Degrees of freedom of a mean of effects whose error can be told.

    Args:
        cells: starts by age.
        share: of each cell in the mean, shape (cells,).

    Returns:
        NaN where the units leave no error, or fewer than 4 degrees of freedom.
    """
    if not errors_known([cell for cell, part in zip(cells, share, strict=True) if part > 0.0]):
        return float("nan")
    free = degrees_of_freedom(cells, share)
    return free if free >= FEWEST else float("nan")


def _welch(groups: list[Floats]) -> float:
    sizes = [(float(group.sum()), _alike(group)) for group in groups if group.any()]
    parts = [size**2 / max(units - 1.0, 0.5) for size, units in sizes]
    return float(sum(size for size, _ in sizes) ** 2 / sum(parts))


def _alike(spread: Floats) -> float:
    """As many units of equal part as would be as uneven."""
    return float(spread.sum() ** 2 / (spread**2).sum())

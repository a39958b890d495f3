"""Is a driver's effect a straight line, and does more of it go with more of the effect?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from retention_research.answers.drivers.design import Contrast
from retention_research.answers.drivers.landmark_view import LandmarkView, fit_view
from retention_research.models.arrays import Flags, Floats
from retention_research.models.fit import Estimate, Missing

if TYPE_CHECKING:
    import pandas as pd

_FEW_VALUES = 6  # so many or fewer are shown one by one, more by quarter of the rows
_QUARTERS = 4
_SQUARE = "squared"


class Dose(NamedTuple):
    """Customers by how much of a driver they have.

    Attributes:
        lowest: the smallest value of the group; highest: the largest.
        n: rows in it, one per customer and date; customers: how many those are of.
        risk: of silence, if everybody whose value is known were in the group.
    """

    lowest: float
    highest: float
    n: int
    customers: int
    risk: Estimate


def curvature_p_value(
    frame: pd.DataFrame, view: LandmarkView, contrast: Contrast, confidence: float
) -> float | None:
    """The p value of the square of a driver added to the regression; None for two values."""
    if contrast.level or np.unique(view.design.column(contrast.driver)).size < 3:
        return None
    values = view.design.column(contrast.driver)
    square = ((values - values.mean()) / values.std()) ** 2
    name = f"{contrast.driver}:{_SQUARE}"
    bent = fit_view(frame, view.design.with_columns({name: square}), confidence)
    if isinstance(bent, Missing) or name not in bent.design.names:
        return None
    return bent.fit.p_value(name)


def doses(
    frame: pd.DataFrame, view: LandmarkView, contrast: Contrast, confidence: float, floor: int
) -> tuple[Dose, ...]:
    """The risk by amount of a driver, other covariates as they are; empty with two values."""
    values = view.design.column(contrast.driver)
    known = np.ones(values.size, np.bool_) if contrast.over is None else contrast.over
    group = _groups(values, known, floor)
    if group.max() < 2:
        return ()
    flags = {
        f"{contrast.driver}:group {place}": (group == place).astype(np.float64)
        for place in range(1, group.max() + 1)
    }
    design = view.design.without({contrast.driver: ""}).with_columns(flags)
    stepped = fit_view(frame, design, confidence)
    if isinstance(stepped, Missing) or not set(flags) <= set(stepped.design.names):
        return ()
    return tuple(
        _dose(stepped, contrast, values, known, (group, place)) for place in range(group.max() + 1)
    )


def _groups(values: Floats, known: Flags, floor: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The group of each row: single values if there are few, else quarters of the known."""
    there, counts = np.unique(values[known], return_counts=True)
    if there.size <= _FEW_VALUES:
        edges = there[1:][_enough_above(counts, floor)]
    else:
        edges = np.unique(np.quantile(values[known], np.arange(1, _QUARTERS) / _QUARTERS))
        edges = edges[edges > there[0]]
    return np.searchsorted(edges, values, side="right")


def _enough_above(counts: np.ndarray[tuple[int], np.dtype[np.intp]], floor: int) -> Flags:
    """Which values but the first begin a group of their own: those with enough rows from there."""
    return np.asarray(counts[::-1].cumsum()[::-1][1:] >= max(floor, 1))


def _dose(
    stepped: LandmarkView,
    contrast: Contrast,
    values: Floats,
    known: Flags,
    at: tuple[np.ndarray[tuple[int], np.dtype[np.intp]], int],
) -> Dose:
    group, place = at
    names = [name for name in stepped.design.names if name.startswith(f"{contrast.driver}:group ")]
    none = dict.fromkeys(names, 0.0)
    own = {f"{contrast.driver}:group {place}": 1.0} if place else {}
    over = None if contrast.over is None else known
    found = stepped.effect(replace(contrast, high=none | own, low=none, over=over))
    assert not isinstance(found, Missing)  # some rows are known: the groups were made of them
    inside = known & (group == place)
    ends = float(values[inside].min()), float(values[inside].max())
    cluster = stepped.rows.cluster
    rows = int(inside.sum())
    customers = rows if cluster is None else int(np.unique(cluster[inside]).size)
    return Dose(*ends, rows, customers, found.risk_high)


def in_order(found: tuple[Dose, ...], sign: int) -> bool | None:
    """Whether risk moves one way from group to group, with the sign; None with fewer than three.

    Example:
        >>> risks = [Estimate("risk", risk) for risk in (0.1, 0.2, 0.4)]
        >>> in_order(tuple(Dose(0.0, 0.0, 9, 9, risk) for risk in risks), 1)
        True
    """
    if len(found) < 3:
        return None
    steps = np.diff([dose.risk.estimate for dose in found])
    return bool((steps * sign > 0.0).all())

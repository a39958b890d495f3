"""Second view: how soon the next order comes, and how soon contracts end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retention_research.answers.drivers.design import Contrast, Design, make_design
from retention_research.models.arrays import Flags, Floats, Integers
from retention_research.models.cox import CoxFit, CoxRows, fit_cox
from retention_research.models.fit import Estimate, Missing

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.answers.driver_rows import Driver

FEWEST_EVENTS = 10  # of all contracts' ends per covariate
_SAME = 1e-8  # of a column's length: less is rounding


@dataclass(frozen=True, slots=True)
class CoxView:
    """A fitted Cox regression with what it was made of.

    Attributes:
        design: its columns.
        rows: its rows.
        fit: the regression.
    """

    design: Design
    rows: CoxRows
    fit: CoxFit

    @property
    def customers(self) -> int:
        """How many the rows are of."""
        cluster = self.rows.cluster
        return len(self.design.x) if cluster is None else int(np.unique(cluster).size)

    def hazard_ratio(self, contrast: Contrast) -> Estimate | Missing:
        """The hazard ratio of a contrast as the first view makes it.

        Missing where this view has no such column, or its coefficient ran away.
        """
        moved = self._moved(contrast)
        if moved is None:
            reason = self.design.left_out.get(contrast.key, "This view does not have it.")
            return Missing(contrast.key, reason)
        change = np.array([moved.get(name, 0.0) for name in self.fit.names])
        return self.fit.hazard_ratio_at(change, contrast.key)

    def _moved(self, contrast: Contrast) -> dict[str, float] | None:
        """By how much each column changes; None where the view does not have both sides."""
        own = {one.key: one for one in self.design.contrasts}
        if not contrast.level:
            here = own.get(contrast.driver)
            name = contrast.driver
            return None if here is None else {name: here.high[name] - here.low[name]}
        high, low = (f"{contrast.driver}:{end}" for end in (contrast.level, contrast.reference))
        there = {high, low} & set(self.design.names)
        known = {contrast.level, contrast.reference} <= self._levels(contrast.driver)
        if not known or not there or {high, low} & set(self.design.left_out):
            return None
        return {name: 1.0 if name == high else -1.0 for name in there}

    def _levels(self, driver: str) -> set[str]:
        mine = [one for one in self.design.contrasts if one.driver == driver]
        return {one.level for one in mine} | {one.reference for one in mine}


def fit_cox_view(
    frame: pd.DataFrame,
    drivers: tuple[Driver, ...],
    confidence: float,
    *,
    event: str,
    strata: str | None = None,
) -> CoxView | Missing:
    """Fit the pace of an event on start-stop rows; idle columns are left out, with the reason.

    Args:
        frame: customer, start, stop, the event, and a column per driver.
        drivers: what the columns are.
        confidence: level of the intervals.
        event: the column of flags.
        strata: a column whose values are not compared with each other.
    """
    design = make_design(frame, drivers)
    if not len(frame) or not design.names:
        return Missing("cox", "There is nothing to compare.")
    groups = np.zeros(len(frame)) if strata is None else frame[strata].to_numpy()
    design = design.without(idle(design, frame[event].to_numpy(dtype=np.bool_), groups))
    if not design.names:
        return Missing("cox", "There is nothing to compare.")
    rows = CoxRows.of(
        frame["stop"].to_numpy(dtype=np.float64),
        frame[event].to_numpy(dtype=np.bool_),
        design.x,
        names=design.names,
        entry=frame["start"].to_numpy(dtype=np.float64),
        strata=None if strata is None else frame[strata].to_numpy(),
        cluster=frame["customer"].to_numpy(),
    )
    fit = fit_cox(rows, confidence=confidence)
    return fit if isinstance(fit, Missing) else CoxView(design, rows, fit)


def idle(design: Design, event: Flags, strata: Any) -> dict[str, str]:
    """Columns that do not vary within strata, alone or beside the others, or among the events.

    Args:
        design: the columns.
        event: of each row, shape (n,).
        strata: of each row; all alike where there are none.

    Returns:
        Column to the reason why it can have no effect.
    """
    place = np.unique(strata, return_inverse=True)[1]
    inside = np.column_stack([_within(column, place) for column in design.x.T])
    size = np.linalg.norm(inside, axis=0)
    same = size < _SAME * np.sqrt(len(inside)) * np.maximum(1.0, np.abs(design.x).max(axis=0))
    left = np.zeros(size.size)
    own = np.linalg.qr(inside[:, ~same] / size[~same], mode="r")
    left[np.flatnonzero(~same)[: len(own)]] = np.abs(np.diag(own))
    found: dict[str, str] = {}
    for name, column, still, alone in zip(design.names, design.x.T, same, left, strict=True):
        if still:
            found[name] = "It is the same for everybody compared."
        elif event.any() and np.ptp(column[event]) == 0.0:
            found[name] = "It is the same in all with the event: no ratio is finite."
        elif alone < _SAME:
            found[name] = "Other covariates determine it."
    return found


def _within(column: Floats, place: Integers) -> Floats:
    """A column less its mean in each stratum."""
    means = np.bincount(place, weights=column) / np.bincount(place)
    return np.asarray(column - means[place])


def enough_events(view: CoxView | Missing) -> bool:
    """Whether there are ten events for each covariate."""
    return isinstance(view, CoxView) and view.fit.events >= FEWEST_EVENTS * len(view.fit.names)


def direction_of(ratio: Estimate | Missing, *, turned: bool) -> int | None:
    """1 where it goes clearly with more silence, -1 with less, by a ratio of rates or odds.

    Args:
        ratio: of the hazard, rate or odds of an event.
        turned: whether the event is an order, so that a higher ratio means less silence.

    Returns:
        The direction; 0 if the interval holds no effect, None if there is no ratio.

    Example:
        >>> direction_of(Estimate("late", 0.8, conf_low=0.7, conf_high=0.9), turned=True)
        1
        >>> direction_of(Estimate("late", 0.8, conf_low=0.6, conf_high=1.1), turned=True)
        0
    """
    if isinstance(ratio, Missing):
        return None
    if (
        ratio.conf_low is None
        or ratio.conf_high is None
        or ratio.conf_low <= 1.0 <= ratio.conf_high
    ):
        return 0
    return int(np.sign(np.log(ratio.estimate))) * (-1 if turned else 1)

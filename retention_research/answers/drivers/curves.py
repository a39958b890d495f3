"""Adjusted curves: how long until the next order, if everybody had more or less of a driver."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.drivers.cox_view import CoxView
from retention_research.answers.drivers.finding import Finding
from retention_research.answers.drivers.views import Views
from retention_research.models.arrays import Floats
from retention_research.models.cox import SurvivalPrediction, average_survival
from retention_research.models.fit import Missing

if TYPE_CHECKING:
    import pandas as pd

MOST = 5  # drivers with curves
_WEEKS = 26
_MOST_ROWS = 5_000  # orders averaged over: more change no digit that is shown
COLUMNS = ["driver", "side", "after_weeks", "not_back", "share_low", "share_high"]


def adjusted_curves(findings: Iterable[Finding], views: Views) -> pd.DataFrame:
    """Curves of the first drivers that are clear of chance and that this view has.

    Returns:
        driver (name), side ("high" or "low"), after_weeks, not_back, share_low, share_high.
    """
    import pandas as pd

    rows: list[tuple[object, ...]] = []
    drawn = 0
    for one in findings:
        view = views.next_order.get(one.driver.stage)
        known = one.evidence.clear and not one.driver.randomised
        if drawn == MOST or not known or not isinstance(view, CoxView):
            continue
        found = _curves(one, view)
        drawn += bool(found)
        rows += found
    return pd.DataFrame(rows, columns=COLUMNS)


def _curves(one: Finding, view: CoxView) -> list[tuple[object, ...]]:
    here = {contrast.key: contrast for contrast in view.design.contrasts}
    contrast = here.get(one.main.contrast.key)
    if contrast is None or contrast.reference != one.main.contrast.reference:
        return []
    found: list[tuple[object, ...]] = []
    for side, setting in (("high", contrast.high), ("low", contrast.low)):
        curve = _curve(view, dict(setting))
        if isinstance(curve, Missing):
            return []
        found += _rows(one.driver.name, side, curve)
    return found


def _curve(view: CoxView, setting: dict[str, float]) -> SurvivalPrediction | Missing:
    """The average over orders, evenly drawn, with the driver's columns set."""
    began = np.flatnonzero(view.rows.entry == 0.0) if view.rows.entry is not None else None
    orders = np.arange(len(view.design.x)) if began is None else began
    some = orders[:: max(1, orders.size // _MOST_ROWS)]
    x: Floats = view.design.x[some].copy()
    for name, value in setting.items():
        if name in view.design.names:
            x[:, view.design.names.index(name)] = value
    strata = [view.rows.strata[place] for place in view.rows.stratum[some]]
    weeks = np.arange(_WEEKS + 1, dtype=np.float64) * 7.0
    told = strata if len(view.rows.strata) > 1 else None
    return average_survival(view.fit, view.rows, x, weeks, strata=told)


def _rows(driver: str, side: str, curve: SurvivalPrediction) -> list[tuple[object, ...]]:
    columns = (curve.time / 7.0, curve.estimate[0], curve.conf_low[0], curve.conf_high[0])
    points = zip(*(column.tolist() for column in columns), strict=True)
    return [(driver, side, *point) for point in points if np.isfinite(point[1])]

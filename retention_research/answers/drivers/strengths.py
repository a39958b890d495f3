"""The strongest measured covariate beside each driver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from retention_research.answers.driver_rows import Driver
from retention_research.answers.drivers.design import Contrast
from retention_research.answers.drivers.landmark_view import LandmarkView, risk_ratios
from retention_research.answers.drivers.stages import may_cause
from retention_research.answers.drivers.strength import Strength, strongest_covariates
from retention_research.models.arrays import Floats
from retention_research.models.marginal_effects import MarginalEffect


def strongest_beside(
    view: LandmarkView,
    effects: Mapping[str, MarginalEffect],
    drivers: Iterable[Driver],
    driver: Driver,
) -> Strength:
    """The strongest of the covariates that may have brought a driver about.

    Args:
        view: the driver's regression of silence.
        effects: its contrasts', by key.
        drivers: all that there are.
        driver: the one asked about.
    """
    earlier = {one.name for one in drivers if may_cause(one, driver)}
    beside = [one for one in view.design.contrasts if one.driver in earlier | {driver.name}]
    high = {one.key: _is_high(view, one) for one in beside}
    found = strongest_covariates(high, risk_ratios(effects))
    own = [strength for key, strength in found.items() if key.partition(":")[0] == driver.name]
    return max(own, key=lambda one: one.value, default=Strength("", 1.0))


def _is_high(view: LandmarkView, contrast: Contrast) -> Floats:
    """Flags of the rows with the level, or nearer to the high end than to the low one."""
    column = view.design.column(contrast.key)
    middle = (contrast.high[contrast.key] + contrast.low[contrast.key]) / 2.0
    return np.asarray(column > middle, dtype=np.float64)

"""How strong a measured covariate is as a common cause of a driver and of silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from retention_research.answers.driver_rows import Driver
from retention_research.answers.drivers.design import Contrast
from retention_research.answers.drivers.landmark_view import LandmarkView, risk_ratios
from retention_research.answers.drivers.stages import may_cause
from retention_research.models.arrays import Floats
from retention_research.models.marginal_effects import MarginalEffect


class Strength(NamedTuple):
    """A measured covariate on the scale of the E-value.

    Attributes:
        name: of the covariate; empty where there is none.
        value: the smaller of its two risk ratios, with silence and with the driver; 1 or more.
    """

    name: str
    value: float


def strongest_covariates(
    high: Mapping[str, Floats], risk_ratios: Mapping[str, float]
) -> dict[str, Strength]:
    """For each covariate, the strongest of the others as a common cause.

    An unmeasured cause explains a risk ratio away only if it goes with the driver *and* with the
    outcome by the E-value or more; a measured one is as strong as the weaker of its two ratios.

    Args:
        high: covariate to flags of the rows where it is high, shape (n,); covariates of one
            origin (levels of a column) are told apart by the part of the name before ":".
        risk_ratios: covariate to its adjusted risk ratio with the outcome.

    Example:
        >>> rows = {"late": np.array([1.0, 1.0, 0.0, 0.0]), "new": np.array([1.0, 1.0, 1.0, 0.0])}
        >>> strongest_covariates(rows, {"late": 1.2, "new": 1.5})["late"]
        Strength(name='new', value=1.5)
    """
    names = [name for name in high if name in risk_ratios]
    if not names:
        return {}
    flags = np.column_stack([high[name] for name in names])
    ratios = _exposure_ratios(flags)
    outcome = np.array([_away(risk_ratios[name]) for name in names])
    weaker = np.minimum(ratios, outcome[:, None])
    return {name: _strongest(name, names, weaker[:, place]) for place, name in enumerate(names)}


def _exposure_ratios(flags: Floats) -> Floats:
    """How much more common each covariate (row) is where another (column) is high; 1 or more."""
    n = len(flags)
    both, each = flags.T @ flags / n, flags.mean(axis=0)
    where_high = both / np.where(each > 0.0, each, 1.0)
    elsewhere = (each[:, None] - both) / np.where(each < 1.0, 1.0 - each, 1.0)
    least = 0.5 / n
    ratio = np.maximum(where_high, least) / np.maximum(elsewhere, least)
    away: Floats = np.maximum(ratio, 1.0 / ratio)
    return away


def _away(ratio: float) -> float:
    return max(ratio, 1.0 / ratio)


def _strongest(name: str, names: list[str], strengths: Floats) -> Strength:
    origin = name.partition(":")[0]
    others = [
        Strength(other, float(strength))
        for other, strength in zip(names, strengths, strict=True)
        if other.partition(":")[0] != origin
    ]
    return max(others, key=lambda one: one.value, default=Strength("", 1.0))


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

"""The main curve for analysts: its band as a whole, and smooth curves held against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers import curves
from retention_research.answers.survival_groups import counted
from retention_research.models.accelerated import AcceleratedFit, best_accelerated
from retention_research.models.arrays import Floats
from retention_research.models.fit import Missing
from retention_research.models.kaplan_meier import KaplanMeierFit
from retention_research.models.survival_bands import Kind, survival_band
from retention_research.values import Value, diagnostic, fact, label, missing

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

BAND: Kind = "hall-wellner"
FEWEST_EVENTS = 10  # below which a smooth curve says more than the data do
_NOTHING = "Fewer than 10 ends were seen, so that no smooth curve is fitted."
_UNFIT = "No smooth curve could be fitted to these ends."


@dataclass(frozen=True, slots=True)
class Shape:
    """The main curve with its band as a whole, and smooth curves.

    Attributes:
        curve: after_weeks, n_at_risk, survival, share_low, share_high, band_low, band_high and,
            where there is one, smooth: the best smooth curve. To the longest time watched.
        choice: smooth_curve, shape_aic, shape_aic_difference, furthest (from the curve).
        values: by glossary name.
    """

    curve: pd.DataFrame
    choice: pd.DataFrame
    values: dict[str, Value]


def shape_of(rows: ir.Table, curve: KaplanMeierFit | None) -> Shape:
    """The main curve, its band, and Weibull, log-normal and log-logistic beside it.

    Args:
        rows: customer_id, duration above 0, event_observed; entry where some are watched late.
        curve: of the same rows.
    """
    fits = _smooth(rows) if curve and curve.events >= FEWEST_EVENTS else ()
    frame = _with_band(curves.still_customers(curve), curve)
    weeks = frame["after_weeks"].to_numpy()
    drawn = {str(fit.distribution): _at_weeks(fit, weeks) for fit in fits}
    choice = _choice(fits, frame["survival"].to_numpy(dtype=float), drawn)
    if fits:
        frame = frame.assign(smooth=drawn[fits[0].distribution])
    return Shape(frame, choice, _values(fits, choice, curve))


def _smooth(rows: ir.Table) -> tuple[AcceleratedFit, ...]:
    cells = counted(rows)
    entry = cells["entry"] if "entry" in cells.columns else None
    found = best_accelerated(
        cells["duration"], cells["event_observed"], entry=entry, weights=cells["customers"]
    )
    return tuple(fit for fit in found if fit.verdict.status == "converged")


def _with_band(frame: pd.DataFrame, curve: KaplanMeierFit | None) -> pd.DataFrame:
    """The curve by the week with the band that holds all of it at once."""
    band = survival_band(curve, kind=BAND) if curve and curve.events else None
    if band is None or isinstance(band, Missing):
        return frame.assign(band_low=np.nan, band_high=np.nan)
    place = np.searchsorted(band.time, 7 * frame["after_weeks"].to_numpy(), side="right") - 1
    inside = (place >= 0) & (7 * frame["after_weeks"].to_numpy() <= band.time[-1])
    low, high = (np.array(end, dtype=float)[np.maximum(place, 0)] for end in (band.low, band.high))
    return frame.assign(
        band_low=np.where(inside, low, np.nan), band_high=np.where(inside, high, np.nan)
    )


def _at_weeks(fit: AcceleratedFit, weeks: Floats) -> Floats:
    return np.array([fit.survival_at(7.0 * week).estimate for week in weeks])


def _choice(
    fits: tuple[AcceleratedFit, ...], seen: Floats, drawn: Mapping[str, Floats]
) -> pd.DataFrame:
    import pandas as pd

    columns = ["smooth_curve", "shape_aic", "shape_aic_difference", "furthest"]
    apart = [float(np.abs(seen - drawn[fit.distribution]).max()) for fit in fits]
    rows = [
        (fit.distribution, fit.aic, fit.aic - fits[0].aic, furthest)
        for fit, furthest in zip(fits, apart, strict=True)
    ]
    return pd.DataFrame(rows, columns=columns)


def _values(
    fits: tuple[AcceleratedFit, ...], choice: pd.DataFrame, curve: KaplanMeierFit | None
) -> dict[str, Value]:
    until = fact(curve.time[-1], "days") if curve else missing("fact", "Nobody was followed.")
    values = {"tenure_shape.watched_until": until}
    if not fits:
        reason = _UNFIT if curve and curve.events >= FEWEST_EVENTS else _NOTHING
        return values | {"tenure_shape.best": missing("label", reason)}
    values["tenure_shape.best"] = label(fits[0].distribution)
    for row in choice.itertuples():
        values[f"tenure_shape.{row.smooth_curve}.aic"] = diagnostic(row.shape_aic)
        values[f"tenure_shape.{row.smooth_curve}.furthest"] = diagnostic(row.furthest, "share")
    return values

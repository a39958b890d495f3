"""First view: who falls silent after a date, by what was known of them on that date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.drivers.design import Contrast, Design, make_design
from retention_research.models.arrays import Flags, Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.models.logistic import LogisticFit, fit_logistic
from retention_research.models.logistic_rows import LogisticRows, unusable
from retention_research.models.marginal_effects import MarginalEffect, Standardiser

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from retention_research.answers.driver_rows import Driver


@dataclass(frozen=True, slots=True)
class LandmarkView:
    """A fitted regression of silence with what it was made of.

    Attributes:
        design: its columns.
        rows: its rows.
        fit: the regression.
        ready: the fit made ready for marginal effects.
    """

    design: Design
    rows: LogisticRows
    fit: LogisticFit
    ready: Standardiser

    def effect(self, contrast: Contrast) -> MarginalEffect | Missing:
        """Silence with a driver set high and low for everybody."""
        if contrast.over is not None and not contrast.over.any():
            return Missing(contrast.key, "Nobody is known to have it or not.")
        found = self.ready.effect(contrast.high, contrast.low, over=contrast.over)
        return found.ratio if isinstance(found.ratio, Missing) else found

    def effects(self) -> dict[str, MarginalEffect]:
        """Every contrast's effect, by its key."""
        found = {contrast.key: self.effect(contrast) for contrast in self.design.contrasts}
        return {key: one for key, one in found.items() if isinstance(one, MarginalEffect)}


def design_of(frame: pd.DataFrame, drivers: Iterable[Driver]) -> Design:
    """The columns of drivers at all landmarks, with a flag per landmark but the first."""
    days = sorted(frame["landmark"].unique())
    flags = {
        f"landmark:{day:%Y-%m-%d}": (frame["landmark"] == day).to_numpy(dtype=np.float64)
        for day in days[1:]
    }
    return make_design(frame, drivers).with_columns(flags)


def fit_view(
    frame: pd.DataFrame, design: Design, confidence: float, rows: Flags | None = None
) -> LandmarkView | Missing:
    """Fit silence on a design; columns that can have no effect are left out, with the reason.

    Args:
        frame: customer and silent.
        design: of the same rows.
        confidence: level of the intervals.
        rows: which to use; all if left out.
    """
    used = np.ones(len(frame), dtype=np.bool_) if rows is None else rows
    part, kept = frame[used], design.at(used)
    if len(part) == 0:
        return Missing("logistic", "There are no customers.")
    given = _rows(part, kept)
    kept = kept.without(unusable(given) if len(set(given.outcome.tolist())) > 1 else {})
    given = _rows(part, kept)
    fit = fit_logistic(given.outcome, kept.x, names=kept.names, cluster=given.cluster,
                       confidence=confidence)  # fmt: skip
    if isinstance(fit, Missing):
        return fit
    return LandmarkView(kept, given, fit, Standardiser.of(fit, given))


def _rows(part: pd.DataFrame, design: Design) -> LogisticRows:
    return LogisticRows.of(
        part["silent"].to_numpy(dtype=np.float64),
        design.x,
        names=design.names,
        cluster=part["customer"].to_numpy(),
    )


def by_landmark(
    frame: pd.DataFrame, design: Design, confidence: float
) -> dict[date, LandmarkView | Missing]:
    """The same regression at each landmark on its own."""
    plain = design.without(
        dict.fromkeys((n for n in design.names if n.startswith("landmark:")), "")
    )
    days = frame["landmark"].to_numpy()
    return {
        day: fit_view(frame, plain, confidence, days == np.asarray(day))
        for day in sorted(frame["landmark"].unique())
    }


def predicted(view: LandmarkView, design: Design, rows: Flags) -> Floats:
    """Risks of other rows; their landmark is taken for the newest that was fitted."""
    columns = [design.names.index(name) for name in view.design.names]
    x = design.x[rows][:, columns].copy()
    newest = [place for place, name in enumerate(view.design.names) if _is_landmark(name)][-1:]
    x[:, newest] = 1.0
    return view.fit.probability(x)


def _is_landmark(name: str) -> bool:
    return name.startswith("landmark:")


def risk_ratios(effects: Mapping[str, MarginalEffect]) -> dict[str, float]:
    """Each contrast's risk ratio."""
    ratios = {key: effect.ratio for key, effect in effects.items()}
    return {key: one.estimate for key, one in ratios.items() if isinstance(one, Estimate)}

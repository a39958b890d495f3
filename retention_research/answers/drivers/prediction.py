"""Would it have foretold the newest landmark? Fitted on the earlier ones, judged on the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.drivers.landmark_view import design_of, fit_view, predicted
from retention_research.models.discrimination import Calibration, area_under_curve, calibration
from retention_research.models.fit import Estimate, Missing

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.answers.driver_rows import Driver


@dataclass(frozen=True, slots=True)
class Prediction:
    """How well customers of the last landmark were told apart by what was learnt before.

    Attributes:
        day: the last landmark.
        n: customers active on it.
        auc: how well risks rank them, or why it cannot be said.
        calibration: risks against what happened.
    """

    day: date
    n: int
    auc: Estimate | Missing
    calibration: Calibration | Missing


def judged_on_the_last(
    frame: pd.DataFrame, drivers: Sequence[Driver], landmarks: Sequence[date], confidence: float
) -> Prediction | Missing:
    """Fit the regression of silence on all landmarks but the last, and judge it there."""
    if len(landmarks) < 2:
        return Missing("prediction", "There is only one date: nothing later to judge it on.")
    last = (frame["landmark"] == frame["landmark"].max()).to_numpy()
    design = design_of(frame, drivers)
    view = fit_view(frame, design, confidence, ~last)
    if isinstance(view, Missing):
        return view
    risk = np.clip(predicted(view, design, last), 1e-9, 1.0 - 1e-9)
    outcome = frame.loc[last, "silent"].to_numpy(dtype=np.float64)
    auc = area_under_curve(outcome, risk, confidence=confidence)
    told = calibration(outcome, risk, confidence=confidence)
    return Prediction(landmarks[-1], int(last.sum()), auc, told)

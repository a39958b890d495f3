"""What the calibration fit forecast for the hold-out, and what customers then did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.purchase_fits import PurchaseModel
from retention_research.answers.recorded import recorded
from retention_research.models.backtest import (
    LAST_ROW,
    Backtest,
    backtest,
    expected_cumulative_purchases,
    forecast_total,
)
from retention_research.summaries.purchases import born_in_holdout
from retention_research.summaries.tracking import births_by_day, repeats_by_day
from retention_research.values import Value, diagnostic, estimate, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

_NO_HOLDOUT = "The calibration runs to as_of: there is no later time to test the forecast on."


@dataclass(frozen=True, slots=True)
class Holdout:
    """The test of the forecast.

    Attributes:
        values: by glossary name.
        test: after_weeks of the hold-out, actual_cumulative, predicted_cumulative; empty without.
        track: the same over the whole window, expected from the days of first purchases alone.
        known_until: the week in which the calibration ends.
        groups: frequency, customers, actual_mean, predicted_mean.
    """

    values: dict[str, Value]
    test: pd.DataFrame
    track: pd.DataFrame
    known_until: int
    groups: pd.DataFrame


def holdout(workspace: Workspace, fit: PurchaseModel) -> Holdout:
    """Hold the calibration fit to what happened afterwards."""
    known_until = round(workspace.window.calibration_days / 7)
    track = _track(workspace, fit)
    if workspace.window.holdout_days == 0:
        return Holdout(_nothing(), track.iloc[:0], track, known_until, _groups(()))
    test = _backtest(workspace, fit)
    values = _values(test) | _newcomers(workspace, fit)
    return Holdout(values, _test(workspace, fit), track, known_until, _groups(test.rows))


def _backtest(workspace: Workspace, fit: PurchaseModel) -> Backtest:
    cells = workspace.cells(workspace.window, "holdout_frequency")
    return backtest(
        fit,
        cells["frequency"],
        cells["recency"],
        cells["T"],
        cells["holdout_frequency"],
        t=float(workspace.in_units(workspace.window.holdout_days)),
        weights=cells["customers"],
    )


def _nothing() -> dict[str, Value]:
    names = ("holdout.predicted", "holdout.bias")
    nothing = {name: missing("estimate", _NO_HOLDOUT) for name in names}
    return nothing | {"holdout.actual": missing("fact", _NO_HOLDOUT)}


def _values(test: Backtest) -> dict[str, Value]:
    return {
        "holdout.actual": fact(test.actual, "count", n=test.n),
        "holdout.predicted": recorded(test.predicted, test.n, "count"),
        "holdout.bias": _bias(test),
        "holdout.log_score": diagnostic(test.log_score, "number", n=test.n),
    }


def _bias(test: Backtest) -> Value:
    low, high = test.predicted.conf_low, test.predicted.conf_high
    if test.bias is None or low is None or high is None:
        return missing("estimate", "Nobody bought in the test period.")
    ends = low / test.actual - 1, high / test.actual - 1
    return estimate(test.bias, *ends, test.n, "share")


def _newcomers(workspace: Workspace, fit: PurchaseModel) -> dict[str, Value]:
    window = workspace.window
    known = workspace.summary(window)
    born = born_in_holdout(workspace.purchases(window.as_of), known, window)
    rows = born.order_by("first_day").to_pandas()
    values = {
        "holdout.new_customers": fact(int(rows["customers"].sum()), "count"),
        "holdout.new_customers_actual": fact(int(rows["repeat_purchases"].sum()), "count"),
    }
    name = "holdout.new_customers_predicted"
    if rows.empty:
        return values | {name: missing("estimate", "No customer is new in the test period.")}
    ages = workspace.in_units(_days_before(rows["first_day"], workspace))
    zero = np.zeros(len(rows))
    total = forecast_total(fit, zero, zero, zero, t=ages, weights=rows["customers"])
    return values | {name: recorded(total, int(rows["customers"].sum()), "count")}


def _days_before(days: pd.Series, workspace: Workspace) -> np.ndarray:
    import pandas as pd

    end = pd.Timestamp(workspace.window.as_of)
    return np.asarray((end - pd.to_datetime(days)).dt.days, dtype=float)


def _test(workspace: Workspace, fit: PurchaseModel) -> pd.DataFrame:
    """Purchases of the fitted customers since the test began, a dozen times and at its end."""
    import pandas as pd

    window, cells = workspace.window, workspace.cells(workspace.window)
    step = 7 * max(1, round(window.holdout_days / 7 / 13))
    days = np.unique(np.append(np.arange(0, window.holdout_days, step), window.holdout_days))
    history = cells["frequency"], cells["recency"], cells["T"]
    ahead = [fit.expected_purchases(float(workspace.in_units(t)), *history) for t in days]
    predicted = [float(cells["customers"] @ expected) for expected in ahead]
    columns = {"after_weeks": days / 7, "actual_cumulative": _bought_by(workspace, days)}
    return pd.DataFrame(columns | {"predicted_cumulative": predicted})


def _bought_by(workspace: Workspace, days: np.ndarray) -> np.ndarray:
    """Purchases of the fitted customers up to so many days after the calibration."""
    window = workspace.window
    fitted, purchases = workspace.fitted_rows(window), workspace.purchases(window.as_of)
    bought = repeats_by_day(purchases, fitted, window)
    later = bought[bought["day_number"] > window.calibration_days]
    done = np.concatenate([[0], later["purchases"].cumsum()])
    return done[np.searchsorted(later["day_number"] - window.calibration_days, days, side="right")]


def _track(workspace: Workspace, fit: PurchaseModel) -> pd.DataFrame:
    """Whole weeks from the first purchase on, of the customers the model was fitted on."""
    import pandas as pd

    window, purchases = workspace.window, workspace.purchases(workspace.window.as_of)
    fitted = workspace.fitted_rows(window)
    births, repeats = births_by_day(fitted, window), repeats_by_day(purchases, fitted, window)
    weeks = np.arange((window.as_of - window.start).days // 7 + 1)
    done = np.concatenate([[0], repeats["purchases"].cumsum()])
    actual = done[np.searchsorted(repeats["day_number"], 7 * weeks, side="right")]
    born = workspace.in_units(births["day_number"])
    moments = workspace.in_units(7.0 * weeks)
    line = expected_cumulative_purchases(fit, born, moments, weights=births["customers"])
    columns = {"after_weeks": weeks, "actual_cumulative": actual, "predicted_cumulative": line}
    return pd.DataFrame(columns)


def _groups(rows: tuple[tuple[int, int, float, float], ...]) -> pd.DataFrame:
    import pandas as pd

    columns = ["frequency", "customers", "actual_mean", "predicted_mean"]
    frame = pd.DataFrame(list(rows), columns=columns)
    return frame.assign(frequency=[_frequency(x) for x in frame["frequency"]])


def _frequency(repeats: int) -> str:
    return f"{repeats} or more" if repeats == LAST_ROW else str(repeats)

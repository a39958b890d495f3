"""Survival curves as frames, by the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.models.fit import Missing
from retention_research.models.kaplan_meier import KaplanMeierFit

if TYPE_CHECKING:
    import pandas as pd


def bought_again(again: KaplanMeierFit) -> pd.DataFrame:
    """The share who bought again by week: after_weeks, n_at_risk, probability and its ends."""
    curve = _curve(again)
    turned = {"share_low": 1 - curve["conf_high"], "share_high": 1 - curve["conf_low"]}
    return curve.assign(probability=1 - curve["survival"], **turned)[
        ["after_weeks", "n_at_risk", "probability", "share_low", "share_high"]
    ]


def still_customers(still: KaplanMeierFit | None) -> pd.DataFrame:
    """The share still customers by week: after_weeks, n_at_risk, survival and its ends."""
    curve = _curve(still).rename(columns={"conf_low": "share_low", "conf_high": "share_high"})
    return curve[["after_weeks", "n_at_risk", "survival", "share_low", "share_high"]]


def _curve(fit: KaplanMeierFit | None) -> pd.DataFrame:
    """The curve at whole weeks, for as long as its interval can be given."""
    import pandas as pd

    columns = ["after_weeks", "n_at_risk", "survival", "conf_low", "conf_high"]
    weeks = range(int(fit.time[-1] // 7) + 1) if fit else range(0)
    rows = [row for week in weeks if fit and (row := _at_week(fit, week))]
    return pd.DataFrame(rows, columns=columns)


def _at_week(fit: KaplanMeierFit, week: int) -> tuple[float | None, ...] | None:
    found = fit.survival_at(7 * week)
    if isinstance(found, Missing) or found.conf_low is None:
        return None
    return week, int(fit.at_risk(7 * week)[0]), found.estimate, found.conf_low, found.conf_high

"""Rows of a KPI frame, typed in, and scorecards made of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from retention_research.answers.scorecard import Scorecard, assembled
from retention_research.models.proportion import proportion
from retention_research.periods import Period
from retention_research.study import new_study

COLUMNS = ["kpi", "period_start", "period_end", "level", "numerator", "denominator", "value",
           "conf_low", "conf_high", "std_error", "n", "unit", "valid_from", "reason",
           "note"]  # fmt: skip
MAY = Period.holding(date(2025, 5, 1), "month")
APRIL, A_YEAR_AGO = MAY.before, MAY.year_earlier


def row(kpi: str, period: Period = MAY, level: str = "", **cells: Any) -> dict[str, Any]:
    """One row; what is not given is missing."""
    known = {"reason": "", "note": "", "unit": "share", **cells}
    keys = {"kpi": kpi, "period_start": period.start, "period_end": period.end, "level": level}
    return dict.fromkeys(COLUMNS) | keys | known


def share(
    kpi: str, successes: int, n: int, period: Period = MAY, level: str = "", note: str = ""
) -> dict[str, Any]:
    """A proportion with Wilson's interval."""
    found = proportion(successes, n)
    return row(kpi, period, level, numerator=successes, denominator=n, value=found.estimate,
               conf_low=found.conf_low, conf_high=found.conf_high, std_error=found.std_error,
               n=n, note=note)  # fmt: skip


def number(
    kpi: str, value: float, low: float, high: float, period: Period = MAY, level: str = ""
) -> dict[str, Any]:
    """A value with its interval and neither numerator nor denominator."""
    return row(kpi, period, level, value=value, conf_low=low, conf_high=high, n=80, unit="number")


def lacking(kpi: str, reason: str, period: Period = MAY) -> dict[str, Any]:
    """A KPI that could not be computed."""
    return row(kpi, period, reason=reason)


def card_of(
    *rows: dict[str, Any], by: dict[str, list[dict[str, Any]]] | None = None, **settings: Any
) -> Scorecard:
    """The scorecard of these rows; `by` has those of segments' levels."""
    source = {"transactions": {"frame": True}}
    study = new_study(study="small", currency="EUR", sources=source, **settings)
    frames = {name: pd.DataFrame(found, columns=COLUMNS) for name, found in (by or {}).items()}
    sizes = pd.DataFrame({"segment": ["rfm", "rfm"], "group": ["new", "other"],
                          "meaning": ["bought lately, for the first time", ""],
                          "customers": [60, 40], "share": [0.6, 0.4]})  # fmt: skip
    return assembled(study, MAY, pd.DataFrame(list(rows), columns=COLUMNS), frames, sizes)

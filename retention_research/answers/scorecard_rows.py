"""Rows of the KPI frame as records: what was measured of one KPI, period and level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from retention_research.models.fit import Estimate
from retention_research.values import Value, estimate, missing

if TYPE_CHECKING:
    import pandas as pd

NOT_MEASURED = "It was not measured."
_TOLD = ("numerator", "denominator", "value", "conf_low", "conf_high", "std_error")


@dataclass(frozen=True, slots=True)
class Measured:
    """One KPI in one period, overall or of one level.

    Attributes:
        value: with interval and n, or missing with the reason.
        numerator: what was counted or summed, None where the KPI is no ratio.
        denominator: what it is divided by, likewise.
        valid_from: first day from which the data can carry it, if they begin too late.
        note: what to know of its maturity, may be empty.
    """

    value: Value
    numerator: float | None = None
    denominator: float | None = None
    valid_from: date | None = None
    note: str = ""

    @property
    def as_estimate(self) -> Estimate | None:
        """The value as models take it; None where it is missing."""
        v = self.value
        if v.value is None:
            return None
        return Estimate("kpi", v.number, v.std_error, v.conf_low, v.conf_high)


Rows = Mapping[tuple[str, date, str], Measured]


def rows_of(frame: pd.DataFrame) -> dict[tuple[str, date, str], Measured]:
    """The frame's rows by KPI, first day of the period and level.

    Args:
        frame: as `kpi_frame` gives it.
    """
    return {
        (row["kpi"], as_day(row["period_start"]), str(row["level"] or "")): _measured(row)
        for row in frame.to_dict("records")
    }


def withheld(frame: pd.DataFrame, which: pd.Series, reason: str) -> pd.DataFrame:
    """The frame without the values of some rows, each with the reason.

    Args:
        frame: as `kpi_frame` gives it.
        which: truth values, one a row; rows that are missing already keep their reason.
        reason: why the values are not told.

    Example:
        >>> import pandas as pd
        >>> rows = pd.DataFrame({**dict.fromkeys(_TOLD, 1.0), "reason": ["", ""], "n": 9})
        >>> withheld(rows, pd.Series([True, False]), "Too few.")["reason"].tolist()
        ['Too few.', '']
    """
    there = which & (frame["reason"] == "")
    blank = {name: frame[name].mask(there) for name in _TOLD}
    said = {"reason": frame["reason"].mask(there, reason), "n": frame["n"].mask(there, 0)}
    return frame.assign(**blank, **said)


def _measured(row: Mapping[str, Any]) -> Measured:
    return Measured(
        _value(row),
        _number(row["numerator"]),
        _number(row["denominator"]),
        None if _is_missing(row["valid_from"]) else as_day(row["valid_from"]),
        "" if _is_missing(row["note"]) else str(row["note"]),
    )


def _value(row: Mapping[str, Any]) -> Value:
    value, low, high = (_number(row[key]) for key in ("value", "conf_low", "conf_high"))
    if value is None or low is None or high is None:
        said = "" if _is_missing(row["reason"]) else str(row["reason"])
        return missing("estimate", said or NOT_MEASURED)
    error = _number(row["std_error"])
    return estimate(value, low, high, int(row["n"]), str(row["unit"]), error)


def _number(cell: Any) -> float | None:
    return None if _is_missing(cell) else float(cell)


def _is_missing(cell: Any) -> bool:
    return cell is None or cell != cell  # noqa: PLR0124  (NaN, NaT)


def as_day(cell: Any) -> date:
    """A cell of a frame as a plain date.

    Example:
        >>> import pandas as pd
        >>> as_day(pd.Timestamp("2024-02-29"))
        datetime.date(2024, 2, 29)
    """
    return cell.date() if hasattr(cell, "date") else cell

"""One measured KPI of one period and level, and how sums become one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retention_research.models.fit import Estimate, Missing
from retention_research.models.proportion import proportion
from retention_research.models.ratio import Moments, ratio, share

if TYPE_CHECKING:
    import pandas as pd

# a customer counts once: Wilson's interval as it is
EACH_ONCE = ("contact_conversion_rate", "referral_share")
SHARES = (
    "existing_revenue_share", "csat", "nps_non_response", "resolved_without_reopening",
    "escalated_share", "self_service_complaints", "unsubscribe_rate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One KPI in one period, overall or of one level.

    Attributes:
        kpi: its name, without "kpi.".
        period: place among the periods asked for.
        level: of the segment, "" for everybody.
        found: the estimate, or why it is missing.
        n: what it rests on.
        numerator: what was counted or summed, None where the KPI is no ratio.
        denominator: what it is divided by, likewise.
        note: what to know of its maturity.
        customers: how many it rests on, where n counts something else.
    """

    kpi: str
    period: int
    level: str
    found: Estimate | Missing
    n: int
    numerator: float | None = None
    denominator: float | None = None
    note: str = ""
    customers: int | None = None

    @property
    def owners(self) -> int:
        """How many customers it rests on."""
        return self.n if self.customers is None else self.customers

    @property
    def place(self) -> tuple[str, int, str]:
        """KPI, period and level: each once in a frame."""
        return self.kpi, self.period, self.level

    def without(self, reason: str) -> Row:
        """The same, withheld for a reason."""
        return replace(self, found=Missing(self.kpi, reason))


def of_sums(frame: pd.DataFrame, confidence: float) -> list[Row]:
    """The rows of condensed sums.

    Args:
        frame: kpi, period, level, n, y, x, yy, xx, xy.
        confidence: level of the intervals.
    """
    return [_of_sums(one, confidence) for one in frame.to_dict("records")]


def _of_sums(one: Mapping[str, object], confidence: float) -> Row:
    kpi, period, level = str(one["kpi"]), int(str(one["period"])), str(one["level"])
    found = Moments(int(one["n"]), *(float(one[k]) for k in ("y", "x", "yy", "xx", "xy")))  # type: ignore[call-overload, arg-type]
    return Row(kpi, period, level, _estimate(kpi, found, confidence), found.n, found.y, found.x)


def _estimate(kpi: str, found: Moments, confidence: float) -> Estimate | Missing:
    if kpi in EACH_ONCE:
        return counted(int(found.y), int(found.x), confidence)
    return share(found, confidence) if kpi in SHARES else ratio(found, confidence)


def counted(y: int, n: int, confidence: float) -> Estimate | Missing:
    """A share of customers with Wilson's interval, or that there are none."""
    return proportion(y, n, confidence) if n else Missing("share", "There is nobody to count.")


def scaled(row: Row, factor: float) -> Row:
    """The value times a factor, such as a rate by day as one by year; sums stay."""
    if isinstance(row.found, Missing):
        return row
    term, *numbers = row.found
    times = (None if x is None else float(x) * factor for x in numbers)
    return replace(row, found=Estimate(term, *times))  # type: ignore[arg-type]


def noted(rows: Iterable[Row], note: str) -> list[Row]:
    """The rows with a note added."""
    return [replace(r, note=f"{r.note} {note}".strip()) for r in rows]

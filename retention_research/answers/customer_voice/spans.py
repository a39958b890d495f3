"""The stretches of time that the report looks at: a year, its quarters, and thirteen periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from retention_research.periods import (
    Period,
    PeriodUnit,
    day_in_words,
    last_full_period,
    periods_back,
)

_A_YEAR: dict[PeriodUnit, int] = {"month": 12, "week": 52}
_SHOWN = 13  # periods of a trend


@dataclass(frozen=True, slots=True)
class Spans:
    """What is looked at.

    Attributes:
        year: the last twelve full months, or 52 full weeks, as one stretch.
        quarters: its four quarters, oldest first.
        periods: the last thirteen full periods, oldest first.
        twelve: the full periods of the year, oldest first.
    """

    year: Period
    quarters: tuple[Period, ...]
    periods: tuple[Period, ...]
    twelve: tuple[Period, ...]

    @property
    def before(self) -> date:
        """The day before the year."""
        return self.year.start - timedelta(days=1)


def spans(as_of: date, unit: PeriodUnit) -> Spans:
    """The stretches that end with the last full period.

    Example:
        >>> found = spans(date(2024, 7, 15), "month")
        >>> found.year.start, found.year.end, len(found.quarters)
        (datetime.date(2023, 7, 1), datetime.date(2024, 6, 30), 4)
    """
    last = last_full_period(as_of, unit)
    n = _A_YEAR[unit]
    twelve, step = periods_back(last, n), n // 4
    quarters = tuple(
        Period(twelve[place].start, twelve[place + step - 1].end, unit)
        for place in range(0, n, step)
    )
    year = Period(twelve[0].start, last.end, unit)
    return Spans(year, quarters, periods_back(last, _SHOWN), twelve)


def stretch_in_words(stretch: Period) -> str:
    """A stretch of several periods as pages write it.

    Example:
        >>> stretch_in_words(Period(date(2024, 1, 1), date(2024, 3, 31), "month"))
        'Jan 2024 to Mar 2024'
    """
    if stretch.unit == "week":
        return f"from {day_in_words(stretch.start)}"
    last = Period.holding(stretch.end, stretch.unit)
    return f"{Period.holding(stretch.start, stretch.unit).words} to {last.words}"

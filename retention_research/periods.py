"""The only time arithmetic: durations, windows, as_of words, units and discount rates."""

from __future__ import annotations

import calendar
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Literal

DAYS_PER_UNIT = {"day": 1, "week": 7}
DAYS_PER_YEAR = 365.25
AS_OF_WORDS = ("latest_complete_day", "last_full_week", "last_full_month")

PeriodUnit = Literal["week", "month"]

_FEWEST_DAYS = 5  # with rows in four weeks, below which a day cannot be judged

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_DURATION = re.compile(r"(-?)(\d+)([hDWMY])")
_HOURS = {"h": 1, "D": 24, "W": 168}


@dataclass(frozen=True, slots=True)
class Duration:
    """A signed length of time such as 39W, 48h or -6M; M and Y go by the calendar.

    Attributes:
        count: how many, negative for an offset back.
        unit: h, D, W, M or Y.
    """

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `<n>(h|D|W|M|Y)`.

        Raises:
            ValueError: if the text is not of that form.

        Example:
            >>> Duration.parse("39W").days
            273
        """
        found = _DURATION.fullmatch(text.strip())
        if not found:
            raise ValueError(
                f"{text!r} is not a duration: write a number and h, D, W, M or Y (39W)"
            )
        sign, count, unit = found.groups()
        return cls(-int(count) if sign else int(count), unit)

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    @property
    def days(self) -> float:
        """Length in days; months and years at their mean length (30.4375 and 365.25 days)."""
        if self.unit in _HOURS:
            return _whole(self.count * _HOURS[self.unit] / 24)
        return self.count * DAYS_PER_YEAR / (12 if self.unit == "M" else 1)

    def after(self, day: date) -> date:
        """The day this long after `day` (before it, for a negative duration).

        Example:
            >>> Duration.parse("1M").after(date(2024, 1, 31))
            datetime.date(2024, 2, 29)
        """
        if self.unit in _HOURS:
            return day + timedelta(days=math.floor(self.days))
        months = day.year * 12 + day.month - 1 + self.count * (12 if self.unit == "Y" else 1)
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last))

    def before(self, day: date) -> date:
        """The day this long before `day`.

        Example:
            >>> Duration.parse("39W").before(date(1998, 6, 30))
            datetime.date(1997, 9, 30)
        """
        return Duration(-self.count, self.unit).after(day)


def _whole(days: float) -> float:
    return int(days) if days == int(days) else days


@dataclass(frozen=True, slots=True)
class ObservationWindow:
    """Calibration is start..calibration_end, hold-out the next day..as_of; all days inclusive.

    Raises:
        ValueError: if the three days are not in order.
    """

    start: date
    calibration_end: date
    as_of: date

    def __post_init__(self) -> None:
        if not self.start <= self.calibration_end <= self.as_of:
            raise ValueError(
                f"the window is not in order: start {self.start}, "
                f"calibration_end {self.calibration_end}, as_of {self.as_of}"
            )

    @property
    def calibration_days(self) -> int:
        """Days from the first day to the end of the calibration."""
        return (self.calibration_end - self.start).days

    @property
    def holdout_days(self) -> int:
        """Days of the hold-out, 0 where there is none."""
        return (self.as_of - self.calibration_end).days


def calibration_end(start: date, as_of: date, wanted: date | Duration | None) -> date:
    """The last day of the calibration: as given, as an offset, or two thirds of the window.

    Example:
        >>> calibration_end(date(2024, 1, 1), date(2024, 3, 31), None)
        datetime.date(2024, 3, 1)
    """
    if isinstance(wanted, date):
        return wanted
    if wanted is not None:
        return wanted.after(as_of)
    return start + timedelta(days=round((as_of - start).days * 2 / 3))


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month or an ISO week (Monday to Sunday), both days inclusive.

    Example:
        >>> Period.holding(date(2024, 2, 10), "month").end
        datetime.date(2024, 2, 29)
    """

    start: date
    end: date
    unit: PeriodUnit

    @classmethod
    def holding(cls, day: date, unit: PeriodUnit) -> Period:
        """The period that a day lies in."""
        if unit == "week":
            monday = day - timedelta(days=day.weekday())
            return cls(monday, monday + timedelta(days=6), unit)
        last = calendar.monthrange(day.year, day.month)[1]
        return cls(day.replace(day=1), day.replace(day=last), unit)

    @property
    def before(self) -> Period:
        """The period before it.

        Example:
            >>> Period.holding(date(2024, 3, 31), "month").before.end
            datetime.date(2024, 2, 29)
        """
        return Period.holding(self.start - timedelta(days=1), self.unit)

    @property
    def year_earlier(self) -> Period:
        """The same month a year earlier, or the week 52 weeks earlier.

        Example:
            >>> Period.holding(date(2024, 2, 29), "month").year_earlier.end
            datetime.date(2023, 2, 28)
        """
        if self.unit == "week":
            return Period.holding(self.start - timedelta(weeks=52), self.unit)
        return Period.holding(self.start.replace(year=self.start.year - 1), self.unit)

    @property
    def days(self) -> int:
        """Number of its days."""
        return (self.end - self.start).days + 1

    @property
    def words(self) -> str:
        """The period as pages write it.

        Example:
            >>> Period.holding(date(2024, 2, 10), "month").words
            'Feb 2024'
        """
        if self.unit == "month":
            return f"{_MONTHS[self.start.month - 1]} {self.start.year}"
        return f"week of {day_in_words(self.start)}"


def last_full_period(as_of: date, unit: PeriodUnit) -> Period:
    """The newest period that has ended by `as_of`.

    Example:
        >>> last_full_period(date(2024, 3, 30), "month").end
        datetime.date(2024, 2, 29)
    """
    period = Period.holding(as_of, unit)
    return period if period.end <= as_of else period.before


def periods_back(last: Period, n: int) -> tuple[Period, ...]:
    """The last `n` periods that end with `last`, oldest first.

    Example:
        >>> [p.words for p in periods_back(Period.holding(date(2024, 1, 1), "month"), 2)]
        ['Dec 2023', 'Jan 2024']
    """
    found = [last]
    while len(found) < n:
        found.append(found[-1].before)
    return tuple(reversed(found))


def day_in_words(day: date) -> str:
    """A day as pages write it.

    Example:
        >>> day_in_words(date(1998, 6, 30))
        '30 Jun 1998'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def month_in_words(slug: str) -> str:
    """A month such as 2023-07 as pages write it; other words stay as they are.

    Example:
        >>> month_in_words("2023-07"), month_in_words("other")
        ('Jul 2023', 'other')
    """
    found = re.fullmatch(r"(\d{4})-(\d\d)", slug)
    return f"{_MONTHS[int(found[2]) - 1]} {found[1]}" if found else slug


def discount_per_unit(annual_rate: float, unit: str) -> float:
    """Continuous discount rate: delta = ln(1 + annual rate) / (units per 365.25 days).

    Example:
        >>> round(discount_per_unit(0.10, "week"), 6)
        0.001827
    """
    return math.log1p(annual_rate) * DAYS_PER_UNIT[unit] / DAYS_PER_YEAR


def newest_full_day(days: Sequence[date], counts: Sequence[int]) -> date:
    """The newest day that belongs to the data, so that one stray row in 2099 moves nothing.

    It is the newest day whose four preceding weeks hold rows on at least 5 days and whose own
    count is at least a tenth of their median. Where the data are too thin for any such day, it
    is the newest day that does not lie further from the day before it than all earlier days
    span.

    Args:
        days: distinct days with rows, ascending.
        counts: rows on each of them.

    Raises:
        ValueError: if there is no day.

    Example:
        >>> week = [date(2024, 1, d) for d in range(1, 8)]
        >>> newest_full_day([*week, date(2099, 1, 1)], [10] * 7 + [1])
        datetime.date(2024, 1, 7)
    """
    if not days:
        raise ValueError("there is no day with rows")
    for i in range(len(days) - 1, -1, -1):
        before = counts[bisect_left(days, days[i] - timedelta(weeks=4)) : i]
        if len(before) >= _FEWEST_DAYS and counts[i] >= median(before) / 10:
            return days[i]
    return next(days[i] for i in range(len(days) - 1, -1, -1) if not _is_stray(days, i))


def _is_stray(days: Sequence[date], place: int) -> bool:
    early = days[:place]
    return len(early) >= _FEWEST_DAYS and days[place] - early[-1] > early[-1] - early[0]


def resolve_as_of(word: str, days: Sequence[date], counts: Sequence[int]) -> date:
    """The day that an `as_of` word means for these data, never for the clock.

    Raises:
        ValueError: if the word is not one of AS_OF_WORDS, or no full period lies in the data.

    Example:
        >>> days = [date(2024, 1, d) for d in range(1, 32)]
        >>> resolve_as_of("last_full_week", days, [10] * 31)
        datetime.date(2024, 1, 28)
    """
    if word not in AS_OF_WORDS:
        raise ValueError(f"as_of: {word!r} is neither a date nor one of {', '.join(AS_OF_WORDS)}")
    newest = newest_full_day(days, counts)
    day = newest - timedelta(days=1)
    if word == "last_full_week":
        day -= timedelta(days=(day.weekday() + 1) % 7)
    if word == "last_full_month" and (day + timedelta(days=1)).day != 1:
        day = day.replace(day=1) - timedelta(days=1)
    if bisect_right(days, day) == 0:
        raise ValueError(f"as_of: {word} would be {day}, before the first row on {days[0]}")
    return day

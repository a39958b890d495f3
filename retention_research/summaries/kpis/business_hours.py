"""Seconds between two moments, by the clock or within business hours, as plain expressions."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

if TYPE_CHECKING:
    from retention_research.study_sections import Hours

_MONDAY = date(1970, 1, 5)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def seconds_between(start: ir.TimestampValue, end: ir.TimestampValue) -> ir.IntegerValue:
    """Whole seconds from one moment to another."""
    return end.epoch_seconds().cast("int64") - start.epoch_seconds().cast("int64")


def seconds_open(start: ir.TimestampValue, end: ir.TimestampValue, hours: Hours) -> ir.IntegerValue:
    """Seconds of business hours from one moment to another; holidays are not known.

    Args:
        start: local time.
        end: local time, not before start.
        hours: days of the week, and from when to when.
    """
    return _so_far(end, hours) - _so_far(start, hours)


def _so_far(moment: ir.TimestampValue, hours: Hours) -> ir.IntegerValue:
    """Business seconds since a Monday long ago."""
    days = moment.date().delta(ibis.literal(_MONDAY), unit="day").cast("int64")
    weeks = (days.cast("float64") / 7.0).floor().cast("int64")
    weekday = days - 7 * weeks
    opens, closes = _seconds(hours.start), _seconds(hours.end)
    of_day = moment.hour() * 3600 + moment.minute() * 60 + moment.second()
    today = ibis.least(ibis.greatest(of_day.cast("int64") - opens, 0), closes - opens)
    open_on = [int(day in hours.days) for day in _DAYS]
    cases = [
        (weekday == place, sum(open_on[:place]) * (closes - opens) + is_open * today)
        for place, is_open in enumerate(open_on)
    ]
    return weeks * (sum(open_on) * (closes - opens)) + ibis.cases(*cases)


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second

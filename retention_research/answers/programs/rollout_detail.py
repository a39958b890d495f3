"""What a report tells of a roll-out beyond its effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.rollout import EventStudy, PreTrend, Randomised


class Wave(NamedTuple):
    """Units that started on one day.

    Attributes:
        start: the day; None for several days together, whose customers are few.
        units: how many. customers: there before it. effect: over the window.
    """

    start: date | None
    units: int
    customers: int
    effect: Estimate


class OverTime(NamedTuple):
    """The mean effect in one span of the calendar over all who have the program by then.

    Attributes:
        first: its first day. customers: of the treated. effect: in that span.
    """

    first: date
    customers: int
    effect: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class RolloutDetail:
    """A roll-out.

    Attributes:
        unit: what it started by. outcome: that course, test and waves are of.
        treated, compared: units behind the effect, and those they are held against.
        fewest: units that the start with fewest is held against.
        first, last: first and last start that are told. window_days, step_days: lengths.
        base_days: how far back what units are held against reaches, shortest and longest.
        told_until: nothing can be told from this day on, as every unit had started; else None.
        course: effects by age in steps, the band holding all at once.
        pre_trend: the course before the start, in windows.
        waves: by start. over_time: by time.
        two_way: what two-way fixed effects would say, per window; a warning, not a result.
        reassigned: reassignments of start dates, where units are few.
        left_out: starts and units that are not told, a sentence each.
    """

    unit: str
    outcome: str
    treated: int
    compared: int
    fewest: int
    first: date
    last: date
    window_days: int
    step_days: int
    base_days: tuple[int, int]
    told_until: date | None
    course: EventStudy
    pre_trend: PreTrend | Missing
    waves: tuple[Wave, ...]
    over_time: tuple[OverTime, ...]
    two_way: Estimate | Missing
    reassigned: Randomised | Missing | None
    left_out: tuple[str, ...]

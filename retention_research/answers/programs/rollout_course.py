"""A roll-out's effect by time since the start, by start, by the calendar and by week."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from retention_research.answers.programs.rollout_detail import OverTime, Wave
from retention_research.answers.programs.rollout_effects import Told
from retention_research.answers.programs.rollout_units import Spans, Units
from retention_research.answers.programs.rollout_windows import Grid, laid_out
from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.rollout import (
    NEVER,
    EventStudy,
    GroupTime,
    group_time_effects,
)
from retention_research.workspace import Workspace


class Seen(NamedTuple):
    """What was counted: short spans, whole windows, and how time is cut."""

    fine: Spans
    windows: Spans
    grid: Grid


def course_of(workspace: Workspace, units: Units, seen: Seen, outcome: str) -> GroupTime:
    """Effects by step, of starts that are told."""
    whole = outcome in ("retained", "satisfaction")
    spans, step = (seen.windows, seen.grid.window) if whole else (seen.fine, seen.grid.step)
    rows = laid_out(spans, outcome, units.start, step, seen.grid.window)
    found = group_time_effects(rows, confidence=workspace.study.confidence)
    if isinstance(found, Missing):
        raise ValueError(found.reason)  # its windows were told
    return found


def base_days(main: Told) -> tuple[int, int]:
    """How far back the base of the starts that are told reaches, shortest and longest."""
    rows, places = main.found.rows, sorted({c.start for c in main.found.cells if c.age == 0})
    lengths = (rows.base[places] > 0.0).sum(axis=1) * rows.step
    return int(lengths.min()), int(lengths.max())


def told_until(units: Units) -> date | None:
    """The last start, where every unit has one by then."""
    if (units.start == NEVER).any():
        return None
    return date.fromordinal(int(units.start.max()))


def without_band(course: EventStudy) -> EventStudy:
    """A course of so few units that their spread tells too little of an error."""
    unknown = np.full(course.estimate.shape, np.nan)
    return course._replace(low=unknown, high=unknown, std_error=unknown, critical=float("nan"))


def waves_of(main: Told, floor: int, *, few: bool) -> tuple[Wave, ...]:
    """By start, without ranges if units are few; those of few customers together."""
    waves = [
        Wave(date.fromordinal(start), one.treated, round(one.customers), _of(one.effect, few))
        for start, one in main.found.by_cohort(1).items()
    ]
    small = [wave for wave in waves if wave.customers < floor]
    if not small:
        return tuple(waves)
    customers = [wave.customers for wave in small]
    mean = float(np.average([wave.effect.estimate for wave in small], weights=customers))
    merged = Wave(None, sum(wave.units for wave in small), sum(customers), Estimate("effect", mean))
    return (*(wave for wave in waves if wave.customers >= floor), merged)


def _of(effect: Estimate, few: bool) -> Estimate:
    return Estimate(effect.term, effect.estimate) if few else effect


def over_time_of(course: GroupTime, *, few: bool) -> tuple[OverTime, ...]:
    """The mean effect of those who have the program, by span of the calendar."""
    return tuple(
        OverTime(date.fromordinal(first), round(one.customers), _of(one.effect, few))
        for first, one in course.by_calendar().items()
    )


def by_week_of(units: Units, seen: Seen, share: float) -> Floats:
    """Incremental margin in each week of the window; empty where weeks do not fit it."""
    if units.members is None or seen.grid.fine != 7:
        return np.empty(0)
    rows = laid_out(seen.fine, "revenue", units.start, 7, seen.grid.window)
    found = group_time_effects(rows)
    if isinstance(found, Missing):
        return np.empty(0)
    weeks = range(seen.grid.window // 7)
    cells = [[place for place, cell in enumerate(found.cells) if cell.age == week]
             for week in weeks]  # fmt: skip
    if not all(cells):
        return np.empty(0)
    weights = np.array([cell.weight for cell in found.cells])
    return share * np.array([np.average(found.effects[at], weights=weights[at]) for at in cells])

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
from retention_research.programs.rollout import NEVER, GroupTime, group_time_effects
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


def waves_of(main: Told, floor: int) -> tuple[Wave, ...]:
    """By start; those of few customers together without an effect of their own."""
    waves = [
        Wave(date.fromordinal(start), one.treated, round(one.customers), one.effect)
        for start, one in main.found.by_cohort(1).items()
    ]
    few = [wave for wave in waves if wave.customers < floor]
    if not few:
        return tuple(waves)
    customers = [wave.customers for wave in few]
    mean = float(np.average([wave.effect.estimate for wave in few], weights=customers))
    merged = Wave(None, sum(wave.units for wave in few), sum(customers), Estimate("effect", mean))
    return (*(wave for wave in waves if wave.customers >= floor), merged)


def over_time_of(course: GroupTime) -> tuple[OverTime, ...]:
    """The mean effect of those who have the program, by span of the calendar."""
    return tuple(
        OverTime(date.fromordinal(first), round(one.customers), one.effect)
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

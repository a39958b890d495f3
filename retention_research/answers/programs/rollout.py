"""The answer on a roll-out: units that started against units that had not yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import numpy as np

from retention_research.answers.draws import draws_of
from retention_research.answers.programs.money import economics_of, margin_share
from retention_research.answers.programs.recorded import effect_values
from retention_research.answers.programs.rollout_checks import (
    checks_of,
    graded,
    left_out,
    next_test,
)
from retention_research.answers.programs.rollout_detail import OverTime, RolloutDetail, Wave
from retention_research.answers.programs.rollout_effects import (
    TREATED,
    Told,
    money_draws,
    told_of,
)
from retention_research.answers.programs.rollout_units import (
    TEAM,
    Spans,
    Units,
    first_told,
    last_told,
    spans_of,
    units_of,
)
from retention_research.answers.programs.rollout_values import rollout_values
from retention_research.answers.programs.rollout_warning import two_way_of
from retention_research.answers.programs.rollout_windows import AFTER, Grid, grid_of, laid_out
from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.rollout import NEVER, GroupTime, group_time_effects, pre_trend
from retention_research.study_programs import Program
from retention_research.values import Value, label
from retention_research.workspace import Workspace

NO_RANGE = "Its range cannot be told: there are too few units, or it is not known of them."
_FIRST = ("purchases", "satisfaction", "revenue", "margin", "retained")  # whose course is drawn
_MONEY = ("margin", "retained")  # needed for money, told or not


class _Seen(NamedTuple):
    """What was counted: short spans, whole windows, and how time is cut."""

    fine: Spans
    windows: Spans
    grid: Grid


def rollout_report(workspace: Workspace, program: Program) -> ProgramReport:
    """The effect of a roll-out, how well it is proved, and what it brought.

    Args:
        workspace: the study.
        program: of kind rollout.

    Raises:
        StudyError: if the unit is no column of customers, or a unit's name is nearly one.
    """
    units = units_of(workspace, program)
    if isinstance(units, Missing):
        return _withheld(program, units.reason)
    if len(units.names) < 2:
        return _withheld(program, "There is only one unit: nothing can be held against it.")
    told, too_early, too_late = _starts(workspace, program, units)
    if not told:
        return _withheld(program, _none_told(workspace, program, units))
    seen = _seen(workspace, program, units, told)
    found = _effects(workspace, program, units, seen)
    effects = {name: one for name, one in found.items() if isinstance(one, Told)}
    shown = next((name for name in _FIRST if name in program.outcomes and name in effects), None)
    if shown is None:
        return _withheld(program, _nobody_left(found, program))
    return _report(workspace, program, units, seen, found, shown, (too_early, too_late))


def _report(
    workspace: Workspace,
    program: Program,
    units: Units,
    seen: _Seen,
    found: Mapping[str, Told | Missing],
    shown: str,
    apart: tuple[tuple[date, ...], tuple[date, ...]],
) -> ProgramReport:
    told = {name: one for name, one in found.items() if isinstance(one, Told)}
    main = told[shown]
    detail = _detail(workspace, program, units, seen, main, apart)
    grade, why = graded(detail)
    effects = tuple(told[name].effect for name in program.outcomes if name in told)
    share = margin_share(workspace, program)
    draws = money_draws(workspace.study, program.id, told, _by_week(units, seen, share),
                        program.cost_per_customer)  # fmt: skip
    economics = economics_of(workspace, program, draws, grade, effects)
    floor = workspace.study.group_floor
    values = {**_effect_values(program, effects), **rollout_values(program, detail)}
    return ProgramReport(
        program=program, grade=grade, why=why, effects=effects,
        others=_others(detail, main), checks=checks_of(detail, _small(main, floor), floor),
        money=economics.money, decision=economics.decision,
        next_test=next_test(detail, main, program.unit or ""), detail=detail,
        values={**values, **economics.values, f"program.{program.id}.evidence": label(grade)},
    )  # fmt: skip


def _effect_values(program: Program, effects: tuple[Effect, ...]) -> dict[str, Value]:
    """Effects with a range; an effect without one is not recorded as an estimate."""
    ranged = [one for one in effects if isinstance(one.difference, Estimate)
              and one.difference.conf_low is not None]  # fmt: skip
    return effect_values(program, ranged, NO_RANGE)


def _withheld(program: Program, reason: str) -> ProgramReport:
    values = {
        **effect_values(program, (), reason),
        f"program.{program.id}.evidence": label("no evidence"),
    }
    return ProgramReport(program=program, grade="no evidence", why=(reason,), withheld=reason,
                         values=values)  # fmt: skip


def _starts(
    workspace: Workspace, program: Program, units: Units
) -> tuple[list[date], tuple[date, ...], tuple[date, ...]]:
    """Starts with a window of data on both sides; those too early, and those too late."""
    days = sorted({date.fromordinal(day) for day in units.start if day != NEVER})
    first, last = (end(workspace, program.window_days) for end in (first_told, last_told))
    return (
        [day for day in days if first <= day <= last],
        tuple(day for day in days if day < first),
        tuple(day for day in days if day > last),
    )


def _none_told(workspace: Workspace, program: Program, units: Units) -> str:
    if not (units.start != NEVER).any():
        whose = "tickets" if program.unit == TEAM else "customers"
        if units.planned:
            return "No unit had started by the end of the data."
        return f"No unit that starts has {whose}: look at `unit` and `starts`."
    first, last = (end(workspace, program.window_days) for end in (first_told, last_told))
    return (
        f"No start lies between {first} and {last}: a start needs {program.window_days} days of "
        "data before it and as many from it on."
    )


def _nobody_left(found: Mapping[str, Told | Missing], program: Program) -> str:
    told = [one.reason for name, one in found.items()
            if name in program.outcomes and isinstance(one, Missing)]  # fmt: skip
    if told:
        return (f"{told[0]} Where all start at once, or none waits, a change that came at the same "
                "time would look like the program: keep some units waiting, drawn by "
                "lot.")  # fmt: skip
    return "None of its outcomes is known of these units."


def _seen(workspace: Workspace, program: Program, units: Units, starts: list[date]) -> _Seen:
    grid = grid_of(program.window_days)
    windows = spans_of(workspace, units, starts, grid.window, grid.before, AFTER)
    if grid.fine == grid.window:
        return _Seen(windows, windows, grid)
    per = grid.window // grid.fine
    fine = spans_of(workspace, units, starts, grid.fine, per * grid.before, per * AFTER)
    return _Seen(fine, windows, grid)


def _effects(
    workspace: Workspace, program: Program, units: Units, seen: _Seen
) -> dict[str, Told | Missing]:
    """Effects by outcome, those that money needs among them; by team, ratings alone."""
    buyers = (*program.outcomes, *(name for name in _MONEY if name not in program.outcomes))
    known = ("satisfaction",) if units.members is None else buyers
    found: dict[str, Told | Missing] = {}
    for outcome in known:
        if outcome == "actions" or (outcome == "satisfaction" and units.ratings is None):
            continue
        spans = seen.windows if outcome in ("retained", "satisfaction") else seen.fine
        rows = laid_out(spans, outcome, units.start, seen.grid.window, seen.grid.window)
        share = margin_share(workspace, program) if outcome == "margin" else 1.0
        found[outcome] = told_of(workspace.study, program.id, outcome, rows, share)
    return found


def _detail(
    workspace: Workspace,
    program: Program,
    units: Units,
    seen: _Seen,
    main: Told,
    apart: tuple[tuple[date, ...], tuple[date, ...]],
) -> RolloutDetail:
    total, outcome = main.total, main.effect.outcome
    share = margin_share(workspace, program) if outcome == "margin" else 1.0
    course = _course(workspace, units, seen, outcome)
    shown = {int(seen.windows.starts[cell.start]) for cell in main.found.cells if cell.age == 0}
    beside_none = tuple(
        date.fromordinal(int(day)) for day in seen.windows.starts if int(day) not in shown
    )
    two_way: Estimate | Missing = Missing("two_way", "It is not reckoned for this outcome.")
    if outcome != "retained":
        two_way = two_way_of(workspace, units, outcome, program.window_days, share)
    return RolloutDetail(
        unit=program.unit or "", outcome=outcome, treated=total.treated, compared=total.compared,
        first=date.fromordinal(min(shown)), last=date.fromordinal(max(shown)),
        window_days=program.window_days, step_days=course.rows.step, base_days=_base_days(main),
        told_until=_told_until(units),
        course=course.event_study(rng=draws_of(workspace.study, f"{program.id}.band")),
        pre_trend=pre_trend(main.found), waves=_waves(main, workspace.study.group_floor),
        over_time=_over_time(course), two_way=two_way, reassigned=main.randomised,
        left_out=left_out(*apart, beside_none, units.planned, units.not_there),
    )  # fmt: skip


def _course(workspace: Workspace, units: Units, seen: _Seen, outcome: str) -> GroupTime:
    """Effects by step, of starts that are told."""
    whole = outcome in ("retained", "satisfaction")
    spans, step = (seen.windows, seen.grid.window) if whole else (seen.fine, seen.grid.step)
    rows = laid_out(spans, outcome, units.start, step, seen.grid.window)
    found = group_time_effects(rows, confidence=workspace.study.confidence)
    if isinstance(found, Missing):
        raise ValueError(found.reason)  # its windows were told
    return found


def _base_days(main: Told) -> tuple[int, int]:
    rows = main.found.rows
    lengths = (rows.base[sorted({c.start for c in main.found.cells})] > 0.0).sum(axis=1) * rows.step
    return int(lengths.min()), int(lengths.max())


def _told_until(units: Units) -> date | None:
    """The last start, where every unit has one by then."""
    if (units.start == NEVER).any():
        return None
    return date.fromordinal(int(units.start.max()))


def _waves(main: Told, floor: int) -> tuple[Wave, ...]:
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


def _over_time(course: GroupTime) -> tuple[OverTime, ...]:
    return tuple(
        OverTime(date.fromordinal(first), round(one.customers), one.effect)
        for first, one in course.by_calendar().items()
    )


def _others(detail: RolloutDetail, main: Told) -> tuple[Effect, ...]:
    """Two-way fixed effects as a comparison that is never the headline."""
    if isinstance(detail.two_way, Missing):
        return ()
    mean, effect = main.effect.mean_treated, detail.two_way.estimate
    return (
        Effect(
            detail.outcome, TREATED, "every unit and week, also those with the program",
            main.effect.n_treated, main.effect.n_control, mean, mean - effect, detail.two_way,
            Missing("lift", "It is a warning, not a result."),
            method="two-way fixed effects, a wrong benchmark under staggered starts",
        ),
    )  # fmt: skip


def _by_week(units: Units, seen: _Seen, share: float) -> Floats:
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


def _small(main: Told, floor: int) -> int:
    """Units of fewer customers than the floor, at the start where they have most."""
    sizes = main.found.rows.size.max(axis=0)
    return int(((sizes > 0.0) & (sizes < floor)).sum())

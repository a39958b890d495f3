"""The answer on a roll-out: units that started against units that had not yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from retention_research.answers.draws import draws_of
from retention_research.answers.programs.money import economics_of, margin_share
from retention_research.answers.programs.recorded import effect_values
from retention_research.answers.programs.refused import MEND, without_effect
from retention_research.answers.programs.rollout_checks import (
    checks_of,
    graded,
    left_out,
    next_test,
    used_sizes,
)
from retention_research.answers.programs.rollout_course import (
    Seen,
    base_days,
    by_week_of,
    course_of,
    over_time_of,
    told_until,
    waves_of,
    without_band,
)
from retention_research.answers.programs.rollout_detail import RolloutDetail
from retention_research.answers.programs.rollout_effects import (
    TREATED,
    Told,
    money_draws,
    told_of,
)
from retention_research.answers.programs.rollout_units import (
    TEAM,
    Units,
    first_told,
    last_told,
    spans_of,
    units_of,
)
from retention_research.answers.programs.rollout_values import rollout_values
from retention_research.answers.programs.rollout_warning import two_way_of
from retention_research.answers.programs.rollout_windows import AFTER, grid_of, laid_out
from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect, Grade
from retention_research.programs.rollout import NEVER, pre_trend
from retention_research.study_programs import Program
from retention_research.values import Value, label
from retention_research.workspace import Workspace

_ALONE = "There is only one unit: nothing can be held against it."
_WAIT = "Where it is still to start, keep some units waiting, drawn by lot."
_LATER = "Run the report again once a start has its days before it and after it."
NO_RANGE = "Its range cannot be told: there are too few units, or it is not known of them."
_FIRST = ("purchases", "satisfaction", "revenue", "margin", "retained")  # whose course is drawn
_MONEY = ("margin", "retained")  # needed for money, told or not


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
        return without_effect(workspace, program, units.reason, MEND)
    if len(units.names) < 2:
        return without_effect(workspace, program, _ALONE, _WAIT)
    told, too_early, too_late = _starts(workspace, program, units)
    if not told:
        return without_effect(workspace, program, *_none_told(workspace, program, units))
    seen = _seen(workspace, program, units, told)
    found = _effects(workspace, program, units, seen)
    effects = {name: one for name, one in found.items() if isinstance(one, Told)}
    shown = next((name for name in _FIRST if name in program.outcomes and name in effects), None)
    if shown is None:
        return without_effect(workspace, program, *_nobody_left(found, program))
    return _report(workspace, program, units, seen, found, shown, (too_early, too_late))


def _report(
    workspace: Workspace,
    program: Program,
    units: Units,
    seen: Seen,
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
    draws = money_draws(workspace.study, program.id, told, by_week_of(units, seen, share),
                        program.cost_per_customer)  # fmt: skip
    economics = economics_of(workspace, program, draws, _of_money(told, grade), effects)
    floor = workspace.study.group_floor
    values = {**_effect_values(program, effects), **rollout_values(program, detail)}
    return ProgramReport(
        program=program, grade=grade, why=why, effects=effects,
        others=_others(detail, main), checks=checks_of(detail, _small(main, floor), floor),
        money=economics.money, decision=economics.decision,
        next_test=next_test(main, program.unit or "", economics.decision,
                            confidence=workspace.study.confidence), detail=detail,
        values={**values, **economics.values, f"program.{program.id}.evidence": label(grade)},
    )  # fmt: skip


def _of_money(told: Mapping[str, Told], grade: Grade) -> Grade:
    """How well a margin is proved: one without a range is not, so that it is to be tested."""
    margin = told.get("margin")
    return grade if margin is None or margin.ranged else "associated"


def _effect_values(program: Program, effects: tuple[Effect, ...]) -> dict[str, Value]:
    """Effects with a range; an effect without one is not recorded as an estimate."""
    ranged = [one for one in effects if isinstance(one.difference, Estimate)
              and None not in (one.difference.conf_low, one.difference.conf_high)]  # fmt: skip
    return effect_values(program, ranged, NO_RANGE)


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


def _none_told(workspace: Workspace, program: Program, units: Units) -> tuple[str, str]:
    """Why no start can be told of, and what to do about it."""
    if not (units.start != NEVER).any():
        whose = "tickets" if program.unit == TEAM else "customers"
        if units.planned:
            return "No unit had started by the end of the data.", _LATER
        return f"No unit that starts has {whose}: look at `unit` and `starts`.", MEND
    first, last = (end(workspace, program.window_days) for end in (first_told, last_told))
    return (
        f"No start lies between {first} and {last}: a start needs {program.window_days} days of "
        "data before it and as many from it on.",
        _LATER,
    )


def _nobody_left(found: Mapping[str, Told | Missing], program: Program) -> tuple[str, str]:
    """Why no outcome can be told of, and what to do about it."""
    told = [one.reason for name, one in found.items()
            if name in program.outcomes and isinstance(one, Missing)]  # fmt: skip
    if told:
        reason = (f"{told[0]} Where all start at once, or none waits, a change that came at the "
                  "same time would look like the program.")  # fmt: skip
        return reason, _WAIT
    return "None of its outcomes is known of these units.", MEND


def _seen(workspace: Workspace, program: Program, units: Units, starts: list[date]) -> Seen:
    grid = grid_of(program.window_days)
    windows = spans_of(workspace, units, starts, grid.window, grid.before, AFTER, buyers=True)
    if grid.fine == grid.window:
        return Seen(windows, windows, grid)
    per = grid.window // grid.fine
    fine = spans_of(workspace, units, starts, grid.fine, per * grid.before, per * AFTER)
    return Seen(fine, windows, grid)


def _effects(
    workspace: Workspace, program: Program, units: Units, seen: Seen
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
    seen: Seen,
    main: Told,
    apart: tuple[tuple[date, ...], tuple[date, ...]],
) -> RolloutDetail:
    total, outcome = main.total, main.effect.outcome
    share = margin_share(workspace, program) if outcome == "margin" else 1.0
    course, few = course_of(workspace, units, seen, outcome), main.randomised is not None
    drawn = course.event_study(rng=draws_of(workspace.study, f"{program.id}.band"))
    shown = {int(seen.windows.starts[cell.start]) for cell in main.found.cells if cell.age == 0}
    beside_none = tuple(
        date.fromordinal(int(day)) for day in seen.windows.starts if int(day) not in shown
    )
    two_way: Estimate | Missing = Missing("two_way", "It is not reckoned for this outcome.")
    if outcome != "retained":
        two_way = two_way_of(workspace, units, outcome, program.window_days, share)
    return RolloutDetail(
        unit=program.unit or "", outcome=outcome, treated=total.treated, compared=total.compared,
        fewest=total.fewest,
        first=date.fromordinal(min(shown)), last=date.fromordinal(max(shown)),
        window_days=program.window_days, step_days=course.rows.step, base_days=base_days(main),
        told_until=told_until(units),
        course=without_band(drawn) if few else drawn,
        pre_trend=pre_trend(main.found), waves=waves_of(main, workspace.study.group_floor, few=few),
        over_time=over_time_of(course, few=few), two_way=two_way, reassigned=main.randomised,
        left_out=left_out(*apart, beside_none, units.planned, units.not_there),
    )  # fmt: skip


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


def _small(main: Told, floor: int) -> int:
    """Units of fewer customers than the floor, at the start where they have most."""
    sizes = used_sizes(main)
    return int(((sizes > 0.0) & (sizes < floor)).sum())

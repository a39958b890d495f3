"""What is told of a roll-out: who is held against whom, its course, its waves, and a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from retention_research.answers.programs.rollout_detail import RolloutDetail
from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Missing
from retention_research.programs.rollout import PreTrend, Randomised
from retention_research.wording.numbers import Wording, plural
from retention_research.wording.programs_rollout_tables import (
    THINGS,
    amount_of,
    course,
    course_told,
    has_band,
    ranged,
    waves_in_numbers,
    waves_told,
)
from retention_research.wording.programs_words import key_of

if TYPE_CHECKING:
    import pandas as pd

    Rows: TypeAlias = tuple[str, str, pd.DataFrame, pd.DataFrame | None]


def notes(report: ProgramReport, wording: Wording) -> tuple[str, ...]:
    """Who is held against whom, and where the telling ends."""
    detail = _detail(report)
    if detail is None:
        return ()
    return tuple(filter(None, [_held(detail, wording), _end(detail, wording)]))


def further_notes(report: ProgramReport, wording: Wording) -> tuple[str, ...]:
    """What a drift would do."""
    detail = _detail(report)
    return () if detail is None else tuple(filter(None, [_bounds(detail, wording)]))


def _held(detail: RolloutDetail, wording: Wording) -> str:
    """The comparison in one paragraph."""
    between = f"between {wording.day(detail.first)} and {wording.day(detail.last)}"
    when = between if detail.first != detail.last else f"on {wording.day(detail.first)}"
    who = "tickets" if detail.unit == "team" else "customers who had bought there before it began"
    return (
        f"{wording.count(detail.treated)} {_units(detail, detail.treated)} began {when}. Each is "
        f"held against {_others(detail, wording)}, over {who}; each side against its own mean of "
        f"the {_base(detail, wording)} before."
    )


def _others(detail: RolloutDetail, wording: Wording) -> str:
    """Those without it: where there are several starts, some of them begin later themselves."""
    others = f"{wording.count(detail.compared)} {_units(detail, detail.compared)}"
    within = wording.days(detail.window_days)
    if detail.first == detail.last:
        return f"{others} that had not begun by the end of its {within}"
    return (
        f"those that had not begun by the end of its {within} ({others} at one start or another, "
        "those that began later among them)"
    )


def _base(detail: RolloutDetail, wording: Wording) -> str:
    short, long = detail.base_days
    if short == long:
        return wording.days(long)
    return f"{wording.days(short)} to {wording.days(long)}"


def _bounds(detail: RolloutDetail, wording: Wording) -> str:
    found = detail.pre_trend
    if isinstance(found, Missing) or detail.reassigned is not None:
        return ""
    once = next(bound for bound in found.bounds if bound.times == 1.0)
    told = (
        f"Were {_units(detail, 2)} to drift apart from then on by as much as they did at most from "
        f"one {wording.days(detail.window_days)} to the next before, the effect could be anything "
        f"from {amount_of(detail.outcome, once.low, wording)} to "
        f"{amount_of(detail.outcome, once.high, wording)} {THINGS[detail.outcome]}"
    )
    holds = once.low > 0.0 or once.high < 0.0
    return f"{told}: {'still clear of none' if holds else 'it could then also be none at all'}."


def _end(detail: RolloutDetail, wording: Wording) -> str:
    if detail.told_until is None:
        return ""
    return (
        f"On {wording.day(detail.told_until)} the last of them began: from then on nothing can be "
        "told, as none is left without it."
    )


def tables(report: ProgramReport, wording: Wording) -> tuple[Rows, ...]:
    """Effects by start, where there were several, and by time since the start."""
    detail = _detail(report)
    if detail is None:
        return ()
    heading, key, thing = report.program.heading, key_of(report), THINGS[detail.outcome]
    steps = (
        f"{key}-course",
        f"{heading}: {thing}, more than without it, by time since the start",
        course_told(detail, wording),
        course(detail, wording),
    )
    if len(detail.waves) < 2:
        return (steps,)
    waves = (
        f"{key}-waves",
        f"{heading}: {thing} within {wording.days(detail.window_days)}, by start",
        waves_told(detail, wording),
        waves_in_numbers(detail, wording),
    )
    return (waves, steps)


def analysts(report: ProgramReport, wording: Wording) -> tuple[tuple[str, ...], tuple[Rows, ...]]:
    """Method, what two-way fixed effects would have said, bounds and drifts."""
    detail = _detail(report)
    if detail is None:
        return (), ()
    told = [_method(detail, wording), _reassigned(detail, wording), _two_way(detail, wording)]
    rows: list[Rows] = []
    if isinstance(detail.pre_trend, PreTrend) and detail.reassigned is None:
        told.append(_tested(detail.pre_trend, wording))
        rows = _before(report, detail.pre_trend)
    rows.append(_calendar(report, detail, wording))
    return tuple(filter(None, told)), tuple(rows)


def _method(detail: RolloutDetail, wording: Wording) -> str:
    return (
        "Group-time effects (Callaway and Sant'Anna 2021) against units not yet treated by the end "
        "of the window, weighted by customers there before the start. Base: the mean over the "
        "windows before the start, which weigh by customers, instead of the last period alone: "
        "shocks of single weeks move it less. Errors by unit, scaled up for few units per start "
        f"(HC2), Student intervals with Satterthwaite degrees of freedom. {_band(detail, wording)}"
    )


def _band(detail: RolloutDetail, wording: Wording) -> str:
    if not has_band(detail):
        return "No band: units are too few for errors of their spread."
    found = detail.course
    without = int(sum(low != low for low in found.low))  # noqa: PLR0124  (NaN: no band)
    told = (
        f"The band by a multiplier bootstrap by unit holds all {len(found.age) - without} ages "
        f"{'that have one ' if without else ''}at once (critical value "
        f"{wording.number(found.critical)}, degrees of freedom of the age with fewest)."
    )
    if not without:
        return told
    return f"{told} Of {without} ages no band is given: too few units stand behind them."


def _reassigned(detail: RolloutDetail, wording: Wording) -> str:
    found = detail.reassigned
    if isinstance(found, Randomised):
        return (
            f"Randomisation inference: {wording.count(found.looked_at)} of "
            f"{wording.count(found.possible)} distinct assignments of start dates to units; the "
            "interval holds every constant effect that they do not reject."
        )
    return "" if found is None else f"No interval: {found.reason}"


def _two_way(detail: RolloutDetail, wording: Wording) -> str:
    found = detail.two_way
    if isinstance(found, Missing):
        return ""
    return (
        "A warning, not a result: two-way fixed effects over units and weeks would have said "
        f"{ranged(detail, found, wording)} {THINGS[detail.outcome]} per window. They hold units "
        "that began later against units that had already begun, so that an effect that grows is "
        "taken off itself, and average over all the time since instead of the window."
    )


def _tested(found: PreTrend, wording: Wording) -> str:
    return (
        f"Course before the start: F {wording.number(found.statistic)}, p "
        f"{wording.small(found.p_value)}. Relative magnitudes (Rambachan and Roth 2023): "
        f"{_undone(found, wording)}. The bounds are the union of intervals over every drift that "
        "may have been the largest, and so a little wide; they start from the last window before "
        "the start alone."
    )


def _undone(found: PreTrend, wording: Wording) -> str:
    if found.breakdown <= 0.0:
        return "against the last window alone an effect of 0 is not excluded, even without a drift"
    if found.breakdown == float("inf"):
        return "no multiple of the drifts that were seen makes the interval hold 0"
    times = wording.number(found.breakdown)
    return f"it takes {times} times the largest drift before until the interval holds 0"


def _before(report: ProgramReport, found: PreTrend) -> list[Rows]:
    import pandas as pd

    heading, key = report.program.heading, key_of(report)
    drifts = pd.DataFrame(
        {"drift_span": found.age, "drift": found.drift, "drift_error": found.std_error}
    )
    bounds = pd.DataFrame(
        [(bound.times, bound.low, bound.high) for bound in found.bounds],
        columns=["drift_allowed", "wave_low", "wave_high"],
    )
    return [
        (f"{key}-drifts", f"{heading}: moves between neighbouring windows before the start",
         drifts, None),
        (f"{key}-bounds", f"{heading}: the effect, were units to drift apart", bounds, None),
    ]  # fmt: skip


def _calendar(report: ProgramReport, detail: RolloutDetail, wording: Wording) -> Rows:
    import pandas as pd

    rows = [
        (wording.day(span.first), span.customers, span.effect.estimate, span.effect.conf_low,
         span.effect.conf_high)
        for span in detail.over_time
    ]  # fmt: skip
    columns = ["span_from", "customers_there", "wave_effect", "wave_low", "wave_high"]
    caption = (
        f"{report.program.heading}: effect per customer in {wording.days(detail.step_days)} from "
        "each day, over all who had it by then"
    )
    return (f"{key_of(report)}-calendar", caption, pd.DataFrame(rows, columns=columns), None)


def _detail(report: ProgramReport) -> RolloutDetail | None:
    return report.detail if isinstance(report.detail, RolloutDetail) else None


def _units(detail: RolloutDetail, count: int) -> str:
    return plural(count, detail.unit.replace("_", " "))

"""Who looked at an experiment before, what they saw, and what this look may say.

Looks are carried from run to run: each run records all it knows of as values, and the next run's
baseline.json, which lies beside the study its notebooks read, holds those of the run before. A
notebook that runs alone knows of no earlier look.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import expm1, log
from typing import Any, NamedTuple

from retention_research.answers.programs.recorded import UNITS
from retention_research.answers.recorded import recorded
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.sequential import (
    FEWEST_EVENTS,
    FEWEST_PER_ARM,
    confidence_sequence,
)
from retention_research.programs.sequential import Sequence as Interval
from retention_research.study import RECORD, SNAPSHOT
from retention_research.study_programs import Program
from retention_research.values import Value, fact
from retention_research.workspace import Workspace

BASELINE = "baseline.json"  # of a run, beside its study, as reporting.run writes it
_SHARES = ("retained", "second_order")
_MONEY = ("revenue", "margin")
_NEEDS = "An interval that holds however often one looks needs at least "
_EARLY = f"{_NEEDS}{FEWEST_PER_ARM} customers in each group."
_RARE = (
    f"{_NEEDS}{FEWEST_EVENTS} customers of whom it is true in the smaller group, and as many of "
    "whom it is not."
)


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen on one day.

    Attributes:
        day: the last day that the look knew of; of looks at the same customers, the first.
        n_treated: customers with the program whose window was over. n_control: without.
        differences: outcome to the difference, with its interval.
    """

    day: date
    n_treated: int
    n_control: int
    differences: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Looks:
    """All looks at an experiment.

    Attributes:
        mode: fixed (to be looked at once) or sequential (at any time), as declared.
        now: this look; None where there is nothing to see.
        past: those of earlier runs, the oldest first.
        effects: this look's effects; of a sequential experiment with the intervals and p values
            that hold at all looks together.
        values: this look and the past ones by glossary name, for the next run.
    """

    mode: str
    now: Look | None
    past: tuple[Look, ...]
    effects: tuple[Effect, ...]
    values: Mapping[str, Value]

    @property
    def every(self) -> tuple[Look, ...]:
        """Past looks and this one, in order."""
        found = (*self.past, self.now) if self.now else self.past
        return tuple(sorted(found, key=lambda one: one.day))


def may_look(program: Program, customers: int) -> str:
    """Why a program's effect may not be looked at yet; empty if it may.

    Args:
        program: an experiment, as the study declares it.
        customers: of all arms compared, with windows that are over.

    Example:
        >>> mail = dict(id="mail", experiment_id="m", control="none", window="4W", planned_n=900)
        >>> may_look(Program(kind="experiment", **mail), 900)
        ''
        >>> may_look(Program(kind="experiment", mode="sequential", **mail), 100)
        ''
    """
    planned = program.planned_n
    if program.mode == "sequential" or planned is None or customers >= planned:
        return ""
    return (
        f"It was planned to be looked at once, at {planned:,} customers whose window is over, and "
        f"there are {customers:,}: a look before that finds differences where there are none. "
        "Until then only the counts and the split between the groups are shown. An experiment "
        "that is to be looked at any time declares mode: sequential before it begins."
    )


def looks_of(workspace: Workspace, program: Program, effects: Sequence[Effect]) -> Looks:
    """This look at an experiment and those before it.

    Args:
        workspace: the study.
        program: an experiment that `may_look` lets through.
        effects: of its main comparison, one per outcome, with intervals for one look.
    """
    confidence = workspace.study.confidence
    shown = tuple(effects)
    if program.mode == "sequential":
        buyers = next((_fewest(one) for one in effects if one.outcome == "retained"), None)
        shown = tuple(
            at_any_look(one, program.planned_n, confidence,
                        events=buyers if one.outcome in _MONEY else None)
            for one in effects
        )  # fmt: skip
    known = _past(workspace, program.id)
    now = _as_first_seen(_look(workspace.window.as_of, shown), known)
    past = tuple(one for one in known if now is None or one.day != now.day)
    every = (*past, now) if now else past
    values = {k: v for look in every for k, v in _values(program.id, look).items()}
    return Looks(program.mode, now, past, shown, values)


def at_any_look(
    effect: Effect, planned_n: int | None, confidence: float, *, events: int | None = None
) -> Effect:
    """An effect with the interval and p value that hold at all looks together.

    Args:
        effect: with an interval for one look.
        planned_n: customers at which the interval is to be narrowest; None: soon after 1,000.
        confidence: of all looks together.
        events: customers of the smaller arm with the outcome; if left out, of shares and counts
            about as many as the arm's mean says.
    """
    gap = effect.difference
    if isinstance(gap, Missing) or gap.std_error is None:
        return effect
    tuned = planned_n and float(planned_n)
    at = _At(effect.n_treated, effect.n_control, _fewest(effect) if events is None else events,
             tuned, confidence)  # fmt: skip
    found = at.sequence(gap.estimate, gap.std_error)
    return replace(
        effect,
        difference=_between(gap, found, at),
        lift=_lift(effect.lift, at),
        p_value=found.p_value if found.active else None,
        method=f"{effect.method}; asymptotic confidence sequence".lstrip("; "),
    )


class _At(NamedTuple):
    """What a look rests on."""

    n_treated: int
    n_control: int
    events: int | None
    tuned_at: float | None
    confidence: float

    def sequence(self, estimate: float, std_error: float) -> Interval:
        return confidence_sequence(
            estimate, std_error, self.n_treated, self.n_control, events=self.events,
            confidence=self.confidence, tuned_at=self.tuned_at,
        )  # fmt: skip

    @property
    def reason(self) -> str:
        return _EARLY if min(self.n_treated, self.n_control) < FEWEST_PER_ARM else _RARE


def _fewest(effect: Effect) -> int | None:
    """Customers of the smaller arm with the outcome, or without it if fewer; None of amounts.

    There are at most as many customers with purchases as there are purchases.
    """
    if effect.outcome not in (*_SHARES, "purchases"):
        return None
    arms = (effect.n_treated, effect.mean_treated), (effect.n_control, effect.mean_control)
    least = min(n for n, _ in arms)
    means = [mean for n, mean in arms if n == least]
    lacking = [1.0 - mean for mean in means] if effect.outcome in _SHARES else []
    return round(least * min(means + lacking))


def _lift(lift: Estimate | Missing, at: _At) -> Estimate | Missing:
    """The lift's interval, symmetric in log(1 + lift)."""
    if isinstance(lift, Missing) or lift.std_error is None or lift.estimate <= -1.0:
        return lift
    ratio = 1.0 + lift.estimate
    found = at.sequence(log(ratio), lift.std_error / ratio)
    if not found.active:
        return Missing(lift.term, at.reason)
    return lift._replace(conf_low=expm1(found.low), conf_high=expm1(found.high))


def _between(found: Estimate, interval: Interval, at: _At) -> Estimate | Missing:
    if not interval.active:
        return Missing(found.term, at.reason)
    return found._replace(conf_low=interval.low, conf_high=interval.high)


def _look(day: date, effects: Sequence[Effect]) -> Look | None:
    seen = {
        one.outcome: one.difference
        for one in effects
        if isinstance(one.difference, Estimate) and one.difference.conf_low is not None
    }
    if not effects:
        return None
    n_treated = max(one.n_treated for one in effects)
    return Look(day, n_treated, max(one.n_control for one in effects), seen)


def _as_first_seen(look: Look | None, known: Sequence[Look]) -> Look | None:
    """A look at the same customers as an earlier one is the same look, and keeps its day."""
    if look is None:
        return None
    sizes = look.n_treated, look.n_control
    days = [one.day for one in known if (one.n_treated, one.n_control) == sizes]
    return replace(look, day=min(look.day, *days)) if days else look


def _values(program: str, look: Look) -> dict[str, Value]:
    start, n = f"program.{program}.look.{look.day}", look.n_treated + look.n_control
    counts = {"treated": look.n_treated, "control": look.n_control}
    return {f"{start}.{arm}": fact(count, "count") for arm, count in counts.items()} | {
        f"{start}.difference.{outcome}": recorded(found, n, UNITS.get(outcome, "number"))
        for outcome, found in look.differences.items()
    }


def _past(workspace: Workspace, program: str) -> tuple[Look, ...]:
    """The looks that the run before knew of, the oldest first."""
    kept: dict[str, Any] = _baseline(workspace).get("values", {})
    seen = re.compile(rf"program\.{re.escape(program)}\.look\.(\d{{4}}-\d\d-\d\d)\.treated")
    days = sorted(found[1] for found in map(seen.fullmatch, kept) if found)
    return tuple(_read(kept, f"program.{program}.look.{day}", day) for day in days)


def _baseline(workspace: Workspace) -> dict[str, Any]:
    """baseline.json of the run whose snapshot this is; empty for a notebook that runs alone."""
    folder = workspace.folder
    file = folder.parent / BASELINE
    if folder.name != SNAPSHOT or not (folder / RECORD).is_file() or not file.is_file():
        return {}
    return dict(json.loads(file.read_text(encoding="utf-8")))


def _read(kept: Mapping[str, Any], name: str, day: str) -> Look:
    start = f"{name}.difference."
    seen = {key.removeprefix(start): one for key, one in kept.items() if key.startswith(start)}
    treated, control = (int(kept[f"{name}.{arm}"]["value"]) for arm in ("treated", "control"))
    told = {o: _estimate(one) for o, one in seen.items() if one["value"] is not None}
    return Look(date.fromisoformat(day), treated, control, told)


def _estimate(value: Mapping[str, Any]) -> Estimate:
    ends = (value.get(name) for name in ("std_error", "conf_low", "conf_high"))
    return Estimate("difference", float(value["value"]), *ends)

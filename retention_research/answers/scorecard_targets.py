"""How a KPI stands to its target: judged by the interval, never by the point alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from retention_research.glossary import Direction
from retention_research.study_sections import Target
from retention_research.values import Value

Status = Literal["behind", "on", "ahead", "not computable", "no target"]
_WORST_FIRST: tuple[Status, ...] = ("behind", "on", "ahead", "not computable", "no target")


@dataclass(frozen=True, slots=True)
class Judged:
    """A target and how a value stands to it.

    Attributes:
        status: ahead or behind where the interval excludes the target, on where it holds it, not
            computable where there is no value to hold against it, or no target.
        target: the target in force, None where there is none or it differs by level.
        reason: why it cannot be computed, or what the status rests on; may be empty.
        levels: the same by level, for a target by segment.
    """

    status: Status
    target: float | None = None
    reason: str = ""
    levels: Mapping[str, Judged] | None = None


NO_TARGET = Judged("no target")


def judge(target: float, value: Value, direction: Direction) -> Judged:
    """Hold a value against a number.

    Where neither way is good, ahead means above.

    Example:
        >>> from retention_research.values import estimate
        >>> judge(0.9, estimate(0.86, 0.84, 0.88, 900), "higher is better").status
        'behind'
        >>> judge(0.87, estimate(0.86, 0.84, 0.88, 900), "higher is better").status
        'on'
    """
    if value.value is None:
        return Judged("not computable", target, value.reason or "")
    if value.conf_low is None or value.conf_high is None:
        return Judged("not computable", target, "Without a range it cannot be held against it.")
    if value.conf_low <= target <= value.conf_high:
        return Judged("on", target)
    is_above = value.conf_low > target
    good = is_above != (direction == "lower is better")
    return Judged("ahead" if good else "behind", target)


def stand(
    target: Target | None,
    on: date,
    value: Value,
    by_level: Mapping[str, Value],
    direction: Direction,
) -> Judged:
    """How a KPI stands to its target of a day.

    Args:
        target: as the study says, if it does.
        on: last day of the period.
        value: the KPI overall.
        by_level: the KPI by level of the target's segment; empty for a target without levels.
        direction: which way is good.
    """
    if target is None:
        return NO_TARGET
    if target.levels:
        return _worst({k: _level(k, t, by_level, direction) for k, t in target.levels.items()})
    wanted = target.on(on)
    if wanted is None:
        return Judged("no target", reason=f"The target begins on {min(target.path)}.")
    return judge(wanted, value, direction)


def _level(
    level: str, target: float, by_level: Mapping[str, Value], direction: Direction
) -> Judged:
    if level not in by_level:
        return Judged(
            "not computable", target, "No such group in the data, or it is too small to show."
        )
    return judge(target, by_level[level], direction)


def _worst(levels: Mapping[str, Judged]) -> Judged:
    found = {judged.status for judged in levels.values()}
    status = next(status for status in _WORST_FIRST if status in found)
    return Judged(status, reason=_where(levels), levels=levels)


def _where(levels: Mapping[str, Judged]) -> str:
    """Which levels stand how, the worst first: "behind in north; on in south"."""
    grouped = [(st, [lv for lv, j in levels.items() if j.status == st]) for st in _WORST_FIRST]
    return "; ".join(f"{status} in {', '.join(names)}" for status, names in grouped if names)

"""The change of a KPI split into mix and within, by a segment's levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isclose

from retention_research.answers.scorecard_rows import Measured
from retention_research.models.fit import Estimate
from retention_research.models.mix import Part, Split, split_change
from retention_research.summaries.segments import OTHER
from retention_research.values import Value, estimate, fact

_SAME = 1e-6  # relative; sums of floats over levels


@dataclass(frozen=True, slots=True)
class LevelSplit:
    """One level's part in a change.

    Attributes:
        level: its name.
        share_then: share of the denominator in the earlier period.
        share_now: the same in the later one.
        then: the KPI in the earlier period, None where the level was not there.
        now: the same in the later one.
        mix: what its changed share adds to the change.
        within: what its changed KPI adds.
    """

    level: str
    share_then: float
    share_now: float
    then: float | None
    now: float | None
    mix: float
    within: float


@dataclass(frozen=True, slots=True)
class KpiSplit:
    """A KPI's change since the period before, in two parts that sum to it.

    Attributes:
        kpi: its name.
        segment: whose levels.
        change: the sum of both parts.
        mix: what the changed shares of the levels make of it.
        within: what changed inside the levels.
        levels: by level, in order of their names.
    """

    kpi: str
    segment: str
    change: float
    mix: Value
    within: Value
    levels: tuple[LevelSplit, ...]


Levels = Mapping[str, Measured]


def split_kpi(
    kpi: str,
    segment: str,
    overall: tuple[Measured, Measured],
    levels: tuple[Levels, Levels],
    confidence: float = 0.95,
) -> KpiSplit | None:
    """Split a KPI's change; None for a KPI that is no ratio of sums over the levels.

    Args:
        kpi: its name.
        segment: whose levels.
        overall: the KPI then and now.
        levels: level to the KPI then and now.
        confidence: level of the intervals.
    """
    scale = _scale(overall[1])
    if scale is None or not all(
        _adds_up(*side, scale) for side in zip(overall, levels, strict=True)
    ):
        return None
    sums = tuple(_pooled(found, set(levels[0]) & set(levels[1])) for found in levels)
    names = sorted(set(sums[0]) | set(sums[1]))
    parts = [_part(name, sums[0].get(name), sums[1].get(name), scale) for name in names]
    split = split_change(_as_shares(parts), _counted(*overall), confidence)
    return _recorded(kpi, segment, _as_shares(parts), split, overall[1].value)


def _counted(then: Measured, now: Measured) -> tuple[int, int] | None:
    """The customers of both periods where each counts once; else None."""
    sizes = int(then.denominator or 0), int(now.denominator or 0)
    return sizes if sizes == (then.value.n, now.value.n) else None


@dataclass(frozen=True, slots=True)
class _Sum:
    """Numerator, denominator and, of a level that was not pooled, its own estimate."""

    numerator: float
    denominator: float
    found: Estimate | None


def _scale(now: Measured) -> float | None:
    """What numerator / denominator is multiplied by, such as 1,000 orders."""
    if now.value.value is None or not now.numerator or not now.denominator:
        return None
    return now.value.number * now.denominator / now.numerator


def _adds_up(overall: Measured, levels: Levels, scale: float) -> bool:
    """Whether the KPI is one ratio of sums over customers, overall and in every level."""
    if not overall.denominator or overall.numerator is None:
        return False
    return (
        all(_is_ratio(m, scale) for m in [overall, *levels.values()])
        and _same(_total(m.numerator for m in levels.values()), overall.numerator)
        and _same(_total(m.denominator for m in levels.values()), overall.denominator)
    )


def _is_ratio(m: Measured, scale: float) -> bool:
    if m.value.value is None:
        return True
    return _same(m.value.number * float(m.denominator or 0), scale * float(m.numerator or 0))


def _same(one: float, other: float | None) -> bool:
    return isclose(one, float(other or 0), rel_tol=_SAME, abs_tol=1e-9)


def _pooled(levels: Levels, kept: set[str]) -> dict[str, _Sum]:
    """The levels there in both periods; those of one period alone count as other."""
    alone = [name for name in levels if name not in kept]
    sums = {name: _sum([levels[name]]) for name in levels if name in kept}
    if alone:
        together = [levels[name] for name in alone]
        sums[OTHER] = _sum([*together, *([levels[OTHER]] if OTHER in sums else [])])
    return sums


def _sum(measured: Sequence[Measured]) -> _Sum:
    own = measured[0].as_estimate if len(measured) == 1 else None
    return _Sum(_total(m.numerator for m in measured), _total(m.denominator for m in measured), own)


def _total(numbers: Iterable[float | None]) -> float:
    return sum(float(number or 0) for number in numbers)


def _part(name: str, then: _Sum | None, now: _Sum | None, scale: float) -> Part:
    rates = [_rate(side, scale) for side in (then, now)]
    shares = [side.denominator if side else 0.0 for side in (then, now)]
    return Part(name, shares[0], shares[1], rates[0], rates[1])


def _rate(side: _Sum | None, scale: float) -> Estimate | None:
    if side is None or not side.denominator:
        return None
    return side.found or Estimate("kpi", scale * side.numerator / side.denominator)


def _as_shares(parts: Sequence[Part]) -> list[Part]:
    then, now = sum(p.share_then for p in parts), sum(p.share_now for p in parts)
    return [p._replace(share_then=p.share_then / then, share_now=p.share_now / now) for p in parts]


def _recorded(kpi: str, segment: str, parts: Sequence[Part], split: Split, now: Value) -> KpiSplit:
    levels = tuple(
        LevelSplit(
            p.level, p.share_then, p.share_now, _point(p.then), _point(p.now), s.mix, s.within
        )
        for p, s in zip(parts, split.levels, strict=True)
    )
    mix, within = _as_value(split.mix, now), _as_value(split.within, now)
    return KpiSplit(kpi, segment, mix.number + within.number, mix, within, levels)


def _point(rate: Estimate | None) -> float | None:
    return rate.estimate if rate else None


def _as_value(found: Estimate, now: Value) -> Value:
    """With an interval where it has one; else the arithmetic alone, a fact."""
    if found.conf_low is None or found.conf_high is None:
        return fact(found.estimate, now.unit, now.n)
    ends = found.conf_low, found.conf_high
    return estimate(found.estimate, *ends, now.n or 0, now.unit, found.std_error)

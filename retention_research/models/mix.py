"""A change between two periods: how large, and how much of it is mix.

Intervals of sums and differences are recovered from those of their parts (MOVER): Newcombe (1998),
Interval estimation for the difference between independent proportions, Statistics in Medicine 17,
873-890, method 10; Zou and Donner (2008), Construction of confidence limits about effect measures,
Statistics in Medicine 27, 1693-1702, equation 5. The split into mix and within is that of Kitagawa
(1955), Components of a difference between two rates, J. American Statistical Association 50,
1168-1194, equation 1; its parts err with the rates and with the shares (delta method).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, sqrt
from typing import NamedTuple

from retention_research.models.fit import Estimate
from retention_research.models.intervals import quantile


class Part(NamedTuple):
    """One level of a segment in two periods.

    Attributes:
        level: its name.
        share_then: share of the denominator in the earlier period, 0..1.
        share_now: the same in the later one.
        then: the rate in the earlier period, None where the level had no denominator.
        now: the same in the later one.
    """

    level: str
    share_then: float
    share_now: float
    then: Estimate | None
    now: Estimate | None


class Share(NamedTuple):
    """What one level adds to a change; the levels' parts sum to the whole.

    Attributes:
        level: its name.
        mix: by its share of the denominator having changed.
        within: by its own rate having changed.
    """

    level: str
    mix: float
    within: float


class Split(NamedTuple):
    """A change in two parts, mix.estimate + within.estimate.

    Attributes:
        mix: what the change of shares makes of it.
        within: what the change of rates makes of it.
        levels: both parts by level.
    """

    mix: Estimate
    within: Estimate
    levels: tuple[Share, ...]


def combined(term: str, weights: Sequence[float], parts: Sequence[Estimate]) -> Estimate:
    """A weighted sum of independent estimates, with an interval recovered from theirs.

    Args:
        term: its name.
        weights: one a part.
        parts: the estimates; each interval of the same level.

    Returns:
        The sum; without an interval where a part that counts has none.

    Raises:
        ValueError: if there are not as many weights as parts.

    Examples:
        >>> now, then = Estimate("now", 0.7, None, 0.6, 0.8), Estimate("then", 0.5, None, 0.3, 0.6)
        >>> tuple(round(x, 4) for x in combined("change", (1, -1), (now, then))[3:])
        (0.0586, 0.4236)
    """
    pairs = [(w, part) for w, part in zip(weights, parts, strict=True) if w]
    total = sum(w * part.estimate for w, part in pairs)
    if any(part.conf_low is None or part.conf_high is None for _, part in pairs):
        return Estimate(term, total)
    below = sqrt(sum(_reach(w, part, -1) ** 2 for w, part in pairs))
    above = sqrt(sum(_reach(w, part, +1) ** 2 for w, part in pairs))
    return Estimate(term, total, _error(pairs), total - below, total + above)


def _reach(weight: float, part: Estimate, side: int) -> float:
    """How far the interval of weight x part reaches to one side."""
    end = part.conf_high if (weight > 0) == (side > 0) else part.conf_low
    return weight * (float(end or 0.0) - part.estimate)


def _error(pairs: Sequence[tuple[float, Estimate]]) -> float | None:
    if any(part.std_error is None for _, part in pairs):
        return None
    return sqrt(sum((w * float(part.std_error or 0.0)) ** 2 for w, part in pairs))


def change(now: Estimate, then: Estimate) -> Estimate:
    """What a quantity has changed by, the two periods taken as independent.

    Where the same customers weigh on both, they move together and the true interval is narrower.

    Examples:
        >>> change(Estimate("nps", 32.0, None, 30.0, 34.0), Estimate("nps", 30.0)).conf_low is None
        True
    """
    return combined("change", (1.0, -1.0), (now, then))


def split_change(
    parts: Sequence[Part], counted: tuple[int, int] | None = None, confidence: float = 0.95
) -> Split:
    """Split the change of a rate into mix and within, exactly.

    With shares w and rates r of the levels, sum(w' r') - sum(w r) is the sum of
    (w' - w) (r + r') / 2, the mix, and of (w + w') / 2 (r' - r), the within part. A level that is
    there in one period only has no change within.

    Args:
        parts: every level; the shares of each period sum to 1.
        counted: customers of each period, then and now, each of whom counts once: the shares are
            multinomial, and their variance joins that of the rates by the delta method. None where
            customers count more than once; then neither part has an interval.
        confidence: level of the rates' intervals.

    Raises:
        ValueError: if the shares do not sum to 1, or a level with a share has no rate.

    Examples:
        >>> a, b = Estimate("rate", 0.9), Estimate("rate", 0.5)
        >>> split = split_change([Part("a", 0.5, 0.25, a, a), Part("b", 0.5, 0.75, b, b)])
        >>> split.mix.estimate, split.within.estimate
        (-0.1, 0.0)
    """
    _check(parts)
    estimates = [e for part in parts for e in (part.now, part.then) if e]
    mix = combined("mix", [w for p in parts for w in _mix_weights(p)], estimates)
    within = combined("within", [w for p in parts for w in _within_weights(p)], estimates)
    halves = [_halves(part) for part in parts]
    z = quantile(confidence)
    return Split(
        _with_shares(mix, _share_error(parts, [mean for mean, _ in halves], counted), z),
        _with_shares(within, _share_error(parts, [half for _, half in halves], counted), z),
        tuple(_share(part, _middle(parts)) for part in parts),
    )


def _halves(part: Part) -> tuple[float, float]:
    """The mean of a level's rates and half their difference: what its shares are weighed by."""
    sides = [e.estimate for e in (part.now, part.then) if e]
    return (sum(sides) / len(sides), (sides[0] - sides[-1]) / 2) if sides else (0.0, 0.0)


def _share_error(
    parts: Sequence[Part], weights: Sequence[float], counted: tuple[int, int] | None
) -> float | None:
    """The error of a weighted sum of both periods' shares; None where it is not known."""
    if counted is None:
        return None
    sides = [p.share_then for p in parts], [p.share_now for p in parts]
    return sqrt(sum(_spread(side, weights) / n for side, n in zip(sides, counted, strict=True)))


def _spread(shares: Sequence[float], weights: Sequence[float]) -> float:
    mean = sum(s * w for s, w in zip(shares, weights, strict=True))
    return sum(s * (w - mean) ** 2 for s, w in zip(shares, weights, strict=True))


def _with_shares(part: Estimate, error: float | None, z: float) -> Estimate:
    """The part with the error of the shares joined to that of the rates."""
    if error is None or part.conf_low is None or part.conf_high is None:
        return Estimate(part.term, part.estimate)
    below = hypot(part.estimate - part.conf_low, z * error)
    above = hypot(part.conf_high - part.estimate, z * error)
    both = None if part.std_error is None else hypot(part.std_error, error)
    return Estimate(part.term, part.estimate, both, part.estimate - below, part.estimate + above)


def _check(parts: Sequence[Part]) -> None:
    sums = sum(p.share_then for p in parts), sum(p.share_now for p in parts)
    if any(abs(total - 1.0) > 1e-9 for total in sums):
        raise ValueError(f"the shares sum to {sums[0]:g} and {sums[1]:g}, not to 1")
    if any((p.share_then and not p.then) or (p.share_now and not p.now) for p in parts):
        raise ValueError("a level with a share of the denominator has no rate")


def _mix_weights(part: Part) -> list[float]:
    moved, sides = part.share_now - part.share_then, [e for e in (part.now, part.then) if e]
    return [moved / len(sides) for _ in sides]


def _within_weights(part: Part) -> list[float]:
    if part.now is None or part.then is None:
        return [0.0] * sum(e is not None for e in (part.now, part.then))
    middle = (part.share_then + part.share_now) / 2
    return [middle, -middle]


def _middle(parts: Sequence[Part]) -> float:
    """The mean of the two periods' overall rates: a level's mix counts from there."""
    now = sum(p.share_now * p.now.estimate for p in parts if p.now)
    return (now + sum(p.share_then * p.then.estimate for p in parts if p.then)) / 2


def _share(part: Part, middle: float) -> Share:
    sides = [e.estimate for e in (part.now, part.then) if e]
    rate = sum(sides) / len(sides) if sides else middle
    within = (part.share_then + part.share_now) / 2 * (sides[0] - sides[-1]) if sides else 0.0
    return Share(part.level, (part.share_now - part.share_then) * (rate - middle), within)

"""Net promoter score with the adjusted Wald interval, and weighted for who did not answer.

Rocks (2016), Interval estimation for the "net promoter score", The American Statistician 70,
365-372: pseudo-responses 3/4, 3/2 and 3/4 are added before Wald's formula is applied.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile

PROMOTER, DETRACTOR = 9, 6  # scores from the one up, and up to the other
_TAIL, _MIDDLE = 0.75, 1.5
ALL = 100.0


class Answers(NamedTuple):
    """Customers who answered.

    Attributes:
        promoters: scores of 9 and 10.
        detractors: scores of 0 to 6.
        n: all of them.
    """

    promoters: int
    detractors: int
    n: int


class Stratum(NamedTuple):
    """A group of customers who were asked, and those of them who answered."""

    asked: int
    answers: Answers


def net_promoter_score(found: Answers, confidence: float = 0.95) -> Estimate | Missing:
    """100 times the share of promoters less that of detractors.

    Args:
        found: promoters, detractors and n.
        confidence: level of the interval.

    Returns:
        The score in -100..100; missing where nobody answered.

    Raises:
        ValueError: if the counts are no counts of n customers.

    Examples:
        >>> tuple(round(x, 2) for x in net_promoter_score(Answers(50, 20, 100))[1:])
        (30.0, 7.81, 14.05, 44.2)
    """
    promoters, detractors, n = found
    if min(found) < 0 or promoters + detractors > n:
        raise ValueError(f"{promoters} promoters and {detractors} detractors are not of {n}")
    if n == 0:
        return Missing("nps", "Nobody answered.")
    value, error = _score(promoters / n, detractors / n, n)
    middle, spread = _adjusted(found)
    return _within("nps", value, error, middle, quantile(confidence) * spread)


def weighted_net_promoter_score(
    strata: list[Stratum], confidence: float = 0.95
) -> Estimate | Missing:
    """The score if all who were asked had answered like those of their group who did.

    Each stratum counts by those asked, so that an answer weighs the inverse of the share that
    answered; the variance is that of a stratified sample (Cochran, 1977, equation 5.7), each
    stratum's with its adjusted shares.

    Args:
        strata: groups of who was asked.
        confidence: level of the interval.

    Returns:
        The score in -100..100; missing where a group was asked and nobody in it answered.

    Examples:
        >>> groups = [Stratum(100, Answers(30, 5, 40)), Stratum(300, Answers(10, 25, 40))]
        >>> weighted_net_promoter_score(groups).estimate
        -12.5
    """
    asked = sum(stratum.asked for stratum in strata)
    silent = sum(1 for stratum in strata if stratum.asked and not stratum.answers.n)
    if not asked or silent:
        return Missing("nps", f"Nobody answered in {silent} of the groups that were asked.")
    value = middle = variance = 0.0
    for stratum in strata:
        weight = stratum.asked / asked
        value += weight * _plain(stratum.answers)
        centre, spread = _adjusted(stratum.answers)
        middle, variance = middle + weight * centre, variance + (weight * spread) ** 2
    reach = quantile(confidence) * sqrt(variance)
    return _within("nps", value, sqrt(variance), middle, reach)


def joined_strata(strata: list[Stratum], fewest: int) -> list[Stratum]:
    """Strata with few answers joined, smallest first, until they have enough together.

    Args:
        strata: groups of who was asked.
        fewest: answers that a group should have.

    Examples:
        >>> few = [Stratum(9, Answers(1, 0, 1)), Stratum(5, Answers(0, 0, 0))]
        >>> joined_strata([*few, Stratum(50, Answers(9, 3, 20))], 10)
        [Stratum(asked=64, answers=Answers(promoters=10, detractors=3, n=21))]
    """
    ascending = sorted(strata, key=lambda stratum: stratum.answers.n)
    kept: list[Stratum] = []
    for stratum in ascending:
        if kept and kept[-1].answers.n < fewest:
            kept[-1] = _together(kept[-1], stratum)
        else:
            kept.append(stratum)
    return kept


def _together(one: Stratum, other: Stratum) -> Stratum:
    sums = (a + b for a, b in zip(one.answers, other.answers, strict=True))
    return Stratum(one.asked + other.asked, Answers(*sums))


def _plain(found: Answers) -> float:
    return ALL * (found.promoters - found.detractors) / found.n


def _adjusted(found: Answers) -> tuple[float, float]:
    size = found.n + 2.0 * _TAIL + _MIDDLE
    return _score((found.promoters + _TAIL) / size, (found.detractors + _TAIL) / size, size)


def _score(p: float, d: float, n: float) -> tuple[float, float]:
    """The score and its standard error, 10^4 [p + d - (p - d)^2] / n under the root."""
    return ALL * (p - d), ALL * sqrt(max(p + d - (p - d) ** 2, 0.0) / n)


def _within(term: str, value: float, error: float, middle: float, reach: float) -> Estimate:
    low, high = max(middle - reach, -ALL), min(middle + reach, ALL)
    return Estimate(term, value, error, min(low, value), max(high, value))

"""Do groups of customers score differently, and which two lie furthest apart?

Each segment is tested first; what is tested over all segments and scores together is adjusted for
their number. Only where a segment differs is a pair of its groups named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import hypot
from typing import NamedTuple

from retention_research.answers.customer_voice.measures import Measured
from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile
from retention_research.models.spread import Spread, errors_if_alike, holm, spread_between

CHANCE = 0.05
Groups = Mapping[str, Sequence[Measured]]


class Contrast(NamedTuple):
    """How the groups of one segment differ in one score.

    Attributes:
        p_value: of all groups being alike, adjusted for all segments and scores.
        above: the group of the higher score; "" where no pair is named.
        below: that of the lower.
        difference: their scores' difference; its range holds for all pairs of the segment.
    """

    p_value: float
    above: str = ""
    below: str = ""
    difference: Estimate | None = None


def contrasts(
    scores: Mapping[str, Groups], shares: Sequence[str], confidence: float
) -> dict[str, dict[str, Contrast]]:
    """Test every segment of every score, and name a pair where one differs.

    Args:
        scores: by score and segment: its groups over the year.
        shares: scores that are shares.
        confidence: level of the ranges.

    Returns:
        By score and segment; segments of fewer than two groups are left out.
    """
    told = {
        (score, segment): [row for row in rows if isinstance(row.found, Estimate)]
        for score, groups in scores.items()
        for segment, rows in groups.items()
    }
    spreads = {key: spread_of(rows, key[0] in shares) for key, rows in told.items()}
    known = {key: one.p_value for key, one in spreads.items() if isinstance(one, Spread)}
    found: dict[str, dict[str, Contrast]] = {score: {} for score in scores}
    for (score, segment), p_value in holm(known).items():
        rows = told[score, segment]
        pair = _pair(rows, score in shares, confidence) if p_value < CHANCE else ()
        found[score][segment] = Contrast(p_value, *pair)
    return found


def spread_of(rows: Sequence[Measured], shares: bool) -> Spread | Missing:
    """Groups held against each other; those of which all or none have it count too.

    Args:
        rows: of one measure, each with an estimate.
        shares: the measure is a share, so that its error follows from its value.
    """
    if not rows:
        return Missing("spread", "There is no group to compare.")
    return spread_between(_values(rows), _errors(rows, shares))


def _values(rows: Sequence[Measured]) -> list[float]:
    """Estimates, from 0 on: scores below it are all moved up alike."""
    lowest = min(0.0, *(_of(row).estimate for row in rows))
    return [_of(row).estimate - lowest for row in rows]


def _errors(rows: Sequence[Measured], shares: bool) -> Floats:
    own = [_of(row).std_error or 0.0 for row in rows]
    sizes = [_size(row, shares) for row in rows]
    alike = errors_if_alike(_values(rows), own, sizes)
    if not shares:  # errors differ with more than the value
        alike[[error > 0.0 for error in own]] = [error for error in own if error > 0.0]
    return alike


def _of(row: Measured) -> Estimate:
    assert isinstance(row.found, Estimate)
    return row.found


def _size(row: Measured, shares: bool) -> float:
    """Independent observations; customers where the error does not tell."""
    p, error = _of(row).estimate, _of(row).std_error
    return p * (1.0 - p) / error**2 if shares and error else float(row.n)


def _pair(
    rows: Sequence[Measured], shares: bool, confidence: float
) -> tuple[str, str, Estimate] | tuple[()]:
    """The pair furthest apart for sure; none where every range of a difference holds 0."""
    alike = _errors(rows, shares)
    errors = [_of(row).std_error or float(a) for row, a in zip(rows, alike, strict=True)]
    pairs = list(combinations(range(len(rows)), 2))
    reach = quantile(1.0 - (1.0 - confidence) / len(pairs))  # Bonferroni
    found = []
    for pair in pairs:
        one, other = sorted(pair, key=lambda i: -_of(rows[i]).estimate)
        value = _of(rows[one]).estimate - _of(rows[other]).estimate
        error = hypot(errors[one], errors[other])
        ends = value - reach * error, value + reach * error
        found.append((rows[one].level, rows[other].level,
                      Estimate("difference", value, error, *ends)))  # fmt: skip
    furthest = max(found, key=lambda one: one[2].conf_low or 0.0)
    return furthest if (furthest[2].conf_low or 0.0) > 0.0 else ()

"""Points by the quarter in which they were earned, and what becomes of them in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.kpis.loyalty import NO_EXPIRY
from retention_research.models.fit import Estimate, Missing
from retention_research.models.points import EXPIRED, OPEN, REDEEMED, Fates, fates_of_points
from retention_research.periods import Period

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Issued:
    """Points earned in one calendar quarter, or in several where few customers earned any.

    Attributes:
        start: the first day. end: the last.
        earned, redeemed, expired, outstanding: points, as they stand now.
        redeemed_in_end, expired_in_end: shares by the age at which they expire.
    """

    start: date
    end: date
    earned: float
    redeemed: float
    expired: float
    outstanding: float
    redeemed_in_end: Estimate | Missing
    expired_in_end: Estimate | Missing


def quarters_of(start: date, end: date) -> tuple[Period, ...]:
    """Calendar quarters from that of the start to that of the end."""
    first = date(start.year, start.month - (start.month - 1) % 3, 1)
    found = []
    while first <= end:
        after = date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
        found.append(Period(first, after - timedelta(days=1), "month"))
        first = after
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """How what becomes of points in the end is read.

    Attributes:
        horizon: age in days at which shares are read.
        life: by which age points have expired; None: they do not expire.
        rng: of the draws of customers.
        confidence: level of the intervals.
    """

    horizon: int
    life: int | None
    rng: np.random.Generator
    confidence: float


def fates_in_end(cells: pd.DataFrame, reading: Reading) -> Fates:
    """Shares of points redeemed and expired in the end; no breakage without expiry.

    Args:
        cells: draw, age, fate, points.
        reading: how they are read.
    """
    if cells.empty:
        reason = "No points were earned in it."
        return Fates(Missing("redeemed", reason), Missing("expired", reason))
    found = fates_of_points(
        cells["draw"], cells["age"], cells["fate"], cells["points"],
        reading.horizon, reading.rng, reading.confidence,
    )  # fmt: skip
    return found if reading.life else found._replace(expired=Missing("expired", NO_EXPIRY))


def issued_points(
    cells: pd.DataFrame,
    quarters: Sequence[Period],
    spans: Sequence[tuple[int, int]],
    reading: Reading,
) -> tuple[Issued, ...]:
    """Points by quarter of issue.

    Args:
        cells: period (place of the quarter), draw, age, fate, points.
        quarters: in order.
        spans: first and last quarter told together.
        reading: how shares in the end are read.
    """
    found = []
    for first, last in spans:
        rows = cells[cells["period"].between(first, last)]
        sums = rows.groupby("fate")["points"].sum()
        used, lost, left = (float(sums.get(fate, 0.0)) for fate in (REDEEMED, EXPIRED, OPEN))
        ends = fates_in_end(rows, reading)
        days, earned = (quarters[first].start, quarters[last].end), used + lost + left
        found.append(Issued(*days, earned, used, lost, left, ends.redeemed, ends.expired))
    return tuple(found)


def merged(owners: Mapping[int, int], floor: int) -> tuple[tuple[int, int], ...]:
    """Periods as spans in which no fewer customers than the floor earned points.

    Args:
        owners: place of a period to the customers who earned points in it.
        floor: fewer than these are told together with the periods after, the last with those
            before.

    Returns:
        First and last period of each span, in order; all as one where none has enough.

    Example:
        >>> merged({0: 3, 1: 30, 2: 40, 3: 5}, 20)
        ((0, 1), (2, 3))
    """
    spans: list[tuple[int, int]] = []
    start: int | None = None
    for place in sorted(owners):
        start = place if start is None else start
        if owners[place] >= floor:
            spans.append((start, place))
            start = None
    if start is None:
        return tuple(spans)
    first = spans.pop()[0] if spans else start
    return (*spans, (first, max(owners)))

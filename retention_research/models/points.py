"""What becomes of points: redeemed or expired by an age, when many are still open.

Aalen and Johansen (1978), Scandinavian J. of Statistics 5, 141-150: the cumulative incidence of
one end while the other competes, over points as the units. A customer's points share a fate, so
intervals are percentiles of a bootstrap of customers (Efron and Tibshirani, 1993, section 13.3).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, checked
from retention_research.models.fit import Estimate, Missing

OPEN, REDEEMED, EXPIRED = 0, 1, 2
DRAWS = 500
FEWEST = 10  # customers, or groups of them, below which draws say nothing


class Fates(NamedTuple):
    """What became of points.

    Attributes:
        redeemed: share redeemed by the age, or why not known.
        expired: share expired by the age, or why not known.
    """

    redeemed: Estimate | Missing
    expired: Estimate | Missing


def cumulative_incidence(
    age: npt.ArrayLike, end: npt.ArrayLike, points: npt.ArrayLike, horizon: int
) -> tuple[float, float]:
    """The shares of points redeemed and expired by an age.

    Args:
        age: whole days from earning to the end of these points, shape (n,).
        end: OPEN (0), REDEEMED (1) or EXPIRED (2), shape (n,).
        points: how many, shape (n,).
        horizon: the age in days.

    Returns:
        Shares redeemed and expired, each 0..1.

    Examples:
        >>> cumulative_incidence([1, 2, 3, 3], [1, 0, 2, 1], [1, 1, 1, 1], 3)
        (0.625, 0.375)
    """
    cells = _cells(np.zeros(np.size(age), dtype=np.intp), age, end, points, horizon)
    found = _incidence(cells.sum(axis=0)[None])[0]
    return float(found[0]), float(found[1])


def fates_of_points(
    group: npt.ArrayLike,
    age: npt.ArrayLike,
    end: npt.ArrayLike,
    points: npt.ArrayLike,
    horizon: int,
    rng: np.random.Generator,
    confidence: float = 0.95,
    draws: int = DRAWS,
) -> Fates:
    """The shares of points redeemed and expired by an age, with intervals.

    Args:
        group: the customer of each row as a whole number from 0, or a random group of customers,
            shape (n,).
        age: whole days from earning to the end of these points, shape (n,).
        end: OPEN, REDEEMED or EXPIRED, shape (n,).
        points: how many, shape (n,).
        horizon: the age in days.
        rng: of the bootstrap.
        confidence: level of the intervals.
        draws: of the bootstrap.

    Returns:
        Both shares; missing where no points were watched as long as the age, or customers are too
        few. A share of 0 has no interval and is missing too.

    Raises:
        ValueError: on ages or points that are missing or negative.
    """
    cells = _cells(np.asarray(group, dtype=np.intp), age, end, points, horizon)
    owners = int(cells.any(axis=(1, 2)).sum())
    total = cells.sum(axis=0)
    reason = _obstacle(owners, total, horizon)
    if reason:
        return Fates(Missing("redeemed", reason), Missing("expired", reason))
    held = cells[cells.any(axis=(1, 2))]
    times = rng.multinomial(owners, np.full(owners, 1.0 / owners), size=draws).astype(float)
    drawn = _incidence(np.tensordot(times, held, axes=1))
    value = _incidence(total[None])[0]
    tail = 100.0 * (1.0 - confidence) / 2.0
    terms = zip(("redeemed", "expired"), value, drawn.T, strict=True)
    return Fates(*(_estimate(*one, tail) for one in terms))


def change_of_fates(
    group: npt.ArrayLike,
    age: npt.ArrayLike,
    end: npt.ArrayLike,
    points: npt.ArrayLike,
    before: npt.ArrayLike,
    horizon: int,
    rng: np.random.Generator,
    confidence: float = 0.95,
    draws: int = DRAWS,
) -> Fates:
    """What the shares of all points are above those of the points that were there before.

    Every draw of customers gives both shares, so that what they have in common cancels.

    Args:
        group: as for `fates_of_points`, shape (n,).
        age: likewise.
        end: likewise.
        points: likewise.
        before: whether these points were there before, shape (n,).
        horizon: the age in days.
        rng: of the bootstrap.
        confidence: level of the intervals.
        draws: of the bootstrap.

    Returns:
        Both changes; missing where one of the shares is, or where nothing varies.
    """
    owner, there = np.asarray(group, dtype=np.intp), np.asarray(before, dtype=np.bool_)
    size = checked("points", points)
    sides = [_cells(owner, age, end, some, horizon) for some in (size, np.where(there, size, 0.0))]
    reasons = [_obstacle(int(c.any(axis=(1, 2)).sum()), c.sum(axis=0), horizon) for c in sides]
    if any(reasons):
        reason = next(filter(None, reasons))
        return Fates(Missing("redeemed", reason), Missing("expired", reason))
    held = sides[0].any(axis=(1, 2))
    owners = int(held.sum())
    times = rng.multinomial(owners, np.full(owners, 1.0 / owners), size=draws).astype(float)
    now, then = (_incidence(np.tensordot(times, cells[held], axes=1)) for cells in sides)
    value = np.subtract(*(_incidence(cells.sum(axis=0)[None])[0] for cells in sides))
    tail = 100.0 * (1.0 - confidence) / 2.0
    terms = zip(("redeemed", "expired"), value, (now - then).T, strict=True)
    return Fates(*(_difference(*one, tail) for one in terms))


def _difference(term: str, value: float, drawn: Floats, tail: float) -> Estimate | Missing:
    low, high = np.percentile(drawn, [tail, 100.0 - tail])
    if low >= high:
        return Missing(term, "It does not vary from customer to customer.")
    error = float(drawn.std(ddof=1))
    return Estimate(term, float(value), error, min(float(low), value), max(float(high), value))


def _cells(
    group: npt.NDArray[np.intp], age: npt.ArrayLike, end: npt.ArrayLike, points: npt.ArrayLike,
    horizon: int,
) -> Floats:  # fmt: skip
    """Points by group, age (what lasts longer at horizon + 1) and end."""
    days = np.minimum(checked("age", age), horizon + 1).astype(np.intp)
    ends = np.where(checked("age", age) > horizon, OPEN, np.asarray(end)).astype(np.intp)
    size = (int(group.max()) + 1 if group.size else 0, horizon + 2, 3)
    place = (group * size[1] + days) * 3 + ends
    counted = np.bincount(place, weights=checked("points", points), minlength=int(np.prod(size)))
    return counted.reshape(size).astype(np.float64)


def _incidence(cells: Floats) -> Floats:
    """Cumulative incidence of both ends at the horizon, shape (draws, 2)."""
    gone = cells.sum(axis=2)
    at_risk = gone[:, ::-1].cumsum(axis=1)[:, ::-1]
    watched = np.maximum(at_risk, 1e-300)
    hazard = np.where(at_risk[..., None] > 0, cells[:, :, 1:] / watched[..., None], 0.0)[:, :-1]
    left = np.cumprod(1.0 - np.minimum(hazard.sum(axis=2), 1.0), axis=1)
    before = np.concatenate([np.ones((left.shape[0], 1)), left[:, :-1]], axis=1)
    return np.asarray((before[..., None] * hazard).sum(axis=1))


def _obstacle(owners: int, total: Floats, horizon: int) -> str:
    if owners < FEWEST:
        return f"Only {owners} customers earned points; {FEWEST} are needed to give a range."
    last = int(np.flatnonzero(total.sum(axis=1)).max())
    if last < horizon and total[last, OPEN]:  # where all end, later ages are known too
        return f"No points were watched for {horizon} days."
    return ""


def _estimate(term: str, value: float, drawn: Floats, tail: float) -> Estimate | Missing:
    low, high = np.percentile(drawn, [tail, 100.0 - tail])
    if not value or low >= high:
        return Missing(term, "None were counted by that age, and no range can be given for none.")
    error = float(drawn.std(ddof=1))
    return Estimate(term, float(value), error, min(float(low), value), max(float(high), value))

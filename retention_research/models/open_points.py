"""What points that are still open will cost: each by the chance that it is redeemed yet.

A point open at age a is redeemed later with probability v(a) = h(a+1) + (1 - h(a+1) - e(a+1))
v(a+1), where h and e are the hazards of redemption and of expiry by day (Aalen and Johansen, 1978,
Scandinavian J. of Statistics 5, 141-150). How many points are open is known; how many of them are
redeemed yet is not, and a customer's points share a fate: intervals are percentiles of a bootstrap
of customers, drawn with all their points, who tell the hazards and what a point costs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, checked, refuse
from retention_research.models.fit import Estimate, Missing
from retention_research.models.points import DRAWS, FEWEST, OPEN, REDEEMED

_NONE_EXPIRED = (
    "No points were watched until they expire, so none can be counted on to do so: the liability "
    "may be as high as all open points."
)


class OpenPoints(NamedTuple):
    """What open points will cost.

    Attributes:
        expected: of the open points, those that will be redeemed, times what one costs.
        at_most: all of the open points, times what one costs.
    """

    expected: Estimate | Missing
    at_most: Estimate | Missing


def cost_of_points(
    group: npt.ArrayLike,
    age: npt.ArrayLike,
    end: npt.ArrayLike,
    points: npt.ArrayLike,
    spent: npt.ArrayLike,
    expires_after: int | None,
    rng: np.random.Generator,
    confidence: float = 0.95,
    draws: int = DRAWS,
) -> OpenPoints:
    """What open points will cost.

    Args:
        group: the customer of each row as a whole number from 0, or a random group of customers,
            shape (n,).
        age: whole days from earning to the end of these points, or to now, shape (n,).
        end: OPEN, REDEEMED or EXPIRED, shape (n,).
        points: how many, shape (n,).
        spent: what redemptions of each group cost, shape (groups,), of groups without points
            too: a point costs their sum over the points redeemed.
        expires_after: age in days by which a point has expired; None: points do not expire, and
            all that are open count.
        rng: of the bootstrap.
        confidence: level of the intervals.
        draws: of the bootstrap.

    Returns:
        The costs. Missing where nothing was redeemed, so that nothing tells what a point costs,
        or customers are too few; what is expected also where none was watched until it expired.
        Where points do not expire, all of them are expected to cost.

    Raises:
        ValueError: on ages, points or costs that are missing or negative, or a group without cost.

    Example:
        >>> group = np.repeat(np.arange(20), 2)
        >>> age, end = np.tile([3, 1], 20), np.tile([1, 0], 20)
        >>> found = cost_of_points(group, age, end, np.ones(40), np.ones(20), None,
        ...                        np.random.default_rng(1))
        >>> found.expected.estimate
        20.0
    """
    whole, owner = checked("age", age).astype(np.intp), np.asarray(group, dtype=np.intp)
    money = checked("spent", spent)
    refuse(owner >= money.size, "group has no cost in spent")
    cells = _cells(owner, money.size, whole, end, points)
    held = cells.any(axis=(1, 2))
    reason = _obstacle(cells[held], money[held])
    if reason:
        return OpenPoints(*(Missing(term, reason) for term in OpenPoints._fields))
    owners = int(held.sum())
    times = rng.multinomial(owners, np.full(owners, 1.0 / owners), size=draws).astype(float)
    drawn = np.tensordot(times, cells[held], axes=1), times @ money[held]
    point = cells.sum(axis=0)[None], money.sum()[None]
    return _costs(point, drawn, expires_after, confidence)


def _costs(
    point: tuple[Floats, Floats],
    drawn: tuple[Floats, Floats],
    expires_after: int | None,
    confidence: float,
) -> OpenPoints:
    stock = point[0][0, :, OPEN]
    most, drawn_most = (_each(*side) * stock.sum() for side in (point, drawn))
    at_most = _estimate("at_most", most, drawn_most, confidence)
    if expires_after is None:
        return OpenPoints(at_most._replace(term="expected"), at_most)
    if _watched(point[0][0]) < expires_after:
        return OpenPoints(Missing("expected", _NONE_EXPIRED), at_most)
    yet, drawn_yet = (_each(*side) * (_later(side[0]) @ stock) for side in (point, drawn))
    return OpenPoints(_estimate("expected", yet, drawn_yet, confidence), at_most)


def _cells(
    group: npt.NDArray[np.intp], groups: int, age: npt.NDArray[np.intp], end: npt.ArrayLike,
    points: npt.ArrayLike,
) -> Floats:  # fmt: skip
    """Points by group, age and end."""
    size = (groups, int(age.max(initial=0)) + 1, 3)
    place = (group * size[1] + age) * 3 + np.asarray(end, dtype=np.intp)
    counted = np.bincount(place, weights=checked("points", points), minlength=int(np.prod(size)))
    return counted.reshape(size).astype(np.float64)


def _each(cells: Floats, spent: Floats) -> Floats:
    """What a redeemed point costs, shape (draws,)."""
    redeemed = cells[:, :, REDEEMED].sum(axis=1)
    each: Floats = spent / np.maximum(redeemed, 1e-300)
    return np.where(redeemed > 0.0, each, 0.0)


def _later(cells: Floats) -> Floats:
    """Chance that a point open at an age is redeemed later, shape (draws, ages)."""
    at_risk = cells.sum(axis=2)[:, ::-1].cumsum(axis=1)[:, ::-1]
    hazard = cells[:, :, 1:] / np.maximum(at_risk, 1e-300)[..., None]
    later = np.zeros_like(at_risk)
    for age in range(later.shape[1] - 2, -1, -1):  # days of a point's life, not customers
        redeemed, expired = hazard[:, age + 1, 0], hazard[:, age + 1, 1]
        later[:, age] = redeemed + (1.0 - redeemed - expired) * later[:, age + 1]
    return later


def _watched(cells: Floats) -> int:
    """The highest age at which points were redeemed or expired."""
    ended = np.flatnonzero(cells[:, 1:].sum(axis=1))
    return int(ended.max(initial=-1))


def _obstacle(cells: Floats, spent: Floats) -> str:
    if len(cells) < FEWEST:
        return f"Only {len(cells)} customers earned points; {FEWEST} are needed to give a range."
    if not cells[:, :, REDEEMED].any() or not spent.any():
        return "No redemption bears a value, and the study gives no cost of a point."
    return ""


def _estimate(term: str, point: Floats, drawn: Floats, confidence: float) -> Estimate:
    tail = (1.0 - confidence) / 2.0
    value = float(point[0])
    low, high = (float(end) for end in np.quantile(drawn, [tail, 1.0 - tail]))
    return Estimate(term, value, float(drawn.std(ddof=1)), min(low, value), max(high, value))

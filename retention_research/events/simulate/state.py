"""Where every customer stands, and what follows from it for the coming week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from retention_research.events.simulate.draws import Bools, Floats, Ints
from retention_research.events.simulate.world import NO_WEEK, World

Array = TypeVar("Array", bound=npt.NDArray[Any])
Columns = dict[str, npt.NDArray[Any]]
Rows = Mapping[str, Columns]  # by table

LONG_AGO = -NO_WEEK


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """All customers at one moment; weeks are numbers from 0, NO_WEEK where there is none.

    Attributes:
        alive: a customer now. leaves: week from which no more.
        last_order: week of it. orders: number so far, at the end of each of the last weeks.
        last_late, complaint: week of the last late delivery and complaint; long ago for none.
        slow: whether the last complaint was not resolved fast.
        score: last answer, -1 for none.
        joined, left_club: weeks of joining and leaving the club;
            gold: joined as a frequent customer.
        earned: points so far, at the end of each of the last weeks; used: redeemed or expired.
        mail_arm, mail_week, back_arm, back_week: arms of the experiments, -1 for none.
        consent: shape (customers, contact channels).
        more_rate, more_hazard, more_satisfaction: set by hand.
    """

    alive: Bools
    leaves: Ints
    last_order: Ints
    orders: tuple[Ints, ...]
    last_late: Ints
    complaint: Ints
    slow: Bools
    score: Ints
    joined: Ints
    gold: Bools
    left_club: Ints
    earned: tuple[Ints, ...]
    used: Ints
    mail_arm: Ints
    mail_week: Ints
    back_arm: Ints
    back_week: Ints
    consent: Bools
    more_rate: Floats
    more_hazard: Floats
    more_satisfaction: Floats


def first_state(world: World) -> State:
    """Everybody before the first week."""
    who = np.arange(world.birth.size)
    none, never = np.full(who.size, -1), np.full(who.size, NO_WEEK)
    long_ago = np.full(who.size, LONG_AGO)
    shares, zero = world.company.outreach.consents, np.zeros(who.size)
    consent = [world.draws.happens("consent", c, who, share) for c, share in enumerate(shares)]
    return State(
        alive=np.ones(who.size, np.bool_), leaves=never, last_order=long_ago, orders=(),
        last_late=long_ago, complaint=long_ago, slow=np.zeros(who.size, np.bool_), score=none,
        joined=never, gold=np.zeros(who.size, np.bool_), left_club=never, earned=(), used=none + 1,
        mail_arm=none, mail_week=never, back_arm=none, back_week=never,
        consent=np.stack(consent, axis=1), more_rate=zero, more_hazard=zero, more_satisfaction=zero,
    )  # fmt: skip


def put(column: Array, who: Ints, value: npt.ArrayLike) -> Array:
    """A copy of the column with other values at some places.

    Args:
        column: shape (n,).
        who: places, shape (m,).
        value: one, or one per place.

    Example:
        >>> put(np.zeros(3), np.array([1]), 5.0).tolist()
        [0.0, 5.0, 0.0]
    """
    changed = column.copy()
    changed[who] = value
    return changed


def ago(counts: tuple[Ints, ...], weeks: int, who: Ints) -> Ints:
    """A running count as it stood some weeks ago; 0 before the first week.

    Args:
        counts: one column per week, the latest last.
        weeks: 1 for the latest.
        who: places, shape (m,).

    Example:
        >>> ago((np.array([1, 2]), np.array([3, 4])), 1, np.array([1])).tolist()
        [4]
    """
    return counts[-weeks][who] if weeks <= len(counts) else np.zeros(who.size, np.int64)


def member(state: State, week: int, who: Ints) -> Bools:
    """Who is in the club during a week: joined at the end of an earlier one."""
    return np.asarray((state.joined[who] < week) & (week <= state.left_club[who]))


def served(world: World, week: int, who: Ints) -> Bools:
    """For whom the service desk works in a week."""
    return np.asarray(world.desk_start[who] <= week)


def light(world: World, who: Ints) -> Bools:
    """Who orders less than the mean customer would."""
    return np.asarray(world.hidden.log_rate[who] < world.company.demand.log_rate)


def satisfaction(world: World, state: State, week: int, who: Ints) -> Floats:
    """Satisfaction in a week: the customer's own, late deliveries, complaints and their repair."""
    service = world.company.service
    since = week - service.memory_weeks
    complained = state.complaint[who] > since
    slow = np.where(state.slow[who], service.slow_satisfaction, service.fast_satisfaction)
    return np.asarray(
        world.hidden.satisfaction[who]
        + state.more_satisfaction[who]
        + service.late_satisfaction * late_lately(world, state, week, who)
        + np.where(complained, slow, 0.0)
    )


def late_lately(world: World, state: State, week: int, who: Ints) -> Bools:
    """A late delivery within memory, which a complaint resolved fast repairs."""
    since = week - world.company.service.memory_weeks
    repaired = (state.complaint[who] >= state.last_late[who]) & ~state.slow[who]
    return np.asarray((state.last_late[who] > since) & ~repaired)

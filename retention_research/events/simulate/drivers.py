"""Drivers of leaving set by hand at one moment: their higher level against their lower."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from retention_research.events.simulate.draws import Bools, Ints
from retention_research.events.simulate.state import LONG_AGO, State, member, put
from retention_research.events.simulate.world import NO_WEEK, World

_SEARCH, _SOCIAL = 0, 1
LEVELS = {
    "late_delivery": "a late delivery within the last 12 weeks, against none",
    "slow_resolution": "a complaint of the last 12 weeks resolved slowly, against fast",
    "satisfaction": "one unit more satisfaction, half up against half down",
    "first_order_discount": "first order with the discount, against without",
    "social_channel": "won through social, against through search",
    "membership": "in the club, against out of it (joining later is open)",
    "mail": "personalised promotions, against none",
}


def set_driver(world: World, state: State, week: int) -> State:
    """The state with the intervention's driver set, in its week; else as it was.

    Args:
        world: its intervention names driver, level and week.
        state: at the end of the week.
        week: which.
    """
    chosen = world.intervention
    if not chosen.driver or week != chosen.week:
        return state
    setters: dict[str, Callable[[World, State, int, bool], State]] = {
        "late_delivery": _late_delivery,
        "slow_resolution": _slow_resolution,
        "satisfaction": _satisfaction,
        "first_order_discount": _discount,
        "social_channel": _channel,
        "membership": _membership,
        "mail": _mail,
    }
    return setters[chosen.driver](world, state, week, chosen.high)


def _some_week(world: World, week: int) -> Ints:
    """A week within memory, any as likely."""
    memory = world.company.service.memory_weeks
    u = world.draws.uniform("driver", week, np.arange(world.birth.size))
    return week - (memory * u).astype(np.int64)


def _late_delivery(world: World, state: State, week: int, high: bool) -> State:
    never = np.full(world.birth.size, LONG_AGO)
    return replace(state, last_late=_some_week(world, week) if high else never)


def _slow_resolution(world: World, state: State, week: int, high: bool) -> State:
    slow = np.full(world.birth.size, high)
    return replace(state, complaint=_some_week(world, week), slow=slow)


def _satisfaction(world: World, state: State, week: int, high: bool) -> State:
    del world, week
    return replace(state, more_satisfaction=state.more_satisfaction + (0.5 if high else -0.5))


def _discount(world: World, state: State, week: int, high: bool) -> State:
    del week
    company, had = world.company, world.people.discounted
    more = np.float64(high) - had
    return replace(
        state,
        more_rate=state.more_rate + company.demand.discount_log_rate * more,
        more_hazard=state.more_hazard + company.leaving.discount_log_hazard * more,
    )


def _channel(world: World, state: State, week: int, high: bool) -> State:
    del week
    channels = world.company.channels
    to, own = channels[_SOCIAL if high else _SEARCH], world.people.channel
    rate, hazard = np.array([(c.log_rate, c.log_hazard) for c in channels])[own].T
    return replace(
        state,
        more_rate=state.more_rate + to.log_rate - rate,
        more_hazard=state.more_hazard + to.log_hazard - hazard,
    )


def _membership(world: World, state: State, week: int, high: bool) -> State:
    inside: Bools = member(state, week + 1, np.arange(world.birth.size))
    if high:
        joined = np.where(inside, state.joined, week)
        return replace(state, joined=joined, left_club=np.where(inside, state.left_club, NO_WEEK))
    return replace(state, left_club=put(state.left_club, np.flatnonzero(inside), week))


def _mail(world: World, state: State, week: int, high: bool) -> State:
    n = world.birth.size
    return replace(state, mail_arm=np.full(n, 2 if high else 0), mail_week=np.full(n, week))

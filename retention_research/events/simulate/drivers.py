"""Drivers of leaving set by hand: their higher level against their lower.

What a customer is or has is set at the landmark. What happens to a customer is set when it
happens, within the weeks before the landmark: whoever is looked at there has lived through it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from retention_research.events.simulate.draws import Bools, Floats, Ints
from retention_research.events.simulate.state import State, member, put
from retention_research.events.simulate.world import NO_WEEK, World

_SEARCH, _SOCIAL = 0, 1
LEVELS = {
    "late_delivery": "a late delivery within the last 12 weeks, against none",
    "slow_resolution": "complaints of the last 12 weeks resolved slowly, against fast",
    "satisfaction": "one unit more satisfaction, half up against half down",
    "first_order_discount": "first order with the discount, against without",
    "social_channel": "won through social, against through search",
    "membership": "in the club, against out of it (joining later is open)",
    "mail": "personalised promotions, against none",
}
HAPPENS = ("late_delivery", "slow_resolution")


def set_driver(world: World, state: State, week: int) -> State:
    """The state with the intervention's driver set, in its week; else as it was.

    What happens to a customer is set by `lateness` and `slowness` instead.

    Args:
        world: its intervention names driver, level and week.
        state: at the end of the week.
        week: which.
    """
    chosen = world.intervention
    if not chosen.driver or chosen.driver in HAPPENS or week != chosen.week:
        return state
    setters: dict[str, Callable[[World, State, int, bool], State]] = {
        "satisfaction": _satisfaction,
        "first_order_discount": _discount,
        "social_channel": _channel,
        "membership": _membership,
        "mail": _mail,
    }
    return setters[chosen.driver](world, state, week, chosen.high)


def own_week(world: World, landmark: int) -> Ints:
    """A week of the last before a landmark for every customer, any as likely."""
    u = world.draws.uniform("driver", landmark, np.arange(world.birth.size))
    return landmark - (world.company.service.memory_weeks * u).astype(np.int64)


def lateness(world: World, week: int, who: Ints, chance: Floats) -> Floats:
    """The chance of a late delivery: by hand, one in the customer's own week or none.

    Args:
        world: its intervention names driver, level and landmark.
        week: which.
        who: customers who order in it, shape (m,).
        chance: as it would be of itself, shape (m,).
    """
    chosen = world.intervention
    if chosen.driver != "late_delivery" or not _lately(world, week):
        return chance
    return np.where(chosen.high & (own_week(world, chosen.week)[who] == week), 1.0, 0.0)


def slowness(world: World, week: int, slow: Bools) -> Bools:
    """Which of a week's complaints are not resolved fast: by hand, all or none."""
    chosen = world.intervention
    if chosen.driver != "slow_resolution" or not _lately(world, week):
        return slow
    return np.full(slow.size, chosen.high)


def _lately(world: World, week: int) -> bool:
    landmark = world.intervention.week
    return landmark - world.company.service.memory_weeks < week <= landmark


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

"""What is true of the drivers of the simulated company, kept, with how it was got.

`at_the_landmark` is truth.json's: sixteen pairs of companies of 10,000 customers, each driver set
high and low at the end of weeks 77 and 103, seeds 7,000,000 on (`company_truth`).

`from_their_own_day` is of what happens once: truth.json sets it at a random week of the twelve
before the landmark, without what it did to a customer until then. Customers looked at on the
landmark have lived through that: some who left because of it still count as active. Here it
happens in its own week (an order's), 0, 2, ... 10 weeks before the landmark, and goes on from
there: `event_effects`, four companies of 10,000 customers, the same seeds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from retention_research.events.simulate.company import Company
from retention_research.events.simulate.state import LONG_AGO, State, first_state
from retention_research.events.simulate.truth_drivers import HORIZON, LANDMARKS
from retention_research.events.simulate.weeks import collected, go_on
from retention_research.events.simulate.world import NONE, World, make_world


class Truth(NamedTuple):
    """A risk difference of silence in 12 weeks, and its Monte Carlo error."""

    value: float
    error: float


COMPANY = "8452e442c481"  # of the hash of its parameters: with others, another truth
AT_THE_LANDMARK = {
    "first_order_discount": Truth(0.069357538, 0.000579),
    "late_delivery": Truth(0.022083983, 0.000507),
    "mail": Truth(-0.061243559, 0.000450),
    "membership": Truth(-0.051824283, 0.000534),
    "satisfaction": Truth(-0.033908697, 0.000437),
    "slow_resolution": Truth(0.030064090, 0.000512),
    "social_channel": Truth(0.043137934, 0.000478),
}
FROM_THEIR_OWN_DAY = {
    "late_delivery": Truth(0.046155, 0.001),
    "slow_resolution": Truth(0.074139, 0.001),
}


def event_effects(customers: int, seed: int) -> dict[str, float]:
    """Risk differences of what happens once, counted from the week in which it happens."""
    world = make_world(Company(), customers, seed, NONE, max(LANDMARKS) + HORIZON + 1)
    state, week = first_state(world), 0
    found: dict[str, list[tuple[float, float]]] = {"late_delivery": [], "slow_resolution": []}
    for landmark in LANDMARKS:
        for ago in range(10, -1, -2):
            state, _ = go_on(world, state, week, landmark - ago + 1)
            week = landmark - ago + 1
            who = state.last_order == landmark - ago
            for driver, pair in _arms(state, landmark - ago).items():
                high, low = (_silent(world, arm, week, landmark) for arm in pair)
                found[driver].append((float(who.sum()), float((high[who] - low[who]).mean())))
    return {
        driver: float(np.average([x for _, x in parts], weights=[n for n, _ in parts]))
        for driver, parts in found.items()
    }


def _arms(state: State, week: int) -> dict[str, tuple[State, State]]:
    n = state.last_order.size
    now, never = np.full(n, week), np.full(n, LONG_AGO)
    slow, fast = (replace(state, complaint=now, slow=np.full(n, arm)) for arm in (True, False))
    late, on_time = (replace(state, last_late=at, complaint=never) for at in (now, never))
    return {"late_delivery": (late, on_time), "slow_resolution": (slow, fast)}


def _silent(world: World, state: State, week: int, landmark: int) -> np.ndarray:
    state, _ = go_on(world, state, week, landmark + 1)
    _, written = go_on(world, state, landmark + 1, landmark + 1 + HORIZON)
    silent = np.ones(world.birth.size)
    silent[collected(written)["orders"]["customer"]] = 0.0
    return silent

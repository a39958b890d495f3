"""What every driver truly does: set high or low, and the 12 weeks after a landmark watched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from retention_research.events.simulate.company import Company
from retention_research.events.simulate.draws import Bools, Ints
from retention_research.events.simulate.drivers import HAPPENS, LEVELS, own_week, set_driver
from retention_research.events.simulate.history import WEEK
from retention_research.events.simulate.state import Columns, State, first_state
from retention_research.events.simulate.weeks import collected, go_on
from retention_research.events.simulate.world import NONE, Intervention, World, make_world

LANDMARKS = (77, 103)  # weeks, at whose ends customers are looked at
HORIZON = 12  # weeks
ACTIVE = 26  # weeks
DECOYS = ("colour", "news", "ticket_channel", "plan")


def driver_effects(company: Company, customers: int, seed: int) -> dict[str, float]:
    """Risk differences of no order in the 12 weeks after a landmark, high against low.

    Over customers with an order in the 26 weeks up to the landmark. What happens to customers is
    counted from when it happens, over those to whom it could: who ordered in the week of the
    delivery, or had a complaint. The mean over landmarks.

    Args:
        company: the parameters.
        customers: how many.
        seed: of all chance.

    Returns:
        Driver to the difference of shares.
    """
    world = make_world(company, customers, seed, NONE, max(LANDMARKS) + HORIZON + 1)
    state, week = first_state(world), 0
    found: dict[str, list[float]] = {driver: [] for driver in LEVELS}
    for landmark in LANDMARKS:
        begins = landmark - company.service.memory_weeks + 1
        before, _ = go_on(world, state, week, begins)
        state, lately = go_on(world, before, begins, landmark + 1)
        week = landmark + 1
        over = _over(world, state, landmark, collected(lately))
        for driver, differences in found.items():
            start = (before, begins) if driver in HAPPENS else (state, week)
            differences.append(_difference(world, *start, landmark, driver, over[driver]))
    return {driver: float(np.mean(values)) for driver, values in found.items()}


def _over(
    world: World, state: State, landmark: int, lately: Mapping[str, Columns]
) -> dict[str, Bools]:
    """Whom each driver is judged over, which no level of it changes."""
    active = state.last_order > landmark - ACTIVE
    orders, tickets = lately["orders"], lately["tickets"]
    in_own = orders["at"] // WEEK == own_week(world, landmark)[orders["customer"]]
    happened = {
        "late_delivery": _those(world, orders["customer"][in_own]),
        "slow_resolution": _those(world, tickets["customer"][tickets["complaint"]]),
    }
    return dict.fromkeys(LEVELS, active) | {name: who & active for name, who in happened.items()}


def _those(world: World, who: Ints) -> Bools:
    there = np.zeros(world.birth.size, np.bool_)
    there[who] = True
    return there


def _difference(
    world: World, state: State, week: int, landmark: int, driver: str, over: Bools
) -> float:
    high, low = (_silent(world, state, week, landmark, driver, level) for level in (True, False))
    return float(high[over].mean() - low[over].mean())


def _silent(world: World, state: State, week: int, landmark: int, driver: str, high: bool) -> Bools:
    """Who does not order in the weeks after the landmark."""
    changed = replace(world, intervention=Intervention(driver=driver, high=high, week=landmark))
    state, _ = go_on(changed, state, week, landmark + 1)
    state = set_driver(changed, state, landmark) if week > landmark else state
    _, written = go_on(changed, state, landmark + 1, landmark + 1 + HORIZON)
    return ~_those(world, collected(written)["orders"]["customer"])

"""What every driver truly does: set high or low at a landmark, 12 weeks watched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retention_research.events.simulate.company import Company
from retention_research.events.simulate.draws import Bools, Ints
from retention_research.events.simulate.drivers import LEVELS, set_driver
from retention_research.events.simulate.state import State, first_state
from retention_research.events.simulate.weeks import collected, go_on
from retention_research.events.simulate.world import NONE, Intervention, World, make_world

LANDMARKS = (77, 103)  # weeks, at whose ends drivers are set
HORIZON = 12  # weeks
ACTIVE = 26  # weeks
DECOYS = ("colour", "news", "ticket_channel", "plan")


def driver_effects(company: Company, customers: int, seed: int) -> dict[str, float]:
    """Risk differences of no order in the 12 weeks after a landmark, high against low.

    Over customers with an order in the 26 weeks up to the landmark; the mean over landmarks.

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
        state, _ = go_on(world, state, week, landmark + 1)
        week = landmark + 1
        active = state.last_order > landmark - ACTIVE
        for driver, differences in found.items():
            differences.append(_difference(world, state, landmark, driver, active))
    return {driver: float(np.mean(values)) for driver, values in found.items()}


def _difference(world: World, state: State, landmark: int, driver: str, active: Bools) -> float:
    high, low = (_silent(world, state, landmark, driver, level) for level in (True, False))
    return float(high[active].mean() - low[active].mean())


def _silent(world: World, state: State, landmark: int, driver: str, high: bool) -> Bools:
    """Who does not order in the weeks after the landmark."""
    changed = replace(world, intervention=Intervention(driver=driver, high=high, week=landmark))
    _, written = go_on(
        changed, set_driver(changed, state, landmark), landmark + 1, landmark + 1 + HORIZON
    )
    ordered: Ints = collected(written)["orders"]["customer"]
    silent = np.ones(world.birth.size, np.bool_)
    silent[ordered] = False
    return silent

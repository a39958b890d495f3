"""A roll-out over twelve units, four of which start: start dates are reassigned among units.

Beside it twelve units that all start, one a week: the last of those told is held against one alone.
"""

from collections.abc import Mapping

import numpy as np

from retention_research.programs.rollout import Panel, randomisation_inference
from tests.evidence.study import EvidenceStudy, holds

UNITS, WEEKS = 12, 6
STARTS = (3, 3, 4, 4)
EFFECT, SHOCK = 0.5, 0.5
DRAWS = 99  # with the true assignment 100, so that 5% can be met exactly
ALL_FIRST, ALL_WEEKS, ALL_DRAWS = 3, 16, 39


def _panel(rng: np.random.Generator, effect: float) -> Panel:
    """Shocks have heavy tails: three degrees of freedom."""
    start = rng.permutation(np.append(STARTS, np.full(UNITS - len(STARTS), -1)))
    level = rng.normal(size=(UNITS, 1)) + rng.normal(size=WEEKS)
    had = (start[:, None] >= 0) & (np.arange(WEEKS) >= start[:, None])
    outcome = level + SHOCK * rng.standard_t(3, (UNITS, WEEKS)) + effect * had
    return Panel(outcome, start)


def _all_start(rng: np.random.Generator) -> Panel:
    start = rng.permutation(ALL_FIRST + np.arange(UNITS))
    level = rng.normal(size=(UNITS, 1)) + rng.normal(size=ALL_WEEKS)
    had = np.arange(ALL_WEEKS) >= start[:, None]
    return Panel(level + SHOCK * rng.standard_t(3, had.shape) + EFFECT * had, start)


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate a roll-out with few units and test it."""
    found = randomisation_inference(_panel(rng, EFFECT), rng=rng, draws=DRAWS).effect
    null = randomisation_inference(_panel(rng, 0.0), rng=rng, draws=DRAWS)
    panel = _all_start(rng)
    every = randomisation_inference(panel, rng=rng, draws=ALL_DRAWS, ages=1).effect
    return {
        "overall": holds(found.conf_low, found.conf_high, EFFECT),
        "false_positive": null.p_value <= 0.05,
        "all_start": holds(every.conf_low, every.conf_high, EFFECT),
    }


STUDY = EvidenceStudy(
    name="rollout_few",
    seed=20211,
    datasets=2000,
    truth={"units": UNITS, "starts": STARTS, "weeks": WEEKS, "effect": EFFECT, "shock": SHOCK,
           "draws": DRAWS, "all_start": [ALL_FIRST, ALL_WEEKS, ALL_DRAWS]},
    nominal={"overall": 0.95, "false_positive": 0.05, "all_start": 0.95},
    sources=(
        "arrays",
        "programs:rollout/panel",
        "programs:rollout/randomisation",
    ),
    once=once,
    at_least=("all_start",),  # a reassignment that moves as much as the effect excludes nothing
)  # fmt: skip

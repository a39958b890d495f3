"""A roll-out over twelve units, four of which start: start dates are reassigned among units."""

from collections.abc import Mapping

import numpy as np

from retention_research.programs.rollout import Panel, randomisation_inference
from tests.evidence.study import EvidenceStudy, holds

UNITS, WEEKS = 12, 6
STARTS = (3, 3, 4, 4)
EFFECT, SHOCK = 0.5, 0.5
DRAWS = 99  # with the true assignment 100, so that 5% can be met exactly


def _panel(rng: np.random.Generator, effect: float) -> Panel:
    """Shocks have heavy tails: three degrees of freedom."""
    start = rng.permutation(np.append(STARTS, np.full(UNITS - len(STARTS), -1)))
    level = rng.normal(size=(UNITS, 1)) + rng.normal(size=WEEKS)
    had = (start[:, None] >= 0) & (np.arange(WEEKS) >= start[:, None])
    outcome = level + SHOCK * rng.standard_t(3, (UNITS, WEEKS)) + effect * had
    return Panel(outcome, start)


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate a roll-out with few units and test it."""
    found = randomisation_inference(_panel(rng, EFFECT), rng=rng, draws=DRAWS).effect
    null = randomisation_inference(_panel(rng, 0.0), rng=rng, draws=DRAWS)
    return {
        "overall": holds(found.conf_low, found.conf_high, EFFECT),
        "false_positive": null.p_value <= 0.05,
    }


STUDY = EvidenceStudy(
    name="rollout_few",
    seed=20211,
    datasets=2000,
    truth={"units": UNITS, "starts": STARTS, "weeks": WEEKS, "effect": EFFECT, "shock": SHOCK,
           "draws": DRAWS},
    nominal={"overall": 0.95, "false_positive": 0.05},
    sources=(
        "arrays",
        "programs:rollout/panel",
        "programs:rollout/randomisation",
    ),
    once=once,
)  # fmt: skip

"""Effects of enrolling on what few of the enrolled, or few of the others, ever do.

The effect is nothing. Where too few did it no range may be given, as one that rests on a handful
misses the truth far more often than it says; wherever one is given it must hold. Shares are of
all data sets, so that a range that is not given misses nothing.
"""

from collections.abc import Mapping

import numpy as np
from scipy.special import expit, logit

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.enrolment import TrialRows, doubly_robust
from tests.evidence.study import EvidenceStudy, holds

# customers, share who enrol, share who buy: at no covariate
WORLDS = {
    "one_in_hundred": (5000, 0.01, 0.01),
    "few_enrolled": (2000, 0.05, 0.05),
    "some_enrolled": (2000, 0.05, 0.10),
    "few_others": (1000, 0.95, 0.05),
}
MOVES, TURNS = 0.5, 0.3  # of the covariate: log odds to enrol, log chance to buy


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """In each world: is a range given that misses the truth, of the difference or of the lift?"""
    missed = {}
    for name, (n, enrol, buy) in WORLDS.items():
        x = rng.normal(size=(n, 1))
        treated = rng.random(n) < expit(logit(enrol) + MOVES * x[:, 0])
        chance = buy * np.exp(TURNS * x[:, 0] - TURNS**2 / 2.0)
        bought = (rng.random(n) < chance).astype(np.float64)
        rows = TrialRows(bought, treated, x, ("x",), np.arange(n), np.zeros(n))
        found = doubly_robust(rows, folds=0)
        told = None if isinstance(found, Missing) else found.effect
        missed[f"difference_{name}"] = told is not None and _misses(told.difference)
        missed[f"lift_{name}"] = told is not None and _misses(told.lift)
    return missed


def _misses(found: Estimate | Missing) -> bool:
    return isinstance(found, Estimate) and not holds(found.conf_low, found.conf_high, 0.0)


NAMES = tuple(f"{what}_{name}" for name in WORLDS for what in ("difference", "lift"))
STUDY = EvidenceStudy(
    name="enrolment_few",
    seed=26012,
    datasets=1000,
    truth={"worlds": WORLDS, "moves": MOVES, "turns": TURNS, "effect": 0.0},
    nominal=dict.fromkeys(NAMES, 0.05),
    sources=(
        "programs/enrolment:rows", "programs/enrolment:nuisances", "programs/enrolment:propensity",
        "programs/enrolment:scores", "programs/enrolment:means",
        "programs/enrolment:doubly_robust",
    ),
    once=once,
    at_most=NAMES,
)  # fmt: skip

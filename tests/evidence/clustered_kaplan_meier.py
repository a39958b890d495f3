"""Waiting times of tickets whose customers share a fate: do clustered intervals hold the truth?"""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import brentq

from retention_research.models.clustered_kaplan_meier import fit_clustered_curve
from retention_research.models.fit import Estimate, Missing
from retention_research.models.within_target import share_within_target
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS = 150
MORE = 1.0  # mean of a Poisson of tickets beside the first
RATE, SHAPE = 0.1, 2.0  # an hour; of the gamma by customer, mean 1, that multiplies the rate
WATCHED = (5.0, 60.0)  # hours, uniform
TARGETS = {"quick": 4.0, "slow": 12.0}


def waiting(t: float) -> float:
    """The share of tickets still waiting: a ticket's customer has a gamma rate."""
    return float((1.0 + RATE * t / SHAPE) ** -SHAPE)


MEDIAN = float(brentq(lambda t: waiting(t) - 0.5, 0.1, 100.0))
WITHIN = 1.0 - 0.5 * (waiting(TARGETS["quick"]) + waiting(TARGETS["slow"]))


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate tickets, more of them of some customers, and fit."""
    owner = np.repeat(np.arange(CUSTOMERS), 1 + rng.poisson(MORE, CUSTOMERS))
    rate = RATE * rng.gamma(SHAPE, 1.0 / SHAPE, CUSTOMERS)[owner]
    event, watched = rng.exponential(1.0 / rate), rng.uniform(*WATCHED, owner.size)
    seen = np.minimum(event, watched), event <= watched, owner
    kinds = np.array(list(TARGETS))[rng.integers(0, 2, owner.size)]
    curve = fit_clustered_curve(*seen)
    return {
        "median": _holds(curve.median(), MEDIAN),
        "share": _holds(curve.survival_at(TARGETS["slow"]), waiting(TARGETS["slow"])),
        "within_target": _holds(share_within_target(*seen, kinds, TARGETS), WITHIN),
    }


def _holds(found: Estimate | Missing, truth: float) -> bool:
    return isinstance(found, Estimate) and holds(found.conf_low, found.conf_high, truth)


STUDY = EvidenceStudy(
    name="clustered_kaplan_meier",
    seed=19891,
    datasets=2000,
    truth={
        "customers": CUSTOMERS, "more": MORE, "rate": RATE, "shape": SHAPE, "watched": WATCHED,
        "targets": TARGETS, "median": MEDIAN, "within": WITHIN,
    },
    nominal=dict.fromkeys(("median", "share", "within_target"), 0.95),
    sources=("arrays", "clustered_kaplan_meier", "ratio", "within_target"),
    once=once,
)  # fmt: skip

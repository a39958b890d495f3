"""Kaplan-Meier under random censoring: survival at a time, median, restricted mean."""

from collections.abc import Mapping

import numpy as np
from scipy.special import gamma, gammainc

from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import fit_kaplan_meier
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS = 300
SHAPE, SCALE = 0.8, 200.0  # Weibull, in days
WATCHED = (100.0, 600.0)  # uniform end of watching, in days
TIME, TAU = 180.0, 365.0
SURVIVAL = float(np.exp(-((TIME / SCALE) ** SHAPE)))
MEDIAN = float(SCALE * np.log(2.0) ** (1.0 / SHAPE))
# the integral of exp(-(t / scale)^shape) over (0, tau)
RESTRICTED_MEAN = float(
    SCALE / SHAPE * gamma(1.0 / SHAPE) * gammainc(1.0 / SHAPE, (TAU / SCALE) ** SHAPE)
)


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate times to an event, some cut short, and fit."""
    event = SCALE * rng.weibull(SHAPE, CUSTOMERS)
    watched = rng.uniform(*WATCHED, CUSTOMERS)
    fit = fit_kaplan_meier(np.minimum(event, watched), event <= watched)
    found = {
        "survival": (fit.survival_at(TIME), SURVIVAL),
        "median": (fit.median(), MEDIAN),
        "restricted_mean": (fit.restricted_mean(TAU), RESTRICTED_MEAN),
    }
    return {name: _holds(told, truth) for name, (told, truth) in found.items()}


def _holds(told: Estimate | Missing, truth: float) -> bool:
    return isinstance(told, Estimate) and holds(told.conf_low, told.conf_high, truth)


STUDY = EvidenceStudy(
    name="kaplan_meier",
    seed=19581,
    datasets=2000,
    truth={
        "customers": CUSTOMERS,
        "weibull": [SHAPE, SCALE],
        "watched": WATCHED,
        "survival": SURVIVAL,
        "median": MEDIAN,
        "restricted_mean": RESTRICTED_MEAN,
    },
    nominal=dict.fromkeys(("survival", "median", "restricted_mean"), 0.95),
    sources=("arrays", "intervals", "kaplan_meier"),
    once=once,
)

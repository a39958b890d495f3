"""Logistic regression over several landmarks per customer: coefficients and marginal effects.

A customer's outcomes go together by a common part of their latent uniform numbers, so that each
row's probability stays exactly logistic in its covariates (a Gaussian copula).
"""

from collections.abc import Mapping

import numpy as np
from scipy.special import expit, ndtr

from retention_research.models.logistic import fit_logistic
from retention_research.models.logistic_rows import LogisticRows
from retention_research.models.marginal_effects import marginal_effect
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS, LANDMARKS = 400, 4
NAMES = ("late", "satisfaction", "colour")
BETA = (-0.6, 0.7, -0.4, 0.0)  # intercept, then the covariates; colour has no effect
LATE, COLOUR = 0.3, 0.5  # shares of rows and of customers
TOGETHER = 0.6  # of a customer's latent normal numbers that is common to all landmarks
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(60)


def _risk(late: float) -> float:
    """The probability averaged over satisfaction, standard normal; colour does nothing."""
    chance = expit(BETA[0] + BETA[1] * late + BETA[2] * _NODES)
    return float(_WEIGHTS @ chance / _WEIGHTS.sum())


DIFFERENCE = _risk(1.0) - _risk(0.0)
RATIO = _risk(1.0) / _risk(0.0)


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate customers at several landmarks and fit."""
    rows = _rows(rng)
    x = rows.design[:, 1:]
    fit = fit_logistic(rows.outcome, x, names=NAMES, cluster=rows.cluster)
    if isinstance(fit, tuple):  # missing: a miss for every quantity
        return {"boundary": True}
    found = marginal_effect(fit, rows, {"late": 1.0}, {"late": 0.0})
    colour = marginal_effect(fit, rows, {"colour": 1.0}, {"colour": 0.0})
    late, mood = fit.estimates[1], fit.estimates[2]
    return {
        "late": holds(late.conf_low, late.conf_high, BETA[1]),
        "satisfaction": holds(mood.conf_low, mood.conf_high, BETA[2]),
        "risk_difference": holds(*found.difference[3:], DIFFERENCE),
        "risk_ratio": holds(*found.ratio[3:], RATIO),
        "false_positive": fit.p_value("colour") < 0.05,
        "false_positive_difference": colour.p_value < 0.05,
    }


def _rows(rng: np.random.Generator) -> LogisticRows:
    n = CUSTOMERS * LANDMARKS
    customer = np.repeat(np.arange(CUSTOMERS), LANDMARKS)
    late = rng.random(n) < LATE
    mood = np.repeat(rng.normal(size=CUSTOMERS), LANDMARKS)
    colour = np.repeat(rng.random(CUSTOMERS) < COLOUR, LANDMARKS)
    x = np.column_stack([late, mood, colour]).astype(np.float64)
    common = np.repeat(rng.normal(size=CUSTOMERS), LANDMARKS)
    latent = TOGETHER**0.5 * common + (1.0 - TOGETHER) ** 0.5 * rng.normal(size=n)
    outcome = ndtr(latent) < expit(BETA[0] + x @ np.array(BETA[1:]))
    return LogisticRows.of(outcome, x, names=NAMES, cluster=customer)


COVERED = ("late", "satisfaction", "risk_difference", "risk_ratio")
STUDY = EvidenceStudy(
    name="logistic",
    seed=19861,
    datasets=2000,
    truth={
        "customers": CUSTOMERS,
        "landmarks": LANDMARKS,
        "beta": BETA,
        "shares": [LATE, COLOUR],
        "together": TOGETHER,
        "risk_difference": DIFFERENCE,
        "risk_ratio": RATIO,
    },
    nominal=dict.fromkeys(COVERED, 0.95)
    | dict.fromkeys(("false_positive", "false_positive_difference"), 0.05),
    sources=(
        "arrays",
        "intervals",
        "labels",
        "logistic",
        "logistic_rows",
        "marginal_effects",
        "separation",
    ),
    once=once,
)

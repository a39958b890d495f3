"""Area under the curve and calibration of risks that are wrong in a known way, by customer.

Each customer has one to three rows of alike risks, and outcomes that go together by a common part
of their latent uniform numbers, so that each row's probability stays what it is (a Gaussian
copula). The predictions are too low and too spread: their calibration is neither 0 nor 1.
"""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, ndtr

from retention_research.models.discrimination import area_under_curve, calibration
from retention_research.models.fit import Estimate, Missing
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS, MOST_ROWS = 500, 3
MIDDLE, SPREAD = -1.2, 1.1  # of the predicted log odds, normal
ALIKE, TOGETHER = 0.7, 0.4  # of a customer's normal numbers that is common to all their rows
INTERCEPT, SLOPE = 0.4, 0.8  # true log odds = INTERCEPT + SLOPE * predicted log odds
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
_SHARES = _WEIGHTS / _WEIGHTS.sum()
_GRID = np.linspace(-9.0, 9.0, 20_001)  # of the standardised log odds, for the area


def _mean(values: np.ndarray) -> float:
    return float(_SHARES @ values)


def _area() -> float:
    """The chance that a row with the outcome has higher log odds than one without."""
    density = np.exp(-(_GRID**2) / 2.0)
    chance = expit(INTERCEPT + SLOPE * (MIDDLE + SPREAD * _GRID))
    yes, no = density * chance, density * (1.0 - chance)
    below = np.cumsum(no) - no / 2.0
    return float(yes @ below / (yes.sum() * no.sum()))


_ODDS = MIDDLE + SPREAD * _NODES
OBSERVED, EXPECTED = _mean(expit(INTERCEPT + SLOPE * _ODDS)), _mean(expit(_ODDS))
TRUTH = {
    "auc": _area(),
    "slope": SLOPE,
    "intercept": float(brentq(lambda level: _mean(expit(_ODDS + level)) - OBSERVED, -5.0, 5.0)),
    "observed_to_expected": OBSERVED / EXPECTED,
}


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate customers with several rows and hold predictions against outcomes."""
    customer = np.repeat(np.arange(CUSTOMERS), rng.integers(1, MOST_ROWS, CUSTOMERS, endpoint=True))
    odds = MIDDLE + SPREAD * _normal(rng, customer, ALIKE)
    chance = expit(INTERCEPT + SLOPE * odds)
    outcome = ndtr(_normal(rng, customer, TOGETHER)) < chance
    risk = expit(odds)
    told = calibration(outcome, risk, cluster=customer)
    found: dict[str, Estimate | Missing] = {
        "auc": area_under_curve(outcome, risk, cluster=customer),
        "slope": told.slope,
        "intercept": told.intercept,
        "observed_to_expected": told.ratio,
    }
    return {
        name: isinstance(one, Estimate) and holds(one.conf_low, one.conf_high, TRUTH[name])
        for name, one in found.items()
    }


def _normal(rng: np.random.Generator, customer: np.ndarray, common: float) -> np.ndarray:
    """Standard normal numbers of which a part is a customer's own."""
    shared = rng.normal(size=CUSTOMERS)[customer]
    return common**0.5 * shared + (1.0 - common) ** 0.5 * rng.normal(size=customer.size)


STUDY = EvidenceStudy(
    name="discrimination",
    seed=19881,
    datasets=2000,
    truth={
        "customers": CUSTOMERS,
        "most_rows": MOST_ROWS,
        "predicted_log_odds": [MIDDLE, SPREAD],
        "alike": ALIKE,
        "together": TOGETHER,
        "true_log_odds": [INTERCEPT, SLOPE],
        **TRUTH,
    },
    nominal=dict.fromkeys(TRUTH, 0.95),
    sources=(
        "arrays",
        "discrimination",
        "intervals",
        "labels",
        "logistic",
        "logistic_rows",
        "separation",
    ),
    once=once,
)

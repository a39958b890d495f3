"""Accelerated failure time with late entry and censoring: coefficient, survival, median."""

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtr

from retention_research.models.accelerated import AcceleratedFit, fit_accelerated
from retention_research.models.accelerated_likelihood import STANDARDS, Distribution
from retention_research.models.fit import Estimate
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS = 500  # before those are lost who had the event before they could be watched
INTERCEPT, COEFFICIENT, SHARE = np.log(200.0), 0.5, 0.4  # days; a yes/no covariate
SCALES: Mapping[Distribution, float] = {"weibull": 0.8, "lognormal": 1.0, "loglogistic": 0.6}
LATE, LATEST_ENTRY = 0.5, 60.0  # half enter late, evenly spread
WATCHED = (100.0, 600.0)  # uniform end of watching, in days
TIME = 180.0
W_OF_TIME = {name: (np.log(TIME) - INTERCEPT - COEFFICIENT) / s for name, s in SCALES.items()}
SURVIVAL = {
    "weibull": float(np.exp(-np.exp(W_OF_TIME["weibull"]))),
    "lognormal": float(ndtr(-W_OF_TIME["lognormal"])),
    "loglogistic": float(1.0 / (1.0 + np.exp(W_OF_TIME["loglogistic"]))),
}
MEDIAN = {
    name: float(np.exp(INTERCEPT + COEFFICIENT + scale * STANDARDS[name].quantile(0.5)))
    for name, scale in SCALES.items()
}


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate and fit each distribution."""
    outcomes: dict[str, bool] = {}
    for name in SCALES:
        outcomes |= _of(name, rng)
    return outcomes


def _of(name: Distribution, rng: np.random.Generator) -> dict[str, bool]:
    x = (rng.random(CUSTOMERS) < SHARE).astype(float)
    event = np.exp(INTERCEPT + COEFFICIENT * x + SCALES[name] * _noise(name, rng))
    entry = np.where(rng.random(CUSTOMERS) < LATE, rng.uniform(0.0, LATEST_ENTRY, CUSTOMERS), 0.0)
    watched = rng.uniform(*WATCHED, CUSTOMERS)
    seen = event > entry
    time, ended = np.minimum(event, watched)[seen], (event <= watched)[seen]
    fit = fit_accelerated(time, ended, x[seen], names=("x",), distribution=name, entry=entry[seen])
    if not isinstance(fit, AcceleratedFit) or fit.verdict.status != "converged":
        return {"boundary": True}
    told = (fit.coefficient("x"), COEFFICIENT), (fit.survival_at(TIME, [1.0]), SURVIVAL[name])
    return {
        f"{name}.{quantity}": isinstance(row, Estimate)
        and holds(row.conf_low, row.conf_high, truth)
        for quantity, (row, truth) in zip(
            QUANTITIES, (*told, (fit.quantile(0.5, [1.0]), MEDIAN[name])), strict=True
        )
    }


def _noise(name: Distribution, rng: np.random.Generator) -> np.ndarray:
    if name == "weibull":
        return np.log(rng.exponential(1.0, CUSTOMERS))
    return rng.normal(size=CUSTOMERS) if name == "lognormal" else rng.logistic(size=CUSTOMERS)


QUANTITIES = ("coefficient", "survival", "median")
STUDY = EvidenceStudy(
    name="accelerated",
    seed=20021,
    datasets=2000,
    truth={
        "customers": CUSTOMERS,
        "intercept": float(INTERCEPT),
        "coefficient": COEFFICIENT,
        "share": SHARE,
        "scales": dict(SCALES),
        "late": [LATE, LATEST_ENTRY],
        "watched": WATCHED,
        "survival": SURVIVAL,
        "median": MEDIAN,
    },
    nominal={f"{name}.{quantity}": 0.95 for name in SCALES for quantity in QUANTITIES},
    sources=(
        "accelerated",
        "accelerated_likelihood",
        "accelerated_predictions",
        "accelerated_search",
        "arrays",
        "covariates",
        "intervals",
        "newton",
    ),
    once=once,
)

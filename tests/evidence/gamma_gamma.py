"""Gamma-Gamma at CDNOW's parameters: parameters and the mean spend of the population."""

from collections.abc import Mapping

import numpy as np

from retention_research.models.fit import Missing
from retention_research.models.gamma_gamma import GammaGammaParameters, fit_gamma_gamma
from tests.evidence.study import EvidenceStudy, holds

TRUTH = GammaGammaParameters(6.25, 3.74, 15.44)
MEAN = TRUTH.p * TRUTH.v / (TRUTH.q - 1.0)
CUSTOMERS = 946
# repeat purchases of CDNOW's 946 repeat buyers: shares of 1, 2, ... 7, and 8 for the rest
FREQUENCIES = np.array([439, 214, 100, 62, 38, 29, 23, 41]) / 946


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate the mean spend of repeat buyers, and fit."""
    x = 1.0 + rng.choice(FREQUENCIES.size, CUSTOMERS, p=FREQUENCIES)
    scale = rng.gamma(TRUTH.q, 1.0 / TRUTH.v, CUSTOMERS)
    spend = rng.gamma(TRUTH.p * x) / (scale * x)
    fit = fit_gamma_gamma(x, spend)
    mean = fit.population_mean()
    if fit.verdict.status == "at a boundary" or isinstance(mean, Missing):
        return {"boundary": True}
    return {
        row.term: holds(row.conf_low, row.conf_high, value)
        for row, value in zip(fit.estimates, TRUTH, strict=True)
    } | {"population_mean": holds(mean.conf_low, mean.conf_high, MEAN)}


STUDY = EvidenceStudy(
    name="gamma_gamma",
    seed=20132,
    datasets=2000,
    truth={**TRUTH._asdict(), "population_mean": MEAN, "customers": CUSTOMERS},
    nominal=dict.fromkeys(("p", "q", "v", "population_mean"), 0.95),
    sources=("arrays", "estimates", "gamma_gamma", "intervals", "maximise"),
    once=once,
)

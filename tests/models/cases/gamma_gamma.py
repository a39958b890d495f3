"""Gamma-Gamma's entry in the model contract."""

import numpy as np

from retention_research.models.gamma_gamma import GammaGammaFit, fit_gamma_gamma
from tests.models.contract import ModelCase

RNG = np.random.default_rng(2)
FREQUENCY = 1.0 + RNG.poisson(1.5, 600)
SPEND = RNG.gamma(6.0 * FREQUENCY) / (RNG.gamma(4.0, 1.0 / 16.0, 600) * FREQUENCY)

CASE = ModelCase(
    name="gamma_gamma",
    fit=fit_gamma_gamma,
    columns={"frequency": FREQUENCY, "monetary_value": SPEND},
    estimates=lambda fit, _unit: [*fit.estimates, fit.population_mean()],
    powers={"v": 1.0, "population_mean": 1.0},
    in_units=("monetary_value",),
    curve=lambda fit: fit.expected_customer_spend(np.full(40, 3), np.linspace(1.0, 500.0, 40)),
    rebuild=GammaGammaFit.from_dict,
)

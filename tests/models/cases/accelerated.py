"""Accelerated failure time's entry in the model contract."""

from functools import partial

import numpy as np

from retention_research.models.accelerated import AcceleratedFit, fit_accelerated
from tests.models.contract import ModelCase

RNG = np.random.default_rng(3)
EVENT, WATCHED = np.ceil(RNG.exponential(60.0, 400)), RNG.integers(20, 120, 400)

CASE = ModelCase(
    name="accelerated_weibull",
    fit=partial(fit_accelerated, names=("member",)),
    columns={
        "duration": np.minimum(EVENT, WATCHED).astype(float),
        "event_observed": EVENT <= WATCHED,
        "covariates": (np.arange(EVENT.size) % 2).astype(float),
    },
    estimates=lambda fit, unit: [
        fit.survival_at(40.0 * unit)._replace(term="survival"),
        fit.quantile(0.5),
        fit.restricted_mean(60.0 * unit),
        fit.time_ratio("member"),
    ],
    powers={"quantile_0.5": 1.0, "restricted_mean": 1.0},
    in_units=("duration",),
    curve=lambda fit: np.array([fit.survival_at(t).estimate for t in np.linspace(0.0, 500.0, 40)]),
    rebuild=AcceleratedFit.from_dict,
)

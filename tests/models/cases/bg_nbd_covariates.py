"""BG/NBD's entry in the model contract, with a covariate."""

from functools import partial

import numpy as np

from retention_research.models.bg_nbd_covariates import (
    BgNbdCovariatesFit,
    fit_bg_nbd_covariates,
)
from retention_research.models.bg_nbd_likelihood import BgNbdParameters
from retention_research.models.bg_nbd_predictions import expected_purchases_if_alive
from retention_research.models.bg_nbd_simulation import simulate_bg_nbd
from tests.models.contract import ModelCase

T = np.repeat([30.0, 34.0, 38.0], 300)
MEMBER = np.arange(T.size) % 2 == 0
PEOPLE = simulate_bg_nbd(BgNbdParameters(0.5, 5.0, 0.8, 2.0), T, np.random.default_rng(1))

CASE = ModelCase(
    name="bg_nbd_covariates",
    fit=partial(fit_bg_nbd_covariates, names=("member",)),
    columns={
        "frequency": PEOPLE.frequency,
        "recency": PEOPLE.recency,
        "T": T,
        "covariates": MEMBER.astype(float),
    },
    estimates=lambda fit, _unit: [
        *fit.estimates[:4],
        fit.ratio("purchase.member"),
        fit.ratio("dropout.member"),
    ],
    powers={"alpha": 1.0},
    in_units=("recency", "T"),
    curve=lambda fit: expected_purchases_if_alive(
        fit.parameters_of([1.0]), np.linspace(0.0, 500.0, 40), 2, 30.0
    ),
    rebuild=BgNbdCovariatesFit.from_dict,
)

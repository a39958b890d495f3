"""BG/NBD's entry in the model contract."""

import numpy as np

from retention_research.models.bg_nbd import BgNbdFit, fit_bg_nbd
from retention_research.models.bg_nbd_likelihood import BgNbdParameters
from retention_research.models.bg_nbd_simulation import simulate_bg_nbd
from tests.models.contract import ModelCase

T = np.repeat([30.0, 34.0, 38.0], 300)
PEOPLE = simulate_bg_nbd(BgNbdParameters(0.5, 5.0, 0.8, 2.0), T, np.random.default_rng(1))

CASE = ModelCase(
    name="bg_nbd",
    fit=fit_bg_nbd,
    columns={"frequency": PEOPLE.frequency, "recency": PEOPLE.recency, "T": T},
    estimates=lambda fit, _unit: list(fit.estimates),
    powers={"alpha": 1.0},
    in_units=("recency", "T"),
    curve=lambda fit: fit.expected_purchases(
        np.linspace(0.0, 500.0, 40), np.full(40, 2), np.full(40, 20.0), np.full(40, 30.0)
    ),
    rebuild=BgNbdFit.from_dict,
)

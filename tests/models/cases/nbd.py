"""NBD's entry in the model contract."""

import numpy as np

from retention_research.models.nbd import NbdFit, fit_nbd
from tests.models.cases.bg_nbd import PEOPLE, T
from tests.models.contract import ModelCase

CASE = ModelCase(
    name="nbd",
    fit=fit_nbd,
    columns={"frequency": PEOPLE.frequency, "recency": PEOPLE.recency, "T": T},
    estimates=lambda fit, _unit: list(fit.estimates),
    powers={"alpha": 1.0},
    in_units=("recency", "T"),
    curve=lambda fit: fit.expected_purchases_new_customer(np.linspace(0.0, 500.0, 40)),
    rebuild=NbdFit.from_dict,
)

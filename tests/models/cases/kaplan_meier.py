"""Kaplan-Meier's entry in the model contract."""

import numpy as np

from retention_research.models.kaplan_meier import KaplanMeierFit, fit_kaplan_meier
from tests.models.contract import ModelCase

RNG = np.random.default_rng(3)
EVENT, WATCHED = np.ceil(RNG.exponential(60.0, 400)), RNG.integers(20, 120, 400)

CASE = ModelCase(
    name="kaplan_meier",
    fit=fit_kaplan_meier,
    columns={
        "duration": np.minimum(EVENT, WATCHED).astype(float),
        "event_observed": EVENT <= WATCHED,
    },
    estimates=lambda fit, unit: [
        fit.survival_at(40.0 * unit)._replace(term="survival"),
        fit.median(),
        fit.restricted_mean(60.0 * unit),
    ],
    powers={"median": 1.0, "restricted_mean": 1.0},
    in_units=("duration",),
    curve=lambda fit: np.array(fit.survival),
    rebuild=KaplanMeierFit.from_dict,
)

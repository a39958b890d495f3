"""Silences clustered by customer: how often do bootstrap intervals hold the share who return?"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.churn_window import returned_share
from retention_research.models.fit import Estimate, Missing
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS = 400
SILENCES = 3.0  # mean of a Poisson, plus one
RETURNS = {"few": (0.5, 4.5), "many": (1.0, 2.0)}  # beta of each customer's own chance to return


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate how often customers were silent, and came back after."""
    silences = 1 + rng.poisson(SILENCES, CUSTOMERS)
    found = {}
    for name, (a, b) in RETURNS.items():
        returns = rng.binomial(silences, rng.beta(a, b, CUSTOMERS))
        pairs = np.column_stack([returns, silences])
        cells, customers = np.unique(pairs, axis=0, return_counts=True)
        found[name] = _holds(returned_share(*cells.T, customers, rng), a / (a + b))
    return found


def _holds(found: Estimate | Missing, truth: float) -> bool:
    return isinstance(found, Estimate) and holds(found.conf_low, found.conf_high, truth)


STUDY = EvidenceStudy(
    name="churn_window",
    seed=19790,
    datasets=2000,
    truth={"customers": CUSTOMERS, "silences": SILENCES, "returns": RETURNS},
    nominal={"few": 0.95, "many": 0.95},
    sources=("arrays", "churn_window"),
    once=once,
)

"""The same ranking taught by small trees, where the effect is the same on all.

Purchases are counts whose rates rest on what is known in a bent way, which trees can follow.
"""

from collections.abc import Mapping

import numpy as np

from retention_research.programs.uplift import Uplift, uplift_ranking
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS, KNOWN, TREATED = 900, 4, 0.4
EFFECT = 0.2  # added to everybody's purchases on average


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """An experiment with the same effect on all."""
    known = rng.normal(size=(CUSTOMERS, KNOWN))
    treated = rng.random(CUSTOMERS) < TREATED
    rates = 0.5 + 0.5 * (known[:, 0] > 0.0) * np.abs(known[:, 1])
    outcome = rng.poisson(rates + EFFECT * treated)
    found = uplift_ranking(known, outcome, treated, TREATED, rng=rng, learner="boosting")
    assert isinstance(found, Uplift)
    return {
        "false_positive": found.p_value < 0.05,
        "area_of_nothing": holds(*found.qini[3:], 0.0),
        "effect": holds(*found.effect[3:], EFFECT),
    }


STUDY = EvidenceStudy(
    name="uplift_boosting",
    seed=20261104,
    datasets=500,
    truth={"customers": CUSTOMERS, "known": KNOWN, "treated": TREATED, "effect": EFFECT},
    nominal={"false_positive": 0.05, "area_of_nothing": 0.95, "effect": 0.95},
    sources=("arrays", "intervals", "programs:uplift"),
    once=once,
)

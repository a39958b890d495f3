"""A ranking where chance was drawn for sets of customers, who share what they do and are known by.

The program has no effect. Errors by customer find an area in two of five such experiments.
"""

from collections.abc import Mapping

import numpy as np

from retention_research.programs.uplift import Uplift, uplift_ranking
from tests.evidence.study import EvidenceStudy, holds

CLUSTERS, EACH, KNOWN = 240, 5, 3
SHARED = 0.5  # standard deviation of what a set's customers share, that of their own being 1


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """An experiment with half of the sets in the program."""
    cluster = np.repeat(np.arange(CLUSTERS), EACH)
    treated = (rng.permutation(CLUSTERS) < CLUSTERS // 2)[cluster]
    known = rng.normal(size=(cluster.size, KNOWN))
    known[:, 0] = rng.normal(size=CLUSTERS)[cluster]
    outcome = rng.normal(size=cluster.size) + SHARED * rng.normal(size=CLUSTERS)[cluster]
    found = uplift_ranking(known, outcome, treated, 0.5, cluster=cluster, rng=rng)
    assert isinstance(found, Uplift)
    return {
        "false_positive": found.p_value < 0.05,
        "area_of_nothing": holds(*found.qini[3:], 0.0),
        "effect": holds(*found.effect[3:], 0.0),
    }


STUDY = EvidenceStudy(
    name="uplift_clusters",
    seed=20261122,
    datasets=500,
    truth={"clusters": CLUSTERS, "each": EACH, "known": KNOWN, "shared": SHARED, "effect": 0.0},
    nominal={"false_positive": 0.05, "area_of_nothing": 0.95, "effect": 0.95},
    sources=("arrays", "intervals", "programs:uplift"),
    once=once,
)

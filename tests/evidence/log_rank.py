"""Log-rank between two groups that do not differ: how often is it called a difference?"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.log_rank import LogRank, log_rank
from tests.evidence.study import EvidenceStudy

CUSTOMERS = 400
SHAPE, SCALE = 0.8, 200.0  # Weibull, in days
WATCHED = (100.0, 600.0)  # uniform end of watching, in days
LEVEL = 0.05


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate one population, deal it into two groups, and test."""
    event = SCALE * rng.weibull(SHAPE, CUSTOMERS)
    watched = rng.uniform(*WATCHED, CUSTOMERS)
    group = np.arange(CUSTOMERS) % 2
    test = log_rank(np.minimum(event, watched), event <= watched, group)
    return {"false_positive": isinstance(test, LogRank) and test.p_value < LEVEL}


STUDY = EvidenceStudy(
    name="log_rank",
    seed=19661,
    datasets=2000,
    truth={"customers": CUSTOMERS, "weibull": [SHAPE, SCALE], "watched": WATCHED, "level": LEVEL},
    nominal={"false_positive": LEVEL},
    sources=("arrays", "log_rank"),
    once=once,
)

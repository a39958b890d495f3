"""Net promoter score, plain and weighted for who did not answer: do intervals hold the truth?"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.fit import Estimate, Missing
from retention_research.models.nps import (
    Answers,
    Stratum,
    net_promoter_score,
    weighted_net_promoter_score,
)
from tests.evidence.study import EvidenceStudy, holds

ANSWERED = 60
SHARES = (0.5, 0.3, 0.2)  # promoters, neither, detractors
GROUPS = ((300, 0.4, (0.6, 0.3, 0.1)), (200, 0.2, (0.2, 0.3, 0.5)))  # asked, answer, shares
SCORE = 30.0
WEIGHTED = 100.0 * (300 * (0.6 - 0.1) + 200 * (0.2 - 0.5)) / 500


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate answers of one group, and of two that answer unequally often."""
    plain = net_promoter_score(_answers(rng, ANSWERED, SHARES))
    strata = [
        Stratum(asked, _answers(rng, int(rng.binomial(asked, rate)), shares))
        for asked, rate, shares in GROUPS
    ]
    weighted = weighted_net_promoter_score(strata)
    return {"nps": _holds(plain, SCORE), "weighted": _holds(weighted, WEIGHTED)}


def _answers(rng: np.random.Generator, n: int, shares: tuple[float, float, float]) -> Answers:
    promoters, _, detractors = rng.multinomial(n, shares)
    return Answers(int(promoters), int(detractors), n)


def _holds(found: Estimate | Missing, truth: float) -> bool:
    return isinstance(found, Estimate) and holds(found.conf_low, found.conf_high, truth)


STUDY = EvidenceStudy(
    name="nps",
    seed=20161,
    datasets=2000,
    truth={"answered": ANSWERED, "shares": SHARES, "groups": GROUPS},
    nominal={"nps": 0.95, "weighted": 0.95},
    sources=("intervals", "nps"),
    once=once,
)

"""A ranking by expected effect, valued on customers it has not seen.

Where nothing ranks, the area is 0, and finding one is a false positive. Where the effect rises
with the one thing known, from 0 to SLOPE, every ranking that has its sign right is the same.
"""

from collections.abc import Mapping

import numpy as np

from retention_research.programs.uplift import SHARES, Uplift, uplift_ranking
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS, KNOWN, TREATED = 1500, 5, 0.5
EFFECT, SLOPE, NOISE = 0.1, 2.0, 1.0
AREA = SLOPE / 12.0  # the effect's covariance with where it stands
FIRST_FIFTH = SLOPE * 0.9
HALF = SLOPE * 3.0 / 8.0  # gained per customer of all by reaching the better half
_HALF = int(np.argmin(np.abs(SHARES - 0.5)))


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """An experiment with the same effect on all, and one whose effect rises."""
    alike = _ranked(rng, rng.normal(size=(CUSTOMERS, KNOWN)), np.full(CUSTOMERS, EFFECT))
    place = rng.uniform(size=(CUSTOMERS, 1))
    rising = _ranked(rng, place, SLOPE * place[:, 0])
    return {
        "false_positive": alike.p_value < 0.05,
        "area_of_nothing": holds(*alike.qini[3:], 0.0),
        "effect": holds(*alike.effect[3:], EFFECT),
        "area": holds(*rising.qini[3:], AREA),
        "first_fifth": holds(*rising.first_fifth[3:], FIRST_FIFTH),
        "better_half": holds(rising.curve.low[_HALF], rising.curve.high[_HALF], HALF),
    }


def _ranked(rng: np.random.Generator, known: np.ndarray, effect: np.ndarray) -> Uplift:
    treated = rng.random(CUSTOMERS) < TREATED
    outcome = known[:, 0] + effect * treated + NOISE * rng.normal(size=CUSTOMERS)
    found = uplift_ranking(known, outcome, treated, TREATED, rng=rng)
    assert isinstance(found, Uplift)
    return found


COVERED = ("area_of_nothing", "effect", "area", "first_fifth", "better_half")
STUDY = EvidenceStudy(
    name="uplift",
    seed=20261103,
    datasets=2000,
    truth={
        "customers": CUSTOMERS,
        "known": KNOWN,
        "effect": EFFECT,
        "slope": SLOPE,
        "area": AREA,
        "first_fifth": FIRST_FIFTH,
        "better_half": HALF,
    },
    nominal=dict.fromkeys(COVERED, 0.95) | {"false_positive": 0.05},
    sources=("arrays", "intervals", "programs:uplift"),
    once=once,
)

"""Points redeemed or expired, whose owners share a fate: do bootstrap intervals hold the truth?"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.fit import Estimate, Missing
from retention_research.models.points import EXPIRED, OPEN, REDEEMED, fates_of_points
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS, LOTS = 150, 4
EXPIRY, HORIZON = 90, 100  # days
DAILY = (1.0, 60.0)  # beta of each customer's daily chance to redeem a lot
WATCHED = (60, 200)  # days, uniform
DRAWS = 300


def never_redeemed(days: int) -> float:
    """The chance that a lot outlasts so many days: the mean of (1 - p)^days over the beta."""
    a, b = DAILY
    return float(np.prod((b + np.arange(days)) / (a + b + np.arange(days))))


REDEEMED_SHARE = 1.0 - never_redeemed(EXPIRY)


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate lots of unequal size that are redeemed, expire, or are still open."""
    owner = np.repeat(np.arange(CUSTOMERS), LOTS)
    chance = rng.beta(*DAILY, CUSTOMERS)[owner]
    redeemed = rng.geometric(chance)
    watched = rng.integers(*WATCHED, owner.size, endpoint=True)
    age = np.minimum(np.minimum(redeemed, EXPIRY), watched)
    fate = np.where(watched < np.minimum(redeemed, EXPIRY), OPEN,
                    np.where(redeemed <= EXPIRY, REDEEMED, EXPIRED))  # fmt: skip
    size = rng.integers(1, 6, owner.size) * 10.0
    found = fates_of_points(owner, age, fate, size, HORIZON, rng, draws=DRAWS)
    return {
        "redeemed": _holds(found.redeemed, REDEEMED_SHARE),
        "expired": _holds(found.expired, 1.0 - REDEEMED_SHARE),
    }


def _holds(found: Estimate | Missing, truth: float) -> bool:
    return isinstance(found, Estimate) and holds(found.conf_low, found.conf_high, truth)


STUDY = EvidenceStudy(
    name="points",
    seed=19781,
    datasets=2000,
    truth={
        "customers": CUSTOMERS, "lots": LOTS, "expiry": EXPIRY, "horizon": HORIZON,
        "daily": DAILY, "watched": WATCHED, "draws": DRAWS, "redeemed": REDEEMED_SHARE,
    },
    nominal={"redeemed": 0.95, "expired": 0.95},
    sources=("arrays", "points"),
    once=once,
)  # fmt: skip

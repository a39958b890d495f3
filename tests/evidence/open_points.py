"""What open points will cost: the interval of the expected cost, the open points as they are.

Customers are of two kinds that redeem at different rates, so that a customer's points share a fate;
what is left of a lot after LIFE days expires. Lots are earned at any time of the days watched.
"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.open_points import cost_of_points
from retention_research.models.points import EXPIRED, OPEN, REDEEMED
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS, WATCHED, LIFE = 300, 180, 60  # days
RATES = (0.005, 0.03)  # chance a day that a lot is redeemed, by kind; half of customers each
LOTS = 4.0  # per customer in the days watched, mean
WORTH = 0.05  # of a point, mean; each customer's redemptions are worth a little more or less
SPREAD = 0.2  # of the log of that
DRAWS = 500


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate lots and reckon."""
    lots = rng.poisson(LOTS, CUSTOMERS)
    owner = np.repeat(np.arange(CUSTOMERS), lots)
    rate = np.repeat(rng.choice(RATES, CUSTOMERS), lots)
    points = rng.integers(10, 100, owner.size).astype(np.float64)
    watched = rng.integers(0, WATCHED, owner.size)
    until = rng.geometric(rate)
    age = np.minimum(np.minimum(until, watched), LIFE)
    end = np.where(watched < np.minimum(until, LIFE), OPEN, REDEEMED)
    end = np.where((watched >= LIFE) & (until >= LIFE), EXPIRED, end)
    worth = WORTH * np.exp(rng.normal(-(SPREAD**2) / 2.0, SPREAD, CUSTOMERS))
    size = np.where(end == REDEEMED, points, 0.0)
    spent = np.bincount(owner, size * worth[owner], CUSTOMERS)
    found = cost_of_points(owner, age, end, points, spent, LIFE, rng, draws=DRAWS)
    stock = np.bincount(age[end == OPEN], points[end == OPEN], LIFE)
    return {
        "expected": holds(*found.expected[3:], WORTH * float(stock @ _later())),
        "at_most": holds(*found.at_most[3:], WORTH * float(stock.sum())),
    }


def _later() -> np.ndarray:
    """Chance that a lot open at an age is redeemed before the day on which it expires."""
    age = np.arange(LIFE)
    left = [(1.0 - rate) ** age for rate in RATES]
    yet = [1.0 - (1.0 - rate) ** (LIFE - 1 - age) for rate in RATES]
    both = sum(share * chance for share, chance in zip(left, yet, strict=True))
    return np.asarray(both / sum(left))


STUDY = EvidenceStudy(
    name="open_points",
    seed=30631,
    datasets=2000,
    truth={
        "customers": CUSTOMERS,
        "days": [WATCHED, LIFE],
        "rates": RATES,
        "lots": LOTS,
        "worth": [WORTH, SPREAD],
        "draws": DRAWS,
    },
    nominal={"expected": 0.95, "at_most": 0.95},
    sources=("arrays", "open_points", "points"),
    once=once,
)

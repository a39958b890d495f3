"""Ratios and shares of tickets clustered by customer: how often do intervals hold the truth?"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.fit import Estimate, Missing
from retention_research.models.ratio import moments, ratio, share
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS = 200
ORDERS = 3.0  # mean of a Poisson, plus one
TICKETS = 0.2  # an order, times a gamma of mean 1 and shape 1 by customer
HAPPY = (2.0, 1.0)  # beta of each customer's share of good ratings


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate customers' orders, tickets and ratings."""
    orders = 1.0 + rng.poisson(ORDERS, CUSTOMERS)
    tickets = rng.poisson(TICKETS * orders * rng.gamma(1.0, 1.0, CUSTOMERS))
    rated = 1 + rng.poisson(1.0, CUSTOMERS)
    good = rng.binomial(rated, rng.beta(*HAPPY, CUSTOMERS))
    return {
        "ratio": _holds(ratio(moments(tickets, orders)), TICKETS),
        "share": _holds(share(moments(good, rated)), HAPPY[0] / sum(HAPPY)),
    }


def _holds(found: Estimate | Missing, truth: float) -> bool:
    return isinstance(found, Estimate) and holds(found.conf_low, found.conf_high, truth)


STUDY = EvidenceStudy(
    name="ratio",
    seed=19771,
    datasets=2000,
    truth={"customers": CUSTOMERS, "orders": ORDERS, "tickets": TICKETS, "happy": HAPPY},
    nominal={"ratio": 0.95, "share": 0.95},
    sources=("arrays", "ratio"),
    once=once,
)

"""Cox where rows of one customer share a fate: do errors by cluster hold?

Hazards of a customer's rows share a positive stable factor, under which they are proportional
in each row and, with effects multiplied by its index, in all rows together (Hougaard, 1986).
"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.cox import (
    CoxFit,
    CoxRows,
    PhTest,
    SurvivalPrediction,
    fit_cox,
    predict_survival,
    proportional_hazards,
)
from tests.evidence.cox import SOURCES
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS = 400
ROWS = (1, 4)  # of a customer, uniform
INDEX = 0.6  # of the stable factor
NAMES = ("of_customer", "of_row", "nothing")
EFFECTS = (0.5, -0.5, 0.0)  # within a customer; a normal by customer, by row, and by customer
SHAPE, SCALE = 1.4, 60.0  # Weibull within a customer, in days
WATCHED = (60.0, 240.0)  # uniform end of watching, in days
MARGINAL = tuple(INDEX * effect for effect in EFFECTS)
TYPICAL, DAY = (0.0, 0.0, 0.0), 60.0
SURVIVING = float(np.exp(-((DAY / SCALE) ** (SHAPE * INDEX))))
LEVEL = 0.05


def stable(rng: np.random.Generator, size: int) -> np.ndarray:
    """Positive stable numbers, E exp(-s Z) = exp(-s^index) (Kanter, 1975)."""
    angle, wait = rng.uniform(0.0, np.pi, size), rng.exponential(size=size)
    bent = np.sin(INDEX * angle) / np.sin(angle) ** (1.0 / INDEX)
    return np.asarray(bent * (np.sin((1.0 - INDEX) * angle) / wait) ** ((1.0 - INDEX) / INDEX))


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate customers with several rows each, fit, test and predict."""
    owner = np.repeat(np.arange(CUSTOMERS), rng.integers(*ROWS, CUSTOMERS, endpoint=True))
    own, nothing = rng.normal(size=(2, CUSTOMERS))
    x = np.column_stack([own[owner], rng.normal(size=owner.size), nothing[owner]])
    rate = stable(rng, CUSTOMERS)[owner] * np.exp(x @ EFFECTS)
    event = np.ceil(SCALE * (rng.exponential(size=owner.size) / rate) ** (1.0 / SHAPE))
    watched = np.floor(rng.uniform(*WATCHED, owner.size)) + 1.0
    seen = np.minimum(event, watched), event <= watched
    rows = CoxRows.of(*seen, x, names=NAMES, cluster=owner)
    fit = fit_cox(rows)
    if not isinstance(fit, CoxFit):
        return {"boundary": True}
    customer, row, null = fit.estimates
    drifts = proportional_hazards(fit, rows)
    found = {test.term: test.p_value < LEVEL for test in drifts if isinstance(test, PhTest)}
    return {
        "boundary": fit.verdict.status != "converged",
        "of_customer": holds(customer.conf_low, customer.conf_high, MARGINAL[0]),
        "of_row": holds(row.conf_low, row.conf_high, MARGINAL[1]),
        "wald_false_positive": not holds(null.conf_low, null.conf_high, 0.0),
        "drift_false_positive": found["of_customer"],
        "any_drift_false_positive": found["GLOBAL"],
        "survival": _within(predict_survival(fit, rows, [TYPICAL], [DAY])),
    }


def _within(told: object) -> bool:
    if not isinstance(told, SurvivalPrediction):
        return False
    return holds(float(told.conf_low[0, 0]), float(told.conf_high[0, 0]), SURVIVING)


STUDY = EvidenceStudy(
    name="cox_clustered",
    seed=19921,
    datasets=2000,
    truth={
        "customers": CUSTOMERS, "rows": ROWS, "index": INDEX, "watched": WATCHED,
        "marginal": dict(zip(NAMES, MARGINAL, strict=True)), "weibull": [SHAPE, SCALE],
        "surviving": {f"{DAY:g}": SURVIVING},
    },
    nominal={
        **dict.fromkeys(("of_customer", "of_row", "survival"), 0.95),
        **dict.fromkeys(("wald_false_positive", "drift_false_positive"), LEVEL),
        "any_drift_false_positive": LEVEL,
    },
    sources=SOURCES,
    once=once,
)  # fmt: skip

"""Competing ends under random censoring: do intervals of their shares hold the truth?"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.fit import Estimate, Missing
from retention_research.models.incidence import IncidenceFit, fit_incidence
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS = 300
RATES = (0.001, 0.003)  # a day, of each end
WATCHED = (100.0, 600.0)  # uniform end of watching, in days
LATE = 100.0  # half enter, if they are still there, uniformly until this day
TIME = 240.0
TRUTH = tuple(rate / sum(RATES) * (1.0 - float(np.exp(-sum(RATES) * TIME))) for rate in RATES)


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate times to two ends, of which the first is seen, and fit."""
    ends = rng.exponential(1.0, (CUSTOMERS, 2)) / RATES
    watched = rng.uniform(*WATCHED, CUSTOMERS)
    first = ends.min(axis=1)
    time, cause = np.minimum(first, watched), (ends.argmin(axis=1) + 1) * (first <= watched)
    entry = np.where(np.arange(CUSTOMERS) % 2, rng.uniform(0.0, LATE, CUSTOMERS), 0.0)
    seen = first > entry
    late = fit_incidence(time[seen], cause[seen], entry=entry[seen])
    return _hits("", fit_incidence(time, cause)) | _hits("late_", late)


def _hits(prefix: str, fit: IncidenceFit | Missing) -> dict[str, bool]:
    if isinstance(fit, Missing):
        return {}
    found = {"rare": fit.incidence_at(1, TIME), "common": fit.incidence_at(2, TIME)}
    pairs = zip(found.items(), TRUTH, strict=True)
    return {f"{prefix}{name}": _holds(told, truth) for (name, told), truth in pairs}


def _holds(told: Estimate | Missing, truth: float) -> bool:
    return isinstance(told, Estimate) and holds(told.conf_low, told.conf_high, truth)


STUDY = EvidenceStudy(
    name="incidence",
    seed=19781,
    datasets=2000,
    truth={
        "customers": CUSTOMERS, "rates": RATES, "watched": WATCHED, "late": LATE, "time": TIME,
        "rare": TRUTH[0], "common": TRUTH[1],
    },
    nominal=dict.fromkeys(("rare", "common", "late_rare", "late_common"), 0.95),
    sources=(
        "aalen_johansen",
        "arrays",
        "incidence",
        "intervals",
        "kaplan_meier",
        "product_limit",
        "survival_counts",
        "survival_influence",
        "survival_intervals",
    ),
    once=once,
)  # fmt: skip

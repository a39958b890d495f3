"""Log-rank and its relatives between groups that do not differ: how often is it called one?"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.fit import Missing
from retention_research.models.log_rank import LogRank, log_rank
from tests.evidence.study import EvidenceStudy

CUSTOMERS = 400
SHAPE, SCALE = 0.8, 200.0  # Weibull, in days
WATCHED = (100.0, 600.0)  # uniform end of watching, in days
LATE = 100.0  # half enter, if they are still there, uniformly until this day
# strata differ in pace and in their share of the first group: without them, groups would differ
STRATA_SCALES, STRATA_SHARES = (60.0, 200.0, 500.0), (0.7, 0.5, 0.3)
LEVEL = 0.05
KINDS = ("gehan", "tarone-ware", "fleming-harrington")


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate one population, deal it into two groups, and test."""
    event = SCALE * rng.weibull(SHAPE, CUSTOMERS)
    watched = rng.uniform(*WATCHED, CUSTOMERS)
    rows = np.minimum(event, watched), event <= watched, np.arange(CUSTOMERS) % 2
    kinds = {kind: _finds(log_rank(*rows, kind=kind, rho=1.0)) for kind in KINDS}
    return {"false_positive": _finds(log_rank(*rows)), **kinds, **_in_strata(rng)}


def _in_strata(rng: np.random.Generator) -> dict[str, bool]:
    stratum = rng.integers(0, len(STRATA_SCALES), CUSTOMERS)
    event = np.array(STRATA_SCALES)[stratum] * rng.weibull(SHAPE, CUSTOMERS)
    watched = rng.uniform(*WATCHED, CUSTOMERS)
    group = rng.random(CUSTOMERS) < np.array(STRATA_SHARES)[stratum]
    entry = np.where(np.arange(CUSTOMERS) % 2, rng.uniform(0.0, LATE, CUSTOMERS), 0.0)
    rows, seen = (np.minimum(event, watched), event <= watched, group), event > entry
    late = log_rank(*(c[seen] for c in rows), strata=stratum[seen], entry=entry[seen])
    return {
        "stratified": _finds(log_rank(*rows, strata=stratum)),
        "stratified_late_entry": _finds(late),
    }


def _finds(test: LogRank | Missing) -> bool:
    return isinstance(test, LogRank) and test.p_value < LEVEL


STUDY = EvidenceStudy(
    name="log_rank",
    seed=19661,
    datasets=2000,
    truth={
        "customers": CUSTOMERS, "weibull": [SHAPE, SCALE], "watched": WATCHED, "level": LEVEL,
        "strata_scales": STRATA_SCALES, "strata_shares": STRATA_SHARES, "late": LATE,
    },
    nominal=dict.fromkeys(
        ("false_positive", *KINDS, "stratified", "stratified_late_entry"), LEVEL
    ),
    sources=("arrays", "labels", "log_rank", "survival_counts"),
    once=once,
)  # fmt: skip

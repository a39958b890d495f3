"""BG/NBD with a covariate that matters and one that does not: intervals, and false alarms."""

from collections.abc import Mapping

import numpy as np

from retention_research.models.bg_nbd_covariates import fit_bg_nbd_covariates
from retention_research.models.bg_nbd_covariates_likelihood import own_values
from retention_research.models.bg_nbd_likelihood import BgNbdParameters
from retention_research.models.bg_nbd_simulation import simulate_bg_nbd
from tests.evidence.study import EvidenceStudy, holds

REFERENCE = BgNbdParameters(0.8, 6.0, 0.9, 2.5)  # neither covariate; weeks
EFFECTS = {
    "purchase.member": 0.4,
    "purchase.idle": 0.0,
    "dropout.member": -0.6,
    "dropout.idle": 0.0,
}
MEMBERS, IDLE = 0.3, 0.5  # shares of customers
CUSTOMERS = 2000
WINDOWS = (210, 280)  # days; purchase times are not merged by day
LEVEL = 0.05


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate customers of four kinds, fit, and test each coefficient."""
    covariates = rng.random((CUSTOMERS, 2)) < (MEMBERS, IDLE)
    T = rng.integers(WINDOWS[0], WINDOWS[1], CUSTOMERS, endpoint=True) / 7.0
    frequency, recency = np.empty((2, CUSTOMERS))
    for kind in np.unique(covariates, axis=0):
        of_kind = (covariates == kind).all(axis=1)
        people = simulate_bg_nbd(_parameters(kind), T[of_kind], rng)
        frequency[of_kind], recency[of_kind] = people.frequency, people.recency
    names = ("member", "idle")
    fit = fit_bg_nbd_covariates(frequency, recency, T, covariates, names=names, profiles=False)
    if fit.verdict.status != "converged":
        return {"boundary": True}
    found = {row.term: row for row in fit.estimates}
    alarms = {f"{test.term}.alarm": test.p_value < LEVEL for test in fit.likelihood_ratio}
    return {
        term: holds(found[term].conf_low, found[term].conf_high, truth)
        for term, truth in EFFECTS.items()
    } | {name: told for name, told in alarms.items() if name.endswith("idle.alarm")}


def _parameters(kind: np.ndarray) -> BgNbdParameters:
    place = np.concatenate([np.log(REFERENCE), list(EFFECTS.values())])
    alpha, a, b = (float(value[0]) for value in own_values(kind[None, :].astype(float), place))
    return BgNbdParameters(REFERENCE.r, alpha, a, b)


STUDY = EvidenceStudy(
    name="bg_nbd_covariates",
    seed=20071,
    datasets=2000,
    truth={
        **REFERENCE._asdict(),
        **EFFECTS,
        "customers": CUSTOMERS,
        "members": MEMBERS,
        "idle": IDLE,
        "days": WINDOWS,
    },
    nominal={
        **dict.fromkeys(EFFECTS, 0.95),
        **dict.fromkeys(("purchase.idle.alarm", "dropout.idle.alarm"), LEVEL),
    },
    sources=(
        "arrays",
        "bg_nbd",
        "bg_nbd_covariates",
        "bg_nbd_covariates_likelihood",
        "bg_nbd_likelihood",
        "bg_nbd_simulation",
        "covariates",
        "estimates",
        "histories",
        "intervals",
        "likelihood_ratio",
        "maximise",
    ),
    once=once,
)

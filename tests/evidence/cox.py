"""Cox on whole days with ties, late entry and censoring: do its intervals and tests hold?"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.cox import (
    CoxFit,
    CoxRows,
    PhTest,
    SurvivalPrediction,
    average_survival,
    concordance,
    fit_cox,
    predict_survival,
    proportional_hazards,
)
from retention_research.models.fit import Estimate
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS = 400
NAMES = ("spend", "member", "nothing")
EFFECTS = (0.4, -0.6, 0.0)  # log hazard ratios of a normal, a yes-no of 40%, and a normal
SHAPE, SCALE = 0.9, 120.0  # Weibull, in days
WATCHED = (60.0, 240.0)  # uniform end of watching, in days
LATE, LATEST = 0.5, 60.0  # the share that is first watched late, and by when, in days
CUSTOMER = (0.5, 1.0, 0.0)  # whose survival is predicted
DAYS = (30.0, 120.0)
LEVEL = 0.05
# of the true linear predictor, over 10 populations of 200,000 such customers (seed 19720)
CONCORDANCE = 0.6319696


def customers(rng: np.random.Generator, size: int) -> CoxRows:
    """Those whose event comes after they began to be watched, in whole days."""
    people = 3 * size
    x = np.column_stack(
        [rng.normal(size=people), rng.random(people) < 0.4, rng.normal(size=people)]
    )
    event = SCALE * (rng.exponential(size=people) / np.exp(x @ EFFECTS)) ** (1.0 / SHAPE)
    entry = np.floor(rng.uniform(0.0, LATEST, people)) * (rng.random(people) < LATE)
    watched = np.floor(rng.uniform(*WATCHED, people)) + 1.0
    kept = np.flatnonzero(event > entry)[:size]
    event, watched = np.ceil(event[kept]), watched[kept]
    return CoxRows.of(
        np.minimum(event, watched), event <= watched, x[kept], names=NAMES, entry=entry[kept]
    )


def surviving(t: float, x: tuple[float, ...] = CUSTOMER) -> float:
    """The true share of such customers without event by the end of day t."""
    return float(np.exp(-((t / SCALE) ** SHAPE) * np.exp(np.dot(x, EFFECTS))))


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate one population, fit, test and predict."""
    rows = customers(rng, CUSTOMERS)
    fit = fit_cox(rows)
    if not isinstance(fit, CoxFit):
        return {"boundary": True}
    spend, member, nothing = fit.estimates
    return {
        "boundary": fit.verdict.status != "converged",
        "spend": holds(spend.conf_low, spend.conf_high, EFFECTS[0]),
        "member": holds(member.conf_low, member.conf_high, EFFECTS[1]),
        "wald_false_positive": not holds(nothing.conf_low, nothing.conf_high, 0.0),
        "concordance": _holds(concordance(fit, rows), CONCORDANCE),
        **_drifts(fit, rows),
        **_survival(fit, rows),
    }


def _drifts(fit: CoxFit, rows: CoxRows) -> dict[str, bool]:
    tests = proportional_hazards(fit, rows)
    found = {test.term: test.p_value < LEVEL for test in tests if isinstance(test, PhTest)}
    return {"drift_false_positive": found["spend"], "any_drift_false_positive": found["GLOBAL"]}


def _survival(fit: CoxFit, rows: CoxRows) -> dict[str, bool]:
    """One customer's curve, and the mean of two customers'."""
    told = {}
    pair = [CUSTOMER, (0.0, 0.0, 0.0)]
    alone, mean = (
        predict_survival(fit, rows, pair[:1], DAYS),
        average_survival(fit, rows, pair, DAYS),
    )
    for place, day in enumerate(DAYS):
        told[f"survival_{day:g}"] = _within(alone, place, surviving(day))
        both = (surviving(day) + surviving(day, pair[1])) / 2.0
        told[f"mean_survival_{day:g}"] = _within(mean, place, both)
    return told


def _within(told: object, place: int, truth: float) -> bool:
    if not isinstance(told, SurvivalPrediction):
        return False
    return holds(float(told.conf_low[0, place]), float(told.conf_high[0, place]), truth)


def _holds(found: object, truth: float) -> bool:
    return isinstance(found, Estimate) and holds(found.conf_low, found.conf_high, truth)


SOURCES = (
    "arrays",
    *(
        f"cox/{name}"
        for name in (
            "baseline", "concordance", "dominance", "influence", "newton", "prediction",
            "proportional_hazards", "regression", "risk_sums", "rows", "ties",
        )
    ),
    "intervals",
    "labels",
)  # fmt: skip

STUDY = EvidenceStudy(
    name="cox",
    seed=19721,
    datasets=2000,
    truth={
        "customers": CUSTOMERS, "effects": dict(zip(NAMES, EFFECTS, strict=True)),
        "weibull": [SHAPE, SCALE], "watched": WATCHED, "late": [LATE, LATEST],
        "concordance": CONCORDANCE, "customer": CUSTOMER, "days": DAYS,
    },
    nominal={
        **dict.fromkeys(("spend", "member", "concordance"), 0.95),
        **dict.fromkeys(("survival_30", "survival_120"), 0.95),
        **dict.fromkeys(("mean_survival_30", "mean_survival_120"), 0.95),
        **dict.fromkeys(("wald_false_positive",), LEVEL),
        **dict.fromkeys(("drift_false_positive", "any_drift_false_positive"), LEVEL),
    },
    sources=SOURCES,
    once=once,
)  # fmt: skip

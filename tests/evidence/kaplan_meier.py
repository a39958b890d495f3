"""Kaplan-Meier under random censoring: shares, quantiles, restricted means, and whole curves."""

from collections.abc import Mapping

import numpy as np
from scipy.special import gamma, gammainc

from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import KaplanMeierFit, fit_kaplan_meier
from retention_research.models.restricted_mean import restricted_mean_difference
from retention_research.models.survival_bands import SurvivalBand, survival_band
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS = 300
SHAPE, SCALE, OTHER_SCALE = 0.8, 200.0, 150.0  # Weibull, in days; of another group
WATCHED = (100.0, 600.0)  # uniform end of watching, in days
TIME, TAU = 180.0, 365.0
LATE = 100.0  # half enter, if they are still there, uniformly until this day
# a population of two kinds, of which known shares are taken and weighted by one over the share
POPULATION, SCALES, TAKEN = 600, (80.0, 300.0), (0.8, 0.4)


def survives(t: float, scale: float = SCALE) -> float:
    """The share without event at t."""
    return float(np.exp(-((t / scale) ** SHAPE)))


def mean(scale: float) -> float:
    """The integral of exp(-(t / scale)^shape) over (0, tau)."""
    whole = scale / SHAPE * gamma(1.0 / SHAPE)
    return float(whole * gammainc(1.0 / SHAPE, (TAU / scale) ** SHAPE))


TRUTH = {
    "survival": survives(TIME),
    "median": float(SCALE * np.log(2.0) ** (1.0 / SHAPE)),
    "restricted_mean": mean(SCALE),
    "quartile": float(SCALE * np.log(4.0 / 3.0) ** (1.0 / SHAPE)),
    "difference": mean(SCALE) - mean(OTHER_SCALE),
    "late_entry": survives(TIME),
    "weighted_survival": float(np.mean([survives(TIME, scale) for scale in SCALES])),
    "weighted_mean": float(np.mean([mean(scale) for scale in SCALES])),
}
BANDS = ("hall-wellner", "equal-precision")


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate times to an event, some cut short, and fit."""
    fit, other = _group(rng, SCALE), _group(rng, OTHER_SCALE)
    weighted = _taken(rng)
    found = {
        "survival": fit.survival_at(TIME),
        "median": fit.median(),
        "restricted_mean": fit.restricted_mean(TAU),
        "quartile": fit.quantile(0.25),
        "difference": restricted_mean_difference(fit, other, TAU),
        "late_entry": _late(rng).survival_at(TIME),
        "weighted_survival": weighted.survival_at(TIME),
        "weighted_mean": weighted.restricted_mean(TAU),
    }
    hits = {name: _holds(told, TRUTH[name]) for name, told in found.items()}
    return hits | {kind: _holds_all(survival_band(fit, kind)) for kind in BANDS}


def _group(rng: np.random.Generator, scale: float) -> KaplanMeierFit:
    event = scale * rng.weibull(SHAPE, CUSTOMERS)
    watched = rng.uniform(*WATCHED, CUSTOMERS)
    return fit_kaplan_meier(np.minimum(event, watched), event <= watched)


def _late(rng: np.random.Generator) -> KaplanMeierFit:
    event = SCALE * rng.weibull(SHAPE, CUSTOMERS)
    watched = rng.uniform(*WATCHED, CUSTOMERS)
    entry = np.where(np.arange(CUSTOMERS) % 2, rng.uniform(0.0, LATE, CUSTOMERS), 0.0)
    seen = event > entry
    rows = np.minimum(event, watched)[seen], (event <= watched)[seen]
    return fit_kaplan_meier(*rows, entry=entry[seen])


def _taken(rng: np.random.Generator) -> KaplanMeierFit:
    kind = rng.integers(0, 2, POPULATION)
    event = np.array(SCALES)[kind] * rng.weibull(SHAPE, POPULATION)
    watched = rng.uniform(*WATCHED, POPULATION)
    share = np.array(TAKEN)[kind]
    taken = rng.random(POPULATION) < share
    rows = np.minimum(event, watched)[taken], (event <= watched)[taken]
    return fit_kaplan_meier(*rows, weights=1.0 / share[taken])


def _holds(told: Estimate | Missing, truth: float) -> bool:
    return isinstance(told, Estimate) and holds(told.conf_low, told.conf_high, truth)


def _holds_all(band: SurvivalBand | Missing) -> bool:
    """Whether a band holds the true curve at all its times, and until just before the next."""
    if isinstance(band, Missing):
        return False
    true = np.exp(-((np.array(band.time) / SCALE) ** SHAPE))
    low, high = np.array(band.low), np.array(band.high)
    at = (low <= true) & (true <= high)
    until = (low[:-1] <= true[1:]) & (true[1:] <= high[:-1])
    return bool(at.all() and until.all())


STUDY = EvidenceStudy(
    name="kaplan_meier",
    seed=19581,
    datasets=2000,
    truth={
        "customers": CUSTOMERS, "weibull": [SHAPE, SCALE], "other_scale": OTHER_SCALE,
        "watched": WATCHED, "late": LATE, "population": POPULATION, "scales": SCALES,
        "taken": TAKEN, **TRUTH,
    },
    nominal=dict.fromkeys((*TRUTH, *BANDS), 0.95),
    sources=(
        "arrays",
        "intervals",
        "kaplan_meier",
        "product_limit",
        "restricted_mean",
        "survival_bands",
        "survival_counts",
        "survival_influence",
        "survival_intervals",
    ),
    once=once,
)  # fmt: skip

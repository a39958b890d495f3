"""Revenue adjusted by behaviour before, in strata of unequal shares: intervals over draws.

What a program brought is told by draws of customers whose revenue was adjusted once; they are held
to the truth here, and to finding nothing where there is nothing. So are draws in many small strata
and of few groups of customers, where a program that brings just what it costs must seem sure to
pay in one company of ten, and sure not to in another.
"""

from collections.abc import Mapping
from math import exp

import numpy as np

from retention_research.models.arrays import Floats, Integers
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.adjusted_outcome import adjusted_outcome
from retention_research.programs.experiment import (
    Sample,
    arm_means,
    bootstrap_interval,
    bootstrap_means,
)
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS, DRAWS = 1500, 1000
SHARES = (0.3, 0.6)  # treated, by stratum, exactly
MIDDLE = (6.0, 12.0)  # median amount of buyers by stratum
SPREAD, LASTING = 1.0, 0.6  # of the logarithm of an amount, and how much of it was there before
BUY = 0.5  # share who buy anything, after and before alike
RAISED = 1.15  # amounts with the program over those without
SMALL = {"strata_of_2_and_2": (50, 2), "strata_of_3_and_3": (30, 3)}  # strata, customers of an arm
GROUPS = {  # strata, groups of an arm in each, customers of a group
    "five_groups": (1, 5, 40),
    "eight_groups": (1, 8, 40),
    "strata_of_two_groups": (10, 2, 10),
}
TOGETHER = 0.5  # standard deviation of what a group shares; a customer's own is 1, a stratum's 1
SURE = 0.9  # of the draws

CONTROL = BUY * exp(SPREAD**2 / 2.0) * sum(MIDDLE) / len(MIDDLE)
EFFECT = (RAISED - 1.0) * CONTROL


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate one experiment, with an effect and without."""
    stratum = np.arange(CUSTOMERS) % len(SHARES)
    treated = np.zeros(CUSTOMERS, dtype=np.bool_)
    for level, share in enumerate(SHARES):
        rows = rng.permutation(np.flatnonzero(stratum == level))
        treated[rows[: round(share * rows.size)]] = True
    lasting = LASTING**0.5 * SPREAD * rng.normal(size=CUSTOMERS)
    before, after = (_revenue(rng, stratum, lasting) for _ in range(2))
    sample = Sample(after * np.where(treated, RAISED, 1.0), treated, before, stratum)
    nothing = sample.with_outcome(after)
    return {
        "adjusted_draws": _holds(_interval(sample, rng), EFFECT),
        "false_positive_adjusted_draws": not _holds(_interval(nothing, rng), 0.0),
        **_few(rng),
    }


def _few(rng: np.random.Generator) -> dict[str, bool]:
    """Small strata, then few groups, without an effect."""
    found = {}
    for name, (strata, size) in SMALL.items():
        found |= _told(name, _sample(rng, strata, size), rng)
    for name, (strata, groups, size) in GROUPS.items():
        found |= _told(name, _sample(rng, strata, groups, size), rng)
    return found


def _sample(rng: np.random.Generator, strata: int, units: int, size: int = 0) -> Sample:
    """Strata of as many units in either arm: customers, or groups of customers of a size."""
    stratum = np.repeat(np.arange(strata), 2 * units * max(size, 1))
    unit = np.arange(stratum.size) // max(size, 1)
    shared = TOGETHER * rng.normal(size=2 * strata * units)[unit] if size else 0.0
    outcome = rng.normal(size=stratum.size) + rng.normal(size=strata)[stratum] + shared
    return Sample(outcome, unit % 2 == 0, None, stratum, unit if size else None)


def _told(name: str, sample: Sample, rng: np.random.Generator) -> dict[str, bool]:
    drawn = bootstrap_means(
        sample.outcome, sample.treated, rng=rng, draws=DRAWS, cluster=sample.cluster,
        stratum=sample.stratum,
    )[:, :, 0]  # fmt: skip
    gap = drawn[:, 1] - drawn[:, 0]
    above = float((gap > 0.0).mean())
    return {
        name: _holds(bootstrap_interval(gap, arm_means(sample).difference), 0.0),
        f"sure_to_pay_{name}": above >= SURE,
        f"sure_not_to_pay_{name}": above <= 1.0 - SURE,
    }


def _revenue(rng: np.random.Generator, stratum: Integers, lasting: Floats) -> Floats:
    own = (1.0 - LASTING) ** 0.5 * SPREAD * rng.normal(size=CUSTOMERS)
    amount = np.array(MIDDLE)[stratum] * np.exp(lasting + own)
    return np.asarray(amount * (rng.random(CUSTOMERS) < BUY))


def _interval(sample: Sample, rng: np.random.Generator) -> Estimate | Missing:
    column = adjusted_outcome(sample)
    drawn = bootstrap_means(
        column, sample.treated, rng=rng, draws=DRAWS, stratum=sample.stratum
    )[:, :, 0]  # fmt: skip
    point = arm_means(sample.with_outcome(column), adjust=False).difference
    return bootstrap_interval(drawn[:, 1] - drawn[:, 0], point)


def _holds(found: Estimate | Missing, truth: float) -> bool:
    return isinstance(found, Estimate) and holds(found.conf_low, found.conf_high, truth)


FEW = (*SMALL, *GROUPS)
STUDY = EvidenceStudy(
    name="experiment_draws",
    seed=19791,
    datasets=2000,
    truth={
        "customers": CUSTOMERS,
        "draws": DRAWS,
        "shares": SHARES,
        "middle": MIDDLE,
        "spread": [SPREAD, LASTING],
        "buy": BUY,
        "raised": RAISED,
        "effect": EFFECT,
        "small": SMALL,
        "groups": GROUPS,
        "together": TOGETHER,
        "sure": SURE,
    },
    nominal={"adjusted_draws": 0.95, "false_positive_adjusted_draws": 0.05}
    | dict.fromkeys(FEW, 0.95)
    | {f"sure_{way}pay_{name}": 1.0 - SURE for name in FEW for way in ("to_", "not_to_")},
    sources=(
        "arrays",
        "programs:adjusted_outcome",
        "programs:experiment/arm_means",
        "programs:experiment/bootstrap",
        "programs:experiment/sample",
        "programs:experiment/strata",
    ),
    once=once,
)

"""Revenue adjusted by behaviour before, in strata of unequal shares: intervals over draws.

What a program brought is told by draws of customers whose revenue was adjusted once; they are held
to the truth here, and to finding nothing where there is nothing.
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
    },
    nominal={"adjusted_draws": 0.95, "false_positive_adjusted_draws": 0.05},
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

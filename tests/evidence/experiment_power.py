"""Experiments as large as the plan asks for: how often is the effect found?"""

from collections.abc import Mapping

import numpy as np

from retention_research.programs.experiment import (
    Sample,
    customers_needed,
    difference,
    share_sd,
)
from tests.evidence.study import EvidenceStudy

POWER, SHARE, SMALLEST = 0.8, 0.3, 0.25  # of a standard deviation
EXPLAINED = 0.4  # share of the variance that behaviour before explains
RETAINED = (0.34, 0.26)  # treated and control
MEAN = customers_needed(1.0, SMALLEST, power=POWER, share_treated=SHARE)
ADJUSTED = customers_needed(1.0, SMALLEST, power=POWER, share_treated=SHARE, explained=EXPLAINED)
SHARES = customers_needed(share_sd(0.30), RETAINED[0] - RETAINED[1], power=POWER)


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate three experiments, each as large as planned."""
    return {
        "mean": _found(_means(rng, MEAN)),
        "adjusted": _found(_means(rng, ADJUSTED)),
        "share": _shares(rng),
    }


def _means(rng: np.random.Generator, n: int) -> Sample:
    treated = rng.permutation(n) < round(SHARE * n)
    before = rng.normal(size=n)
    own = EXPLAINED**0.5 * before + (1.0 - EXPLAINED) ** 0.5 * rng.normal(size=n)
    return Sample(own + SMALLEST * treated, treated, before if n == ADJUSTED else None)


def _found(sample: Sample) -> bool:
    p_value = difference(sample).p_value
    return p_value is not None and p_value < 0.05


def _shares(rng: np.random.Generator) -> bool:
    treated = rng.permutation(SHARES) < SHARES // 2
    retained = rng.random(SHARES) < np.where(treated, *RETAINED)
    p_value = difference(Sample(retained, treated), kind="proportion").p_value
    return p_value is not None and p_value < 0.05


STUDY = EvidenceStudy(
    name="experiment_power",
    seed=19881,
    datasets=2000,
    truth={
        "power": POWER,
        "share": SHARE,
        "smallest": SMALLEST,
        "explained": EXPLAINED,
        "retained": RETAINED,
        "customers": [MEAN, ADJUSTED, SHARES],
    },
    nominal=dict.fromkeys(("mean", "adjusted", "share"), POWER),
    sources=(
        "arrays",
        "intervals",
        "lift",
        "programs:experiment/arm_means",
        "programs:experiment/differences",
        "programs:experiment/events",
        "programs:experiment/power",
        "programs:experiment/sample",
        "programs:experiment/strata",
        "proportion",
    ),
    once=once,
)

"""Experiments drawn by shop: customers of one share a fate, and shops are few."""

from collections.abc import Mapping

import numpy as np

from retention_research.models.fit import Estimate
from retention_research.programs.effects import Effect
from retention_research.programs.experiment import Sample, difference
from tests.evidence.study import EvidenceStudy, holds

FEW, MANY = (8, 6), (30, 30)  # control and treated shops
SIZE = (20, 60)  # customers of a shop, uniform
TOGETHER = 0.4  # standard deviation of what the customers of a shop share; their own is 1
SLOPE = 0.8  # of what they did before, which shops share with a standard deviation of .5
BEFORE = 0.5
EFFECT, BASE = 0.3, 2.0


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate few shops and many."""
    few, many = _sample(rng, FEW), _sample(rng, MANY)
    found, adjusted = difference(few, adjust=False), difference(many)
    return {
        "few_shops": _holds(found, EFFECT),
        "many_shops_adjusted": _holds(adjusted, EFFECT),
        "lift_many_shops": _held(adjusted, EFFECT / BASE),
        "false_positive_few_shops": _rejects(_untreated(few)),
        "false_positive_many_shops": _rejects(_untreated(many)),
    }


def _sample(rng: np.random.Generator, shops: tuple[int, int]) -> Sample:
    count = sum(shops)
    treated = rng.permutation(count) < shops[1]
    shop = np.repeat(np.arange(count), rng.integers(SIZE[0], SIZE[1] + 1, count))
    before = rng.normal(0.0, BEFORE, count)[shop] + rng.normal(size=shop.size)
    own = rng.normal(size=shop.size) + rng.normal(0.0, TOGETHER, count)[shop]
    outcome = BASE + EFFECT * treated[shop] + SLOPE * before + own
    return Sample(outcome, treated[shop], before, cluster=shop)


def _untreated(sample: Sample) -> Effect:
    return difference(sample.with_outcome(sample.outcome - EFFECT * sample.treated))


def _holds(found: Effect, truth: float) -> bool:
    row = found.difference
    return isinstance(row, Estimate) and holds(row.conf_low, row.conf_high, truth)


def _held(found: Effect, truth: float) -> bool:
    row = found.lift
    return isinstance(row, Estimate) and holds(row.conf_low, row.conf_high, truth)


def _rejects(found: Effect) -> bool:
    return found.p_value is not None and found.p_value < 0.05


COVERED = ("few_shops", "many_shops_adjusted", "lift_many_shops")
STUDY = EvidenceStudy(
    name="experiment_clusters",
    seed=20021,
    datasets=2000,
    truth={
        "shops": [FEW, MANY],
        "size": SIZE,
        "together": TOGETHER,
        "slope": SLOPE,
        "before": BEFORE,
        "effect": EFFECT,
        "base": BASE,
    },
    nominal=dict.fromkeys(COVERED, 0.95)
    | dict.fromkeys(("false_positive_few_shops", "false_positive_many_shops"), 0.05),
    sources=(
        "arrays",
        "labels",
        "programs:experiment/arm_means",
        "programs:experiment/differences",
        "programs:experiment/events",
        "programs:experiment/sample",
        "programs:experiment/strata",
    ),
    once=once,
)

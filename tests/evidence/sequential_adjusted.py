"""Ten looks at estimates that are means in the limit: adjusted, shares, lifts, of skewed data.

Three in four customers have the program. Purchases are Poisson with gamma rates; spend per
purchase is lognormal; what was bought before goes with what is bought after.
"""

from collections.abc import Mapping
from math import exp, expm1, log

import numpy as np

from retention_research.models.fit import Estimate
from retention_research.programs.effects import Effect
from retention_research.programs.experiment import Sample, difference
from retention_research.programs.sequential import confidence_sequence
from tests.evidence.study import EvidenceStudy

LOOKS, TREATED, CONTROL = 10, 1500, 500  # customers of each arm that a look adds
SHAPE, MEAN, LIFT = 0.8, 0.4, 0.10
LOG_SPEND, SPREAD = 3.5, 0.5
SPEND = exp(LOG_SPEND + SPREAD**2 / 2.0)
ALPHA = 0.05


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Two experiments, without an effect and with one, each looked at ten times."""
    nothing, something = _experiment(rng, 0.0), _experiment(rng, LIFT)
    share = [_look(nothing, "retained", n) for n in range(1, LOOKS + 1)]
    revenue = [_look(nothing, "revenue", n) for n in range(1, LOOKS + 1)]
    found = [_look(something, "revenue", n) for n in range(1, LOOKS + 1)]
    return {
        "false_positive_share": any(_away(one) for one in share),
        "false_positive_revenue": any(_away(one) for one in revenue),
        "coverage_revenue": all(_holds(one, LIFT * MEAN * SPEND) for one in found),
        "coverage_lift": all(_lift_holds(one) for one in found),
    }


def _experiment(rng: np.random.Generator, lift: float) -> dict[str, np.ndarray]:
    """Customers in the order in which they come, the arms in turn."""
    n = LOOKS * (TREATED + CONTROL)
    treated = np.arange(n) % 4 != 0
    rates = rng.gamma(SHAPE, 1.0 / SHAPE, n)
    before, after = (rng.poisson(MEAN * rates * factor) for factor in (1.0, 1.0 + lift * treated))
    spend = [_spend(rng, counts) for counts in (before, after)]
    return {
        "treated": treated,
        "before": np.column_stack([before, spend[0]]),
        "retained": (after > 0).astype(float),
        "revenue": spend[1],
    }


def _spend(rng: np.random.Generator, counts: np.ndarray) -> np.ndarray:
    owner = np.repeat(np.arange(counts.size), counts)
    amounts = rng.lognormal(LOG_SPEND, SPREAD, owner.size)
    return np.bincount(owner, amounts, counts.size)


def _look(data: dict[str, np.ndarray], outcome: str, look: int) -> Effect:
    n = look * (TREATED + CONTROL)
    sample = Sample(data[outcome][:n], data["treated"][:n], before=data["before"][:n])
    kind = "proportion" if outcome == "retained" else "mean"
    return difference(sample, outcome=outcome, kind=kind)


def _away(effect: Effect) -> bool:
    return not _holds(effect, 0.0)


def _holds(effect: Effect, truth: float) -> bool:
    gap = effect.difference
    assert isinstance(gap, Estimate)
    assert gap.std_error is not None
    found = confidence_sequence(gap.estimate, gap.std_error, effect.n_treated, effect.n_control)
    return found.low <= truth <= found.high


def _lift_holds(effect: Effect) -> bool:
    """As pages tell it: symmetric in log(1 + lift)."""
    lift = effect.lift
    assert isinstance(lift, Estimate)
    assert lift.std_error is not None
    ratio = 1.0 + lift.estimate
    found = confidence_sequence(
        log(ratio), lift.std_error / ratio, effect.n_treated, effect.n_control
    )
    return expm1(found.low) <= LIFT <= expm1(found.high)


STUDY = EvidenceStudy(
    name="sequential_adjusted",
    seed=20261105,
    datasets=500,
    truth={
        "looks": LOOKS,
        "per_look": [TREATED, CONTROL],
        "shape": SHAPE,
        "mean": MEAN,
        "lift": LIFT,
        "spend": [LOG_SPEND, SPREAD],
    },
    nominal={
        "false_positive_share": ALPHA,
        "false_positive_revenue": ALPHA,
        "coverage_revenue": 1.0 - ALPHA,
        "coverage_lift": 1.0 - ALPHA,
    },
    sources=("programs:sequential", "programs/experiment:differences"),
    once=once,
    at_most=("false_positive_share", "false_positive_revenue"),
    at_least=("coverage_revenue", "coverage_lift"),
)

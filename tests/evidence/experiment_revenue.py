"""Revenue of which most customers have none and a few have much: bootstrap and cut amounts."""

from collections.abc import Mapping
from math import exp, log

import numpy as np
from scipy.special import ndtr

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.experiment import (
    Sample,
    bootstrap_difference,
    difference,
    winsorised_difference,
)
from tests.evidence.study import EvidenceStudy, holds

CONTROL, TREATED, DRAWS = 1200, 800, 1000
SPREAD = 1.0  # of the logarithm of an amount: a skewness of 6 among buyers
BUY = (0.40, 0.42)  # shares of control and treated who buy anything
MIDDLE = (10.0, 11.0)  # median amount of buyers
THRESHOLD = 60.0


def _mean(arm: int) -> float:
    return BUY[arm] * MIDDLE[arm] * exp(SPREAD**2 / 2.0)


def _cut(arm: int) -> float:
    """The mean of a lognormal amount that counts THRESHOLD at most."""
    at = log(THRESHOLD / MIDDLE[arm]) / SPREAD
    below = MIDDLE[arm] * exp(SPREAD**2 / 2.0) * ndtr(at - SPREAD)
    return BUY[arm] * float(below + THRESHOLD * ndtr(-at))


EFFECT, LIFT, CUT = _mean(1) - _mean(0), _mean(1) / _mean(0) - 1.0, _cut(1) - _cut(0)


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate revenue of both arms, and of two arms without an effect."""
    treated = np.repeat([False, True], [CONTROL, TREATED])
    luck, amount = rng.random(treated.size), rng.lognormal(0.0, SPREAD, treated.size)
    arm = treated.astype(np.intp)
    sample = Sample(np.array(MIDDLE)[arm] * amount * (luck < np.array(BUY)[arm]), treated)
    nothing = sample.with_outcome(MIDDLE[0] * amount * (luck < BUY[0]))
    found = bootstrap_difference(sample, rng=rng, draws=DRAWS)
    null = bootstrap_difference(nothing, rng=rng, draws=DRAWS)
    return {
        "bootstrap": _holds(found.difference, EFFECT),
        "bootstrap_lift": _holds(found.lift, LIFT),
        "welch": _holds(difference(sample).difference, EFFECT),
        "winsorised": _holds(winsorised_difference(sample, THRESHOLD).difference, CUT),
        "false_positive_bootstrap": not _holds(null.difference, 0.0),
        "false_positive_welch": null.p_value is not None and null.p_value < 0.05,
    }


def _holds(found: Estimate | Missing, truth: float) -> bool:
    return isinstance(found, Estimate) and holds(found.conf_low, found.conf_high, truth)


COVERED = ("bootstrap", "bootstrap_lift", "welch", "winsorised")
STUDY = EvidenceStudy(
    name="experiment_revenue",
    seed=19931,
    datasets=2000,
    truth={
        "customers": [CONTROL, TREATED],
        "draws": DRAWS,
        "spread": SPREAD,
        "buy": BUY,
        "middle": MIDDLE,
        "threshold": THRESHOLD,
        "effect": EFFECT,
        "lift": LIFT,
        "cut": CUT,
    },
    nominal=dict.fromkeys(COVERED, 0.95)
    | dict.fromkeys(("false_positive_bootstrap", "false_positive_welch"), 0.05),
    sources=(
        "arrays",
        "programs:experiment/arm_means",
        "programs:experiment/bootstrap",
        "programs:experiment/differences",
        "programs:experiment/events",
        "programs:experiment/sample",
        "programs:experiment/strata",
        "programs:experiment/winsorised",
    ),
    once=once,
)

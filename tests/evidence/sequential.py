"""Ten looks at an experiment: a confidence sequence, and what a p value for one look would do.

Purchases of a customer are Poisson with gamma rates. A false positive is a rejection at any of the
ten looks, a coverage the truth inside at all ten. Ten evenly spaced looks with a p value for one
reject in 19.3% (Armitage, McPherson and Rowe, 1969, J. Royal Statistical Society A 132, table 2).
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from retention_research.programs.sequential import confidence_sequence
from tests.evidence.study import EvidenceStudy

LOOKS, EACH = 10, 500  # customers per arm that each look adds
SHAPE, MEAN, EFFECT = 0.8, 0.4, 0.05
ALPHA = 0.05
ANY_LOOK_FIXED = 0.193

Floats = npt.NDArray[np.float64]


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Two experiments, without an effect and with one, each looked at ten times."""
    nothing, something = _looks(rng, MEAN), _looks(rng, MEAN + EFFECT)
    fixed = [2.0 * ndtr(-abs(gap) / error) < ALPHA for gap, error, _ in nothing]
    rejected = [confidence_sequence(*look[:2], look[2], look[2]).p_value < ALPHA
                for look in nothing]  # fmt: skip
    found = [confidence_sequence(*look[:2], look[2], look[2]) for look in something]
    return {
        "false_positive": any(rejected),
        "coverage": all(one.low <= EFFECT <= one.high for one in found),
        "fixed_last_look": bool(fixed[-1]),
        "fixed_any_look": any(fixed),
    }


def _looks(rng: np.random.Generator, mean: float) -> list[tuple[float, float, int]]:
    """Difference, its standard error and customers per arm at each look."""
    treated, control = _purchases(rng, mean), _purchases(rng, MEAN)
    sizes = [EACH * look for look in range(1, LOOKS + 1)]
    return [
        (
            float(treated[:n].mean() - control[:n].mean()),
            float(np.sqrt((treated[:n].var(ddof=1) + control[:n].var(ddof=1)) / n)),
            n,
        )
        for n in sizes
    ]


def _purchases(rng: np.random.Generator, mean: float) -> Floats:
    rates = rng.gamma(SHAPE, mean / SHAPE, LOOKS * EACH)
    return rng.poisson(rates).astype(np.float64)


STUDY = EvidenceStudy(
    name="sequential",
    seed=20261101,
    datasets=2000,
    truth={
        "looks": LOOKS,
        "per_arm_and_look": EACH,
        "shape": SHAPE,
        "mean": MEAN,
        "effect": EFFECT,
    },
    nominal={
        "false_positive": ALPHA,
        "coverage": 1.0 - ALPHA,
        "fixed_last_look": ALPHA,
        "fixed_any_look": ANY_LOOK_FIXED,
    },
    sources=("programs:sequential",),
    once=once,
    at_most=("false_positive",),
    at_least=("coverage",),
)

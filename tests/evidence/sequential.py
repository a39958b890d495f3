"""Ten looks at an experiment: a confidence sequence, and what a p value for one look would do.

Purchases of a customer are Poisson with gamma rates. A false positive is a rejection at any of the
ten looks, a coverage the truth inside at all ten. Ten evenly spaced looks with a p value for one
reject in 19.3% (Armitage, McPherson and Rowe, 1969, J. Royal Statistical Society A 132, table 2).

Beside it a share of few customers, one in twenty of whom go without: whether a look tells anything
at all is then decided by how many of these did it.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr
from scipy.stats import binom

from retention_research.programs.sequential import FEWEST_EVENTS, Sequence, confidence_sequence
from tests.evidence.study import EvidenceStudy

LOOKS, EACH = 10, 500  # customers per arm that each look adds
SHAPE, MEAN, EFFECT = 0.8, 0.4, 0.05
ALPHA = 0.05
ANY_LOOK_FIXED = 0.193
RARE_EACH = 3800, 200  # customers of each arm that each look adds
RARE, RARE_RAISED = 0.005, 0.0075

Floats = npt.NDArray[np.float64]


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Two experiments, without an effect and with one, each looked at ten times."""
    nothing, something = _looks(rng, MEAN), _looks(rng, MEAN + EFFECT)
    fixed = [2.0 * ndtr(-abs(gap) / error) < ALPHA for gap, error, _ in nothing]
    rejected = [confidence_sequence(*look[:2], look[2], look[2]).p_value < ALPHA
                for look in nothing]  # fmt: skip
    found = [confidence_sequence(*look[:2], look[2], look[2]) for look in something]
    rare, raised = _rare_looks(rng, RARE), _rare_looks(rng, RARE_RAISED)
    return {
        "rare_false_positive": any(one.p_value < ALPHA for one in rare),
        "rare_coverage": all(one.low <= RARE_RAISED - RARE <= one.high for one in raised),
        "rare_told": rare[-1].active,
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


def _rare_looks(rng: np.random.Generator, raised: float) -> list[Sequence]:
    """A share of few customers, ten times looked at."""
    sizes = np.outer(RARE_EACH, np.arange(1, LOOKS + 1))
    rates = np.array([[raised], [RARE]])
    counts = rng.binomial(RARE_EACH, rates.T, (LOOKS, 2)).cumsum(axis=0).T
    share = counts / sizes
    errors = np.sqrt((share * (1.0 - share) / sizes).sum(axis=0))
    return [
        confidence_sequence(float(gap), float(error), int(n[0]), int(n[1]), events=int(have))
        for gap, error, n, have in zip(share[0] - share[1], errors, sizes.T, counts[1], strict=True)
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
        "rare_per_look": list(RARE_EACH),
        "rare": [RARE, RARE_RAISED],
    },
    nominal={
        "false_positive": ALPHA,
        "coverage": 1.0 - ALPHA,
        "fixed_last_look": ALPHA,
        "fixed_any_look": ANY_LOOK_FIXED,
        "rare_false_positive": ALPHA,
        "rare_coverage": 1.0 - ALPHA,
        "rare_told": float(binom.sf(FEWEST_EVENTS - 1, LOOKS * RARE_EACH[1], RARE)),
    },
    sources=("programs:sequential",),
    once=once,
    at_most=("false_positive", "rare_false_positive"),
    at_least=("coverage", "rare_coverage"),
)

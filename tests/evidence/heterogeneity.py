"""Effects in five groups of unequal size: shrunken intervals, and the Q test.

How much groups differ is itself drawn anew in each data set, as uniformly as the shrinkage may
be; beside it, groups that do not differ at all, and ones that differ as much as chance does.
"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.fit import Estimate
from retention_research.programs.heterogeneity import Heterogeneity, shrink_effects
from tests.evidence.study import EvidenceStudy, holds

ERRORS = np.array([0.02, 0.03, 0.04, 0.06, 0.10])
EFFECT = 0.05
TYPICAL = ERRORS.size / (ERRORS**-2).sum()  # squared error
NAMES = ("a", "b", "c", "d", "e")
_Drawn = tuple[np.ndarray, Heterogeneity]


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Three experiments; in each, one group at random and the smallest group."""
    shrinkage = rng.uniform()
    varied = _drawn(rng, TYPICAL * (1.0 - shrinkage) / shrinkage)
    typical, alike = _drawn(rng, TYPICAL), _drawn(rng, 0.0)
    place = int(rng.integers(ERRORS.size))
    return {
        "any_group": _holds(varied, place),
        "smallest_group": _holds(varied, ERRORS.size - 1),
        "typical_spread": _holds(typical, place),
        "alike": _holds(alike, place),
        "false_positive": bool((alike[1].p_value or 0.0) < 0.05),
    }


def _drawn(rng: np.random.Generator, between: float) -> _Drawn:
    truth = EFFECT + np.sqrt(between) * rng.normal(size=ERRORS.size)
    seen = truth + ERRORS * rng.normal(size=ERRORS.size)
    rows = [Estimate("difference", float(v), float(e)) for v, e in zip(seen, ERRORS, strict=True)]
    return truth, shrink_effects(NAMES, [1000] * ERRORS.size, rows)


def _holds(drawn: _Drawn, place: int) -> bool:
    truth, found = drawn
    shrunken = found.levels[place].shrunken
    assert isinstance(shrunken, Estimate)
    return holds(shrunken.conf_low, shrunken.conf_high, float(truth[place]))


STUDY = EvidenceStudy(
    name="heterogeneity",
    seed=20261102,
    datasets=2000,
    truth={"std_errors": ERRORS.tolist(), "effect": EFFECT, "typical": TYPICAL},
    nominal={
        "any_group": 0.95,
        "smallest_group": 0.95,
        "typical_spread": 0.95,
        "alike": 0.95,
        "false_positive": 0.05,
    },
    sources=("arrays", "programs:heterogeneity"),
    once=once,
    at_least=("typical_spread", "alike"),
)

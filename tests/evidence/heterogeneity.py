"""Effects in five groups of unequal size: shrunken intervals, and the Q test.

How much groups differ is itself drawn anew in each data set; beside it, groups that do not differ
at all, and ones that differ as much as chance does. Then groups of which some are ten times as
unsure as the surest, and that differ by a given amount; groups of few clusters, whose errors are
themselves unsure; and groups that clusters cut across, which are not compared.
"""

from collections.abc import Mapping

import numpy as np
from scipy.stats import t

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.experiment import Sample
from retention_research.programs.heterogeneity import (
    Heterogeneity,
    effects_by_level,
    shrink_effects,
)
from tests.evidence.study import EvidenceStudy, holds

ERRORS = np.array([0.02, 0.03, 0.04, 0.06, 0.10])
EFFECT = 0.05
TYPICAL = ERRORS.size / (ERRORS**-2).sum()  # squared error
NAMES = ("a", "b", "c", "d", "e")
UNLIKE = {  # errors, and the spread between groups; the last group is asked for
    "ten_times": ((0.01, 0.1), 0.1),
    "ten_times_far": ((0.01, 0.1), 0.3),
    "twenty_times": ((0.01, 0.02, 0.2), 0.1),
    "one_sure": ((0.005, 0.05, 0.05, 0.05), 0.05),
}
FREE, UNSURE = 8, 6  # degrees of freedom of errors, and groups that have such
SHOPS, EACH, SHOPS_DIFFER = 20, 25, 0.5
_Drawn = tuple[np.ndarray, Heterogeneity]


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Experiments; of each, one group at random, the smallest or the last."""
    shrinkage = rng.uniform()
    varied = _drawn(rng, TYPICAL * (1.0 - shrinkage) / shrinkage)
    typical, alike = _drawn(rng, TYPICAL), _drawn(rng, 0.0)
    place = int(rng.integers(ERRORS.size))
    unlike = {name: _drawn(rng, spread**2, np.array(errors))
              for name, (errors, spread) in UNLIKE.items()}  # fmt: skip
    return {
        "any_group": _holds(varied, place),
        "smallest_group": _holds(varied, ERRORS.size - 1),
        "typical_spread": _holds(typical, place),
        "alike": _holds(alike, place),
        "false_positive": bool((alike[1].p_value or 0.0) < 0.05),
        **{name: _holds(one, one[0].size - 1) for name, one in unlike.items()},
        "few_clusters_false_positive": bool((_unsure(rng).p_value or 0.0) < 0.05),
        "clusters_across_refused": _across(rng),
    }


def _drawn(rng: np.random.Generator, between: float, errors: np.ndarray = ERRORS) -> _Drawn:
    truth = EFFECT + np.sqrt(between) * rng.normal(size=errors.size)
    seen = truth + errors * rng.normal(size=errors.size)
    rows = [Estimate("difference", float(v), float(e)) for v, e in zip(seen, errors, strict=True)]
    return truth, shrink_effects(NAMES[: errors.size], [1000] * errors.size, rows)


def _unsure(rng: np.random.Generator) -> Heterogeneity:
    """Groups alike, each with an error on few degrees of freedom and Student's interval."""
    seen = EFFECT + 0.05 * rng.normal(size=UNSURE)
    errors = 0.05 * np.sqrt(rng.chisquare(FREE, UNSURE) / FREE)
    reach = t.ppf(0.975, FREE) * errors
    rows = [Estimate("difference", *map(float, row))
            for row in zip(seen, errors, seen - reach, seen + reach, strict=True)]  # fmt: skip
    return shrink_effects([str(place) for place in range(UNSURE)], [100] * UNSURE, rows)


def _across(rng: np.random.Generator) -> bool:
    """Whether groups of shops' customers are left uncompared, chance being drawn for shops."""
    shop = np.repeat(np.arange(SHOPS), EACH)
    outcome = rng.normal(size=shop.size) + SHOPS_DIFFER * rng.normal(size=SHOPS)[shop]
    sample = Sample(outcome, shop % 2 == 0, cluster=shop)
    found = effects_by_level(sample, np.arange(shop.size) % len(NAMES), NAMES)
    return found.p_value is None and all(isinstance(one.shrunken, Missing) for one in found.levels)


def _holds(drawn: _Drawn, place: int) -> bool:
    truth, found = drawn
    shrunken = found.levels[place].shrunken
    assert isinstance(shrunken, Estimate)
    return holds(shrunken.conf_low, shrunken.conf_high, float(truth[place]))


STUDY = EvidenceStudy(
    name="heterogeneity",
    seed=20261102,
    datasets=2000,
    truth={
        "std_errors": ERRORS.tolist(),
        "effect": EFFECT,
        "typical": TYPICAL,
        "unlike": {name: [list(errors), spread] for name, (errors, spread) in UNLIKE.items()},
        "degrees_of_freedom": FREE,
        "shops": [SHOPS, EACH, SHOPS_DIFFER],
    },
    nominal={
        "any_group": 0.95,
        "smallest_group": 0.95,
        "typical_spread": 0.95,
        "alike": 0.95,
        "false_positive": 0.05,
        **dict.fromkeys(UNLIKE, 0.95),
        "few_clusters_false_positive": 0.05,
        "clusters_across_refused": 1.0,
    },
    sources=("arrays", "programs:heterogeneity"),
    once=once,
    at_most=("few_clusters_false_positive",),
    at_least=("any_group", "smallest_group", "typical_spread", "alike", *UNLIKE),
)

"""A roll-out over 40 units with shocks by unit and week: intervals, bands, the course before.

Seven waves of four units, as in the simulated company, and twelve that never start; units of
unequal size, whose means are noisier the smaller they are. The effect grows with the time since the
start. The course before is judged, and false positives are counted, where nothing has an effect.

Beside it 24 units of which twelve start one a week, so that no start has a spread of its own and
late ages are reached by few: their band must hold every age that has one.
"""

from collections.abc import Mapping

import numpy as np

from retention_research.models.arrays import Floats
from retention_research.programs.rollout import Panel, group_time_effects, pre_trend
from tests.evidence.study import EvidenceStudy, holds

UNITS, WAVES, EACH, WEEKS = 40, 7, 4, 30
FIRST, APART = 12, 2  # week of the first wave, weeks between waves
SHOCK, NOISE = 0.3, 5.0  # by unit and week; of a customer in a week
AT_ONCE, GROWTH = 0.2, 0.05  # effect in the first week, and more in each week after it
AGES = 4
OVERALL = AT_ONCE + GROWTH * (AGES - 1) / 2.0
SHOWN = tuple(range(-8, 8))
DRAWS = 1000
SINGLE, WAITING, SINGLE_WEEKS, SINGLE_FIRST = 12, 12, 24, 8  # units one a week, and their weeks


def _start() -> np.ndarray:
    wave = np.arange(UNITS) % WAVES
    return np.where(np.arange(UNITS) < WAVES * EACH, FIRST + APART * wave, -1)


def _panels(rng: np.random.Generator) -> tuple[Panel, Panel]:
    """With the effect, and the same without."""
    start = _start()
    size = rng.integers(200, 800, UNITS).astype(np.float64)
    level = rng.normal(0.0, 0.5, (UNITS, 1)) + np.cumsum(rng.normal(0.0, 0.1, WEEKS))
    noise = rng.normal(size=(UNITS, WEEKS)) * NOISE / np.sqrt(size)[:, None]
    plain = level + rng.normal(0.0, SHOCK, (UNITS, WEEKS)) + noise
    since = np.arange(WEEKS) - start[:, None]
    had = (start[:, None] >= 0) & (since >= 0)
    sizes = np.repeat(size[:, None], WEEKS, axis=1)
    return (
        Panel(plain + np.where(had, AT_ONCE + GROWTH * since, 0.0), start, sizes),
        Panel(plain, start, sizes),
    )


def _one_by_one(rng: np.random.Generator) -> Panel:
    """Units alike in size, of which one starts every week."""
    units = SINGLE + WAITING
    start = np.where(np.arange(units) < SINGLE, SINGLE_FIRST + np.arange(units), -1)
    level = rng.normal(0.0, 0.5, (units, 1)) + np.cumsum(rng.normal(0.0, 0.1, SINGLE_WEEKS))
    since = np.arange(SINGLE_WEEKS) - start[:, None]
    moved = np.where((start[:, None] >= 0) & (since >= 0), AT_ONCE + GROWTH * since, 0.0)
    return Panel(level + rng.normal(0.0, SHOCK, since.shape) + moved, start)


def _singles(rng: np.random.Generator) -> Mapping[str, bool]:
    found = group_time_effects(_one_by_one(rng))
    effect = found.overall(AGES).effect
    course = found.event_study(rng=rng, draws=DRAWS)
    truth: Floats = np.where(course.age >= 0, AT_ONCE + GROWTH * course.age, 0.0)
    inside = (course.low <= truth) & (truth <= course.high)
    return {
        "singles_overall": holds(effect.conf_low, effect.conf_high, OVERALL),
        "singles_band": bool(inside[np.isfinite(course.low)].all()),
    }


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate both roll-outs and estimate them."""
    moved, plain = _panels(rng)
    found, null = group_time_effects(moved), group_time_effects(plain)
    effect = found.overall(AGES).effect
    course = found.event_study(rng=rng, ages=SHOWN, draws=DRAWS)
    truth: Floats = np.where(course.age >= 0, AT_ONCE + GROWTH * course.age, 0.0)
    return {
        "overall": holds(effect.conf_low, effect.conf_high, OVERALL),
        "band": bool(((course.low <= truth) & (truth <= course.high)).all()),
        "false_positive": null.overall(AGES).p_value < 0.05,
        "pre_trend_rejects": pre_trend(null).p_value < 0.05,
        **_singles(rng),
    }


STUDY = EvidenceStudy(
    name="rollout",
    seed=20210,
    datasets=2000,
    truth={
        "units": UNITS,
        "waves": [WAVES, EACH],
        "weeks": [WEEKS, FIRST, APART],
        "noise": [SHOCK, NOISE],
        "effect": [AT_ONCE, GROWTH],
        "overall": OVERALL,
        "singles": [SINGLE, WAITING, SINGLE_WEEKS, SINGLE_FIRST],
    },
    nominal={
        "overall": 0.95,
        "band": 0.95,
        "false_positive": 0.05,
        "pre_trend_rejects": 0.05,
        "singles_overall": 0.95,
        "singles_band": 0.95,
    },
    sources=(
        "arrays",
        "programs:rollout/band",
        "programs:rollout/cells",
        "programs:rollout/freedom",
        "programs:rollout/group_time",
        "programs:rollout/panel",
        "programs:rollout/pre_trend",
    ),
    once=once,
    # the degrees of freedom of single units are the fewest that may be, and those of the age that
    # has fewest serve for the band
    at_least=("singles_overall", "singles_band"),
)

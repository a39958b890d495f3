"""What enrolling does while it is kept to, where what was bought since tells who changes sides.

Of each side some change within the window, and their outcome is not seen: members who buy little
leave, and others who buy much enrol. What they buy in a period goes with the outcome and is moved
by enrolling itself, so that dropping them misleads although they are alike at the start. Weights
are estimated and taken for known, which makes intervals wide rather than narrow: more coverage than
the nominal share is as good. Without the weights hardly any interval may hold the truth.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit, ndtr

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.enrolment import (
    CensoringWeights,
    TrialRows,
    censoring_weights,
    doubly_robust,
)
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS, TRIALS, PERIODS = 800, 2, 4
JOIN = (-0.8, 0.6)  # log odds to enrol: intercept, covariate known at the start
BOUGHT = (0.5, 0.3)  # in a period: per unit of the covariate, and what enrolling adds
BUYING = 1.0  # deviation of what is bought in a period
OUTCOME = (1.0, 0.5, 0.4)  # intercept, covariate, and per unit bought in each period
EFFECT = 0.3  # of enrolling beyond what is bought
LEAVES = (-2.2, -0.3, -0.7)  # log odds of a member, by period: intercept, covariate, bought in it
JOINS = (-2.6, 0.3, 0.7)  # the same of the others
OWN, REST = 0.6, 0.8  # deviations of a customer's own part of the outcome and of a trial's
CUT = 1.2  # outcomes above it count as retained
_NODES, _MASS = np.polynomial.hermite_e.hermegauss(80)

Floats = npt.NDArray[np.float64]


def _truths() -> tuple[float, float]:
    """Effects on the outcome and on who is retained, of those who enrol, by quadrature.

    Given the covariate the outcome is normal. Customers are in the second trial unless they had
    enrolled in the first; the covariate is a customer's own in both.
    """
    chance = expit(JOIN[0] + JOIN[1] * _NODES)
    joining = _MASS * chance * (1.0 + (1.0 - chance))
    bought = PERIODS * BOUGHT[0] * _NODES
    without = OUTCOME[0] + OUTCOME[1] * _NODES + OUTCOME[2] * bought
    gain = EFFECT + OUTCOME[2] * PERIODS * BOUGHT[1]
    spread = np.sqrt(OUTCOME[2] ** 2 * PERIODS * BUYING**2 + OWN**2 + REST**2)
    more = ndtr((without + gain - CUT) / spread) - ndtr((without - CUT) / spread)
    return gain, float(joining @ more / joining.sum())


GAIN, MORE_RETAINED = _truths()


class World(NamedTuple):
    """Rows of trials, with what was bought and when sides were changed, by period."""

    rows: TrialRows
    bought: Floats
    changed_in: npt.NDArray[np.intp]
    retained: Floats


def simulated(rng: np.random.Generator) -> World:
    """Customers in two trials, the second only if they had not enrolled; outcomes as if kept to."""
    shape = CUSTOMERS, TRIALS
    x = np.repeat(rng.normal(size=CUSTOMERS)[:, None], TRIALS, axis=1)
    joins = rng.random(shape) < expit(JOIN[0] + JOIN[1] * x)
    at_risk: npt.NDArray[np.bool_] = np.cumsum(joins, axis=1) - joins == 0
    own = np.repeat(OWN * rng.normal(size=CUSTOMERS)[:, None], TRIALS, axis=1)
    customer, trial = np.indices(shape)
    x, joins, own = x[at_risk], joins[at_risk], own[at_risk]
    bought = BUYING * rng.normal(size=(x.size, PERIODS))
    bought += BOUGHT[0] * x[:, None] + BOUGHT[1] * joins[:, None]
    outcome = OUTCOME[0] + OUTCOME[1] * x + OUTCOME[2] * bought.sum(axis=1) + EFFECT * joins
    outcome += own + REST * rng.normal(size=x.size)
    odds = np.where(joins[:, None], *(_odds(by, x, bought) for by in (LEAVES, JOINS)))
    changes = rng.random(odds.shape) < expit(odds)
    changed_in = np.where(changes.any(axis=1), changes.argmax(axis=1), PERIODS)
    rows = TrialRows(
        outcome, joins, x[:, None], ("known",), customer[at_risk], trial[at_risk]
    )  # fmt: skip
    return World(rows, bought, changed_in, (outcome > CUT).astype(np.float64))


def _odds(by: tuple[float, float, float], x: Floats, bought: Floats) -> Floats:
    found: Floats = by[0] + by[1] * x[:, None] + by[2] * bought
    return found


def weights_of(world: World, truncate: float) -> CensoringWeights | Missing:
    """From the periods up to the one in which sides were changed."""
    n = world.rows.n
    seen = np.minimum(world.changed_in + 1, PERIODS)
    row = np.repeat(np.arange(n), seen)
    period = np.arange(row.size) - np.repeat(np.cumsum(seen) - seen, seen)
    known = np.asarray(world.rows.covariates)[row, 0]
    return censoring_weights(
        row,
        period,
        world.changed_in[row] == period,
        np.column_stack([known, world.bought[row, period]]),
        np.asarray(world.rows.treated)[row],
        names=("known", "bought"),
        rows=n,
        truncate=truncate,
    )


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate and estimate: with weights as by default, with uncut ones, and with none."""
    world = simulated(rng)
    cut, whole = weights_of(world, 0.99), weights_of(world, 1.0)
    if isinstance(cut, Missing) or isinstance(whole, Missing):
        return {"boundary": True}
    outcome, kept = np.asarray(world.rows.outcome), world.changed_in == PERIODS
    return {
        "outcome": covers(world, outcome, whole.weight, rng, GAIN),
        "outcome_as_by_default": covers(world, outcome, cut.weight, rng, GAIN),
        "retained_as_by_default": covers(world, world.retained, cut.weight, rng, MORE_RETAINED),
        "outcome_without_weights": covers(world, outcome, kept * 1.0, rng, GAIN),
    }


def covers(
    world: World, outcome: Floats, weight: Floats, rng: np.random.Generator, truth: float
) -> bool:
    """Whether the interval holds the truth; outcomes of those who changed sides are not seen."""
    seen = np.where(weight > 0.0, outcome, np.nan)
    found = doubly_robust(replace(world.rows, outcome=seen, weight=weight), rng=rng)
    if isinstance(found, Missing):
        return False
    difference = found.effect.difference
    return isinstance(difference, Estimate) and holds(*difference[3:], truth)


HELD = ("outcome", "outcome_as_by_default", "retained_as_by_default")
STUDY = EvidenceStudy(
    name="enrolment_kept",
    seed=26011,
    datasets=1000,
    truth={
        "customers": CUSTOMERS,
        "trials": TRIALS,
        "periods": PERIODS,
        "join": JOIN,
        "bought": BOUGHT,
        "buying": BUYING,
        "outcome": OUTCOME,
        "effect": EFFECT,
        "leaves": LEAVES,
        "joins": JOINS,
        "deviations": [OWN, REST],
        "cut": CUT,
        "gain": GAIN,
        "more_retained": MORE_RETAINED,
    },
    nominal=dict.fromkeys(HELD, 0.95) | {"outcome_without_weights": 0.5},
    sources=(
        "programs/enrolment:censoring", "programs/enrolment:rows", "programs/enrolment:nuisances",
        "programs/enrolment:propensity", "programs/enrolment:scores", "programs/enrolment:means",
        "programs/enrolment:doubly_robust",
    ),
    once=once,
    at_most=("outcome_without_weights",),
    at_least=HELD,
)  # fmt: skip

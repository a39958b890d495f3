"""Doubly robust effects of enrolling over sequential trials, clustered by customer.

Customers are at risk week after week until they enrol. Their outcomes go together by a part of
their own, and who enrols is told by a steady covariate and one of the week. Where one of the two
models is wrong, it lacks a square that the truth has.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit, ndtri

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.enrolment import (
    DoublyRobust,
    TrialRows,
    doubly_robust,
    placebo_test,
    risk_ratio,
)
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS, TRIALS = 600, 6
JOIN = (-2.0, 0.6, 0.5)  # log odds to enrol: intercept, steady covariate, covariate of the week
OUTCOME = (1.0, 0.8, 0.5)
EFFECT = (0.5, 0.3)  # of enrolling: at the covariates' means, and per unit of the steady one
RETAINED = (-0.3, 0.7, 0.4)
MORE = 0.5  # log odds of being retained that enrolling adds
SQUARE = 0.4  # of the steady covariate, where a model that lacks it is wrong
OWN, WEEKLY = 0.8, 1.0  # deviations of a customer's own part and of the week's
TOGETHER = 0.5  # of a customer's latent normal numbers that is common to all weeks
_NODES, _MASS = np.polynomial.hermite_e.hermegauss(80)
_MASS = _MASS / _MASS.sum()


class Truth(NamedTuple):
    """Means over those who enrol, and over all rows of the trials."""

    steady_enrolled: float
    steady_rows: float
    retained_with: float
    retained_without: float


def _truth(square: float) -> Truth:
    """By quadrature over both covariates, standard normal; square is that of the log odds."""
    steady, week = _NODES[:, None], _NODES[None, :]
    chance = expit(JOIN[0] + JOIN[1] * steady + JOIN[2] * week + square * (steady**2 - 1.0))
    stays = 1.0 - chance @ _MASS
    there = sum(stays**trial for trial in range(TRIALS))  # rows of a customer
    rows = _MASS * there
    joining = rows[:, None] * chance * _MASS[None, :]
    odds = RETAINED[0] + RETAINED[1] * steady + RETAINED[2] * week
    total = joining.sum()
    return Truth(
        float((joining * steady).sum() / total),
        float(rows @ _NODES / rows.sum()),
        float((joining * expit(odds + MORE)).sum() / total),
        float((joining * expit(odds)).sum() / total),
    )


PLAIN, CURVED = _truth(0.0), _truth(SQUARE)


def effect_on(steady: float) -> float:
    """The mean effect on customers with such a mean of the steady covariate."""
    return EFFECT[0] + EFFECT[1] * steady


ATT, ATE = effect_on(PLAIN.steady_enrolled), effect_on(PLAIN.steady_rows)
ATT_CURVED = effect_on(CURVED.steady_enrolled)
DIFFERENCE = PLAIN.retained_with - PLAIN.retained_without
RATIO = PLAIN.retained_with / PLAIN.retained_without


class World(NamedTuple):
    """One simulated data set: rows with the outcome, and others of the same customers."""

    rows: TrialRows
    no_effect: npt.NDArray[np.float64]
    curved: npt.NDArray[np.float64]
    retained: npt.NDArray[np.float64]


def simulated(rng: np.random.Generator, square: float = 0.0) -> World:
    """Customers' rows until they enrol; square is that of the log odds to enrol."""
    shape = CUSTOMERS, TRIALS
    steady = np.repeat(rng.normal(size=CUSTOMERS)[:, None], TRIALS, axis=1)
    week = rng.normal(size=shape)
    odds = JOIN[0] + JOIN[1] * steady + JOIN[2] * week + square * (steady**2 - 1.0)
    joins = rng.random(shape) < expit(odds)
    at_risk: npt.NDArray[np.bool_] = np.cumsum(joins, axis=1) - joins == 0
    own = np.repeat(rng.normal(size=CUSTOMERS)[:, None], TRIALS, axis=1)
    noise = OWN * own + WEEKLY * rng.normal(size=shape)
    without = OUTCOME[0] + OUTCOME[1] * steady + OUTCOME[2] * week + noise
    gain = np.where(joins, EFFECT[0] + EFFECT[1] * steady, 0.0)
    latent = TOGETHER**0.5 * own + (1.0 - TOGETHER) ** 0.5 * rng.normal(size=shape)
    chance = expit(RETAINED[0] + RETAINED[1] * steady + RETAINED[2] * week + MORE * joins)
    retained = latent < ndtri(chance)
    customer, trial = np.indices(shape)
    rows = TrialRows(
        outcome=(without + gain)[at_risk],
        treated=joins[at_risk],
        covariates=np.column_stack([steady[at_risk], week[at_risk]]),
        names=("steady", "week"),
        customer=customer[at_risk],
        trial=trial[at_risk],
        placebo=without[at_risk],
    )
    bent = without + gain + SQUARE * steady**2
    return World(rows, without[at_risk], bent[at_risk], retained[at_risk].astype(np.float64))


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate customers and estimate; a missing effect is a miss for every quantity."""
    world, other = simulated(rng), simulated(rng, SQUARE)
    rows = world.rows
    plain = doubly_robust(rows, rng=rng)
    everybody = doubly_robust(rows, estimand="ate", rng=rng)
    closed = doubly_robust(rows, folds=0)
    wrong_outcome = doubly_robust(rows.with_outcome(world.curved), rng=rng)
    wrong_chance = doubly_robust(other.rows, rng=rng)
    kept = doubly_robust(rows.with_outcome(world.retained), nuisance="logistic", rng=rng)
    placebo = placebo_test(rows, rng=rng)
    found = (plain, everybody, closed, wrong_outcome, wrong_chance, kept, placebo)
    if any(isinstance(one, Missing) for one in found):
        return {"boundary": True}
    return {
        "att": covers(plain, ATT),
        "ate": covers(everybody, ATE),
        "att_not_cross_fitted": covers(closed, ATT),
        "att_wrong_outcome": covers(wrong_outcome, ATT),
        "att_wrong_propensity": covers(wrong_chance, ATT_CURVED),
        "risk_difference": covers(kept, DIFFERENCE),
        "risk_ratio": _covers_ratio(kept),
        "placebo_false_positive": not isinstance(placebo, Missing) and not placebo.passed,
    }


def covers(found: DoublyRobust | Missing, truth: float) -> bool:
    """Whether the interval of the difference holds the truth."""
    if isinstance(found, Missing):
        return False
    effect: Effect = found.effect
    return isinstance(effect.difference, Estimate) and holds(*effect.difference[3:], truth)


def _covers_ratio(found: DoublyRobust | Missing) -> bool:
    ratio = found if isinstance(found, Missing) else risk_ratio(found.means)
    return isinstance(ratio, Estimate) and holds(*ratio[3:], RATIO)


COVERED = (
    "att", "ate", "att_not_cross_fitted", "att_wrong_outcome", "att_wrong_propensity",
    "risk_difference", "risk_ratio",
)  # fmt: skip
STUDY = EvidenceStudy(
    name="enrolment",
    seed=19942,
    datasets=2000,
    truth={
        "customers": CUSTOMERS,
        "trials": TRIALS,
        "join": JOIN,
        "outcome": OUTCOME,
        "effect": EFFECT,
        "retained": RETAINED,
        "more": MORE,
        "square": SQUARE,
        "deviations": [OWN, WEEKLY],
        "together": TOGETHER,
        "att": ATT,
        "ate": ATE,
        "att_curved": ATT_CURVED,
        "risk_difference": DIFFERENCE,
        "risk_ratio": RATIO,
    },
    nominal=dict.fromkeys(COVERED, 0.95) | {"placebo_false_positive": 0.05},
    sources=(
        "programs/enrolment:rows", "programs/enrolment:nuisances", "programs/enrolment:propensity",
        "programs/enrolment:scores", "programs/enrolment:means",
        "programs/enrolment:doubly_robust", "programs/enrolment:placebo",
    ),
    once=once,
)  # fmt: skip

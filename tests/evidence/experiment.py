"""Experiments drawn customer by customer: how often do intervals hold the truth?

Purchases are Poisson about what a customer did before and a stratum; the program adds more for
those who did more, so that slopes differ by arm.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from retention_research.models.arrays import Flags, Floats, Integers
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.experiment import (
    Sample,
    balance,
    complier_effect,
    difference,
    incremental_ratio,
    ratio_difference,
    sample_ratio,
)
from tests.evidence.study import EvidenceStudy, holds

CUSTOMERS, SMALL = 800, 70
SHARE = 0.4  # treated, where chance is one for all
STRATA = (0.3, 0.5, 0.5, 0.7)  # treated, by stratum
BEFORE = (2.0, 0.5)  # gamma: mean 1
BASE, STEP = 0.5, 0.3  # purchases without the program: BASE + STEP stratum + before
ADDED, MORE = 0.2, 0.3  # the program adds ADDED + MORE before
CHANCES = (0.3, 0.7)  # of treatment for those who did less than 1 before, and more
RETAINED = (0.25, 0.20)  # treated and control
SPENT, RAISED = 10.0, 1.1  # mean of an order, and how many times more with the program
REACHED, COMPLIER = 0.5, 0.8  # share of the treated reached, and what it did to these
CONTACTS = 3.0  # mean of a Poisson, of the treated only

CONTROL = BASE + STEP * 1.5 + 1.0
EFFECT = ADDED + MORE
LIFT = EFFECT / CONTROL


class Drawn(NamedTuple):
    """Customers: behaviour before, stratum, and purchases with and without the program."""

    before: Floats
    stratum: Integers
    with_program: Integers
    without: Integers


def once(rng: np.random.Generator) -> Mapping[str, bool]:
    """Simulate customers, and draw several experiments among them."""
    drawn = _drawn(rng, CUSTOMERS)
    treated = rng.random(CUSTOMERS) < SHARE
    return (
        _plain(drawn, treated)
        | _unequal(rng, drawn)
        | _shares(rng)
        | _ratios(rng, drawn, treated)
        | _gates(drawn, treated)
        | _small(rng)
    )


def _drawn(rng: np.random.Generator, n: int) -> Drawn:
    before = rng.gamma(*BEFORE, n)
    stratum = rng.integers(0, len(STRATA), n)
    rate = BASE + STEP * stratum + before
    return Drawn(before, stratum, rng.poisson(rate + ADDED + MORE * before), rng.poisson(rate))


def _sample(drawn: Drawn, treated: Flags, **rest: Floats | Integers) -> Sample:
    outcome = np.where(treated, drawn.with_program, drawn.without)
    return Sample(outcome, treated, drawn.before, **rest)


def _plain(drawn: Drawn, treated: Flags) -> dict[str, bool]:
    sample = _sample(drawn, treated)
    nothing = sample.with_outcome(drawn.without)
    plain, adjusted = difference(sample, adjust=False), difference(sample)
    return {
        "plain": _holds(plain, EFFECT),
        "adjusted": _holds(adjusted, EFFECT),
        "lift": _held(plain.lift, LIFT),
        "lift_adjusted": _held(adjusted.lift, LIFT),
        "false_positive_plain": _rejects(difference(nothing, adjust=False)),
        "false_positive_adjusted": _rejects(difference(nothing)),
    }


def _unequal(rng: np.random.Generator, drawn: Drawn) -> dict[str, bool]:
    """Shares by stratum, exactly as planned; then chances by behaviour before."""
    ranks = rng.permutation(CUSTOMERS)
    treated = np.zeros(CUSTOMERS, dtype=np.bool_)
    for level, share in enumerate(STRATA):
        rows = ranks[drawn.stratum[ranks] == level]
        treated[rows[: round(share * rows.size)]] = True
    stratified = _sample(drawn, treated, stratum=drawn.stratum)
    chance = np.where(drawn.before < 1.0, *CHANCES)
    chosen = rng.random(CUSTOMERS) < chance
    weighted = _sample(drawn, chosen, probability=np.where(chosen, chance, 1.0 - chance))
    return {
        "stratified": _holds(difference(stratified), EFFECT),
        "false_positive_stratified": _rejects(difference(stratified.with_outcome(drawn.without))),
        "weighted": _holds(difference(weighted, adjust=False), EFFECT),
        "weighted_adjusted": _holds(difference(weighted), EFFECT),
    }


def _shares(rng: np.random.Generator) -> dict[str, bool]:
    treated = rng.random(CUSTOMERS) < SHARE
    luck = rng.random(CUSTOMERS)
    retained = luck < np.where(treated, *RETAINED)
    found = difference(Sample(retained, treated), kind="proportion")
    nothing = difference(Sample(luck < RETAINED[1], treated), kind="proportion")
    return {
        "proportion": _holds(found, RETAINED[0] - RETAINED[1]),
        "lift_proportion": _held(found.lift, RETAINED[0] / RETAINED[1] - 1.0),
        "false_positive_proportion": _rejects(nothing),
    }


def _ratios(rng: np.random.Generator, drawn: Drawn, treated: Flags) -> dict[str, bool]:
    orders = 1 + rng.poisson(drawn.before)
    mean = SPENT * np.where(treated, RAISED, 1.0)
    revenue = rng.gamma(2.0 * orders, mean / 2.0)
    found = ratio_difference(revenue, orders, treated)
    reached = treated & (rng.random(CUSTOMERS) < REACHED)
    outcome = drawn.without + rng.poisson(COMPLIER, CUSTOMERS) * reached
    contacts = rng.poisson(CONTACTS, CUSTOMERS) * treated
    compliers = complier_effect(outcome, reached, treated, before=drawn.before)
    actions = incremental_ratio(outcome, contacts, treated)
    return {
        "ratio": _holds(found, SPENT * (RAISED - 1.0)),
        "lift_ratio": _held(found.lift, RAISED - 1.0),
        "complier": _held(compliers, COMPLIER),
        "per_contact": _held(actions, REACHED * COMPLIER / CONTACTS),
    }


def _gates(drawn: Drawn, treated: Flags) -> dict[str, bool]:
    counts = [CUSTOMERS - int(treated.sum()), int(treated.sum())]
    gate = sample_ratio(counts, [1.0 - SHARE, SHARE])
    row = balance(drawn.before, treated, ["before"])[0]
    return {
        "sample_ratio_below_one_in_twenty": gate.p_value < 0.05,
        "sample_ratio_closed": not gate.passed,
        "unbalanced": row.p_value is not None and row.p_value < 0.05,
    }


def _small(rng: np.random.Generator) -> dict[str, bool]:
    """Arms of 30 and 40."""
    drawn = _drawn(rng, SMALL)
    treated = rng.permutation(SMALL) < 30
    sample = _sample(drawn, treated)
    return {
        "small_plain": _holds(difference(sample, adjust=False), EFFECT),
        "small_adjusted": _holds(difference(sample), EFFECT),
    }


def _holds(found: Effect, truth: float) -> bool:
    return _held(found.difference, truth)


def _held(found: Estimate | Missing, truth: float) -> bool:
    return isinstance(found, Estimate) and holds(found.conf_low, found.conf_high, truth)


def _rejects(found: Effect) -> bool:
    return found.p_value is not None and found.p_value < 0.05


COVERED = (
    "plain", "adjusted", "lift", "lift_adjusted", "stratified", "weighted", "weighted_adjusted",
    "proportion", "lift_proportion", "ratio", "lift_ratio", "complier", "per_contact",
    "small_plain", "small_adjusted",
)  # fmt: skip
REJECTED = (
    "false_positive_plain", "false_positive_adjusted", "false_positive_stratified",
    "false_positive_proportion", "sample_ratio_below_one_in_twenty", "unbalanced",
)  # fmt: skip
STUDY = EvidenceStudy(
    name="experiment",
    seed=20131,
    datasets=2000,
    truth={
        "customers": [CUSTOMERS, SMALL],
        "share": SHARE,
        "strata": STRATA,
        "before": BEFORE,
        "without": [BASE, STEP],
        "added": [ADDED, MORE],
        "effect": EFFECT,
        "lift": LIFT,
        "chances": CHANCES,
        "retained": RETAINED,
        "spent": [SPENT, RAISED],
        "compliers": [REACHED, COMPLIER],
        "contacts": CONTACTS,
    },
    nominal=dict.fromkeys(COVERED, 0.95)
    | dict.fromkeys(REJECTED, 0.05)
    | {"sample_ratio_closed": 0.001},
    sources=(
        "arrays",
        "intervals",
        "labels",
        "lift",
        "programs:experiment/arm_means",
        "programs:experiment/balance",
        "programs:experiment/compliance",
        "programs:experiment/differences",
        "programs:experiment/events",
        "programs:experiment/ratios",
        "programs:experiment/sample",
        "programs:experiment/sample_ratio",
        "programs:experiment/strata",
        "proportion",
    ),
    once=once,
)

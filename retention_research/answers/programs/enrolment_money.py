"""What an enrolment program brought and cost per member, over draws of customers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retention_research.answers.programs.enrolment_followed import Followed
from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import MoneyDraws
from retention_research.programs.enrolment import (
    DoublyRobust,
    EnrolmentEffects,
    doubly_robust,
    multiplier_draws,
)

COST = "cost"
_TOO_FEW = "Too few members were watched for as long again after the window."


def money_draws(
    rows: Followed, found: EnrolmentEffects, rng: np.random.Generator, confidence: float
) -> MoneyDraws:
    """Incremental margin, cost and share kept per member; a draw holds whole customers.

    Costs are incremental too: of the others, some enrol within the window and cost as much, and
    have rewards.

    Args:
        rows: the trials.
        found: effects on margin and retained, and on the cost where it is known.
        rng: draws customers.
        confidence: level of the interval of the time after.
    """
    names = [one for one in ("margin", "retained", COST) if one in found.results]
    picked = [found.results[name] for name in names]
    points = np.array([one.means.difference for one in picked])
    influence = np.column_stack([one.influence for one in picked])
    drawn = multiplier_draws(points, influence, rng=rng)
    margin = found.results["margin"]
    told = MoneyDraws(
        margin=drawn[:, 0],
        margin_point=float(points[0]),
        customers=margin.effect.n_treated,
        kept=drawn[:, 1],
        kept_point=float(points[1]),
        by_week=_by_week(rows, margin, float(points[0])),
        after=_after(rows, rng, confidence),
    )
    if COST not in names:
        return told
    return replace(told, cost=drawn[:, 2], cost_point=float(points[2]))


def _by_week(rows: Followed, margin: DoublyRobust, total: float) -> Floats:
    """The margin week by week, by weights alone, brought to the total that is told."""
    chance, kept = margin.propensity, margin.kept
    members, others = rows.treated & kept, ~rows.treated & kept
    odds = (chance / (1.0 - chance))[others]
    without = odds @ rows.spent[others] / odds.sum()
    found: Floats = rows.spent[members].mean(axis=0) - without
    whole = float(found.sum())
    spread = np.full(found.size, total / found.size)
    # weeks whose sum is of the other sign, or hardly anything, say nothing of the course
    return found * (total / whole) if whole * total > 0.0 else spread


def _after(rows: Followed, rng: np.random.Generator, confidence: float) -> Estimate | Missing:
    """What members brought in as long a time after the window, more than they would have."""
    watched = rows.watched
    members = rows.treated & watched
    if not members.any():
        return Missing("after", _TOO_FEW)
    whole = rows.rows(rows.after)
    some = replace(
        whole,
        outcome=rows.after[watched],
        treated=rows.treated[watched],
        covariates=np.asarray(whole.covariates)[watched],
        customer=np.asarray(whole.customer)[watched],
        trial=np.asarray(whole.trial)[watched],
    )
    found = doubly_robust(some, rng=rng, confidence=confidence, outcome="margin")
    if isinstance(found, Missing):
        return Missing("after", _TOO_FEW)
    return found.effect.difference

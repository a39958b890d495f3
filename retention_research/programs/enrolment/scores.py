"""Each row's part in the two means of an effect, and each customer's influence on them.

The formulas are those of `doubly_robust`; `carried` adds what learning the outcome and the chance
to enrol does to the error (Lunceford and Davidian, 2004, Statistics in Medicine 23, 2937-2960).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, tally
from retention_research.programs.enrolment.means import Means
from retention_research.programs.enrolment.nuisances import Nuisance, cross_fitted, fitting
from retention_research.programs.enrolment.propensity import Propensity
from retention_research.programs.enrolment.rows import checked_outcome


def estimated_means(
    outcome: npt.ArrayLike, propensity: Propensity, rng: np.random.Generator | None = None
) -> Means:
    """The two means of the formula above, with each customer's influence on them.

    Args:
        outcome: shape (n,).
        propensity: chances to enrol of the same rows.
        rng: needed for boosting.
    """
    design = propensity.design
    y, t, w = checked_outcome(outcome, design.weight), design.treated, design.weight
    whole = propensity.estimand == "ate" or design.weighted
    without = _expected(y, w * (1.0 - t), propensity, rng)
    having = _expected(y, w * t, propensity, rng) if whole else None
    if propensity.estimand == "ate":
        scored = _of_all(y, propensity, having or without, without)
    else:
        scored = _of_enrolled(y, propensity, having, without)
    return _summed(scored, propensity)


def _expected(
    y: Floats, weight: Floats, propensity: Propensity, rng: np.random.Generator | None
) -> Nuisance:
    fit = fitting(propensity.learner, y, weight, rng)
    return cross_fitted(fit, propensity.design.x, y, weight, propensity.fold)


class _Scores(NamedTuple):
    """Each kept row's part in the two means, with what the fits add, and the rows counted."""

    treated: Floats
    control: Floats
    added_treated: Floats
    added_control: Floats
    counted: Floats


def _of_all(y: Floats, propensity: Propensity, having: Nuisance, without: Nuisance) -> _Scores:
    design, e = propensity.design, propensity.chance
    x, t, w, kept = design.x, design.treated, design.weight, propensity.kept.astype(np.float64)
    left1, left0 = t * w * (y - having.value) / e, (1.0 - t) * w * (y - without.value) / (1.0 - e)
    slope1 = kept * (1.0 - t * w / e) * having.slope
    slope0 = kept * (1.0 - (1.0 - t) * w / (1.0 - e)) * without.slope
    return _Scores(
        kept * (having.value + left1),
        kept * (without.value + left0),
        having.carried(x, slope1) + propensity.learnt.carried(x, -kept * left1 * (1.0 - e)),
        without.carried(x, slope0) + propensity.learnt.carried(x, kept * left0 * e),
        kept,
    )


def _of_enrolled(
    y: Floats, propensity: Propensity, having: Nuisance | None, without: Nuisance
) -> _Scores:
    design, e = propensity.design, propensity.chance
    x, t, w, kept = design.x, design.treated, design.weight, propensity.kept.astype(np.float64)
    odds = e / (1.0 - e)
    left0 = (1.0 - t) * w * odds * (y - without.value)
    scored1, added1 = t * y, np.zeros(y.size)
    if having is not None:
        scored1 = t * (having.value + w * (y - having.value))
        added1 = having.carried(x, kept * t * (1.0 - w) * having.slope)
    slope0 = kept * (t - (1.0 - t) * w * odds) * without.slope
    return _Scores(
        kept * scored1,
        kept * (t * without.value + left0),
        added1,
        without.carried(x, slope0) + propensity.learnt.carried(x, kept * left0),
        kept * t,
    )


def _summed(scored: _Scores, propensity: Propensity) -> Means:
    design, total = propensity.design, float(scored.counted.sum())
    treated, control = scored.treated.sum() / total, scored.control.sum() / total

    def by_customer(score: Floats, added: Floats, mean: float) -> Floats:
        share = (score - scored.counted * mean + added) / total
        return tally(design.customer, share, design.customers)

    enrolled = design.treated == 1.0
    return Means(
        treated=float(treated),
        control=float(control),
        influence_treated=by_customer(scored.treated, scored.added_treated, float(treated)),
        influence_control=by_customer(scored.control, scored.added_control, float(control)),
        n_treated=design.customers_of(enrolled & propensity.kept),
        n_control=design.customers_of(~enrolled & propensity.kept),
    )

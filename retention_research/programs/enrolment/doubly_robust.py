"""The effect of enrolling, right if either the outcome or the chance to enrol is learnt rightly.

Robins, Rotnitzky and Zhao (1994), J. American Statistical Association 89, 846-866; of the treated:
Moodie, Saarela and Stephens (2018), Biometrics 74, 1006-1014, equation 3. With e the chance to
enrol, m1 and m0 the outcomes expected with and without, T enrolled and n rows:

    ATE = mean of m1 - m0 + T (Y - m1) / e - (1 - T) (Y - m0) / (1 - e)
    ATT = sum of T (Y - m0) - (1 - T) e / (1 - e) (Y - m0), over the sum of T

Errors come from influences summed over each customer's trials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Flags, Floats, tally
from retention_research.models.fit import Missing
from retention_research.programs.effects import Effect
from retention_research.programs.enrolment.balance import Balance, balance
from retention_research.programs.enrolment.means import Means, effect_of
from retention_research.programs.enrolment.nuisances import (
    Learner,
    Nuisance,
    cross_fitted,
    fitting,
)
from retention_research.programs.enrolment.overlap import Overlap, overlap
from retention_research.programs.enrolment.propensity import (
    Estimand,
    Propensity,
    fit_propensity,
)
from retention_research.programs.enrolment.rows import TrialRows, checked_outcome


@dataclass(frozen=True, slots=True, eq=False)
class DoublyRobust:
    """The effect on one outcome, and what it rests on.

    Attributes:
        effect: per enrolled customer ("att") or per customer who could enrol ("ate").
        propensity: chance to enrol of each row, shape (n,).
        kept: rows that were not trimmed, shape (n,).
        trimmed: how many were.
        influence: each customer's share in the error of the difference, shape (customers,), in
            the order of their codes; the difference errs by about their sum.
        means: the two means with their influences.
        customers: how many there are.
        overlap: are there comparable customers for all who enrolled?
        balance: covariates before and after weighting.
        estimand: "att" or "ate".
    """

    effect: Effect
    propensity: Floats
    kept: Flags
    trimmed: int
    influence: Floats
    means: Means
    customers: int
    overlap: Overlap
    balance: tuple[Balance, ...]
    estimand: Estimand


@dataclass(frozen=True, slots=True, eq=False)
class EnrolmentEffects:
    """Effects on several outcomes that share their chances to enrol.

    Attributes:
        results: by outcome, in the order given.
        propensity: what they share.
    """

    results: Mapping[str, DoublyRobust]
    propensity: Propensity

    @property
    def effects(self) -> tuple[Effect, ...]:
        """One per outcome."""
        return tuple(found.effect for found in self.results.values())

    @property
    def points(self) -> Floats:
        """The differences, shape (outcomes,)."""
        return np.array([found.means.difference for found in self.results.values()])

    @property
    def influence(self) -> Floats:
        """Customers' shares in the errors of the differences, shape (customers, outcomes)."""
        return np.column_stack([found.influence for found in self.results.values()])


def doubly_robust(
    rows: TrialRows,
    *,
    nuisance: Learner = "linear",
    folds: int = 5,
    trim: float = 0.01,
    estimand: Estimand = "att",
    rng: np.random.Generator | None = None,
    confidence: float = 0.95,
    outcome: str = "outcome",
    by_trial: bool = True,
) -> DoublyRobust | Missing:
    """The effect of enrolling against not enrolling in the same week.

    Args:
        rows: of the trials.
        nuisance: "linear" (least squares and logistic regression), "logistic" (both logistic,
            for outcomes of 0 and 1) or "boosting" (gradient boosting of scikit-learn).
        folds: of customers, for cross-fitting; 0: none.
        trim: rows with a chance above 1 - trim are left out, for "ate" also those below trim.
        estimand: "att", the effect on those who enrolled; "ate", on all who could.
        rng: draws the folds; not needed without.
        confidence: level of the intervals.
        outcome: its name.
        by_trial: let blocks of neighbouring trials differ.

    Returns:
        The effect; missing where nobody, everybody or too few enrolled, and where covariates
        tell without error who did.

    Raises:
        ValueError: on missing values or columns of different lengths.

    Examples:
        >>> who, x = np.arange(200), np.repeat([[0.0], [1.0]], 100, axis=0)
        >>> enrolled = who % 2 == 0  # half of each kind, who buy one more
        >>> bought = x[:, 0] + enrolled + (who // 2) % 2
        >>> rows = TrialRows(bought, enrolled, x, ["x"], who, np.zeros(200))
        >>> round(doubly_robust(rows, folds=0).effect.difference.estimate, 6)
        1.0
    """
    found = enrolment_effects(
        rows, {outcome: rows.outcome}, nuisance=nuisance, folds=folds, trim=trim,
        estimand=estimand, rng=rng, confidence=confidence, by_trial=by_trial,
    )  # fmt: skip
    return found if isinstance(found, Missing) else found.results[outcome]


def enrolment_effects(
    rows: TrialRows,
    outcomes: Mapping[str, npt.NDArray[Any]],
    *,
    nuisance: Learner = "linear",
    folds: int = 5,
    trim: float = 0.01,
    estimand: Estimand = "att",
    rng: np.random.Generator | None = None,
    confidence: float = 0.95,
    by_trial: bool = True,
) -> EnrolmentEffects | Missing:
    """Effects on several outcomes of the same rows; see `doubly_robust`.

    Args:
        rows: of the trials; their own outcome is not looked at.
        outcomes: name to values, each of shape (n,).
        nuisance: as there.
        folds: as there.
        trim: as there.
        estimand: as there.
        rng: as there.
        confidence: as there.
        by_trial: as there.

    Raises:
        ValueError: on missing values or columns of different lengths.
    """
    propensity = fit_propensity(
        rows, nuisance=nuisance, folds=folds, trim=trim, estimand=estimand, by_trial=by_trial,
        rng=rng,
    )  # fmt: skip
    if isinstance(propensity, Missing):
        return propensity
    shared = _Shared(propensity, overlap(propensity), balance(rows, propensity.weights))
    results = {
        name: _result(name, values, shared, rng, confidence) for name, values in outcomes.items()
    }
    return EnrolmentEffects(results, propensity)


class _Shared(NamedTuple):
    propensity: Propensity
    overlap: Overlap
    balance: tuple[Balance, ...]


def _result(
    name: str,
    outcome: npt.ArrayLike,
    shared: _Shared,
    rng: np.random.Generator | None,
    confidence: float,
) -> DoublyRobust:
    propensity = shared.propensity
    found = estimated_means(outcome, propensity, rng)
    return DoublyRobust(
        effect=effect_of(found, name, confidence, _method(propensity)),
        propensity=propensity.chance,
        kept=propensity.kept,
        trimmed=int((~propensity.kept).sum()),
        influence=found.influence_treated - found.influence_control,
        means=found,
        customers=propensity.design.customers,
        overlap=shared.overlap,
        balance=shared.balance,
        estimand=propensity.estimand,
    )


def _method(propensity: Propensity) -> str:
    folds = int(propensity.fold.max()) + 1
    fitted = f"cross-fitted over {folds} folds of customers" if folds > 1 else "not cross-fitted"
    return f"AIPW, {propensity.estimand.upper()}, {propensity.learner} nuisances, {fitted}"


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
    x, t, w, kept = design.x, design.treated, design.weight, propensity.kept * 1.0
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
    x, t, w, kept = design.x, design.treated, design.weight, propensity.kept * 1.0
    odds = e / (1.0 - e)
    left0: Floats = (1.0 - t) * w * odds * (y - without.value)
    added1: Floats
    scored1, added1 = t * y, np.zeros(y.size)
    if having is not None:
        scored1 = t * (having.value + w * (y - having.value))
        added1 = having.carried(x, kept * t * (1.0 - w) * having.slope)
    slope0 = kept * (t - (1.0 - t) * w * odds) * without.slope
    return _Scores(
        kept * scored1,
        np.asarray(kept * (t * without.value + left0), dtype=np.float64),
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

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

from retention_research.models.arrays import Flags, Floats
from retention_research.models.fit import Missing
from retention_research.programs.effects import Effect
from retention_research.programs.enrolment.balance import Balance, balance
from retention_research.programs.enrolment.means import Means, effect_of
from retention_research.programs.enrolment.nuisances import Learner
from retention_research.programs.enrolment.overlap import Overlap, overlap
from retention_research.programs.enrolment.propensity import (
    Estimand,
    Propensity,
    fit_propensity,
)
from retention_research.programs.enrolment.rows import TrialRows
from retention_research.programs.enrolment.scores import estimated_means


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

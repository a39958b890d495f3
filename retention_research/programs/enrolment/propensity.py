"""The chance to enrol, given what was known: learnt once, shared by all outcomes.

Rosenbaum and Rubin (1983), Biometrika 70, 41-55. Where covariates tell without error who enrols,
there are no two customers to compare, and there is no effect to be had.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from retention_research.models.arrays import Flags, Floats, Integers
from retention_research.models.fit import Missing
from retention_research.programs.enrolment.nuisances import (
    Learner,
    Nuisance,
    cross_fitted,
    fitting,
)
from retention_research.programs.enrolment.rows import (
    Design,
    TrialRows,
    folds_by_customer,
    why_none,
)

Estimand = Literal["att", "ate"]
_DOUBT = 0.5  # if no row that was learnt from is told worse, all are told rightly
_CERTAIN = 1e-6  # chances nearer to 0 or 1 than this are told by the curve's shape alone


@dataclass(frozen=True, slots=True, eq=False)
class Propensity:
    """Chances to enrol in each row's trial.

    Attributes:
        design: the rows in the form that the fits take.
        chance: of each row, from customers of other folds, shape (n,).
        learnt: the fits behind it.
        fold: of each row, shape (n,).
        kept: rows within the trimming, shape (n,).
        trim: chances beyond which rows are left out.
        estimand: "att", the effect on those who enrolled; "ate", on all who could.
        learner: how it was learnt.
    """

    design: Design
    chance: Floats
    learnt: Nuisance
    fold: Integers
    kept: Flags
    trim: float
    estimand: Estimand
    learner: Learner

    @property
    def weights(self) -> Floats:
        """What each row counts in the comparison, 0 where it is trimmed, shape (n,).

        Among the enrolled 1 ("att") or 1 / e, among the others e / (1 - e) or 1 / (1 - e).
        """
        e, t = self.chance, self.design.treated
        ones = np.ones(e.size) if self.estimand == "ate" else e
        above = np.where(t == 1.0, ones / e, ones / (1.0 - e))
        return np.where(self.kept, above, 0.0)


def fit_propensity(
    rows: TrialRows,
    *,
    nuisance: Learner = "linear",
    folds: int = 5,
    trim: float = 0.01,
    estimand: Estimand = "att",
    by_trial: bool = True,
    rng: np.random.Generator | None = None,
) -> Propensity | Missing:
    """Learn the chance to enrol.

    Args:
        rows: of the trials; the outcome is not looked at.
        nuisance: "boosting" for gradient boosting; "linear" and "logistic" both mean logistic
            regression here.
        folds: of customers; 0: no cross-fitting.
        trim: rows with a chance above 1 - trim are left out, for "ate" also those below trim.
        estimand: "att" or "ate".
        by_trial: let blocks of neighbouring trials differ.
        rng: draws the folds.

    Returns:
        The chances; missing where nobody, everybody or too few enrolled, and where covariates
        tell without error who did.

    Raises:
        ValueError: on missing values or columns of different lengths.

    Examples:
        >>> x, who = np.tile([[0.0], [1.0]], (50, 1)), np.arange(100)
        >>> rows = TrialRows(x[:, 0], who % 4 < 2, x, ["x"], who, np.zeros(100))
        >>> fit_propensity(rows, folds=0).chance.round(6)[:2].tolist()
        [0.5, 0.5]
    """
    if not 0.0 <= trim < 0.5:
        raise ValueError(f"trim is {trim:g}; it must lie between 0 and 0.5")
    design = Design.of(rows, by_trial=by_trial)
    reason = why_none(design)
    if reason:
        return Missing("propensity", reason)
    fold = folds_by_customer(design, folds, rng)
    everybody = np.ones(design.treated.size)
    fit = fitting(
        "boosting" if nuisance == "boosting" else "logistic", design.treated, everybody, rng
    )
    learnt = cross_fitted(fit, design.x, design.treated, everybody, fold)
    apart = _told_apart(rows, design, learnt)
    if apart:
        return Missing("propensity", apart)
    chance = np.clip(learnt.value, _CERTAIN, 1.0 - _CERTAIN)
    kept = (chance <= 1.0 - trim) & ((chance >= trim) | (estimand == "att"))
    found = Propensity(design, chance, learnt, fold, kept, trim, estimand, nuisance)
    return _enough(found)


def _enough(found: Propensity) -> Propensity | Missing:
    treated = found.design.treated == 1.0
    for name, group in (("enrolled", treated), ("did not enrol", ~treated)):
        if found.design.customers_of(group & found.kept) < 2:
            return Missing(
                "propensity",
                f"Among those who {name}, nobody is left who is like those on the other side: "
                f"chances to enrol beyond {found.trim:g} of certainty were left out.",
            )
    return found


def _told_apart(rows: TrialRows, design: Design, learnt: Nuisance) -> str:
    """What tells the enrolled from the others without error; empty if nothing does."""
    enrolled = design.treated == 1.0
    sorted_out = learnt.value[enrolled].min() > learnt.value[~enrolled].max()
    if not sorted_out and not any(np.abs(part.score).max() < _DOUBT for part in learnt.parts):
        return ""
    names = _separating(rows, design)
    told = ", ".join(names) if names else "What was known beforehand"
    return (
        f"{told} {'tells' if len(names) < 2 else 'together tell'} without error who enrolled: no "
        "customer who did is like one who did not."
    )


def _separating(rows: TrialRows, design: Design) -> list[str]:
    """The covariate that does so alone; else those that do so together."""
    from retention_research.models.logistic_rows import LogisticRows
    from retention_research.models.separation import separating

    x = np.asarray(rows.covariates, dtype=np.float64)
    yes, no = x[design.treated == 1.0], x[design.treated == 0.0]
    alone = (yes.min(axis=0) > no.max(axis=0)) | (yes.max(axis=0) < no.min(axis=0))
    if alone.any():
        return [name for name, one in zip(rows.names, alone, strict=True) if one]
    return separating(LogisticRows.of(design.treated, x, names=list(rows.names)))

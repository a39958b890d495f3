"""Outcomes that the program cannot have changed: an effect on them shows what is left unadjusted.

Lipsitch, Tchetgen Tchetgen and Cohen (2010), Epidemiology 21, 383-388.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.enrolment.doubly_robust import doubly_robust
from retention_research.programs.enrolment.means import p_value_of
from retention_research.programs.enrolment.nuisances import Learner
from retention_research.programs.enrolment.propensity import Estimand
from retention_research.programs.enrolment.rows import TrialRows


class Placebo(NamedTuple):
    """An effect that must not be there.

    Attributes:
        effect: on the placebo outcome.
        standardised: the same in standard deviations of that outcome among the enrolled.
        p_value: of no difference, two-sided.
        passed: the p value is not below the level.
        told: what was found.
    """

    effect: Effect
    standardised: float
    p_value: float
    passed: bool
    told: str


def placebo_test(
    rows: TrialRows,
    placebo: npt.ArrayLike | None = None,
    *,
    nuisance: Learner = "linear",
    folds: int = 5,
    trim: float = 0.01,
    estimand: Estimand = "att",
    rng: np.random.Generator | None = None,
    confidence: float = 0.95,
    level: float = 0.05,
    name: str = "placebo",
) -> Placebo | Missing:
    """Estimate the effect on something that came before the program, as on any outcome.

    Args:
        rows: of the trials. The placebo outcome must be none of the covariates, nor a sum of
            them: that would always pass.
        placebo: shape (n,), before time zero, or after it and out of the program's reach; that
            of the rows if left out.
        nuisance: as of `doubly_robust`.
        folds: as there.
        trim: as there.
        estimand: as there.
        rng: as there.
        confidence: as there.
        level: of the test.
        name: of the outcome.

    Returns:
        The test; missing where there is no placebo outcome or no effect can be told.

    Raises:
        ValueError: on missing values or columns of different lengths.
    """
    values = rows.placebo if placebo is None else placebo
    if values is None:
        return Missing(name, "No outcome is known that the program cannot have changed.")
    found = doubly_robust(
        rows.with_outcome(values), nuisance=nuisance, folds=folds, trim=trim, estimand=estimand,
        rng=rng, confidence=confidence, outcome=name,
    )  # fmt: skip
    if isinstance(found, Missing):
        return Missing(name, found.reason)
    difference = found.effect.difference
    if isinstance(difference, Missing):
        return Missing(name, difference.reason)
    p_value = p_value_of(found.means, difference)
    spread = float(np.asarray(values, dtype=np.float64)[np.asarray(rows.treated) == 1].std())
    return _test(found.effect, difference, p_value, spread, level)


def _test(
    effect: Effect, difference: Estimate, p_value: float, spread: float, level: float
) -> Placebo:
    standardised = difference.estimate / spread if spread else 0.0
    passed = p_value >= level
    told = (
        "No effect was found where there can be none."
        if passed
        else "An effect was found where there can be none: those who enrolled differ from the "
        "others in something that was not recorded."
    )
    return Placebo(effect, standardised, p_value, passed, told)

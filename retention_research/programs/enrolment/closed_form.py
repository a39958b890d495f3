"""The doubly robust effect in closed form, without cross-fitting, one row per customer or more."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from retention_research.models.fit import Missing
from retention_research.programs.effects import Effect
from retention_research.programs.enrolment.doubly_robust import doubly_robust
from retention_research.programs.enrolment.propensity import Estimand
from retention_research.programs.enrolment.rows import TrialRows


def aipw(
    outcome: npt.ArrayLike,
    treated: npt.ArrayLike,
    covariates: npt.ArrayLike,
    *,
    cluster: npt.ArrayLike | None = None,
    estimand: Estimand = "ate",
    trim: float = 0.0,
    confidence: float = 0.95,
    name: str = "outcome",
) -> Effect | Missing:
    """Least squares within each side, logistic regression of the treatment, and both together.

    The points are those of statsmodels' `TreatmentEffect.aipw()`; the error is its sandwich over
    all equations at once, with clusters where there are any, times sqrt(G / (G - 1)).

    Args:
        outcome: shape (n,).
        treated: 1 or 0, shape (n,).
        covariates: shape (n, k), without a column of ones.
        cluster: customers, shape (n,); each row is its own if left out.
        estimand: "ate" or "att".
        trim: chances beyond which rows are left out; none if 0.
        confidence: level of the intervals.
        name: of the outcome.

    Returns:
        The effect; missing where one side is empty, too small, or told without error.

    Raises:
        ValueError: on missing values or columns of different lengths.

    Examples:
        >>> who, x = np.arange(200), np.repeat([0.0, 1.0], 100)[:, None]
        >>> given = who % 2 == 0
        >>> effect = aipw(x[:, 0] + given + (who // 2) % 2, given, x)
        >>> round(effect.difference.estimate, 6), round(effect.mean_control, 6)
        (1.0, 1.0)
    """
    y, x = np.asarray(outcome, dtype=np.float64), np.asarray(covariates, dtype=np.float64)
    names = [f"x{place}" for place in range(x.shape[1])]
    rows = TrialRows(
        outcome=y,
        treated=np.asarray(treated),
        covariates=x,
        names=names,
        customer=np.arange(y.size) if cluster is None else np.asarray(cluster),
        trial=np.zeros(y.size, dtype=np.intp),
    )
    found = doubly_robust(
        rows, folds=0, trim=trim, estimand=estimand, confidence=confidence, outcome=name
    )
    return found if isinstance(found, Missing) else found.effect

"""What a Cox regression leaves unexplained, row by row and event by event."""

from dataclasses import dataclass

import numpy as np

from retention_research.models.arrays import Floats, Integers
from retention_research.models.cox.influence import mean_at_events, score_by_row
from retention_research.models.cox.regression import CoxFit, fitted_sums
from retention_research.models.cox.rows import CoxRows


@dataclass(frozen=True, slots=True, eq=False)
class SchoenfeldResiduals:
    """Covariates of each event less those expected then (Schoenfeld, 1982, Biometrika 69).

    Attributes:
        row: which row each event belongs to, shape (E,), in order of time.
        time: of each event, shape (E,), in the fit's unit.
        residual: shape (E, k), each in its covariate's unit.
    """

    row: Integers
    time: Floats
    residual: Floats


def martingale_residuals(fit: CoxFit, rows: CoxRows) -> Floats:
    """Events less events expected, of one customer of each row.

    Args:
        fit: a Cox regression.
        rows: those it was fitted to.

    Returns:
        Residuals, shape (n,), at most 1; their weighted sum is 0.

    Examples:
        >>> from retention_research.models.cox import CoxRows, fit_cox
        >>> rows = CoxRows.of([1, 2, 3, 4], [1, 1, 0, 1], [[1], [0], [1], [0]], names=["member"])
        >>> bool(abs(martingale_residuals(fit_cox(rows), rows).sum()) < 1e-9)
        True
    """
    return np.asarray(rows.event - fitted_sums(fit, rows).expected(rows))


def score_residuals(fit: CoxFit, rows: CoxRows) -> Floats:
    """What one customer of each row adds to the gradient.

    Args:
        fit: a Cox regression.
        rows: those it was fitted to.

    Returns:
        Residuals, shape (n, k), each in its covariate's unit; their weighted sums are 0.

    Examples:
        >>> from retention_research.models.cox import CoxRows, fit_cox
        >>> rows = CoxRows.of([1, 2, 3, 4], [1, 1, 0, 1], [[1], [0], [1], [0]], names=["member"])
        >>> score_residuals(fit_cox(rows), rows).shape
        (4, 1)
    """
    return np.asarray(score_by_row(rows, fitted_sums(fit, rows)).T * rows.scale)


def schoenfeld_residuals(fit: CoxFit, rows: CoxRows) -> SchoenfeldResiduals:
    """Covariates of each event less those expected then.

    Args:
        fit: a Cox regression.
        rows: those it was fitted to.

    Returns:
        One residual per row with the event, in order of time; weighted, they sum to 0.

    Examples:
        >>> from retention_research.models.cox import CoxRows, fit_cox
        >>> rows = CoxRows.of([1, 2, 3, 4], [1, 1, 0, 1], [[1], [0], [1], [0]], names=["member"])
        >>> schoenfeld_residuals(fit_cox(rows), rows).time
        array([1., 2., 4.])
    """
    happened = np.flatnonzero(rows.event)
    row = happened[np.argsort(rows.duration[happened], kind="stable")]
    means = mean_at_events(rows, fitted_sums(fit, rows))[:, rows.until[row] - 1]
    return SchoenfeldResiduals(row, rows.duration[row], (rows.z[:, row] - means).T * rows.scale)

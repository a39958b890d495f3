"""Do covariates together tell an outcome without error?

Konis (2007), Linear programming algorithms for detecting separated data in binary logistic
regression, chapter 4: a direction in which no row of either outcome lies on the wrong side.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from retention_research.models.logistic_rows import LogisticRows

_SEEN = 1e-6  # of a direction's components, which lie within -1 and 1


def separating(rows: LogisticRows) -> list[str]:
    """The covariates that together separate the outcomes; none if nothing does.

    Args:
        rows: of the regression.

    Example:
        >>> rows = LogisticRows.of([0, 0, 1, 1], [[0.0], [1.0], [2.0], [3.0]], names=["x"])
        >>> separating(rows)
        ['x']
    """
    counted = rows.weights > 0.0
    design = rows.scaled().design[counted]
    scale = np.abs(design).max(axis=0)
    signed = design / np.where(scale > 0.0, scale, 1.0)
    signed = np.unique(signed * (2.0 * rows.outcome[counted] - 1.0)[:, None], axis=0)
    found = linprog(
        -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1.0, 1.0)
    )
    if found.x is None or found.fun is None or found.fun > -_SEEN:
        return []
    parts = zip(rows.names, found.x[1:], strict=True)
    return [name for name, part in parts if abs(part) > _SEEN]

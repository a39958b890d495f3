"""Two-way fixed effects: what is often done with a staggered roll-out, kept only as a warning.

Units that started earlier serve as comparison for later ones, so that a growing effect is taken
off itself: Goodman-Bacon (2021), Journal of Econometrics 225, 254-277.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import t

from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.rollout.panel import NEVER, Panel


def two_way_fixed_effects(panel: Panel, confidence: float = 0.95) -> Estimate | Missing:
    """The coefficient of having started, beside a level for each unit and each period.

    Args:
        panel: outcomes by unit and period; rows without customers or outcome are left out.
        confidence: level of the interval, errors clustered by unit.

    Returns:
        The coefficient per customer and period; missing where it is not identified.

    Example:
        >>> outcome = np.array([[0.0, 0, 0], [0, 0, 4], [0, 2, 6]])
        >>> round(two_way_fixed_effects(Panel(outcome, np.array([-1, 2, 1]))).estimate, 6)
        3.0
    """
    units, periods = panel.outcome.shape
    begun = (panel.start[:, None] != NEVER) & (np.arange(periods) >= panel.start[:, None])
    size = np.ones((units, periods)) if panel.size is None else panel.size
    used = (size > 0.0) & np.isfinite(panel.outcome)
    weight = np.where(used, size, 0.0)
    treated = _demeaned(begun.astype(np.float64), weight)
    outcome = _demeaned(np.where(used, panel.outcome, 0.0), weight)
    scale = float((weight * treated**2).sum())
    if units < 2 or scale <= 1e-9 * max(1.0, float((weight * begun).sum())):
        return Missing("two_way", "Who has started is told by unit and period alone.")
    effect = float((weight * treated * outcome).sum()) / scale
    score = (weight * treated * (outcome - effect * treated)).sum(axis=1)
    error = float(np.sqrt(units / (units - 1.0) * (score @ score))) / scale
    reach = float(t.ppf(0.5 + confidence / 2.0, units - 1)) * error
    return Estimate("two_way", effect, error, effect - reach, effect + reach)


def _demeaned(values: Floats, weight: Floats) -> Floats:
    """What unit and period leave of the values, weighted least squares."""
    rows, columns = weight.sum(axis=1), weight.sum(axis=0)
    # normal equations of the levels, those of units taken out
    share = weight / np.where(rows > 0.0, rows, 1.0)[:, None]
    inner = np.diag(columns) - weight.T @ share
    right = (weight * values).sum(axis=0) - weight.T @ (share * values).sum(axis=1)
    period: Floats = np.linalg.lstsq(inner, right, rcond=None)[0]
    unit = (share * (values - period[None, :])).sum(axis=1)
    return values - period[None, :] - unit[:, None]

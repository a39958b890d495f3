"""What enrolling does while it is kept to: weights for those who changed sides in the window.

Robins and Finkelstein (2000), Biometrics 56, 779-788: a customer who went on counts for those like
them who were lost, by one over the chance to go on, period by period.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Flags, Floats, Integers, refuse
from retention_research.models.fit import Missing
from retention_research.programs.enrolment.nuisances import logistic
from retention_research.programs.enrolment.rows import in_standard_units

_EVENTS = 10  # who changed sides, for each covariate that tells them (Peduzzi et al., 1996)


class CensoringWeights(NamedTuple):
    """Weights for `TrialRows.weight`.

    Attributes:
        weight: one per row of the trials, 0 for those who changed sides, shape (n,).
        lost_treated, lost_control: shares of each side that changed sides.
        largest: the largest weight after truncation.
        truncated: weights that were cut to the quantile.
        adjusted: for treated and control, whether covariates tell who was lost; else time alone.
    """

    weight: Floats
    lost_treated: float
    lost_control: float
    largest: float
    truncated: int
    adjusted: tuple[bool, bool]


def censoring_weights(
    row: npt.ArrayLike,
    period: npt.ArrayLike,
    changed: npt.ArrayLike,
    covariates: npt.ArrayLike,
    treated: npt.ArrayLike,
    *,
    names: Sequence[str],
    rows: int,
    truncate: float = 0.99,
) -> CensoringWeights | Missing:
    """One over the chance to have kept to the side taken at time zero.

    Args:
        row: which row of the trials a period belongs to, 0 to rows - 1, shape (m,).
        period: of the window, from 0, shape (m,); none after the one in which sides were changed.
        changed: sides were changed in it: a control enrolled, a member left, shape (m,).
        covariates: as known when the period began, shape (m, k).
        treated: the side at time zero, shape (m,).
        names: of the covariates, shape (k,).
        rows: how many rows the trials have.
        truncate: larger weights count as this quantile of their side's; 1: none.

    Returns:
        The weights; missing where all of one side changed.

    Raises:
        ValueError: on missing values, shapes that do not fit, or rows without a period.

    Examples:
        >>> found = censoring_weights(
        ...     [0, 1, 2, 3, 4], np.zeros(5), [1, 0, 0, 0, 0], np.zeros((5, 1)), [1, 1, 0, 0, 0],
        ...     names=["orders"], rows=5)
        >>> found.weight.round(3).tolist()  # one of two members left
        [0.0, 2.0, 1.0, 1.0, 1.0]
    """
    place, at = np.asarray(row, dtype=np.intp), np.asarray(period, dtype=np.float64)
    lost, side = np.asarray(changed, dtype=np.float64), np.asarray(treated, dtype=np.float64) == 1.0
    x = np.asarray(covariates, dtype=np.float64)
    _check(place, at, lost, side, x, names, rows)
    log_stay, adjusted = np.zeros(place.size), []
    for member in (True, False):
        mine = side == member
        chance, told = _chances(at[mine], lost[mine], x[mine])
        log_stay[mine] = np.log1p(-np.minimum(chance, 1.0 - 1e-6))
        adjusted.append(told)
    ended = np.bincount(place, weights=lost, minlength=rows) > 0.0
    arm = np.bincount(place, weights=side, minlength=rows) > 0.0
    whole = np.where(ended, 0.0, np.exp(-np.bincount(place, weights=log_stay, minlength=rows)))
    if any(not (~ended & (arm == member)).any() for member in (True, False)):
        return Missing("per_protocol", "Everybody on one side changed sides within the window.")
    weight = _truncated(whole, arm, ended, truncate)
    return CensoringWeights(
        weight=weight,
        lost_treated=float(ended[arm].mean()),
        lost_control=float(ended[~arm].mean()),
        largest=float(weight.max()),
        truncated=int((whole > weight).sum()),
        adjusted=(adjusted[0], adjusted[1]),
    )


def _check(
    place: Integers, at: Floats, lost: Floats, side: Flags, x: Floats, names: Sequence[str],
    rows: int,
) -> None:  # fmt: skip
    if x.shape != (place.size, len(names)):
        raise ValueError(f"covariates have shape {x.shape}; {(place.size, len(names))} is needed")
    for name, column in (("period", at), ("changed", lost), ("treated", side)):
        if column.shape != place.shape:
            raise ValueError(f"{name} has shape {column.shape}; {place.shape} is needed")
    finite = np.isfinite(x).all(axis=1) & np.isfinite(at)
    refuse(np.logical_not(finite), "a period or covariate is missing or infinite")
    refuse((lost != 0.0) & (lost != 1.0), "changed is neither true nor false")
    refuse((place < 0) | (place >= rows), "row lies outside the trials")
    refuse(np.bincount(place, minlength=rows) == 0, "a row of the trials has no period")


def _chances(at: Floats, lost: Floats, x: Floats) -> tuple[Floats, bool]:
    """The chance to change sides in each period, and whether covariates tell it."""
    events = float(lost.sum())
    if not events:
        return np.zeros(lost.size), True
    time = np.column_stack([at, at**2]) if np.unique(at).size > 2 else at[:, None]
    adjusted = events >= _EVENTS * max(1, x.shape[1])
    columns = np.column_stack([time, x]) if adjusted else time
    design = np.column_stack([np.ones(lost.size), in_standard_units(columns)])
    one = np.zeros(lost.size, dtype=np.intp)
    return logistic(design, lost, np.ones(lost.size), one)[0].value, adjusted


def _truncated(whole: Floats, arm: Flags, ended: Flags, truncate: float) -> Floats:
    if truncate >= 1.0:
        return whole
    cut = whole.copy()
    for member in (True, False):
        mine = (arm == member) & ~ended
        cut[mine] = np.minimum(whole[mine], np.quantile(whole[mine], truncate))
    return cut

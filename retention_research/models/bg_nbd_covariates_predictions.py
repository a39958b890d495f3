"""BG/NBD with covariates: what new customers would buy, at their covariates or at others.

A scenario, not a forecast of an effect: a coefficient says what goes with a covariate, and only a
randomised change of it would say what follows from it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, checked, checked_weights
from retention_research.models.bg_nbd_covariates import BASIC, SIDES, BgNbdCovariatesFit
from retention_research.models.bg_nbd_predictions import expected_purchases_if_alive
from retention_research.models.covariates import checked_covariates, count_rows, wald
from retention_research.models.fit import Estimate, Missing

STEP = 0.01  # of a standard error, along the axes of what is uncertain
FARTHEST = 12.0  # logarithms by which rates and odds may differ from those of average customers


class _Group(NamedTuple):
    """New customers, counted: covariates of shape (m, k), customers of shape (m,)."""

    rows: Floats
    customers: Floats


def expected_new_purchases(
    fit: BgNbdCovariatesFit,
    t: float,
    covariates: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
) -> Estimate | Missing:
    """The mean repeat purchases of new customers in the time t after their first purchase.

    Args:
        fit: the fitted model.
        t: time since the first purchase, in the fit's unit.
        covariates: shape (m, k), in the order of the fit's names and in their own units.
        weights: customers per row, shape (m,); one each if left out.

    Returns:
        Purchases per customer, with a delta-method interval; missing where the data do not
        determine the coefficients, or where covariates lie too far from the customers'.

    Raises:
        ValueError: on negative times, missing covariates, or nobody.

    Examples:
        >>> from retention_research.models.bg_nbd_covariates import fit_bg_nbd_covariates
        >>> histories = [0, 1, 1, 2, 2, 5] * 2, [0, 3, 25, 10, 30, 34] * 2, [38] * 12
        >>> counts = [700, 120, 90, 50, 60, 40, 300, 90, 110, 50, 90, 80]
        >>> member = [0] * 6 + [1] * 6
        >>> fit = fit_bg_nbd_covariates(*histories, member, names=["member"], weights=counts)
        >>> [round(expected_new_purchases(fit, 38.0, [x]).estimate, 1) for x in (0, 1)]
        [0.6, 1.2]
    """
    group = _counted(fit, covariates, weights)
    return _estimate(fit, "expected_purchases", lambda at: _mean(at, t, group), group)


def purchases_gained(
    fit: BgNbdCovariatesFit,
    t: float,
    now: npt.ArrayLike,
    then: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
) -> Estimate | Missing:
    """How many more purchases new customers would make, had they other covariates.

    Args:
        fit: the fitted model.
        t: time since the first purchase, in the fit's unit.
        now: covariates, shape (m, k).
        then: those of the scenario, shape (m, k).
        weights: customers per row, shape (m,); one each if left out.

    Returns:
        Purchases per customer, below 0 for a loss, with a delta-method interval that knows that
        both sides share their parameters; missing where the data do not determine them, or
        where covariates lie too far from the customers'.

    Raises:
        ValueError: on negative times, missing covariates, or nobody.

    Examples:
        >>> from retention_research.models.bg_nbd_covariates import fit_bg_nbd_covariates
        >>> histories = [0, 1, 1, 2, 2, 5] * 2, [0, 3, 25, 10, 30, 34] * 2, [38] * 12
        >>> counts = [700, 120, 90, 50, 60, 40, 300, 90, 110, 50, 90, 80]
        >>> member = [0] * 6 + [1] * 6
        >>> fit = fit_bg_nbd_covariates(*histories, member, names=["member"], weights=counts)
        >>> round(purchases_gained(fit, 38.0, [0], [1]).estimate, 1)
        0.6
    """
    before, after = _counted(fit, now, weights), _counted(fit, then, weights)
    return _estimate(
        fit, "purchases_gained", lambda at: _mean(at, t, after) - _mean(at, t, before),
        before, after,
    )  # fmt: skip


def _counted(
    fit: BgNbdCovariatesFit, covariates: npt.ArrayLike, weights: npt.ArrayLike | None
) -> _Group:
    table = np.asarray(covariates, np.float64)
    table = table if table.ndim == 2 else table.reshape(-1, max(len(fit.names), 1))
    given = checked_covariates(table, fit.names, table.shape[0])
    customers = checked_weights(weights, table.shape[0])
    if not customers.any():
        raise ValueError("there are no customers to expect purchases of")
    return _Group(*count_rows(given, customers))


def _too_far(fit: BgNbdCovariatesFit, group: _Group) -> bool:
    """Whether some customer's rate or odds of leaving lie beyond all that could be fitted."""
    values = {row.term: row.estimate for row in fit.estimates}
    away = group.rows - np.array(fit.means)
    sides = (np.array([values.get(f"{side}.{name}", 0.0) for name in fit.names]) for side in SIDES)
    return any(bool((np.abs(away @ side) > FARTHEST).any()) for side in sides)


def _mean(fit: BgNbdCovariatesFit, t: float, group: _Group) -> float:
    time = checked("t", t)
    expected = [
        expected_purchases_if_alive(fit.parameters_of(row), time, 0.0, 0.0)[0] for row in group.rows
    ]
    return float(group.customers @ np.array(expected) / group.customers.sum())


def _estimate(
    fit: BgNbdCovariatesFit,
    term: str,
    function: Callable[[BgNbdCovariatesFit], float],
    *groups: _Group,
) -> Estimate | Missing:
    """A function of the fit with its error, from differences along the covariance's axes."""
    needed = [row for row in fit.estimates if row.term not in {"a", "b"}]
    if any(row.std_error is None for row in needed):
        return Missing(term, fit.verdict.words)
    if any(_too_far(fit, group) for group in groups):
        return Missing(term, "The covariates lie too far from those of the customers fitted.")
    spread, axes = np.linalg.eigh(np.array(fit.covariance))
    steps = STEP * (axes * np.sqrt(np.maximum(spread, 0.0))).T
    slopes = [(function(_moved(fit, step)) - function(_moved(fit, -step))) / 2.0 for step in steps]
    error = float(np.sqrt(np.sum(np.square(slopes)))) / STEP
    return wald(term, function(fit), error, fit.confidence)


def _moved(fit: BgNbdCovariatesFit, step: Floats) -> BgNbdCovariatesFit:
    """The fit with log r, log alpha, log a, log b and the coefficients moved."""
    basic = len(BASIC)
    values = fit.values
    values[:basic] *= np.exp(step[:basic])
    values[basic:] += step[basic:]
    pairs = zip(fit.estimates, values.tolist(), strict=True)
    return replace(fit, estimates=tuple(Estimate(row.term, value) for row, value in pairs))

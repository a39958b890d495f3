"""The share of a customer base that is gone, by a survival curve and by a purchase model.

Both say how likely each customer is to be gone; the share is the mean over the customers, who are
taken as given. Intervals are on the logit scale, by the delta method; they hold what is unknown of
the curve or of the model's parameters, not whether the model is right.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import (
    Floats,
    Integers,
    checked,
    checked_weights,
    distinct,
    refuse,
    same_length,
)
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import delta_error, log_gradient, quantile
from retention_research.models.kaplan_meier import KaplanMeierFit
from retention_research.models.purchase_fit import PurchaseFit

Histories = tuple[Floats, Floats, Floats]  # frequency, recency, T
Chance = Callable[[PurchaseFit, Histories], Floats]


def share_gone(
    fit: KaplanMeierFit, ages: npt.ArrayLike, customers: npt.ArrayLike | None = None
) -> Estimate | Missing:
    """The mean of 1 - S(age) over customers: who is expected to have left by now.

    The variance is that of a weighted mean of points of one curve, whose covariances are
    S(a) S(b) times Greenwood's sum up to the earlier of both (Klein and Moeschberger, 2003,
    section 4.2): with A the part of the mean beyond an event's time, the sum of A^2 d / (n (n-d)).

    Args:
        fit: the curve; flat beyond the longest time watched.
        ages: time since each customer came, shape (n,), in the fit's unit.
        customers: per row, shape (n,); one each if left out.

    Returns:
        The share; missing where there is nobody, or the curve has a hole.

    Raises:
        ValueError: on negative or missing ages.

    Example:
        >>> from retention_research.models.kaplan_meier import fit_kaplan_meier
        >>> fit = fit_kaplan_meier([0, 10, 20, 20], [1, 1, 0, 0])
        >>> share_gone(fit, [5, 15]).estimate
        0.375
    """
    age = checked("ages", ages)
    weight = checked_weights(customers, age.size)
    if weight.sum() <= 0.0:
        return Missing("share", "There is nobody to count.")
    if fit.gap is not None:
        return Missing("share", "Nobody was watched at some age, so the curve has a hole.")
    time, curve = np.array(fit.time), np.array(fit.survival, dtype=np.float64)
    still = np.append(1.0, curve)[np.searchsorted(time, age, side="right")]
    held = weight / weight.sum() * still
    beyond = np.array([held[age >= t].sum() for t in time[_ended(fit)]])
    error = float(np.sqrt(_greenwood(fit) @ beyond**2))
    return _on_logit_scale(1.0 - float(held.sum()), error, fit.confidence)


def _ended(fit: KaplanMeierFit) -> npt.NDArray[np.bool_]:
    """Times with an event that left somebody: beyond the last of all, nothing is left to vary."""
    d, n = np.array(fit.n_events), np.array(fit.n_at_risk)
    return (d > 0) & (n > d)


def _greenwood(fit: KaplanMeierFit) -> Floats:
    d, n = np.array(fit.n_events, dtype=float), np.array(fit.n_at_risk, dtype=float)
    some = _ended(fit)
    return np.asarray(d[some] / (n[some] * (n[some] - d[some])))


def share_not_alive(
    fit: PurchaseFit,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    customers: npt.ArrayLike | None = None,
) -> Estimate | Missing:
    """The mean of 1 - P(alive) over customers with at least one repeat purchase.

    Under BG/NBD nobody leaves before a repeat purchase: of who bought once it says nothing.

    Args:
        fit: a purchase model.
        frequency: repeat purchases, 1 or more, shape (n,).
        recency: time from first to last purchase, shape (n,), in the fit's unit.
        T: time from first purchase to now, shape (n,), in the fit's unit.
        customers: per row, shape (n,); one each if left out.

    Returns:
        The share; missing where there is nobody, or the model knows no leaving.

    Raises:
        ValueError: if somebody bought once only, or on impossible histories.

    Example:
        >>> from retention_research.models.bg_nbd import fit_bg_nbd
        >>> counts = [700, 120, 90, 50, 60, 40]
        >>> fit = fit_bg_nbd([0, 1, 1, 2, 2, 5], [0, 3, 25, 10, 30, 34], [38] * 6, weights=counts)
        >>> found = share_not_alive(fit, [1, 2], [3, 30], [38, 38])
        >>> 0 < found.conf_low < found.estimate < found.conf_high < 1
        True
    """
    refuse(checked("frequency", frequency) < 1.0, "frequency is below 1")
    if fit.name == "nbd":
        return Missing("share", fit.verdict.words)
    return _mean_chance(fit, (frequency, recency, T), customers, _not_alive)


def _not_alive(fit: PurchaseFit, history: Histories) -> Floats:
    return np.asarray(1.0 - fit.probability_alive(*history))


def share_without_purchase(
    fit: PurchaseFit,
    ahead: float,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    customers: npt.ArrayLike | None = None,
) -> Estimate | Missing:
    """The mean probability of no purchase in (T, T + ahead] over customers.

    Args:
        fit: a purchase model.
        ahead: how far to look, in the fit's unit.
        frequency: repeat purchases, shape (n,).
        recency: time from first to last purchase, shape (n,), in the fit's unit.
        T: time from first purchase to now, shape (n,), in the fit's unit.
        customers: per row, shape (n,); one each if left out.

    Returns:
        The share; missing where there is nobody.

    Raises:
        ValueError: on impossible histories.

    Example:
        >>> from retention_research.models.nbd import fit_nbd
        >>> fit = fit_nbd([0, 1, 3], [0, 9, 30], [38, 38, 38], weights=[700, 200, 90])
        >>> near, far = (share_without_purchase(fit, t, [1], [9], [38]).estimate for t in (1, 50))
        >>> near > far
        True
    """
    same_length(frequency=checked("frequency", frequency), T=checked("T", T))
    pairs, place = distinct(checked("frequency", frequency), checked("T", T))
    none = partial(_no_purchase, ahead, pairs, place)
    return _mean_chance(fit, (frequency, recency, T), customers, none)


def _no_purchase(
    ahead: float, pairs: tuple[Floats, ...], place: Integers, fit: PurchaseFit, history: Histories
) -> Floats:
    """Gone, or alive and without a purchase: of the living, only frequency and T matter."""
    x, window = pairs
    zero, times = np.zeros(x.size), np.full(x.size, ahead)
    told = fit.log_probability_of_purchases_if_alive(zero, times, x, window)
    alive = fit.probability_alive(*history)
    return np.asarray(1.0 - alive + alive * np.exp(told)[place])


def _mean_chance(
    fit: PurchaseFit,
    history: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike],
    customers: npt.ArrayLike | None,
    chance: Chance,
) -> Estimate | Missing:
    frequency, recency, window = (np.asarray(column, dtype=np.float64) for column in history)
    same_length(frequency=frequency, recency=recency, T=window)
    weight = checked_weights(customers, frequency.size)
    if weight.sum() <= 0.0:
        return Missing("share", "There is nobody to count.")

    def mean(values: Floats) -> Floats:
        moved = chance(fit.with_values(values), (frequency, recency, window))
        return np.atleast_1d(weight @ moved / weight.sum())

    error = delta_error(log_gradient(mean, fit.values)[0], fit.covariance_matrix)
    return _on_logit_scale(float(mean(fit.values)[0]), error, fit.confidence)


def _on_logit_scale(share: float, error: float | None, confidence: float) -> Estimate:
    if error is None or not 0.0 < share < 1.0:
        return Estimate("share", share, error)
    reach = np.exp(quantile(confidence) * error / (share * (1.0 - share)))
    odds = share / (1.0 - share)
    low, high = float(odds / reach), float(odds * reach)
    return Estimate("share", share, error, low / (1.0 + low), high / (1.0 + high))

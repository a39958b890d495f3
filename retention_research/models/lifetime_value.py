"""Lifetime value: expected purchases still to come, discounted, times spend, times margin."""

from dataclasses import dataclass
from functools import partial
from math import inf, isinf

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import (
    Floats,
    checked,
    checked_weights,
    distinct,
    same_length,
)
from retention_research.models.fit import Estimate
from retention_research.models.gamma_gamma import (
    GammaGammaFit,
    GammaGammaParameters,
    expected_customer_spend,
)
from retention_research.models.intervals import (
    delta_error,
    log_gradient,
    positive_interval,
    quantile,
)
from retention_research.models.purchase_fit import PurchaseFit

NODES = 32  # of the integral over time, within a horizon; twice as many without one
FOR_EVER = 40.0  # exp(-40) of a value is nothing
AT_ONCE = 1_000_000  # values held in memory together


def discounted_purchases(
    fit: PurchaseFit,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    *,
    horizon: float = inf,
    discount: float,
) -> Floats:
    """Expected purchases within the horizon, each worth exp(-discount * time until it).

    With E(t) the expected purchases up to t, this is e^(-dH) E(H) + d times the integral of
    e^(-dt) E(t) over (0, H), by parts from the definition in Fader, Hardie and Lee (2005),
    J. of Marketing Research 42, 415-430, equation 4.

    Args:
        fit: a purchase model.
        frequency: repeat purchases, shape (n,).
        recency: time from first to last purchase, shape (n,), in the fit's unit.
        T: time from first purchase to now, shape (n,), in the fit's unit.
        horizon: how far to look, in the fit's unit; for ever if left out.
        discount: the continuous rate per unit, 0 or more.

    Returns:
        Discounted purchases, shape (n,).

    Raises:
        ValueError: on impossible histories, a horizon or rate below 0, or no horizon and no rate.

    Examples:
        >>> from retention_research.models.nbd import fit_nbd
        >>> fit = fit_nbd([0, 1, 3], [0, 9, 30], [38, 38, 38], weights=[700, 200, 90])
        >>> rate = fit.expected_purchases(1.0, 1, 9, 38)
        >>> value = discounted_purchases(fit, 1, 9, 38, discount=0.01)
        >>> bool(np.isclose(value, rate / 0.01))
        True
    """
    alive = fit.probability_alive(frequency, recency, T)
    columns = np.broadcast_arrays(checked("frequency", frequency), checked("T", T))
    (x, window), place = distinct(*columns)
    times, shares = _discounting(horizon, discount)
    pieces = max(1, -(-x.size * times.size // AT_ONCE))
    value = [
        shares @ _expected(fit, times, *piece)
        for piece in zip(np.array_split(x, pieces), np.array_split(window, pieces), strict=True)
    ]
    return np.asarray(alive * np.concatenate(value)[place])


def _expected(fit: PurchaseFit, times: Floats, x: Floats, window: Floats) -> Floats:
    """Expected purchases of living customers up to each time, shape (times, customers)."""
    ahead = np.repeat(times, x.size)
    repeats = times.size
    expected = fit.expected_purchases_if_alive(ahead, np.tile(x, repeats), np.tile(window, repeats))
    return expected.reshape(repeats, x.size)


def _discounting(horizon: float, discount: float) -> tuple[Floats, Floats]:
    """Times t and shares s such that the sum of s E(t) is the discounted expectation."""
    if not (discount >= 0.0 and horizon >= 0.0):
        raise ValueError(f"horizon {horizon:g} and discount {discount:g} must be 0 or more")
    if isinf(horizon) and discount == 0.0:
        raise ValueError("without a horizon, a discount rate above 0 is needed")
    if discount == 0.0:
        return np.array([horizon]), np.ones(1)
    end = min(horizon, FOR_EVER / discount)
    roots, weights = np.polynomial.legendre.leggauss(2 * NODES if isinf(horizon) else NODES)
    # cubes crowd the nodes towards now, where purchases bend most
    root = (1.0 + roots) / 2.0
    times = end * root**3
    shares = discount * np.exp(-discount * times) * weights / 2.0 * 3.0 * end * root**2
    return np.append(times, end), np.append(shares, np.exp(-discount * end))


@dataclass(frozen=True, slots=True, eq=False)
class LifetimeValue:
    """Lifetime values and how sure they are.

    Attributes:
        value: money per row, shape (n,).
        gradient: of each value by the log-parameters of both models, shape (n, k).
        covariance: of those log-parameters, shape (k, k); None if a fit has none.
        confidence: the level of the intervals.
    """

    value: Floats
    gradient: Floats
    covariance: Floats | None
    confidence: float

    def std_error(self) -> Floats | None:
        """The standard error of each row's value, shape (n,), or None without a covariance."""
        if self.covariance is None:
            return None
        spread = np.einsum("nk,kl,nl->n", self.gradient, self.covariance, self.gradient)
        return np.sqrt(np.maximum(spread, 0.0))

    def interval(self) -> tuple[Floats, Floats] | None:
        """Both ends of each row's log-scale interval, shape (n,), or None without a covariance."""
        error = self.std_error()
        if error is None:
            return None
        held = np.where(self.value > 0.0, self.value, 1.0)
        reach = np.exp(quantile(self.confidence) * error / held)
        return self.value / reach, self.value * reach

    def total(self, weights: npt.ArrayLike | None = None, *, term: str = "total") -> Estimate:
        """The value of all customers together, or of those with a weight.

        Args:
            weights: customers per row, or flags of a group, shape (n,); one each if left out.
            term: what to call it.

        Returns:
            Money, with a log-scale interval by the delta method.
        """
        customers = checked_weights(weights, self.value.size)
        error = delta_error(customers @ self.gradient, self.covariance)
        return positive_interval(term, float(customers @ self.value), error, self.confidence)

    def share(
        self, held: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, term: str = "share"
    ) -> Estimate:
        """The share of all value that some customers hold, those being given.

        Args:
            held: flags (or shares between 0 and 1) of the rows counted, shape (n,).
            weights: customers per row, shape (n,); one each if left out.
            term: what to call it.

        Returns:
            A share of 0 to 1, with an interval on the logit scale by the delta method.

        Raises:
            ValueError: if there is no value to share.
        """
        customers = checked_weights(weights, self.value.size)
        counted = customers * checked("held", np.asarray(held, dtype=np.float64))
        whole, part = float(customers @ self.value), float(counted @ self.value)
        if whole <= 0.0:
            raise ValueError("no customer has any value: there are no shares")
        share = part / whole
        slope = (counted @ self.gradient - share * (customers @ self.gradient)) / whole
        error = delta_error(slope, self.covariance)
        if error is None or not 0.0 < share < 1.0:
            return Estimate(term, share, error)
        reach = np.exp(quantile(self.confidence) * error / (share * (1.0 - share)))
        odds = share / (1.0 - share)
        low, high = odds / reach, odds * reach
        return Estimate(term, share, error, float(low / (1 + low)), float(high / (1 + high)))


def expected_customer_lifetime_value(
    purchases: PurchaseFit,
    spend: GammaGammaFit,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    monetary_value: npt.ArrayLike,
    *,
    horizon: float = inf,
    discount: float,
    margin: float = 1.0,
) -> LifetimeValue:
    """What each customer is still expected to bring, with its gradient for intervals.

    A new customer at acquisition is the row frequency 0, recency 0, T 0; the first order is
    then not in the value.

    Args:
        purchases: a fitted purchase model.
        spend: a fitted spend model.
        frequency: repeat purchases, shape (n,).
        recency: time from first to last purchase, shape (n,), in the purchase fit's unit.
        T: time from first purchase to now, shape (n,), same unit.
        monetary_value: mean spend of repeat purchases, shape (n,); may be missing without any.
        horizon: how far to look, same unit; for ever if left out.
        discount: the continuous rate per unit of time, 0 or more.
        margin: contribution per money spent.

    Returns:
        The values, in money, and what their intervals need.

    Raises:
        ValueError: on impossible input, or a spend model without a finite mean.
    """
    history = frequency, recency, T
    ahead = partial(_discounted_at, purchases, history, horizon, discount)
    bought = ahead(purchases.values)
    each = partial(_spend_at, frequency, monetary_value)
    money = margin * each(spend.values)
    same_length(frequency=bought, monetary_value=money)
    by_purchases = log_gradient(ahead, purchases.values) * money[:, None]
    by_spend = margin * log_gradient(each, spend.values) * bought[:, None]
    return LifetimeValue(
        value=bought * money,
        gradient=np.concatenate([by_purchases, by_spend], axis=1),
        covariance=_side_by_side(purchases.covariance_matrix, spend.covariance_matrix),
        confidence=purchases.confidence,
    )


def _discounted_at(
    fit: PurchaseFit,
    history: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike],
    horizon: float,
    discount: float,
    values: Floats,
) -> Floats:
    moved = fit.with_values(values)
    return discounted_purchases(moved, *history, horizon=horizon, discount=discount)


def _spend_at(frequency: npt.ArrayLike, monetary_value: npt.ArrayLike, values: Floats) -> Floats:
    parameters = GammaGammaParameters(*values.tolist())
    return expected_customer_spend(parameters, frequency, monetary_value)


def _side_by_side(one: Floats | None, other: Floats | None) -> Floats | None:
    """The covariance of two fits that share no parameter."""
    if one is None or other is None:
        return None
    apart = np.zeros((len(one), len(other)))
    return np.block([[one, apart], [apart.T, other]])

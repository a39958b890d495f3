"""What every fitted purchase model can say about customers, whichever model it is."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, checked_weights
from retention_research.models.fit import Estimate, Fit
from retention_research.models.intervals import delta_error, log_gradient, positive_interval


@dataclass(frozen=True, slots=True)
class PurchaseFit(Fit, ABC):
    """A fitted purchase model. All times are in the fit's `unit`; arrays have shape (n,).

    A model says how living customers buy and how likely each is alive; all else follows here.
    """

    @abstractmethod
    def probability_alive(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """The probability that a customer with this history is still alive."""

    @abstractmethod
    def expected_purchases_if_alive(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """Expected purchases in (T, T+t] of customers alive at T."""

    @abstractmethod
    def variance_of_purchases_if_alive(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """The variance of purchases in (T, T+t] of customers alive at T."""

    @abstractmethod
    def log_probability_of_purchases_if_alive(
        self, n: npt.ArrayLike, t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """The log-probability of n purchases in (T, T+t] by customers alive at T."""

    def with_values(self, values: Floats) -> Self:
        """The same fit at other parameter values, for derivatives and what-ifs.

        Args:
            values: parameters, shape (k,), in the order of the estimates.
        """
        pairs = zip(self.estimates, values, strict=True)
        return replace(self, estimates=tuple(Estimate(row.term, float(v)) for row, v in pairs))

    def expected_purchases(
        self,
        t: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
    ) -> Floats:
        """Expected purchases in (T, T+t], given the history up to T.

        Args:
            t: time ahead, one value or one per customer.
            frequency: repeat purchases.
            recency: time from first to last purchase.
            T: time from first purchase to now.

        Returns:
            Purchases, shape (n,).
        """
        alive = self.probability_alive(frequency, recency, T)
        return alive * self.expected_purchases_if_alive(t, frequency, T)

    def expected_purchases_new_customer(self, t: npt.ArrayLike) -> Floats:
        """Expected repeat purchases in the time t after a customer's first purchase.

        Args:
            t: times since the first purchase, shape (m,).

        Returns:
            Purchases, shape (m,).
        """
        return self.expected_purchases_if_alive(t, 0.0, 0.0)

    def variance_of_purchases(
        self,
        t: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
    ) -> Floats:
        """The variance of purchases in (T, T+t], given the history up to T.

        Args: as `expected_purchases`.

        Returns:
            Squared purchases, shape (n,).
        """
        alive = self.probability_alive(frequency, recency, T)
        mean = self.expected_purchases_if_alive(t, frequency, T)
        variance = self.variance_of_purchases_if_alive(t, frequency, T)
        return alive * variance + alive * (1.0 - alive) * mean**2

    def log_probability_of_purchases(
        self,
        n: npt.ArrayLike,
        t: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
    ) -> Floats:
        """The log-probability of exactly n purchases in (T, T+t], given the history up to T.

        Args: n purchases, shape (n,); the others as `expected_purchases`.

        Returns:
            Log-probabilities, shape (n,).
        """
        alive = self.probability_alive(frequency, recency, T)
        told = self.log_probability_of_purchases_if_alive(n, t, frequency, T)
        with np.errstate(divide="ignore"):  # certainly alive: the other way has probability 0
            gone = np.where(np.asarray(n) == 0, np.log1p(-alive), -np.inf)
        return np.logaddexp(np.log(alive) + told, gone)

    def probability_of_purchases_new_customer(self, n: npt.ArrayLike, t: npt.ArrayLike) -> Floats:
        """The probability of exactly n repeat purchases in the time t after the first purchase.

        Args:
            n: purchases, shape (m,).
            t: time since the first purchase, one value or shape (m,).

        Returns:
            Probabilities, shape (m,).
        """
        return np.exp(self.log_probability_of_purchases_if_alive(n, t, 0.0, 0.0))

    def expected_purchases_total(
        self,
        t: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        weights: npt.ArrayLike | None = None,
    ) -> Estimate:
        """The expected purchases of all customers together in (T, T+t], with its interval.

        The interval is for the expectation: it holds what is unknown about the parameters, not
        the chance in what customers will do; `backtest.forecast_total` has both.

        Args: as `expected_purchases`; weights are customers per row.

        Returns:
            The total, in purchases.
        """
        customers = checked_weights(weights, np.size(frequency))

        def total(values: Floats) -> Floats:
            fit = self.with_values(values)
            return np.atleast_1d(customers @ fit.expected_purchases(t, frequency, recency, T))

        error = delta_error(log_gradient(total, self.values)[0], self.covariance_matrix)
        value = float(total(self.values)[0])
        return positive_interval("expected_purchases", value, error, self.confidence)

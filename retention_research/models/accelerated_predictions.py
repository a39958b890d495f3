"""What an accelerated failure time model says of one customer, with delta-method intervals.

Meeker and Escobar (1998), Statistical Methods for Reliability Data, section 8.4: intervals are
made where they are symmetric, on the scale of W = (log t - eta) / scale or of log t.
"""

from typing import NamedTuple

import numpy as np

from retention_research.models.accelerated_likelihood import Standard
from retention_research.models.arrays import Floats, checked
from retention_research.models.covariates import wald
from retention_research.models.fit import Estimate
from retention_research.models.intervals import delta_error, quantile, wald_on_log_scale

POINTS = 200  # of the rule behind a restricted mean
EARLY = 4  # power that crowds those points towards 0, where survival falls fastest


class Customer(NamedTuple):
    """A customer under a fit.

    Attributes:
        standard: the distribution of W.
        row: a one for the intercept, then the covariates, shape (1 + k,).
        values: the estimates, shape (1 + k,), and log_scale last where it was estimated.
        scale: the scale of log t.
        covariance: of the estimates, or None where the fit has no clear maximum.
        confidence: the level of the intervals.
    """

    standard: Standard
    row: Floats
    values: Floats
    scale: float
    covariance: Floats | None
    confidence: float

    @property
    def eta(self) -> float:
        """The location of log t."""
        return float(self.row @ self.values[: self.row.size])


def survival_at(customer: Customer, t: float) -> Estimate:
    """The share without event up to t.

    Args:
        customer: whose.
        t: a time, 0 or later, in the fit's unit.

    Returns:
        The share, with an interval within 0 and 1, but without one where the fit has no clear
        maximum.

    Raises:
        ValueError: on a negative or missing time.

    Examples:
        >>> from retention_research.models.accelerated_likelihood import STANDARDS
        >>> steady = Customer(STANDARDS["exponential"], np.ones(1), np.zeros(1), 1.0, None, 0.95)
        >>> round(survival_at(steady, 1.0).estimate, 6)
        0.367879
    """
    term, time = f"survival_at_{t:g}", checked("t", t)
    if time[0] == 0.0:
        return Estimate(term, 1.0, 0.0, 1.0, 1.0)
    w, gradient = _standardised(customer, time)
    value = float(_survival(customer, w)[0])
    error = delta_error(gradient[0], customer.covariance)
    if error is None:
        return Estimate(term, value)
    reach = quantile(customer.confidence) * error
    low, high = _survival(customer, np.array([w[0] + reach, w[0] - reach])).tolist()
    return Estimate(term, value, float(_density(customer, w)[0] * error), low, high)


def quantile_of(customer: Customer, p: float) -> Estimate:
    """The time by which a share p have had the event.

    Args:
        customer: whose.
        p: a share, between 0 and 1.

    Returns:
        The time in the fit's unit, with an interval symmetric on the log scale.

    Raises:
        ValueError: if p does not lie between 0 and 1.

    Examples:
        >>> from retention_research.models.accelerated_likelihood import STANDARDS
        >>> steady = Customer(STANDARDS["exponential"], np.ones(1), np.zeros(1), 1.0, None, 0.95)
        >>> round(quantile_of(steady, 0.5).estimate, 6)
        0.693147
    """
    if not 0.0 < p < 1.0:
        raise ValueError(f"p is {p:g}; it must lie between 0 and 1")
    stretch = customer.scale * customer.standard.quantile(p)
    gradient = np.append(customer.row, stretch)[: customer.values.size]
    error = delta_error(gradient, customer.covariance)
    time = float(np.exp(customer.eta + stretch))
    return wald_on_log_scale(f"quantile_{p:g}", time, error, customer.confidence)


def restricted_mean(customer: Customer, tau: float) -> Estimate:
    """The mean time without event among the first tau: the area under the survival curve.

    Args:
        customer: whose.
        tau: the horizon, above 0, in the fit's unit.

    Returns:
        The area, with an interval within 0 and tau.

    Raises:
        ValueError: if tau is not above 0.

    Examples:
        >>> from retention_research.models.accelerated_likelihood import STANDARDS
        >>> steady = Customer(STANDARDS["exponential"], np.ones(1), np.zeros(1), 1.0, None, 0.95)
        >>> round(restricted_mean(steady, 1.0).estimate, 6)
        0.632121
    """
    if not tau > 0.0:
        raise ValueError(f"tau is {tau:g}; it must be above 0")
    points, weights = np.polynomial.legendre.leggauss(POINTS)
    place = (points + 1.0) / 2.0
    weights = weights / 2.0 * tau * EARLY * place ** (EARLY - 1)
    w, gradient = _standardised(customer, tau * place**EARLY)
    area = float(weights @ _survival(customer, w))
    error = delta_error(-(weights * _density(customer, w)) @ gradient, customer.covariance)
    row = wald("restricted_mean", area, error, customer.confidence)
    if row.conf_low is None or row.conf_high is None:
        return row
    return row._replace(conf_low=max(row.conf_low, 0.0), conf_high=min(row.conf_high, tau))


def _standardised(customer: Customer, t: Floats) -> tuple[Floats, Floats]:
    """W at each time, shape (m,), and its derivatives by the estimates, (m, k)."""
    w = (np.log(t) - customer.eta) / customer.scale
    by_location = np.broadcast_to(-customer.row / customer.scale, (t.size, customer.row.size))
    return w, np.column_stack([by_location, -w])[:, : customer.values.size]


def _survival(customer: Customer, w: Floats) -> Floats:
    return np.exp(customer.standard.log_survival(w).value)


def _density(customer: Customer, w: Floats) -> Floats:
    return np.exp(customer.standard.log_density(w).value)

"""Gamma-Gamma: what customers spend per purchase, unrelated to how often they purchase.

Fader and Hardie (2013), "The Gamma-Gamma Model of Monetary Value", brucehardie.com note 025;
Fader, Hardie and Lee (2005), J. of Marketing Research 42, 415-430. Equation numbers are the
note's. A purchase is Gamma(p, nu), and nu is Gamma(q, v) over customers.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, psi

from retention_research.models.arrays import (
    Floats,
    checked,
    checked_weights,
    distinct,
    refuse,
    same_length,
    tally,
)
from retention_research.models.estimates import covariance_rows, estimates_of
from retention_research.models.fit import Estimate, Fit, Missing, Verdict
from retention_research.models.intervals import delta_error, log_gradient, positive_interval
from retention_research.models.maximise import Optimum, maximise


class GammaGammaParameters(NamedTuple):
    """The three parameters, all above 0.

    Attributes:
        p: shape of one customer's purchases.
        q: shape of the customers' scales; mean spend is finite for q > 1.
        v: their scale, in money (the note's gamma).
    """

    p: float
    q: float
    v: float


@dataclass(frozen=True, slots=True)
class GammaGammaFit(Fit):
    """A fitted Gamma-Gamma model: estimates are p, q and v; n counts repeat buyers."""

    @property
    def parameters(self) -> GammaGammaParameters:
        """The estimates under their names."""
        return GammaGammaParameters(*self.values.tolist())

    def expected_customer_spend(
        self, frequency: npt.ArrayLike, monetary_value: npt.ArrayLike
    ) -> Floats:
        """See the function `expected_customer_spend`."""
        return expected_customer_spend(self.parameters, frequency, monetary_value)

    def population_mean(self) -> Estimate | Missing:
        """Mean spend per purchase over all customers, p v / (q - 1), with its interval.

        Returns:
            The estimate in money; missing where q <= 1, for then the model has no mean.
        """
        if self.parameters.q <= 1.0:
            return Missing("population_mean", _no_mean(self.parameters.q))
        gradient = log_gradient(_mean, self.values)[0]
        error = delta_error(gradient, self.covariance_matrix)
        value = float(_mean(self.values)[0])
        return positive_interval("population_mean", value, error, self.confidence)


def _mean(values: Floats) -> Floats:
    p, q, v = values
    return np.array([p * v / (q - 1.0)])


def _no_mean(q: float) -> str:
    return (
        f"A few customers spend so much more than the rest that the model has no finite mean "
        f"spend (q = {q:.3g}, above 1 is needed)."
    )


def expected_customer_spend(
    parameters: GammaGammaParameters, frequency: npt.ArrayLike, monetary_value: npt.ArrayLike
) -> Floats:
    """The mean spend per purchase expected of each customer (equation 5).

    The customer's own mean and the population's, weighted by what is known of each.

    Args:
        parameters: p, q, v.
        frequency: repeat purchases, shape (n,).
        monetary_value: mean spend of the repeat purchases, shape (n,), in money; not looked
            at, and may be missing, where frequency is 0.

    Returns:
        Money per purchase, shape (n,).

    Raises:
        ValueError: on missing or negative values, or if q <= 1 and so there is no mean.

    Examples:
        >>> note = GammaGammaParameters(6.25, 3.74, 15.44)
        >>> expected_customer_spend(note, [2, 0], [22.35, np.nan]).round(2)
        array([24.66, 35.22])
    """
    p, q, v = parameters
    if q <= 1.0:
        raise ValueError(_no_mean(q))
    x = checked("frequency", frequency)
    spend = np.atleast_1d(np.asarray(monetary_value, dtype=np.float64))
    same_length(frequency=x, monetary_value=spend)
    own = checked("monetary_value", np.where(x > 0, spend, 0.0))
    return np.asarray(p * (v + x * own) / (p * x + q - 1.0))


def spend_correlation(frequency: npt.ArrayLike, monetary_value: npt.ArrayLike) -> float | Missing:
    """Pearson's correlation of frequency and spend among repeat buyers.

    The model takes the two as unrelated; far from 0, its lifetime values are biased.

    Args:
        frequency: repeat purchases, above 0, shape (n,).
        monetary_value: mean spend of the repeat purchases, shape (n,).

    Returns:
        The correlation, -1 to 1; missing where either does not vary.

    Raises:
        ValueError: on missing values.

    Examples:
        >>> round(spend_correlation([1, 2, 3], [10.0, 30.0, 20.0]), 3)
        0.5
    """
    x, spend = checked("frequency", frequency), checked("monetary_value", monetary_value)
    same_length(frequency=x, monetary_value=spend)
    if x.size < 2 or np.ptp(x) == 0.0 or np.ptp(spend) == 0.0:
        return Missing("spend_correlation", "Frequency or spend is the same for everybody.")
    return float(np.corrcoef(x, spend)[0, 1])


def fit_gamma_gamma(
    frequency: npt.ArrayLike,
    monetary_value: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    unit: str = "",
    confidence: float = 0.95,
) -> GammaGammaFit:
    """Fit the Gamma-Gamma model by maximum likelihood.

    Args:
        frequency: repeat purchases of repeat buyers, shape (n,).
        monetary_value: mean spend of those purchases, above 0, shape (n,), in money.
        weights: customers per row, shape (n,); one each if left out.
        unit: the currency.
        confidence: the level of the intervals, Wald on the log scale.

    Returns:
        The fit, with a verdict; its n is the repeat buyers with spend.

    Raises:
        ValueError: on customers without repeat purchase or without spend (leave them out),
            missing values, or fewer than two customers.

    Examples:
        >>> fit = fit_gamma_gamma([1, 2, 5, 1, 3, 4], [20.0, 25.0, 60.0, 35.0, 31.0, 12.0])
        >>> fit.n, fit.parameters._fields
        (6, ('p', 'q', 'v'))
    """
    x, spend, customers = _checked_spend(frequency, monetary_value, weights)
    objective = partial(_likelihood_and_gradient, x, spend, customers)
    top = maximise(objective, _starts(spend, customers))
    terms = GammaGammaParameters._fields
    return GammaGammaFit(
        name="gamma_gamma",
        estimates=estimates_of(terms, top, objective, confidence=confidence),
        covariance=covariance_rows(top),
        log_likelihood=top.log_likelihood,
        n=round(float(customers.sum())),
        n_cells=x.size,
        unit=unit,
        confidence=confidence,
        verdict=_verdict(top),
    )


def _checked_spend(
    frequency: npt.ArrayLike, monetary_value: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    x, spend = checked("frequency", frequency), checked("monetary_value", monetary_value)
    same_length(frequency=x, monetary_value=spend)
    refuse(x == 0, "customers without a repeat purchase say nothing of spend; leave out those")
    refuse(
        spend == 0,
        "customers whose repeat purchases cost nothing cannot be fitted; leave out those",
    )
    customers = checked_weights(weights, x.size)
    cells, place = distinct(x, spend)
    counted = tally(place, customers, cells[0].size)
    held = counted > 0
    if counted.sum() < 2:
        raise ValueError(f"a spend model needs at least 2 repeat buyers, not {counted.sum():g}")
    return cells[0][held], cells[1][held], counted[held]


def _starts(spend: Floats, customers: Floats) -> list[Floats]:
    mean = customers @ spend / customers.sum()
    return [np.log([p, q, mean * (q - 1.0) / p]) for p, q in ((2.0, 3.0), (10.0, 2.0), (1.0, 10.0))]


def _likelihood_and_gradient(
    x: Floats, spend: Floats, customers: Floats, log_parameters: Floats
) -> tuple[float, Floats]:
    """The log of equation 1a for the mean of x purchases, and its derivatives."""
    p, q, v = np.exp(log_parameters)
    shape, log_all = p * x, np.log(v + x * spend)
    terms = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v)
    terms += (shape - 1.0) * np.log(spend) + shape * np.log(x) - (shape + q) * log_all
    by_p = x * (psi(shape + q) - psi(shape) + np.log(spend) + np.log(x) - log_all)
    by_q = psi(shape + q) - psi(q) + np.log(v) - log_all
    by_v = q / v - (shape + q) / (v + x * spend)
    slopes = [p * (customers @ by_p), q * (customers @ by_q), v * (customers @ by_v)]
    return float(customers @ terms), np.array(slopes)


def _verdict(top: Optimum) -> Verdict:
    if not top.interior:
        words = "Spend varies too little, between customers or within them, to tell the two apart."
        return Verdict("at a boundary", words)
    if np.exp(top.place[1]) <= 1.0:
        return Verdict("converged", _no_mean(float(np.exp(top.place[1]))))
    return Verdict("converged", "The likelihood has a clear maximum.")

"""NBD: buying at a steady rate for ever, with rates Gamma(r, alpha) over customers.

Ehrenberg (1959), The Pattern of Consumer Purchases, Applied Statistics 8, 26-41; conditional
expectations as in Morrison and Schmittlein (1988), J. of Business and Economic Statistics 6,
145-159. Its log-likelihood leaves out x! and the dates, so it compares with BG/NBD's, which it
equals where nobody ever leaves.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, psi, xlogy

from retention_research.models.arrays import Floats, checked
from retention_research.models.estimates import covariance_rows, estimates_of
from retention_research.models.fit import Verdict
from retention_research.models.histories import Histories, checked_histories, count_histories
from retention_research.models.maximise import Optimum, maximise
from retention_research.models.purchase_fit import PurchaseFit


class NbdParameters(NamedTuple):
    """The two parameters, both above 0.

    Attributes:
        r: shape of the purchase rates over customers.
        alpha: their scale, in the fit's unit of time: the mean rate is r / alpha.
    """

    r: float
    alpha: float


@dataclass(frozen=True, slots=True)
class NbdFit(PurchaseFit):
    """A fitted NBD model: estimates are r and alpha (in units of time); nobody ever leaves."""

    @property
    def parameters(self) -> NbdParameters:
        """The estimates under their names."""
        return NbdParameters(*self.values.tolist())

    def probability_alive(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """1 for every customer: the model knows no leaving."""
        return np.ones(checked_histories(frequency, recency, T)[0].size)

    def expected_purchases_if_alive(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """Expected purchases in (T, T+t]: t (r + x) / (alpha + T)."""
        shape, odds = self._ahead(t, frequency, T)
        return shape * odds

    def variance_of_purchases_if_alive(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """The variance of purchases in (T, T+t], a negative binomial's."""
        shape, odds = self._ahead(t, frequency, T)
        return shape * odds * (1.0 + odds)

    def log_probability_of_purchases_if_alive(
        self, n: npt.ArrayLike, t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """The log-probability of n purchases in (T, T+t], a negative binomial's."""
        count = checked("n", n)
        shape, odds = self._ahead(t, frequency, T)
        ways = gammaln(shape + count) - gammaln(shape) - gammaln(count + 1.0)
        return np.asarray(ways + xlogy(count, odds / (1.0 + odds)) - shape * np.log1p(odds))

    def _ahead(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
    ) -> tuple[Floats, Floats]:
        r, alpha = self.parameters
        shape = r + checked("frequency", frequency)
        return shape, checked("t", t) / (alpha + checked("T", T))


def fit_nbd(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    unit: str = "week",
    confidence: float = 0.95,
) -> NbdFit:
    """Fit the NBD model by maximum likelihood.

    Args:
        frequency: repeat purchases, shape (n,).
        recency: time from first to last purchase, shape (n,); checked, else unused.
        T: time from first purchase to the window's end, shape (n,), in `unit`.
        weights: customers per row, shape (n,), when rows are counted histories.
        unit: the unit of time, a word.
        confidence: the level of the intervals, Wald on the log scale.

    Returns:
        The fit, with a verdict.

    Raises:
        ValueError: on impossible histories, fewer than two customers, or no repeat purchase.

    Examples:
        >>> fit = fit_nbd([0, 1, 3], [0, 9, 30], [38, 38, 38], weights=[700, 200, 90])
        >>> fit.verdict.status, round(fit.parameters.r / fit.parameters.alpha * 38 * 990)
        ('converged', 470)
    """
    histories = count_histories(frequency, recency, T, weights)
    objective = partial(_likelihood_and_gradient, histories)
    top = maximise(objective, _starts(histories))
    return NbdFit(
        name="nbd",
        estimates=estimates_of(NbdParameters._fields, top, objective, confidence=confidence),
        covariance=covariance_rows(top),
        log_likelihood=top.log_likelihood,
        n=histories.n,
        n_cells=histories.n_cells,
        unit=unit,
        confidence=confidence,
        verdict=_verdict(top),
    )


def _likelihood_and_gradient(histories: Histories, log_parameters: Floats) -> tuple[float, Floats]:
    r, alpha = np.exp(log_parameters)
    x, n, log_T = histories.frequency, histories.customers, np.log(alpha + histories.T)
    terms = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * log_T
    by_r = psi(r + x) - psi(r) + np.log(alpha) - log_T
    by_alpha = r / alpha - (r + x) / (alpha + histories.T)
    return float(n @ terms), np.array([r * (n @ by_r), alpha * (n @ by_alpha)])


def _starts(histories: Histories) -> list[Floats]:
    return [np.log([r, r * histories.time_per_purchase]) for r in (0.5, 3.0)]


def _verdict(top: Optimum) -> Verdict:
    if not top.interior:
        words = "Customers do not seem to differ in how often they buy."
        return Verdict("at a boundary", words)
    return Verdict("converged", "The likelihood has a clear maximum.")

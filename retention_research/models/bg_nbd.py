"""BG/NBD: buying at a steady rate until, after some purchase, the customer is gone for good.

Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24,
275-284. Rates are Gamma(r, alpha) over customers; the probability of leaving after a purchase
is Beta(a, b). The likelihood and the predictions have a module each beside this one.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from retention_research.models import bg_nbd_predictions as predictions
from retention_research.models.arrays import Floats
from retention_research.models.bg_nbd_likelihood import (
    BgNbdParameters,
    Sufficient,
    likelihood_and_gradient,
)
from retention_research.models.estimates import covariance_rows, estimates_of
from retention_research.models.fit import Estimate, Verdict
from retention_research.models.histories import Histories, count_histories
from retention_research.models.maximise import Optimum, maximise
from retention_research.models.purchase_fit import PurchaseFit

STARTS = ((0.5, 0.8, 2.5), (1.0, 0.1, 2.0), (0.3, 3.0, 3.0))  # r, a, b; alpha from the mean rate
FAR = 4.0  # a log-parameter this far out says "one value for everybody"
HARDLY_KNOWN = 3.0  # standard error of a log-parameter: known to a factor of 400 at best


@dataclass(frozen=True, slots=True)
class BgNbdFit(PurchaseFit):
    """A fitted BG/NBD model: estimates are r, alpha (in units of time), a, b."""

    @property
    def parameters(self) -> BgNbdParameters:
        """The estimates under their names."""
        return BgNbdParameters(*self.values.tolist())

    def probability_alive(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """See `bg_nbd_predictions.probability_alive`."""
        return predictions.probability_alive(self.parameters, frequency, recency, T)

    def expected_purchases_if_alive(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """See `bg_nbd_predictions.expected_purchases_if_alive`."""
        return predictions.expected_purchases_if_alive(self.parameters, t, frequency, T)

    def variance_of_purchases_if_alive(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """See `bg_nbd_predictions.variance_of_purchases_if_alive`."""
        return predictions.variance_of_purchases_if_alive(self.parameters, t, frequency, T)

    def log_probability_of_purchases_if_alive(
        self, n: npt.ArrayLike, t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """See `bg_nbd_predictions.log_probability_of_purchases_if_alive`."""
        told = predictions.log_probability_of_purchases_if_alive
        return told(self.parameters, n, t, frequency, T)


def fit_bg_nbd(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    unit: str = "week",
    confidence: float = 0.95,
) -> BgNbdFit:
    """Fit the BG/NBD model by maximum likelihood.

    Args:
        frequency: repeat purchases, shape (n,).
        recency: time from first to last purchase, shape (n,), in `unit`.
        T: time from first purchase to the window's end, shape (n,), in `unit`.
        weights: customers per row, shape (n,), when rows are counted histories.
        unit: the unit of time, a word.
        confidence: the level of the intervals: Wald on the log scale, profile likelihood for
            a and b whose standard error exceeds 0.3 of the estimate.

    Returns:
        The fit, with a verdict.

    Raises:
        ValueError: on impossible histories, fewer than two customers, or no repeat purchase.

    Examples:
        >>> counts = [700, 120, 90, 50, 60, 40]
        >>> fit = fit_bg_nbd([0, 1, 1, 2, 2, 5], [0, 3, 25, 10, 30, 34], [38] * 6, weights=counts)
        >>> fit.n, round(fit.parameters.r, 3), fit.verdict.status
        (1060, 0.259, 'converged')
    """
    histories = count_histories(frequency, recency, T, weights)
    objective = partial(likelihood_and_gradient, Sufficient.of(histories))
    top = maximise(objective, _starts(histories))
    terms = BgNbdParameters._fields
    estimates = estimates_of(terms, top, objective, confidence=confidence, profiled="ab")
    return BgNbdFit(
        name="bg_nbd",
        estimates=estimates,
        covariance=covariance_rows(top),
        log_likelihood=top.log_likelihood,
        n=histories.n,
        n_cells=histories.n_cells,
        unit=unit,
        confidence=confidence,
        verdict=_verdict(top, estimates),
    )


def _starts(histories: Histories) -> list[Floats]:
    time = histories.time_per_purchase
    return [np.log([r, r * time, a, b]) for r, a, b in STARTS]


def _verdict(top: Optimum, estimates: tuple[Estimate, ...]) -> Verdict:
    log_r, _, log_a, log_b = top.place
    if top.interior:
        return _verdict_on_errors(estimates)
    if log_a - log_b < -FAR:
        return Verdict("at a boundary", "No dropout can be seen in this window.")
    if log_a > FAR:
        return Verdict("at a boundary", "Customers do not seem to differ in how soon they leave.")
    if log_r > FAR:
        return Verdict("at a boundary", "Customers do not seem to differ in how often they buy.")
    return Verdict("not identifiable", "These purchases do not determine the model's parameters.")


def _verdict_on_errors(estimates: tuple[Estimate, ...]) -> Verdict:
    unknown = [row.term for row in estimates if _hardly_known(row)]
    if unknown:
        words = f"These purchases hardly determine {' and '.join(unknown)}."
        return Verdict("not identifiable", words)
    unlimited = [row.term for row in estimates if row.conf_low is None or row.conf_high is None]
    if unlimited:
        words = f"The fit converged; these purchases set no limit to {' and '.join(unlimited)}."
        return Verdict("converged", words)
    return Verdict("converged", "The likelihood has a clear maximum.")


def _hardly_known(row: Estimate) -> bool:
    return row.std_error is not None and row.std_error > HARDLY_KNOWN * row.estimate

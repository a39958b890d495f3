"""BG/NBD: the likelihood of purchase histories, and its gradient.

Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24,
275-284: equation numbers below are theirs.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit, gammaln, psi

from retention_research.models.arrays import Floats, Integers, tally
from retention_research.models.histories import Histories


class BgNbdParameters(NamedTuple):
    """The four parameters, all above 0.

    Attributes:
        r: shape of the purchase rates over customers.
        alpha: their scale, in the fit's unit of time: the mean rate is r / alpha.
        a: weight of leaving.
        b: weight of staying: the mean probability of leaving is a / (a + b).
    """

    r: float
    alpha: float
    a: float
    b: float


def log_likelihood(parameters: BgNbdParameters, histories: Histories) -> float:
    """The log-likelihood of purchase histories, summed over customers (equation 6).

    Args:
        parameters: r, alpha, a, b.
        histories: what `count_histories` made, in the unit of alpha.

    Returns:
        The log-likelihood on the original scale.

    Examples:
        >>> one_time_buyer = Histories(*np.array([[0.0], [0.0], [10.0], [1.0]]))
        >>> round(log_likelihood(BgNbdParameters(1.0, 10.0, 1.0, 2.0), one_time_buyer), 6)
        -0.693147
    """
    return likelihood_and_gradient(Sufficient.of(histories), np.log(parameters))[0]


@dataclass(frozen=True, slots=True, eq=False)
class Sufficient:
    """Everything the likelihood needs, each term counted over its own distinct values.

    Attributes:
        x: distinct frequencies; x_customers: customers with each.
        T: distinct windows; T_customers, T_purchases: customers and repeat purchases of each.
        cells: the histories with a repeat purchase; cell_window: the place of their window in T.
    """

    x: Floats
    x_customers: Floats
    T: Floats
    T_customers: Floats
    T_purchases: Floats
    cells: Histories
    cell_window: Integers

    @classmethod
    def of(cls, histories: Histories) -> "Sufficient":
        """Count the terms of the likelihood.

        Args:
            histories: distinct histories.
        """
        x, x_place = np.unique(histories.frequency, return_inverse=True)
        T, T_place = np.unique(histories.T, return_inverse=True)
        again = histories.frequency > 0
        columns = (histories.frequency, histories.recency, histories.T, histories.customers)
        purchases = histories.customers * histories.frequency
        return cls(
            x,
            tally(x_place, histories.customers, x.size),
            T,
            tally(T_place, histories.customers, T.size),
            tally(T_place, purchases, T.size),
            Histories(*(column[again] for column in columns)),
            T_place[again],
        )


def likelihood_and_gradient(counts: Sufficient, log_parameters: Floats) -> tuple[float, Floats]:
    """The log-likelihood of equation 6 and its derivatives by the log-parameters.

    Args:
        counts: the counted terms.
        log_parameters: the logarithms of r, alpha, a, b.

    Returns:
        The log-likelihood and its gradient, shape (4,).

    Examples:
        >>> columns = np.array([[0.0, 1.0], [0.0, 5.0], [10.0, 10.0], [1.0, 1.0]])
        >>> counts = Sufficient.of(Histories(*columns))
        >>> value, gradient = likelihood_and_gradient(counts, np.zeros(4))
        >>> round(value, 4), gradient.shape
        (-6.4141, (4,))
    """
    values = np.exp(log_parameters)
    terms = (_purchasing(counts, *values), _staying(counts, *values), _leaving(counts, *values))
    total = sum(value for value, _ in terms)
    gradient = np.sum([slope for _, slope in terms], axis=0)
    return float(total), gradient * values


def _purchasing(
    counts: Sufficient, r: float, alpha: float, _a: float, _b: float
) -> tuple[float, Floats]:
    """A1 and A3: x purchases in T at a gamma rate."""
    x, n, log_T = counts.x, counts.x_customers, np.log(alpha + counts.T)
    exposure = r * counts.T_customers + counts.T_purchases
    every = n.sum()
    value = n @ (gammaln(r + x) - gammaln(r)) + every * r * np.log(alpha) - exposure @ log_T
    by_r = n @ (psi(r + x) - psi(r)) + every * np.log(alpha) - counts.T_customers @ log_T
    by_alpha = every * r / alpha - exposure @ (1.0 / (alpha + counts.T))
    return float(value), np.array([by_r, by_alpha, 0.0, 0.0])


def _staying(
    counts: Sufficient, _r: float, _alpha: float, a: float, b: float
) -> tuple[float, Floats]:
    """A2: stayed after each of x purchases."""
    x, n = counts.x, counts.x_customers
    value = n @ (gammaln(a + b) - gammaln(a + b + x) + gammaln(b + x) - gammaln(b))
    by_a = n @ (psi(a + b) - psi(a + b + x))
    by_b = by_a + n @ (psi(b + x) - psi(b))
    return float(value), np.array([0.0, 0.0, by_a, by_b])


def _leaving(
    counts: Sufficient, r: float, alpha: float, a: float, b: float
) -> tuple[float, Floats]:
    """A4 against A3: or left after the last purchase, and T - t_x of silence says nothing."""
    cells, beyond = counts.cells, alpha + counts.cells.recency
    x = cells.frequency
    log_ratio = np.log(alpha + counts.T)[counts.cell_window] - np.log(beyond)
    log_odds = np.log(a) - np.log(b + (x - 1.0)) + (r + x) * log_ratio
    gone = cells.customers * expit(log_odds)
    by_alpha = gone @ ((r + x) * ((1.0 / (alpha + counts.T))[counts.cell_window] - 1.0 / beyond))
    slope = [gone @ log_ratio, by_alpha, gone.sum() / a, -gone @ (1.0 / (b + (x - 1.0)))]
    return float(cells.customers @ np.logaddexp(0.0, log_odds)), np.array(slope)

"""BG/NBD: what customers will do next, given their histories.

Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24,
275-284: equation numbers below are theirs.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaln, expit, gammaln, xlogy

from retention_research.models.arrays import Floats, Integers, checked, distinct
from retention_research.models.beta_rule import beta_rules
from retention_research.models.bg_nbd_likelihood import BgNbdParameters
from retention_research.models.histories import checked_histories


def probability_alive(
    parameters: BgNbdParameters,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
) -> Floats:
    """The probability that a customer will buy again at some time, if watched for ever.

    It is 1 for everybody without a repeat purchase: the model lets nobody leave before one.

    Args:
        parameters: r, alpha, a, b.
        frequency: repeat purchases, shape (n,).
        recency: time from first to last purchase, shape (n,), in the fit's unit.
        T: time from first purchase to now, shape (n,), in the fit's unit.

    Returns:
        Probabilities, shape (n,).

    Raises:
        ValueError: on impossible histories.

    Examples:
        >>> probability_alive(BgNbdParameters(0.243, 4.414, 0.793, 2.426), 2, 30.43, 38.86).round(4)
        array([0.7266])
    """
    r, alpha, a, b = parameters
    x, t_x, window = checked_histories(frequency, recency, T)
    log_ratio = np.log1p((window - t_x) / (alpha + t_x))
    log_odds = np.log(a) - np.log(b + (np.maximum(x, 1.0) - 1.0)) + (r + x) * log_ratio
    return np.where(x > 0, expit(-log_odds), 1.0)


def expected_purchases_if_alive(
    parameters: BgNbdParameters, t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
) -> Floats:
    """Expected purchases in (T, T+t] of customers known to be alive at T.

    Equation 9 averages (1 - (1 + p t / alpha)^-r) / p over Beta(a, b); the history of a living
    customer moves the parameters to r + x, alpha + T, a, b + x. The average is taken by a
    Gauss rule for that beta: the paper's closed form has poles at a = 1 and a + b + x = 1.

    Args:
        parameters: r, alpha, a, b.
        t: time ahead, one value or shape (n,), in the fit's unit.
        frequency: repeat purchases, shape (n,).
        T: time from first purchase to now, shape (n,), in the fit's unit.

    Returns:
        Purchases, shape (n,).

    Raises:
        ValueError: on negative or missing values.

    Examples:
        >>> paper = BgNbdParameters(0.243, 4.414, 0.793, 2.426)
        >>> expected_purchases_if_alive(paper, [1.0, 3.0], [0, 0], [0, 0]).round(6)
        array([0.053268, 0.150865])
    """
    (x, window, ahead), place = _situations(t, frequency, T)
    r, odds = parameters.r + x, ahead / (parameters.alpha + window)
    total = np.zeros(x.size)
    for share, p in beta_rules(parameters.a, parameters.b, x, float(odds.max(initial=0.0))):
        total += share * -np.expm1(-r * np.log1p(p * odds)) / p  # equation 9, given p
    return total[place]


def _situations(
    t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
) -> tuple[tuple[Floats, ...], Integers]:
    """Distinct situations of living customers: their last purchase's date no longer matters."""
    columns = (checked("frequency", frequency), checked("T", T), checked("t", t))
    return distinct(*np.broadcast_arrays(*columns))


def variance_of_purchases_if_alive(
    parameters: BgNbdParameters, t: npt.ArrayLike, frequency: npt.ArrayLike, T: npt.ArrayLike
) -> Floats:
    """The variance of purchases in (T, T+t] of customers known to be alive at T.

    The number bought is the smaller of a negative binomial K and a geometric G; given p,
    E[X(X-1)] = 2 (1-p) times the mean of u r (r+1) c^2 (1 + u c)^-(r+2) over (0, p), c = t/alpha.

    Args:
        parameters: r, alpha, a, b.
        t: time ahead, one value or shape (n,), in the fit's unit.
        frequency: repeat purchases, shape (n,).
        T: time from first purchase to now, shape (n,), in the fit's unit.

    Returns:
        Variances, shape (n,), in squared purchases.

    Raises:
        ValueError: on negative or missing values.

    Examples:
        >>> paper = BgNbdParameters(0.243, 4.414, 0.793, 2.426)
        >>> variance_of_purchases_if_alive(paper, 39.0, 2, 38.86).round(4)
        array([2.7021])
    """
    (x, window, ahead), place = _situations(t, frequency, T)
    r, odds = parameters.r + x, ahead / (parameters.alpha + window)
    pairs = np.zeros(x.size)
    for share, p in beta_rules(parameters.a, parameters.b, x, float(odds.max(initial=0.0))):
        pairs += share * 2.0 * (1.0 - p) * _pairs_given_p(r, odds, p)
    mean = expected_purchases_if_alive(parameters, ahead, x, window)
    return np.asarray((pairs + mean * (1.0 - mean))[place])


def _pairs_given_p(r: Floats, odds: Floats, p: Floats) -> Floats:
    """[1 - (1+y)^-r - r y (1+y)^-(r+1)] / p^2 with y = p odds."""
    y = p * odds
    whole = -np.expm1(-r * np.log1p(y)) - r * y * np.exp(-(r + 1.0) * np.log1p(y))
    # below, the difference of near-equals has lost its digits and the series has not
    series = r * (r + 1.0) * y**2 * (0.5 + (r + 2.0) * y * (-1 / 3 + (r + 3.0) * y / 8))
    return np.asarray(np.where((r + 3.0) * y < 1e-3, series, whole) / p**2)


def log_probability_of_purchases_if_alive(
    parameters: BgNbdParameters,
    n: npt.ArrayLike,
    t: npt.ArrayLike,
    frequency: npt.ArrayLike,
    T: npt.ArrayLike,
) -> Floats:
    """The log-probability of exactly n purchases in (T, T+t] by customers alive at T (eq. 8).

    Args:
        parameters: r, alpha, a, b.
        n: purchases, shape (n,).
        t: time ahead, one value or shape (n,), in the fit's unit.
        frequency: repeat purchases up to T, shape (n,).
        T: time from first purchase to now, shape (n,), in the fit's unit.

    Returns:
        Log-probabilities, shape (n,).

    Raises:
        ValueError: on negative or missing values.

    Examples:
        >>> paper = BgNbdParameters(0.243, 4.414, 0.793, 2.426)
        >>> np.exp(log_probability_of_purchases_if_alive(paper, 0, 39.0, 0, 0)).round(3)
        array([0.574])
    """
    count, ahead = checked("n", n), checked("t", t)
    r = parameters.r + checked("frequency", frequency)
    a, b = parameters.a, parameters.b + checked("frequency", frequency)
    odds = ahead / (parameters.alpha + checked("T", T))
    z = odds / (1.0 + odds)
    still = betaln(a, b + count) - betaln(a, b)
    bought = gammaln(r + count) - gammaln(r) - gammaln(count + 1.0)
    stays = still + bought + xlogy(count, z) - r * np.log1p(odds)
    some = np.maximum(count, 1.0)
    with np.errstate(divide="ignore"):  # a reached count of probability 0 adds nothing
        reached = np.log(betainc(some, r, z))
    leaves = betaln(a + 1.0, b + (some - 1.0)) - betaln(a, b) + reached
    return np.where(count > 0, np.logaddexp(stays, leaves), stays)

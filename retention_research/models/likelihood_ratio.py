"""Likelihood-ratio tests of coefficients."""

from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from retention_research.models.arrays import Floats
from retention_research.models.maximise import REACH, LogLikelihood, Optimum, climb


class LikelihoodRatio(NamedTuple):
    """A test of one coefficient by the likelihood that is lost without it.

    Attributes:
        term: the coefficient, such as "dropout.member".
        statistic: twice the log-likelihood lost, 0 or more.
        degrees_of_freedom: coefficients left out.
        p_value: the probability of as large a loss if the coefficient were 0.
    """

    term: str
    statistic: float
    degrees_of_freedom: int
    p_value: float


def likelihood_ratio(
    log_likelihood: LogLikelihood, top: Optimum, place: int, term: str
) -> LikelihoodRatio:
    """Test whether a coefficient could be 0 (Wilks, 1938).

    Args:
        log_likelihood: what was maximised, with its gradient.
        top: where it is highest.
        place: which coefficient.
        term: its name.

    Returns:
        Twice the log-likelihood lost with that coefficient at 0 and the others at their best.

    Examples:
        >>> from retention_research.models.maximise import maximise
        >>> def parabola(v):
        ...     return float(-((v - 2.0) ** 2).sum() / 2.0), 2.0 - v
        >>> test = likelihood_ratio(parabola, maximise(parabola, [np.zeros(2)]), 1, "member")
        >>> round(test.statistic, 6), round(test.p_value, 4)
        (4.0, 0.0455)
    """
    lost = top.log_likelihood - _best_without(log_likelihood, top, place)
    statistic = max(2.0 * lost, 0.0)
    return LikelihoodRatio(term, statistic, 1, float(chi2.sf(statistic, 1)))


def _best_without(log_likelihood: LogLikelihood, top: Optimum, term: int) -> float:
    """The highest log-likelihood with one coefficient held at 0."""
    others = np.arange(top.place.size) != term

    def held(free: Floats) -> tuple[float, Floats]:
        place = np.zeros(top.place.size)
        place[others] = free
        value, gradient = log_likelihood(place)
        return value, gradient[others]

    start = top.place[others]
    if top.interior:  # the others follow the one that is moved to 0
        ridge = top.covariance[term] / top.covariance[term, term]
        start = (top.place - ridge * top.place[term])[others]
    return held(climb(held, start, start - REACH, start + REACH))[0]

"""From the top of a likelihood to estimates with intervals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate
from retention_research.models.intervals import quantile, wald_on_log_scale
from retention_research.models.maximise import REACH, LogLikelihood, Optimum, climb

UNSURE = 0.3  # beyond this ratio of std_error to estimate, a profile replaces Wald's interval


def estimates_of(
    terms: Sequence[str],
    top: Optimum,
    log_likelihood: LogLikelihood,
    *,
    confidence: float,
    profiled: Collection[str] = (),
) -> tuple[Estimate, ...]:
    """The parameters at an optimum, with intervals.

    Args:
        terms: the parameters' names, in order.
        top: the optimum, on the log scale.
        log_likelihood: what was maximised.
        confidence: the level of the intervals.
        profiled: terms whose interval comes from the profile likelihood where the standard
            error exceeds 0.3 of the estimate.

    Returns:
        One estimate per term; without error and interval where the parameter ran away.

    Raises:
        ValueError: if the level is not between 0 and 1.

    Examples:
        >>> from retention_research.models.maximise import maximise
        >>> def parabola(v):
        ...     return float(-(v @ v) / 2), -v
        >>> top = maximise(parabola, [np.ones(1)])
        >>> [row.term for row in estimates_of(["r"], top, parabola, confidence=0.95)]
        ['r']
    """
    quantile(confidence)  # refuses a level that is none, even where no interval can be given
    errors = log_errors(top)
    rows = [
        wald_on_log_scale(term, float(np.exp(log_value)), error, confidence)
        for term, log_value, error in zip(terms, top.place, errors, strict=True)
    ]
    for place, (term, error) in enumerate(zip(terms, errors, strict=True)):
        if term in profiled and error is not None and error > UNSURE:
            ends = profile_interval(log_likelihood, top, place, confidence)
            low, high = (None if end is None else float(np.exp(end)) for end in ends)
            rows[place] = rows[place]._replace(conf_low=low, conf_high=high)
    return tuple(rows)


def log_errors(top: Optimum) -> list[float | None]:
    """The standard errors of the log-parameters, None of those that ran away.

    Args:
        top: an optimum.

    Examples:
        >>> log_errors(Optimum(np.zeros(1), 0.0, np.array([[0.25]]), (False,)))
        [0.5]
    """
    errors = np.sqrt(np.diag(top.covariance))
    pairs = zip(errors.tolist(), top.runaway, strict=True)
    return [None if runaway else error for error, runaway in pairs]


def covariance_rows(top: Optimum) -> tuple[tuple[float, ...], ...]:
    """The covariance of an optimum as a fit carries it.

    Args:
        top: an optimum.

    Examples:
        >>> covariance_rows(Optimum(np.zeros(1), 0.0, np.array([[0.25]]), (False,)))
        ((0.25,),)
    """
    return tuple(tuple(float(entry) for entry in row) for row in top.covariance)


def profile_interval(
    log_likelihood: LogLikelihood, top: Optimum, term: int, confidence: float
) -> tuple[float | None, float | None]:
    """The profile-likelihood interval of one log-parameter.

    Args:
        log_likelihood: of log-parameters, with its gradient.
        top: where it is highest; the parameter did not run away.
        term: which log-parameter.
        confidence: the level of the interval.

    Returns:
        Both ends on the log scale; None for an end that the data do not set.

    Examples:
        >>> def parabola(v):
        ...     return -(v[0] ** 2 + v[1] ** 2) / 2, -v
        >>> from retention_research.models.maximise import maximise
        >>> low, high = profile_interval(parabola, maximise(parabola, [np.ones(2)]), 0, 0.95)
        >>> round(low, 4), round(high, 4)
        (-1.96, 1.96)
    """
    reach = quantile(confidence) * float(np.sqrt(top.covariance[term, term]))
    profile = _Profile(log_likelihood, top, term, quantile(confidence) ** 2 / 2.0)
    return profile.end(-reach), profile.end(reach)


@dataclass(frozen=True, slots=True, eq=False)
class _Profile:
    """The best log-likelihood that is left when one log-parameter is held fixed."""

    log_likelihood: LogLikelihood
    top: Optimum
    term: int
    drop: float

    def end(self, reach: float) -> float | None:
        inner, outer = 0.0, reach
        while self._excess(outer) < 0.0:
            inner, outer = outer, 1.5 * outer
            if abs(outer) > REACH:
                return None
        return float(self.top.place[self.term] + brentq(self._excess, inner, outer, xtol=1e-6))

    def _excess(self, shift: float) -> float:
        """How far the profile lies below the level that ends the interval."""
        others = np.arange(self.top.place.size) != self.term
        fixed = self.top.place + self._ridge() * shift

        def held(free: Floats) -> tuple[float, Floats]:
            place = fixed.copy()
            place[others] = free
            value, gradient = self.log_likelihood(place)
            return value, gradient[others]

        start = fixed[others]
        best = climb(held, start, start - REACH, start + REACH)
        return self.top.log_likelihood - held(best)[0] - self.drop

    def _ridge(self) -> Floats:
        """The direction in which the others follow the fixed one, from the covariance."""
        column = self.top.covariance[self.term]
        return np.asarray(column / column[self.term])

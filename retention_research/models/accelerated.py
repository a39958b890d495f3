"""Accelerated failure time: a covariate stretches or shrinks the time until an event.

Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, chapter 3. Unlike
Kaplan-Meier it says something about times later than anybody was watched: `longest` is where
seeing ends and the assumed shape begins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from retention_research.models import accelerated_predictions as predictions
from retention_research.models.accelerated_likelihood import STANDARDS, Distribution
from retention_research.models.accelerated_search import Peak, counted_times, highest, too_little
from retention_research.models.covariates import (
    Covariates,
    checked_covariates,
    doubt_of_few,
    exponentiated,
    standardise,
    wald,
)
from retention_research.models.fit import Estimate, Fit, Missing, Verdict
from retention_research.models.intervals import quantile

CHOICES: tuple[Distribution, ...] = ("weibull", "lognormal", "loglogistic")


@dataclass(frozen=True, slots=True)
class AcceleratedFit(Fit):
    """A fitted accelerated failure time model.

    The estimates are those of R's survreg: "intercept" and one coefficient per covariate, of the
    logarithm of time, then "log_scale" (not for the exponential, whose scale is 1). The covariance
    is of the estimates themselves. A customer is described by `x`, one value per name in the order
    of `names`; where it is left out, by the average covariates.

    Attributes:
        distribution: "weibull", "lognormal", "loglogistic" or "exponential".
        names: the covariates as they were given; means: their averages, in that order.
        left_out: covariates that cannot tell these customers apart, with the reason.
        events: customers with the event.
        longest: the longest time that anybody was watched; beyond it the fit extrapolates.
    """

    distribution: Distribution
    names: tuple[str, ...]
    means: tuple[float, ...]
    left_out: tuple[Missing, ...]
    events: int
    longest: float

    def coefficient(self, name: str) -> Estimate | Missing:
        """The coefficient of one covariate, or why there is none.

        Args:
            name: the covariate.

        Raises:
            KeyError: if no such covariate was given.
        """
        rows: tuple[Estimate | Missing, ...] = (*self.estimates, *self.left_out)
        return {row.term: row for row in rows}[name]

    def time_ratio(self, name: str) -> Estimate | Missing:
        """By what factor all times stretch per unit of a covariate.

        Args:
            name: the covariate.

        Raises:
            KeyError: if no such covariate was given.
        """
        row = self.coefficient(name)
        return row if isinstance(row, Missing) else exponentiated(row, name)

    def survival_at(self, t: float, x: npt.ArrayLike | None = None) -> Estimate:
        """The share without event up to t, with its interval; see `accelerated_predictions`.

        Args:
            t: a time, 0 or later, in the fit's unit.
            x: the customer's covariates.

        Raises:
            ValueError: on a negative time, or covariates that are missing or too many or few.
        """
        return predictions.survival_at(self._customer(x), t)

    def quantile(self, p: float, x: npt.ArrayLike | None = None) -> Estimate:
        """The time by which a share p have had the event; the median for p = 0.5.

        Args:
            p: a share, between 0 and 1.
            x: the customer's covariates.

        Raises:
            ValueError: if p does not lie between 0 and 1, or on wrong covariates.
        """
        return predictions.quantile_of(self._customer(x), p)

    def restricted_mean(self, tau: float, x: npt.ArrayLike | None = None) -> Estimate:
        """The mean time without event among the first tau, with its interval.

        Args:
            tau: the horizon, above 0, in the fit's unit.
            x: the customer's covariates.

        Raises:
            ValueError: if tau is not above 0, or on wrong covariates.
        """
        return predictions.restricted_mean(self._customer(x), tau)

    @property
    def scale(self) -> float:
        """The scale of the logarithm of time: 1 over the Weibull's shape."""
        return 1.0 if self.distribution == "exponential" else float(np.exp(self.values[-1]))

    def _customer(self, x: npt.ArrayLike | None) -> predictions.Customer:
        given = np.reshape(self.means if x is None else np.asarray(x, np.float64), (1, -1))
        idle = {row.term for row in self.left_out}
        row = checked_covariates(given, self.names, 1)[0]
        used = [value for name, value in zip(self.names, row, strict=True) if name not in idle]
        return predictions.Customer(
            STANDARDS[self.distribution],
            np.array([1.0, *used]),
            self.values,
            self.scale,
            self.covariance_matrix if self.verdict.status == "converged" else None,
            self.confidence,
        )

    def to_dict(self) -> dict[str, Any]:
        """The fit as plain lists, numbers and words that JSON keeps without loss."""
        return asdict(self) | {
            "estimates": [list(row) for row in self.estimates],
            "left_out": [list(row) for row in self.left_out],
            "verdict": list(self.verdict),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """The fit that `to_dict` wrote down.

        Args:
            record: what `to_dict` returned, before or after a round trip through JSON.
        """
        parts = dict(record) | {
            "estimates": tuple(Estimate(*row) for row in record["estimates"]),
            "covariance": tuple(tuple(row) for row in record["covariance"]),
            "verdict": Verdict(*record["verdict"]),
            "names": tuple(record["names"]),
            "means": tuple(record["means"]),
            "left_out": tuple(Missing(*row) for row in record["left_out"]),
        }
        return cls(**parts)


def fit_accelerated(
    duration: npt.ArrayLike,
    event_observed: npt.ArrayLike,
    covariates: npt.ArrayLike | None = None,
    *,
    names: Sequence[str] = (),
    distribution: Distribution = "weibull",
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    unit: str = "day",
    confidence: float = 0.95,
) -> AcceleratedFit | Missing:
    """Fit an accelerated failure time model by maximum likelihood.

    Args:
        duration: time to the event or to the end of watching, above 0, shape (n,), in `unit`.
        event_observed: whether it ended in the event, shape (n,).
        covariates: known when watching began, shape (n, k), in their own units.
        names: one per covariate.
        distribution: of time.
        entry: when watching began, before duration, shape (n,); 0 if left out.
        weights: customers per row, shape (n,); one each if left out.
        unit: the unit of time, a word in the singular.
        confidence: the level of the intervals.

    Returns:
        The fit, with a verdict; missing where no event was seen, where events are fewer than
        estimates, or where all events fall on one time and a scale is asked for.

    Raises:
        ValueError: on missing or impossible values, times of 0, or nobody.

    Examples:
        >>> fit = fit_accelerated([5, 8, 12, 20, 20], [1, 1, 1, 0, 0])
        >>> round(fit.scale, 4), round(fit.quantile(0.5).estimate, 2), fit.longest
        (0.7006, 15.07, 20.0)
    """
    if distribution not in STANDARDS:
        raise ValueError(f"distribution is {distribution!r}; it must be one of {[*STANDARDS]}")
    quantile(confidence)  # refuses a level that is none, even where no interval can be given
    given = counted_times(duration, event_observed, covariates, names, entry, weights)
    used = standardise(given.covariates, names, given.customers)
    reason = too_little(given, distribution, len(used.names))
    if reason:
        return Missing("accelerated", reason)
    peak = highest(given, used, distribution)
    unknown = [term for term, away in zip(peak.terms, peak.unknown, strict=True) if away]
    return AcceleratedFit(
        name=f"accelerated_{distribution}",
        estimates=_estimates(peak, confidence),
        covariance=tuple(tuple(row) for row in peak.covariance.tolist()),
        log_likelihood=peak.log_likelihood,
        n=round(float(given.customers.sum())),
        n_cells=given.customers.size,
        unit=unit,
        confidence=confidence,
        verdict=_verdict(unknown, used, float(given.customers @ given.event)),
        distribution=distribution,
        names=tuple(names),
        means=tuple((given.customers @ given.covariates / given.customers.sum()).tolist()),
        left_out=used.left_out,
        events=round(float(given.customers @ given.event)),
        longest=float(given.duration.max()),
    )


def best_accelerated(
    duration: npt.ArrayLike,
    event_observed: npt.ArrayLike,
    covariates: npt.ArrayLike | None = None,
    *,
    names: Sequence[str] = (),
    distributions: Sequence[Distribution] = CHOICES,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    unit: str = "day",
    confidence: float = 0.95,
) -> tuple[AcceleratedFit, ...]:
    """Fit several distributions and order them by Akaike's criterion.

    Args: as `fit_accelerated`; distributions are those to try.

    Returns:
        The fits, lowest AIC first, those without a clear maximum last; none where
        `fit_accelerated` says why it cannot fit.

    Raises:
        ValueError: as `fit_accelerated`.

    Examples:
        >>> [fit.distribution for fit in best_accelerated([5, 8, 12, 20, 20], [1, 1, 1, 0, 0])]
        ['lognormal', 'loglogistic', 'weibull']
    """
    fits = [
        fit_accelerated(
            duration,
            event_observed,
            covariates,
            names=names,
            distribution=distribution,
            entry=entry,
            weights=weights,
            unit=unit,
            confidence=confidence,
        )
        for distribution in distributions
    ]
    found = [fit for fit in fits if isinstance(fit, AcceleratedFit)]
    return tuple(sorted(found, key=lambda fit: (fit.verdict.status != "converged", fit.aic)))


def _estimates(peak: Peak, confidence: float) -> tuple[Estimate, ...]:
    errors = np.sqrt(np.diag(peak.covariance)).tolist()
    rows = zip(peak.terms, peak.place.tolist(), errors, peak.unknown, strict=True)
    return tuple(
        wald(term, value, None if away else error, confidence) for term, value, error, away in rows
    )


def _verdict(unknown: Sequence[str], used: Covariates, events: float) -> Verdict:
    if unknown:
        words = f"These times do not determine {' and '.join(unknown)}."
        return Verdict("not identifiable", words)
    few = doubt_of_few(events, "events", len(used.names))
    told = ["The likelihood has a clear maximum.", few, *(row.reason for row in used.left_out)]
    return Verdict("converged", " ".join(words for words in told if words))

"""Accelerated failure time: the likelihood of censored times, with both its derivatives.

Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, sections 2.2, 2.3
and 3.2: log T = intercept + x beta + scale W, where W has a standard distribution.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from scipy.special import expit, log_ndtr, logit, ndtri

from retention_research.models.arrays import Flags, Floats
from retention_research.models.newton import Curvature

Distribution = Literal["weibull", "lognormal", "loglogistic", "exponential"]
HALF_LOG_TWO_PI = 0.5 * np.log(2.0 * np.pi)


class Derived(NamedTuple):
    """A function of W at some points, with its first and second derivatives."""

    value: Floats
    slope: Floats
    curve: Floats


Function: TypeAlias = Callable[[Floats], Derived]


class Standard(NamedTuple):
    """A standard distribution of W: logarithms of density and survival, and its quantiles."""

    log_density: Function
    log_survival: Function
    quantile: Callable[[float], float]


def _extreme_density(w: Floats) -> Derived:
    rise = np.exp(w)
    return Derived(w - rise, 1.0 - rise, -rise)


def _extreme_survival(w: Floats) -> Derived:
    fall = -np.exp(w)
    return Derived(fall, fall, fall)


def _normal_density(w: Floats) -> Derived:
    return Derived(-w * w / 2.0 - HALF_LOG_TWO_PI, -w, np.full(w.shape, -1.0))


def _normal_survival(w: Floats) -> Derived:
    value = log_ndtr(-w)
    hazard = np.exp(-w * w / 2.0 - HALF_LOG_TWO_PI - value)
    return Derived(value, -hazard, -hazard * (hazard - w))


def _logistic_density(w: Floats) -> Derived:
    p = expit(w)
    return Derived(w - 2.0 * np.logaddexp(0.0, w), 1.0 - 2.0 * p, -2.0 * p * (1.0 - p))


def _logistic_survival(w: Floats) -> Derived:
    p = expit(w)
    return Derived(-np.logaddexp(0.0, w), -p, -p * (1.0 - p))


EXTREME = Standard(_extreme_density, _extreme_survival, lambda p: float(np.log(-np.log1p(-p))))
STANDARDS: Mapping[Distribution, Standard] = MappingProxyType(
    {
        "weibull": EXTREME,
        "lognormal": Standard(_normal_density, _normal_survival, lambda p: float(ndtri(p))),
        "loglogistic": Standard(_logistic_density, _logistic_survival, lambda p: float(logit(p))),
        "exponential": EXTREME,
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class TimedRows:
    """Distinct times with covariates.

    Attributes:
        duration: time to the event or to the end of watching, above 0, shape (n_cells,).
        event: whether it ended in the event, shape (n_cells,).
        entry: when watching began, 0 or later, shape (n_cells,).
        design: a column of ones, then the covariates, shape (n_cells, 1 + k).
        customers: how many share the row, shape (n_cells,).
    """

    duration: Floats
    event: Flags
    entry: Floats
    design: Floats
    customers: Floats


def log_likelihood(rows: TimedRows, standard: Standard, place: Floats) -> Curvature:
    """The log-likelihood of times in their own unit, as R's survreg reports it.

    Args:
        rows: distinct times with covariates.
        standard: the distribution of W.
        place: intercept, coefficients, and the logarithm of the scale, shape (k + 2,).

    Returns:
        The log-likelihood and its derivatives; not finite where it overflows.

    Examples:
        >>> once = np.ones(1)
        >>> rows = TimedRows(once, once > 0, 0.0 * once, once[:, None], once)
        >>> told = log_likelihood(rows, STANDARDS["exponential"], np.zeros(2))
        >>> told.value, told.gradient
        (-1.0, array([ 0., -1.]))
    """
    size = place.size
    value, gradient, hessian = 0.0, np.zeros(size), np.zeros((size, size))
    with np.errstate(over="ignore", invalid="ignore"):
        for part in _parts(rows, standard, place):
            value += part.value
            gradient += part.gradient
            hessian += part.hessian
    events = rows.customers * rows.event
    gradient[-1] -= events.sum()
    return Curvature(
        float(value - events.sum() * place[-1] - events @ np.log(rows.duration)), gradient, hessian
    )


def _parts(rows: TimedRows, standard: Standard, place: Floats) -> Iterator[Curvature]:
    """Events by their density, the others by survival; survival up to late entry is given."""
    late = rows.entry > 0.0
    yield _part(rows, rows.event, rows.duration, standard.log_density, place)
    yield _part(rows, ~rows.event, rows.duration, standard.log_survival, place)
    given = _part(rows, late, rows.entry, standard.log_survival, place)
    yield Curvature(-given.value, -given.gradient, -given.hessian)


def _part(
    rows: TimedRows, chosen: Flags, times: Floats, function: Function, place: Floats
) -> Curvature:
    """A function of w = (log t - eta) / scale, summed, and derived by eta and log scale."""
    design, n, scale = rows.design[chosen], rows.customers[chosen], float(np.exp(place[-1]))
    w = (np.log(times[chosen]) - design @ place[:-1]) / scale
    value, slope, curve = function(w)
    by_scale = -(n * w * slope).sum()
    mixed = design.T @ (n * (slope + w * curve)) / scale
    size = place.size
    hessian = np.empty((size, size))
    hessian[:-1, :-1] = (design * (n * curve)[:, None]).T @ design / scale**2
    hessian[:-1, -1] = hessian[-1, :-1] = mixed
    hessian[-1, -1] = (n * w * (slope + w * curve)).sum()
    gradient = np.append(-(design.T @ (n * slope)) / scale, by_scale)
    return Curvature(float(n @ value), gradient, hessian)

"""From rows of times to the highest likelihood of an accelerated failure time model."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.accelerated_likelihood import (
    STANDARDS,
    Distribution,
    TimedRows,
    log_likelihood,
)
from retention_research.models.arrays import (
    Flags,
    Floats,
    checked,
    checked_weights,
    refuse,
    same_length,
)
from retention_research.models.covariates import Covariates, checked_covariates, count_rows
from retention_research.models.newton import Curvature, Top, newton


class CountedTimes(NamedTuple):
    """Distinct times with covariates in their own units, columns of shape (n_cells,).

    Attributes:
        duration: time to the event or to the end of watching.
        event: whether it ended in the event.
        entry: when watching began.
        covariates: shape (n_cells, k).
        customers: how many share the row.
    """

    duration: Floats
    event: Flags
    entry: Floats
    covariates: Floats
    customers: Floats


class Peak(NamedTuple):
    """The highest likelihood, for covariates in their own units.

    Attributes:
        terms: the estimates' names; place: the estimates, shape (k,).
        covariance: of the estimates, shape (k, k).
        unknown: one flag per estimate that these times do not determine.
        log_likelihood: its value.
    """

    terms: tuple[str, ...]
    place: Floats
    covariance: Floats
    unknown: tuple[bool, ...]
    log_likelihood: float


def counted_times(
    duration: npt.ArrayLike,
    event_observed: npt.ArrayLike,
    covariates: npt.ArrayLike | None,
    names: Sequence[str],
    entry: npt.ArrayLike | None,
    weights: npt.ArrayLike | None,
) -> CountedTimes:
    """Check times and covariates, and count customers who share them.

    Args: as `accelerated.fit_accelerated`.

    Returns:
        The distinct rows, in sorted order.

    Raises:
        ValueError: on missing or impossible values, times of 0, or nobody.

    Examples:
        >>> counted_times([3, 2, 3], [1, 0, 1], None, (), None, None).customers
        array([1., 2.])
    """
    time, status = checked("duration", duration), checked("event_observed", event_observed)
    began = np.zeros(time.size) if entry is None else checked("entry", entry)
    same_length(duration=time, event_observed=status, entry=began)
    refuse(time <= 0.0, "duration is not above 0")
    refuse((status != 0) & (status != 1), "event_observed is neither true nor false")
    refuse(began >= time, "entry is not before the end of watching")
    given = checked_covariates(covariates, names, time.size)
    customers = checked_weights(weights, time.size)
    if not customers.any():
        raise ValueError("there are no customers to fit a survival model to")
    table, counted = count_rows(np.column_stack([time, status, began, given]), customers)
    return CountedTimes(table[:, 0], table[:, 1] > 0.0, table[:, 2], table[:, 3:], counted)


def too_little(
    given: CountedTimes, distribution: Distribution, coefficients: int = 0
) -> str | None:
    """Why these times cannot carry a fit, if they cannot.

    Args:
        given: the counted times.
        distribution: of time.
        coefficients: how many covariates are to be told apart.

    Examples:
        >>> too_little(counted_times([3, 2], [0, 0], None, (), None, None), "weibull")
        'Nobody had the event for as long as they were watched.'
    """
    times = given.duration[given.event]
    if times.size == 0:
        return "Nobody had the event for as long as they were watched."
    if np.ptp(times) == 0.0 and distribution != "exponential":
        return "All events fall on one time, which says nothing of how they spread."
    events = float(given.customers @ given.event)
    unknown = 1 + coefficients + (distribution != "exponential")
    if events < unknown:
        return f"{events:g} events cannot determine {unknown} estimates."
    return None


def highest(given: CountedTimes, used: Covariates, distribution: Distribution) -> Peak:
    """Climb to the highest likelihood.

    Args:
        given: the counted times.
        used: their covariates, centred and scaled.
        distribution: of time.

    Returns:
        The estimates, back in the covariates' own units.

    Examples:
        >>> given = counted_times([1, 3], [1, 1], None, (), None, None)
        >>> from retention_research.models.covariates import standardise
        >>> used = standardise(given.covariates, (), given.customers)
        >>> float(np.exp(highest(given, used, "exponential").place[0]).round(6))
        2.0
    """
    design = np.column_stack([np.ones(given.customers.size), used.values])
    rows = TimedRows(given.duration, given.event, given.entry, design, given.customers)
    return _in_their_units(_climb(rows, distribution), used)


def _climb(rows: TimedRows, distribution: Distribution) -> Top:
    """From the constant rate that would give as many events; the exponential keeps its scale."""
    watched = rows.customers @ (rows.duration - rows.entry)
    start = np.zeros(rows.design.shape[1] + 1)
    start[0] = np.log(watched / (rows.customers @ rows.event))
    whole = partial(log_likelihood, rows, STANDARDS[distribution])
    if distribution != "exponential":
        return newton(whole, start)

    def at_scale_1(place: Floats) -> Curvature:
        told = whole(np.append(place, 0.0))
        return Curvature(told.value, told.gradient[:-1], told.hessian[:-1, :-1])

    return newton(at_scale_1, start[:-1])


def _in_their_units(top: Top, used: Covariates) -> Peak:
    terms = ("intercept", *used.names, "log_scale")[: top.place.size]
    k = len(used.names)
    centred, scaled = np.eye(len(terms)), np.eye(len(terms))
    centred[0, 1 : k + 1] = -used.means / used.scales
    scaled[range(1, k + 1), range(1, k + 1)] = 1.0 / used.scales
    blind = centred @ top.blind
    length = np.sqrt((blind**2).sum(axis=0))
    unknown = ((blind / length) ** 2).sum(axis=1) > 0.01
    if terms[-1] == "log_scale" and unknown[-1]:
        unknown[:] = True  # times without spread would make every other error 0
    back = scaled @ centred
    covariance = back @ top.covariance @ back.T
    return Peak(terms, back @ top.place, covariance, tuple(unknown.tolist()), top.log_likelihood)

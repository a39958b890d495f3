"""Back-test: what a model fitted on the calibration window said, and what then happened."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import (
    Floats,
    checked,
    checked_weights,
    distinct,
    same_length,
    tally,
)
from retention_research.models.fit import Estimate
from retention_research.models.intervals import positive_interval
from retention_research.models.purchase_fit import PurchaseFit

LAST_ROW = 7  # customers with as many repeat purchases or more share a row


class BacktestRow(NamedTuple):
    """Customers with the same calibration frequency.

    Attributes:
        frequency: their repeat purchases before the hold-out; the last row counts upwards.
        customers: how many they are.
        actual: mean purchases in the hold-out.
        predicted: mean purchases expected there.
    """

    frequency: int
    customers: int
    actual: float
    predicted: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """A forecast of the hold-out beside what happened.

    Attributes:
        actual: purchases in the hold-out.
        predicted: purchases expected, with a predictive interval: chance and parameters.
        bias: predicted / actual - 1; None if nobody bought.
        log_score: mean log-probability of what each customer did; higher is better.
        n: customers.
        rows: means by calibration frequency, 0 to "7 or more".
    """

    actual: int
    predicted: Estimate
    bias: float | None
    log_score: float
    n: int
    rows: tuple[BacktestRow, ...]


def backtest(
    fit: PurchaseFit,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    actual: npt.ArrayLike,
    *,
    t: float,
    weights: npt.ArrayLike | None = None,
) -> Backtest:
    """Hold a fit to what customers did after its window.

    Args:
        fit: a purchase model fitted on the calibration window.
        frequency: repeat purchases in that window, shape (n,).
        recency: time from first to last purchase, shape (n,), in the fit's unit.
        T: time from first purchase to the window's end, shape (n,), in the fit's unit.
        actual: purchases in the hold-out, shape (n,).
        t: the hold-out's length, in the fit's unit.
        weights: customers per row, shape (n,); one each if left out.

    Returns:
        The comparison.

    Raises:
        ValueError: on impossible histories or counts.

    Examples:
        >>> from retention_research.models.nbd import fit_nbd
        >>> history = [0, 1, 3], [0, 9, 30], [38, 38, 38]
        >>> fit = fit_nbd(*history, weights=[700, 200, 90])
        >>> held = backtest(fit, *history, [0, 1, 3], t=38, weights=[700, 200, 90])
        >>> held.actual, round(held.predicted.estimate), len(held.rows)
        (470, 470, 3)
    """
    columns = (checked("frequency", frequency), checked("recency", recency), checked("T", T))
    count = checked("actual", actual)
    same_length(frequency=columns[0], actual=count)
    customers = checked_weights(weights, count.size)
    score = fit.log_probability_of_purchases(count, t, *columns)
    predicted = forecast_total(fit, *columns, t=t, weights=customers)
    happened = float(customers @ count)
    return Backtest(
        actual=round(happened),
        predicted=predicted,
        bias=predicted.estimate / happened - 1.0 if happened else None,
        log_score=float(customers @ score / customers.sum()),
        n=round(float(customers.sum())),
        rows=_rows(columns[0], count, fit.expected_purchases(t, *columns), customers),
    )


def _rows(
    x: Floats, actual: Floats, predicted: Floats, customers: Floats
) -> tuple[BacktestRow, ...]:
    place = np.minimum(x, LAST_ROW).astype(np.intp)
    size = LAST_ROW + 1
    many = tally(place, customers, size)
    happened = tally(place, customers * actual, size)
    expected = tally(place, customers * predicted, size)
    return tuple(
        BacktestRow(row, round(n), float(happened[row] / n), float(expected[row] / n))
        for row, n in enumerate(many.tolist())
        if n > 0
    )


def forecast_total(
    fit: PurchaseFit,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    *,
    t: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
) -> Estimate:
    """The purchases of all customers in (T, T+t], with a predictive interval.

    Its variance is that of what customers will do, given the parameters, and that of the
    expectation, since the parameters are estimated.

    Args:
        fit: a purchase model.
        frequency: repeat purchases, shape (n,).
        recency: time from first to last purchase, shape (n,), in the fit's unit.
        T: time from first purchase to now, shape (n,), in the fit's unit.
        t: time ahead, one value or shape (n,), in the fit's unit.
        weights: customers per row, shape (n,); one each if left out.

    Returns:
        The total; std_error is the predictive standard deviation, None if the fit has no errors.

    Raises:
        ValueError: on impossible histories.

    Examples:
        >>> from retention_research.models.nbd import fit_nbd
        >>> history = [0, 1, 3], [0, 9, 30], [38, 38, 38]
        >>> fit = fit_nbd(*history, weights=[700, 200, 90])
        >>> total = forecast_total(fit, *history, t=38, weights=[700, 200, 90])
        >>> total.conf_low < 470 < total.conf_high
        True
    """
    expectation = fit.expected_purchases_total(t, frequency, recency, T, weights=weights)
    if expectation.std_error is None:
        return expectation
    customers = checked_weights(weights, np.size(frequency))
    chance = float(customers @ fit.variance_of_purchases(t, frequency, recency, T))
    error = float(np.sqrt(chance + expectation.std_error**2))
    return positive_interval("purchases", expectation.estimate, error, fit.confidence)


def expected_cumulative_purchases(
    fit: PurchaseFit,
    birth: npt.ArrayLike,
    times: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
) -> Floats:
    """Repeat purchases expected up to each time of customers born at given times.

    It uses nothing but when customers were born: the line to hold against the actual count.

    Args:
        fit: a purchase model.
        birth: time of the first purchase on any common clock, shape (n,), in the fit's unit.
        times: times on that clock, shape (m,), in the fit's unit.
        weights: customers per birth, shape (n,); one each if left out.

    Returns:
        Purchases, shape (m,).

    Raises:
        ValueError: on missing or negative times.

    Examples:
        >>> from retention_research.models.nbd import fit_nbd
        >>> fit = fit_nbd([0, 1, 3], [0, 9, 30], [38, 38, 38], weights=[700, 200, 90])
        >>> line = expected_cumulative_purchases(fit, [0, 1], [0.0, 38.0, 39.0])
        >>> line.round(2).tolist()
        [0.0, 0.94, 0.96]
    """
    born, moments = checked("birth", birth), checked("times", times)
    customers = checked_weights(weights, born.size)
    (days,), place = distinct(born)
    many = tally(place, customers, days.size)
    ages = np.maximum(moments[:, None] - days, 0.0)
    (age,), where = distinct(ages.ravel())
    expected = fit.expected_purchases_new_customer(age)
    return np.asarray(expected[where].reshape(ages.shape) @ many)

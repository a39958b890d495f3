"""How sure: intervals from standard errors, and the delta method over log-parameters."""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import ndtri

from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate

STEP = 1e-4  # of a logarithm; central differences are then right to about eight digits


def quantile(confidence: float) -> float:
    """The normal quantile of a two-sided interval.

    Args:
        confidence: the level, between 0 and 1.

    Raises:
        ValueError: if the level is not between 0 and 1.

    Examples:
        >>> round(quantile(0.95), 6)
        1.959964
    """
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence is {confidence:g}; it must lie between 0 and 1")
    return float(ndtri(0.5 + confidence / 2.0))


def wald_on_log_scale(
    term: str, value: float, log_error: float | None, confidence: float
) -> Estimate:
    """The interval of a positive quantity, symmetric on the log scale.

    Args:
        term: the quantity's name.
        value: its estimate, above 0.
        log_error: the standard error of its logarithm, or None where there is none.
        confidence: the level of the interval.

    Returns:
        The estimate; its standard error is value times log_error (delta method).

    Examples:
        >>> low, high = wald_on_log_scale("r", 0.25, 0.1, 0.95)[3:]
        >>> round(low, 4), round(high, 4)
        (0.2055, 0.3041)
    """
    if log_error is None:
        return Estimate(term, value)
    reach = np.exp(quantile(confidence) * log_error)
    return Estimate(term, value, value * log_error, float(value / reach), float(value * reach))


def log_gradient(function: Callable[[Floats], Floats], values: Floats) -> Floats:
    """The derivatives of a function by the logarithms of its positive parameters.

    Args:
        function: takes parameters of shape (k,), returns results of shape (n,).
        values: where to differentiate, shape (k,).

    Returns:
        The gradient, shape (n, k), in the unit of the results.

    Examples:
        >>> log_gradient(lambda v: np.array([v[0] ** 2 / v[1]]), np.array([3.0, 9.0])).round(6)
        array([[ 2., -1.]])
    """
    columns = [(function(up) - function(down)) / (2.0 * STEP) for up, down in _neighbours(values)]
    return np.stack(columns, axis=-1)


def _neighbours(values: Floats) -> Iterator[tuple[Floats, Floats]]:
    for place in range(values.size):
        nudge = np.exp(STEP * (np.arange(values.size) == place))
        yield values * nudge, values / nudge


def delta_error(gradient: Floats, covariance: Floats | None) -> float | None:
    """The standard error of a quantity by the delta method.

    Args:
        gradient: of the quantity by the log-parameters, shape (k,).
        covariance: of the log-parameters, shape (k, k), or None where there is none.

    Returns:
        The standard error in the unit of the quantity, or None.

    Examples:
        >>> delta_error(np.array([2.0]), np.array([[0.25]]))
        1.0
    """
    if covariance is None:
        return None
    return float(np.sqrt(np.maximum(gradient @ covariance @ gradient, 0.0)))


def positive_interval(
    term: str, value: float, std_error: float | None, confidence: float
) -> Estimate:
    """The interval of a positive quantity whose standard error is known.

    Args:
        term: the quantity's name.
        value: its estimate, 0 or more.
        std_error: its standard error, or None.
        confidence: the level of the interval.

    Returns:
        A log-scale interval; one of no width for a value of 0.

    Examples:
        >>> positive_interval("total", 0.0, 0.0, 0.95)
        Estimate(term='total', estimate=0.0, std_error=0.0, conf_low=0.0, conf_high=0.0)
    """
    if std_error is None:
        return Estimate(term, value)
    if value <= 0.0:
        return Estimate(term, value, std_error, value, value)
    return wald_on_log_scale(term, value, std_error / value, confidence)

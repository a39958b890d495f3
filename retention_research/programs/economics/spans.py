"""Percentile intervals from draws of customers: of totals, and of ratios that may be unbounded.

Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 13.3. Both sides of a ratio
come from the same draw, so that what they have in common stays in.
"""

from __future__ import annotations

import numpy as np

from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing

FEWEST_DRAWS = 100  # below these a percentile at the interval's end is no more than a guess
_ROUNDING = 1e-9  # of the largest draw


def give_range(drawn: Floats) -> bool:
    """Whether draws are enough, and vary by more than rounding.

    Where nobody bought, or all bought alike, every draw is the same: it is as if there were none.

    Args:
        drawn: a quantity in each draw, shape (draws,).

    Example:
        >>> give_range(np.zeros(2000)), give_range(np.arange(2000.0)), give_range(np.arange(5.0))
        (False, True, False)
    """
    if drawn.size < FEWEST_DRAWS:
        return False
    return float(np.ptp(drawn)) > _ROUNDING * float(np.abs(drawn).max())


def spread_of(term: str, point: float, drawn: Floats, confidence: float) -> Estimate:
    """A quantity with the percentiles of its draws.

    Args:
        term: its name.
        point: its value over the customers as they are.
        drawn: its value in each draw, shape (draws,); infinite values are allowed.
        confidence: level of the interval.

    Returns:
        The estimate. An end that is infinite is not set; neither is, with fewer than 100 draws.

    Example:
        >>> spread_of("margin", 50.0, np.arange(101.0), 0.5)[3:]
        (25.0, 75.0)
    """
    if drawn.size < FEWEST_DRAWS:
        return Estimate(term, point)
    tail = (1.0 - confidence) / 2.0
    with np.errstate(invalid="ignore"):  # between infinite draws there is no number
        low, high = (float(end) for end in np.quantile(drawn, [tail, 1.0 - tail]))
    finite = drawn[np.isfinite(drawn)]
    error = float(finite.std(ddof=1)) if finite.size == drawn.size else None
    ends = (min(low, point), max(high, point))
    return Estimate(term, point, error, *(end if np.isfinite(end) else None for end in ends))


def price_of(
    term: str, spent: float, got: float, drawn_spent: Floats, drawn_got: Floats, confidence: float
) -> Estimate:
    """What one of something costs; draws in which nothing was got make it infinitely dear.

    Args:
        term: its name.
        spent: money, 0 or more.
        got: how many, above 0.
        drawn_spent: money of each draw, shape (draws,).
        drawn_got: how many in each draw, shape (draws,).
        confidence: level of the interval.

    Returns:
        The estimate; its upper end is not set where too many draws got nothing.

    Example:
        >>> got = np.linspace(-1.0, 9.0, 1001)
        >>> price_of("cost_per_kept", 10.0, 5.0, np.full(1001, 10.0), got, 0.95).conf_high is None
        True
    """
    some = drawn_got > 0.0
    drawn = np.where(some, drawn_spent / np.where(some, drawn_got, 1.0), np.inf)
    return spread_of(term, spent / got, drawn, confidence)


def return_of(
    term: str, gain: float, cost: float, drawn_gain: Floats, drawn_cost: Floats, confidence: float
) -> Estimate | Missing:
    """Gain over cost, of sums of the same draws; missing where the cost may be nothing.

    Example:
        >>> halves = np.full(200, 0.5)
        >>> return_of("roi", 1.0, 2.0, halves, np.full(200, 2.0), 0.95).estimate
        0.5
    """
    if cost <= 0.0 or (drawn_cost <= 0.0).any():
        return Missing(term, "It cost nothing, or may have, so there is nothing to divide by.")
    return spread_of(term, gain / cost, drawn_gain / drawn_cost, confidence)

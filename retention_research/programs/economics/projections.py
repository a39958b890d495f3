"""What margin would come to beyond the window, if the effect went on: never the headline."""

from __future__ import annotations

from math import exp, inf, log, log1p
from typing import Literal, NamedTuple

from retention_research.models.fit import Estimate, Missing
from retention_research.periods import DAYS_PER_YEAR

Persistence = Literal["none", "half-life", "full"]
PERSISTENCE: tuple[Persistence, ...] = ("none", "half-life", "full")


class Projection(NamedTuple):
    """Margin up to the horizon under one assumption that the data do not test.

    Attributes:
        persistence: none: nothing after the window; half-life: the weekly margin halves in every
            further time as long as the window; full: it goes on as in the window.
        horizon_days: from a customer's start on.
        margin: incremental, in all; discounted beyond the window.
        return_on_investment: (margin - cost) / cost.
    """

    persistence: Persistence
    horizon_days: int
    margin: Estimate | Missing
    return_on_investment: Estimate | Missing


def multiple(
    persistence: Persistence, window_days: int, horizon_days: int, annual_discount_rate: float
) -> float:
    """Margin up to the horizon as a multiple of that in the window.

    With w the window, h the horizon, l the rate at which the effect fades and d the continuous
    discount rate, it is 1 + (1/w) times the integral of e^(-l(t-w)) e^(-dt) over (w, h).

    Args:
        persistence: of the effect after the window.
        window_days: above 0.
        horizon_days: nothing is added where it is not beyond the window.
        annual_discount_rate: 0.10 is a tenth a year.

    Returns:
        1 or more.

    Raises:
        ValueError: if the window is empty.

    Examples:
        >>> multiple("full", 7, 28, 0.0), multiple("none", 7, 28, 0.0)
        (4.0, 1.0)
    """
    if window_days <= 0:
        raise ValueError(f"a window of {window_days} days holds no margin")
    left = horizon_days - window_days
    fade = {"none": inf, "half-life": log(2.0) / window_days, "full": 0.0}[persistence]
    if left <= 0 or fade == inf:
        return 1.0
    discount = log1p(annual_discount_rate) / DAYS_PER_YEAR
    rate = fade + discount
    days = left if rate == 0.0 else (1.0 - exp(-rate * left)) / rate
    return 1.0 + exp(-discount * window_days) * days / window_days

"""How much likelier something is with than without: differences of shares, pooled.

Newcombe (1998), Statistics in Medicine 17, 873-890, method 10, for one difference; several are
joined by the recovery of variances from limits (Zou and Donner, 2008, Stat. in Medicine 27,
1693-1702, equation 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from retention_research.models.fit import Estimate, Missing
from retention_research.models.proportion import proportion


class Arms(NamedTuple):
    """Two arms of one experiment.

    Attributes:
        treated_events: of treated customers; treated: how many there are.
        control_events: of control customers; control: how many there are.
    """

    treated_events: int
    treated: int
    control_events: int
    control: int


def pooled_lift(experiments: Sequence[Arms], confidence: float = 0.95) -> Estimate | Missing:
    """The difference of shares, each experiment weighted by its treated customers.

    Args:
        experiments: with customers in both arms.
        confidence: level of the interval.

    Returns:
        Treated less control share, -1..1; missing where there is no experiment.

    Examples:
        >>> found = pooled_lift([Arms(56, 70, 48, 80)])
        >>> tuple(round(x, 4) for x in (found.estimate, found.conf_low, found.conf_high))
        (0.2, 0.0524, 0.3339)
    """
    whole = [arms for arms in experiments if arms.treated and arms.control]
    if not whole:
        return Missing("lift", "No experiment has customers in both arms.")
    treated = sum(arms.treated for arms in whole)
    parts = [_difference(arms, arms.treated / treated, confidence) for arms in whole]
    value, variance, below, above = (sum(column) for column in zip(*parts, strict=True))
    return Estimate("lift", value, sqrt(variance), value - sqrt(below), value + sqrt(above))


def _difference(arms: Arms, weight: float, confidence: float) -> tuple[float, float, float, float]:
    """Weighted difference, its variance, and squared reaches below and above."""
    one = proportion(arms.treated_events, arms.treated, confidence)
    other = proportion(arms.control_events, arms.control, confidence)
    square = weight * weight
    return (
        weight * (one.estimate - other.estimate),
        square * ((one.std_error or 0.0) ** 2 + (other.std_error or 0.0) ** 2),
        square * (_below(one) ** 2 + _above(other) ** 2),
        square * (_above(one) ** 2 + _below(other) ** 2),
    )


def _below(found: Estimate) -> float:
    return found.estimate - (found.conf_low or 0.0)


def _above(found: Estimate) -> float:
    return (found.conf_high or 0.0) - found.estimate

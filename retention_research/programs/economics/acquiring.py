"""What new customers cost and brought, to hold the keeping of customers against."""

from __future__ import annotations

from dataclasses import dataclass

from retention_research.models.fit import Estimate, Missing
from retention_research.models.ratio import Moments, ratio


@dataclass(frozen=True, slots=True)
class Acquiring:
    """New customers whose cost is known and whose first days are over.

    Attributes:
        customers: how many. days: watched from the first purchase on, its own day included.
        cost_per_customer: mean acquisition cost.
        margin_per_spent: margin of those days over acquisition cost.
    """

    customers: int
    days: int
    cost_per_customer: Estimate | Missing
    margin_per_spent: Estimate | Missing


def acquiring_of(
    found: Moments, margin: float, days: int, confidence: float = 0.95
) -> Acquiring | Missing:
    """What new customers cost, and what each unit spent on them brought.

    Args:
        found: y: revenue of each new customer's first days, x: the acquisition cost.
        margin: share of revenue.
        days: how many days those are.
        confidence: level of the intervals.

    Returns:
        The comparison; missing without customers or without any cost. Intervals by the delta
        method over customers.

    Example:
        >>> from retention_research.models.ratio import moments
        >>> found = acquiring_of(moments([30.0, 50.0], [10.0, 10.0]), 0.5, 28)
        >>> found.margin_per_spent.estimate
        2.0
    """
    if found.n < 1 or found.x <= 0.0:
        return Missing("acquiring", "No new customer of whom enough is known has a cost.")
    whole = Moments(found.n, found.x, found.n, found.xx, found.n, found.x)
    brought = Moments(
        found.n, margin * found.y, found.x, margin**2 * found.yy, found.xx, margin * found.xy
    )
    return Acquiring(
        found.n,
        days,
        _same_for_all(found) or ratio(whole, confidence, "cost_per_customer"),
        ratio(brought, confidence, "margin_per_spent"),
    )


def _same_for_all(found: Moments) -> Estimate | None:
    """The cost where each customer's is the same, which leaves nothing open."""
    each = found.x / found.n
    if abs(found.xx - found.n * each**2) > 1e-9 * found.xx:
        return None
    return Estimate("cost_per_customer", each, 0.0, each, each)

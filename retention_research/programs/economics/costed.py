"""Draws of customers with what each customer costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics.spans import give_range, spread_of
from retention_research.programs.effects import MoneyDraws

Told: TypeAlias = Estimate | Missing


@dataclass(frozen=True, slots=True, eq=False)
class Costed:
    """Draws with what a customer costs, the fixed cost spread over all.

    Attributes:
        draws: of customers. cost: per customer of each draw. point: over customers as they are.
        fixed: the fixed cost per customer. why: what keeps the cost from being known, or empty.
        confidence: level of the intervals.
    """

    draws: MoneyDraws
    cost: Floats
    point: float
    fixed: float
    why: str
    confidence: float

    @property
    def n(self) -> int:
        """Customers."""
        return self.draws.customers

    def total(self, term: str, point: float, drawn: Floats) -> Estimate:
        """Of all customers, from a quantity per customer."""
        return spread_of(term, self.n * point, self.n * drawn, self.confidence)

    def where_costed(self, term: str, found: Callable[[], Told]) -> Told:
        """What `found` gives where the cost is known, else why it is not."""
        return Missing(term, self.why) if self.why else found()


def that_vary(draws: MoneyDraws) -> MoneyDraws:
    """The same; without any draw if those of the margin give no range, as they are no evidence.

    Example:
        >>> that_vary(MoneyDraws(np.zeros(2000), 0.0, 40)).margin.size
        0
    """
    if give_range(draws.margin):
        return draws
    none = np.empty(0)
    cost, kept = (None if one is None else none for one in (draws.cost, draws.kept))
    return replace(draws, margin=none, cost=cost, kept=kept)


def costed(draws: MoneyDraws, fixed_cost: float | None, no_cost: str, confidence: float) -> Costed:
    """Draws with their cost; `no_cost` is the reason where neither kind of cost is given."""
    known = draws.cost_point is not None or fixed_cost is not None
    fixed = (fixed_cost or 0.0) / draws.customers
    each = np.zeros(draws.margin.size) if draws.cost is None else draws.cost
    why = "" if known else no_cost
    return Costed(draws, each + fixed, (draws.cost_point or 0.0) + fixed, fixed, why, confidence)

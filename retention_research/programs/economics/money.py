"""What a program brought and cost, with intervals from draws of customers.

The headline uses the window alone. Customers are drawn with everything that is theirs, so that
margin, cost and the number kept of one draw belong together, and ratios are of the same draw.
"""

from __future__ import annotations

from retention_research.models.fit import Missing
from retention_research.programs.economics.budget import budget_curve
from retention_research.programs.economics.costed import costed, that_vary
from retention_research.programs.economics.reckoning import (
    ROI,
    bought_anyway,
    break_even_cost,
    break_even_probability,
    cost_anyway,
    cost_of,
    cost_per_kept,
    cost_to_keep,
    kept_of,
    margin_per_spent,
    payback,
    profit_of,
    projections,
    return_on_investment,
    times,
)
from retention_research.programs.economics.result import Money
from retention_research.programs.economics.spans import spread_of
from retention_research.programs.effects import Effect, MoneyDraws

NO_COST = "What the program costs is not given."
_NOBODY = "Nobody whose window is over was given the program."
_NO_WINDOW = "No window is given in which margin would count."


def money(
    draws: MoneyDraws,
    *,
    window_days: int,
    fixed_cost: float | None = None,
    horizon_days: int = 0,
    annual_discount_rate: float = 0.0,
    retained: Effect | None = None,
    no_cost: str = NO_COST,
    confidence: float = 0.95,
) -> Money | Missing:
    """What a program brought and cost.

    Args:
        draws: margin, cost and share kept per treated customer, by draw.
        window_days: length of the window.
        fixed_cost: of the whole program; None: none is given.
        horizon_days: of the projections; those within the window add nothing.
        annual_discount_rate: of money beyond the window.
        retained: the effect on who bought at all, for what went to those who would have anyway.
        no_cost: the reason told where there is neither a cost of customers nor a fixed one.
        confidence: level of the intervals.

    Returns:
        The economics. Without costs, the margin and the cost that would break even are still told;
        without draws, or with such as do not vary, amounts have no range and break-even no chance.
        Missing where nobody was treated, or no window is given.

    Example:
        >>> import numpy as np
        >>> margin = np.linspace(1.0, 3.0, 201)
        >>> found = money(MoneyDraws(margin, 2.0, 50, np.ones(201), 1.0), window_days=28)
        >>> found.return_on_investment.estimate, found.break_even_probability
        (1.0, 0.9950248756218906)
    """
    if draws.customers < 1 or window_days < 1:
        return Missing("money", _NOBODY if window_days > 0 else _NO_WINDOW)
    spent = costed(draws, fixed_cost, no_cost, confidence)  # what it cost is known all the same
    draws = that_vary(draws)
    held = costed(draws, fixed_cost, no_cost, confidence)
    anyway = bought_anyway(retained)
    return Money(
        customers=draws.customers,
        window_days=window_days,
        margin=held.total("margin", draws.margin_point, draws.margin),
        margin_per_customer=spread_of("margin", draws.margin_point, draws.margin, confidence),
        cost=spent.where_costed("cost", lambda: spent.total("cost", spent.point, spent.cost)),
        cost_per_customer=spent.where_costed("cost", lambda: cost_of(spent)),
        profit=held.where_costed("profit", lambda: profit_of(held)),
        return_on_investment=held.where_costed(ROI, lambda: return_on_investment(held)),
        margin_per_spent=held.where_costed("margin_per_spent", lambda: margin_per_spent(held)),
        break_even_probability=break_even_probability(held),
        break_even_cost=break_even_cost(held),
        cost_to_keep=cost_to_keep(draws),
        payback_weeks=held.where_costed("payback_weeks", lambda: payback(held)),
        kept=kept_of(held),
        cost_per_kept=held.where_costed("cost_per_kept", lambda: cost_per_kept(held)),
        anyway=anyway,
        cost_anyway=held.where_costed("cost_anyway", lambda: cost_anyway(held, anyway)),
        projections=projections(held, window_days, horizon_days, annual_discount_rate),
        after=times(draws.after, draws.customers),
        budget=budget_curve(draws, fixed_cost=fixed_cost, confidence=confidence),
    )

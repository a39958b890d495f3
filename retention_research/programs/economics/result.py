"""What is told of a program's money."""

from __future__ import annotations

from dataclasses import dataclass

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics.acquiring import Acquiring
from retention_research.programs.economics.budget import BudgetCurve
from retention_research.programs.economics.projections import Projection

_NOT_COMPARED = Missing("acquiring", "What a new customer costs is not known.")
_NOT_DRAWN = Missing("budget_curve", "No cost per customer is given.")


@dataclass(frozen=True, slots=True)
class Money:
    """A program's economics over the customers treated whose window is over.

    Attributes:
        customers: those customers. window_days: days watched after each one's start.
        margin: incremental margin of all of them in the window.
        margin_per_customer: the same per customer.
        cost: of all of them, the fixed cost included. cost_per_customer: the same per customer.
        profit: margin - cost.
        return_on_investment: (margin - cost) / cost; 0.5: each unit spent brought itself and half.
        margin_per_spent: margin / cost.
        break_even_probability: share of draws with margin above cost.
        break_even_cost: what a customer may cost, beyond the fixed cost, for margin to equal cost.
        cost_to_keep: cost per customer, all counted, at which margin exceeds cost in 9 draws of 10.
        payback_weeks: whole weeks until the margin has covered the cost, and does to the end.
        kept: customers who bought in the window and would not have without.
        cost_per_kept: cost / kept.
        anyway: share of those who bought in the window that would have bought anyway, if the
            program kept nobody from buying.
        cost_anyway: that share of the cost per customer, over those who bought.
        projections: margin up to the horizon under three assumptions.
        after: margin in as long a time after the window: below 0 where purchases were only moved.
        acquiring: what new customers cost and brought, to hold keeping against.
        budget: margin against spend when the program is given to more and more customers.
    """

    customers: int
    window_days: int
    margin: Estimate
    margin_per_customer: Estimate
    cost: Estimate | Missing
    cost_per_customer: Estimate | Missing
    profit: Estimate | Missing
    return_on_investment: Estimate | Missing
    margin_per_spent: Estimate | Missing
    break_even_probability: float | Missing
    break_even_cost: Estimate
    cost_to_keep: float | Missing
    payback_weeks: Estimate | Missing
    kept: Estimate | Missing
    cost_per_kept: Estimate | Missing
    anyway: Estimate | Missing
    cost_anyway: Estimate | Missing
    projections: tuple[Projection, ...]
    after: Estimate | Missing
    acquiring: Acquiring | Missing = _NOT_COMPARED
    budget: BudgetCurve | Missing = _NOT_DRAWN

"""New customers: what their first days brought, and what winning them cost."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis

from retention_research.summaries.kpis.sums import days_after, per_customer, with_columns
from retention_research.summaries.program_outcomes import outcomes_between

if TYPE_CHECKING:
    import ibis.expr.types as ir


def first_revenue(
    rows: ir.Table, customers: ir.Table, purchases: ir.Table, days: int, as_of: date
) -> ir.Table:
    """Revenue of new customers' first days, and what winning them cost.

    Args:
        rows: customer_id, first_day; of customers whose first purchase is known.
        customers: customer_id, acquisition_cost; of whom it is null, or who is not there, is
            left out.
        purchases: customer_id, day, amount.
        days: from the first purchase on, its own day included.
        as_of: last day that is known; customers whose days are not over by then are left out.

    Returns:
        Sums as `per_customer` gives them, of period 0: y is the revenue, x the acquisition cost.
    """
    priced = with_columns(customers, acquisition_cost="float64")
    known = priced.filter(priced.acquisition_cost.notnull())
    over = rows.filter(days_after(rows.first_day, days - 1) <= as_of)
    starts = over.inner_join(known.select("customer_id", "acquisition_cost"), "customer_id")
    kept = starts.select("customer_id", "acquisition_cost", start="first_day")
    spent = outcomes_between(kept, purchases, -1, days - 1).mutate(period=ibis.literal(0))
    return per_customer(spent, "new_customers", spent.revenue, spent.acquisition_cost)

"""Customers brought by others, those whom nobody brought, and those who brought them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from retention_research.summaries.kpis.sums import days_after, with_columns
from retention_research.summaries.program_outcomes import outcomes_after
from retention_research.summaries.purchases import exact_sum

if TYPE_CHECKING:
    import ibis.expr.types as ir


def new_customers_by_referral(
    rows: ir.Table, customers: ir.Table, purchases: ir.Table, days: int, as_of: date
) -> ir.Table:
    """New customers, whether somebody brought them, and what they did since.

    Args:
        rows: customer_id, first_day; of customers whose first purchase is known.
        customers: customer_id, referred_by, acquisition_cost; who is not there is left out.
        purchases: customer_id, day, amount, up to as_of.
        days: of the window after the first purchase.
        as_of: last day that is known.

    Returns:
        customer_id, referred, acquisition_cost, window_over, sofar (revenue up to as_of, that of
        the first day included), and retained, purchases, revenue of the days (first purchase,
        first purchase + days]; in order of customer_id.
    """
    named = with_columns(customers, referred_by="string", acquisition_cost="float64")
    known = named.select(
        "customer_id", "acquisition_cost", referred=named.referred_by.fill_null("").strip() != ""
    )
    starts = rows.select("customer_id", start="first_day").inner_join(known, "customer_id")
    spent = purchases.group_by("customer_id").agg(sofar=exact_sum(purchases.amount))
    joined = outcomes_after(starts, purchases, days).inner_join(spent, "customer_id")
    over = days_after(joined.start, days) <= as_of
    told = ("customer_id", "referred", "acquisition_cost", "window_over", "sofar")
    done = ("retained", "purchases", "revenue")
    return joined.mutate(window_over=over).select(*told, *done).order_by("customer_id")


def referrers(
    rows: ir.Table, customers: ir.Table, purchases: ir.Table, days: int, as_of: date
) -> ir.Table:
    """Customers who brought others, and whether they bought again after the first of them came.

    Args:
        rows: customer_id, first_day; of customers whose first purchase is known.
        customers: customer_id, referred_by.
        purchases: customer_id, day, amount, up to as_of.
        days: of the window after the first purchase of the first customer whom they brought.
        as_of: last day that is known.

    Returns:
        referrers (customers named), watched (those whose window is over), again (of these, those
        who bought in it); one row.
    """
    told = with_columns(customers, referred_by="string")
    named = told.select("customer_id", by=told.referred_by.fill_null("").strip())
    brought = rows.select("customer_id", "first_day").inner_join(named, "customer_id")
    brought = brought.filter(brought.by != "")
    starts = brought.group_by(customer_id=brought.by).agg(start=brought.first_day.min())
    after = outcomes_after(starts, purchases, days)
    over = days_after(after.start, days) <= as_of
    return after.aggregate(
        referrers=after.count(), watched=over.sum(), again=(over & after.retained).sum()
    )

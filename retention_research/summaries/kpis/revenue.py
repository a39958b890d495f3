"""Revenue of customers who had bought before, and new customers: referred, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from retention_research.periods import Period
from retention_research.summaries.kpis.sums import inside, per_customer, with_columns


def existing_revenue(purchases: ir.Table, rows: ir.Table, periods: Sequence[Period]) -> ir.Table:
    """Revenue of each period, and of it from customers whose first purchase was before.

    Args:
        purchases: rows of customer_id, day, amount, after refunds.
        rows: customer_id, first_day.
        periods: whose revenue is summed.

    Returns:
        Sums as `per_customer` gives them, of existing_revenue_share.
    """
    dated = inside(purchases, purchases.day, periods)
    per = per_customer(dated, "existing_revenue_share", ibis.literal(0), dated.amount)
    born = rows.select("customer_id", "first_day")
    joined = per.join(born, "customer_id")
    starts = ibis.cases(
        *((joined.period == i, ibis.literal(p.start)) for i, p in enumerate(periods))
    )
    old = joined.first_day < starts
    return joined.mutate(y=old.ifelse(joined.x, 0.0)).select(per.columns)


def referred(rows: ir.Table, customers: ir.Table, periods: Sequence[Period]) -> ir.Table:
    """New customers of each period, and those of them who name a referrer.

    Args:
        rows: customer_id, first_day.
        customers: customer_id, referred_by; of who is not there nothing is known.
        periods: of the first purchase.

    Returns:
        Sums as `per_customer` gives them, of referral_share; x is 0 of who is not in customers.
    """
    born = inside(rows, rows.first_day, periods).select("customer_id", "period")
    named = customers.select("customer_id", "referred_by", there=ibis.literal(1))
    joined = born.left_join(named, "customer_id")
    has = (joined.referred_by.fill_null("").strip() != "").cast("int32")
    return per_customer(joined, "referral_share", has, joined.there)


def acquired(rows: ir.Table, customers: ir.Table, periods: Sequence[Period]) -> ir.Table:
    """New customers of each period, what their first purchase brought and what they cost.

    Args:
        rows: customer_id, first_day, first_amount.
        customers: customer_id, acquisition_cost.
        periods: of the first purchase.

    Returns:
        Sums as `per_customer` gives them, of clv_to_cac: y is the amount of the first purchase,
        x the acquisition cost, both of customers whose cost is known.
    """
    born = inside(rows, rows.first_day, periods)
    costs = with_columns(customers, acquisition_cost="float64")
    known = costs.filter(costs.acquisition_cost.notnull())
    joined = born.join(known.select("customer_id", "acquisition_cost"), "customer_id")
    return per_customer(joined, "clv_to_cac", joined.first_amount, joined.acquisition_cost)

"""Names of the survival report."""

from __future__ import annotations

from retention_research.glossary.entry import HOUSE, KM, LOGLOG, Entry

# fmt: off
VALUES: tuple[Entry, ...] = (
    Entry("second_purchase.customers", "Customers", "Customers followed from their first purchase", "count", "fact"),
    Entry("second_purchase.probability_<n>w", "Buy again within <n> weeks", "Probability of a second purchase within so many weeks of the first", "share", "estimate", f"1 - S(t), {LOGLOG}; Wilson where S is 0 or 1", KM, "higher is better"),
    Entry("second_purchase.first_purchase_month.<level>.probability_26w", "Buy again within 26 weeks", "The same by month of the first purchase", "share", "estimate", f"1 - S(182 days), {LOGLOG}", KM, "higher is better"),
    Entry("second_purchase.<segment>.<level>.probability_26w", "Buy again within 26 weeks", "The same of customers in group <level> of <segment>", "share", "estimate", f"1 - S(182 days), {LOGLOG}", KM, "higher is better"),
    Entry("second_purchase.revenue", "Revenue after the first purchase", "Revenue from second and later purchases, up to as_of", "money", "fact", direction="higher is better"),
    Entry("second_purchase.revenue_share", "Their share of revenue", "Revenue from second and later purchases / revenue", "share", "fact", direction="higher is better"),
    Entry("second_purchase.after_13w_probability_52w", "Still come back by week 52", "Of customers not back after 13 weeks, the share back by week 52", "share", "estimate", f"1 - S(52 weeks) / S(13 weeks): the curve of those left at 13 weeks, {LOGLOG}", KM, "higher is better"),
    Entry("second_purchase.median", "Median time", "Days until half of the customers have bought again", "days", "estimate", "Kaplan-Meier median with plateau midpoint, log-log interval", KM, "lower is better"),
    Entry("tenure.one_order_share", "Silent after one order", "Customers who fell silent right after their first purchase / customers observed for the silence", "share", "estimate", "Wilson interval", HOUSE, "lower is better"),
    Entry("tenure.one_order_returned", "Of them, came back later", "Customers who fell silent after one purchase and bought again later", "count", "fact"),
    Entry("tenure.reactivated", "Came back", "Customers who bought again after a first silence", "count", "fact"),
    Entry("km.median", "Median tenure", "Median days from first purchase to the last before a silence, of customers who stayed beyond one order", "days", "estimate", "Kaplan-Meier median with plateau midpoint, log-log interval", KM, "higher is better"),
    Entry("km.probability_<n>d", "Still customers after <n> days", "Share still customers at an age, of customers who stayed beyond one order", "share", "estimate", LOGLOG, KM, "higher is better"),
    Entry("km.rmst_<n>d", "Mean tenure up to <n> days", "Mean tenure up to an age, of customers who stayed beyond one order", "days", "estimate", "area under S(t), Wald interval", KM, "higher is better"),
    Entry("km.first_purchase_month.<level>.median", "Median tenure", "The same by month of the first purchase", "days", "estimate", "Kaplan-Meier median, log-log interval", KM, "higher is better"),
    Entry("km.first_purchase_month.<level>.rmst_<n>d", "Mean tenure up to <n> days", "The same by month of the first purchase", "days", "estimate", "area under S(t), Wald interval", KM, "higher is better"),
    Entry("km.<segment>.<level>.median", "Median tenure", "The same of customers in group <level> of <segment>", "days", "estimate", "Kaplan-Meier median, log-log interval", KM, "higher is better"),
    Entry("km.<segment>.<level>.rmst_<n>d", "Mean tenure up to <n> days", "The same of customers in group <level> of <segment>", "days", "estimate", "area under S(t), Wald interval", KM, "higher is better"),
    Entry("logrank.first_purchase_month.p_value", "p value", "Log-rank test that months of first purchase do not differ in time to second purchase", "small", "diagnostic", "chi-square upper tail", "Mantel (1966)"),
)

COLUMNS: tuple[Entry, ...] = (
    Entry("after_weeks", "Weeks after", "Weeks after the first purchase", "count", "column"),
    Entry("n_at_risk", "Still followed", "Customers still followed and without the event", "count", "column"),
    Entry("events", "Events", "Customers with the event so far", "count", "column"),
    Entry("probability", "Bought again", "Probability of having bought again", "share", "column"),
    Entry("survival", "Still customers", "Probability of still being a customer", "share", "column"),
    Entry("month", "First bought in", "Month of the first purchase", "text", "column"),
    Entry("tenure_mean", "Time as a customer", "Mean tenure up to the age named in the caption", "days", "column"),
)
# fmt: on

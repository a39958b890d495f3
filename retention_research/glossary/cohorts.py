"""Names of the cohorts report."""

from __future__ import annotations

from retention_research.glossary.entry import HOUSE, KM, LOGLOG, WILSON, Entry

_NEWCOMBE = "Newcombe (1998), Statistics in Medicine 17, 873-890"

# fmt: off
VALUES: tuple[Entry, ...] = (
    Entry("cohorts.customers", "Customers", "Customers whose first purchase is known to be the first", "count", "fact"),
    Entry("cohorts.left_out", "Left out", "Customers who may have bought before the data begin, in no cohort", "count", "fact"),
    Entry("cohorts.acquired_elsewhere", "Acquired in another period", "Customers whose acquired_at lies in another period than their first purchase, which rules", "count", "fact"),
    Entry("cohorts.acquired_later", "Acquired after the first purchase", "Customers whose acquired_at lies after their first purchase, which rules", "count", "fact"),
    Entry("cohorts.count", "Cohorts", "Cohorts of customers who first bought in the same period", "count", "fact"),
    Entry("cohorts.retention.age_<n>", "Back in period <n>", "Customers who bought in period <n> after their own first purchase / customers followed so long", "share", "estimate", f"all cohorts followed so long; {WILSON}", HOUSE, "higher is better"),
    Entry("cohorts.<cohort>.retention_age_<n>", "Back in period <n>", "The same for one cohort", "share", "estimate", WILSON, HOUSE, "higher is better"),
    Entry("cohorts.newest.difference_age_<n>", "Newest cohorts, period <n>", "Share of the three newest mature cohorts back in period <n>, less that of all before them", "share", "estimate", "Newcombe interval, widened so that all compared ages hold together (Bonferroni)", _NEWCOMBE, "higher is better"),
    Entry("cohorts.newest.revenue_difference_age_<n>", "Newest cohorts, revenue by period <n>", "Revenue per customer of the three newest mature cohorts up to period <n>, less that of all before them", "money", "estimate", "difference of means, interval recovered from theirs, widened so that all comparisons hold together (Bonferroni)", _NEWCOMBE, "higher is better"),
    Entry("cohorts.revenue_per_customer.age_<n>", "Revenue per customer by period <n>", "Revenue per customer up to period <n> after the first purchase, which counts", "money", "estimate", "mean over customers; interval on the log scale", HOUSE, "higher is better"),
    Entry("cohorts.<cohort>.revenue_age_<n>", "Revenue per customer by period <n>", "The same for one cohort", "money", "estimate", "mean over customers; interval on the log scale", HOUSE, "higher is better"),
    Entry("cohorts.second_purchase.median", "Half have bought again after", "Days until half of the customers have bought a second time", "days", "estimate", "Kaplan-Meier median with plateau midpoint, log-log interval", KM, "lower is better"),
    Entry("cohorts.second_purchase.days_median_<n>w", "Days until they come back", "Days to the second purchase by which half of those had bought again who did so within <n> weeks of the first; customers followed for <n> weeks", "days", "estimate", "median; interval between order statistics, from the binomial distribution", "Conover (1999), Practical Nonparametric Statistics, section 3.2", "lower is better"),
    Entry("cohorts.second_purchase.<dimension>.<level>.probability_<n>w", "Buy again within <n> weeks", "Probability of a second purchase within <n> weeks of the first, by <dimension> of the first order", "share", "estimate", f"1 - S(t), {LOGLOG}; Wilson where S is 0 or 1", KM, "higher is better"),
    Entry("cohorts.second_purchase.discount.difference_<n>w", "First bought with a discount", "Share back within <n> weeks of customers who first bought with a discount, less that of those who paid the full price", "share", "estimate", "difference of two Kaplan-Meier shares; interval recovered from their log-log intervals", _NEWCOMBE),
    Entry("cohorts.second_purchase.<dimension>.p_value", "p value", "Log-rank test that time to the second purchase does not differ by <dimension>, adjusted over the tests made", "small", "diagnostic", "chi-square upper tail; Holm", "Mantel (1966); Holm (1979)"),
    Entry("cohorts.new_revenue_share", "Revenue from new customers", "Revenue from customers who first bought in the last full period / its revenue", "share", "fact"),
)

COLUMNS: tuple[Entry, ...] = (
    Entry("cohort", "First bought in", "Period of the first purchase; small ones are joined as other", "text", "column"),
    Entry("age", "Period after", "How many periods after the customer's own first purchase", "count", "column"),
    Entry("returned", "Came back", "Customers who bought in that period", "count", "column"),
    Entry("brought", "Revenue per customer", "Revenue per customer by the end of that period, the first purchase included", "money", "column"),
    Entry("dimension", "By", "What of the first order is told apart", "text", "column"),
    Entry("first_order", "First order", "What the first order was", "text", "column"),
    Entry("period", "Period", "Calendar period", "text", "column"),
    Entry("new_customers", "New customers", "Customers who first bought in the period", "count", "column"),
    Entry("new_revenue", "From new customers", "Revenue from customers who first bought in the period", "money", "column"),
    Entry("existing_revenue", "From earlier customers", "Revenue from customers who first bought before the period", "money", "column"),
    Entry("unknown_revenue", "Perhaps new", "Revenue from customers first seen in the period who may have bought before the data begin", "money", "column"),
    Entry("new_share", "Share of new", "Revenue from new customers / revenue", "share", "column"),
)
# fmt: on

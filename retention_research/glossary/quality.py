"""Names of the data-quality report."""

from __future__ import annotations

from retention_research.glossary.entry import Entry

# fmt: off
VALUES: tuple[Entry, ...] = (
    Entry("data.<table>.rows_read", "Rows read", "Rows in the source of a table", "count", "fact"),
    Entry("data.<table>.rows_good", "Rows used", "Rows that passed every rule", "count", "fact"),
    Entry("data.<table>.excluded_share", "Left out", "Bad rows left out / rows read, without those the study asked to leave out", "share", "fact", direction="lower is better"),
    Entry("data.<table>.first_day", "First day", "First day of a table's rows up to as_of", "date", "fact"),
    Entry("data.<table>.last_day", "Last day", "Last day of a table's rows up to as_of", "date", "fact"),
    Entry("data.<table>.failed.<rule>", "Rows", "Rows that broke one named rule", "count", "fact", direction="lower is better"),
    Entry("data.customers", "Customers", "Customers with at least one purchase in the window", "count", "fact"),
    Entry("data.orders", "Orders", "Orders in the window that were not fully refunded", "count", "fact"),
    Entry("data.revenue", "Revenue", "Sum of order amounts after refunds, in the window", "money", "fact"),
    Entry("data.refunds", "Refunds", "Refund rows up to as_of", "count", "fact"),
    Entry("data.refunds_unmatched", "Unmatched refunds", "Refund rows that found no order, or too little of one, to reduce", "count", "fact", direction="lower is better"),
    Entry("data.zero_amounts", "Orders of amount 0", "Orders whose amount is 0; they count as purchases", "count", "fact"),
    Entry("data.first_day", "First day", "First day with an order", "date", "fact"),
    Entry("data.newest_day", "Newest day", "Newest day that belongs to the data", "date", "fact"),
    Entry("data.as_of", "As of", "Last day that any number looks at", "date", "fact"),
    Entry("data.last_order_day", "Last order", "Day of the last order in the window", "date", "fact"),
    Entry("data.days_since_last_order", "Days since the last order", "Days from the last order to as_of", "count", "fact", direction="lower is better"),
    Entry("data.weeks_without_orders", "Weeks without orders", "Full weeks of the window without any order", "count", "fact", direction="lower is better"),
    Entry("data.days_with_orders_share", "Days with orders", "Days with an order / days in the window", "share", "fact", direction="higher is better"),
    Entry("data.merged_share", "Merged orders", "1 - purchases / orders in the window: orders joined with another of the same customer and day", "share", "fact"),
    Entry("data.acquisition_unknown", "First order unknown", "Customers who may have bought before the data begin", "count", "fact", direction="lower is better"),
    Entry("data.verdict", "Verdict", "Whether the data carry the reports", "text", "label"),
)

COLUMNS: tuple[Entry, ...] = (
    Entry("rule", "Rule", "Name of a rule that rows broke", "text", "column"),
    Entry("what", "What it means", "The rule in a sentence", "text", "column"),
    Entry("done", "What was done", "Left out, kept and said, or asked for by the study", "text", "column"),
    Entry("rows", "Rows", "Rows that broke it", "count", "column"),
    Entry("first_rows", "First rows", "First row numbers in the file", "text", "column"),
    Entry("table", "Table", "Event table", "text", "column"),
    Entry("source", "Source", "Where the table came from", "text", "column"),
    Entry("content_hash", "Content", "First digits of the hash of the source's content", "text", "column"),
    Entry("week", "Week from", "First day of the week", "date", "column"),
    Entry("rows_used", "Rows used", "Rows that passed every rule, up to as_of", "count", "column"),
    Entry("first_day", "First day", "Day of the first of them", "date", "column"),
    Entry("last_day", "Last day", "Day of the last of them", "date", "column"),
    Entry("parameter", "Setting", "Parameter of the study", "text", "column"),
    Entry("set_to", "Set to", "Its value", "text", "column"),
)
# fmt: on

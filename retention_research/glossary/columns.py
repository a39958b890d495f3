"""Columns that tables of several reports share."""

from __future__ import annotations

from retention_research.glossary.entry import Entry

# fmt: off
COLUMNS: tuple[Entry, ...] = (
    Entry("customer", "Customer", "Short keyed code of a customer", "text", "column"),
    Entry("report", "Report", "Report", "text", "column"),
    Entry("orders", "Orders", "Orders", "count", "column"),
    Entry("customers", "Customers", "Customers", "count", "column"),
    Entry("revenue", "Revenue", "Revenue", "money", "column"),
    Entry("group", "Group", "Group of customers", "text", "column"),
    Entry("share", "Share", "Share of the total", "share", "column"),
    Entry("conf_low", "Range", "Lower end of the interval", "number", "column"),
    Entry("conf_high", "To", "Upper end of the interval", "number", "column"),
    Entry("money_low", "Range", "Lower end of the interval", "money", "column"),
    Entry("money_high", "To", "Upper end of the interval", "money", "column"),
    Entry("share_low", "Range", "Lower end of the interval", "share", "column"),
    Entry("share_high", "To", "Upper end of the interval", "share", "column"),
    Entry("days_low", "Range", "Lower end of the interval", "days", "column"),
    Entry("days_high", "To", "Upper end of the interval", "days", "column"),
    Entry("note", "Note", "What to keep in mind", "text", "column"),
)
# fmt: on

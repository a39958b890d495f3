"""Reporting: runs notebooks, collects what they record, and publishes pages under reports/."""

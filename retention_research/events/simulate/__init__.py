"""A company with known truth: every event table, every effect written down."""

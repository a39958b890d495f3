"""Event tables come in: contracts, the one reader of customer data, demonstration data."""

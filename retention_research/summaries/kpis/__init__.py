"""What the KPIs are made of: sums over customers, counts and waiting times, by period."""

"""A small shop whose customers have contracts, for the survival report."""

import pandas as pd

from retention_research.study import new_study
from retention_research.workspace import open_workspace

AS_OF = "2024-12-31"


def shop(orders, plans=None, people=None, **settings):
    """A workspace of (customer, day, amount) rows and (customer, start, end, reason) contracts."""
    frames = {"transactions": frame(orders, ["customer_id", "timestamp", "amount"])}
    if plans is not None:
        columns = ["customer_id", "started_at", "ended_at", "end_reason"]
        frames["subscriptions"] = frame(plans, columns)
    if plans is not None and people is None:
        people = frame([(who,) for who in sorted({row[0] for row in plans})], ["customer_id"])
    if people is not None:
        frames["customers"] = people
    given = {"churn": {"inactive_for": "4W"}, "survival": {"tau": "4W"}, "as_of": AS_OF,
             "cohort_complete": True, "max_excluded_share": 0.5} | settings  # fmt: skip
    sources = {name: {"frame": True} for name in frames}
    study = new_study(study="shop", currency="EUR", sources=sources, **given)
    return open_workspace(study, frames)


def frame(rows, columns):
    made = pd.DataFrame(rows, columns=columns)
    for name in {"timestamp", "started_at", "ended_at", "acquired_at"} & set(columns):
        made[name] = pd.to_datetime(made[name])
    return made


def plans(*ends, start="2024-01-01"):
    """Contracts that all start on one day, of (how many, days until the end or None, reason)."""
    rows, first = [], pd.Timestamp(start)
    for count, days, reason in ends:
        end = None if days is None else first + pd.Timedelta(days=days)
        rows += [(f"p{len(rows) + i:03d}", first, end, reason) for i in range(count)]
    return rows


def buyers(count, first="2024-01-01", gap=10, orders=3):
    """Customers who order so many times, so many days apart, born on days that follow."""
    day = pd.Timestamp(first)
    return [
        (f"b{i:03d}", day + pd.Timedelta(days=i % 20 + gap * step), 10)
        for i in range(count)
        for step in range(orders)
    ]


ANY = [*buyers(40), ("z", AS_OF, 10)]
MIXED = plans((20, 10, "left"), (10, 20, "price"), (10, None, None))

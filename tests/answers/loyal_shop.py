"""Forty customers alike, so that points and referrals can be counted on paper.

Each buys for 20 every ten days from the first days of 2024 on, 18 times. Each earns 100 points with
the first purchase, redeems 60 for 3.00 with the third, and what is left expires after 60 days; each
earns 100 again on 20 June, ten days before the last day. Customers 20 to 29 name one of 0 to 4.
"""

import pandas as pd

from retention_research.study import new_study
from retention_research.workspace import open_workspace

CUSTOMERS, VISITS, GAP = 40, 18, 10
IDS = [f"c{i:02d}" for i in range(CUSTOMERS)]
POINTS = {"id": "points", "kind": "rewards", "program_id": "club"}
FRIENDS = {"id": "friends", "kind": "referral", "cost_per_referral": 6.0, "window": "4W"}
CLUB = {"id": "club", "kind": "enrolment", "program_id": "club", "window": "4W"}


def day(customer, visit):
    return pd.Timestamp("2024-01-01") + pd.Timedelta(days=customer % 5 + GAP * visit)


def orders():
    rows = [(IDS[i], day(i, v), 20.0) for i in range(CUSTOMERS) for v in range(VISITS)]
    return pd.DataFrame(rows, columns=["customer_id", "timestamp", "amount"])


def customers(**changes):
    frame = pd.DataFrame({
        "customer_id": IDS,
        "referred_by": [IDS[i % 5] if 20 <= i < 30 else None for i in range(CUSTOMERS)],
        "acquisition_cost": [6.0 if 20 <= i < 30 else 8.0 for i in range(CUSTOMERS)],
    })  # fmt: skip
    return frame.assign(**changes)


def rewards(expires=True, valued=True):
    rows = []
    for i, one in enumerate(IDS):
        late, ends = pd.Timestamp("2024-06-20"), pd.Timedelta(days=60)
        rows += [(one, day(i, 0), "earn", 100, None, day(i, 0) + ends),
                 (one, day(i, 2), "redeem", 60, 3.0, None),
                 (one, late, "earn", 100, None, late + ends)]  # fmt: skip
    columns = ["customer_id", "timestamp", "kind", "points", "value", "expires_at"]
    frame = pd.DataFrame(rows, columns=columns).assign(program_id="club")
    lacking = ([] if expires else ["expires_at"]) + ([] if valued else ["value"])
    return frame.drop(columns=lacking)


def shop(*programs, as_of="2024-06-30", **tables):
    """A workspace with these programs; tables replace the usual ones, None leaves one out."""
    given = {"transactions": orders(), "customers": customers(), "rewards": rewards()} | tables
    frames = {name: frame for name, frame in given.items() if frame is not None}
    study = new_study(
        study="shop", currency="EUR", as_of=as_of, cohort_complete=True, programs=programs,
        churn={"inactive_for": "4W"}, money={"margin": 0.5}, horizon="52W",
        sources={name: {"frame": True} for name in frames},
    )  # fmt: skip
    return open_workspace(study, frames)

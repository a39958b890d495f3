"""A shop of 400 customers with clubs and campaigns of every kind, good ones and impossible ones.

Everybody orders with a rate of their own through 2024; from June on, who orders joins `club` that
Sunday with a chance that grows with the orders so far. Nothing follows from joining.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from retention_research.study import new_study
from retention_research.workspace import Workspace, open_workspace

CUSTOMERS, DAYS, SEED = 400, 366, 41
FIRST, AS_OF, OPENS = pd.Timestamp("2024-01-01"), "2024-12-31", 154
ALL_AT_ONCE, LATE, BEFORE_ORDERS = "2024-08-05 10:00", "2024-12-20", "2024-01-01 08:00"


def _orders(rng: np.random.Generator) -> pd.DataFrame:
    rate = rng.gamma(2.0, 0.02, CUSTOMERS)
    rows = [(f"c{who:03d}", int(rng.integers(0, 60))) for who in range(CUSTOMERS)]
    rows += [
        (f"c{who:03d}", place)
        for who in range(CUSTOMERS) for place in np.flatnonzero(rng.random(DAYS) < rate[who])
        if place > rows[who][1]
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["customer_id", "place"])
    moment = FIRST + pd.to_timedelta(frame["place"] * 24 + 12, unit="h")
    amount = np.round(rng.gamma(4.0, 5.0, len(frame)), 2)
    return frame.assign(timestamp=moment, amount=amount)


def _joined(orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """On the Sunday of a week with an order, the chance by orders so far."""
    rows, members = [], set()
    for place, week in orders.sort_values("place").groupby(orders["place"] // 7):
        if int(str(place)) * 7 < OPENS:
            continue
        for who in sorted(set(week["customer_id"]) - members):
            past = ((orders["customer_id"] == who) & (orders["place"] < 7 * place + 7)).sum()
            if rng.random() < 0.02 * past:
                members.add(who)
                sunday = FIRST + pd.Timedelta(days=7 * int(str(place)) + 6, hours=22)
                rows.append((who, "club", sunday))
    return pd.DataFrame(rows, columns=["customer_id", "program_id", "enrolled_at"])


def memberships(orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Members of the club, and of programs of which nothing can be told."""
    every = [(f"c{who:03d}", "all_at_once", ALL_AT_ONCE) for who in range(CUSTOMERS)]
    firsts = orders.groupby("customer_id")["place"].min()
    strangers = [(who, "strangers", BEFORE_ORDERS) for who in firsts[firsts > 0].index[:40]]
    late = [(f"c{who:03d}", "late", LATE) for who in range(40)]
    few = [(f"c{who:03d}", "few", "2024-08-05 10:00") for who in range(5)]
    more = pd.DataFrame(
        [*every, *strangers, *late, *few], columns=["customer_id", "program_id", "enrolled_at"]
    )
    made = pd.concat([_joined(orders, rng), more], ignore_index=True)
    return made.assign(enrolled_at=pd.to_datetime(made["enrolled_at"], format="mixed"))


def contacts(orders: pd.DataFrame) -> pd.DataFrame:
    """A campaign sent on one day to two of three customers who had ordered most by then."""
    past = orders[orders["place"] < 210].groupby("customer_id").size()
    chosen = past.sort_values(ascending=False).index[:150:1]
    kept = [who for place, who in enumerate(chosen) if place % 3]
    return pd.DataFrame({
        "customer_id": kept, "campaign_id": "summer", "channel": "email",
        "sent_at": pd.Timestamp("2024-07-29 09:00"),
    })  # fmt: skip


def enrolment(name: str, **more: Any) -> dict[str, Any]:
    """A program that customers enrol in."""
    given = {"id": name, "kind": "enrolment", "program_id": name, "window": "8W"}
    return given | more


def club_shop(programs: list[dict[str, Any]], without: tuple[str, ...] = ()) -> Workspace:
    """A workspace of the shop with these programs, some tables left out."""
    rng = np.random.default_rng(SEED)
    orders = _orders(rng)
    frames = {
        "transactions": orders.drop(columns="place"),
        "memberships": memberships(orders, rng),
        "contacts": contacts(orders),
    }
    frames = {name: frame for name, frame in frames.items() if name not in without}
    study = new_study(
        study="club_shop", currency="EUR", as_of=AS_OF, cohort_complete=True, programs=programs,
        sources={name: {"frame": True} for name in frames}, money={"margin": 0.4},
    )  # fmt: skip
    return open_workspace(study, frames)

"""A small made-up company as typed tables: refunds, midnights, ties, blanks, unknown ids."""

from __future__ import annotations

from functools import cache
from typing import Any

import ibis
import numpy as np
import pandas as pd

CUSTOMERS, ORDERS = 150, 900
FIRST = np.datetime64("2024-01-01T00:00:00")


def _table(**columns: Any) -> Any:
    frame = pd.DataFrame(columns)
    schema = {name: _kind(str(name), column) for name, column in frame.items()}
    return ibis.memtable(frame, schema=schema)


def _kind(name: str, column: pd.Series[Any]) -> str:
    kinds = {"f": "float64", "i": "int64", "b": "boolean", "M": "timestamp(6)"}
    return "date" if name == "day" else kinds.get(column.dtype.kind, "string")


@cache
def company() -> dict[str, Any]:
    """Table name to its checked rows, as `Events` holds them."""
    rng = np.random.default_rng(20241231)
    made = {"transactions": _transactions(rng), "customers": _customers(rng)}
    return made | _contacted(rng) | _loyal(rng) | _served(rng) | _active(rng)


def _ids(rng: np.random.Generator, n: int, skew: float = 2.0) -> list[str]:
    return [f"c{i:03d}" for i in (CUSTOMERS * rng.random(n) ** skew).astype(int)]


def _moments(rng: np.random.Generator, n: int) -> Any:
    # whole half-hours, so that many lie at midnight and some at one moment
    return FIRST + (rng.integers(0, 366 * 48, n) * 30).astype("timedelta64[m]")


def _transactions(rng: np.random.Generator) -> Any:
    at, amount = _moments(rng, ORDERS), np.round(rng.gamma(2.0, 20.0, ORDERS), 2)
    is_refund = rng.random(ORDERS) < 0.1
    order = [f"o{i}" if i % 3 else None for i in range(ORDERS)]
    for row in np.flatnonzero(is_refund)[::2]:
        order[row] = order[max(row - 1, 0)]
    return _table(
        customer_id=_ids(rng, ORDERS),
        timestamp=at,
        day=at.astype("datetime64[D]"),
        amount=np.where(is_refund, -amount, np.where(rng.random(ORDERS) < 0.02, 0.0, amount)),
        order_id=pd.array(order, dtype="string"),
        channel=rng.choice(["shop", "web"], ORDERS),
        category=_maybe(rng, rng.choice(["shoes", "hats"], ORDERS), 0.9).astype("string"),
        discount=_maybe(
            rng, np.round(rng.gamma(1, 2, ORDERS) * rng.integers(0, 2, ORDERS), 2), 0.9
        ),
    )


def _customers(rng: np.random.Generator) -> Any:
    acquired = pd.Series(_moments(rng, CUSTOMERS)).where(rng.random(CUSTOMERS) < 0.7)
    regions = np.array(["north", "south", " east", "", "tiny"])
    return _table(
        customer_id=[f"c{i:03d}" for i in range(CUSTOMERS)],
        acquired_at=acquired,
        region=rng.choice(regions, CUSTOMERS, p=[0.4, 0.3, 0.2, 0.07, 0.03]),
        acquisition_cost=_maybe(rng, np.round(rng.gamma(2, 5, CUSTOMERS), 2), 0.8),
        referred_by=_maybe(rng, np.repeat(["c001", " "], CUSTOMERS // 2), 0.4).astype("string"),
    )


def _later(rng: np.random.Generator, moments: Any, share: float, hours: float) -> Any:
    """Moments after the given ones for a share of the rows, else none."""
    waited = (1 + rng.exponential(hours * 60, len(moments))).astype(int).astype("timedelta64[m]")
    return pd.Series(moments + waited).where(rng.random(len(moments)) < share)


def _maybe(rng: np.random.Generator, values: Any, share: float) -> Any:
    return pd.Series(values).where(rng.random(len(values)) < share)


def _contacted(rng: np.random.Generator, n: int = 700) -> dict[str, Any]:
    sent, assigned = _moments(rng, n), _moments(rng, CUSTOMERS)
    contacts = _table(
        customer_id=_ids(rng, n, 1.0),
        campaign_id=rng.choice(["spring", "summer"], n),
        channel=rng.choice(["email", "sms", "push"], n),
        sent_at=sent,
        delivered=rng.random(n) < 0.9,
        opened_at=_later(rng, sent, 0.4, 20),
        actions=rng.integers(0, 4, n),
        responded_at=_later(rng, sent, 0.2, 30),
        unsubscribed_at=_later(rng, sent, 0.05, 50),
        cost=np.round(rng.random(n), 2),
    )
    assignments = _table(
        customer_id=[f"c{i:03d}" for i in range(CUSTOMERS)],
        experiment_id=np.repeat("mail", CUSTOMERS),
        arm=rng.choice(["mail", "holdout"], CUSTOMERS),
        assigned_at=assigned,
    )
    return {"contacts": contacts, "assignments": assignments}


def _loyal(rng: np.random.Generator, n: int = 800) -> dict[str, Any]:
    joined, at = _moments(rng, CUSTOMERS), _moments(rng, n)
    memberships = _table(
        customer_id=[f"c{i:03d}" for i in range(CUSTOMERS)],
        program_id=np.repeat("club", CUSTOMERS),
        enrolled_at=joined,
        left_at=_later(rng, joined, 0.2, 2000),
        tier=rng.choice(["silver", "gold"], CUSTOMERS),
    )
    rewards = _table(
        customer_id=_ids(rng, n),
        program_id=np.repeat("club", n),
        timestamp=at,
        day=at.astype("datetime64[D]"),
        kind=rng.choice(["earn", "earn", "earn", "redeem", "expire"], n),
        points=rng.integers(1, 60, n).astype(float),
        expires_at=_later(rng, at, 0.9, 3000),
    )
    return {"memberships": memberships, "rewards": rewards}


def _served(rng: np.random.Generator, n: int = 300) -> dict[str, Any]:
    opened, invited = _moments(rng, n), _moments(rng, n)
    resolved, answered = _later(rng, opened, 0.8, 60), _later(rng, invited, 0.6, 40)
    tickets = _table(
        customer_id=_ids(rng, n),
        ticket_id=[f"t{i}" for i in range(n)],
        opened_at=opened,
        category=rng.choice(["delivery", "quality", "invoice"], n),
        first_response_at=_later(rng, opened, 0.9, 5),
        resolved_at=resolved,
        reopened_at=_later(rng, resolved.to_numpy(), 0.1, 90),
        is_complaint=rng.random(n) < 0.5,
        csat=_maybe(rng, rng.integers(1, 6, n).astype(float), 0.5),
        channel=rng.choice(["phone", "chat"], n),
        product_id=_maybe(rng, rng.choice(["p1", "p2"], n), 0.8).astype("string"),
        level=rng.integers(1, 4, n),
        team=rng.choice(["a", "b"], n),
        self_service=rng.random(n) < 0.3,
        handled_minutes=_maybe(rng, np.round(rng.gamma(2, 10, n), 1), 0.7),
    )
    surveys = _table(
        customer_id=_ids(rng, n, 1.0),
        timestamp=answered,
        day=answered.dt.floor("D"),
        score=_maybe(rng, rng.integers(0, 11, n).astype(float), 1.0).where(answered.notna()),
        kind=rng.choice(["nps", "nps", "exit"], n),
        invited_at=invited,
        reason=_maybe(rng, rng.choice(["price", "moved", "service"], n), 0.5).astype("string"),
        comment=_maybe(rng, rng.choice(["slow parcel", "zła jakość"], n), 0.5).astype("string"),
    )
    return {"tickets": tickets, "surveys": surveys}


def _active(rng: np.random.Generator, n: int = 500) -> dict[str, Any]:
    at, started = _moments(rng, n), _moments(rng, CUSTOMERS)
    ended = _later(rng, started, 0.4, 3000)
    subscriptions = _table(
        customer_id=[f"c{i:03d}" for i in range(CUSTOMERS)],
        started_at=started,
        ended_at=ended,
        end_reason=pd.Series(rng.choice(["price", "moved"], CUSTOMERS)).where(ended.notna())
        .astype("string"),
        plan=rng.choice(["small", "large"], CUSTOMERS),
        payment_failed_at=_later(rng, started, 0.1, 1000),
    )  # fmt: skip
    activity = _table(
        customer_id=_ids(rng, n),
        timestamp=at,
        day=at.astype("datetime64[D]"),
        event=rng.choice(["visit", "search"], n),
    )
    lines = _table(
        customer_id=_ids(rng, n),
        order_id=[f"o{i % ORDERS}" for i in range(n)],
        day=at.astype("datetime64[D]"),
        product_id=rng.choice(["p1", "p2", "p3"], n),
        category=rng.choice(["shoes", "hats"], n),
        quantity=rng.integers(1, 4, n).astype(float),
        amount=np.round(rng.gamma(2, 10, n), 2),
    )
    return {"subscriptions": subscriptions, "activity": activity, "order_lines": lines}

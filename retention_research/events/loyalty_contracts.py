"""Contracts of what binds customers: memberships, rewards, subscriptions."""

from __future__ import annotations

from retention_research.events.rules import Column, Contract, Rule
from retention_research.events.table_rules import (
    CUSTOMER_ID,
    duplicate,
    future,
    negative,
    not_among,
    of_customers,
    out_of_order,
)

MEMBERSHIPS = Contract(
    "memberships",
    (
        CUSTOMER_ID,
        Column("program_id", "text", required=True),
        Column("enrolled_at", "timestamp", required=True),
        Column("left_at", "timestamp"),
        Column("tier", "text"),
    ),
    (
        *of_customers("enrolled_at"),
        out_of_order("enrolled_after_leaving", "left_at", "enrolled_at",
                     "enrolled after leaving the program"),
        duplicate(),
        future("enrolled_at"),
    ),
    dated_by="enrolled_at",
)  # fmt: skip

RUNNING_MEMBERSHIPS = Contract(
    "memberships",
    (),
    (
        Rule("membership_overlaps", "counted", "enrolled_at",
             "enrolled while an earlier membership of the program still ran; the earlier is kept",
             lambda t, _: t.overlaps, ("overlaps",)),
        Rule("enrolled_again", "noted", "enrolled_at",
             "enrolled again after an earlier membership of the program had ended",
             lambda t, _: t.enrolled_before, ("enrolled_before",)),
    ),
)  # fmt: skip

REWARDS = Contract(
    "rewards",
    (
        CUSTOMER_ID,
        Column("program_id", "text", required=True),
        Column("timestamp", "timestamp", required=True),
        Column("kind", "word", required=True),
        Column("points", "number", required=True),
        Column("value", "money"),
        Column("expires_at", "timestamp"),
    ),
    (
        *of_customers("timestamp"),
        not_among("kind", ("earn", "redeem", "expire"), "counted"),
        negative("points", blanked=False),
        out_of_order("expires_before_earned", "expires_at", "timestamp",
                     "expires before it was earned"),
        duplicate("noted"),
        future("timestamp"),
    ),
)  # fmt: skip

BALANCES = Contract(
    "rewards",
    (),
    (
        Rule("redeemed_beyond_balance", "counted", "points",
             "redeems more points than the customer had then in the program",
             lambda t, _: t.short & (t.kind == "redeem"), ("short",)),
        Rule("expired_beyond_balance", "noted", "points",
             "more points expire than the customer had left in the program",
             lambda t, _: t.short & (t.kind == "expire"), ("short",)),
    ),
)  # fmt: skip

SUBSCRIPTIONS = Contract(
    "subscriptions",
    (
        CUSTOMER_ID,
        Column("started_at", "timestamp", required=True),
        Column("ended_at", "timestamp"),
        Column("end_reason", "text"),
        Column("plan", "text"),
        Column("payment_failed_at", "timestamp"),
    ),
    (
        *of_customers("started_at"),
        out_of_order("ended_before_started", "ended_at", "started_at",
                     "ended before it started"),
        duplicate(),
        future("started_at"),
    ),
    dated_by="started_at",
)  # fmt: skip

RUNNING_SUBSCRIPTIONS = Contract(
    "subscriptions",
    (),
    (
        Rule("subscription_overlaps", "counted", "started_at",
             "started while an earlier subscription to the plan still ran; the earlier is kept",
             lambda t, _: t.overlaps, ("overlaps",)),
    ),
)  # fmt: skip

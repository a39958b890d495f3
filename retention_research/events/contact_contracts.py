"""Contracts of what is sent to customers and what they do: contacts, assignments, activity."""

from __future__ import annotations

from retention_research.events.rules import Column, Contract, Rule
from retention_research.events.table_rules import (
    CUSTOMER_ID,
    duplicate,
    future,
    negative,
    of_customers,
    out_of_order,
)

CONTACTS = Contract(
    "contacts",
    (
        CUSTOMER_ID,
        Column("campaign_id", "text", required=True),
        Column("channel", "text", required=True),
        Column("sent_at", "timestamp", required=True),
        Column("delivered", "flag"),
        Column("opened_at", "timestamp"),
        Column("actions", "whole"),
        Column("responded_at", "timestamp"),
        Column("unsubscribed_at", "timestamp"),
        Column("cost", "money"),
        Column("purpose", "text"),
        Column("variant", "text"),
        Column("personalised", "flag"),
    ),
    (
        *of_customers("sent_at"),
        out_of_order("opened_before_sent", "opened_at", "sent_at", "opened before it was sent"),
        out_of_order("responded_before_sent", "responded_at", "sent_at",
                     "answered before it was sent"),
        out_of_order("unsubscribed_before_sent", "unsubscribed_at", "sent_at",
                     "unsubscribed before it was sent"),
        duplicate(),
        negative("actions"),
        negative("cost"),
        Rule("opened_undelivered", "noted", "delivered",
             "opened or answered, yet marked as not delivered",
             lambda t, _: ~t.delivered & (t.opened_at.notnull() | t.responded_at.notnull()),
             ("delivered", "opened_at", "responded_at")),
        future("sent_at"),
    ),
    dated_by="sent_at",
)  # fmt: skip

ASSIGNMENTS = Contract(
    "assignments",
    (
        CUSTOMER_ID,
        Column("experiment_id", "text", required=True),
        Column("arm", "text", required=True),
        Column("assigned_at", "timestamp", required=True),
        Column("stratum", "text"),
        Column("cluster", "text"),
        Column("probability", "number"),
    ),
    (
        *of_customers("assigned_at"),
        Rule("probability_out_of_range", "noted", "probability",
             "probability not above 0 and at most 1, kept without it",
             lambda t, _: (t.probability <= 0) | (t.probability > 1), ("probability",),
             blanks="probability"),
        future("assigned_at"),
    ),
    dated_by="assigned_at",
)  # fmt: skip

ARMS = Contract(
    "assignments",
    (),
    (
        Rule("two_arms", "counted", "arm",
             "customer was assigned to another arm of the experiment before; the first counts",
             lambda t, _: t.arm_before != t.arm, ("arm_before",)),
        Rule("assigned_again", "counted", "arm",
             "customer was assigned to the same arm of the experiment before; the first counts",
             lambda t, _: t.arm_before == t.arm, ("arm_before",)),
    ),
)  # fmt: skip

ACTIVITY = Contract(
    "activity",
    (
        CUSTOMER_ID,
        Column("timestamp", "timestamp", required=True),
        Column("event", "text", required=True),
        Column("amount", "number"),
    ),
    (*of_customers("timestamp"), duplicate("noted"), future("timestamp")),
)

CONSENTS = Contract(
    "consents",
    (
        CUSTOMER_ID,
        Column("channel", "text", required=True),
        Column("purpose", "text", required=True),
        Column("given_at", "timestamp", required=True),
        Column("withdrawn_at", "timestamp"),
    ),
    (
        *of_customers("given_at"),
        out_of_order("withdrawn_before_given", "withdrawn_at", "given_at",
                     "withdrawn before it was given"),
        duplicate(),
        future("given_at"),
    ),
    dated_by="given_at",
)  # fmt: skip

"""Contracts of what customers say and how they are served: tickets, surveys, lines of orders."""

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
    outside,
)

TICKETS = Contract(
    "tickets",
    (
        CUSTOMER_ID,
        Column("ticket_id", "text", required=True),
        Column("opened_at", "timestamp", required=True),
        Column("category", "text", required=True),
        Column("first_response_at", "timestamp"),
        Column("resolved_at", "timestamp"),
        Column("reopened_at", "timestamp"),
        Column("is_complaint", "flag"),
        Column("csat", "whole"),
        Column("channel", "text"),
        Column("product_id", "text"),
        Column("level", "whole"),
        Column("team", "text"),
        Column("self_service", "flag"),
        Column("handled_minutes", "number"),
        Column("comment", "text"),
    ),
    (
        *of_customers("opened_at"),
        out_of_order("resolved_before_opened", "resolved_at", "opened_at",
                     "resolved before it was opened"),
        out_of_order("answered_before_opened", "first_response_at", "opened_at",
                     "answered before it was opened"),
        out_of_order("reopened_before_opened", "reopened_at", "opened_at",
                     "reopened before it was opened"),
        Rule("ticket_id_duplicate", "counted", "ticket_id",
             "ticket_id stands in an earlier row; the first row is kept",
             lambda t, _: t.copy > 0, ("copy",)),
        outside("csat", 1, 5, blanked=True),
        negative("handled_minutes"),
        Rule("reopened_unresolved", "noted", "reopened_at",
             "reopened without having been resolved before",
             lambda t, _: t.resolved_at.isnull() & t.reopened_at.notnull(),
             ("resolved_at", "reopened_at")),
        future("opened_at"),
    ),
    dated_by="opened_at",
)  # fmt: skip

SURVEYS = Contract(
    "surveys",
    (
        CUSTOMER_ID,
        Column("timestamp", "timestamp", required=True, unless=("invited_at",)),
        Column("score", "whole", required=True, unless=("invited_at", "reason", "comment")),
        Column("kind", "word"),
        Column("invited_at", "timestamp"),
        Column("reason", "text"),
        Column("comment", "text"),
    ),
    (
        *of_customers("timestamp"),
        out_of_order("answered_before_invited", "timestamp", "invited_at",
                     "answered before the invitation"),
        outside("score", 0, 10, blanked=False),
        duplicate(),
        not_among("kind", ("nps", "exit"), "noted"),
        future("timestamp"),
    ),
)  # fmt: skip

SAME_DAY = Contract(
    "surveys",
    (),
    (
        Rule("two_on_one_day", "noted", "timestamp",
             "customer answered the same survey again later that day; the later answer counts",
             lambda t, _: t.same_day, ("same_day",)),
    ),
)  # fmt: skip

ORDER_LINES = Contract(
    "order_lines",
    (
        Column("order_id", "text", required=True),
        Column("product_id", "text", required=True),
        Column("category", "text"),
        Column("quantity", "number"),
        Column("amount", "money"),
    ),
    (
        Rule("order_unknown", "counted", "order_id", "order_id stands in no row of transactions",
             lambda t, _: ~t.order_read, ("order_read",)),
        Rule("order_left_out", "chosen", "order_id", "line of an order that is not counted",
             lambda t, _: t.day.isnull(), ("order_read", "day")),
        duplicate("noted"),
    ),
)  # fmt: skip

"""One contract per event table: its columns and its named rules, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from retention_research.events.rules import Choices, Column, Contract, Rule
from retention_research.events.table_rules import EXCLUDED, FIRST_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

MONEY_LIMIT = 1e9  # larger amounts are article numbers and telephone numbers in the wrong column


def _not_a_sale(t: ir.Table, c: Choices) -> ir.BooleanValue:
    if not c.counts_as_sale:
        return ibis.literal(False)
    # A refund often bears a status of its own (refunded, zwrot): it acts whatever its status says,
    # unless the order it names was no sale to begin with.
    is_refund = (t.amount < 0).fill_null(False)
    is_sale = t.status.fill_null("").lower().isin(c.counts_as_sale)
    return (~is_sale & ~is_refund) | (is_refund & _of_an_order_that_was_no_sale(t, is_sale))


def _of_an_order_that_was_no_sale(t: ir.Table, is_sale: ir.BooleanValue) -> ir.BooleanValue:
    if "order_id" not in t.columns:
        return ibis.literal(False)
    of_order = ibis.window(group_by=t.order_id)
    ordered = (t.amount >= 0).fill_null(False)
    known, sold = ordered.any().over(of_order), (ordered & is_sale).any().over(of_order)
    return t.order_id.notnull() & known & ~sold


def _may_be_second_order(t: ir.Table, c: Choices) -> ir.BooleanValue:
    # CDNOW has same-day orders of equal amount without id or time; published counts keep them.
    no_id = t.order_id.isnull() if "order_id" in t else ibis.literal(True)
    return no_id & ibis.literal(c.dates_only)


TRANSACTIONS = Contract(
    "transactions",
    (
        Column("customer_id", "text", required=True),
        Column("timestamp", "timestamp", required=True),
        Column("amount", "money", required=True),
        Column("order_id", "text"),
        Column("status", "text"),
        Column("currency", "text"),
        Column("channel", "text"),
        Column("category", "text"),
        Column("discount", "money"),
        Column("is_return", "flag"),
    ),
    (
        Rule("timestamp_absurd", "counted", "timestamp", f"dated before {FIRST_DAY.year}",
             lambda t, _: t.day < FIRST_DAY, ("day",)),
        Rule("amount_not_finite", "counted", "amount", "amount is not a finite number",
             lambda t, _: t.amount.isnan() | t.amount.isinf(), ("amount",)),
        Rule("amount_absurd", "counted", "amount", f"amount of {MONEY_LIMIT:,.0f} or more",
             lambda t, _: t.amount.abs() >= MONEY_LIMIT, ("amount",)),
        EXCLUDED,
        Rule("not_a_sale", "chosen", "status", "status not among counts_as_sale of the study",
             _not_a_sale, ("status", "amount"), told="status"),
        Rule("amount_zero", "noted", "amount", "amount of 0, kept as a purchase",
             lambda t, _: t.amount == 0, ("amount",)),
        Rule("refund", "noted", "amount", "negative amount, read as a refund",
             lambda t, _: t.amount < 0, ("amount",)),
    ),
)  # fmt: skip

ORDERS = Contract(
    "transactions",
    (),
    (
        Rule("order_incomplete", "counted", "order_id", "another line of the order was left out",
             lambda t, _: t.has_bad_line, ("has_bad_line",)),
        Rule("duplicate", "counted", "customer_id", "repeats an earlier row in every column",
             lambda t, c: (t.copy > 0) & ~_may_be_second_order(t, c), ("copy",)),
        Rule("future", "counted", "timestamp", "dated after the newest full day of the data",
             lambda t, c: t.day > c.last_day, ("day",)),
        Rule("second_order_of_the_day", "noted", "customer_id",
             "same customer, day and amount as an earlier row; without an order_id or a time of "
             "day a second order looks the same as a duplicate, so they are kept",
             lambda t, c: (t.copy > 0) & _may_be_second_order(t, c), ("copy",)),
        Rule("order_id_repeated", "noted", "order_id",
             "order_id stands in an earlier row with other values; if the file has one row per "
             "order line, write `rows: line`",
             # a refund bears the id of its order by right
             lambda t, _: t.order_id.notnull() & (t.repeat > 0) & (t.copy == 0) & (t.amount >= 0),
             ("repeat", "amount")),
        Rule("id_case", "noted", "customer_id",
             "customer_id differs from another one only in capital letters; they are kept apart, "
             "so if they are one customer, write them alike",
             lambda t, _: t.case_twin, ("case_twin",)),
    ),
)  # fmt: skip

CONTINUATIONS = Contract(
    "transactions",
    (),
    (
        Rule("order_continued", "noted", "amount",
             "further line of an order whose first line bears the amount; read as part of it",
             lambda t, _: t.row.notnull(), ("row",)),
    ),
)  # fmt: skip

CUSTOMERS = Contract(
    "customers",
    (
        Column("customer_id", "text", required=True),
        Column("acquired_at", "timestamp"),
        Column("acquisition_cost", "money"),
        Column("referred_by", "text"),
    ),
    (
        EXCLUDED,
        Rule("customer_id_duplicate", "counted", "customer_id",
             "customer_id stands in an earlier row; the first row is kept",
             lambda t, _: t.copy > 0, ("copy",)),
        Rule("acquired_after_first_purchase", "noted", "acquired_at",
             "acquired_at is later than the first purchase",
             lambda t, _: t.acquired_at.date() > t.first_purchase,
             ("acquired_at", "first_purchase")),
        Rule("customer_without_purchase", "noted", "customer_id",
             "customer without a row in transactions",
             lambda t, _: t.first_purchase.isnull(), ("first_purchase",)),
        Rule("referred_by_self", "noted", "referred_by",
             "customer is named as the one who referred them, kept without it",
             lambda t, _: t.referred_by == t.customer_id, ("referred_by",), blanks="referred_by"),
        Rule("referrer_unknown", "noted", "referred_by",
             "referred_by is neither in customers nor in transactions, kept",
             lambda t, _: ~t.is_known_referrer, ("is_known_referrer",)),
    ),
    takes_more=True,
)  # fmt: skip

"""How customers are contacted and answer: by channel, and by how often they are written to."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from retention_research.periods import Period
from retention_research.summaries.kpis.sums import inside, per_customer, with_columns
from retention_research.summaries.segments import merge_small

BANDS = ((1, "1"), (2, "2"), (4, "3 to 4"), (8, "5 to 8"))  # contacts in a period, up to
MORE = "9 or more"
NOWHERE = "no channel"
_ANSWERS = ("responded_at", "actions")


def tells_answers(contacts: ir.Table) -> bool:
    """Whether the source says who answered."""
    return bool({*_ANSWERS, "opened_at"} & set(contacts.columns))


def delivered(contacts: ir.Table, periods: Sequence[Period]) -> ir.Table:
    """The contacts that arrived in these periods, with whether the customer answered.

    An answer is a response or an action; an opening where the source knows neither.

    Args:
        contacts: customer_id, channel, sent_at, and delivered where the source tells.
        periods: of the sending.

    Returns:
        customer_id, channel, period, sent_at, answered (0 or 1), band: how many contacts the
        customer got in the period, in words.
    """
    rows = with_columns(
        contacts, delivered="boolean", responded_at="timestamp", actions="int64",
        opened_at="timestamp",
    )  # fmt: skip
    known = set(_ANSWERS) & set(contacts.columns)
    acted = rows.responded_at.notnull() | (rows.actions.fill_null(0) > 0)
    told = rows.mutate(answered=(acted if known else rows.opened_at.notnull()).cast("int32"))
    there = inside(told.filter(told.delivered.fill_null(True)), told.sent_at.date(), periods)
    mine = ibis.window(group_by=[there.customer_id, there.period])
    counted = there.mutate(contacts=there.count().over(mine))
    band = ibis.cases(*((counted.contacts <= most, name) for most, name in BANDS), else_=MORE)
    return counted.select(
        "customer_id", "period", "sent_at", "answered", band=band,
        channel=counted.channel.lower().strip(),
    )  # fmt: skip


def answers_by(rows: ir.Table, column: str) -> ir.Table:
    """Contacts and answers by a column of `delivered`.

    Returns:
        Sums as `per_customer` gives them, of response, with level.
    """
    whole = rows.mutate(period=ibis.literal(0).cast("int64"))
    return per_customer(whole, "response", whole.answered, ibis.literal(1), extra=column)


def pressure(rows: ir.Table) -> ir.Table:
    """Contacts against customers' periods with at least one.

    Returns:
        Sums as `per_customer` gives them, of pressure: y contacts, x periods.
    """
    per = rows.group_by("customer_id", "period").agg(contacts=rows.count())
    whole = per.mutate(period=ibis.literal(0).cast("int64"))
    return per_customer(whole, "pressure", whole.contacts, ibis.literal(1))


def answering_channel(rows: ir.Table, floor: int) -> ir.Table:
    """On which channel each customer answers most; of two alike, the one answered last.

    Args:
        rows: as `delivered` gives them.
        floor: channels of fewer customers are merged into "other", as segments are.

    Returns:
        level (a channel, or "no channel" for who never answered), customers; in order.
    """
    yes = rows.filter(rows.answered == 1)
    per = yes.group_by("customer_id", "channel").agg(n=yes.count(), last=yes.sent_at.max())
    order = ibis.window(
        group_by=per.customer_id, order_by=[per.n.desc(), per["last"].desc(), per.channel]
    )
    first = per.mutate(place=ibis.row_number().over(order))
    best = first.filter(first.place == 0).select("customer_id", "channel")
    everyone = rows.select("customer_id").distinct()
    joined = everyone.left_join(best, "customer_id")
    each = joined.select("customer_id", level=joined.channel.fill_null(NOWHERE))
    named = merge_small(each, floor)
    counted = named.group_by("level").agg(customers=named.count())
    return counted.order_by([counted.customers.desc(), counted.level])

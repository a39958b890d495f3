"""What reached customers in the window of a program, and what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from retention_research.summaries.engagement.served import scores
from retention_research.summaries.kpis.sums import with_columns
from retention_research.summaries.program_outcomes import KEYS, joined_to

if TYPE_CHECKING:
    import ibis.expr.types as ir


def contacts_after(
    starts: ir.Table, contacts: ir.Table, window_days: int, purpose: str | None
) -> ir.Table:
    """The messages of a program in its window, and what customers did with any message.

    Args:
        starts: customer_id, start (date), assigned_at (the moment) and any further columns;
            unique by customer and start.
        contacts: customer_id, sent_at, perhaps delivered, purpose, personalised, actions,
            responded_at.
        window_days: messages count from the moment up to and with the window's last day.
        purpose: messages of this purpose are the program's; None: all are.

    Returns:
        The same rows and columns, with contacts_sent and contacts (delivered) and
        contacts_personalised of the program, and actions on delivered messages of any purpose
        (responses, where the source counts no actions; null where it tells of neither).
    """
    told = with_columns(
        contacts, delivered="boolean", purpose="string", personalised="boolean", actions="int64",
        responded_at="timestamp",
    )  # fmt: skip
    near = _in_window(starts, told, "sent_at", window_days)
    mine = (near.purpose == purpose).fill_null(False) if purpose else ibis.literal(True)
    came = near.delivered.fill_null(True)
    known = {"actions", "responded_at"} & set(contacts.columns)
    did = near.actions if "actions" in known else near.responded_at.notnull().cast("int64")
    per = near.group_by(*KEYS).agg(
        contacts_sent=near.count(where=mine),
        contacts=near.count(where=mine & came),
        contacts_personalised=near.count(where=mine & came & near.personalised.fill_null(False)),
        actions=did.fill_null(0).sum(where=came),
    )
    joined = joined_to(starts, per)
    counts = ("contacts_sent", "contacts", "contacts_personalised")
    actions = joined.actions.fill_null(0).cast("int64")
    return joined.select(
        *starts.columns,
        **{name: joined[name].fill_null(0) for name in counts},
        actions=actions if known else ibis.null("int64"),
    )


def scores_after(starts: ir.Table, surveys: ir.Table, window_days: int) -> ir.Table:
    """The last survey score that customers gave in their window, and who was asked.

    Args:
        starts: as `contacts_after` takes them.
        surveys: customer_id, timestamp, score, perhaps kind and invited_at.
        window_days: the window.

    Returns:
        The same rows and columns, with score (0 to 10, null where none was given) and asked
        (whether an invitation came in the window; null where the source tells of none).
    """
    given = _in_window(starts, scores(surveys), "timestamp", window_days)
    last = ibis.window(
        group_by=[given[key] for key in KEYS],
        order_by=[given.timestamp.desc(), given.score.desc()],
    )
    placed = given.mutate(place=ibis.row_number().over(last))
    newest = placed.filter(placed.place == 0).select(*KEYS, "score")
    rows = joined_to(starts, newest).select(*starts.columns, "score")
    if "invited_at" not in surveys.columns:
        return rows.mutate(asked=ibis.null("boolean"))
    invited = _in_window(starts, surveys, "invited_at", window_days)
    whom = invited.select(*KEYS).distinct().mutate(asked=True)
    both = joined_to(rows, whom)
    return both.select(*rows.columns, asked=both.asked.fill_null(False))


def _in_window(starts: ir.Table, rows: ir.Table, time: str, window_days: int) -> ir.Table:
    """The rows between a customer's assignment and the end of their window."""
    both = starts.select(*KEYS, "assigned_at").inner_join(rows, "customer_id")
    after = both[time].date().delta(both.start, unit="day")
    return both.filter(both[time] >= both.assigned_at, after <= window_days)

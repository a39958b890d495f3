"""From each order to the next, covariates as they were at the order, membership switching."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.driver_rows import candidates as offers
from retention_research.answers.driver_rows.asked import (
    asked_of,
    candidates_of,
    existing,
    with_answers,
)
from retention_research.answers.driver_rows.frames import columns_of, settled
from retention_research.answers.driver_rows.kinds import NextOrderRows
from retention_research.answers.driver_rows.landmarks import customer_numbers, joined
from retention_research.answers.driver_rows.sampled import count_customers, drawn
from retention_research.answers.driver_rows.vocabulary import Vocabulary, vocabulary
from retention_research.events.engine import hold
from retention_research.summaries import next_order as summaries
from retention_research.summaries.cohorts import first_days
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from retention_research.answers.driver_rows.frames import Candidate

KEPT = ("customer", "order_number", "start", "stop", "ordered")


def next_order_rows(workspace: Workspace) -> NextOrderRows:
    """Start-stop rows from each order of every customer to the next, or to as_of.

    The sequence of orders is the one known at as_of (a wholly refunded order is none of it); what
    was paid and everything else is as it was on the day of the order. Customers whose first order
    is not known are left out: their orders have no number. Of very many customers, some are drawn.

    Example:
        >>> from retention_research.workspace import open_workspace
        >>> rows = next_order_rows(open_workspace("params/cdnow.yml"))
        >>> rows.frame[["order_number", "start", "stop", "ordered"]].iloc[0].tolist(), rows.dropped
        ([1, 0, 17, 1], 2)
    """
    words, born = vocabulary(workspace), births(workspace)
    spells = hold(_spells(workspace, born))
    watched = spells.filter(spells.stop > 0)
    offered = asked_of(workspace, words, born)
    rows = _split(workspace, words, with_answers(watched, offered))
    order = ["customer", "order_number", "start"]
    columns = columns_of(rows.drop("customer_id", "day").order_by(order))
    candidates = [*candidates_of(offered), *offers.members(words.programs), *_of_orders()]
    floor = workspace.study.group_floor
    frame, drivers, left_out = settled(columns, candidates, KEPT, floor)
    dropped = int(spells.filter(spells.stop == 0).count().execute())
    unknown = int(born.filter(~born.birth_known).count().execute())
    return NextOrderRows(frame, drivers, left_out, dropped, unknown)


def births(workspace: Workspace) -> ir.Table:
    """customer_id, first_day and birth_known of everybody who bought by as_of."""
    firsts = first_days(workspace.purchases(workspace.window.as_of))
    return workspace.kept_table("driver-births", lambda: workspace.with_birth(firsts))


def _spells(workspace: Workspace, born: ir.Table) -> ir.Table:
    as_of = workspace.window.as_of
    known = joined(born.filter(born.birth_known), customer_numbers(workspace))
    known = drawn(known, count_customers(known))
    bought = workspace.purchases(as_of).semi_join(known, "customer_id")
    spells = joined(summaries.order_spells(bought, as_of), customer_numbers(workspace))
    sold = summaries.sold_by_day(existing(workspace, "transactions"))
    return spells.left_join(sold, list(summaries.KEYS)).drop("customer_id_right", "day_right")


def _split(workspace: Workspace, words: Vocabulary, rows: ir.Table) -> ir.Table:
    if not words.programs:
        return rows.mutate(start=0)
    memberships = existing(workspace, "memberships")
    return summaries.split_at_switches(rows, memberships, words.programs)


def _of_orders() -> tuple[Candidate, ...]:
    return (
        offers.adjuster("days_since_previous", "days since the order before", "count"),
        offers.adjuster("amount", "money spent on the day", "amount"),
    )

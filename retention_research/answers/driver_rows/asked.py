"""What was known of customers on days of their own: the days of their orders, or of contracts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers.driver_rows import candidates as offers
from retention_research.answers.driver_rows.customer_columns import of_columns, told_by_columns
from retention_research.answers.driver_rows.frames import Candidate
from retention_research.answers.driver_rows.moments import lookback_days
from retention_research.answers.driver_rows.sources import slow_seconds
from retention_research.answers.driver_rows.vocabulary import Vocabulary, has
from retention_research.summaries import next_order as summaries
from retention_research.summaries.engagement import behaviour
from retention_research.summaries.service import complaints
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Asked:
    """A table's drivers on the days that are asked.

    Attributes:
        candidates: what it offers.
        keys: customer_id, or customer_id and day: what a row is of.
        at: customer_id and day, each pair once, to the keys and a column per candidate.
    """

    candidates: tuple[Candidate, ...]
    keys: tuple[str, ...]
    at: Callable[[ir.Table], ir.Table]


def asked_of(workspace: Workspace, words: Vocabulary, born: ir.Table) -> list[Asked]:
    """What a study's tables tell on any day of a customer: fixed facts, service, opinion, arms.

    Args:
        workspace: the study; a table that it lacks, or a column, offers nothing.
        words: what the drivers are named after.
        born: customer_id, first_day, birth_known of everybody.
    """
    return [
        *fixed(workspace, words, born),
        *_activity(workspace, words),
        *_service(workspace),
        *_said(workspace, words),
    ]


def fixed(workspace: Workspace, words: Vocabulary, born: ir.Table) -> list[Asked]:
    """What is known from the first purchase on: the customer's columns, a discounted first order.

    Args:
        workspace: the study.
        words: names the columns.
        born: customer_id, first_day, birth_known.
    """
    found = _columns(workspace, words)
    if not has(workspace, "transactions", "discount"):
        return found

    def discounted(_: ir.Table) -> ir.Table:
        rows = existing(workspace, "transactions")
        blank = behaviour.writes_no_zero(rows)
        return behaviour.first_order_discounted(rows, born, blank_is_none=blank)

    return [*found, Asked((offers.first_discount(),), ("customer_id",), discounted)]


def existing(workspace: Workspace, name: str) -> ir.Table:
    """A table that the study has, as known at as_of."""
    rows = workspace.table(name)
    assert rows is not None
    return rows


def _columns(workspace: Workspace, words: Vocabulary) -> list[Asked]:
    def told(_: ir.Table) -> ir.Table:
        return told_by_columns(existing(workspace, "customers"), words)

    return [Asked(of_columns(words), ("customer_id",), told)] if words.columns else []


def _activity(workspace: Workspace, words: Vocabulary) -> list[Asked]:
    if not words.rare:
        return []

    def flags(asked: ir.Table) -> ir.Table:
        rows = existing(workspace, "activity")
        rows = rows.filter(rows.event.isin(list(words.rare.values())))
        told = {name: (rows.event == event).fill_null(False) for name, event in words.rare.items()}
        dated = rows.select("customer_id", at=rows.timestamp.date(), **told)
        return summaries.had_lately(asked, dated, lookback_days(workspace), list(words.rare))

    return [Asked(offers.events(words.rare), summaries.KEYS, flags)]


def _service(workspace: Workspace) -> list[Asked]:
    if not has(workspace, "tickets"):
        return []
    days = lookback_days(workspace)

    def complained(asked: ir.Table) -> ir.Table:
        rows = complaints(existing(workspace, "tickets"))
        dated = rows.select("customer_id", at=rows.opened_at.date(), complaint=True)
        return summaries.had_lately(asked, dated, days, ["complaint"])

    def resolved(asked: ir.Table) -> ir.Table:
        slow = slow_seconds(workspace)
        return summaries.resolution_then(asked, existing(workspace, "tickets"), days, slow)

    found = [Asked((offers.complaint(),), summaries.KEYS, complained)]
    if has(workspace, "tickets", "resolved_at"):
        found.append(Asked((offers.resolution(),), summaries.KEYS, resolved))
    return found


def _said(workspace: Workspace, words: Vocabulary) -> list[Asked]:
    def arms(asked: ir.Table) -> ir.Table:
        rows = existing(workspace, "assignments")
        return summaries.arms_then(asked, rows, words.experiments)

    def score(asked: ir.Table) -> ir.Table:
        return summaries.score_then(asked, existing(workspace, "surveys"))

    found = []
    if words.experiments:
        found.append(Asked(offers.arms(words.experiments), summaries.KEYS, arms))
    if has(workspace, "surveys", "timestamp", "score"):
        found.append(Asked((offers.score(),), summaries.KEYS, score))
    return found


def with_answers(rows: ir.Table, offered: list[Asked]) -> ir.Table:
    """Rows of customer_id and day with the columns of all candidates, null where not known."""
    days = rows.select(*summaries.KEYS).distinct()
    # the widest last: each join is planned with all columns of those before it
    for one in sorted(offered, key=lambda one: len(one.candidates)):
        names = [candidate.driver.name for candidate in one.candidates]
        more = one.at(days).select(*one.keys, *names)
        joined = rows.left_join(more, list(one.keys))
        rows = joined.drop(*(f"{key}_right" for key in one.keys))
    return rows


def candidates_of(offered: list[Asked]) -> list[Candidate]:
    """The candidates, in order."""
    return [candidate for one in offered for candidate in one.candidates]

"""Which days of the year each table speaks of, and what is withheld for want of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Literal

from retention_research.answers.customer_voice.spans import Spans
from retention_research.glossary import lookup
from retention_research.periods import day_in_words
from retention_research.summaries.kpis.sums import first_and_last
from retention_research.values import Value, missing
from retention_research.workspace import Workspace

_TIMES = {"surveys": "timestamp", "tickets": "opened_at", "contacts": "sent_at"}
_GRACE = timedelta(days=28)  # a table of few rows need not have one on the first or last day
_HEADLINES = {
    "recommending": ("surveys", ("voice.nps",)),
    "satisfied": ("tickets", ("voice.csat",)),
    "products": ("tickets", ("service.problem_rate",)),
    "complaints": (
        "tickets",
        ("complaints.count", "complaints.per_thousand", "complaints.resolution_hours",
         "complaints.open.count", "complaints.open.high_value_customers"),
    ),
}  # fmt: skip
NEED_THE_YEAR = ("products", "complaints")  # else rates, and what is open, would mislead
Reach = tuple[date, date]


def partial(workspace: Workspace, times: Spans) -> dict[str, Reach]:
    """First and last day of each table that covers only a part of the year, or none of it.

    A table that begins or ends within 28 days of the year's ends covers it.
    """
    found: dict[str, Reach] = {}
    for name, time in _TIMES.items():
        rows = workspace.table(name)
        reach = first_and_last(rows, rows[time].date()) if rows is not None else None
        if reach and not _covers(reach, times):
            found[name] = reach
    return found


def _covers(reach: Reach, times: Spans) -> bool:
    first, last = reach
    return first <= times.year.start + _GRACE and last >= times.year.end - _GRACE


def reach_in_words(table: str, reach: Reach) -> str:
    """From when to when a table reaches, as a clause.

    Example:
        >>> reach_in_words("tickets", (date(2024, 6, 20), date(2024, 6, 30)))
        'the table of tickets reaches from 20 Jun 2024 to 30 Jun 2024'
    """
    return f"the table of {table} reaches from {day_in_words(reach[0])} to {day_in_words(reach[1])}"


def withheld(
    workspace: Workspace, absent: Collection[str], reaches: Mapping[str, Reach]
) -> dict[str, Value]:
    """The headline values of parts that are not there though their table is, with reasons.

    Args:
        workspace: whose tables and floor hold.
        absent: names of the parts that are not there.
        reaches: as `partial` gives them.
    """
    values: dict[str, Value] = {}
    for part, (table, names) in _HEADLINES.items():
        rows = workspace.table(table)
        if part not in absent or rows is None:
            continue
        if part == "satisfied" and "csat" not in rows.columns:
            continue
        cut = reaches.get(table) if part in NEED_THE_YEAR else None
        reason = _reason(workspace, table, cut)
        values |= {name: missing(_kind(name), reason) for name in names}
    return values


def _kind(name: str) -> Literal["estimate", "fact"]:
    return "fact" if lookup(name).kind == "fact" else "estimate"


def _reason(workspace: Workspace, table: str, cut: Reach | None) -> str:
    if cut:
        words = reach_in_words(table, cut)
        return f"{words[0].upper()}{words[1:]}, not over the year."
    floor = workspace.study.group_floor
    return f"It rests on fewer than {floor} customers of the year, too few to show."

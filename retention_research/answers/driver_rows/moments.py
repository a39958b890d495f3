"""A landmark: a day, who was active on it, and the tables as they were known then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis

from retention_research.answers.driver_rows.frames import Candidate
from retention_research.periods import day_in_words
from retention_research.summaries.as_known import as_known, customers_known
from retention_research.summaries.engagement.behaviour import active_customers
from retention_research.summaries.refunds import has_refunds
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_LANDMARKS = 6


@dataclass(frozen=True, slots=True)
class Moment:
    """One landmark of a study.

    Attributes:
        workspace: the study and its tables.
        day: the landmark.
        lookback: days before it that count as recent.
        active: of `active_customers`, with birth_known.
    """

    workspace: Workspace
    day: date
    lookback: int
    active: ir.Table

    def table(self, name: str) -> ir.Table:
        """An event table as known on the day; the study has it."""
        rows = self.workspace.events.tables[name]
        if name == "customers":
            return customers_known(rows, purchases_at(self.workspace, self.day), self.day)
        return as_known(rows, name, self.day)


@dataclass(frozen=True, slots=True)
class Source:
    """What one table tells of customers on a day.

    Attributes:
        candidates: the drivers it offers.
        at: the day to a table of customer_id and a column per candidate.
    """

    candidates: tuple[Candidate, ...]
    at: Callable[[Moment], ir.Table]


def landmark_days(workspace: Workspace) -> tuple[date, ...]:
    """The landmarks of a study, oldest first.

    They lie one horizon apart, the last one horizon before as_of, so that every customer is
    watched equally long and no two outcomes overlap. The first has the lookback and the window of
    silence behind it. At most the last `MOST_LANDMARKS`.
    """
    step = horizon_days(workspace)
    earliest = workspace.events.first_day + timedelta(
        days=lookback_days(workspace) + workspace.silence_days
    )
    as_of = workspace.window.as_of
    days = (as_of - timedelta(days=step * back) for back in range(MOST_LANDMARKS, 0, -1))
    return tuple(day for day in days if day >= earliest)


def horizon_days(workspace: Workspace) -> int:
    """study.drivers.horizon in days."""
    return max(1, round(workspace.study.drivers.horizon.days))


def lookback_days(workspace: Workspace) -> int:
    """study.drivers.lookback in days."""
    return max(2, round(workspace.study.drivers.lookback.days))


def purchases_at(workspace: Workspace, day: date) -> ir.Table:
    """The purchases up to a day, as known on it: a refund of later has not happened.

    Without any refund those of as_of serve every earlier day, and are computed once.
    """

    def looked_for() -> dict[str, bool]:
        return {"any": has_refunds(workspace.events.transactions)}

    if workspace.kept_record("driver-refunds", looked_for)["any"]:
        return workspace.purchases(day)
    bought = workspace.purchases(workspace.window.as_of)
    return bought.filter(bought.day <= ibis.literal(day))


def moment(workspace: Workspace, day: date) -> Moment:
    """The landmark of a day, its active customers computed once."""

    def active() -> ir.Table:
        rows = active_customers(purchases_at(workspace, day), day, workspace.silence_days)
        return workspace.with_birth(rows)

    rows = workspace.kept_table(f"driver-active-{day}", active)
    return Moment(workspace, day, lookback_days(workspace), rows)


def obstacle_to_landmarks(workspace: Workspace) -> str:
    """Why the study has no landmark with active customers; empty if it has."""
    days = landmark_days(workspace)
    if not days:
        return _too_short(workspace)
    if any(_anybody(moment(workspace, day).active) for day in days):
        return ""
    return (
        f"Nobody bought in the {workspace.silence_days} days before any day from which customers "
        f"can be watched for {horizon_days(workspace)} days."
    )


def _too_short(workspace: Workspace) -> str:
    parts = (lookback_days(workspace), workspace.silence_days, horizon_days(workspace))
    covered = (workspace.window.as_of - workspace.events.first_day).days
    return (
        f"The data cover {covered} days up to {day_in_words(workspace.window.as_of)}; looking back "
        f"({parts[0]} days), telling who is active ({parts[1]} days) and watching them afterwards "
        f"({parts[2]} days) takes {sum(parts)}."
    )


def _anybody(rows: ir.Table) -> bool:
    return bool(rows.limit(1).count().execute())

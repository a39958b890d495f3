"""Why the data cannot say what goes with falling silent."""

from __future__ import annotations

from datetime import timedelta

from retention_research.answers.driver_rows import landmark_rows, obstacle_to_landmarks
from retention_research.answers.driver_rows.moments import (
    horizon_days,
    landmark_days,
    moment,
    purchases_at,
)
from retention_research.summaries.engagement.behaviour import silent_after
from retention_research.workspace import Workspace

FEWEST = 20  # customers who fell silent, and who did not, over all landmarks


def obstacle_to_drivers(workspace: Workspace) -> str:
    """Why the data cannot say what goes with falling silent; empty if they can."""
    return obstacle_to_landmarks(workspace) or _too_few(workspace) or _nothing_to_look_at(workspace)


def _too_few(workspace: Workspace) -> str:
    active, silent = _counts(workspace)
    if min(silent, active - silent) >= FEWEST:
        return ""
    days = horizon_days(workspace)
    return (
        f"Of {active} active customers, {silent} bought nothing in the {days} days after the dates "
        f"looked at; at least {FEWEST} who fell silent and {FEWEST} who did not are needed to say "
        "what goes with it."
    )


def _counts(workspace: Workspace) -> tuple[int, int]:
    """Active customers over all landmarks, and how many of them fell silent."""
    active = silent = 0
    for day in landmark_days(workspace):
        end = day + timedelta(days=horizon_days(workspace))
        rows = silent_after(moment(workspace, day).active, purchases_at(workspace, end), day, end)
        told = rows.aggregate(n=rows.count(), silent=rows.silent.cast("int64").sum().fill_null(0))
        counted = told.to_pandas().iloc[0]
        active, silent = active + int(counted["n"]), silent + int(counted["silent"])
    return active, silent


def _nothing_to_look_at(workspace: Workspace) -> str:
    """Orders alone may tell no more of customers than how they bought."""
    if len(workspace.events.tables) > 1:
        return ""
    if any(one.role == "driver" for one in landmark_rows(workspace).drivers):
        return ""
    return (
        "The study has orders only, and they tell nothing of customers but how they bought: there "
        "is nothing to hold against falling silent. Tables of customers, tickets, contacts, "
        "memberships or surveys would tell more."
    )

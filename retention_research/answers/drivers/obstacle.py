"""Why the data cannot say what goes with falling silent."""

from __future__ import annotations

from datetime import timedelta

import ibis

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
    active, silent, stayed = _counts(workspace)
    if min(silent, stayed) >= FEWEST:
        return ""
    days = horizon_days(workspace)
    return (
        f"Of {active:,} customers active on the dates looked at, {silent:,} bought nothing in the "
        f"{days} days after one of them and {stayed:,} bought; at least {FEWEST} who fell silent "
        f"and {FEWEST} who did not are needed to say what goes with it."
    )


def _counts(workspace: Workspace) -> tuple[int, int, int]:
    """Customers active at any landmark, who fell silent after one, who did not after one."""
    parts = []
    for day in landmark_days(workspace):
        end = day + timedelta(days=horizon_days(workspace))
        rows = silent_after(moment(workspace, day).active, purchases_at(workspace, end), day, end)
        parts.append(rows.select("customer_id", silent=rows.silent.cast("int64")))
    rows = ibis.union(*parts)
    told = rows.aggregate(
        active=rows.customer_id.nunique(),
        silent=rows.customer_id.nunique(where=rows.silent == 1),
        stayed=rows.customer_id.nunique(where=rows.silent == 0),
    )
    active, silent, stayed = told.to_pandas().iloc[0][["active", "silent", "stayed"]]
    return int(active), int(silent), int(stayed)


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

"""The work of service: minutes, escalations, self-service, and whether teams differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers.customer_voice.contrasts import spread_of
from retention_research.answers.customer_voice.measures import (
    Measured,
    ends,
    measured,
    of_levels,
    ratio,
    share,
    value_of,
)
from retention_research.answers.customer_voice.spans import Spans
from retention_research.models.fit import Estimate, Missing
from retention_research.models.spread import Spread
from retention_research.summaries.kpis import service, voice
from retention_research.summaries.kpis.sums import stacked
from retention_research.summaries.voice import small_merged
from retention_research.values import Value, diagnostic, label, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

KPIS = ("handling_minutes", "escalated_share", "self_service_complaints")
OF_TEAMS = ("handling_minutes", "escalated_share", "resolved_without_reopening", "csat")
CHANCE = 0.05
DIFFER, NO_CLEAR = "differ beyond chance", "no clear difference between teams"


@dataclass(frozen=True, slots=True)
class Handling:
    """The work of service in the year.

    Attributes:
        values: by glossary name.
        teams: measure (name of a KPI), team, tickets, estimate, conf_low, conf_high, shrunken
            (drawn to the middle by its own error), p_value of all teams being alike.
    """

    values: Mapping[str, Value]
    teams: pd.DataFrame


def handling(workspace: Workspace, times: Spans) -> Handling | None:
    """How tickets of the year were handled; None where they are of too few customers."""
    tickets = workspace.table("tickets")
    if tickets is None:
        return None
    rows = service.whole(tickets)
    sums = service.handling(rows, [times.year])
    found = {kpi: _measured(workspace, sums, kpi) for kpi in KPIS}
    floor = workspace.study.group_floor
    if not any(row.n >= floor for told in found.values() for row in told):
        return None
    values: dict[str, Value] = {}
    for kpi, told in found.items():
        values |= value_of(f"service.{kpi}", told)
    teams, differences = _teams(workspace, rows, times)
    return Handling(values | differences, teams)


def _measured(workspace: Workspace, sums: ir.Table, kpi: str) -> list[Measured]:
    how = ratio if kpi == "handling_minutes" else share
    return measured(workspace, sums.filter(sums.kpi == kpi), how)


def _teams(
    workspace: Workspace, rows: ir.Table, times: Spans
) -> tuple[pd.DataFrame, dict[str, Value]]:
    import pandas as pd

    columns = ["measure", "team", "tickets", "estimate", "conf_low", "conf_high", "shrunken",
               "p_value"]  # fmt: skip
    if "team" not in rows.columns:
        return pd.DataFrame(columns=columns), {}
    named = small_merged(rows, "team", workspace.study.group_floor)
    year = [times.year]
    parts = service.handling(named, year, "team"), voice.ratings(named, year, "team")
    sums = stacked(parts)
    cells: list[tuple[object, ...]] = []
    values: dict[str, Value] = {}
    for kpi in OF_TEAMS:
        found = sorted(_measured(workspace, sums, kpi), key=lambda row: row.level)
        told = [row for row in found if isinstance(row.found, Estimate)]
        spread = spread_of(told, kpi != "handling_minutes")
        values |= _difference(kpi, spread, told)
        values |= of_levels(f"service.team.{{}}.{kpi}", found)
        cells += _cells(kpi, told, spread)
    return pd.DataFrame(cells, columns=columns), values


def _difference(kpi: str, spread: Spread | Missing, told: Sequence[Measured]) -> dict[str, Value]:
    name = f"service.team_difference.{kpi}"
    if isinstance(spread, Missing):
        reason = spread.reason
        return {f"{name}.p_value": missing("diagnostic", reason), name: missing("label", reason)}
    n = sum(row.n for row in told)
    words = DIFFER if spread.p_value < CHANCE / len(OF_TEAMS) else NO_CLEAR
    return {f"{name}.p_value": diagnostic(spread.p_value, "small", n=n), name: label(words)}


def _cells(
    kpi: str, told: Sequence[Measured], spread: Spread | Missing
) -> list[tuple[object, ...]]:
    known = not isinstance(spread, Missing)
    shrunken = spread.shrunken if isinstance(spread, Spread) else [None] * len(told)
    p_value = spread.p_value if isinstance(spread, Spread) and known else None
    return [
        (kpi, row.level, row.x, *ends(row.found), drawn, p_value)
        for row, drawn in zip(told, shrunken, strict=True)
    ]

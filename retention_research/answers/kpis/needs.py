"""What each KPI needs: which table and columns, and from which day it can be relied on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from retention_research.periods import Period, day_in_words
from retention_research.summaries.kpis.staying import AGES
from retention_research.summaries.kpis.sums import first_and_last
from retention_research.workspace import Workspace

_GRACE = 28  # days within which a table that begins late still covers the data's first days

_FOLLOWED = MappingProxyType({"rewards": "points"})  # by table: what is followed to as_of


class Need(NamedTuple):
    """What a KPI is made of.

    Attributes:
        table: its event table.
        columns: those it needs beside the required ones.
        time: the column by which the table says from when it is there; "" for none.
        wait: kind of days to wait: "", "silence", "birth", or a number of days after birth.
    """

    table: str = "transactions"
    columns: tuple[str, ...] = ()
    time: str = ""
    wait: str | int = ""


def _tickets(*columns: str) -> Need:
    return Need("tickets", columns, "opened_at")


def _contacts(*columns: str) -> Need:
    return Need("contacts", columns, "sent_at")


_SECOND = {f"repeat_purchase_rate_{age}d": Need(wait=age) for age in AGES if age != 90}
NEEDS: Mapping[str, Need] = MappingProxyType({
    "crr": Need(wait="silence"),
    "churn_rate": Need(wait="silence"),
    "repeat_purchase_rate": Need(wait=90),
    **_SECOND,
    "purchase_frequency": Need(),
    "tenure_mean": Need(),
    "existing_revenue_share": Need(wait="birth"),
    "clv_to_cac": Need("customers", ("acquisition_cost",), wait="birth"),
    "nps": Need("surveys", ("score",), "timestamp"),
    "nps_non_response": Need("surveys", ("invited_at",), "invited_at"),
    "nps_weighted": Need("surveys", ("score", "invited_at"), "invited_at"),
    "csat": _tickets("resolved_at", "csat"),
    "first_response_hours": _tickets("first_response_at"),
    "resolution_hours": _tickets("resolved_at"),
    "sla_share": _tickets("first_response_at"),
    "problem_rate": _tickets(),
    "resolved_without_reopening": _tickets("resolved_at", "reopened_at"),
    "handling_minutes": _tickets("handled_minutes"),
    "escalated_share": _tickets("level"),
    "self_service_complaints": _tickets("is_complaint", "self_service"),
    "contact_conversion_rate": _contacts(),
    "contact_conversion_incremental": Need("assignments", (), "assigned_at"),
    "unsubscribe_rate": _contacts("unsubscribed_at"),
    "actions_per_engagement": _contacts("actions"),
    "redemption_rate": Need("rewards", (), "timestamp"),
    "breakage_rate": Need("rewards", (), "timestamp"),
    "referral_share": Need("customers", ("referred_by",), wait="birth"),
})  # fmt: skip
OVERALL_ONLY = {
    "clv_to_cac": "What new customers will buy later is forecast for all of them together.",
    "nps_weighted": "The weighting is for all customers together.",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """Which days a KPI can speak of.

    Attributes:
        valid_from: first day, or None if the data carry it from their beginning.
        last: last day with a row of its table, or None if it does not matter.
        lacking: what is missing altogether, "" if nothing is.
    """

    valid_from: date | None = None
    last: date | None = None
    lacking: str = ""

    def obstacle(self, period: Period) -> str:
        """Why the KPI cannot speak of a period; "" if it can."""
        if self.lacking:
            return self.lacking
        if self.valid_from and period.start < self.valid_from:
            return f"The data can carry it from {day_in_words(self.valid_from)} on."
        if self.last and self.last < period.start:
            return f"The table's last row is of {day_in_words(self.last)}."
        return ""


def reaches(workspace: Workspace) -> dict[str, Reach]:
    """What each KPI can speak of, by its name."""
    times = sorted({(need.table, need.time) for need in NEEDS.values() if need.time})
    spans = {(table, time): _span(workspace, table, time) for table, time in times}
    return {kpi: _reach(workspace, kpi, need, spans) for kpi, need in NEEDS.items()}


_Spans = Mapping[tuple[str, str], tuple[date, date] | None]


def _span(workspace: Workspace, table: str, time: str) -> tuple[date, date] | None:
    rows = workspace.table(table)
    if rows is None or time not in rows.columns:
        return None
    return first_and_last(rows, rows[time].date())


def _reach(workspace: Workspace, kpi: str, need: Need, spans: _Spans) -> Reach:
    lacking = _lacking(workspace, kpi, need)
    if lacking:
        return Reach(lacking=lacking)
    if not need.time:
        return Reach(_known_from(workspace, need.wait))
    span = spans[need.table, need.time]
    if span is None:
        return Reach(lacking=f"The table of {need.table} has no rows.")
    first, last = span
    begins = workspace.events.first_day
    late = (first - begins).days > _GRACE
    return Reach(first if late else None, last, _stops(workspace, need.table, last))


def _stops(workspace: Workspace, table: str, last: date) -> str:
    """Why no period can be told where what became of its rows is followed to as_of; "" if it is."""
    if table not in _FOLLOWED or (workspace.window.as_of - last).days <= _GRACE:
        return ""
    told = f"The table's last row is of {day_in_words(last)}."
    return f"{told} What became of {_FOLLOWED[table]} since is not known."


def _lacking(workspace: Workspace, kpi: str, need: Need) -> str:
    rows = workspace.table(need.table)
    if rows is None:
        return f"The study has no table of {need.table}."
    lacks = [column for column in need.columns if column not in rows.columns]
    if lacks:
        return f"The table of {need.table} lacks {', '.join(lacks)}."
    if kpi == "sla_share" and not workspace.study.tickets.targets:
        return "The study sets no target hours for tickets."
    return ""


def _known_from(workspace: Workspace, wait: str | int) -> date | None:
    first, silence = workspace.events.first_day, workspace.silence_days
    if wait == "silence":
        return first + timedelta(days=silence)
    if wait == "" or (workspace.study.cohort_complete and wait == "birth"):
        return None
    born = 0 if workspace.study.cohort_complete else silence
    return first + timedelta(days=born + (wait if isinstance(wait, int) else 0))

"""What customers say and how they are served: each part where its table exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from retention_research.answers.customer_voice.channels import Channels, channels
from retention_research.answers.customer_voice.comments import Comments, comments
from retention_research.answers.customer_voice.complaints import Complaints, complaints
from retention_research.answers.customer_voice.coverage import partial, withheld
from retention_research.answers.customer_voice.handling import Handling, handling
from retention_research.answers.customer_voice.leaving import Leaving, leaving
from retention_research.answers.customer_voice.products import Products, products
from retention_research.answers.customer_voice.spans import Spans, spans
from retention_research.answers.customer_voice.surveys import (
    Scores,
    held_together,
    recommending,
    satisfied,
)
from retention_research.values import Value
from retention_research.workspace import Workspace

__all__ = ["CustomerVoice", "customer_voice", "obstacle_to_customer_voice"]

TABLES = ("surveys", "tickets", "contacts")
TOPICS = {
    "surveys": "whether customers would recommend you",
    "tickets": "complaints and how they are served",
    "contacts": "which channels customers answer on",
    "order_lines": "problems by product",
}
_PARTS = ("recommending", "satisfied", "leaving", "products", "comments", "complaints", "handling",
          "channels")  # fmt: skip


@dataclass(frozen=True, slots=True)
class CustomerVoice:
    """The answer of the report; a part is None where its table holds nothing of the year.

    Attributes:
        values: of all parts, by glossary name.
        times: the year and its parts.
        recommending: would customers recommend.
        satisfied: ratings of service.
        leaving: stated reasons for leaving.
        products: problems and return visits.
        comments: themes.
        complaints: how many, why, how long, what is open.
        handling: the work of service and its teams.
        channels: contacts and answers.
        lacking: tables that the study does not have, each with what is therefore not said.
        reaches: first and last day of each table that covers only a part of the year.
        confidence: level of the intervals.
    """

    values: Mapping[str, Value]
    times: Spans
    recommending: Scores | None
    satisfied: Scores | None
    leaving: Leaving | None
    products: Products | None
    comments: Comments | None
    complaints: Complaints | None
    handling: Handling | None
    channels: Channels | None
    lacking: Mapping[str, str]
    reaches: Mapping[str, tuple[date, date]]
    confidence: float


def obstacle_to_customer_voice(workspace: Workspace) -> str:
    """Why the data cannot say what customers say; empty if they can."""
    there = [name for name in TABLES if workspace.table(name) is not None]
    if not there:
        return (
            "There is no table of surveys, tickets or contacts. Name at least one of them under "
            "sources in the study."
        )
    if not any(int(_rows(workspace, name)) for name in there):
        return f"There are no rows up to as_of in {' or '.join(there)}."
    return ""


def _rows(workspace: Workspace, name: str) -> int:
    table = workspace.table(name)
    return int(table.count().execute()) if table is not None else 0


def customer_voice(workspace: Workspace) -> CustomerVoice:
    """Every part that the study's tables can carry."""
    times = spans(workspace.window.as_of, workspace.study.period)
    reaches = partial(workspace, times)
    whole_year = "tickets" not in reaches
    parts = (
        *held_together(
            recommending(workspace, times), satisfied(workspace, times), workspace.study.confidence
        ),
        leaving(workspace, times),
        products(workspace, times) if whole_year else None,
        comments(workspace, times),
        complaints(workspace, times) if whole_year else None,
        handling(workspace, times),
        channels(workspace, times),
    )
    values = {name: value for part in parts if part for name, value in part.values.items()}
    absent = [name for name, part in zip(_PARTS, parts, strict=True) if part is None]
    values |= withheld(workspace, absent, reaches)
    lacking = {name: what for name, what in TOPICS.items() if workspace.table(name) is None}
    return CustomerVoice(values, times, *parts, lacking, reaches, workspace.study.confidence)

"""What a notebook says to its readers: each call makes one display output that the publisher reads.

In JupyterLab the same calls show a short preview; on the published page the publisher decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from retention_research import glossary
from retention_research.reporting import preview
from retention_research.reporting.payloads import (
    FINDING_STATUSES,
    MIME,
    Payload,
    Status,
    check_alt,
    check_name,
    value_payload,
)
from retention_research.values import Value
from retention_research.wording.tiles import Tile


class ReportSkipped(Exception):  # noqa: N818  (not an error: the report has nothing to say)
    """Ends a notebook whose question these data cannot answer; its page gives the reason."""

    def _render_traceback_(self) -> list[str]:
        return [f"This report is skipped: {self}"]


class Figure(Protocol):
    """A picture ready for print: `figures` makes them."""

    @property
    def name(self) -> str:
        """File-like name, unique in its report."""

    @property
    def svg(self) -> str:
        """The picture as SVG text."""

    @property
    def alt(self) -> str:
        """What the picture shows, in a sentence."""

    @property
    def caption(self) -> str:
        """The line under the picture."""


class Table(Protocol):
    """A table ready for print: `tables` makes them."""

    @property
    def name(self) -> str:
        """File-like name, unique in its report."""

    @property
    def html(self) -> str:
        """The table element, every cell already escaped."""

    @property
    def csv(self) -> str:
        """The same rows, unrounded."""

    @property
    def caption(self) -> str:
        """What the table shows."""


def record(name: str, value: Value) -> None:
    """Record one value for results.json.

    Raises:
        ValueError: if it is not finite, or an estimate lacks its interval or n.
        KeyError: if the glossary does not know the name.
    """
    record_all({name: value})


def record_all(values: Mapping[str, Value]) -> None:
    """Record values for results.json, by name.

    Raises:
        ValueError: if one is not finite, or an estimate lacks its interval or n.
        KeyError: if the glossary does not know a name.
    """
    for name in values:
        glossary.lookup(name)
    _show({"kind": "values", "values": {k: value_payload(k, v) for k, v in values.items()}})


def opening(answer: str, money: str, decision: str) -> None:
    """The phone screen a report opens with: the answer, what it is worth, the decision it serves.

    Raises:
        ValueError: if the answer is empty.
    """
    if not answer.strip():
        raise ValueError("a report opens with an answer: say it in one plain sentence")
    _show({"kind": "opening", "answer": answer, "money": money, "decision": decision})


def tiles(headlines: Sequence[Tile]) -> None:
    """The row of headline numbers under the opening."""
    _show({"kind": "tiles", "tiles": [asdict(tile) for tile in headlines]})


def finding(
    id: str,
    title: str,
    so_what: str = "",
    values: Sequence[str] = (),
    status: Status = "info",
) -> None:
    """Open a section with a claim; figures, tables and notes that follow belong to it.

    Args:
        id: slug, unique in its report and stable across releases.
        title: the claim, as a plain sentence.
        so_what: what it means for the reader.
        values: names of the recorded values behind it.
        status: ok, warn, bad or info.

    Raises:
        ValueError: if the id is no slug or the status is not one of the four.
        KeyError: if the glossary does not know one of the values.
    """
    check_name(id)
    if status not in FINDING_STATUSES:
        raise ValueError(f"status {status!r} is not one of {', '.join(FINDING_STATUSES)}")
    for name in values:
        glossary.lookup(name)
    claim = {"id": id, "title": title, "so_what": so_what, "status": status}
    _show({"kind": "finding", **claim, "values": list(values)})


def figure(picture: Figure) -> None:
    """Show a figure with its alternative text and caption.

    Raises:
        ValueError: if the alternative text does not say what the figure shows.
    """
    check_name(picture.name)
    check_alt(picture.alt)
    words = {"name": picture.name, "alt": picture.alt, "caption": picture.caption}
    _show({"kind": "figure", **words, "svg": picture.svg})


def table(rows: Table, *, unfolded: bool = False) -> None:
    """Show a table behind a disclosure, with its rows as a CSV file beside the page.

    Args:
        rows: what `make_table` made.
        unfolded: readers see it at once, without opening the disclosure.
    """
    check_name(rows.name)
    words = {"name": rows.name, "caption": rows.caption} | ({"unfolded": True} if unfolded else {})
    _show({"kind": "table", **words, "html": rows.html, "csv": rows.csv})


def points(sentences: Sequence[str], heading: str = "") -> None:
    """Show a short list of sentences where the report stands; nothing if there are none.

    Args:
        sentences: a line each.
        heading: folds the list away behind these words.
    """
    if sentences:
        _show({"kind": "points", "sentences": list(sentences), "heading": heading})


def section(
    claim: Sequence[Any],
    *,
    figures: Sequence[Figure] = (),
    notes: Sequence[str] = (),
    folds: Sequence[tuple[str, Sequence[str]]] = (),
    tables: Sequence[Table] = (),
) -> None:
    """Open a section with a claim, and show what belongs to it: figures first, tables last.

    Args:
        claim: what `finding` takes, in its order.
        figures: pictures.
        notes: a paragraph each.
        folds: lists folded away, each behind its heading.
        tables: what `make_table` made.

    Raises:
        ValueError: if a name is no slug or a picture lacks its alternative text.
        KeyError: if the glossary does not know a value behind the claim.
    """
    finding(*claim)
    for picture in figures:
        figure(picture)
    for text in notes:
        note(text)
    for heading, sentences in folds:
        points(sentences, heading)
    for rows in tables:
        table(rows)


def limits(sentences: Sequence[str]) -> None:
    """State limits and assumptions; they get a section of their own after the findings."""
    _show({"kind": "limits", "sentences": list(sentences)})


def note(text: str) -> None:
    """Add one plain paragraph where the report stands."""
    _show({"kind": "note", "text": text})


def for_analysts() -> None:
    """Put everything after this call into the part "For analysts"."""
    _show({"kind": "analysts"})


def skip(reason: str) -> None:
    """End the report here: its page says why these data cannot answer its question.

    Raises:
        ReportSkipped: always.
    """
    _show({"kind": "skip", "reason": reason})
    raise ReportSkipped(reason)


def _show(payload: Payload) -> None:
    from IPython.display import display

    data: dict[str, Any] = {MIME: payload, "text/html": preview.render(payload)}
    display(data, raw=True)

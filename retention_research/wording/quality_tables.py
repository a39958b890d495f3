"""Sentences on how far each event table reaches."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from retention_research.answers.quality import DataQuality
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, listed, plural

if TYPE_CHECKING:
    import pandas as pd

_LATE, _EARLY = "Nothing before", "Nothing after"
SLACK = 28  # days that a table may begin late or end early before anybody needs to know


def tables(quality: DataQuality, wording: Wording) -> Claim:
    """Whether every table holds something, over the whole window."""
    noted = noted_tables(quality, wording)
    partial = list(noted.loc[noted["note"] != "", "table"])
    n = len(noted)
    title = f"All {wording.count(n)} tables reach over the whole window"
    if partial:
        title = f"{wording.count(len(partial))} of {n} tables {plural(len(partial), 'does', 'do')} "
        title += "not reach over the whole window"
    names = [f"data.{name}.first_day" for name in noted["table"] if name != "customers"]
    return Claim("tables", title, _so_what(partial), names, _status(list(noted["note"])))


def _status(notes: list[str]) -> Literal["ok", "warn", "info"]:
    if not any(notes):
        return "ok"
    grave = [note for note in notes if note and (_EARLY in note or not note.startswith(_LATE))]
    return "warn" if grave else "info"


def _so_what(partial: list[str]) -> str:
    if not partial:
        return "A number for any month of the window looks at whole tables."
    return (
        f"Look at {listed(partial)}: numbers from such a table hold for the days that it covers. "
        "A program or survey may simply have begun later; if not, a file may be missing."
    )


def noted_tables(quality: DataQuality, wording: Wording) -> pd.DataFrame:
    """The tables with a note on what they lack.

    Returns:
        table, rows_used, first_day, last_day, note; the note is "" where nothing is lacking.
    """
    start = _date(quality, "data.first_day")
    end = _date(quality, "data.as_of")
    notes = [
        _note(int(n), first, last, start, end, wording)
        for n, first, last in quality.tables[["rows_used", "first_day", "last_day"]].itertuples(
            index=False
        )
    ]
    return quality.tables.assign(note=notes)


def _date(quality: DataQuality, name: str) -> date:
    return date.fromisoformat(str(quality.values[name].value))


def _note(
    n: int, first: date | None, last: date | None, start: date, end: date, wording: Wording
) -> str:
    if n < 2:
        return "Holds no row." if n == 0 else "Holds one row only."
    if first is None or last is None:
        return ""
    late = f"{_LATE} {wording.day(first)}." if (first - start).days > SLACK else ""
    early = f"{_EARLY} {wording.day(last)}." if (end - last).days > SLACK else ""
    return " ".join(filter(None, [late, early]))

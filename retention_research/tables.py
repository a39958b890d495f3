"""Result frames to HTML tables, numbers through wording's formatter, and to CSV, unrounded."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from retention_research.glossary import Entry, column
from retention_research.wording.numbers import NOT_AVAILABLE, Wording

if TYPE_CHECKING:
    import pandas as pd

_WORDS = ("text", "date")


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready for a page.

    Attributes:
        name: file-like name, unique in its report.
        caption: what the rows are, of whom, when.
        html: the table element, every cell escaped.
        csv: the same rows, unrounded.
    """

    name: str
    caption: str
    html: str
    csv: str

    def _repr_html_(self) -> str:
        return self.html


def make_table(name: str, caption: str, frame: pd.DataFrame, wording: Wording) -> Table:
    r"""A table of a result frame whose columns are in the glossary; the first names the row.

    Args:
        name: file-like name, unique in its report.
        caption: what the rows are, of whom, when.
        frame: columns named as in the glossary.
        wording: writes the numbers.

    Raises:
        KeyError: if a column is not in the glossary.

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"group": ["<b>"], "customers": [1234]})
        >>> make_table("t", "Customers", frame, Wording("en_GB", "EUR")).csv
        'group,customers\n<b>,1234\n'
    """
    entries = [column(str(name)) for name in frame.columns]
    body = "".join(_row(row, entries, wording) for row in frame.itertuples(index=False, name=None))
    html = (
        f"<table><caption>{escape(caption)}</caption><thead><tr>"
        f"{''.join(map(_heading, entries))}</tr></thead><tbody>{body}</tbody></table>"
    )
    return Table(name, caption, html, to_csv(frame))


def to_csv(frame: pd.DataFrame) -> str:
    r"""The frame as CSV; text that a spreadsheet would run as a formula is defused by a quote.

    Example:
        >>> import pandas as pd
        >>> to_csv(pd.DataFrame({"group": ["=1+1"]}))
        "group\n'=1+1\n"
    """
    safe = frame.map(lambda cell: f"'{cell}" if _is_formula(cell) else cell)
    return str(safe.to_csv(index=False, lineterminator="\n"))


def _is_formula(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def _heading(entry: Entry) -> str:
    kind = "" if entry.unit in _WORDS else ' class="num"'
    return f'<th scope="col"{kind} title="{escape(entry.meaning)}">{escape(entry.heading)}</th>'


def _row(row: tuple[Any, ...], entries: list[Entry], wording: Wording) -> str:
    first = f'<th scope="row">{_text(row[0], entries[0], wording)}</th>'
    rest = (_cell(value, entry, wording) for value, entry in zip(row[1:], entries[1:], strict=True))
    return f"<tr>{first}{''.join(rest)}</tr>"


def _cell(value: Any, entry: Entry, wording: Wording) -> str:
    kind = "" if entry.unit in _WORDS else ' class="num"'
    return f"<td{kind}>{_text(value, entry, wording)}</td>"


def _text(value: Any, entry: Entry, wording: Wording) -> str:
    if value is None or value != value:  # noqa: PLR0124  (NaN)
        return f'<span class="na">{NOT_AVAILABLE}</span>'
    if entry.unit == "date":
        return escape(wording.day(value))
    return escape(str(value) if isinstance(value, str) else wording.of_unit(value, entry.unit))

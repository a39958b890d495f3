"""Result frames to HTML tables, numbers through wording's formatter, and to CSV, unrounded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from retention_research.glossary import Entry, column
from retention_research.wording.numbers import NOT_AVAILABLE, Wording

if TYPE_CHECKING:
    import pandas as pd

_WORDS = ("text", "date")
_SIDE_BY_SIDE = 3  # columns of words that a phone shows without scrolling
_SHORT = 16  # characters: such a cell is never broken over lines


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


def make_table(
    name: str,
    caption: str,
    frame: pd.DataFrame,
    wording: Wording,
    unrounded: pd.DataFrame | None = None,
) -> Table:
    r"""A table of a result frame whose columns are in the glossary; the first names the row.

    Args:
        name: file-like name, unique in its report.
        caption: what the rows are, of whom, when.
        frame: columns named as in the glossary.
        wording: writes the numbers.
        unrounded: what the CSV file holds, for a frame that is words already.

    Raises:
        KeyError: if a column is not in the glossary.

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"group": ["<b>"], "customers": [1234]})
        >>> make_table("t", "Customers", frame, Wording("en_GB", "EUR")).csv
        'group,customers\n<b>,1234\n'
    """
    entries = [column(str(name)) for name in frame.columns]
    rows = frame.itertuples(index=False, name=None)
    body = "".join(_row(row, entries, wording) for row in rows)
    shown = [entry for entry in entries if not _is_upper_end(entry)]
    html = (
        f"<table{_of_words(shown)}><caption>{escape(caption)}</caption><thead><tr>"
        f"{''.join(map(_heading, shown))}</tr></thead><tbody>{body}</tbody></table>"
    )
    return Table(name, caption, html, to_csv(frame if unrounded is None else unrounded))


def make_tables(
    told: Iterable[tuple[str, str, pd.DataFrame, pd.DataFrame | None]], wording: Wording
) -> list[Table]:
    """Tables of what a report's wording tells: name, caption, the rows shown, the rows in numbers.

    Args:
        told: the rows in numbers are None where the rows shown are numbers already.
        wording: writes the numbers.

    Raises:
        KeyError: if a column is not in the glossary.

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"group": ["a"], "customers": [1]})
        >>> [each.name for each in make_tables([("t", "T", frame, None)], Wording("en_GB", "EUR"))]
        ['t']
    """
    return [
        make_table(name, caption, shown, wording, numbers) for name, caption, shown, numbers in told
    ]


def _is_upper_end(entry: Entry) -> bool:
    return entry.name.endswith("_high")  # both ends of a range share a cell, under the lower one


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


def _of_words(entries: list[Entry]) -> str:
    """Rows of words stack their cells on a phone, where they would not fit side by side."""
    wide = len(entries) > _SIDE_BY_SIDE and all(each.unit in _WORDS for each in entries)
    return ' class="words"' if wide else ""


def _row(row: tuple[Any, ...], entries: list[Entry], wording: Wording) -> str:
    first, *others = _texts(row, entries, wording)
    labels = _labels([entry for entry in entries if not _is_upper_end(entry)])
    cells = "".join(
        f"<td{kind}{label}>{text}</td>"
        for (text, kind), label in zip(others, labels[1:], strict=True)
    )
    return f'<tr><th scope="row"{first[1]}>{first[0]}</th>{cells}</tr>'


def _labels(entries: list[Entry]) -> list[str]:
    """What a stacked cell is called; nothing where rows do not stack."""
    stacks = bool(_of_words(entries))
    return [f' data-label="{escape(each.heading)}"' if stacks else "" for each in entries]


def _texts(row: tuple[Any, ...], entries: list[Entry], wording: Wording) -> list[tuple[str, str]]:
    texts: list[tuple[str, str]] = []
    for value, entry in zip(row, entries, strict=True):
        text = _text(value, entry, wording)
        if _is_upper_end(entry):
            low, kind = texts.pop()
            text, kind = (low, kind) if _is_missing(value) else (f"{low} to {text}", kind)
            texts.append((text, kind))
        else:
            texts.append((text, _kind(text, entry)))
    return texts


def _kind(text: str, entry: Entry) -> str:
    if entry.unit not in _WORDS:
        return ' class="num"'
    return ' class="short"' if len(text) <= _SHORT else ""


def _is_missing(value: Any) -> bool:
    return value is None or value != value  # noqa: PLR0124  (NaN)


def _text(value: Any, entry: Entry, wording: Wording) -> str:
    if _is_missing(value):
        return f'<span class="na">{NOT_AVAILABLE}</span>'
    if entry.unit == "date":
        return escape(wording.day(value))
    return escape(str(value) if isinstance(value, str) else wording.of_unit(value, entry.unit))

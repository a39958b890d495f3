"""How a CSV file is laid out: encoding, delimiter, header line."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from retention_research.events.encodings import survey
from retention_research.study import StudyError

DELIMITERS = (";", ",", "\t", "|")
LINES_LOOKED_AT = 50
SHOWN = 60

csv.field_size_limit(1 << 24)


@dataclass(frozen=True, slots=True)
class Layout:
    """A CSV file's form.

    Attributes:
        path: the file.
        sha256: hash of its bytes.
        encoding: Python's name.
        delimiter: one character.
        header: column names as written.
        skip: lines before the header (`sep=;`).
        rows: first rows after the header, as text.
    """

    path: Path
    sha256: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    skip: int
    rows: tuple[tuple[str, ...], ...]


def read_layout(
    path: Path,
    encoding: str | None = None,
    delimiter: str | None = None,
    may_be_empty: bool = False,
) -> Layout:
    r"""Find out how a CSV file is laid out; what is stated wins.

    Args:
        path: the file.
        encoding: as the study states it.
        delimiter: likewise.
        may_be_empty: a header without a row will do.

    Raises:
        StudyError: if the file is empty, is no text, has a header only, or one column only.

    Example:
        >>> export = getfixture("tmp_path") / "orders.csv"
        >>> _ = export.write_text("Kunde;Betrag\n007;1,50\n")
        >>> read_layout(export).delimiter
        ';'
    """
    found = survey(path, encoding)
    text = found.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text, skip, announced = _without_sep_line(text)
    delimiter = delimiter or announced or _delimiter(text)
    lines = _parsed(text, delimiter)
    if not lines:
        raise StudyError(
            f"{path.name} is empty: it holds blank lines only. Export the orders again."
        )
    header = tuple(name.strip() for name in lines[0])
    if len(lines) == 1 and not may_be_empty:
        raise StudyError(f"{path.name} has a header and no row. Export the orders again.")
    if len(header) < 2:
        raise StudyError(
            f"{path.name} has one column only ({shorten(header[0])}), whether divided by comma, "
            "semicolon, tab or |. State `delimiter:`, or export it again."
        )
    rows = tuple(tuple(line) for line in lines[1:])
    return Layout(path, found.sha256, found.encoding, delimiter, header, skip, rows)


def _without_sep_line(text: str) -> tuple[str, int, str | None]:
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return rest, 1, first[4]
    return text, 0, None


def _parsed(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    lines: list[list[str]] = []
    try:
        for line in reader:
            if line:
                lines.append(line)
            if len(lines) > LINES_LOOKED_AT:
                break
    except csv.Error:
        return lines
    return lines


def _delimiter(text: str) -> str:
    return max(DELIMITERS, key=lambda d: _evenness(_parsed(text, d)))


def _evenness(lines: list[list[str]]) -> tuple[float, int]:
    width = len(lines[0]) if lines else 0
    if width < 2:
        return 0.0, 0
    return sum(len(line) == width for line in lines) / len(lines), width


def shorten(text: str) -> str:
    """A text for a message: its beginning, without control characters.

    Example:
        >>> len(shorten("x" * 1000))
        60
    """
    clean = "".join(c if c.isprintable() else " " for c in text)
    return clean if len(clean) <= SHOWN else clean[: SHOWN - 3] + "..."


def place_columns(
    header: tuple[str, ...], wanted: dict[str, str], required: tuple[str, ...], where: str
) -> dict[str, int]:
    """Where each wanted column stands, by the study's mapping or the contract's own name.

    Args:
        header: names in the source.
        wanted: canonical name to theirs, as the study maps them.
        required: canonical names that must be there.
        where: file or table, for messages.

    Returns:
        Canonical name to position.

    Raises:
        StudyError: if a column is not there (the nearest name is offered), or is there twice.

    Example:
        >>> place_columns(("Cust", "day"), {"customer_id": "Cust"}, ("customer_id",), "o.csv")
        {'customer_id': 0}
    """
    placed: dict[str, int] = {}
    for canonical, theirs in wanted.items():
        positions = [i for i, name in enumerate(header) if name == theirs]
        if not positions and theirs == canonical and canonical not in required:
            continue
        if len(positions) != 1:
            raise StudyError(_misplaced(canonical, theirs, header, where, len(positions)))
        placed[canonical] = positions[0]
    return placed


def _misplaced(canonical: str, theirs: str, header: tuple[str, ...], where: str, n: int) -> str:
    if n > 1:
        return f"{where} has {n} columns named {shorten(theirs)}; name them apart."
    folded = {name.lower(): name for name in reversed(header)}
    near = get_close_matches(theirs.lower(), folded, 1, 0.5)
    hint = f"Did you mean {shorten(folded[near[0]])}? " if near else ""
    shown = ", ".join(shorten(name) for name in header[:20]) + (", ..." if len(header) > 20 else "")
    return (
        f"{where} has no column {shorten(theirs)} for {canonical}. {hint}It has: {shown}. "
        f"Write `columns: {{{canonical}: <its name>}}` for this source in the study."
    )

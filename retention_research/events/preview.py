"""What was guessed of a file, as lines that a person reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retention_research.events.guess import Guess

_WIDEST = 24  # characters of a cell


def preview_lines(guess: Guess, sales: Collection[str]) -> list[str]:
    """Columns with reasons, what a row is, five rows as they will be read, and every status.

    Args:
        guess: what the file seems to be.
        sales: status values that count as a sale; empty: all.
    """
    columns = [f"  {ours:<12} {g.column}  ({g.reason})" for ours, g in guess.columns.items()]
    row = "not clear" if "rows" in guess.questions else {"order": "an order"}.get(
        guess.rows, "a line of an order"
    )  # fmt: skip
    vat = [f"  amounts are with VAT {guess.vat}, by the column's name"] if guess.vat else []
    return [
        *columns, f"  one row is {row}: {guess.rows_reason}", *vat,
        *_rows_as_read(guess.sample), *_statuses(guess, sales),
    ]  # fmt: skip


def _rows_as_read(sample: Iterable[Mapping[str, Any]]) -> list[str]:
    rows = [[_shown(value) for value in row.values()] for row in sample]
    if not rows:
        return []
    header = list(next(iter(sample)))
    wide = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    texts = [header, *rows]
    return [
        "",
        *("  " + "  ".join(t.ljust(w) for t, w in zip(row, wide, strict=True)) for row in texts),
    ]


def _statuses(guess: Guess, sales: Collection[str]) -> list[str]:
    if not guess.statuses:
        return []
    counted = {status.lower() for status in sales}
    lines = [
        f"  {_shown(s.value) or '(blank)':<{_WIDEST}}  {s.n_rows:>9,} rows  "
        + ("a sale" if not counted or s.value.lower() in counted else "no sale")
        for s in guess.statuses
    ]
    return ["", "  status (negative amounts are refunds whatever it says)", *lines]


def _shown(value: object) -> str:
    text = "" if value is None else str(value)
    printable = "".join(c if c.isprintable() else "?" for c in text)
    return printable if len(printable) <= _WIDEST else f"{printable[: _WIDEST - 1]}…"

"""A first reading of the user's own export: which column is what, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import ibis

from retention_research.events.amounts import (
    choose_decimal,
    currencies_of,
    decimal_evidence,
    split_amount,
    tokens,
)
from retention_research.events.checks import Contract
from retention_research.events.column_guess import ColumnGuess, guess_columns
from retention_research.events.contracts import TRANSACTIONS
from retention_research.events.dates import date_shapes, read_date_shapes
from retention_research.events.engine import Place, connect, hold, read_parquet
from retention_research.events.header_words import NO_SALE_WORDS, SALE_WORDS
from retention_research.events.layouts import read_layout
from retention_research.events.parsing import Language, as_text, parse
from retention_research.events.scans import scan
from retention_research.study import Source, StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir

STATUSES_SHOWN = 20
ROWS_LOOKED_AT = 50
ROWS_SHOWN = 5
FEWEST_ORDERS = 3  # of several lines, before equal amounts in each are no chance
SAME_SHARE = 0.95
UNDECIDED = ""
TOTALS_QUESTION = (
    "Each line of an order bears the same amount: is it the order's total? Then summing the lines "
    "multiplies your revenue: export one row per order. If it is the line's own: --source rows=line"
)


@dataclass(frozen=True, slots=True)
class Status:
    """One value of the status column, how many rows bear it, and whether it looks like a sale."""

    value: str
    n_rows: int
    is_sale: bool


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file seems to be.

    Attributes:
        encoding: Python's name; None for Parquet.
        delimiter: one character; None for Parquet.
        header: their column names.
        columns: canonical name to their column, with confidence and reason.
        decimal: "." or ","; None where amounts are numbers, or no row decides.
        date_format: strptime format; None where dates are typed, of several formats or undecided.
        currency: ISO code; None where no sign or column tells it.
        rows: "order" or "line"; "" where amounts may be totals that each line repeats.
        rows_reason: why.
        statuses: commonest values of the status column.
        sample: five rows as they will be read.
        questions: what only the user can decide, in words.
    """

    encoding: str | None
    delimiter: str | None
    header: tuple[str, ...]
    columns: Mapping[str, ColumnGuess]
    decimal: str | None
    date_format: str | None
    currency: str | None
    rows: str
    rows_reason: str
    statuses: tuple[Status, ...]
    sample: tuple[Mapping[str, Any], ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Look:
    """The first look at a file, before any column is known."""

    encoding: str | None
    delimiter: str | None
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def guess_source(path: Path) -> Guess:
    r"""Guess how to read a CSV or Parquet file of orders; the file alone decides.

    Args:
        path: the file.

    Returns:
        Guesses with reasons, and questions where the file decides nothing.

    Raises:
        StudyError: if the file is missing, empty, or is no table.

    Example:
        >>> export = getfixture("tmp_path") / "orders.csv"
        >>> _ = export.write_text("Kunde;Datum;Betrag\n7;05.01.2024;1,50 €\n")
        >>> guess = guess_source(export)
        >>> guess.columns["amount"].column, guess.decimal, guess.date_format, guess.currency
        ('Betrag', ',', '%d.%m.%Y', 'EUR')
    """
    if not path.is_file():
        raise StudyError(f"{path.name} is not there. Give the path of your order export.")
    with TemporaryDirectory(prefix="guessing-") as scratch:
        place = Place(connect(Path(scratch)), Path(scratch), path.parent)
        try:
            return _guess(path, _first_look(path, place), place)
        finally:
            place.con.disconnect()


def _first_look(path: Path, place: Place) -> _Look:
    if path.suffix.lower() not in (".parquet", ".pq"):
        layout = read_layout(path)
        return _Look(layout.encoding, layout.delimiter, layout.header, layout.rows)
    table = read_parquet(place.con, [path], "looked at").limit(ROWS_LOOKED_AT)
    text = table.select(
        **{name: table[name].cast("string").fill_null("") for name in table.columns}
    )
    rows = tuple(tuple(row.values()) for row in text.to_pyarrow().to_pylist())
    return _Look(None, None, tuple(table.columns), rows)


def _guess(path: Path, look: _Look, place: Place) -> Guess:
    columns = guess_columns(look.header, look.rows)
    source = Source(path=str(path), columns={ours: g.column for ours, g in columns.items()})
    raw = scan(source, _only(tuple(columns)), place).rows
    lacking = [name for name in TRANSACTIONS.required if name not in columns]
    questions = [f"No column looks like {name}: name it." for name in lacking]
    decimal = _decided(lambda: _decimal(raw, path.name), questions)
    date_format = _decided(lambda: _date_format(raw, path.name), questions)
    currency = _currency(raw)
    rows, reason = _granularity(raw)
    questions += [TOTALS_QUESTION] if rows == UNDECIDED else []
    stated = source.model_copy(update={"decimal": decimal, "date_format": date_format})
    language = Language(stated, "UTC", currency or "", path.name)
    sample = _decided(lambda: _sample(raw, language), questions if currency else [])
    return Guess(
        look.encoding, look.delimiter, look.header, columns, decimal, date_format, currency, rows,
        reason, _statuses(raw), sample or (), tuple(dict.fromkeys(questions)),
    )  # fmt: skip


def _only(names: tuple[str, ...]) -> Contract:
    known = (replace(c, required=False) for c in TRANSACTIONS.columns if c.name in names)
    return replace(TRANSACTIONS, columns=tuple(known))


def _decided(decide: Callable[[], Any], questions: list[str]) -> Any:
    """What the file decides; where it leaves a doubt, the doubt becomes a question."""
    try:
        return decide()
    except StudyError as doubt:
        questions.append(str(doubt))
        return None


def _prices(raw: ir.Table) -> ir.Table | None:
    if "amount" not in raw.columns or not raw.amount.type().is_string():
        return None
    spellings = raw.group_by(text=as_text(raw.amount)).agg(n=lambda t: t.count())
    return hold(spellings.mutate(parts=split_amount(spellings.text)).unpack("parts"))


def _decimal(raw: ir.Table, where: str) -> str | None:
    prices = _prices(raw)
    return None if prices is None else choose_decimal(decimal_evidence(prices), None, where).decimal


def _date_format(raw: ir.Table, where: str) -> str | None:
    if "timestamp" not in raw.columns or not raw.timestamp.type().is_string():
        return None
    words = read_date_shapes(date_shapes(as_text(raw.timestamp)), None, where).words
    return words if words.count("%") and " and " not in words else None


def _currency(raw: ir.Table) -> str | None:
    if "currency" in raw.columns:
        counts = raw.group_by(token=as_text(raw.currency)).agg(n=lambda t: t.count())
        top = counts.filter(counts.token.notnull()).order_by(ibis.desc("n")).limit(1)
        found = top.to_pyarrow()["token"].to_pylist()
    else:
        prices = _prices(raw)
        found = [] if prices is None else list(tokens(prices))
    return next((codes[0] for token in found if (codes := currencies_of(token))), None)


def _granularity(raw: ir.Table) -> tuple[str, str]:
    if "order_id" not in raw.columns:
        return "order", "no column looks like an order number, so each row is taken for an order"
    counts = raw.agg(n=raw.order_id.count(), orders=raw.order_id.nunique()).to_pyarrow()
    n, orders = counts["n"][0].as_py(), counts["orders"][0].as_py()
    if not n or orders >= 0.95 * n:
        return "order", "order numbers hardly repeat"
    reason = f"{n:,} rows hold {orders:,} order numbers"
    if "amount" in raw.columns and _totals_repeat(raw):
        return UNDECIDED, f"{reason}, and each line of an order bears the same amount"
    return "line", reason


def _totals_repeat(raw: ir.Table) -> bool:
    lines = raw.filter(raw.order_id.notnull()).mutate(face=as_text(raw.amount))
    orders = lines.group_by("order_id").agg(
        n=lambda t: t.count(), given=lambda t: t.face.count(), faces=lambda t: t.face.nunique()
    )
    several = orders.filter(orders.n > 1)
    same = several.filter(several.faces == 1, several.given == several.n)
    n, n_same = (int(t.count().to_pyarrow().as_py()) for t in (several, same))
    return n >= FEWEST_ORDERS and n_same >= SAME_SHARE * n


def _statuses(raw: ir.Table) -> tuple[Status, ...]:
    if "status" not in raw.columns:
        return ()
    counts = raw.group_by(value=as_text(raw.status).fill_null("")).agg(n=lambda t: t.count())
    top = counts.order_by([ibis.desc("n"), "value"]).limit(STATUSES_SHOWN).to_pyarrow().to_pylist()
    return tuple(Status(row["value"], row["n"], looks_like_sale(row["value"])) for row in top)


def looks_like_sale(status: str) -> bool:
    """Whether a status value means that money was earned.

    Example:
        >>> looks_like_sale("Opłacone"), looks_like_sale("nieopłacone"), looks_like_sale("refunded")
        (True, False, False)
    """
    folded = status.lower()
    if any(word in folded for word in NO_SALE_WORDS):
        return False
    return any(word in folded for word in SALE_WORDS)


def _sample(raw: ir.Table, language: Language) -> tuple[Mapping[str, Any], ...]:
    first = hold(raw.order_by(["file", "row"]).limit(ROWS_SHOWN))
    parsed = parse(first, TRANSACTIONS, language).rows.order_by("row")
    ours = [name for name in language.source.columns if name in parsed.columns]
    return tuple(parsed.select(*ours).to_pyarrow().to_pylist())

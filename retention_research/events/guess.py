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
    refuse_two_currencies,
    split_amount,
    tokens,
)
from retention_research.events.column_guess import (
    ColumnGuess,
    guess_columns,
    home_currency,
    vat_of,
)
from retention_research.events.contracts import TRANSACTIONS
from retention_research.events.dates import date_shapes, read_date_shapes
from retention_research.events.doubts import (
    doubt_of_amount,
    doubt_of_lines,
    for_command_line,
    line_amount,
)
from retention_research.events.engine import Place, connect, hold, read_parquet
from retention_research.events.header_words import NO_SALE_WORDS, SALE_WORDS
from retention_research.events.layouts import read_layout
from retention_research.events.parsing import Language, as_text, parse
from retention_research.events.rules import Contract
from retention_research.events.scans import scan
from retention_research.events.stated import (
    Stated,
    refuse_unknown_columns,
    refuse_unknown_statuses,
)
from retention_research.study import Source, StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir

STATUSES_SHOWN = 50
ROWS_LOOKED_AT = 50
ROWS_SHOWN = 5

_MINUS = r"^[-(\x{2212}]|-$"
_NO_SALE = "No status looks like a sale ({}): --source counts_as_sale=THEIRS,THEIRS"


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
        home_currency: ISO code that the language of the headings suggests; never taken unasked.
        rows: "order" or "line"; in doubt where "rows" is among the questions.
        rows_reason: why.
        vat: "included" or "excluded", if the name of the amount says so.
        statuses: commonest values of the status column.
        sample: five rows as they will be read.
        questions: what only the user can decide: column or option to words.
    """

    encoding: str | None
    delimiter: str | None
    header: tuple[str, ...]
    columns: Mapping[str, ColumnGuess]
    decimal: str | None
    date_format: str | None
    currency: str | None
    home_currency: str | None
    rows: str
    rows_reason: str
    vat: str | None
    statuses: tuple[Status, ...]
    sample: tuple[Mapping[str, Any], ...]
    questions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Look:
    """The first look at a file, before any column is known."""

    encoding: str | None
    delimiter: str | None
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def guess_source(path: Path, stated: Stated | None = None) -> Guess:
    r"""Guess how to read a CSV or Parquet file of orders; the file and the user decide.

    Args:
        path: the file.
        stated: what the user says of it.

    Returns:
        Guesses with reasons, and questions where neither decides.

    Raises:
        StudyError: if the file is missing, empty, or is no table, or contradicts the user.

    Example:
        >>> export = getfixture("tmp_path") / "orders.csv"
        >>> _ = export.write_text("Kunde;Datum;Betrag\n7;05.01.2024;1,50 €\n")
        >>> guess = guess_source(export)
        >>> guess.columns["amount"].column, guess.decimal, guess.date_format, guess.currency
        ('Betrag', ',', '%d.%m.%Y', 'EUR')
    """
    if not path.is_file():
        raise StudyError(f"{path.name} is not there. Give the path of your order export.")
    stated = stated or Stated()
    with TemporaryDirectory(prefix="guessing-") as scratch:
        place = Place(connect(Path(scratch)), Path(scratch), path.parent)
        try:
            return _guess(path, _first_look(path, place, stated.options), place, stated)
        finally:
            place.con.disconnect()


def _first_look(path: Path, place: Place, options: Mapping[str, Any]) -> _Look:
    if path.suffix.lower() not in (".parquet", ".pq"):
        layout = read_layout(path, options.get("encoding"), options.get("delimiter"))
        return _Look(layout.encoding, layout.delimiter, layout.header, layout.rows)
    table = read_parquet(place.con, [path], "looked at").limit(ROWS_LOOKED_AT)
    text = table.select(
        **{name: table[name].cast("string").fill_null("") for name in table.columns}
    )
    rows = tuple(tuple(row.values()) for row in text.to_pyarrow().to_pylist())
    return _Look(None, None, tuple(table.columns), rows)


def _guess(path: Path, look: _Look, place: Place, stated: Stated) -> Guess:
    refuse_unknown_columns(stated, look.header, path.name)
    read = _read(path, look, place, stated)
    raw, columns, where = read.raw, read.columns, path.name
    questions = _questions_of_columns(read, look, stated)
    options = stated.options
    decimal = _decided(lambda: _decimal(raw, options, where), "decimal", questions)
    date_format = _decided(lambda: _date_format(raw, options, where), "date_format", questions)
    currency = _currency(raw, stated.currency, where)
    source = Source(path=str(path), columns={ours: g.column for ours, g in columns.items()})
    known = source.model_copy(update={"decimal": decimal, "date_format": date_format})
    doubtful = {"decimal", "date_format"} & set(questions)
    sample = () if doubtful else _sample(raw, Language(known, "UTC", currency or "", where))
    _refuse_unread_dates(sample, options, where)
    statuses = _statuses(raw)
    if len(statuses) < STATUSES_SHOWN:
        refuse_unknown_statuses(stated, [s.value for s in statuses])
    if len(statuses) > 1 and not any(s.is_sale for s in statuses):
        questions["counts_as_sale"] = _NO_SALE.format(" ".join(s.value for s in statuses[:5]))
    answered = {name for name in questions if options.get(name)}
    return Guess(
        look.encoding, look.delimiter, look.header, columns, decimal, date_format, currency,
        home_currency(look.header), read.rows, read.rows_reason,
        vat_of(columns["amount"].column) if "amount" in columns else None,
        statuses, sample, {k: v for k, v in questions.items() if k not in answered},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    """The whole file under the columns that were settled on."""

    raw: ir.Table
    columns: Mapping[str, ColumnGuess]
    rows: str
    rows_reason: str


def _read(path: Path, look: _Look, place: Place, stated: Stated) -> _Read:
    settled = {ours: ColumnGuess(c, 1.0, "as you say") for ours, c in stated.columns.items()}
    columns = guess_columns(look.header, look.rows, settled)
    read = _read_with(columns, path, place, stated, "orders")
    line = line_amount(look.header, look.rows)
    if read.rows == "order" or "amount" in settled or line is None or "amount" not in columns:
        return read
    settled["amount"] = ColumnGuess(line, 1.0, "the amount of a line, by its name")
    columns = guess_columns(look.header, look.rows, settled)
    return _read_with(columns, path, place, stated, "lines")


def _read_with(
    columns: Mapping[str, ColumnGuess], path: Path, place: Place, stated: Stated, table: str
) -> _Read:
    form = {k: stated.options.get(k) for k in ("encoding", "delimiter")}
    theirs = {ours: guess.column for ours, guess in columns.items()}
    source = Source(path=str(path), columns=theirs).model_copy(update=form)
    raw = scan(source, _only(tuple(columns), table), place).rows
    rows = stated.options.get("rows")
    return _Read(raw, columns, *((rows, "as you say") if rows else _granularity(raw)))


def _questions_of_columns(read: _Read, look: _Look, stated: Stated) -> dict[str, str]:
    questions = {
        name: f"No column looks like {name}: --column {name}=THEIRS"
        for name in TRANSACTIONS.required
        if name not in read.columns
    }
    amount = read.columns["amount"].column if "amount" in read.columns else ""
    if amount and "amount" not in stated.columns:
        doubt = doubt_of_amount(amount, look.header, look.rows)
        questions |= {"amount": doubt} if doubt else {}
    if amount and read.rows == "line" and "order_id" in read.columns:
        doubt = doubt_of_lines(read.raw, amount)
        questions |= {"rows": doubt} if doubt else {}
    return questions


def _refuse_unread_dates(
    sample: tuple[Mapping[str, Any], ...], options: Mapping[str, Any], where: str
) -> None:
    dates = [row["timestamp"] for row in sample if "timestamp" in row]
    if options.get("date_format") and dates and not any(dates):
        raise StudyError(
            f"{where}: none of the first {len(dates)} dates is of the form "
            f"{options['date_format']}. Write it as dd.mm.yyyy or %d.%m.%Y."
        )


def _only(names: tuple[str, ...], table: str) -> Contract:
    known = (replace(c, required=False) for c in TRANSACTIONS.columns if c.name in names)
    return replace(TRANSACTIONS, table=table, columns=tuple(known))


def _decided(decide: Callable[[], Any], about: str, questions: dict[str, str]) -> Any:
    """What the file decides; where it leaves a doubt, the doubt becomes a question."""
    try:
        return decide()
    except StudyError as doubt:
        questions[about] = for_command_line(str(doubt))
        return None


def _prices(raw: ir.Table) -> ir.Table | None:
    if "amount" not in raw.columns or not raw.amount.type().is_string():
        return None
    spellings = raw.group_by(text=as_text(raw.amount)).agg(n=lambda t: t.count())
    return hold(spellings.mutate(parts=split_amount(spellings.text)).unpack("parts"))


def _decimal(raw: ir.Table, options: Mapping[str, Any], where: str) -> str | None:
    prices, stated = _prices(raw), options.get("decimal")
    if prices is None:
        return stated
    return choose_decimal(decimal_evidence(prices), stated, where).decimal


def _date_format(raw: ir.Table, options: Mapping[str, Any], where: str) -> str | None:
    stated: str | None = options.get("date_format")
    if stated or "timestamp" not in raw.columns or not raw.timestamp.type().is_string():
        return stated
    words = read_date_shapes(date_shapes(as_text(raw.timestamp)), None, where).words
    return words if words.count("%") and " and " not in words else None


def _currency(raw: ir.Table, stated: str, where: str) -> str | None:
    found = _currency_words(raw)
    guessed = next((codes[0] for token in found if (codes := currencies_of(token))), None)
    if stated or guessed:
        refuse_two_currencies(found, stated or guessed or "", where)
    return stated or guessed


def _currency_words(raw: ir.Table) -> Mapping[str, int]:
    if "currency" not in raw.columns:
        prices = _prices(raw)
        return {} if prices is None else tokens(prices)
    counts = raw.group_by(token=as_text(raw.currency)).agg(n=lambda t: t.count())
    top = counts.filter(counts.token.notnull()).order_by([ibis.desc("n"), "token"]).limit(50)
    return {row["token"]: row["n"] for row in top.to_pyarrow().to_pylist()}


def _priced(raw: ir.Table) -> ir.Table:
    # Further lines of an order told on its first line say nothing of their own.
    return raw.filter(as_text(raw.amount).notnull()) if "amount" in raw.columns else raw


def _granularity(raw: ir.Table) -> tuple[str, str]:
    if "order_id" not in raw.columns:
        return "order", "no column looks like an order number, so each row is taken for an order"
    priced = _priced(raw)
    if "amount" in raw.columns:  # a refund bears the number of its order, and is no line of it
        priced = priced.filter(~as_text(priced.amount).re_search(_MINUS))
    counts = priced.agg(n=priced.order_id.count(), orders=priced.order_id.nunique()).to_pyarrow()
    n, orders = counts["n"][0].as_py(), counts["orders"][0].as_py()
    if n and orders < 0.95 * n:
        return "line", f"{n:,} rows hold {orders:,} order numbers"
    return "order", "order numbers hardly repeat among rows with an amount"


def _statuses(raw: ir.Table) -> tuple[Status, ...]:
    if "status" not in raw.columns:
        return ()
    priced = _priced(raw)
    counts = priced.group_by(value=as_text(priced.status).fill_null("")).agg(n=lambda t: t.count())
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

"""Raw columns as typed ones: what cannot be read becomes null, and that it was given is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from retention_research.events.amounts import (
    choose_decimal,
    currencies_of,
    decimal_evidence,
    folded,
    parse_amounts,
    refuse_two_currencies,
    split_amount,
    tokens,
)
from retention_research.events.dates import (
    date_shapes,
    parse_dates,
    read_date_shapes,
    typed_dates,
)
from retention_research.events.engine import hold, trim
from retention_research.events.rules import Contract
from retention_research.study import Source

if TYPE_CHECKING:
    import ibis.expr.types as ir

SPACES = " \t\r\n"
BLANKS = ("", "nan", "nat", "null", "none", "n/a", "#n/a", "<na>", "\\n")
YES = ("true", "t", "yes", "y", "1", "x", "tak", "так", "да", "da", "ano", "ja", "oui", "si", "sí")
NO = ("false", "f", "no", "n", "0", "nie", "ні", "нет", "nu", "ne", "nein", "non")

# Numbers that every notation reads alike but for a decimal point: no need to take them apart.
_PLAIN = r"^-?\d+(\.\d{1,2}|\.\d{4,})?$"


@dataclass(frozen=True, slots=True)
class Language:
    """How to read the texts of a source.

    Attributes:
        source: what the study states about it.
        zone: time zone of days.
        currency: ISO code of the study.
        where: file names, for messages.
    """

    source: Source
    zone: str
    currency: str
    where: str

    def place(self, column: str) -> str:
        """File and column as the user knows them."""
        return f"{self.where}, column {self.source.columns.get(column, column)}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """Typed rows, and how they were read.

    Attributes:
        rows: `file`, `row`, the contract's columns and `<column>__given` for parsed ones.
        reading: column to the notation found, in words.
    """

    rows: ir.Table
    reading: Mapping[str, str]


def parse(raw: ir.Table, contract: Contract, language: Language) -> Parsed:
    """Type every column of a raw table by its contract.

    Args:
        raw: `file`, `row` and columns as they came.
        contract: gives each column's kind.
        language: how to read texts.

    Raises:
        StudyError: if a column of dates or amounts can be read in more than one way, or holds
            two currencies.
    """
    rows = raw
    reading: dict[str, str] = {}
    for name in [c for c in raw.columns if c not in ("file", "row")]:
        rows, words = _parse_column(rows, name, contract.kind(name), language)
        reading |= {name: words} if words else {}
    if "currency" in rows.columns:
        _refuse_other_currency(rows, language)
    if contract.dated_by in rows.columns:
        rows = rows.mutate(day=rows[contract.dated_by].date())
    return Parsed(rows, reading)


def _parse_column(
    rows: ir.Table, name: str, kind: str, language: Language
) -> tuple[ir.Table, str | None]:
    text = as_text(rows[name])
    if kind in ("text", "word"):
        return rows.mutate(**{name: text.lower() if kind == "word" else text}), None
    if kind in ("money", "number", "whole"):
        return _number(rows, name, kind, language)
    typed, words = _flag(rows[name]), None
    if kind == "timestamp":
        typed, words = _timestamp(rows[name], language, language.place(name))
    return rows.mutate(**{name: typed, f"{name}__given": text.notnull()}), words


def _number(
    rows: ir.Table, name: str, kind: str, language: Language
) -> tuple[ir.Table, str | None]:
    text, words = as_text(rows[name]), None
    if rows[name].type().is_string():
        rows, words = _parse_texts(rows.mutate(**{name: text}), name, kind, language)
    else:
        typed = rows[name].cast("float64")
        rows = rows.mutate(**{name: typed, f"{name}__given": text.notnull()})
    if kind == "money":
        return rows, words
    finite = ibis.cases((rows[name].isnan() | rows[name].isinf(), None), else_=rows[name])
    whole = finite.try_cast("int64")
    typed = ibis.cases((whole == finite, whole)) if kind == "whole" else finite
    return rows.mutate(**{name: typed}), words


def as_text(column: ir.Column) -> ir.StringValue:
    """A column as trimmed text, null where blank.

    Whole numbers stored as floats (a frame with gaps does that to ids) lose their ".0" again.

    Example:
        >>> ids = ibis.memtable({"id": [7.0, None]}).id
        >>> as_text(ids).to_pyarrow().to_pylist()
        ['7', None]
    """
    kind = column.type()
    if kind.is_floating():
        finite = ibis.cases((column.isnan() | column.isinf(), None), else_=column)
        whole, face = finite.try_cast("int64"), column.cast("string")
        text = ibis.cases((whole.cast(kind) == column, whole.cast("string")), else_=face)
    else:
        text = trim(column, SPACES) if kind.is_string() else column.cast("string")
    return ibis.cases((text.lower().isin(BLANKS), None), else_=text)


def _timestamp(column: ir.Column, language: Language, where: str) -> tuple[ir.Value, str | None]:
    if not column.type().is_string():
        return typed_dates(column, language.zone), None
    text = as_text(column)
    reading = read_date_shapes(date_shapes(text), language.source.date_format, where)
    return parse_dates(text, reading, language.zone), reading.words


def _parse_texts(rows: ir.Table, name: str, kind: str, language: Language) -> tuple[ir.Table, str]:
    # Prices repeat: each spelling is taken apart once, which is what keeps millions of rows fast.
    spellings = hold(rows.group_by(text=rows[name]).agg(n=lambda t: t.count()))
    stated = language.source.decimal
    if stated != "," and _all_plain(spellings):
        number = rows[name].try_cast("float64")
        return rows.mutate(**{name: number, f"{name}__given": rows[name].notnull()}), ". (found)"
    parts = hold(spellings.mutate(parts=split_amount(spellings.text)).unpack("parts"))
    words = tokens(parts) if kind == "money" else {}
    refuse_two_currencies(words, language.currency, language.place(name))
    notation = choose_decimal(decimal_evidence(parts), stated, language.place(name))
    known = ["", *filter(currencies_of, words)]
    is_money = folded(parts.before).isin(known) & folded(parts.after).isin(known)
    value = ibis.cases((is_money, parse_amounts(parts, notation.decimal)))
    read = hold(parts.select("text", value=value).filter(parts.text.notnull()))
    joined = rows.left_join(read, rows[name] == read.text)
    typed = joined.mutate(**{f"{name}__given": joined[name].notnull(), name: joined.value})
    return typed.drop("text", "value"), notation.words


def _all_plain(spellings: ir.Table) -> bool:
    odd = spellings.filter(~spellings.text.re_search(_PLAIN)).count()
    return int(odd.to_pyarrow().as_py()) == 0


def _flag(column: ir.Column) -> ir.BooleanValue:
    if column.type().is_boolean():
        return column
    text = as_text(column).lower()
    return ibis.cases((text.isin(YES), True), (text.isin(NO), False))


def _refuse_other_currency(rows: ir.Table, language: Language) -> None:
    counts = rows.filter(rows.currency.notnull()).group_by("currency").agg(n=lambda t: t.count())
    top = counts.order_by([ibis.desc("n"), "currency"]).limit(50)
    found = {r["currency"]: r["n"] for r in top.to_pyarrow().to_pylist()}
    refuse_two_currencies(found, language.currency, language.place("currency"))

"""Raw columns as typed ones: what cannot be read becomes null, and that it was given is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from retention_research.events.amounts import (
    Notation,
    choose_decimal,
    currencies_of,
    decimal_evidence,
    folded,
    parse_amounts,
    refuse_two_currencies,
    split_amount,
    tokens,
)
from retention_research.events.checks import Contract
from retention_research.events.dates import (
    date_shapes,
    parse_dates,
    read_date_shapes,
    tidy_date,
    typed_dates,
)
from retention_research.study import Source

if TYPE_CHECKING:
    import ibis.expr.types as ir

BLANKS = ("", "nan", "nat", "null", "none", "n/a", "#n/a", "<na>", "\\n")
YES = ("true", "t", "yes", "y", "1", "x", "tak", "так", "да", "da", "ano", "ja", "oui", "si", "sí")
NO = ("false", "f", "no", "n", "0", "nie", "ні", "нет", "nu", "ne", "nein", "non")

# Numbers that every notation reads alike but for a decimal point: no need to take them apart.
_PLAIN = r"^-?\d+(\.\d{1,2})?$"


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
    columns: dict[str, ir.Value] = {"file": raw.file, "row": raw.row}
    reading: dict[str, str] = {}
    for name in (c for c in raw.columns if c not in columns):
        kind, column = contract.kind(name), raw[name]
        if kind == "text":
            columns[name] = as_text(column)
            continue
        columns[name], words = _typed(column, kind, language, name)
        columns[f"{name}__given"] = as_text(column).notnull()
        reading |= {name: words} if words else {}
    rows = raw.select(**columns)
    if "currency" in rows.columns:
        _refuse_other_currency(rows, language)
    if "timestamp" in rows.columns:
        rows = rows.mutate(day=rows.timestamp.date())
    return Parsed(rows, reading)


def as_text(column: ir.Column) -> ir.StringValue:
    """A column as trimmed text, null where blank.

    Whole numbers stored as floats (a frame with gaps does that to ids) lose their ".0" again.
    """
    kind = column.type()
    if kind.is_floating():
        whole = ibis.cases((column.isnan() | column.isinf(), None), else_=column).try_cast("int64")
        text = ibis.cases(
            (whole.cast(kind) == column, whole.cast("string")), else_=column.cast("string")
        )
    else:
        text = column.cast("string")
    text = text.re_replace("^[\\s\u00a0\ufeff]+|[\\s\u00a0]+$", "") if kind.is_string() else text
    return ibis.cases((text.lower().isin(BLANKS), None), else_=text)


def _typed(
    column: ir.Column, kind: str, language: Language, name: str
) -> tuple[ir.Value, str | None]:
    where = f"{language.where}, column {language.source.columns.get(name, name)}"
    if kind == "timestamp":
        return _timestamp(column, language, where)
    if kind == "money":
        return _money(column, language, where)
    return _flag(column), None


def _timestamp(column: ir.Column, language: Language, where: str) -> tuple[ir.Value, str | None]:
    if not column.type().is_string():
        return typed_dates(column, language.zone), None
    text = tidy_date(as_text(column))
    reading = read_date_shapes(date_shapes(text), language.source.date_format, where)
    return parse_dates(text, reading, language.zone), reading.words


def _money(column: ir.Column, language: Language, where: str) -> tuple[ir.Value, str | None]:
    if not column.type().is_string():
        return column.cast("float64"), None
    text, stated = as_text(column), language.source.decimal
    if stated != "," and _all_plain(text):
        return text.try_cast("float64"), ". (found)"
    parts = split_amount(text)
    words = tokens(parts)
    refuse_two_currencies(words, language.currency, where)
    notation: Notation = choose_decimal(decimal_evidence(parts["number"]), stated, where)
    known = ["", *filter(currencies_of, words)]
    is_money = folded(parts["before"]).isin(known) & folded(parts["after"]).isin(known)
    return ibis.cases((is_money, parse_amounts(parts, notation.decimal))), notation.words


def _all_plain(text: ir.StringColumn) -> bool:
    t = text.name("text").as_table()
    odd = t.filter(~t.text.re_search(_PLAIN)).limit(1).count()
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
    where = f"{language.where}, column {language.source.columns.get('currency', 'currency')}"
    refuse_two_currencies(found, language.currency, where)

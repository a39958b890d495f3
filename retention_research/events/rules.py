"""What a contract is made of: columns, which give most rules, and named rules, all as data.

A rule is *counted* (the row is left out, up to the study's `max_excluded_share`), *chosen* (the
study asked for it) or *noted* (the row is kept, but said; a rule that `blanks` a column keeps the
row without that value). What leaves nothing to say at all is raised as StudyError where it is
found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Literal

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

Kind = Literal["text", "word", "timestamp", "money", "number", "whole", "flag"]
Level = Literal["counted", "chosen", "noted"]

_CANNOT: Mapping[Kind, str] = {"whole": "is no whole number"}

# Names of our bookkeeping; columns of a source may be called the same.
OURS = (
    "file", "row", "broken", "copy", "repeat", "has_bad_line", "case_twin", "first_purchase", "day",
    "is_known", "is_known_referrer", "order_read", "order_known", "overlaps", "enrolled_before",
    "arm_before", "short", "same_day",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """What the rules need to know besides the table.

    Attributes:
        counts_as_sale: status values that count, folded to lower case; empty: all.
        exclude_ids: customers that the study leaves out.
        last_day: rows after it are in the future; None before it is known.
        dates_only: no timestamp bears a time of day.
    """

    counts_as_sale: tuple[str, ...] = ()
    exclude_ids: tuple[str, ...] = ()
    last_day: date | None = None
    dates_only: bool = False


Broken = Callable[["ir.Table", Choices], "ir.BooleanValue"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule; `broken` gives a boolean per row, `needs` the columns it looks at.

    `told` is a column whose commonest values, with their counts, follow the words. `blanks` is a
    column whose value is taken out of the rows that break a noted rule.
    """

    name: str
    level: Level
    column: str
    words: str
    broken: Broken
    needs: tuple[str, ...] = ()
    told: str = ""
    blanks: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a contract.

    Attributes:
        name: canonical name.
        kind: text, word (text in small letters), timestamp, money, number, whole (number) or flag.
        required: it must be there, and hold a value in every row.
        unless: columns of which any one that holds a value excuses a missing value of this one.
    """

    name: str
    kind: Kind
    required: bool = False
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """What a table must hold.

    Attributes:
        table: event table.
        columns: required and optional ones.
        rules: the named rules, in the order in which a row is judged.
        takes_more: the source's other columns are kept as they are.
        dated_by: the column of the table's main time; its day is kept as `day`.
    """

    table: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    takes_more: bool = False
    dated_by: str = "timestamp"

    def kind(self, name: str) -> Kind:
        """The kind of a column; columns beyond the contract are text."""
        return next((c.kind for c in self.columns if c.name == name), "text")

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must be there."""
        return tuple(c.name for c in self.columns if c.required)

    def requiring(self, name: str) -> Contract:
        """The same contract with one more required column."""
        columns = (replace(c, required=c.required or c.name == name) for c in self.columns)
        return replace(self, columns=tuple(columns))

    def all_rules(self) -> tuple[Rule, ...]:
        """The rules that follow from the columns, then the named ones."""
        return (*(r for c in self.columns for r in _column_rules(c)), *self.rules)


def _column_rules(column: Column) -> Iterable[Rule]:
    name = column.name
    if column.required:
        missing = _missing(name, column.unless)
        yield Rule(f"{name}_missing", "counted", name, f"no {name}", missing, (name,))
    if column.kind not in ("text", "word"):
        level: Level = "counted" if column.required else "noted"
        words = f"{name} {_CANNOT.get(column.kind, 'cannot be read')}"
        words += "" if column.required else ", kept without it"
        yield Rule(f"{name}_unreadable", level, name, words, _unreadable(name), (name,))


def _missing(name: str, unless: tuple[str, ...] = ()) -> Broken:
    def broken(t: ir.Table, _: Choices) -> ir.BooleanValue:
        given = [t[f"{name}__given"]] if f"{name}__given" in t else []
        given += [t[other].notnull() for other in unless if other in t.columns]
        return reduce(and_, (~g for g in given), t[name].isnull())

    return broken


def _unreadable(name: str) -> Broken:
    def broken(t: ir.Table, _: Choices) -> ir.BooleanValue:
        given = t[f"{name}__given"] if f"{name}__given" in t else ibis.literal(False)
        return t[name].isnull() & given

    return broken

"""What a contract is made of, and the check that returns good rows and counted failures.

A contract is data: its columns give most rules (missing, unreadable), named rules say the rest.
A rule is *counted* (the row is left out, up to the study's `max_excluded_share`), *chosen* (the
study asked for it) or *noted* (the row is kept, but said). What leaves nothing to say at all is
raised as StudyError where it is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import ibis

from retention_research.events.engine import hold, smallest
from retention_research.events.layouts import shorten
from retention_research.study import StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir

Kind = Literal["text", "timestamp", "money", "flag"]
Level = Literal["counted", "chosen", "noted"]

ROWS_SHOWN = 5
VALUES_TOLD = 8

# Names of our bookkeeping; columns of a source may be called the same.
OURS = (
    "file", "row", "broken", "copy", "repeat", "has_bad_line", "case_twin", "first_purchase", "day",
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

    `told` is a column whose commonest values, with their counts, follow the words.
    """

    name: str
    level: Level
    column: str
    words: str
    broken: Broken
    needs: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a contract: `required` columns must be there, and a value in every row."""

    name: str
    kind: Kind
    required: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """What a table must hold; `takes_more` keeps the source's other columns as they are."""

    table: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    takes_more: bool = False

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


@dataclass(frozen=True, slots=True)
class Failure:
    """Rows that broke one rule.

    Attributes:
        rule: its name, stable across releases.
        level: counted, chosen or noted.
        table: event table.
        column: canonical column name.
        n_rows: how many rows.
        file: the first file in which it happened ("" for frames and database tables).
        first_rows: the first row numbers in that file, counted from 1 with the header.
        words: what is the matter, to follow "<n> rows".
    """

    rule: str
    level: Level
    table: str
    column: str
    n_rows: int
    file: str
    first_rows: tuple[int, ...]
    words: str

    @property
    def sentence(self) -> str:
        """One sentence: how many, what, where.

        Example:
            >>> Failure("x", "counted", "orders", "amount", 1, "o.csv", (7,), "no amount").sentence
            '1 row: no amount (o.csv, row 7)'
        """
        rows = "1 row" if self.n_rows == 1 else f"{self.n_rows:,} rows"
        return f"{rows}: {self.words}{self._place()}"

    def _place(self) -> str:
        if not self.first_rows:
            return ""
        listed = ", ".join(str(row) for row in self.first_rows)
        more = " ..." if self.n_rows > len(self.first_rows) else ""
        noun = "row" if len(self.first_rows) == 1 else "rows"
        return f" ({', '.join(filter(None, [self.file, f'{noun} {listed}{more}']))})"


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check.

    Attributes:
        table: event table.
        n_read: rows read.
        n_kept: rows kept.
        failures: in the order of the contract's rules, noted ones last.
        reading: how the source was read (encoding, decimal, date_format ...), in words.
        rows: the good rows; None once written to a snapshot.
        left_out: the rows that counted rules left out; None likewise.
    """

    table: str
    n_read: int
    n_kept: int
    failures: tuple[Failure, ...]
    reading: Mapping[str, str] = field(default_factory=dict)
    rows: ir.Table | None = field(default=None, repr=False, compare=False)
    left_out: ir.Table | None = field(default=None, repr=False, compare=False)

    @property
    def good(self) -> ir.Table:
        """The good rows, before they are written to a snapshot.

        Raises:
            ValueError: afterwards.
        """
        if self.rows is None:
            raise ValueError(f"the rows of {self.table} are in their snapshot")
        return self.rows

    @property
    def n_excluded(self) -> int:
        """Rows left out by counted rules, what the study chose to leave out not among them."""
        return sum(f.n_rows for f in self.failures if f.level == "counted")

    @property
    def excluded_share(self) -> float:
        """Share of the rows read that counted rules left out, 0..1."""
        return self.n_excluded / self.n_read if self.n_read else 0.0


def _column_rules(column: Column) -> Iterable[Rule]:
    name = column.name
    if column.required:
        yield Rule(f"{name}_missing", "counted", name, f"no {name}", _missing(name), (name,))
    if column.kind != "text":
        level: Level = "counted" if column.required else "noted"
        words = f"{name} cannot be read" + ("" if column.required else ", kept without it")
        yield Rule(f"{name}_unreadable", level, name, words, _unreadable(name), (name,))


def _missing(name: str) -> Broken:
    def broken(t: ir.Table, _: Choices) -> ir.BooleanValue:
        return (
            t[name].isnull() & ~t[f"{name}__given"] if f"{name}__given" in t else t[name].isnull()
        )

    return broken


def _unreadable(name: str) -> Broken:
    def broken(t: ir.Table, _: Choices) -> ir.BooleanValue:
        given = t[f"{name}__given"] if f"{name}__given" in t else ibis.literal(False)
        return t[name].isnull() & given

    return broken


def check(
    table: ir.Table, contract: Contract, choices: Choices, files: tuple[str, ...] = ()
) -> Checked:
    """Divide a table's rows into good ones and counted failures; nothing is repaired.

    A row is counted once, under the first rule it breaks.

    Args:
        table: parsed rows with `file` (index into `files`), `row` (its number in the file), the
            contract's columns and, for parsed ones, `<column>__given` (the source held a text).
        contract: the rules.
        choices: what the study says.
        files: names to show.

    Returns:
        Good rows in `rows` (same columns), failures with n_rows above 0.

    Example:
        >>> import pyarrow as pa
        >>> t = ibis.memtable(pa.table({"file": [0, 0], "row": [2, 3], "id": ["007", None]}))
        >>> outcome = check(t, Contract("t", (Column("id", "text", True),)), Choices())
        >>> outcome.n_kept, outcome.failures[0].sentence
        (1, '1 row: no id (row 3)')
    """
    rules = [r for r in contract.all_rules() if all(n in table.columns for n in r.needs)]
    dropping = [r for r in rules if r.level != "noted"]
    marked = hold(table.mutate(broken=_first_broken(table, dropping, choices)))
    good = marked.filter(marked.broken.isnull()).drop("broken")
    noted = [r for r in rules if r.level == "noted"]
    failures = _tally(marked, dropping, contract.table, files)
    failures += [
        f for r in noted for f in _tally(_mark(good, r, choices), [r], contract.table, files)
    ]
    n_kept = good.count().to_pyarrow().as_py()
    n_read = n_kept + sum(f.n_rows for f in failures if f.level != "noted")
    counted = [i for i, r in enumerate(dropping) if r.level == "counted"]
    bad = marked.filter(marked.broken.isin(counted))
    return Checked(contract.table, n_read, n_kept, tuple(failures), rows=good, left_out=bad)


def _first_broken(table: ir.Table, rules: list[Rule], choices: Choices) -> ir.IntegerValue:
    branches = [(r.broken(table, choices), i) for i, r in enumerate(rules)]
    nothing = ibis.null("int8")
    return ibis.cases(*branches, else_=nothing).cast("int8") if branches else nothing


def _mark(good: ir.Table, rule: Rule, choices: Choices) -> ir.Table:
    return good.filter(rule.broken(good, choices)).mutate(broken=ibis.literal(0))


def _tally(
    marked: ir.Table, rules: list[Rule], table: str, files: tuple[str, ...]
) -> list[Failure]:
    bad = marked.filter(marked.broken.notnull())
    counts = bad.group_by(["broken", "file"]).agg(
        n=bad.count(), first=smallest(bad.row, ROWS_SHOWN)
    )
    found: dict[int, list[tuple[int, int, list[int]]]] = {}
    for line in counts.order_by(["broken", "file"]).to_pyarrow().to_pylist():
        found.setdefault(line["broken"], []).append((line["file"], line["n"], line["first"]))
    told = {i: _told(marked, i, rules[i].told) for i in found if rules[i].told}
    failures = {i: _failure(rules[i], table, files, parts) for i, parts in found.items()}
    return [replace(f, words=f.words + told.get(i, "")) for i, f in failures.items()]


def _told(marked: ir.Table, rule: int, column: str) -> str:
    bad = marked.filter(marked.broken == rule)
    counts = bad.group_by(value=bad[column].fill_null("(blank)")).agg(n=lambda t: t.count())
    found = counts.order_by([ibis.desc("n"), "value"]).limit(VALUES_TOLD + 1).to_pyarrow()
    listed = [f"{shorten(row['value'])} {row['n']:,}" for row in found.to_pylist()]
    share = (marked.broken == rule).fill_null(False).mean().to_pyarrow().as_py()
    more = ", ..." if len(listed) > VALUES_TOLD else ""
    return f"; {share:.1%} of rows, namely {', '.join(listed[:VALUES_TOLD])}{more}"


def _failure(
    rule: Rule, table: str, files: tuple[str, ...], parts: list[tuple[int, int, list[int]]]
) -> Failure:
    file, _, first = parts[0]
    name = files[file] if file < len(files) else ""
    total = sum(n for _, n, _ in parts)
    return Failure(rule.name, rule.level, table, rule.column, total, name, tuple(first), rule.words)


def refuse_if_too_many(checked: Checked, most: float) -> None:
    """Stop where more rows were left out than the study allows.

    Raises:
        StudyError: naming the worst rules, if the excluded share is above `most`.

    Example:
        >>> refuse_if_too_many(Checked("transactions", n_read=10, n_kept=10, failures=()), 0.05)
    """
    if checked.excluded_share <= most:
        return
    counted = [f for f in checked.failures if f.level == "counted"]
    worst = sorted(counted, key=lambda f: -f.n_rows)[:3]
    raise StudyError(
        f"{checked.table}: {checked.n_excluded:,} of {checked.n_read:,} rows "
        f"({checked.excluded_share:.1%}) cannot be used, more than max_excluded_share "
        f"({most:.0%}) allows. {'. '.join(f.sentence for f in worst)}. "
        "Correct the file or the column mapping, or raise max_excluded_share in the study."
    )

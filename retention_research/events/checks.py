"""The check of a table against its contract: good rows and failures counted by named rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import ibis

from retention_research.events.engine import hold, smallest
from retention_research.events.layouts import shorten
from retention_research.events.rules import Choices, Contract, Level, Rule
from retention_research.study import StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir

ROWS_SHOWN = 5
VALUES_TOLD = 8


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
        >>> from retention_research.events.rules import Column
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
    kept = _without_blanked(good, noted, choices)
    return Checked(contract.table, n_read, n_kept, tuple(failures), rows=kept, left_out=bad)


def _without_blanked(good: ir.Table, noted: list[Rule], choices: Choices) -> ir.Table:
    for rule in (r for r in noted if r.blanks in good.columns):
        broken = rule.broken(good, choices).fill_null(False)
        good = good.mutate(**{rule.blanks: ibis.ifelse(broken, None, good[rule.blanks])})
    return good


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

"""The transactions table: from a source to checked orders, and the days the study hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

import ibis

from retention_research.events.checks import Checked, Failure, check, refuse_if_too_many
from retention_research.events.contracts import CONTINUATIONS, ORDERS, TRANSACTIONS
from retention_research.events.engine import Place
from retention_research.events.layouts import shorten
from retention_research.events.orders import (
    mark_case_twins,
    number_copies,
    sign_returns,
    split_continued,
    sum_lines,
)
from retention_research.events.parsing import Language, parse
from retention_research.events.rules import Choices
from retention_research.events.scans import Scan, scan
from retention_research.periods import newest_full_day, resolve_as_of
from retention_research.study import Study, StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Transactions:
    """Checked orders.

    Attributes:
        checked: good rows, failures, reading.
        sha256: hash of the source.
        as_of: the study's last day.
        newest_day: newest full day of the data.
        first_day: day of the first row kept.
        order_ids: order_id of every row read, None where orders have none.
    """

    checked: Checked
    sha256: str
    as_of: date
    newest_day: date
    first_day: date
    order_ids: ir.Table | None = None


def read_transactions(study: Study, place: Place, frame: pd.DataFrame | None) -> Transactions:
    """Read and check the study's transactions.

    Raises:
        StudyError: as `open_events`.
    """
    source = study.sources["transactions"]
    by_line = source.rows == "line"
    contract = TRANSACTIONS.requiring("order_id") if by_line else TRANSACTIONS
    found = scan(source, contract, place, frame)
    parsed = parse(found.rows, contract, language(study, "transactions", found))
    sales = tuple(status.strip().lower() for status in source.counts_as_sale)
    choices = Choices(sales, source.exclude_ids)
    _refuse_strange_statuses(parsed.rows, choices, _origin(study, "counts_as_sale"))
    firsts, further = split_continued(parsed.rows)
    continued = check(further, CONTINUATIONS, choices, found.files)
    lines = check(sign_returns(firsts), contract, choices, found.files)
    _refuse_if_empty(merged((lines,), found, {}))
    newest, as_of = _newest_and_as_of(study, lines.good)
    choices = replace(choices, last_day=max(newest, as_of), dates_only=_dates_only(lines.good))
    orders = check(mark_case_twins(_orders(lines, by_line)), ORDERS, choices, found.files)
    vat = {"vat": source.amounts.vat} if source.amounts.vat else {}
    whole = merged((continued, lines, orders), found, {**parsed.reading, **vat})
    checked = replace(whole, n_read=whole.n_read + lines.n_read)
    refuse_if_too_many(checked, study.max_excluded_share)
    ids = parsed.rows.select("order_id") if "order_id" in parsed.rows.columns else None
    return Transactions(checked, found.sha256, as_of, newest, _first_day(checked, as_of), ids)


def _origin(study: Study, key: str) -> str:
    where = study.origins.get(f"sources.transactions.{key}")
    return f"{where}: {key}" if where else key


def language(study: Study, table: str, found: Scan) -> Language:
    """How to read the texts of a source of this study."""
    names = [name for name in found.files if name] or [table]
    where = ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")
    return Language(study.sources[table], study.time.zone, study.currency, where)


def merged(parts: tuple[Checked, ...], found: Scan, reading: Mapping[str, str]) -> Checked:
    """One record of a source's checks, with the rows that were no rows as their own rule."""
    table, last = parts[0].table, parts[-1]
    broken = [
        Failure("row_broken", "counted", table, "", r.n_rows, r.file, r.rows[:5],
                "wrong number of fields, or a quotation mark that does not close")
        for r in found.rejected
    ]  # fmt: skip
    found_bad = (_shifted(f, found) for part in parts for f in part.failures)
    failures = [*broken, *found_bad]
    n_read = parts[0].n_read + sum(r.n_rows for r in found.rejected)
    words = {**found.reading, **reading}
    return Checked(table, n_read, last.n_kept, tuple(failures), words, last.rows)


def _shifted(failure: Failure, found: Scan) -> Failure:
    # The engine numbers the rows it could read; a reader of the file counts the broken ones too.
    broken = [row for r in found.rejected if r.file == failure.file for row in r.rows]
    shifted = []
    for first in failure.first_rows:
        row = first
        for place in broken:
            row += place <= row
        shifted.append(row)
    return replace(failure, first_rows=tuple(shifted))


def _refuse_strange_statuses(rows: ir.Table, choices: Choices, where: str) -> None:
    if not choices.counts_as_sale:
        return
    if "status" not in rows.columns:
        raise StudyError(
            f"{where}: the transactions have no status column. Map it with "
            "`columns: {status: <its name>}`, or leave counts_as_sale out."
        )
    counts = rows.group_by(status=rows.status.lower()).agg(n=lambda t: t.count())
    top = counts.filter(counts.status != "").order_by([ibis.desc("n"), "status"]).limit(1000)
    there = {row["status"]: row["n"] for row in top.to_pyarrow().to_pylist()}
    strange = [status for status in choices.counts_as_sale if status not in there]
    if strange:
        raise StudyError(f"{where}: {_strangers(strange, there)}")


def _strangers(strange: list[str], there: Mapping[str, int]) -> str:
    near = [n for status in strange for n in get_close_matches(status, there, 1, 0.5)]
    hint = f" Did you mean {', '.join(map(shorten, near))}?" if near else ""
    listed = ", ".join(f"{shorten(s)} ({n:,})" for s, n in list(there.items())[:10])
    return (
        f"no row has the status {', '.join(map(shorten, strange[:5]))}.{hint} "
        f"There are: {listed or 'none at all'}. Correct it, or leave it out."
    )


def _orders(lines: Checked, line_rows: bool) -> ir.Table:
    if line_rows:
        return sum_lines(lines.good, lines.left_out)
    names = [c for c in lines.good.columns if not c.endswith("__given")]
    keys = tuple(c for c in names if c not in ("file", "row", "day"))
    return number_copies(lines.good.select(*names), keys)


def _refuse_if_empty(checked: Checked) -> None:
    if checked.n_kept:
        return
    worst = sorted(checked.failures, key=lambda f: -f.n_rows)[:3]
    raise StudyError(
        f"{checked.table}: no usable row among {checked.n_read:,}. "
        f"{' '.join(f'{f.sentence}.' for f in worst)} Correct the file, or how the study reads it."
    )


def _newest_and_as_of(study: Study, rows: ir.Table) -> tuple[date, date]:
    counts = rows.group_by("day").agg(n=rows.count()).order_by("day").to_pyarrow()
    days, n = counts["day"].to_pylist(), counts["n"].to_pylist()
    newest = newest_full_day(days, n)
    if isinstance(study.as_of, date):
        return newest, study.as_of
    try:
        return newest, resolve_as_of(study.as_of, days, n)
    except ValueError as error:
        raise StudyError(f"{error}. Give a date: `as_of: {newest}`.") from None


def _dates_only(rows: ir.Table) -> bool:
    timed = rows.filter(rows.timestamp != rows.day.cast("timestamp")).limit(1)
    return int(timed.count().to_pyarrow().as_py()) == 0


def _first_day(checked: Checked, as_of: date) -> date:
    _refuse_if_empty(checked)
    bought = checked.good.filter(checked.good.amount >= 0)
    first, any_row = (
        bought.day.min().to_pyarrow().as_py(),
        checked.good.day.min().to_pyarrow().as_py(),
    )
    if first is None:
        raise StudyError(
            "transactions: every row has a negative amount, so nobody bought anything. Check the "
            "amount column, and `decimal:`."
        )
    if first > as_of:
        raise StudyError(
            f"as_of is {as_of}, before the first purchase on {first}. Give a later `as_of`, or "
            "check the dates of the source."
        )
    return min(first, any_row)

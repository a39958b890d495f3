"""What stops a run before anything is made: orders too old, rows gone, blanks risen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from retention_research.periods import Duration
from retention_research.reporting.results import Run
from retention_research.study import StudyError
from retention_research.study_sections import Gates

_READ = {"rows_read": "rows read", "rows_kept": "rows used"}


def refuse_breach(
    gates: Gates,
    tables: Mapping[str, Any],
    newest_order: datetime | None,
    started: datetime,
    before: Run | None,
) -> None:
    """Stop where a gate of the study is breached.

    Args:
        gates: the study's limits; one that is None lets everything pass.
        tables: table name to rows_read, rows_kept and blank_shares, as now read.
        newest_order: in UTC; None where it is not known.
        started: the run's start, in UTC.
        before: the run to compare with, from `last_comparable`.

    Raises:
        StudyError: naming each breach, its figures and what to do.

    Example:
        >>> from datetime import UTC
        >>> limits = Gates(newest_row_within="36h", rows_drop_over=None, null_share_rise=None)
        >>> at = datetime(2024, 1, 5, tzinfo=UTC)
        >>> refuse_breach(limits, {}, at, at + timedelta(hours=30), None)
    """
    breaches = [*_stale(gates.newest_row_within, newest_order, started)]
    if before:
        earlier = before.record["tables"]
        breaches += _dropped(gates.rows_drop_over, tables, earlier, before.name)
        breaches += _blanker(gates.null_share_rise, tables, earlier, before.name)
    if breaches:
        listed = "\n".join(breaches)
        raise StudyError(f"Nothing was published: the data did not pass the gates.\n{listed}")


def last_comparable(runs: Sequence[Run], as_of: date) -> Run | None:
    """The last good run with its tables' figures that looks no further than this one.

    Args:
        runs: published runs, oldest first.
        as_of: the day this run looks at.
    """
    good = [r for r in runs if r.outcome == "ok" and r.record.get("tables")]
    return next((r for r in reversed(good) if r.results["as_of"] <= as_of.isoformat()), None)


def _stale(within: Duration | None, newest: datetime | None, started: datetime) -> Iterator[str]:
    if within is None or newest is None:
        return
    if started - newest > timedelta(days=within.days):
        yield (
            f"gates.newest_row_within: the newest row of transactions is of "
            f"{newest:%Y-%m-%d %H:%M} UTC, {_hours(started - newest)} before this run; the study "
            f"allows {within}. Bring the source up to date, or set "
            "`gates: {newest_row_within: ...}` to a longer time (null: no gate)."
        )


def _hours(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return f"{hours:,.0f} hours" if hours < 72 else f"{hours / 24:,.0f} days"


def _dropped(
    most: float | None, now: Mapping[str, Any], earlier: Mapping[str, Any], run: str
) -> Iterator[str]:
    if most is None:
        return
    for table in (t for t in now if t in earlier):
        fewer = (k for k in _READ if now[table][k] < (1 - most) * earlier[table][k])
        kind = next(fewer, None)  # rows not read are not used either: said once
        if kind:
            yield _fewer(table, _READ[kind], (earlier[table][kind], now[table][kind]), most, run)


def _fewer(table: str, kind: str, counts: tuple[int, int], most: float, run: str) -> str:
    before, now = counts
    return (
        f"gates.rows_drop_over: {table} has {now:,} {kind}, {1 - now / before:.1%} fewer than the "
        f"{before:,} of run {run}; the study allows {most:.1%}. Look at the source, or set "
        "`gates: {rows_drop_over: ...}` higher (null: no gate)."
    )


def _blanker(
    most: float | None, now: Mapping[str, Any], earlier: Mapping[str, Any], run: str
) -> Iterator[str]:
    if most is None:
        return
    for table in (t for t in now if t in earlier and now[t]["rows_kept"]):
        for column, share_before in earlier[table]["blank_shares"].items():
            share = now[table]["blank_shares"].get(column, 1.0)  # a column that is gone is blank
            if share > share_before + most:
                yield _risen(table, column, (share_before, share), most, run)


def _risen(table: str, column: str, shares: tuple[float, float], most: float, run: str) -> str:
    return (
        f"gates.null_share_rise: {table}.{column} is blank in {shares[1]:.1%} of rows, after "
        f"{shares[0]:.1%} in run {run}; the study allows a rise of {100 * most:.1f} points. Look "
        "at the source, or set `gates: {null_share_rise: ...}` higher (null: no gate)."
    )

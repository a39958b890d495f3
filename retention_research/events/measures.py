"""What gates compare between runs: rows and blanks of every table, and the newest order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from retention_research.events.contracts import CUSTOMERS
from retention_research.events.sources import Events

if TYPE_CHECKING:
    import ibis.expr.types as ir


def measure_tables(events: Events, segments: Sequence[str] = ()) -> dict[str, Mapping[str, Any]]:
    """Rows read, rows kept and the share of blanks in each column, by table.

    Of the columns of customers beyond the contract only those are looked at that the study
    names as segments.

    Example:
        >>> from retention_research.events.sources import open_events
        >>> from retention_research.study import read_study
        >>> measure_tables(open_events(read_study("params/cdnow.yml")))["transactions"]["rows_kept"]
        6919
    """
    return {
        name: {
            "rows_read": check.n_read,
            "rows_kept": check.n_kept,
            "blank_shares": _blank_shares(events, name, segments),
        }
        for name, check in events.checks.items()
    }


def _blank_shares(events: Events, name: str, segments: Sequence[str]) -> dict[str, float]:
    rows = events.tables[name]
    known = {column.name for column in CUSTOMERS.columns} | set(segments)
    ours = known if name == "customers" else rows.columns
    columns = [column for column in rows.columns if column in ours and column != "day"]
    blanks = rows.aggregate(**{c: _blank(rows[c]).cast("float64").mean() for c in columns})
    (shares,) = blanks.to_pyarrow().to_pylist()
    return {column: share or 0.0 for column, share in shares.items()}  # of no rows none is blank


def _blank(column: ir.Column) -> ir.BooleanValue:
    empty = column.isnull()
    return empty | (column.strip() == "") if column.type().is_string() else empty


def newest_order(events: Events, zone: str) -> datetime:
    """When the newest kept order was placed; of dates without a time of day, the end of that day.

    Args:
        events: the checked tables.
        zone: the study's time zone.

    Returns:
        A moment in UTC.

    Example:
        >>> from retention_research.events.sources import open_events
        >>> from retention_research.study import read_study
        >>> newest_order(open_events(read_study("params/cdnow.yml")), "UTC").isoformat()
        '1998-07-01T00:00:00+00:00'
    """
    rows = events.transactions
    timed = rows.timestamp != rows.day.cast("timestamp")
    found = rows.aggregate(newest=rows.timestamp.max(), timed=timed.any()).to_pyarrow()
    ((newest, has_time),) = (tuple(row.values()) for row in found.to_pylist())
    local = newest if has_time else newest + timedelta(days=1)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

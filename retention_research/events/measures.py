"""What gates compare between runs: rows and blanks of every table, and the newest order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from retention_research.events.contracts import CUSTOMERS
from retention_research.events.sources import Events


def measure_tables(events: Events) -> dict[str, Mapping[str, Any]]:
    """Rows read, rows kept and the share of blanks in each column, by table.

    Columns of customers beyond the contract are the study's own and are not looked at.

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
            "blank_shares": _blank_shares(events, name),
        }
        for name, check in events.checks.items()
    }


def _blank_shares(events: Events, name: str) -> dict[str, float]:
    rows = events.tables[name]
    ours = {column.name for column in CUSTOMERS.columns} if name == "customers" else rows.columns
    columns = [column for column in rows.columns if column in ours and column != "day"]
    blanks = rows.aggregate(**{c: rows[c].isnull().cast("float64").mean() for c in columns})
    (shares,) = blanks.to_pyarrow().to_pylist()
    return {column: share or 0.0 for column, share in shares.items()}  # of no rows none is blank


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

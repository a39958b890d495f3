"""What stands for the content of a database table in a run's name: its rows up to as_of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis

from retention_research.events.dates import typed_dates
from retention_research.events.scans import hash_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir

# The time from which a row is there, by whichever of these names its table has.
TIMES = (
    "timestamp", "sent_at", "assigned_at", "enrolled_at", "opened_at", "started_at", "given_at",
)  # fmt: skip


def hash_up_to(rows: ir.Table, zone: str, as_of: date) -> str:
    """A hash of rows that depends neither on their order nor on what came after a day.

    A database goes on growing; a run as of a past day must find the same inputs again.

    Args:
        rows: as the server sent them. Rows without a time count, and so do all rows of a table
            that has none of `TIMES`.
        zone: time zone of days.
        as_of: last day that counts.

    Example:
        >>> from datetime import datetime
        >>> january, march = datetime(2024, 1, 5), datetime(2024, 3, 1)
        >>> short = ibis.memtable({"sent_at": [january], "cost": [1.0]})
        >>> long = ibis.memtable({"sent_at": [march, january], "cost": [2.0, 1.0]})
        >>> hash_up_to(short, "UTC", march) == hash_up_to(long, "UTC", march)
        False
        >>> hash_up_to(short, "UTC", january) == hash_up_to(long, "UTC", january)
        True
    """
    times = [rows[name] for name in TIMES if name in rows.columns]
    if not times or times[0].type().is_string():
        return hash_rows(rows)
    later = (typed_dates(times[0], zone).date() > ibis.literal(as_of)).fill_null(False)
    return hash_rows(rows.filter(~later))

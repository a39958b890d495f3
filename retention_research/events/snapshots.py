"""The record beside the snapshots of a run: what was read, left out and noted, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from retention_research.events.checks import Checked, Failure
from retention_research.study import EVENT_TABLES, RECORD, StudyError


@dataclass(frozen=True, slots=True)
class Record:
    """What another process needs to know beside the Parquet files.

    Attributes:
        checks: table name to its check, without rows.
        hashes: table name to the hash of its source.
        as_of: the study's last day.
        newest_day: newest full day of the data.
        first_day: day of the first row kept.
    """

    checks: Mapping[str, Checked]
    hashes: Mapping[str, str]
    as_of: date
    newest_day: date
    first_day: date


def write_record(record: Record, folder: Path) -> None:
    """Write the record into the folder of the snapshots."""
    plain = {
        "checks": {name: _plain(checked) for name, checked in record.checks.items()},
        "hashes": dict(record.hashes),
        **{day: getattr(record, day).isoformat() for day in ("as_of", "newest_day", "first_day")},
    }
    text = json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / RECORD).write_text(text, encoding="utf-8")


def read_record(folder: Path) -> Record:
    """Read the record back.

    Raises:
        StudyError: if the folder holds none.

    Example:
        >>> folder, day = getfixture("tmp_path"), date(2024, 1, 31)
        >>> write_record(Record({}, {}, day, day, day), folder)
        >>> read_record(folder).as_of
        datetime.date(2024, 1, 31)
    """
    file = folder / RECORD
    if not file.is_file():
        raise StudyError(
            f"there is no snapshot of the event tables in {folder.name}: run the study again."
        )
    plain = json.loads(file.read_text(encoding="utf-8"))
    read = [name for name in EVENT_TABLES if name in plain["checks"]]
    checks = {name: _checked(plain["checks"][name]) for name in read}
    days = {day: date.fromisoformat(plain[day]) for day in ("as_of", "newest_day", "first_day")}
    return Record(checks, plain["hashes"], **days)


def _plain(checked: Checked) -> dict[str, Any]:
    return {
        "table": checked.table, "n_read": checked.n_read, "n_kept": checked.n_kept,
        "failures": [asdict(failure) for failure in checked.failures],
        "reading": dict(checked.reading),
    }  # fmt: skip


def _checked(values: dict[str, Any]) -> Checked:
    failures = [Failure(**{**f, "first_rows": tuple(f["first_rows"])}) for f in values["failures"]]
    return Checked(**{**values, "failures": tuple(failures)})

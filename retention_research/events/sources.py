"""The only reader of customer data: each source read once per run into a checked snapshot."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retention_research.events.checks import Checked
from retention_research.events.content_hash import hash_up_to
from retention_research.events.customers import read_customers
from retention_research.events.engine import (
    Place,
    connect,
    read_parquet,
    release,
    write_parquet,
)
from retention_research.events.event_tables import read_event_table
from retention_research.events.files import NoSuchFileError
from retention_research.events.known import known_of, noted_ids
from retention_research.events.placing import THEIRS
from retention_research.events.rules import OURS
from retention_research.events.snapshots import Record, read_record, write_record
from retention_research.events.transactions import read_transactions
from retention_research.study import EVENT_TABLES, Study, StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

NOT_KEPT = ({*OURS} - {"day"}) | {"is_return"}


@dataclass(frozen=True, slots=True)
class Events:
    """The checked event tables of one study.

    Attributes:
        tables: table name to its good rows, for every table that the study names. Ids are text,
            times local without a zone; `day` (date) is the day of the table's main time.
        checks: table name to what was read, left out and noted.
        snapshots: table name to its Parquet file.
        hashes: table name to sha256 (of the source's bytes, or an order-free hash of its columns).
        as_of: the study's last day, resolved from the data.
        newest_day: newest full day of the data; later rows are in the future.
        first_day: day of the first row kept.
    """

    tables: Mapping[str, ir.Table]
    checks: Mapping[str, Checked]
    snapshots: Mapping[str, Path]
    hashes: Mapping[str, str]
    as_of: date
    newest_day: date
    first_day: date
    connection: Any = field(repr=False, compare=False)

    @property
    def transactions(self) -> ir.Table:
        """Orders: customer_id, timestamp, day, amount (negative for refunds), optional columns."""
        return self.tables["transactions"]

    @property
    def customers(self) -> ir.Table | None:
        """Customers: customer_id, the optional columns and all others of the source, or None."""
        return self.table("customers")

    def table(self, name: str) -> ir.Table | None:
        """The good rows of an event table; None where the study names no such table."""
        return self.tables.get(name)

    @property
    def n_rows_read(self) -> int:
        """Rows of the transactions source, good or not."""
        return self.checks["transactions"].n_read


def open_events(
    study: Study,
    *,
    frames: Mapping[str, pd.DataFrame] | None = None,
    folder: Path | None = None,
    root: Path | None = None,
) -> Events:
    """Read, check and snapshot every source of a study.

    Args:
        study: names the sources and every choice about them.
        frames: table name to frame, for sources that say `frame: true`; left unchanged.
        folder: where snapshots go; a private temporary folder if None.
        root: folder that relative paths start from; the study's own if None.

    Returns:
        Tables that read the snapshots; the sources are not looked at again.

    Raises:
        StudyError: if a source is missing or unreadable, its columns can be read in more than one
            way, more rows are bad than the study allows, or nothing is left.

    Example:
        >>> from retention_research.study import read_study
        >>> events = open_events(read_study("params/cdnow.yml"))
        >>> events.n_rows_read, events.as_of
        (6919, datetime.date(1998, 6, 30))
    """
    target = _folder(folder)
    try:
        _snapshot(study, frames or {}, root or study.root, target)
    except BaseException:
        if folder is None:
            shutil.rmtree(target)
        raise
    return _opened(target, keep=folder is not None)


def _snapshot(study: Study, frames: Mapping[str, pd.DataFrame], root: Path, target: Path) -> None:
    # Inside the target: whoever removes a run that was killed removes its copies of customer data.
    with tempfile.TemporaryDirectory(prefix="reading-", dir=target) as scratch:
        place = Place(connect(Path(scratch)), Path(scratch), root)
        try:
            write_record(_read_all(study, frames, place, target), target)
        except NoSuchFileError as error:
            raise StudyError(_with_its_line(study, error)) from None
        finally:
            place.con.disconnect()


def _with_its_line(study: Study, error: NoSuchFileError) -> str:
    named = (name for name, source in study.sources.items() if source.path == error.pattern)
    where = [study.origins.get(f"sources.{name}.path", "") for name in named]
    return ": ".join(filter(None, (*where[:1], str(error))))


def _read_all(
    study: Study, frames: Mapping[str, pd.DataFrame], place: Place, target: Path
) -> Record:
    purchases = read_transactions(study, place, frames.get("transactions"))
    read = {"transactions": (purchases.checked, purchases.sha256)}
    orders = _kept(read["transactions"][0], place, target)
    order_ids = noted_ids(purchases.order_ids, place) if "order_lines" in study.sources else None
    release(place.con)
    customers = None
    if "customers" in study.sources:
        read["customers"] = read_customers(study, place, frames.get("customers"), orders)
        customers = _kept(read["customers"][0], place, target)
    known = known_of(
        orders, customers, order_ids, max(purchases.newest_day, purchases.as_of), place
    )
    for name in (name for name in EVENT_TABLES if name in set(study.sources) - set(read)):
        read[name] = read_event_table(study, name, place, frames.get(name), known)
        _kept(read[name][0], place, target)
        release(place.con)
    bare = {name: replace(one, rows=None, left_out=None) for name, (one, _) in read.items()}
    hashes = {name: sha256 or _hash(study, name, purchases.as_of, place)
              for name, (_, sha256) in read.items()}  # fmt: skip
    return Record(bare, hashes, purchases.as_of, purchases.newest_day, purchases.first_day)


def _hash(study: Study, name: str, as_of: date, place: Place) -> str:
    return hash_up_to(place.con.table(f"raw {name}"), study.time.zone, as_of)


def _kept(checked: Checked, place: Place, target: Path) -> ir.Table:
    file = target / f"{checked.table}.parquet"
    _write(checked.good, file)
    return read_parquet(place.con, [file], f"kept {checked.table}")


def reopen_events(study: Study, folder: Path) -> Events:
    """Open the snapshots that another process of the run made; no source is touched.

    Raises:
        StudyError: if the folder holds no snapshot.

    Example:
        >>> from retention_research.study import read_study
        >>> study, folder = read_study("params/cdnow.yml"), getfixture("tmp_path")
        >>> _ = open_events(study, folder=folder)
        >>> reopen_events(study, folder).n_rows_read
        6919
    """
    events = _opened(folder, keep=True)
    missing = set(study.sources) - set(events.checks)
    if missing:
        raise StudyError(f"the snapshot lacks {', '.join(sorted(missing))}: run the study again.")
    return events


def _folder(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="events-"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _opened(folder: Path, keep: bool) -> Events:
    record = read_record(folder)
    con = connect(folder)
    snapshots = {name: folder / f"{name}.parquet" for name in record.checks}
    tables = {name: read_parquet(con, [file], name) for name, file in snapshots.items()}
    if not keep:
        weakref.finalize(con, shutil.rmtree, folder, ignore_errors=True)
    return Events(
        tables, record.checks, snapshots, record.hashes,
        record.as_of, record.newest_day, record.first_day, con,
    )  # fmt: skip


def _write(rows: ir.Table, file: Path) -> None:
    theirs = [c for c in rows.columns if c.startswith(THEIRS)]
    drop = [c for c in rows.columns if c in NOT_KEPT or c.endswith("__given")]
    # In the order of the source, so that the same source gives the same sums to the last digit.
    kept = rows.order_by(["file", "row"]).drop(*[c for c in drop if c not in theirs])
    write_parquet(kept.rename(_names_of_theirs(kept.columns)), file)


def _names_of_theirs(columns: Sequence[str]) -> dict[str, str]:
    plain = {c: c.removeprefix(THEIRS) for c in columns if c.startswith(THEIRS)}
    return {f"{name} (theirs)" if name in columns else name: c for c, name in plain.items()}

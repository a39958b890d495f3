"""Every kind of source, read once into Parquet of ours with the study's column names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import ibis

from retention_research.events.csv_files import Rejected, stage_csv
from retention_research.events.database_rows import is_carried, write_selection
from retention_research.events.databases import select_from
from retention_research.events.demos import DEMO_TABLES, demo, demo_file, demo_table
from retention_research.events.encodings import survey
from retention_research.events.engine import (
    Place,
    copy_to_parquet,
    hash_text,
    identifier,
    literal_path,
    quoted,
    read_parquet,
    stage_path,
    write_parquet,
)
from retention_research.events.files import find_files, refuse_changed, stamps
from retention_research.events.layouts import Layout, read_layout, shorten
from retention_research.events.placing import THEIRS, place_all
from retention_research.events.rules import Contract
from retention_research.study import Source, StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

DATABASES = (".duckdb", ".db", ".ddb")


@dataclass(frozen=True, slots=True)
class Scan:
    """One source as read.

    Attributes:
        rows: `file` (index into `files`), `row` (number in the file) and the mapped columns as
            they came: text from CSV, typed from elsewhere. Columns beyond the contract are named
            `theirs <name>`.
        files: names for messages; ("",) where the source is no file.
        sha256: of the file's bytes (of the files' hashes where there are several); for frames an
            order-free hash of the mapped columns; "" for database tables, which go on growing:
            `content_hash.hash_up_to` waits for as_of.
        rejected: rows that were no rows.
        reading: encoding and delimiter, as found or stated.
    """

    rows: ir.Table
    files: tuple[str, ...]
    sha256: str
    rejected: tuple[Rejected, ...]
    reading: Mapping[str, str]


def scan(
    source: Source, contract: Contract, place: Place, frame: pd.DataFrame | None = None
) -> Scan:
    """Read a source, whatever it is.

    Args:
        source: from the study.
        contract: names the columns to look for.
        place: engine and folders.
        frame: the frame, for a source that says `frame: true`.

    Raises:
        StudyError: if the source is missing, unreadable, empty, or lacks a required column.
    """
    try:
        if source.frame:
            return _scan_frame(source, contract, place, frame)
        if source.demo:
            return _scan_demo(source.demo, source, contract, place)
        if source.url:
            return _scan_postgres(source, contract, place)
        return _scan_files(source, contract, place)
    except (duckdb.Error, OSError) as error:
        # What the engine says may hold the path, and the path what the environment gave.
        words = "" if "${" in (source.path or "") else f" {_first_line(error)}"
        raise StudyError(
            f"{contract.table}: {shorten(source.path or source.place)} cannot be read.{words}"
        ) from None


def _first_line(error: Exception) -> str:
    if isinstance(error, OSError):
        return shorten(error.strerror or type(error).__name__)
    return shorten(str(error).partition("\n")[0].partition(": ")[2] or type(error).__name__)


def _scan_files(source: Source, contract: Contract, place: Place) -> Scan:
    files = find_files(source.path or "", place.root)
    before = stamps(files)
    found = _scan_by_suffix(files, source, contract, place)
    refuse_changed(files, before)
    return found


def _scan_by_suffix(files: list[Path], source: Source, contract: Contract, place: Place) -> Scan:
    suffix = files[0].suffix.lower()
    if suffix in DATABASES:
        return _scan_database(files[0], source, contract, place)
    if suffix in (".parquet", ".pq"):
        return _scan_parquet(files, source, contract, place)
    return _scan_csv(files, source, contract, place)


def _scan_csv(files: list[Path], source: Source, contract: Contract, place: Place) -> Scan:
    empty = contract.table != "transactions"  # nobody complained: nothing is wrong with the file
    layouts = [read_layout(file, source.encoding, source.delimiter, empty) for file in files]
    names = tuple(file.name for file in files)

    def columns(layout: Layout) -> dict[str, int]:
        return place_all(layout.header, source, contract, layout.path.name)

    parts = [
        stage_csv(layout, i, columns(layout), contract.table, place)
        for i, layout in enumerate(layouts)
    ]
    rejected = tuple(part for _, part in parts if part.n_rows)
    reading = {
        "encoding": " and ".join(dict.fromkeys(layout.encoding for layout in layouts)),
        "delimiter": " and ".join(dict.fromkeys(layout.delimiter for layout in layouts)),
    }
    rows = read_parquet(place.con, [file for file, _ in parts], f"raw {contract.table}")
    return Scan(rows, names, _together([layout.sha256 for layout in layouts]), rejected, reading)


def _together(hashes: list[str]) -> str:
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


def _scan_parquet(files: list[Path], source: Source, contract: Contract, place: Place) -> Scan:
    parts = []
    for number, file in enumerate(files):
        theirs = read_parquet(place.con, [file], f"theirs {contract.table} {number}")
        parts.append(_stage_table(theirs, source, contract, place, file.name, number))
    rows = read_parquet(place.con, parts, f"raw {contract.table}")
    return Scan(rows, tuple(f.name for f in files), _together([_sha256(f) for f in files]), (), {})


def _stage_table(
    theirs: ir.Table, source: Source, contract: Contract, place: Place, where: str, number: int = 0
) -> Path:
    names = tuple(theirs.columns)
    placed = place_all(names, source, contract, where)
    columns = {canonical: theirs[names[i]] for canonical, i in placed.items()}
    staged = theirs.select(file=ibis.literal(number, "int32"), row=ibis.row_number() + 1, **columns)
    write_parquet(staged, target := stage_path(place, contract.table, number))
    return target


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _scan_database(file: Path, source: Source, contract: Contract, place: Place) -> Scan:
    con, name = place.con, f"theirs_{contract.table}"
    con.raw_sql(f"ATTACH {quoted(str(file))} AS {identifier(name)} (READ_ONLY)")
    listed = (
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_catalog = ? AND table_schema = 'main'"
    )
    tables = [table for (table,) in con.con.execute(listed, [name]).fetchall()]
    table = source.table or contract.table
    if table not in tables:
        near = get_close_matches(table, tables, 3, 0.4) or sorted(tables)[:10]
        raise StudyError(
            f"{file.name} has no table {shorten(table)}. It has: {', '.join(map(shorten, near))}. "
            "Name one with `table:` in the study."
        )
    theirs = con.table(table, database=(name, "main"))
    staged = _stage_table(theirs, source, contract, place, f"{file.name}, table {table},")
    con.raw_sql(f"DETACH {identifier(name)}")
    return _of_database(staged, contract, place)


def _own(staged: Path, contract: Contract, place: Place) -> Scan:
    rows = read_parquet(place.con, [staged], f"raw {contract.table}")
    return Scan(rows, ("",), hash_rows(rows), (), {})


def _of_database(staged: Path, contract: Contract, place: Place) -> Scan:
    rows = read_parquet(place.con, [staged], f"raw {contract.table}")
    return Scan(rows, ("",), "", (), {})


def _scan_postgres(source: Source, contract: Contract, place: Place) -> Scan:
    raw, staged = (stage_path(place, contract.table, number) for number in (0, 1))
    with select_from(source, contract.table) as selection:
        placed = place_all(selection.header, source, contract, selection.where)
        columns = {name: selection.columns[i] for name, i in placed.items()}
        more = {n for n, c in columns.items() if n not in _asked(source, contract)}
        kept = {n: c for n, c in columns.items() if n not in more or is_carried(c)}
        write_selection(selection, kept, contract, raw)
    # A server gives rows in any order; sorted, the same rows make the same numbers to the digit.
    copy_to_parquet(
        place.con,
        "SELECT 0::INTEGER AS file, row_number() OVER () AS row, * FROM "  # noqa: S608
        f"(FROM read_parquet({quoted(literal_path(raw))}) ORDER BY ALL)",
        staged,
    )
    raw.unlink()
    return _of_database(staged, contract, place)


def _asked(source: Source, contract: Contract) -> set[str]:
    return {c.name for c in contract.columns} | {THEIRS + name for name in source.columns}


def _scan_frame(
    source: Source, contract: Contract, place: Place, frame: pd.DataFrame | None
) -> Scan:
    if frame is None:
        raise StudyError(
            f"{contract.table}: the study says `frame: true`, but no frame was handed over. "
            f'Call open_events(study, frames={{"{contract.table}": frame}}).'
        )
    return _scan_arrow(_arrow(frame), source, contract, place, f"the frame for {contract.table}")


def _scan_arrow(table: Any, source: Source, contract: Contract, place: Place, where: str) -> Scan:
    theirs = place.con.create_table(f"theirs_{contract.table}", table, temp=True)
    staged = _stage_table(theirs, source, contract, place, where)
    place.con.drop_table(f"theirs_{contract.table}")
    return _own(staged, contract, place)


def _arrow(frame: pd.DataFrame) -> Any:
    import pyarrow as pa

    # A column of mixed Python values has no type in the engine; as text every id keeps its face.
    mixed = {c: frame[c].astype("string") for c in frame if str(frame[c].dtype) == "object"}
    named = frame.assign(**{str(c): column for c, column in mixed.items()})
    return pa.Table.from_pandas(named.rename(columns=str), preserve_index=False)


def hash_rows(rows: ir.Table) -> str:
    """A hash of a table's rows that does not depend on their order.

    Args:
        rows: the table; `file` and `row` do not count.

    Example:
        >>> one, other = ibis.memtable({"a": [1, 2]}), ibis.memtable({"a": [2, 1]})
        >>> hash_rows(one) == hash_rows(other)
        True
    """
    names = sorted(set(rows.columns) - {"file", "row"})
    text = ibis.literal("\x1f").join(
        [rows[name].cast("string").fill_null("\x1e") for name in names]
    )
    hashed = rows.mutate(h=hash_text(text))
    sums = hashed.agg(n=hashed.count(), s=hashed.h.cast("decimal(38, 0)").sum()).to_pyarrow()
    face = ",".join([*names, *(str(v) for v in sums.to_pylist()[0].values())])
    return hashlib.sha256(face.encode()).hexdigest()


def _scan_demo(name: str, source: Source, contract: Contract, place: Place) -> Scan:
    if name in DEMO_TABLES:
        table = demo_table(name, contract.table)
        found = _scan_arrow(table, source, contract, place, f"demo {name}")
        return replace(found, reading={"demo": DEMO_TABLES[name].about})
    return _scan_demo_file(name, contract, place)


def _scan_demo_file(name: str, contract: Contract, place: Place) -> Scan:
    form, file = demo(name), demo_file(name)
    found = survey(file)
    groups = ", ".join(f"'{column}'" for column in form.columns)
    copy_to_parquet(
        place.con,
        "SELECT 0::INTEGER AS file, row, g.* FROM (SELECT row_number() OVER () AS row, "  # noqa: S608
        f"regexp_extract(line, {quoted(form.pattern)}, [{groups}]) AS g FROM read_csv("
        f"{quoted(literal_path(file))}, delim='\x01', quote='', escape='', header=false, "
        "auto_detect=false, columns={'line': 'VARCHAR'})) WHERE g.customer_id <> ''",
        staged := stage_path(place, contract.table),
    )
    rows = read_parquet(place.con, [staged], f"raw {contract.table}")
    return Scan(rows, (file.name,), found.sha256, (), {"demo": form.about})

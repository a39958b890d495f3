"""A CSV file into Parquet of ours: every field as text, every broken row with its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retention_research.events.encodings import as_utf8
from retention_research.events.engine import (
    Place,
    copy_to_parquet,
    identifier,
    literal_path,
    quoted,
    stage_path,
)
from retention_research.events.layouts import Layout
from retention_research.study import StudyError

LONGEST_LINE = 1 << 24


@dataclass(frozen=True, slots=True)
class Rejected:
    """Rows with too few or too many fields, or a quotation mark that does not close."""

    file: str
    rows: tuple[int, ...]
    n_rows: int


def stage_csv(
    layout: Layout, number: int, placed: Mapping[str, int], table: str, place: Place
) -> tuple[Path, Rejected]:
    """Write the mapped columns of a CSV file as Parquet.

    Args:
        layout: the file's form.
        number: its place among the files of the source.
        placed: canonical name to position.
        table: event table.
        place: engine and private folder.

    Returns:
        The Parquet file, and the rows that were no rows.

    Raises:
        StudyError: if a quotation mark opens and never closes.
    """
    name = f"{table}_{number}"
    text = as_utf8(layout.path, layout.encoding, place.folder / f"{name}.txt")
    columns = ", ".join(f"c{i} AS {identifier(canonical)}" for canonical, i in placed.items())
    target = stage_path(place, table, number)
    source = _read_csv(text, layout, f"rejects_{name}")
    # The engine keeps the order of the file, so the running number is the row's own.
    row = f"{number}::INTEGER AS file, row_number() OVER () + 1 AS row"
    sql = f"SELECT {row}, {columns} FROM {source}"  # noqa: S608 - every name is quoted above
    copy_to_parquet(place.con, sql, target)
    return target, _rejected(place.con, f"rejects_{name}", layout.path.name)


def _read_csv(file: Path, layout: Layout, rejects: str) -> str:
    types = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(layout.header)))
    return (
        f"read_csv({quoted(literal_path(file))}, delim={quoted(layout.delimiter)}, quote='\"', "
        f"escape='\"', header=true, skip={layout.skip}, auto_detect=false, all_varchar=true, "
        f"columns={{{types}}}, max_line_size={LONGEST_LINE}, store_rejects=true, "
        f"rejects_table='{rejects}', rejects_scan='{rejects}_scan', rejects_limit=0)"
    )


def _rejected(con: Any, table: str, name: str) -> Rejected:
    rejects = con.con.table(table)
    swallowing = "error_type = 'UNQUOTED VALUE' AND contains(csv_line, chr(10))"
    if open_quote := rejects.filter(swallowing).order("line").fetchone():
        row = open_quote[rejects.columns.index("line")]
        raise StudyError(
            f"{name}, row {row}: a quotation mark opens and does not close, so the rows after it "
            "cannot be told apart. Correct that row, or export the file again."
        )
    lines = rejects.project("line").distinct().order("line").fetchall()
    return Rejected(name, tuple(line for (line,) in lines[:1000]), len(lines))

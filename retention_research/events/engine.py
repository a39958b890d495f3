"""DuckDB behind Ibis: the connection, quoting, tables held for a second look, Parquet written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NUMBERS = count()
_HELD = "held_"


@dataclass(frozen=True, slots=True)
class Place:
    """Where to read from and to: the engine, its private folder, and the project's root."""

    con: Any
    folder: Path
    root: Path


def connect(folder: Path) -> Any:
    """A private in-memory DuckDB that spills into `folder` and never loads an extension.

    Extensions would be downloaded; customer data stay on the machine.

    Example:
        >>> con = connect(getfixture("tmp_path"))
        >>> con.raw_sql("SELECT 1").fetchall()
        [(1,)]
    """
    con = ibis.duckdb.connect(
        temp_directory=str(folder / "spill"),
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
    )
    # DuckDB draws a bar under slow queries of a notebook: it would stand on the published page
    if con.raw_sql("SELECT current_setting('enable_progress_bar')").fetchone()[0]:
        con.raw_sql("SET enable_progress_bar = false")
    return con


def quoted(text: str) -> str:
    """A text as an SQL literal: a file name with quotes in it stays a file name.

    Example:
        >>> quoted("o'; DROP TABLE x")
        "'o''; DROP TABLE x'"
    """
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as an SQL identifier.

    Example:
        >>> identifier("Order Date")
        '"Order Date"'
    """
    return '"' + name.replace('"', '""') + '"'


def hold(table: ir.Table) -> ir.Table:
    """Compute a table once; what is asked of it afterwards reads the result.

    Example:
        >>> hold(ibis.memtable({"a": [1, 2]})).count().to_pyarrow().as_py()
        2
    """
    con = table.get_backend()
    return con.create_table(f"{_HELD}{next(_NUMBERS)}", table, temp=True)


def release(con: Any) -> None:
    """Forget the tables that were held: what has been written need not stay in memory.

    Example:
        >>> held = hold(ibis.memtable({"a": [1]}))
        >>> con = held.get_backend()
        >>> release(con)
        >>> con.con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
        []
    """
    held = "SELECT table_name FROM duckdb_tables() WHERE temporary"
    for (name,) in con.con.execute(held).fetchall():
        if name.startswith(_HELD):
            con.drop_table(name)


def write_parquet(table: ir.Table, file: Path) -> None:
    """Write a table as Parquet, in the table's order.

    Example:
        >>> held = hold(ibis.memtable({"a": [1]}))
        >>> write_parquet(held, getfixture("tmp_path") / "a.parquet")
    """
    sql = str(ibis.to_sql(table, dialect="duckdb"))
    copy_to_parquet(table.get_backend(), sql, file)


def copy_to_parquet(con: Any, sql: str, file: Path) -> None:
    """Write what a SELECT returns as Parquet.

    Example:
        >>> folder = getfixture("tmp_path")
        >>> copy_to_parquet(connect(folder), "SELECT 1 AS a", folder / "a.parquet")
    """
    con.raw_sql(f"COPY ({sql}) TO {quoted(str(file))} (FORMAT parquet)")


def read_parquet(con: Any, files: list[Path], name: str) -> ir.Table:
    """Parquet files of ours, by their literal names, as one table.

    Example:
        >>> con, file = connect(getfixture("tmp_path")), getfixture("tmp_path") / "a.parquet"
        >>> copy_to_parquet(con, "SELECT 1 AS a", file)
        >>> read_parquet(con, [file, file], "twice").count().to_pyarrow().as_py()
        2
    """
    listed = ", ".join(quoted(literal_path(file)) for file in files)
    con.raw_sql(f"CREATE VIEW {identifier(name)} AS FROM read_parquet([{listed}])")
    return con.table(name)


def literal_path(file: Path) -> str:
    """A path in which brackets and stars are themselves, for engines that expand patterns.

    Example:
        >>> literal_path(Path("orders[1].csv"))
        'orders[[]1].csv'
    """
    from glob import escape

    return escape(str(file))


_BUILTIN = ibis.udf.scalar.builtin


@_BUILTIN(name="try_strptime", signature=(("string", "array<string>"), "timestamp"))
def strptime(text: Any, formats: Any) -> Any:
    """The first format that fits; null where none does."""


@_BUILTIN(name="try_strptime", signature=(("string", "array<string>"), "timestamp('UTC')"))
def strptime_zoned(text: Any, formats: Any) -> Any:
    """The same for formats that hold an offset."""


@_BUILTIN(name="timezone", signature=(("string", "timestamp('UTC')"), "timestamp"))
def local_time(zone: Any, instant: Any) -> Any:
    """What a clock on the wall showed in a zone."""


@_BUILTIN(name="trim", signature=(("string", "string"), "string"))
def trim(text: Any, characters: Any) -> Any:
    """A text without these characters at its ends."""


@_BUILTIN(name="hash", signature=(("string",), "uint64"))
def hash_text(text: Any) -> Any:
    """A 64-bit hash of a text."""


@_BUILTIN(
    name="regexp_extract",
    signature=(
        ("string", "string", "array<string>"),
        "struct<open: string, sign_1: string, before: string, sign_2: string, number: string, "
        "after: string, sign_3: string, close: string>",
    ),
)
def amount_groups(text: Any, pattern: Any, names: Any) -> Any:
    """The named groups of a pattern, empty where it does not match."""


@ibis.udf.agg.builtin(name="min", signature=(("int64", "int64"), "array<int64>"))
def smallest(numbers: Any, n: Any) -> Any:
    """The n smallest numbers, ascending."""


def stage_path(place: Place, table: str, number: int = 0) -> Path:
    """Where a part of a source is kept until it is checked.

    Example:
        >>> stage_path(Place(None, Path("run"), Path()), "transactions", 2).name
        'transactions-raw-2.parquet'
    """
    return place.folder / f"{table}-raw-{number}.parquet"

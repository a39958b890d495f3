"""The rows of a selection on a server, copied into Parquet a batch at a time."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retention_research.events.databases import DatabaseColumn, Selection
from retention_research.events.engine import identifier
from retention_research.events.layouts import shorten
from retention_research.events.rules import Contract
from retention_research.study import StudyError

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCK = 1 << 23


def is_carried(column: DatabaseColumn) -> bool:
    """Whether a column can be read: numbers, texts, dates, times, truth values, enums, uuids.

    Example:
        >>> is_carried(DatabaseColumn("tags", "_text", "A"))
        False
    """
    return column.category in "BDEINST" or column.type == "uuid"


def write_selection(
    selection: Selection, wanted: Mapping[str, DatabaseColumn], contract: Contract, file: Path
) -> None:
    """Copy the wanted columns of all rows into a Parquet file, a batch at a time.

    Args:
        selection: from `select_from`, still open.
        wanted: name in the file to the server's column.
        contract: knows which columns are text: a long number that is an id keeps every digit.
        file: written.

    Raises:
        StudyError: if a column's type cannot be read, or texts are no UTF-8.
    """
    import pyarrow as pa

    _refuse_types(selection, [c for c in wanted.values() if not is_carried(c)])
    reads = {n: _read_as(c, contract.kind(n) == "text") for n, c in wanted.items()}
    columns = ", ".join(sql for sql, _ in reads.values())
    schema = pa.schema([(name, kind) for name, (_, kind) in reads.items()])
    command = f"COPY (SELECT {columns} FROM {selection.sql}) TO STDOUT (FORMAT csv)"  # noqa: S608
    try:
        with selection.connection.cursor().copy(command) as rows:
            _write_batches(_Stream(rows), schema, file)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        raise StudyError(
            f"{selection.where} holds texts that are no UTF-8: the database's encoding says "
            "otherwise than its texts. Convert them in a view, and read that."
        ) from None


def _refuse_types(selection: Selection, refused: list[DatabaseColumn]) -> None:
    if not refused:
        return
    arrays = {"A": "array of "}  # whose types are named with a line in front
    kinds = (arrays.get(c.category, "") + c.type.removeprefix("_") for c in refused)
    listed = ", ".join(f"{shorten(c.name)} ({k})" for c, k in zip(refused, kinds, strict=True))
    raise StudyError(
        f"{selection.where} has columns of a type that cannot be read: {listed}. Make one value "
        "of each in a view or in `query:`, or leave the column out."
    )


def _read_as(column: DatabaseColumn, as_text: bool) -> tuple[str, pa.DataType]:
    """The SQL of a column and the type that its text is read as."""
    import pyarrow as pa

    name, moment = identifier(column.name), pa.timestamp("us")
    plain = {
        "bool": (name, pa.bool_()),
        "date": (_finite(name, name), pa.date32()),
        "timestamp": (_finite(name, name), moment),
        "timestamptz": (_finite(name, f"{name} AT TIME ZONE 'UTC'"), pa.timestamp("us", "UTC")),
        **{kind: (name, pa.int64()) for kind in ("int2", "int4", "int8")},
        **{kind: (name, pa.float64()) for kind in ("float4", "float8")},
    }
    number = {"numeric": f"{name}::float8", "money": f"{name}::numeric::float8"}
    if column.type in number and not as_text:
        return number[column.type], pa.float64()
    return plain.get(column.type, (f"{name}::text", pa.string()))


def _finite(name: str, sql: str) -> str:
    # PostgreSQL knows dates before Christ and infinity; no calendar of ours does
    return f"CASE WHEN {name} >= '0001-01-01' AND {name} < '10000-01-01' THEN {sql} END"


class _Stream(io.RawIOBase):
    """What the server sends, as a file that can be read once."""

    def __init__(self, blocks: Any) -> None:
        super().__init__()
        self._blocks, self._held = filter(len, blocks), list[Any]()

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        block = self._held.pop() if self._held else next(self._blocks, b"")
        n = min(len(target), len(block))
        target[:n] = block[:n]
        if n < len(block):
            self._held.append(block[n:])
        return n


def _write_batches(stream: _Stream, schema: pa.Schema, file: Path) -> None:
    import pyarrow.csv as pa_csv
    import pyarrow.parquet as pq

    buffered = io.BufferedReader(stream, _BLOCK)
    as_sent = {field.name: _without_zone(field.type) for field in schema}
    with pq.ParquetWriter(file, schema) as writer:
        if not buffered.peek(1):  # a reader of no rows at all cannot be opened
            return
        batches = pa_csv.open_csv(
            buffered,
            pa_csv.ReadOptions(column_names=schema.names, block_size=_BLOCK),
            pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            pa_csv.ConvertOptions(
                column_types=as_sent, null_values=[""], true_values=["t"], false_values=["f"],
                strings_can_be_null=True, quoted_strings_can_be_null=False,
            ),
        )  # fmt: skip
        for batch in batches:
            writer.write_batch(batch.cast(schema))


def _without_zone(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    return pa.timestamp("us") if pa.types.is_timestamp(kind) else kind

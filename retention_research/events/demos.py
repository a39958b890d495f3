"""Demonstration data: files that ship with installed packages, and tables made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from retention_research.events import complete_journey
from retention_research.events.simulate import demo as company
from retention_research.study import EVENT_TABLES, StudyError

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Demo:
    """A demonstration file.

    Attributes:
        file: name in lifetimes' datasets.
        pattern: RE2 pattern with one group per column.
        columns: canonical names of the groups, in order.
        date_format: strptime format of the timestamp.
        about: one sentence on what it is.
    """

    file: str
    pattern: str
    columns: tuple[str, ...]
    date_format: str
    about: str


DEMOS = {
    "cdnow": Demo(
        "CDNOW_sample.txt",
        r"^\s*\d+\s+(\d+)\s+(\d{8})\s+\d+\s+(\S+)",  # the id of the 1/10 sample, not of the master
        ("customer_id", "timestamp", "amount"),
        "%Y%m%d",
        "2,357 customers who first bought from CDNOW in the first quarter of 1997 (1/10 sample)",
    ),
    "cdnow_master": Demo(
        "CDNOW_master.txt",
        r"^\s*(\d+)\s+(\d{8})\s+\d+\s+(\S+)",
        ("customer_id", "timestamp", "amount"),
        "%Y%m%d",
        "23,570 customers who first bought from CDNOW in the first quarter of 1997",
    ),
}


@dataclass(frozen=True, slots=True)
class DemoTables:
    """A demonstration of several event tables.

    Attributes:
        tables: names of the event tables that it has.
        load: event table's name to its rows.
        about: one sentence on what it is.
    """

    tables: tuple[str, ...]
    load: Callable[[str], pa.Table]
    about: str


DEMO_TABLES = {
    "company": DemoTables(EVENT_TABLES, company.company_table, company.ABOUT),
    "complete_journey": DemoTables(
        complete_journey.TABLES, complete_journey.journey_table, complete_journey.ABOUT
    ),
}


def demo_table(name: str, table: str) -> pa.Table:
    """An event table of a demonstration that has several.

    Raises:
        StudyError: if it does not have that table.

    Example:
        >>> demo_table("company", "orders")
        Traceback (most recent call last):
        retention_research.yaml_origins.StudyError: demo: company has no table orders. It has: ...
    """
    there = DEMO_TABLES[name].tables
    if table not in there:
        raise StudyError(f"demo: {name} has no table {table}. It has: {', '.join(there)}.")
    return DEMO_TABLES[name].load(table)


def demo(name: str) -> Demo:
    """A demonstration that is one file, by its name.

    Raises:
        StudyError: if there is none of that name.

    Example:
        >>> demo("cdnow").file
        'CDNOW_sample.txt'
    """
    if name not in DEMOS:
        raise StudyError(
            f"demo: {name!r} is not there. There are: {', '.join([*DEMOS, *DEMO_TABLES])}."
        )
    return DEMOS[name]


def demo_file(name: str) -> Path:
    """Where a demonstration's file lies; found without importing lifetimes, which is slow.

    Raises:
        StudyError: if lifetimes is not installed.

    Example:
        >>> demo_file("cdnow").name
        'CDNOW_sample.txt'
    """
    file = demo(name).file
    spec = find_spec("lifetimes")
    folder = Path(spec.origin).parent / "datasets" if spec and spec.origin else None
    if folder is None or not (folder / file).is_file():
        raise StudyError(
            f"demo: {name} ships in lifetimes, which is not here: pip install lifetimes==0.11.3"
        )
    return folder / file

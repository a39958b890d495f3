"""Demonstration data that ship with installed packages, as files and how to read them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from retention_research.study import StudyError


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


def demo(name: str) -> Demo:
    """A demonstration by its name.

    Raises:
        StudyError: if there is none of that name.

    Example:
        >>> demo("cdnow").file
        'CDNOW_sample.txt'
    """
    if name not in DEMOS:
        raise StudyError(f"demo: {name!r} is not there. There are: {', '.join(DEMOS)}.")
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

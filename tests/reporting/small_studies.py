"""Small studies for tests of reporting: notebooks of a few cells, data prepared already."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import yaml

from retention_research.study import Study, read_study

SPEAK = (
    "from retention_research.reporting import record as report\n"
    "from retention_research.values import estimate, fact"
)
FACT = 'report.record("purchases.frequency_total", fact(2457, "count"))'
ANSWER = 'report.opening("Customers come back.", "It is worth 10.", "Keep going.")'


@dataclass(frozen=True)
class AlreadyPrepared:
    """What `prepare_run` would return, for data nobody reads."""

    as_of: date = date(1998, 6, 30)
    data_hashes: Mapping[str, str] = field(default_factory=lambda: {"transactions": "ab" * 32})
    resolved: Mapping[str, Any] = field(default_factory=lambda: {"study": "small", "seed": 1})
    origins: Mapping[str, str] = field(default_factory=lambda: {"study": "small.yml, line 1"})


def prepared(**changes: Any) -> Callable[[Study, Path], AlreadyPrepared]:
    """A `prepare` that leaves an empty study.yml in the working folder."""

    def prepare(study: Study, folder: Path) -> AlreadyPrepared:
        (folder / "study.yml").write_text("study: small\n", encoding="utf-8")
        return AlreadyPrepared(**changes)

    return prepare


def write_notebook(path: Path, *cells: str, tag: str = "parameters") -> Path:
    """A notebook of a parameters cell and these; a cell that starts with # is prose."""
    first = nbformat.v4.new_code_cell('study = "params/small.yml"', metadata={"tags": [tag]})
    rest = [_cell(source) for source in cells]
    notebook = nbformat.v4.new_notebook(cells=[first, *rest])
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"written-{number}"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def write_study(root: Path, reports: Mapping[str, Sequence[str]], **settings: Any) -> Study:
    """A study whose reports are notebooks of these cells."""
    for name, cells in reports.items():
        write_notebook(root / "notebooks" / f"{name}.ipynb", *cells)
    given = {
        "extends": "_defaults.yml",
        "study": "small",
        "currency": "EUR",
        "sources": {"transactions": {"path": "orders.csv"}},
        "reports": list(reports),
    }
    file = root / "params" / "small.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(given | settings), encoding="utf-8")
    return read_study(file)


def read_json(path: Path) -> Any:
    """A JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def _cell(source: str) -> Any:
    new = nbformat.v4.new_markdown_cell if source.startswith("#") else nbformat.v4.new_code_cell
    return new(source)

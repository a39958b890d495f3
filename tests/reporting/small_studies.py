"""Small studies for tests of reporting: notebooks of a few cells, data prepared already."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import nbformat
import yaml

from retention_research.study import Study, read_study

SPEAK = (
    "from types import SimpleNamespace as Made\n"
    "from retention_research.reporting import record as report\n"
    "from retention_research.values import estimate, fact"
)
FACT = 'report.record("purchases.frequency_total", fact(2457, "count"))'
ANSWER = 'report.opening("Customers come back.", "It is worth 10.", "Keep going.")'
HOSTILE = "<script>document.title='run'</script><img src=x onerror=alert(1)>"
FIGURE = """box = "xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 5'"
svg = f"<svg {box}><path d='M0 5L9 0' stroke='#777'/></svg>"
alt = "Purchases by week fall from 90 in the first week to 30 in the last."
report.figure(Made(name="weeks", caption="Purchases by week.", alt=alt, svg=svg))"""
TABLE = """head, cells = "<th scope='col'>A wide heading</th>" * 12, "<td>1,000,000</td>" * 12
html = f"<table><thead><tr>{head}</tr></thead><tbody><tr>{cells}</tr></tbody></table>"
report.table(Made(name="weeks", caption="Purchases by week", csv="week,n\\n1,90\\n", html=html))"""
TILES = """report.tiles([
    report.Tile("Repeat purchases", "2,457", "", "in 39 weeks", "purchases.frequency_total"),
    report.Tile("Heterogeneity", "0.24", "0.22 to 0.27"),
])"""
FINDING = """claim = "Half of them come back"
report.finding("again", claim, "Write to them early.", ["purchases.frequency_total"], "warn")"""
GOOD_CELLS = (
    "# Who <comes> back?\n\nA line of prose with `code`, <b>markup</b> and a [link](https://x.org).",
    SPEAK,
    FACT,
    'report.record("bg_nbd.r", estimate(0.2426, 0.219, 0.268, n=2357))',
    ANSWER,
    TILES,
    FINDING,
    FIGURE,
    TABLE,
    f"report.note({HOSTILE!r})",
    'report.limits(["Only purchases are looked at."])',
    "report.for_analysts()",
    'report.note("The method is in the paper.")',
    f"print({HOSTILE!r})",
)
GOOD_REPORTS = {
    "01_comes_back": GOOD_CELLS,
    "02_programs": (SPEAK, 'report.skip("This study has no programs.")'),
}


@dataclass(frozen=True)
class AlreadyPrepared:
    """What `prepare_run` would return, for data nobody reads."""

    as_of: date = date(1998, 6, 30)
    data_hashes: Mapping[str, str] = field(default_factory=lambda: {"transactions": "ab" * 32})
    resolved: Mapping[str, Any] = field(default_factory=lambda: {"study": "small", "seed": 1})
    origins: Mapping[str, str] = field(default_factory=lambda: {"study": "small.yml, line 1"})
    tables: Mapping[str, Any] = field(default_factory=dict)
    newest_order: datetime | None = None


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


def write_study(root: Path, notebooks: Mapping[str, Sequence[str]], **settings: Any) -> Study:
    """A study whose reports are notebooks of these cells."""
    for name, cells in notebooks.items():
        write_notebook(root / "notebooks" / f"{name}.ipynb", *cells)
    given = {
        "extends": "_defaults.yml",
        "study": "small",
        "currency": "EUR",
        "sources": {"transactions": {"path": "orders.csv"}},
        "reports": [name.lstrip("0123456789_") for name in notebooks],
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

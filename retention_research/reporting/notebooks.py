"""Where the notebook of a report is, and whether it can take the study's path."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import retention_research
from retention_research.study import Study, StudyError


@dataclass(frozen=True, slots=True)
class ReportNotebook:
    """A report and the notebook that makes it.

    Attributes:
        report: the report's name: the notebook's name without its number.
        path: the notebook.
        title: its first heading.
        code_cells: how many code cells it has.
    """

    report: str
    path: Path
    title: str
    code_cells: int


def find_notebooks(study: Study, only: Sequence[str] = ()) -> tuple[ReportNotebook, ...]:
    """The notebooks of a study's reports, in the order of the study.

    A report is named by its notebook's name without the number, or by the path of a notebook.
    The study's own notebooks/ folder comes before the one that ships with the package.

    Args:
        study: names the reports.
        only: names of the reports wanted; all when empty.

    Raises:
        StudyError: if a report has no notebook, two share a name, or a notebook cannot take the
            parameter `study`.
    """
    found = tuple(_find(entry, study) for entry in study.reports)
    names = [notebook.report for notebook in found]
    _refuse((n for n in names if names.count(n) > 1), "reports: {} is named twice.")
    _refuse((n for n in names if n == "index"), "reports: {} is the name of the summary page.")
    known = f"The study's reports are {', '.join(names)}."
    _refuse((n for n in only if n not in names), f"--only: there is no report {{}}. {known}")
    return tuple(n for n in found if not only or n.report in only)


def title_of(cells: Iterable[Mapping[str, Any]], report: str) -> str:
    """The first heading of a notebook's prose, or the report's name in words.

    Example:
        >>> title_of([{"cell_type": "markdown", "source": "# Who stays"}], "survival")
        'Who stays'
    """
    prose = ("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    headings = (re.search(r"^# +(.+?)\s*$", text, re.M) for text in prose)
    first = next((heading for heading in headings if heading), None)
    return first[1] if first else report.replace("_", " ").replace("-", " ").capitalize()


def _refuse(names: Iterable[str], message: str) -> None:
    for name in names:
        raise StudyError(message.format(name))


def _find(entry: str, study: Study) -> ReportNotebook:
    if entry.endswith(".ipynb"):
        return _by_path(entry, study.root)
    for folder in _folders(study.root):
        for path in sorted(folder.glob("*.ipynb")):
            if _name(path) == entry:
                return _read(path)
    raise StudyError(f"reports: there is no notebook for {entry!r}. {_there_are(study.root)}")


def _by_path(entry: str, root: Path) -> ReportNotebook:
    path = root / entry
    if not path.is_file():
        raise StudyError(f"reports: there is no notebook {entry} under {root}.")
    return _read(path)


def _read(path: Path) -> ReportNotebook:
    cells = _cells(path)
    _check_parameters(path, cells)
    count = sum(cell["cell_type"] == "code" for cell in cells)
    return ReportNotebook(_name(path), path, title_of(cells, _name(path)), count)


def _name(path: Path) -> str:
    plain = re.sub(r"^\d+[_\s-]+", "", path.stem).lower()
    return re.sub(r"[^a-z0-9_-]+", "-", plain).strip("-") or "report"


def _folders(root: Path) -> tuple[Path, ...]:
    package = Path(retention_research.__file__).parent
    return root / "notebooks", package / "notebooks", package.parent / "notebooks"


def _there_are(root: Path) -> str:
    names = sorted({_name(path) for folder in _folders(root) for path in folder.glob("*.ipynb")})
    return f"There are {', '.join(names)}." if names else "No notebooks were found."


def _check_parameters(path: Path, cells: Sequence[Mapping[str, Any]]) -> None:
    tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    if not tagged:
        raise StudyError(
            f"{path.name} has no cell tagged `parameters`: tag the cell that says "
            'study = "params/...yml" (in JupyterLab: property inspector, cell tags).'
        )
    if "study" not in _assigned("".join(tagged[0]["source"])):
        raise StudyError(f"{path.name}: the cell tagged `parameters` does not set `study`.")


def _cells(path: Path) -> list[dict[str, Any]]:
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["cells"])
    except (ValueError, KeyError, TypeError):
        raise StudyError(f"{path.name} is not a notebook that can be read.") from None


def _assigned(source: str) -> set[str]:
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return set()
    plain = (t for s in statements if isinstance(s, ast.Assign) for t in s.targets)
    typed = (s.target for s in statements if isinstance(s, ast.AnnAssign))
    return {t.id for t in (*plain, *typed) if isinstance(t, ast.Name)}

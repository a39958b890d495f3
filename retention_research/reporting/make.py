"""One report made whole in a child process: executed, read, its tables and its page written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retention_research.reporting import tidy
from retention_research.reporting.content import Content, RecordedTwice, read_content
from retention_research.reporting.execute import Ended, Notebook, OnCell, execute
from retention_research.reporting.frame import Frame
from retention_research.reporting.report_page import render_report


@dataclass(frozen=True, slots=True)
class Job:
    """A report to make.

    Attributes:
        report: its name.
        source: its notebook as written.
        site: the folder of the run's pages.
        folder: the working directory of the notebook, which holds study.yml.
        cell_seconds: how long one cell may run.
        scratch: the folder for its temporary files; whoever starts it removes what is left there.
        sockets: a folder with a short path for the kernel's sockets; holds no data.
        frame: what all pages of the run show around their content.
    """

    report: str
    source: Path
    site: Path
    folder: Path
    cell_seconds: int
    scratch: Path
    sockets: Path
    frame: Frame

    @property
    def executed(self) -> Path:
        """Where the executed notebook goes."""
        return self.site / "notebooks" / self.source.name


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a report.

    Attributes:
        ended: how its notebook ended.
        said: title, opening, tiles, values and findings for results.json; empty unless ok.
    """

    ended: Ended
    said: Mapping[str, Any] = field(default_factory=dict)


def make_report(job: Job, on_cell: OnCell) -> Made:
    """Execute a report's notebook; if it ends well, write its tables and its page into the site.

    Args:
        job: the report.
        on_cell: called with the number of each code cell before it runs.
    """
    notebook = Notebook(job.source, job.executed, job.folder, job.cell_seconds, job.sockets)
    ended = execute(notebook, on_cell)
    if ended.status != "ok":
        return Made(ended)
    try:
        content = read_content(tidy.read(job.executed), job.report)
    except RecordedTwice as error:
        return Made(Ended("failed", f"{error}.".capitalize(), "RecordedTwice"))
    _write(job, content)
    return Made(ended, _said(content))


def _write(job: Job, content: Content) -> None:
    for table in content.tables:
        path = job.site / "tables" / f"{job.report}-{table['name']}.csv"
        path.write_text(table["csv"], encoding="utf-8")
    page = render_report(job.report, content, job.frame)
    (job.site / f"{job.report}.html").write_text(page, encoding="utf-8")


def _said(content: Content) -> dict[str, Any]:
    findings = (section.finding for section in content.sections)
    return {
        "title": content.title,
        "opening": _without_kind(content.opening or {}),
        "tiles": list(content.tiles),
        "values": content.values,
        "findings": [_without_kind(finding) for finding in findings],
    }


def _without_kind(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key != "kind"}

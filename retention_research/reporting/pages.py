"""Summary, index and absent-report pages: pure functions of results.json and run.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retention_research.reporting.frame import Frame, day_of
from retention_research.reporting.notebooks import title_of
from retention_research.reporting.results import (
    Run,
    changes_since,
    headlines,
    last_good,
    reading_order,
)
from retention_research.reporting.templating import environment

_PRESSING = {"bad": 0, "warn": 1}
_WIDTH, _HEIGHT, _MARGIN = 120.0, 28.0, 3.0


@dataclass(frozen=True, slots=True)
class Trend:
    """A headline value from run to run.

    Attributes:
        label: what it is.
        first: its text in the oldest run shown.
        last: its text in the newest.
        points: coordinates of a line, "" with fewer than two runs.
        words: the same as a sentence.
        interval: how sure the newest value is, in words; may be "".
        hint: what the newest value counts, in words; may be "".
    """

    label: str
    first: str
    last: str
    points: str
    words: str
    interval: str
    hint: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """One study on the index.

    Attributes:
        study: slug.
        title: the study's title.
        as_of: the last good run's day in words, "" if there is none.
        good: name of the last good run, "" if there is none.
        failed: name of the last run if it failed, else "".
        trends: headline values over the good runs.
        skipped: titles of the reports that the last good run skipped.
        runs: (name, day in words, outcome) of every run, newest first.
    """

    study: str
    title: str
    as_of: str
    good: str
    failed: str
    trends: tuple[Trend, ...]
    skipped: tuple[str, ...]
    runs: tuple[tuple[str, str, str], ...]


def summary_page(run: Run, baseline: Mapping[str, Any] | None, frame: Frame) -> str:
    """The page a run opens with: its reports, headline numbers, findings, and what changed."""
    changes = changes_since(run.results, baseline) if baseline else []
    reports = reading_order(run.results["reports"])
    return _render(
        "summary.html.j2", frame=frame, outcome=run.outcome,
        reports={report: _pressing_first(e) for report, e in reports.items()},
        titles=dict(frame.reports), changes=changes,
        before=day_of(baseline, run.record) if baseline else "",
        tiles=headlines(run.results, each=2),
    )  # fmt: skip


def _pressing_first(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with its problems and warnings before its other findings."""
    findings = sorted(entry.get("findings", ()), key=lambda f: _PRESSING.get(f["status"], 2))
    return {**entry, "findings": findings}


def with_way(page: str, report: str, frame: Frame) -> str:
    """A report's page with the way to the run's other pages in the frame's order.

    A report is rendered before it is known how the others end.
    """
    way = str(environment().get_template("parts.html.j2").module.way(frame, report))  # type: ignore[attr-defined]
    start, end = page.index("<nav aria-label"), page.index("</nav>") + len("</nav>")
    return page[:start] + way + page[end:]


def absent_page(report: str, entry: Mapping[str, Any], frame: Frame) -> str:
    """The page of a report that was skipped or failed, saying so in plain words."""
    title = dict(frame.reports).get(report, report)
    return _render("absent.html.j2", frame=frame, report=report, entry=entry, title=title)


def index_page(studies: Mapping[str, Sequence[Run]]) -> str:
    """The page of all studies and their runs.

    Args:
        studies: slug to its runs, oldest first; studies without a run are left out.
    """
    shelves = [_shelf(study, runs) for study, runs in studies.items() if runs]
    return _render("index.html.j2", frame=None, shelves=shelves)


def _render(template: str, **words: Any) -> str:
    return str(environment().get_template(template).render(**words))


def _shelf(study: str, runs: Sequence[Run]) -> Shelf:
    good = last_good(runs)
    last = max(runs, key=lambda run: str(run.record["started"]))
    return Shelf(
        study=study,
        title=str(runs[-1].record["parameters"].get("title") or study),
        as_of=day_of(good.results, good.record) if good else "",
        good=good.name if good else "",
        failed=last.name if last.outcome == "failed" else "",
        trends=tuple(_trends([run for run in runs if run.outcome == "ok"])),
        skipped=tuple(_skipped(good)) if good else (),
        runs=tuple((r.name, day_of(r.results, r.record), r.outcome) for r in reversed(runs)),
    )


def _skipped(run: Run) -> Iterator[str]:
    for report, entry in run.results["reports"].items():
        if entry["status"] == "skipped":
            yield entry.get("title") or title_of((), report)


def _trends(runs: Sequence[Run]) -> Iterator[Trend]:
    for tile in headlines(runs[-1].results, each=1) if runs else ():
        name = tile["value_name"]
        told = [(text, number) for run in runs for text, number in _told(run, name)]
        if told:
            texts, numbers = zip(*told, strict=True)
            words = f"{tile['label']}: {', '.join(texts)} in {len(texts)} runs, oldest first."
            yield Trend(
                tile["label"], texts[0], texts[-1], sparkline(numbers), words,
                tile.get("interval_text", ""), tile.get("note", ""),
            )  # fmt: skip


def _told(run: Run, name: str) -> Iterator[tuple[str, float]]:
    """The text and the number of a headline value in a run, if it is there."""
    values = {k: v for r in run.results["reports"].values() for k, v in r.get("values", {}).items()}
    number = values.get(name, {}).get("value")
    for tile in headlines(run.results):
        if tile["value_name"] == name and isinstance(number, int | float):
            yield tile["value_text"], float(number)


def sparkline(numbers: Sequence[float]) -> str:
    """The points of a small line, in a box of 120 by 28; "" with fewer than two numbers.

    Example:
        >>> sparkline([1, 3, 2])
        '3.0,25.0 60.0,3.0 117.0,14.0'
    """
    if len(numbers) < 2:
        return ""
    low, span = min(numbers), max(numbers) - min(numbers) or 1.0
    step = (_WIDTH - 2 * _MARGIN) / (len(numbers) - 1)
    heights = (1 - (number - low) / span for number in numbers)
    return " ".join(
        f"{_MARGIN + i * step:.1f},{_MARGIN + height * (_HEIGHT - 2 * _MARGIN):.1f}"
        for i, height in enumerate(heights)
    )

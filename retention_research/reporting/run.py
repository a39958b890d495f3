"""A study run: its data read once, its reports made, and all of it published in one step."""

from __future__ import annotations

import json
import logging
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from retention_research.reporting import (
    identity,
    outcome,
    pages,
    published_record,
    results,
    shelf,
    workers,
)
from retention_research.reporting.frame import Frame, frame_of
from retention_research.reporting.make import Job, Made
from retention_research.reporting.notebooks import ReportNotebook, find_notebooks
from retention_research.reporting.outcome import Outcome
from retention_research.reporting.plan import Plan, Prepare, Prepared, plan_run
from retention_research.reporting.progress import Event, OnEvent
from retention_research.reporting.stopping import Stopped, heed_signals
from retention_research.study import Study

__all__ = ["Outcome", "Prepared", "run_study"]

_SHORT, _LONGEST = Path("/tmp"), 50  # noqa: S108 - a private folder is made inside
_LOG = logging.getLogger(__name__)


def run_study(
    study: Study,
    *,
    out: Path,
    only: Sequence[str] = (),
    force: bool = False,
    progress: OnEvent | None = None,
    prepare: Prepare | None = None,
) -> Outcome:
    """Make a study's reports and publish them under `out`.

    Nothing published changes until the new run is whole; `latest` moves only to a run in which
    every report is ok or skipped. A good run is never replaced by one that is not.

    Args:
        study: the parameters.
        out: the folder reports/.
        only: names of the reports wanted; all when empty.
        force: run even if a good run of these inputs is published.
        progress: called with what happens.
        prepare: reads the data into a folder; default `workspace.prepare_run`.

    Raises:
        StudyError: if the study or the data are wrong; nothing is published then.
    """
    notebooks = find_notebooks(study, only)
    workers.warm_up()
    shelf.sweep_all(out)
    try:
        with heed_signals() as too_late, shelf.hold(out / study.study):
            prepare = prepare or _default_prepare()
            return _run(study, notebooks, out, force, progress or _ignore, prepare, too_late)
    except shelf.StudyHeld:
        return outcome.held(study.study)
    except Stopped as stop:
        return outcome.stopped(stop.signum)


def _run(
    study: Study,
    notebooks: tuple[ReportNotebook, ...],
    out: Path,
    force: bool,
    tell: OnEvent,
    prepare: Prepare,
    too_late: Callable[[], None],
) -> Outcome:
    with shelf.staging(out / study.study) as staging:
        (staging / "work").mkdir()
        tell(Event("reading the data"))
        plan = plan_run(study, notebooks, prepare(study, staging / "work"), out)
        if plan.good_before and not force:
            return _shown(plan, outcome.unchanged(plan.folder))
        return _made(plan, staging, tell, too_late)


def _ignore(_: Event) -> None:
    return


def _default_prepare() -> Prepare:
    from retention_research.workspace import prepare_run

    return prepare_run


def _made(plan: Plan, staging: Path, tell: OnEvent, too_late: Callable[[], None]) -> Outcome:
    site = staging / "site"
    for folder in ("notebooks", "tables"):
        (site / folder).mkdir(parents=True)
    if plan.baseline:  # beside the study: notebooks read earlier looks at experiments there
        results.write_json(staging / "work" / "baseline.json", plan.baseline)
    clock = time.monotonic()
    made, seconds = _make_reports(plan, staging, tell)
    ended = {report: one.ended for report, one in made.items()}
    whole = results.outcome_of(made, plan.all_wanted)
    if plan.good_before and whole != "ok":
        return outcome.discarded(plan.folder, ended)
    run = results.Run(_results(plan, made), _record(plan, made, seconds, whole, clock))
    _write_site(plan, run, site)
    too_late()
    shelf.put(site, plan.folder)
    if whole == "failed":
        return _shown(plan, outcome.failed(plan.folder, ended))
    return _shown(plan, outcome.published(plan.folder, ended, whole == "ok"))


def _folder_of_sockets() -> tempfile.TemporaryDirectory[str]:
    """A private folder for the kernels' sockets, whose paths may have about 100 characters."""
    usual = tempfile.gettempdir()
    short = usual if len(usual) <= _LONGEST or not _SHORT.is_dir() else str(_SHORT)
    return tempfile.TemporaryDirectory(prefix="rr-", dir=short, ignore_cleanup_errors=True)


def _make_reports(
    plan: Plan, staging: Path, tell: OnEvent
) -> tuple[dict[str, Made], dict[str, float]]:
    with _folder_of_sockets() as sockets:
        made, seconds = _finished(plan, _jobs(plan, staging, Path(sockets)), tell)
    return results.without_repeats(made), seconds


def _jobs(plan: Plan, staging: Path, sockets: Path) -> list[Job]:
    frame = _frame(plan, tuple((n.report, n.title) for n in plan.notebooks))
    scratch = staging / "scratch"
    scratch.mkdir()
    return [
        Job(
            n.report, n.path, staging / "site", staging / "work",
            plan.study.limits.cell_seconds, scratch.resolve(), sockets, frame,
        )
        for n in plan.notebooks
    ]  # fmt: skip


def _frame(plan: Plan, reports: tuple[tuple[str, str], ...]) -> Frame:
    return frame_of(plan.study, plan.prepared, plan.name, reports)


def _finished(
    plan: Plan, jobs: Sequence[Job], tell: OnEvent
) -> tuple[dict[str, Made], dict[str, float]]:
    cells = {n.report: n.code_cells for n in plan.notebooks}
    made, seconds, start = dict[str, Made](), dict[str, float](), time.monotonic()

    def on_cell(report: str, cell: int) -> None:
        tell(Event("working", report, cell, cells[report]))

    limit = plan.study.limits.notebook_seconds
    with closing(workers.execute_all(jobs, limit, on_cell)) as finished:
        for job, one in finished:
            made[job.report], seconds[job.report] = one, time.monotonic() - start
            tell(Event(outcome.in_words(one.ended), job.report, ended=one.ended.status))
    return {job.report: made[job.report] for job in jobs}, seconds


def _results(plan: Plan, made: Mapping[str, Made]) -> dict[str, Any]:
    titles = {notebook.report: notebook.title for notebook in plan.notebooks}
    return {
        "schema": results.SCHEMA,
        "study": plan.study.study,
        "run": plan.name,
        "as_of": plan.prepared.as_of.isoformat(),
        "reports": {r: results.report_entry(one, titles[r]) for r, one in made.items()},
    }


def _record(
    plan: Plan,
    made: Mapping[str, Made],
    seconds: Mapping[str, float],
    whole: results.RunOutcome,
    clock: float,
) -> dict[str, Any]:
    packages = identity.installed()
    parameters = published_record.published_parameters(plan.prepared.resolved, plan.study)
    return {
        "schema": results.SCHEMA,
        "study": plan.study.study,
        "run": plan.name,
        "outcome": whole,
        "parameters": json.loads(identity.canonical(parameters)),
        "origins": dict(plan.prepared.origins),
        "data": dict(plan.prepared.data_hashes),
        "tables": dict(plan.prepared.tables),
        "baseline": plan.baseline and plan.baseline["run"],
        "commit": identity.commit(),
        "python": packages["python"],
        "packages": {name: v for name, v in packages.items() if name != "python"},
        "seed": plan.study.seed,
        "started": plan.started.isoformat(),
        "ended": datetime.now(UTC).isoformat(),
        "seconds": round(time.monotonic() - clock, 2),
        "reports": {
            report: {"status": one.ended.status, "seconds_until_done": round(seconds[report], 2)}
            for report, one in made.items()
        },
    }


def _write_site(plan: Plan, run: results.Run, site: Path) -> None:
    results.write_json(site / "results.json", run.results)
    results.write_json(site / "run.json", run.record)
    if plan.baseline:
        results.write_json(site / "baseline.json", plan.baseline)
    reports = results.reading_order(run.results["reports"])
    frame = _frame(plan, tuple((r, entry["title"]) for r, entry in reports.items()))
    for report, entry in reports.items():
        path = site / f"{report}.html"
        if entry["status"] == "ok":
            page = pages.with_way(path.read_text(encoding="utf-8"), report, frame)
        else:
            page = pages.absent_page(report, entry, frame)
        path.write_text(page, encoding="utf-8")
    summary = pages.summary_page(run, plan.baseline, frame)
    (site / "index.html").write_text(summary, encoding="utf-8")


def _shown(plan: Plan, done: Outcome) -> Outcome:
    """The outcome once `latest` and the index lead to what is published."""
    try:
        _show(plan.folder.parent)
    except Exception as error:  # the run is published by now: no error may say otherwise
        _LOG.debug("the index could not be written", exc_info=True)
        return outcome.unlisted(done, error)
    return done


def _show(home: Path) -> None:
    """Point `latest` to the last good run of a study, and the index to all runs of all studies."""
    good = results.last_good(results.read_runs(home))
    if good:
        shelf.point_latest(home / good.name)
    with shelf.hold(home.parent, wait=True):
        folders = (folder for folder in sorted(home.parent.iterdir()) if folder.is_dir())
        studies = {folder.name: results.read_runs(folder) for folder in folders}
        shelf.write_whole(home.parent / "index.html", pages.index_page(studies))

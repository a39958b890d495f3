"""results.json, run.json and baseline.json: what a run found, what made it, what came before."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from retention_research.reporting import run_files
from retention_research.reporting.execute import Ended
from retention_research.reporting.make import Made
from retention_research.reporting.shelf import LATEST

SCHEMA: Final = 1
_QUALITY: Final = "data_quality"
_LOOK: Final = re.compile(r"program\.[^.]+\.look\.")
_Entry = TypeVar("_Entry", bound=Mapping[str, Any])
_LOG = logging.getLogger(__name__)
RunOutcome = Literal["ok", "failed", "partial"]


@dataclass(frozen=True, slots=True)
class Run:
    """A published run as its two files tell it.

    Attributes:
        results: results.json.
        record: run.json.
    """

    results: Mapping[str, Any]
    record: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name of its folder."""
        return str(self.results["run"])

    @property
    def outcome(self) -> RunOutcome:
        """ok, failed (some reports did), or partial (--only)."""
        outcome: RunOutcome = self.record["outcome"]
        return outcome

    @property
    def age_key(self) -> tuple[str, str]:
        """Sorts runs by what they look at, then by when they were made."""
        return str(self.results["as_of"]), str(self.record["started"])


def report_entry(made: Made, title: str) -> dict[str, Any]:
    """A report's part of results.json."""
    ended = made.ended
    if ended.status == "ok":
        return {"status": "ok", "title": title, **made.said}
    if ended.status == "skipped":
        return {"status": "skipped", "title": title, "reason": ended.reason}
    error = {"type": ended.error, "cell": ended.cell, "words": ended.reason}
    return {"status": "failed", "title": title, "error": error}


def without_repeats(reports: Mapping[str, Made]) -> dict[str, Made]:
    """The same reports; one that records a name which an earlier one has recorded is failed.

    Example:
        >>> said = Made(Ended("ok"), {"values": {"bg_nbd.r": {}}})
        >>> [made.ended.status for made in without_repeats({"a": said, "b": said}).values()]
        ['ok', 'failed']
    """
    seen, unique = dict[str, str](), dict[str, Made]()
    for report, made in reports.items():
        names = made.said.get("values", {})
        twice = [name for name in names if name in seen]
        unique[report] = _repeated(twice[0], seen[twice[0]]) if twice else made
        if not twice:
            seen |= dict.fromkeys(names, report)
    return unique


def _repeated(name: str, report: str) -> Made:
    words = f"It records {name}, which {report} has recorded."
    return Made(Ended("failed", words, "RecordedTwice"))


def outcome_of(reports: Mapping[str, Made], all_wanted: bool) -> RunOutcome:
    """How a run ended as a whole.

    Example:
        >>> outcome_of({"a": Made(Ended("skipped", "no data"))}, all_wanted=True)
        'ok'
    """
    if any(made.ended.status == "failed" for made in reports.values()):
        return "failed"
    return "ok" if all_wanted else "partial"


def read_runs(study_folder: Path) -> tuple[Run, ...]:
    """The published runs of a study, oldest first.

    Folders that hold no run of ours are left out; one that looks like a run and is damaged is
    named in the log.
    """
    folders = (f for f in study_folder.glob("*") if f.name != LATEST and not f.name.startswith("."))
    runs = (_read_run(folder) for folder in folders)
    return tuple(sorted((run for run in runs if run), key=lambda run: run.age_key))


def last_good(runs: Iterable[Run]) -> Run | None:
    """The good run that was made last; it is what `latest` means."""
    good = (run for run in runs if run.outcome == "ok")
    return max(good, key=lambda run: str(run.record["started"]), default=None)


def read_run(folder: Path) -> Run:
    """The run in a folder.

    Raises:
        OSError: if its files are not there.
        ValueError: if they cannot be read, or lack what pages and later runs need.
    """
    results, record = (_read_json(folder / f"{name}.json") for name in ("results", "run"))
    run_files.check(results, record)
    return Run(results, record)


def _read_run(folder: Path) -> Run | None:
    try:
        run = read_run(folder)
        if run.name != folder.name:
            raise ValueError(f"results.json belongs to {run.name}")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        words = str(error) if type(error) is ValueError else type(error).__name__
        _say_once(f"{folder} is left out: it holds no run that can be read ({words}).")
        return None
    return run


@cache
def _say_once(words: str) -> None:
    _LOG.warning(words)


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def write_json(path: Path, record: Any) -> None:
    """Write a record for people and machines: indented, UTF-8, no NaN."""
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False, default=str)
    path.write_text(text + "\n", encoding="utf-8")


def baseline_of(runs: Iterable[Run], as_of: str) -> dict[str, Any] | None:
    """What a run compares itself with: the newest good run with an earlier as_of, or None.

    It holds that run's headline values, and its looks at experiments, its own and earlier ones.

    Args:
        runs: oldest first.
        as_of: ISO date of the run that compares.
    """
    earlier = [run for run in runs if run.outcome == "ok" and run.results["as_of"] < as_of]
    if not earlier:
        return None
    last = earlier[-1].results
    tiles = {tile["value_name"]: tile for tile in headlines(last) if tile["value_name"]}
    values = {k: v for r in last["reports"].values() for k, v in r.get("values", {}).items()}
    kept = {name: v for name, v in values.items() if name in tiles or _LOOK.match(name)}
    return {"run": last["run"], "as_of": last["as_of"], "tiles": tiles, "values": kept}


def headlines(results: Mapping[str, Any], each: int | None = None) -> list[dict[str, Any]]:
    """The headline tiles of a run, in the order readers meet its reports.

    Args:
        results: results.json.
        each: how many of each report, from its first on; all when None.

    Example:
        >>> tiles = [{"label": "Orders"}, {"label": "Customers"}]
        >>> headlines({"reports": {"a": {"tiles": tiles}, "b": {"status": "failed"}}}, each=1)
        [{'label': 'Orders'}]
    """
    reports = reading_order(results["reports"]).values()
    return [tile for entry in reports for tile in entry.get("tiles", [])[:each]]


def reading_order(reports: Mapping[str, _Entry]) -> dict[str, _Entry]:
    """The reports as readers meet them: the data's quality comes last, unless it is in doubt.

    Args:
        reports: report name to its entry in results.json, in the order of the study.

    Example:
        >>> list(reading_order({"data_quality": {"status": "ok"}, "survival": {}}))
        ['survival', 'data_quality']
        >>> doubt = {"status": "ok", "findings": [{"status": "warn"}]}
        >>> list(reading_order({"data_quality": doubt, "survival": {}}))
        ['data_quality', 'survival']
    """
    last = {n: e for n, e in reports.items() if n == _QUALITY and not _in_doubt(e)}
    return {n: e for n, e in reports.items() if n not in last} | last


def _in_doubt(entry: Mapping[str, Any]) -> bool:
    found = {finding["status"] for finding in entry.get("findings", ())}
    return entry.get("status") == "failed" or bool(found & {"warn", "bad"})


def changes_since(
    results: Mapping[str, Any], baseline: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Label, text then and text now of each headline value that both runs have.

    Example:
        >>> tile = {"label": "Orders", "value_name": "orders.n", "value_text": "9"}
        >>> before = {"tiles": {"orders.n": tile | {"value_text": "7"}}}
        >>> changes_since({"reports": {"a": {"tiles": [tile]}}}, before)
        [('Orders', '7', '9')]
    """
    return [
        (tile["label"], baseline["tiles"][tile["value_name"]]["value_text"], tile["value_text"])
        for tile in headlines(results)
        if tile["value_name"] in baseline["tiles"]
    ]

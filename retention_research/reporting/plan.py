"""What a run is going to do, settled before its first notebook starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from retention_research.reporting import gates, identity, published_record, results
from retention_research.reporting.notebooks import ReportNotebook
from retention_research.study import Study


class Prepared(Protocol):
    """What `workspace.prepare_run` knows once the data are read."""

    @property
    def as_of(self) -> date:
        """Last day that any number looks at."""

    @property
    def data_hashes(self) -> Mapping[str, str]:
        """Table name to content hash."""

    @property
    def resolved(self) -> Mapping[str, Any]:
        """Every parameter, secret-free."""

    @property
    def origins(self) -> Mapping[str, str]:
        """Dotted key to where its value was set."""

    @property
    def tables(self) -> Mapping[str, Any]:
        """Table name to rows_read, rows_kept and blank_shares."""

    @property
    def newest_order(self) -> datetime | None:
        """When the newest order was placed, in UTC; None where it is not known."""


Prepare = Callable[[Study, Path], Prepared]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is settled before the first notebook starts.

    Attributes:
        study: the parameters.
        notebooks: the reports to make.
        all_wanted: whether these are all the study has.
        good_before: whether a good run of the same inputs is published.
        prepared: what is known of the data.
        baseline: what the run compares itself with.
        name: of the run.
        folder: where it is going to be published.
        started: the time, for run.json.
    """

    study: Study
    notebooks: tuple[ReportNotebook, ...]
    all_wanted: bool
    good_before: bool
    prepared: Prepared
    baseline: Mapping[str, Any] | None
    name: str
    folder: Path
    started: datetime


def plan_run(
    study: Study, notebooks: tuple[ReportNotebook, ...], prepared: Prepared, out: Path
) -> Plan:
    """Name the run after all that makes it, and look for what was published before.

    Args:
        study: the parameters.
        notebooks: the reports wanted.
        prepared: what is known of the data.
        out: the folder reports/.

    Raises:
        StudyError: if the data do not pass the study's gates.
    """
    home, started = out / study.study, datetime.now(UTC)
    runs = results.read_runs(home)
    before = gates.last_comparable(runs, prepared.as_of)
    gates.refuse_breach(study.gates, prepared.tables, prepared.newest_order, started, before)
    baseline = results.baseline_of(runs, prepared.as_of.isoformat())
    name = identity.run_id(prepared.as_of, _ingredients(study, notebooks, prepared, baseline))
    return Plan(
        study=study,
        notebooks=notebooks,
        all_wanted=len(notebooks) == len(study.reports),
        good_before=any(run.name == name and run.outcome == "ok" for run in runs),
        prepared=prepared,
        baseline=baseline,
        name=name,
        folder=home / name,
        started=started,
    )


def _ingredients(
    study: Study,
    notebooks: Sequence[ReportNotebook],
    prepared: Prepared,
    baseline: Mapping[str, Any] | None,
) -> dict[str, Any]:
    return {
        "parameters": dict(prepared.resolved),
        "reports": [notebook.report for notebook in notebooks],
        "data": dict(prepared.data_hashes),
        "packages": identity.installed(),
        "package": identity.package_hash(),
        "notebooks": identity.hash_files((n.path.name, n.path) for n in notebooks),
        "baseline": baseline,
        "key": published_record.key_mark(study),
    }

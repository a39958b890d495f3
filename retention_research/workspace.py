"""What one study has: its checked events, summaries and fits, computed once and shared by a run."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retention_research import opening, opening_names, periods
from retention_research.events.engine import hold
from retention_research.events.measures import measure_tables, newest_order
from retention_research.events.sources import Events, open_events, reopen_events
from retention_research.opening import STEP, WATCHED
from retention_research.periods import ObservationWindow
from retention_research.study import RECORD, SNAPSHOT, Study, StudyError, read_study, write_study
from retention_research.study_spans import is_open
from retention_research.summaries import purchases as summaries
from retention_research.summaries import segments as groups
from retention_research.summaries import silence
from retention_research.summaries.as_known import as_known, customers_known

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_FEWEST_KNOWN = 500  # customers of known birth: below this all are fitted, and the report says so


@dataclass(frozen=True, slots=True)
class Workspace:
    """The study, its events, and what is computed from them at most once.

    Attributes:
        study: the parameters.
        events: checked tables.
        window: start, end of calibration, as_of.
        folder: where summaries and fits are kept for the other notebooks of the run.
    """

    study: Study
    events: Events
    window: ObservationWindow
    folder: Path

    @property
    def current(self) -> ObservationWindow:
        """The window start..as_of, all of it calibration."""
        return ObservationWindow(self.window.start, self.window.as_of, self.window.as_of)

    @property
    def silence_days(self) -> int:
        """churn.inactive_for in days."""
        return round(self.study.churn.inactive_for.days)

    def in_units(self, days: Any) -> Any:
        """Days in the model's unit of time."""
        return days / periods.DAYS_PER_UNIT[self.study.time.unit]

    def table(self, name: str) -> ir.Table | None:
        """An event table as known at as_of: later rows gone, later facts blank.

        None where the study names no such table.
        """
        rows, end = self.events.table(name), self.window.as_of
        if rows is not None and name == "customers":
            return customers_known(rows, self.purchases(end), end)
        return None if rows is None else as_known(rows, name, end)

    def purchases(self, end: date) -> ir.Table:
        """The purchases up to `end`: customer_id, day, amount, orders; by customer and day."""
        # in this order engines sum over customers four times as fast, and every report does
        rows, order = self.events.transactions, ("customer_id", "day")
        return self.kept_table(
            f"purchases-{end}", lambda: summaries.purchase_days(rows, end).order_by(order)
        )

    def summary(self, window: ObservationWindow) -> ir.Table:
        """One row per customer born in the window's calibration, with `birth_known`."""
        return self.kept_table(f"summary-{window.calibration_end}", lambda: self._summary(window))

    def _summary(self, window: ObservationWindow) -> ir.Table:
        rows = summaries.summarise_purchases(self.purchases(window.calibration_end), window)
        return self.with_birth(summaries.add_holdout(rows, self.purchases(window.as_of), window))

    def with_birth(self, rows: ir.Table) -> ir.Table:
        """Rows of customer_id and first_day, with `birth_known`."""
        if self.study.cohort_complete:
            return rows.mutate(birth_known=True)
        first, customers = self.events.first_day, self.events.customers
        return summaries.acquisition_known(rows, first, self.silence_days, customers)

    def fitted_rows(self, window: ObservationWindow) -> ir.Table:
        """The rows that value models are fitted on: customers of known birth, if they suffice."""
        rows = self.summary(window)
        return rows if self.fits_everybody(window) else rows.filter(rows.birth_known)

    def fits_everybody(self, window: ObservationWindow) -> bool:
        """Whether customers of unknown birth are fitted too, for want of others."""
        rows = self.summary(window)
        known = int(rows.filter(rows.birth_known).count().execute())
        return known < min(_FEWEST_KNOWN, int(rows.count().execute()))

    def cells(self, window: ObservationWindow, *extra: str) -> pd.DataFrame:
        """The fitted rows as counted cells, times in the model's unit."""
        counted = summaries.count_cells(self.fitted_rows(window), *extra)
        return counted.assign(
            recency=self.in_units(counted["recency"]), T=self.in_units(counted["T"])
        )

    def segments(self, at: date | None = None) -> dict[str, ir.Table]:
        """Customers by group, for reports: "rfm" and the study's own columns of customers.

        Args:
            at: the day at which "rfm" looks; as_of if left out. A report that measures what
                customers did after a day groups them as they were on it.

        Returns:
            Segment to its table of customer_id and level: every customer once, levels of fewer
            than `group_floor` customers merged into "other".

        Raises:
            StudyError: if the study names a column that its customers lack.
        """
        day = at or self.window.as_of
        return {"rfm": self.kept_table(f"segment-rfm-{day}", lambda: self._rfm(day))} | {
            column: self.kept_table(f"segment-own-{place}", partial(self._own_segment, column))
            for place, column in enumerate(self.study.segments)
        }

    def _rfm(self, day: date) -> ir.Table:
        levels = groups.rfm(self.purchases(self.window.as_of), day, self.silence_days)
        return self._complete(levels, groups.NO_PURCHASE)

    def _own_segment(self, column: str) -> ir.Table:
        return self._complete(groups.by_column(self.table("customers"), column), groups.UNKNOWN)

    def _complete(self, levels: ir.Table, otherwise: str) -> ir.Table:
        bought, customers = self.purchases(self.window.as_of), self.table("customers")
        everybody = self.kept_table("everybody", lambda: groups.everybody(bought, customers))
        return groups.complete(levels, everybody, otherwise, self.study.group_floor)

    def silence_cells(self, spans: tuple[int, ...]) -> pd.DataFrame:
        """Customers by how often they were silent for some days, and back within a year after.

        See `summaries.silence.silence_cells`; everybody seen counts, at every month end that is
        followed by 52 weeks of data.
        """

        def count() -> ir.Table:
            rows = silence.silences(self._silent_gaps(min(*spans, STEP)), spans, WATCHED)
            return silence.silence_cells(hold(rows), spans)

        return self.kept_table(f"silence-{spans[0]}-{spans[-1]}", count).to_pandas()

    def _silent_gaps(self, shortest: int) -> ir.Table:
        end = self.window.as_of
        made = partial(silence.silent_gaps, self.purchases(end), end, shortest, WATCHED)
        return self.kept_table(f"silent-gaps-{shortest}", made)

    def silence_by_data(self) -> opening.ChosenSilence:
        """The length of silence that the data would choose, whatever the study says."""
        return opening.choose_silence(self.silence_cells, self.window.start, self.window.as_of)

    def kept_table(self, name: str, compute: Callable[[], ir.Table]) -> ir.Table:
        """A table computed at most once in this workspace's folder."""
        file = self.folder / f"{name}.parquet"
        if not file.exists():
            _write_whole(file, lambda part: compute().to_parquet(part))
        return self.events.connection.read_parquet(file)

    def kept_record(self, name: str, compute: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
        """A JSON record, such as a fit's, computed at most once in this workspace's folder."""
        file = self.folder / f"{name}.json"
        if not file.exists():
            _write_whole(file, lambda part: part.write_text(json.dumps(compute())))
        return dict(json.loads(file.read_text()))


def _write_whole(file: Path, write: Callable[[Path], object]) -> None:
    # Other notebooks of the run look for the same file: they see all of it or none, and never
    # other bytes than at their first look. Two files of the same rows need not be equal.
    part = file.with_name(f".{os.getpid()}-{file.name}")
    write(part)
    with suppress(FileExistsError):
        os.link(part, file)
    part.unlink()


def open_workspace(
    study: str | Path | Study, frames: Mapping[str, pd.DataFrame] | None = None
) -> Workspace:
    """Open a study for a notebook: the run's shared snapshot, or its own sources when alone.

    Args:
        study: path of a study file, or a study.
        frames: table name to frame, for sources that say `frame: true`.

    Raises:
        StudyError: if the study or its data are wrong.

    Example:
        >>> open_workspace("params/cdnow.yml").window.as_of
        datetime.date(1998, 6, 30)
    """
    parameters = study if isinstance(study, Study) else read_study(study)
    snapshot = Path.cwd() / SNAPSHOT
    if parameters.origins and not isinstance(study, Study) and _is_of_run(Path(study), snapshot):
        return _assembled(parameters, reopen_events(parameters, snapshot), snapshot)
    return _alone(parameters, open_events(parameters, frames=frames))


def _alone(study: Study, events: Events) -> Workspace:
    folder = Path(tempfile.mkdtemp(prefix="workspace-"))
    # customers' purchases must not stay behind in a temporary folder
    weakref.finalize(events.connection, shutil.rmtree, folder, ignore_errors=True)
    return _assembled(study, events, folder)


def _is_of_run(study: Path, snapshot: Path) -> bool:
    return study.parent == Path() and (snapshot / RECORD).is_file()


def _assembled(study: Study, events: Events, folder: Path) -> Workspace:
    opening_names.refuse_unknown_segments(study, events)
    opening_names.refuse_mistyped_names(study, events)
    workspace = Workspace(study, events, opening.window_of(study, events), folder)
    if not int(workspace.purchases(workspace.window.as_of).count().execute()):
        raise StudyError(
            f"every order from {events.first_day} to {events.as_of} was refunded in full: there is "
            "no purchase to report on. Look at the signs of the amounts, and at as_of."
        )
    if not is_open(study.churn.inactive_for):
        return workspace
    days = workspace.silence_by_data().choice.days
    return replace(workspace, study=opening.with_silence(study, days))


def prepare_run(study: Study, folder: Path) -> opening.Prepared:
    """Read the study's sources once, for all notebooks of a run.

    Args:
        study: the parameters.
        folder: where `study.yml` (resolved, secret-free) and the snapshot go.

    Raises:
        StudyError: if the data are wrong, or the window is.
    """
    snapshot = folder / SNAPSHOT
    events = open_events(study, folder=snapshot)
    resolved = _assembled(study, events, snapshot).study.resolved(events.as_of)
    write_study(resolved, folder / "study.yml")
    return opening.Prepared(
        as_of=events.as_of,
        data_hashes=events.hashes,
        resolved=_without(resolved, "origins"),
        origins=study.origins,
        tables=measure_tables(events, study.segments),
        newest_order=newest_order(events, study.time.zone),
    )


def _without(settings: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name != key}


def check_study(study: Study) -> list[str]:
    """What a person wants to know of a study and its data before any model is fitted.

    Raises:
        StudyError: if the study or its data are wrong.

    Example:
        >>> check_study(read_study("params/cdnow.yml"))[0]
        'transactions: 6,919 rows read, 6,919 used, 0.0% left out'
    """
    events = open_events(study)
    opening_names.refuse_unknown_segments(study, events)
    opening_names.refuse_mistyped_names(study, events)
    window = opening.window_of(study, events)
    lines = opening.check_lines(events, window) + opening_names.program_lines(study, events)
    if is_open(study.churn.inactive_for):
        lines.append(f"churn.inactive_for: {_alone(study, events).study.churn.inactive_for}")
    unread = study.settings_without_reader()
    lines += [f"no report of this version reads: {', '.join(unread)}"] if unread else []
    return [*lines, f"reports: {', '.join(study.reports)}", "The study can run."]

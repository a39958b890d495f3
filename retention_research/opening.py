"""What is settled before a workspace opens: names that must be in the data, window, silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from retention_research import periods
from retention_research.events.checks import Checked
from retention_research.events.sources import Events
from retention_research.models.churn_window import FEWEST_SILENT, Choice, Silent, choose_window
from retention_research.periods import ObservationWindow
from retention_research.study import Study, StudyError
from retention_research.study_programs import Program
from retention_research.study_spans import AutoSpan
from retention_research.summaries import segments as groups
from retention_research.summaries import silence

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

STEP = 28  # days: lengths of silence are looked at by four weeks
WATCHED = 364  # days after a silence in which a purchase is a return
YEAR = tuple(range(STEP, 13 * STEP + 1, STEP))  # lengths of silence that are always looked at
USUAL = 182  # days of silence where the data are too little to choose
_MOST_REST = 7  # days without orders at the end of the data that are no sign of a wrong as_of
_MOST_LEVELS, _TOLD, _NEAR = 1000, 10, 0.75  # of names in the data; told; how alike is a slip

Cells = Callable[[tuple[int, ...]], "pd.DataFrame"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a run knows once its data are read.

    Attributes:
        as_of: last day that any number looks at.
        data_hashes: table name to content hash.
        resolved: every parameter, secret-free, with as_of and a silence of `auto` settled.
        origins: dotted key to where its value was set.
        tables: table name to rows_read, rows_kept and blank_shares.
        newest_order: when the newest order was placed, in UTC.
    """

    as_of: date
    data_hashes: Mapping[str, str]
    resolved: Mapping[str, Any]
    origins: Mapping[str, str]
    tables: Mapping[str, Mapping[str, Any]]
    newest_order: datetime


def refuse_unknown_segments(study: Study, events: Events) -> None:
    """Make sure that customers have the columns that the study groups or looks at them by.

    Raises:
        StudyError: naming the key, and the nearest column.
    """
    wanted = {"segments": study.segments, "drivers.columns": study.drivers.columns}
    wanted |= {f"programs[{i}].segments": p.segments for i, p in enumerate(study.programs)}
    for key, name in ((key, name) for key, names in wanted.items() for name in names):
        with _told_where(study, key):
            groups.by_column(events.customers, name, _shown(study, key))


@contextmanager
def _told_where(study: Study, key: str) -> Iterator[None]:
    """An error of a key with the line that it stands on."""
    try:
        yield
    except StudyError as error:
        where = study.origins.get(key) or study.origins.get(key.partition("[")[0])
        raise StudyError(f"{where}: {error}" if where else str(error)) from None


def _shown(study: Study, key: str) -> str:
    """A key as people read it, a program by its id: `programs.mail.control`."""
    section, _, rest = key.partition("[")
    place, _, name = rest.partition("].")
    return f"{section}.{study.programs[int(place)].id}.{name}" if rest else key


def refuse_mistyped_names(study: Study, events: Events) -> None:
    """Make sure that no category or level that targets name is nearly, but not quite, in the data.

    Raises:
        StudyError: naming the key, and what was probably meant.
    """
    tickets = events.table("tickets")
    if tickets is not None and "category" in tickets.columns:
        _refuse_near("tickets.targets", study.tickets.targets, tickets.category)
    for kpi, target in study.targets.items():
        if events.customers is not None and target.by in events.customers.columns:
            column = events.customers[target.by].cast("string")
            _refuse_near(f"targets.{kpi}.levels", target.levels, column)
    for place, program in enumerate(study.programs):
        for name, table, column in _NAMED:
            key = f"programs[{place}].{name}"
            rows, wanted = _rows_of(events, program, table, name), getattr(program, name)
            if wanted and rows is not None and column in rows.columns:
                with _told_where(study, key):
                    _refuse_near(_shown(study, key), [wanted], rows[column].cast("string"))
        with _told_where(study, f"programs[{place}].unit"):
            _refuse_unknown_unit(program, events)


# what a program names, the table and the column that hold it
_NAMED = (
    ("experiment_id", "assignments", "experiment_id"), ("control", "assignments", "arm"),
    ("purpose", "contacts", "purpose"), ("campaign_id", "contacts", "campaign_id"),
    ("program_id", "memberships", "program_id"), ("program_id", "rewards", "program_id"),
)  # fmt: skip
_OF_KIND = {"memberships": "enrolment", "rewards": "rewards"}


def _rows_of(events: Events, program: Program, table: str, name: str) -> ir.Table | None:
    """The rows among which a program's name should be: an arm's, those of its experiment."""
    rows = events.table(table)
    if rows is None or _OF_KIND.get(table, program.kind) != program.kind:
        return None
    if name != "control":
        return rows
    return rows.filter(rows.experiment_id.strip() == program.experiment_id)


def _refuse_unknown_unit(program: Program, events: Events) -> None:
    """A roll-out starts by a column of customers, or by the team of tickets."""
    if not program.unit or program.unit == "team" or events.customers is None:
        return
    units = groups.by_column(events.customers, program.unit, f"programs.{program.id}.unit")
    _refuse_near(f"programs.{program.id}.starts", program.starts, units.level)


def _refuse_near(key: str, wanted: Iterable[str], column: ir.StringColumn) -> None:
    there = {str(v) for v in column.strip().topk(_MOST_LEVELS).to_pyarrow()[0].to_pylist() if v}
    folded = {level.casefold(): level for level in there}
    for name in wanted:
        near = get_close_matches(name.casefold(), folded, 1, _NEAR)
        if name not in there and near and not _holds(column, name):
            raise StudyError(
                f"{key}: the data hold no {name} (did you mean {folded[near[0]]}?). There are: "
                f"{', '.join(sorted(there)[:_TOLD])}."
            )


def _holds(column: ir.StringColumn, name: str) -> bool:
    """Whether a name is in a column at all, also one of too many to be listed."""
    return bool((column.strip() == name).any().fill_null(False).to_pyarrow().as_py())


def window_of(study: Study, events: Events) -> ObservationWindow:
    """The window of a study's data.

    Raises:
        StudyError: if the calibration does not end inside it.
    """
    start, as_of = events.first_day, events.as_of
    end = periods.calibration_end(start, as_of, study.calibration_end)
    try:
        return ObservationWindow(start, end, as_of)
    except ValueError:
        raise StudyError(
            f"calibration_end: {end} does not lie between the first order ({start}) and as_of "
            f"({as_of}). Give a date between them, or leave it out for two thirds of the window."
        ) from None


def check_lines(events: Events, window: ObservationWindow) -> list[str]:
    """What a check of a study says of its tables, one by one, and of its window."""
    lines = [line for check in events.checks.values() for line in _check_lines(check)]
    lines.append(
        f"window: {window.start} to {window.as_of}, calibration until {window.calibration_end}"
    )
    return lines + _beyond_the_data(events)


def _beyond_the_data(events: Events) -> list[str]:
    """That as_of lies more than days of rest after the data, where it does."""
    days = (events.as_of - events.newest_day).days
    if days <= _MOST_REST:
        return []
    return [
        f"as_of: {events.as_of} lies {days} days after {events.newest_day}, the newest full day of "
        "the data. Customers count as silent on days that are not there: give an as_of within the "
        "data, or newer data."
    ]


def _check_lines(check: Checked) -> list[str]:
    counts = f"{check.n_read:,} rows read, {check.n_kept:,} used"
    left_out = f"{100 * check.excluded_share:.1f}% left out"
    return [f"{check.table}: {counts}, {left_out}", *(f"  {f.sentence}" for f in check.failures)]


@dataclass(frozen=True, slots=True)
class ChosenSilence:
    """The length of silence that the data choose, whatever the study says.

    Attributes:
        choice: the length in days and why; the usual 26 weeks where the data are too little.
        looked_at: silences of every length that was looked at, ascending.
    """

    choice: Choice
    looked_at: tuple[Silent, ...]


def choose_silence(cells: Cells, start: date, as_of: date) -> ChosenSilence:
    """The smallest multiple of four weeks after which few customers come back.

    Everybody seen in the data counts, also who may have bought before they begin: whose first
    purchase is known depends on the length that is being chosen here.

    Args:
        cells: makes the counted cells of `summaries.silence.silence_cells` for some lengths.
        start: first day of the data.
        as_of: last day that is known.
    """
    seen: list[Silent] = []
    for block in _blocks(start, as_of):
        seen += silent_rows(cells(block), block)
        choice = choose_window(seen)
        if choice.why == "few return" or seen[-1].customers < FEWEST_SILENT:
            break
    choice = choose_window(seen)
    return ChosenSilence(choice if choice.days else Choice(USUAL, choice.why), tuple(seen))


def _blocks(start: date, as_of: date) -> Iterator[tuple[int, ...]]:
    """Lengths that somebody can have been silent for at a month end, a year's at a time."""
    longest = (silence.last_origin(as_of, WATCHED) - start).days
    yield YEAR
    for year in range(1, longest // YEAR[-1] + 1):
        yield tuple(days + year * YEAR[-1] for days in YEAR)


def silent_rows(cells: pd.DataFrame, spans: Iterable[int]) -> list[Silent]:
    """Sums of counted cells, span by span; zeros where nobody was silent.

    Args:
        cells: silent_days, silences, returns, customers.
        spans: lengths in days, ascending.
    """
    times = cells.assign(
        silences=cells["silences"] * cells["customers"],
        returns=cells["returns"] * cells["customers"],
    )
    sums = times.groupby("silent_days")[["customers", "silences", "returns"]].sum()
    filled = sums.reindex(list(spans), fill_value=0)
    return [
        Silent(int(days), *map(int, row))
        for days, row in zip(filled.index, filled.to_numpy(), strict=True)
    ]


def with_silence(study: Study, days: int) -> Study:
    """The study with its silence settled.

    Example:
        >>> from retention_research.study import read_study
        >>> auto = read_study("params/cdnow.yml", ["churn.inactive_for=auto"])
        >>> str(with_silence(auto, 140).churn.inactive_for)
        'auto (20W)'
    """
    churn = study.churn.model_copy(update={"inactive_for": AutoSpan(days // 7, "W")})
    return study.model_copy(update={"churn": churn})

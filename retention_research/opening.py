"""What is settled before a workspace opens: the window, and how long a silence is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from retention_research import periods
from retention_research.events.checks import Checked
from retention_research.events.sources import Events
from retention_research.models.churn_window import FEWEST_SILENT, Choice, Silent, choose_window
from retention_research.periods import ObservationWindow
from retention_research.study import Study, StudyError
from retention_research.study_spans import AutoSpan
from retention_research.summaries import silence

if TYPE_CHECKING:
    import pandas as pd

STEP = 28  # days: lengths of silence are looked at by four weeks
WATCHED = 364  # days after a silence in which a purchase is a return
YEAR = tuple(range(STEP, 13 * STEP + 1, STEP))  # lengths of silence that are always looked at
USUAL = 182  # days of silence where the data are too little to choose
_MOST_REST = 7  # days without orders at the end of the data that are no sign of a wrong as_of

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

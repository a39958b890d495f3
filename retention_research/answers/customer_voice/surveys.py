"""What customers answer when asked: would they recommend, were they satisfied; who is silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retention_research.answers.customer_voice.contrasts import Contrast, contrasts
from retention_research.answers.customer_voice.measures import (
    Measured,
    ends,
    measured,
    of_levels,
    value_of,
)
from retention_research.answers.customer_voice.spans import Spans, stretch_in_words
from retention_research.answers.kpis.inputs import Inputs
from retention_research.answers.kpis.rows import Row
from retention_research.answers.kpis.said import survey_rows
from retention_research.answers.segments import segment_words
from retention_research.glossary.names import slug
from retention_research.models.fit import Missing
from retention_research.periods import Period
from retention_research.summaries import service
from retention_research.summaries.kpis.service import whole
from retention_research.summaries.kpis.voice import ratings
from retention_research.values import Value, diagnostic
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

WHOLE_YEAR = "whole year"
RECOMMEND = ("score", "conf_low", "conf_high")
SATISFIED = ("satisfied", "share_low", "share_high")
Reader = Callable[[Sequence[Period], "ir.Table | None"], list[Measured]]


@dataclass(frozen=True, slots=True)
class Scores:
    """One score: overall, over time, by group.

    Attributes:
        values: by glossary name, of the year.
        over_time: in_period, answers, and the score with its interval.
        groups: by segment in words: group, in_period (a quarter, or WHOLE_YEAR), answers, score
            with interval.
        year: by segment in words: the groups over the year.
        contrasts: by segment in words: whether its groups differ, and which two.
    """

    values: Mapping[str, Value]
    over_time: pd.DataFrame
    groups: Mapping[str, pd.DataFrame]
    year: Mapping[str, Sequence[Measured]]
    contrasts: Mapping[str, Contrast]


def recommending(workspace: Workspace, times: Spans) -> Scores | None:
    """The net promoter score; None where fewer than the floor answered in the year."""
    if workspace.table("surveys") is None:
        return None
    year = survey_rows(Inputs(workspace, (times.year,)))
    if not any(row.kpi == "nps" and row.n >= workspace.study.group_floor for row in year):
        return None
    values: dict[str, Value] = {}
    for kpi in ("nps", "nps_non_response", "nps_weighted"):
        values |= value_of(f"voice.{kpi}", [_as_measured(row) for row in year if row.kpi == kpi])
    return _scores(workspace, times, "nps", values, _nps(workspace), RECOMMEND)


def _nps(workspace: Workspace) -> Reader:
    floor = workspace.study.group_floor

    def read(periods: Sequence[Period], by: ir.Table | None) -> list[Measured]:
        rows = survey_rows(Inputs(workspace, tuple(periods), by))
        found = [_as_measured(row) for row in rows if row.kpi == "nps"]
        few = Missing("nps", f"Fewer than {floor} customers answered, too few to show.")
        return [row._replace(found=few) if row.n < floor else row
                for row in found]  # fmt: skip

    return read


def _as_measured(row: Row) -> Measured:
    return Measured(row.period, row.level, row.found, row.n, row.numerator or 0.0,
                    row.denominator or 0.0)  # fmt: skip


def satisfied(workspace: Workspace, times: Spans) -> Scores | None:
    """Ratings of service; None where fewer than the floor rated in the year."""
    tickets = workspace.table("tickets")
    if tickets is None or "csat" not in tickets.columns:
        return None
    rows = whole(tickets)
    read = _csat(workspace, rows)
    year = read((times.year,), None)
    if not year or year[0].n < workspace.study.group_floor:
        return None
    silent = measured(workspace, service.unrated(rows, [times.year]))
    values = value_of("voice.csat", year) | value_of("voice.csat_non_response", silent)
    return _scores(workspace, times, "csat", values, read, SATISFIED)


def _csat(workspace: Workspace, tickets: ir.Table) -> Reader:
    def read(periods: Sequence[Period], by: ir.Table | None) -> list[Measured]:
        sums = ratings(tickets, periods)
        if by is not None:
            named = by.select("customer_id", "level")
            sums = sums.join(named, "customer_id").select(*sums.columns, "level")
        return measured(workspace, sums)

    return read


def _scores(
    workspace: Workspace, times: Spans, name: str, values: Mapping[str, Value], read: Reader,
    columns: tuple[str, str, str],
) -> Scores:  # fmt: skip
    groups: dict[str, pd.DataFrame] = {}
    named, years = dict(values), dict[str, list[Measured]]()
    words = [*map(stretch_in_words, times.quarters), WHOLE_YEAR]
    for segment, levels in workspace.segments(times.before).items():
        year = read((times.year,), levels)
        named |= of_levels(f"voice.{name}.{slug(segment)}.{{}}", year)
        years[segment_words(segment)] = year
        rows = read(times.quarters, levels) + [row._replace(period=len(words) - 1) for row in year]
        told = _frame(rows, words, columns).dropna(subset=columns[0])
        if len(told):
            groups[segment_words(segment)] = told
    words = [period.words for period in times.periods]
    over_time = _frame(read(times.periods, None), words, columns)
    return Scores(named, over_time.drop(columns="group"), groups, years, {})


def held_together(
    recommend: Scores | None, satisfy: Scores | None, confidence: float
) -> tuple[Scores | None, Scores | None]:
    """Both scores with the tests of their groups, which are adjusted for each other."""
    there = {"nps": recommend, "csat": satisfy}
    found = contrasts(
        {name: scores.year for name, scores in there.items() if scores}, ["csat"], confidence
    )
    one, other = (_tested(scores, name, found.get(name, {})) for name, scores in there.items())
    return one, other


def _tested(scores: Scores | None, name: str, found: Mapping[str, Contrast]) -> Scores | None:
    if scores is None:
        return None
    p_values = {
        f"voice.{name}_difference.{slug(segment)}.p_value": diagnostic(one.p_value, "small")
        for segment, one in found.items()
    }
    return replace(scores, values={**scores.values, **p_values}, contrasts=found)


def _frame(
    rows: Sequence[Measured], words: Sequence[str], columns: tuple[str, str, str]
) -> pd.DataFrame:
    import pandas as pd

    ordered = sorted(rows, key=lambda row: (row.level, row.period))
    cells = [(row.level, words[row.period], row.n, *ends(row.found)) for row in ordered]
    frame = pd.DataFrame(cells, columns=["group", "in_period", "answers", *columns])
    return frame.astype(dict.fromkeys(columns, "float64"))

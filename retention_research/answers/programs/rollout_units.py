"""The units of a roll-out, when each starts, and what their customers did around every start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

import ibis
import numpy as np

from retention_research.models.arrays import Flags, Floats, Integers
from retention_research.models.fit import Missing
from retention_research.programs.rollout import NEVER
from retention_research.study import StudyError
from retention_research.study_programs import Program
from retention_research.summaries import rollout, segments
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

TEAM = "team"
COUNTED = ("customers", "buyers", "purchases", "revenue", "ratings", "points")
_TOLD = 5  # names of units in a sentence


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Who is in a roll-out.

    Attributes:
        names: of the units, sorted. start: each one's first day with the program, as an ordinal
            day, shape (units,); -1 where it does not start by as_of.
        members: customer_id, unit, first_day; None where the unit is the team of tickets.
        ratings: unit, first_day, day, csat; None without rated tickets.
        not_there: units with a start that no customer or ticket belongs to.
        planned: units whose start lies after as_of.
        without: customers of no unit.
    """

    names: tuple[str, ...]
    start: Integers
    members: ir.Table | None
    ratings: ir.Table | None
    not_there: tuple[str, ...]
    planned: tuple[str, ...]
    without: int


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """What was counted in spans of one length around every start.

    Attributes:
        starts: ordinal days, ascending, shape (starts,).
        ages: spans since the start, shape (ages,). step: days of a span.
        counts: customers, buyers (where they were asked for), purchases, revenue, ratings and
            points, each of shape (starts, units, ages); NaN where the span is not wholly within
            the data.
    """

    starts: Integers
    ages: Integers
    step: int
    counts: dict[str, Floats]


def units_of(workspace: Workspace, program: Program) -> Units | Missing:
    """Who is in the roll-out.

    Raises:
        StudyError: if customers have no such column, or a unit's name is nearly one there is.
    """
    key = f"programs.{program.id}.unit"
    if program.unit == TEAM:
        return _teams(workspace, program)
    column = program.unit or ""
    levels = segments.by_column(workspace.table("customers"), column, key)
    bought = workspace.purchases(workspace.window.as_of)
    name = f"rollout-{program.id}-members"
    members = workspace.kept_table(name, lambda: rollout.unit_members(levels, bought))
    sizes = members.group_by("unit").agg(n=members.count()).to_pandas().set_index("unit")["n"]
    without = int(sizes.get(segments.UNKNOWN, 0))
    there = members.filter(members.unit != segments.UNKNOWN)
    names = [str(unit) for unit in sizes.index if unit != segments.UNKNOWN]
    ratings = _rated(workspace, there) if "satisfaction" in program.outcomes else None
    return _units(workspace, program, names, there, ratings, without)


def _teams(workspace: Workspace, program: Program) -> Units | Missing:
    tickets = workspace.table("tickets")
    if tickets is None or not {TEAM, "csat"} <= set(tickets.columns):
        return Missing("rollout", "It starts by the team of tickets, and the study has no table "
                       "of tickets with team and csat.")  # fmt: skip
    rated = rollout.ratings_of(tickets, None)
    names = rated.select("unit").distinct().to_pandas()["unit"]
    return _units(workspace, program, [str(name) for name in names], None, rated, 0)


def _rated(workspace: Workspace, members: ir.Table) -> ir.Table | None:
    tickets = workspace.table("tickets")
    if tickets is None or "csat" not in tickets.columns:
        return None
    return rollout.ratings_of(tickets, members)


def _units(
    workspace: Workspace,
    program: Program,
    names: list[str],
    members: ir.Table | None,
    ratings: ir.Table | None,
    without: int,
) -> Units:
    end, ordered = workspace.window.as_of, tuple(sorted(names))
    absent = tuple(unit for unit in program.starts if unit not in set(names))
    _refuse_near(program, absent, ordered)
    days = [program.starts.get(name) for name in ordered]
    start = [day.toordinal() if day and day <= end else NEVER for day in days]
    planned = tuple(n for n, day in zip(ordered, days, strict=True) if day and day > end)
    return Units(
        ordered, np.array(start, dtype=np.intp), members, ratings, absent, planned, without
    )


def _refuse_near(program: Program, absent: Iterable[str], there: tuple[str, ...]) -> None:
    folded = {name.casefold(): name for name in there}
    for unit in absent:
        if near := get_close_matches(unit.casefold(), folded, 1, 0.8):
            raise StudyError(
                f"programs.{program.id}.starts: no {program.unit} is called {unit} (did you mean "
                f"{folded[near[0]]}?). There are {len(there)}: {', '.join(there[:_TOLD])} ..."
            )


def spans_of(
    workspace: Workspace,
    units: Units,
    starts: Iterable[date],
    step: int,
    before: int,
    after: int,
    *,
    buyers: bool = False,
) -> Spans:
    """What customers of each unit did in spans around each start.

    Args:
        workspace: the study.
        units: of the roll-out.
        starts: days, each once.
        step: days of a span.
        before: spans before a start.
        after: spans from it on.
        buyers: whether to count who bought, which takes a row per customer and span.
    """
    days = sorted(starts)
    made = ibis.memtable({"start": days}, schema={"start": "date"})
    shape = (len(days), len(units.names), before + after)
    counts = {name: np.zeros(shape) for name in COUNTED if buyers or name != "buyers"}
    for rows in _counted(workspace, units, (made, step, before, after), buyers=buyers):
        _fill(counts, rows, units, days, before)
    ages, ordinals = np.arange(-before, after), np.array([day.toordinal() for day in days])
    watched = _watched(workspace, ordinals[:, None] + step * ages, step)
    seen = {name: np.where(watched[:, None, :], rows, np.nan) for name, rows in counts.items()}
    return Spans(ordinals, ages, step, seen)


def _watched(workspace: Workspace, begin: Integers, step: int) -> Flags:
    """Which spans that begin on these days lie wholly within the data."""
    first, last = workspace.window.start.toordinal(), workspace.window.as_of.toordinal()
    return np.asarray((begin >= first) & (begin + step - 1 <= last))


def _counted(
    workspace: Workspace, units: Units, spans: tuple[ir.Table, int, int, int], *, buyers: bool
) -> list[pd.DataFrame]:
    found, sold = [], rollout.bought_there if buyers else rollout.sold_there
    if units.members is not None:
        bought = workspace.purchases(workspace.window.as_of)
        found.append(rollout.customers_there(units.members, *spans))
        found.append(sold(units.members, bought, *spans))
    if units.ratings is not None:
        found.append(rollout.rated_there(units.ratings, *spans))
    return [rows.to_pandas() for rows in found]


def _fill(
    counts: dict[str, Floats], rows: pd.DataFrame, units: Units, days: list[date], before: int
) -> None:
    """Write counted rows into their places."""
    import pandas as pd

    unit = pd.Index(units.names).get_indexer(rows["unit"])
    start = pd.Index(days).get_indexer(pd.Index(pd.to_datetime(rows["start"]).dt.date))
    known = unit >= 0
    place = (start[known], unit[known], rows["age"].to_numpy()[known] + before)
    for name in set(COUNTED) & set(rows.columns):
        counts[name][place] = rows[name].to_numpy(dtype=np.float64)[known]


def first_told(workspace: Workspace, window_days: int) -> date:
    """The earliest start with one whole window of data before it."""
    return workspace.window.start + timedelta(days=window_days)


def last_told(workspace: Workspace, window_days: int) -> date:
    """The latest start whose window is over."""
    return workspace.window.as_of - timedelta(days=window_days - 1)

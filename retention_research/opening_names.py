"""Names that a study uses, held against the data before anything is computed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING

from retention_research.events.sources import Events
from retention_research.study import Study, StudyError
from retention_research.study_programs import Program
from retention_research.summaries import segments as groups

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MOST_LEVELS, _TOLD, _NEAR = 1000, 10, 0.75  # of names in the data; told; how alike is a slip
TEAM = "team"  # of tickets: the unit of a roll-out that is no column of customers


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
    """Make sure that no name that targets or programs use is nearly, but not quite, in the data.

    A name that differs from those there are by its numbers is none mistyped: its rows may be yet
    to come.

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
            units = units_of(program, events)
            if units is not None:
                _refuse_near(f"programs.{program.id}.starts", program.starts, units)


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


def units_of(program: Program, events: Events) -> ir.StringColumn | None:
    """The units by which a roll-out starts: a column of customers, or the team of tickets.

    Args:
        program: of any kind.
        events: the study's tables.

    Returns:
        One row per customer or ticket; None where the table or its team is not there.

    Raises:
        StudyError: if customers have no such column.
    """
    if program.unit == TEAM:
        tickets = events.table("tickets")
        if tickets is None or TEAM not in tickets.columns:
            return None
        return tickets[TEAM].cast("string")
    if not program.unit or events.customers is None:
        return None
    return groups.by_column(events.customers, program.unit, f"programs.{program.id}.unit").level


def _refuse_near(key: str, wanted: Iterable[str], column: ir.StringColumn) -> None:
    there = {str(v) for v in column.strip().topk(_MOST_LEVELS).to_pyarrow()[0].to_pylist() if v}
    for name in wanted:
        meant = "" if name in there else meant_by(name, there)
        if meant and not _holds(column, name):
            raise StudyError(
                f"{key}: the data hold no {name} (did you mean {meant}?). There are: "
                f"{', '.join(sorted(there)[:_TOLD])}."
            )


def meant_by(name: str, there: Iterable[str]) -> str:
    """The name that a mistyped one stands for; empty if it may as well be one of its own.

    A slip is a name of other case, blanks or marks, or one with letters wrong in a word; a word of
    its own, or another number, makes another name.

    Args:
        name: as the study has it.
        there: names in the data.

    Example:
        >>> meant_by("mial_2024", ["mail_2024"]), meant_by("mail_2025", ["mail_2024"])
        ('mail_2024', '')
    """
    folded = {level.casefold(): level for level in sorted(there)}
    given = name.casefold()
    alike = [level for level in folded if _squashed(level) == _squashed(given)]
    near = alike or get_close_matches(given, folded, _TOLD, _NEAR)
    return next((folded[level] for level in near if _is_slip(given, level)), "")


def _squashed(name: str) -> str:
    return re.sub(r"[\W_]+", "", name)


def _is_slip(given: str, level: str) -> bool:
    if _squashed(given) == _squashed(level):
        return True
    if re.findall(r"\d", given) != re.findall(r"\d", level):
        return False
    mine, theirs = (re.findall(r"[^\W_]+", one) for one in (given, level))
    if len(mine) != len(theirs):
        mine, theirs = [_squashed(given)], [_squashed(level)]
        return abs(len(mine[0]) - len(theirs[0])) <= 1 and _alike(mine[0], theirs[0])
    return all(map(_alike, mine, theirs))


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= _NEAR


def _holds(column: ir.StringColumn, name: str) -> bool:
    """Whether a name is in a column at all, also one of too many to be listed."""
    return bool((column.strip() == name).any().fill_null(False).to_pyarrow().as_py())


_TABLES = {"experiment": "assignments", "win_back": "assignments", "rewards": "rewards"}


def program_lines(study: Study, events: Events) -> list[str]:
    """What a check of a study says of its programs, a line each.

    Args:
        study: the study.
        events: its tables.
    """
    return [f"program {one.id}: {_found(one, events)}" for one in study.programs]


def _found(program: Program, events: Events) -> str:
    """What of a program is in the data."""
    if program.kind == "before_after":
        return "before against after tells no effect, so none will be shown"
    if program.kind == "referral":
        return _referred(events)
    if program.kind == "rollout":
        return _units_found(program, events)
    if program.kind == "enrolment":
        named = ("memberships", "program_id") if program.program_id else ("contacts", "campaign_id")
    else:
        table = _TABLES[program.kind]
        named = (table, "program_id" if table == "rewards" else "experiment_id")
    return _rows_found(program, events, *named)


def _rows_found(program: Program, events: Events, table: str, column: str) -> str:
    rows, name = events.table(table), getattr(program, column)
    if rows is None or column not in rows.columns:
        return f"the study has no table of {table} with {column}, so no effect will be told"
    mine = rows.filter(rows[column].cast("string").strip() == name)
    n = int(mine.count().execute())
    if not n:
        return f"{table} hold no row of {name} yet, so no effect will be told"
    if table == "assignments" and not _holds(mine.arm, program.control or ""):
        return f"{_rows(n)} of {table}, none of the control arm {program.control}"
    return f"{_rows(n)} of {table}"


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"


def _units_found(program: Program, events: Events) -> str:
    column = units_of(program, events)
    if column is None:
        table = "tickets" if program.unit == TEAM else "customers"
        return f"the study has no table of {table} with {program.unit}, so no effect will be told"
    lacking = [unit for unit in program.starts if not _holds(column, unit)]
    told = f"{len(program.starts) - len(lacking)} of {len(program.starts)} starts are of units"
    listed = ", ".join(lacking[:_TOLD])
    return f"{told} in the data" + (f"; not there: {listed}" if lacking else "")


def _referred(events: Events) -> str:
    customers = events.customers
    if customers is None or "referred_by" not in customers.columns:
        return "the study has no table of customers with referred_by, so nothing will be told"
    n = int(customers.referred_by.count().execute())
    return f"{_rows(n)} of customers with referred_by"

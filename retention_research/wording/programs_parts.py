"""A page part per program: each kind tells its own, what they share is told alike."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from retention_research.answers.programs.shape import ProgramReport
from retention_research.wording import programs_claims
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_tables import effects_of, methods
from retention_research.wording.programs_words import key_of

if TYPE_CHECKING:
    from retention_research.wording.programs_tables import Rows

_OF_KIND = {"experiment": ("experiment", "uplift"), "win_back": ("experiment", "uplift")}


Folds: TypeAlias = list[tuple[str, list[str]]]


class Part(NamedTuple):
    """What a page tells of one program.

    Attributes:
        claim: what heads it. notes: a paragraph each.
        folds: lists folded away, each behind its heading.
        tables: name, caption, rows shown, rows in numbers.
    """

    claim: Claim
    notes: list[str]
    folds: Folds
    tables: list[Rows]


class ForAnalysts(NamedTuple):
    """What analysts are told of one program: a heading, paragraphs, tables."""

    claim: Claim
    notes: list[str]
    tables: list[Rows]


def part(report: ProgramReport, wording: Wording) -> Part:
    """A program's page part: withheld ones say what is wrong and what to do."""
    own = [] if report.withheld else _modules(report.program.kind)
    first = own[:1]
    heads = [each.claim for each in first if hasattr(each, "claim")]
    head = heads[0] if heads else programs_claims.claim
    money = [] if report.withheld else _modules("money")
    tables = [effects_of(report, wording)] if report.effects else []
    tables += _all(first, "tables", report, wording)
    tables += _all(money, "money_tables", report, wording)[:1]
    folds = [
        (programs_claims.checks_heading(report), programs_claims.checks(report)),
        ("Money in full", _all(money, "money_notes", report, wording)),
        ("Looks, groups and forecasts", _all(own[1:], "notes", report, wording)),
    ]
    return Part(
        Claim(*head(report, wording)),
        [*_all(first, "notes", report, wording), programs_claims.next_note(report, wording)],
        [(heading, told) for heading, told in folds if told],
        _once(tables),
    )


def _modules(kind: str) -> list[ModuleType]:
    """The modules that tell this kind of program, its own first."""
    names = [f"retention_research.wording.programs_{each}" for each in _OF_KIND.get(kind, (kind,))]
    return [import_module(name) for name in names if find_spec(name)]


def _all(own: list[ModuleType], what: str, report: ProgramReport, wording: Wording) -> list[Any]:
    return [
        told for each in own if hasattr(each, what) for told in getattr(each, what)(report, wording)
    ]


def _once(tables: list[Rows]) -> list[Rows]:
    """Tables by name, the last of a name: a kind's own replaces what all have."""
    return list({rows[0]: rows for rows in tables}.values())


def analysts(report: ProgramReport, wording: Wording) -> ForAnalysts:
    """What analysts are told of one program: every comparison with its method, then its own."""
    heading = Claim(f"{key_of(report)}-in-full", report.program.heading, "", ())
    own = _modules(report.program.kind)
    notes, tables = [], _methods(report, wording)
    for each in own:
        if hasattr(each, "analysts"):
            own_notes, own_tables = each.analysts(report, wording)
            notes.extend(own_notes)
            tables.extend(own_tables)
    if not report.withheld:
        tables += _all(own[1:], "tables", report, wording)
        tables += _all(_modules("money"), "money_tables", report, wording)[1:]
    return ForAnalysts(heading, notes, _once(tables))


def _methods(report: ProgramReport, wording: Wording) -> list[Rows]:
    told = [*report.effects, *report.others]
    if not told:
        return []
    caption = f"{report.program.heading}: every comparison and its method"
    return [(f"{key_of(report)}-methods", caption, methods(told, wording), None)]

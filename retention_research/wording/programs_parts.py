"""A page part per program: each kind tells its own, what they share is told alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from retention_research.answers.programs.shape import ProgramReport
from retention_research.wording import (
    programs_claims,
    programs_enrolment,
    programs_experiment,
    programs_money,
    programs_money_tables,
    programs_referral,
    programs_rewards,
    programs_rollout,
    programs_uplift,
)
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_tables import effects_of, methods
from retention_research.wording.programs_words import key_of

if TYPE_CHECKING:
    from retention_research.wording.programs_tables import Rows

# kind to the modules that tell it: its own first, then what analysts like
_TELLERS: Mapping[str, tuple[ModuleType, ...]] = {
    "experiment": (programs_experiment, programs_uplift),
    "win_back": (programs_experiment, programs_uplift),
    "enrolment": (programs_enrolment,),
    "rollout": (programs_rollout,),
    "rewards": (programs_rewards,),
    "referral": (programs_referral,),
}
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
    own, _ = _tellers(report)
    # an experiment whose effect is withheld holds what may be told of it nonetheless
    told = own if programs_experiment in own or not report.withheld else ()
    notes = _all(told, "notes", report, wording)
    tables = [effects_of(report, wording)] if report.effects else []
    tables += _all(told, "tables", report, wording)
    if not report.withheld:
        tables += programs_money_tables.money_tables(report, wording)[:1]
    return Part(
        _claim(report, wording),
        [*notes, *filter(None, [programs_claims.next_note(report, wording)])],
        _folds(report, wording),
        _once(tables),
    )


def _tellers(report: ProgramReport) -> tuple[tuple[ModuleType, ...], tuple[ModuleType, ...]]:
    """What tells everybody of this program, and what tells of it beyond that."""
    every = () if report.detail is None else _TELLERS.get(report.program.kind, ())
    return every[:1], every[1:]


def _claim(report: ProgramReport, wording: Wording) -> Claim:
    own = {"rewards": programs_rewards.claim, "referral": programs_referral.claim,
           "enrolment": programs_enrolment.claim}  # fmt: skip
    bare = report.withheld or report.detail is None
    told = programs_claims.claim if bare else own.get(report.program.kind)
    return (told or programs_claims.claim)(report, wording)


def _folds(report: ProgramReport, wording: Wording) -> Folds:
    own, further = _tellers(report)
    checked = (programs_claims.checks_heading(report), programs_claims.checks(report))
    folds: Folds = [checked] if report.checks else []
    if not report.withheld:
        folds += [
            ("Money in full", list(programs_money.money_notes(report, wording))),
            ("Looked at in other ways", _all(own, "further_notes", report, wording)),
            ("Looks, groups and forecasts", _all(further, "notes", report, wording)),
        ]
    folds.append(("The next experiment in full", programs_claims.next_in_full(report, wording)))
    return [(heading, told) for heading, told in folds if told]


def _all(
    own: tuple[ModuleType, ...], what: str, report: ProgramReport, wording: Wording
) -> list[Any]:
    """What each module tells of the report by a function that not every module has."""
    tells = [getattr(each, what) for each in own if hasattr(each, what)]
    return [told for tell in tells for told in tell(report, wording)]


def _once(tables: list[Rows]) -> list[Rows]:
    """Tables by name, the last of a name: a kind's own replaces what all have."""
    return list({rows[0]: rows for rows in tables}.values())


def analysts(report: ProgramReport, wording: Wording) -> ForAnalysts:
    """What analysts are told of one program: every comparison with its method, then its own."""
    heading = Claim(f"{key_of(report)}-in-full", report.program.heading, "", ())
    own, further = _tellers(report)
    notes, tables = [], _methods(report, wording)
    for each in (*own, *further):
        own_notes, own_tables = each.analysts(report, wording)
        notes.extend(own_notes)
        tables.extend(own_tables)
    if not report.withheld:
        tables += _all(further, "tables", report, wording)
        tables += programs_money_tables.money_tables(report, wording)[1:]
    return ForAnalysts(heading, notes, _once(tables))


def _methods(report: ProgramReport, wording: Wording) -> list[Rows]:
    told = [*report.effects, *report.others]
    if not told:
        return []
    caption = f"{report.program.heading}: every comparison and its method"
    return [(f"{key_of(report)}-methods", caption, methods(told, wording), None)]

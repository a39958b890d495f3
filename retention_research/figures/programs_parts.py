"""The pictures of one program's page part: its kind's own, its outcomes, its money."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from retention_research.answers.programs.shape import ProgramReport
from retention_research.figures.canvas import Picture
from retention_research.figures.programs import outcomes
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_tables import lifts
from retention_research.wording.programs_words import key_of

_OF_KIND = {"experiment": ("experiment", "uplift"), "win_back": ("experiment", "uplift")}

_MOST = {"experiment": 2}  # pictures that everybody is shown: one of other kinds


def pictures(report: ProgramReport, wording: Wording) -> list[Picture]:
    """What its kind shows of one program, or else its outcomes; none where no effect is told."""
    if report.withheld:
        return []
    return _own(report, wording)[: _MOST.get(report.program.kind, 1)] or _outcomes(report, wording)


def further(report: ProgramReport, wording: Wording) -> list[Picture]:
    """What analysts are shown besides: balance, looks, groups, a ranking, margin against spend."""
    if report.withheld:
        return []
    rest = _own(report, wording)[_MOST.get(report.program.kind, 1) :]
    money = [
        picture for each in _painters("money") for picture in each.money_pictures(report, wording)
    ]
    return [*rest, *_drawn(_named(report)[1:], report, wording), *money]


def _own(report: ProgramReport, wording: Wording) -> list[Picture]:
    return _drawn(_named(report)[:1], report, wording)


def _named(report: ProgramReport) -> tuple[str, ...]:
    return _OF_KIND.get(report.program.kind, (report.program.kind,))


def _drawn(names: tuple[str, ...], report: ProgramReport, wording: Wording) -> list[Picture]:
    return [picture for each in _painters(*names) for picture in each.pictures(report, wording)]


def _painters(*names: str) -> list[ModuleType]:
    full = [f"retention_research.figures.programs_{name}" for name in names]
    return [import_module(name) for name in full if find_spec(name)]


def _outcomes(report: ProgramReport, wording: Wording) -> list[Picture]:
    rows = lifts(report.effects)
    if rows.empty:
        return []
    return [outcomes(rows, key_of(report), report.program.heading, wording)]

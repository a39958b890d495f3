"""The pictures of one program's page part: its kind's own, its outcomes, its money."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from retention_research.answers.programs.shape import ProgramReport
from retention_research.figures import (
    programs_enrolment,
    programs_experiment,
    programs_money,
    programs_rewards,
    programs_rollout,
    programs_uplift,
)
from retention_research.figures.canvas import Picture
from retention_research.figures.programs import outcomes
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_tables import lifts
from retention_research.wording.programs_words import key_of

_PAINTERS: Mapping[str, ModuleType] = {
    "experiment": programs_experiment,
    "win_back": programs_experiment,
    "enrolment": programs_enrolment,
    "rollout": programs_rollout,
    "rewards": programs_rewards,
}
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
    drawn = report.program.kind in ("experiment", "win_back")
    looks = programs_uplift.pictures(report, wording) if drawn else []
    return [*rest, *looks, *programs_money.money_pictures(report, wording)]


def _own(report: ProgramReport, wording: Wording) -> list[Picture]:
    painter = _PAINTERS.get(report.program.kind)
    return list(painter.pictures(report, wording)) if painter and report.detail is not None else []


def _outcomes(report: ProgramReport, wording: Wording) -> list[Picture]:
    rows = lifts(report.effects)
    if rows.empty:
        return []
    proved = report.grade != "associated"
    return [outcomes(rows, key_of(report), report.program.heading, wording, proved=proved)]

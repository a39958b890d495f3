"""The answer of the programs report: every program of the study, each by its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module

import numpy as np

from retention_research.answers.programs.guarded import NO_SOLUTION
from retention_research.answers.programs.recorded import effect_values, grade_values, p_value_of
from retention_research.answers.programs.refused import MEND, without_effect
from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.spread import holm
from retention_research.programs.effects import Effect
from retention_research.study import StudyError
from retention_research.study_programs import Program
from retention_research.values import Value
from retention_research.workspace import Workspace

Reporter = Callable[[Workspace, Program], ProgramReport]
# kind to the module and function that report on it
_OF_KIND: Mapping[str, tuple[str, str]] = {
    "experiment": ("experiment", "experiment_report"),
    "win_back": ("win_back", "win_back_report"),
    "enrolment": ("enrolment", "enrolment_report"),
    "rollout": ("rollout", "rollout_report"),
    "rewards": ("rewards", "rewards_report"),
    "referral": ("referral", "referral_report"),
    "before_after": ("refused", "before_after_report"),
}


@dataclass(frozen=True, slots=True)
class Programs:
    """The answer of the programs report.

    Attributes:
        reports: one per program, as the study declares them; the p values of the main effects
            are adjusted over all programs that tell of the same outcome.
        values: of all programs, by glossary name.
        confidence: level of the intervals.
    """

    reports: tuple[ProgramReport, ...]
    values: Mapping[str, Value]
    confidence: float


def obstacle_to_programs(workspace: Workspace) -> str:
    """Why nothing can be said of programs; empty if something can."""
    if workspace.study.programs:
        return ""
    return (
        "The study declares no program. List under `programs` what was tried to keep customers, "
        "when, for whom and at what cost: experiments, clubs, roll-outs, points, referrals."
    )


def programs(workspace: Workspace) -> Programs:
    """What each program of the study did, whether it paid, and how sure that is."""
    found = [report_on(workspace, one) for one in workspace.study.programs]
    reports = tuple(_recorded(one) for one in _over_programs(found))
    values = {name: value for one in reports for name, value in one.values.items()}
    return Programs(reports, values, workspace.study.confidence)


def report_on(workspace: Workspace, program: Program) -> ProgramReport:
    """One program's report; where its data are wrong it says so, and the others stay.

    Args:
        workspace: the study.
        program: as it declares it.
    """
    module, name = _OF_KIND[program.kind]
    report: Reporter = getattr(import_module(f"retention_research.answers.programs.{module}"), name)
    try:
        return report(workspace, program)
    except StudyError as error:
        return without_effect(workspace, program, str(error), MEND)
    except np.linalg.LinAlgError:  # numbers that no estimator takes; no other is lost for it
        return without_effect(workspace, program, NO_SOLUTION, MEND)


def _over_programs(reports: Iterable[ProgramReport]) -> list[ProgramReport]:
    """Main effects with p values adjusted by Holm over the programs that tell of an outcome."""
    told = list(reports)
    tested = {
        (place, one.outcome): one.p_value
        for place, report in enumerate(told)
        for one in report.effects
        if one.p_value is not None
    }
    adjusted: dict[tuple[int, str], float] = {}
    for outcome in {name for _, name in tested}:
        adjusted |= holm({key: p for key, p in tested.items() if key[1] == outcome})
    return [
        replace(report, effects=tuple(_adjusted(one, adjusted.get((place, one.outcome)))
                                      for one in report.effects))
        for place, report in enumerate(told)
    ]  # fmt: skip


def _adjusted(effect: Effect, p_value: float | None) -> Effect:
    return replace(effect, p_adjusted=p_value)


def _recorded(report: ProgramReport) -> ProgramReport:
    """The report with the values that every program has."""
    program = report.program
    values = effect_values(program, report.effects, report.withheld or _NOT_TOLD)
    values |= grade_values(program, report.grade)
    values |= {
        f"program.{program.id}.p_adjusted.{one.outcome}": p_value_of(
            one.p_adjusted, one.n_treated + one.n_control
        )
        for one in report.effects
    }
    return replace(report, values={**values, **report.values})


_NOT_TOLD = "The data do not tell of it, or too few customers have it."

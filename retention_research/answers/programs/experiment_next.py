"""The experiment that should come after an experiment."""

from __future__ import annotations

import numpy as np

from retention_research.answers.programs.experiment_effects import Comparison
from retention_research.answers.programs.proposed import LEAST, customers_known
from retention_research.answers.programs.recorded import next_test
from retention_research.answers.programs.shape import NextTest, ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.adjusted_outcome import adjusted_outcome
from retention_research.programs.economics import Money
from retention_research.programs.experiment import Sample
from retention_research.workspace import Workspace

_SETTLED = (
    "It is settled that {program} pays. Keep a small control group, drawn by lot, so that it "
    "shows when that changes."
)
_STOPPED = (
    "It is settled that {program} does not pay as it is. If it is tried again, cheaper or changed, "
    "draw again by lot who gets it."
)
_LIKELY = (
    "{program} {seen} as far as can be told, but its range holds the opposite too. Keep a control "
    "group, drawn by lot, and plan beforehand when to look again."
)
_UNPLANNED = (
    "So far {program} {seen}, but neither its size (`planned_n`) nor looks at any time (mode: "
    "sequential) were declared, and who looks until it does so finds it sooner or later. Keep a "
    "control group, drawn by lot, declare one of them, and look again then."
)
_COST_FIRST = (
    "The margin that {program} brought is told apart from chance: give what it costs, and the "
    "decision follows without another experiment."
)


def next_of(
    workspace: Workspace, report: ProgramReport, compared: Comparison
) -> NextTest | Missing:
    """The experiment that settles what this one leaves open.

    Whether the program pays comes first: the difference in margin worth finding is what a customer
    costs, or a tenth of the control group's margin if that is more. Once that is settled, it is
    which of several arms is better, by a tenth of their purchases.

    Args:
        workspace: the study.
        report: of the experiment.
        compared: its arms together against the control arm.
    """
    confidence, there = workspace.study.confidence, _available(workspace, report)
    if isinstance(report.decision, Missing) and _clear(report):
        return Missing("next_test", _COST_FIRST.format(program=report.program.heading))
    if report.decision not in ("keep", "stop"):
        sample, name = compared.sample("margin"), "margin"
        least = max(_cost(report), LEAST * _base(sample, False))
        told = (
            f"Draw again by lot who gets {report.program.heading}, half of them in the control "
            "group, until it shows whether the margin covers the cost."
        )
        return _proposed(sample, name, least, told, confidence, there)
    unclear = [
        one
        for one in report.detail.pairs
        if one.outcome == "purchases" and one.control != report.program.control
        and _open(one.p_adjusted)
    ]  # fmt: skip
    if not unclear or report.decision == "stop":
        return Missing("next_test", _settled(report))
    sample = compared.sample("purchases")
    told = (
        f"Draw by lot between {unclear[0].control} and {unclear[0].treated}, half each, to learn "
        "which of them customers buy more with."
    )
    return _proposed(sample, "purchases", LEAST * _base(sample, True), told, confidence, there)


def _settled(report: ProgramReport) -> str:
    """Whether it pays is settled where its range and the time to look leave no doubt."""
    program, pays = report.program, report.decision == "keep"
    if program.planned_n is None and program.mode != "sequential":
        told = _UNPLANNED
    elif not _beyond_doubt(report):
        told = _LIKELY
    else:
        told = _SETTLED if pays else _STOPPED
    return told.format(program=program.heading, seen="pays" if pays else "does not pay")


def _beyond_doubt(report: ProgramReport) -> bool:
    """Whether the range of margin less cost lies on one side of nothing."""
    profit = report.money.profit if isinstance(report.money, Money) else None
    if not isinstance(profit, Estimate) or profit.conf_low is None or profit.conf_high is None:
        return False
    return profit.conf_low > 0.0 or profit.conf_high < 0.0


def _available(workspace: Workspace, report: ProgramReport) -> int:
    """Customers there are to draw; of a win-back those who have fallen silent."""
    lapsed = report.program.kind == "win_back"
    return customers_known(workspace, workspace.silence_days if lapsed else 0)


def _clear(report: ProgramReport) -> bool:
    """Whether the margin that it brought is told apart from chance."""
    gap = next((one.difference for one in report.effects if one.outcome == "margin"), None)
    if not isinstance(gap, Estimate) or gap.conf_low is None or gap.conf_high is None:
        return False
    return gap.conf_low > 0.0 or gap.conf_high < 0.0


def _open(p_value: float | None) -> bool:
    return p_value is not None and p_value >= 0.05


def _cost(report: ProgramReport) -> float:
    money = report.money
    known = isinstance(money, Money) and isinstance(money.cost_per_customer, Estimate)
    return float(money.cost_per_customer.estimate) if known else 0.0


def _base(sample: Sample | None, treated: bool) -> float:
    return float(sample.outcome[sample.treated == treated].mean()) if sample else 0.0


def _proposed(
    sample: Sample | None,
    outcome: str,
    least: float,
    told: str,
    confidence: float,
    available: int,
) -> NextTest | Missing:
    if sample is None:
        return Missing("next_test", "Too few customers show how they differ.")
    spread = float(np.std(sample.outcome[~sample.treated], ddof=1))
    left = float(np.std(adjusted_outcome(sample)[~sample.treated], ddof=1))
    explained = 1.0 - (left / spread) ** 2 if spread > 0.0 else 0.0
    return next_test(outcome, spread, least, told, explained=explained, confidence=confidence,
                     available=available)  # fmt: skip

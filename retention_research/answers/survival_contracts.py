"""How long contracts last, and how they end, where a study has subscriptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from retention_research.answers import curves
from retention_research.answers.recorded import recorded
from retention_research.answers.survival_ends import Ends, ends_of
from retention_research.answers.survival_groups import NOBODY as _NOBODY
from retention_research.answers.survival_groups import fit_cells
from retention_research.answers.survival_tenure import curve_values
from retention_research.events.engine import hold
from retention_research.models.clustered_kaplan_meier import fit_clustered_curve
from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import KaplanMeierFit
from retention_research.summaries import contracts as summaries
from retention_research.summaries.tenure import count_durations
from retention_research.values import Value, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Contracts:
    """Each customer's first contract, followed from its start to its end.

    Attributes:
        rows: customer_id, duration, event_observed, reason; `entry` where some are watched from
            an age on only.
        still: the curve of contracts still running; None where there are too few.
        curve: after_weeks, n_at_risk, survival, share_low, share_high.
        values: by glossary name.
        ends: how they end; None where the data do not say why.
    """

    rows: ir.Table
    still: KaplanMeierFit | None
    curve: pd.DataFrame
    values: dict[str, Value]
    ends: Ends | None


def contracts(workspace: Workspace, tau: int) -> Contracts | None:
    """How long contracts last; None where the study has none.

    Args:
        workspace: the study and its tables.
        tau: age in days to which means run.
    """
    table = workspace.table("subscriptions")
    if table is None:
        return None
    every = hold(summaries.contracts(table, workspace.window.as_of, _start(workspace)))
    first = every.filter(every.number == 0)
    rows = first if int((first.entry > 0).sum().fill_null(0).execute()) else first.drop("entry")
    cells = count_durations(rows, "reason", *_late(rows)).to_pandas()
    few = _too_few(int(cells["customers"].sum()), workspace.study.group_floor)
    still = fit_cells(cells, workspace) if few is None else None
    ends = ends_of(workspace, cells, tau) if cells["reason"].notna().any() else None
    values = _counts(every) | _left_out(workspace) | curve_values("km", still, tau, few or _NOBODY)
    values |= _all_median(workspace, every, few) | (ends.values if ends else {})
    return Contracts(rows, still, curves.still_customers(still), values, ends)


def _too_few(customers: int, floor: int) -> Missing | None:
    if customers >= floor:
        return None
    who = {0: "no customer", 1: "1 customer"}.get(customers, f"{customers} customers")
    if not customers:
        return Missing("contracts", f"Of {who} could a contract be followed; {floor} are needed.")
    return Missing("contracts", f"Only {who} had a contract that was followed; {floor} are needed.")


def _start(workspace: Workspace) -> date | None:
    """The day from which contracts are watched; None where all are there from their start."""
    return None if workspace.study.cohort_complete else workspace.events.first_day


def _late(rows: ir.Table) -> tuple[str, ...]:
    return ("entry",) if "entry" in rows.columns else ()


def _counts(every: ir.Table) -> dict[str, Value]:
    first = every.filter(every.number == 0)
    found = {
        "contracts.customers": first.count(),
        "contracts.ended": first.event_observed.sum(),
        "contracts.later": every.filter(every.number > 0).count(),
    }
    return {name: fact(_whole(count), "count") for name, count in found.items()}


def _left_out(workspace: Workspace) -> dict[str, Value]:
    """Contracts that checks of the table left out, of those read."""
    checked = workspace.events.checks["subscriptions"]
    return {"contracts.left_out": fact(checked.n_excluded, "count", n=checked.n_read)}


def _whole(count: ir.IntegerScalar) -> int:
    return int(count.fill_null(0).execute())


def _all_median(workspace: Workspace, every: ir.Table, few: Missing | None) -> dict[str, Value]:
    """The median of all contracts, errors by customer: what looking at first ones leaves out."""
    name, frame = "contracts.all_median", every.drop("reason").to_pandas()
    if not (frame["number"] > 0).any():
        return {}
    if few is not None:
        return {name: missing("estimate", few.reason)}
    if (frame["entry"] > 0).any():
        return {name: missing("estimate", "Some contracts began before the data.")}
    level = workspace.study.confidence
    found = fit_clustered_curve(
        frame["duration"], frame["event_observed"], frame["customer_id"], confidence=level,
        unit="days",
    ).median()  # fmt: skip
    return {name: recorded(_in_contracts(found), len(frame), "days")}


def _in_contracts(found: Estimate | Missing) -> Estimate | Missing:
    reason = "More than half still ran for as long as they were watched."
    return Missing("median", reason) if isinstance(found, Missing) else found

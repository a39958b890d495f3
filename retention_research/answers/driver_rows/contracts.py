"""Contracts from start to end, covariates as they were at the start."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from retention_research.answers.driver_rows import candidates as offers
from retention_research.answers.driver_rows.asked import (
    asked_of,
    candidates_of,
    existing,
    with_answers,
)
from retention_research.answers.driver_rows.frames import Candidate, columns_of, settled
from retention_research.answers.driver_rows.kinds import ContractRows
from retention_research.answers.driver_rows.landmarks import customer_numbers, joined
from retention_research.answers.driver_rows.next_orders import births
from retention_research.answers.driver_rows.sampled import count_customers, drawn
from retention_research.answers.driver_rows.vocabulary import has, vocabulary
from retention_research.summaries import next_order as summaries
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

STILL_RUNS = "still runs"
KEPT = ("customer", "entry", "duration", "ended", "end_reason")


def obstacle_to_contracts(workspace: Workspace) -> str:
    """Why the study has no contracts to look at; empty if it has."""
    if not has(workspace, "subscriptions"):
        return "The study has no table of subscriptions."
    if not int(existing(workspace, "subscriptions").limit(1).count().execute()):
        return "No subscription has started by the last day."
    return ""


def contract_rows(workspace: Workspace) -> ContractRows:
    """Every contract from its start to its end, or to as_of.

    Contracts of customers who never bought are there: what purchases tell is not known of them.
    Of very many customers, some are drawn.

    Raises:
        ValueError: if `obstacle_to_contracts` says why there is none.
    """
    if reason := obstacle_to_contracts(workspace):
        raise ValueError(reason)
    spells = _spells(workspace)
    watched = spells.filter(spells.duration > spells.entry)
    offered = asked_of(workspace, vocabulary(workspace), births(workspace))
    rows = with_answers(watched, offered)
    before = summaries.bought_before(rows, workspace.purchases(workspace.window.as_of))
    rows = rows.left_join(before, list(summaries.KEYS)).drop("customer_id_right", "day_right")
    rows = _first_order_by_then(rows)
    columns = columns_of(rows.order_by(["customer_id", "day", "plan"]).drop("customer_id", "day"))
    columns["end_reason"] = _reasons(columns["end_reason"])
    candidates = [*candidates_of(offered), *_of_contracts()]
    frame, drivers, left_out = settled(columns, candidates, KEPT, workspace.study.group_floor)
    dropped = int(spells.count().execute()) - len(frame)
    return ContractRows(frame, drivers, left_out, dropped)


def _spells(workspace: Workspace) -> ir.Table:
    as_of = workspace.window.as_of
    coverage = None if workspace.study.cohort_complete else workspace.events.first_day
    spells = summaries.contract_spells(existing(workspace, "subscriptions"), as_of, coverage)
    return drawn(joined(spells, customer_numbers(workspace)), count_customers(spells))


def _first_order_by_then(rows: ir.Table) -> ir.Table:
    name = offers.first_discount().driver.name
    if name not in rows.columns:
        return rows
    return rows.mutate(**{name: ibis.ifelse(rows.tenure_days.notnull(), rows[name], None)})


def _reasons(values: object) -> object:
    import pandas as pd

    return pd.Series(values).cat.add_categories([STILL_RUNS]).fillna(STILL_RUNS).array


def _of_contracts() -> tuple[Candidate, ...]:
    plan = replace(offers.plan().driver, heading="plan")
    return (
        Candidate(plan, open_ended=True),
        offers.adjuster("purchases_before", "purchases before the contract", "count", 0.0),
        offers.adjuster("tenure_days", "days since the first purchase", "count"),
    )

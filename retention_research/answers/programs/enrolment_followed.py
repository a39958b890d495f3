"""What customers did in the window of each trial, as arrays in the order of the covariates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from retention_research.answers.driver_rows.frames import columns_of
from retention_research.answers.programs.enrolment_covariates import Covariates, covariates_at
from retention_research.answers.programs.enrolment_starts import Starts
from retention_research.answers.programs.money import margin_share
from retention_research.events.engine import hold
from retention_research.programs.enrolment import TrialRows
from retention_research.study_programs import Program
from retention_research.summaries.program_outcomes import KEYS, outcomes_between, revenue_by_week
from retention_research.summaries.trial_history import happened_after
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from retention_research.models.arrays import Flags, Floats

WEEK = 7


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """Each trial's rows with what was known before and what happened afterwards.

    Attributes:
        known: what was known at the start.
        outcomes: retained, purchases, revenue and margin over (start, start + window], shape (n,).
        cost: enrolments and rewards redeemed in the same days, shape (n,); None if not given.
        with_rewards: whether the cost holds rewards redeemed.
        after: margin over as long a time after the window, shape (n,).
        watched: rows whose time after the window is over, shape (n,).
        spent: revenue in each week of the window, shape (n, weeks).
        left: days from the start to leaving the program, shape (n,); infinite for never.
        joined: days from the start to enrolling, 0 for who enrolled at it, shape (n,).
    """

    known: Covariates
    outcomes: Mapping[str, Floats]
    cost: Floats | None
    with_rewards: bool
    after: Floats
    watched: Flags
    spent: Floats
    left: Floats
    joined: Floats

    @property
    def treated(self) -> Flags:
        """Who enrolled at the start, shape (n,)."""
        return np.asarray(self.known.frame["treated"], dtype=np.bool_)

    def rows(self, outcome: Floats, without: tuple[str, ...] = ()) -> TrialRows:
        """The rows as the estimators take them, some covariates left out.

        Args:
            outcome: shape (n,).
            without: names of drivers.
        """
        x, names = self.known.without(without)
        frame = self.known.frame
        customer, trial = frame["customer"].to_numpy(), frame["trial"].to_numpy()
        return TrialRows(outcome, self.treated, x, names, customer, trial)


def followed(workspace: Workspace, program: Program, starts: Starts) -> Followed:
    """The trials of a program with covariates and outcomes.

    Args:
        workspace: the study.
        program: of kind enrolment.
        starts: of `starts_of`, some of each side.
    """
    known = covariates_at(workspace, program, starts)
    bought, days = workspace.purchases(workspace.window.as_of), program.window_days
    margin = margin_share(workspace, program)
    during = _in_order(outcomes_between(starts.table, bought, 0, days))
    later = _in_order(outcomes_between(starts.table, bought, days, 2 * days))
    outcomes = {name: _floats(during[name]) for name in ("retained", "purchases", "revenue")}
    joined = _days(known.frame["enrolled"], known.frame["start"])
    redeemed = _redeemed(workspace, program, starts)
    last = np.datetime64(workspace.window.as_of - timedelta(days=2 * days))
    return Followed(
        known=known,
        outcomes=outcomes | {"margin": margin * outcomes["revenue"]},
        cost=_cost(program, joined, redeemed),
        with_rewards=redeemed is not None,
        after=margin * _floats(later["revenue"]),
        watched=np.asarray(known.frame["start"].to_numpy() <= last),
        spent=_by_week(starts.table, bought, days),
        left=_left(workspace, program, starts),
        joined=joined,
    )


def _in_order(table: ir.Table) -> dict[str, Any]:
    return columns_of(table.order_by("customer", "trial").drop("customer_id"))


def _floats(values: Any) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _days(later: Any, start: Any) -> Floats:
    """Days from the start; infinite where the later day is not there."""
    days = (later - start).dt.days.to_numpy(dtype=np.float64)
    return np.where(np.isnan(days), np.inf, days)


def _joined_to(starts: ir.Table, more: ir.Table) -> dict[str, Any]:
    both = starts.left_join(more, list(KEYS)).drop(*(f"{key}_right" for key in KEYS))
    return _in_order(both)


def _redeemed(workspace: Workspace, program: Program, starts: Starts) -> Floats | None:
    """What members' rewards of the window were worth; None where no table tells."""
    rows = workspace.table("rewards")
    if rows is None or "value" not in rows.columns or not program.program_id:
        return None
    mine = rows.filter(rows.program_id == program.program_id, rows.kind == "redeem")
    if not int(mine.count().execute()):
        return None
    dated = mine.select("customer_id", "value", day=mine.timestamp.date())
    total = happened_after(starts.table, dated, program.window_days, "value")
    return _floats(np.nan_to_num(_joined_to(starts.table, total)["total"]))


def _cost(program: Program, joined: Floats, redeemed: Floats | None) -> Floats | None:
    """Whoever enrols within the window costs, sooner or later; so do rewards."""
    if program.cost_per_member is None:
        return None
    cost = program.cost_per_member * (joined <= program.window_days)
    return _floats(cost if redeemed is None else cost + redeemed)


def _by_week(starts: ir.Table, bought: ir.Table, days: int) -> Floats:
    weeks = max(1, days // WEEK)
    rows = hold(revenue_by_week(starts.select(*KEYS), bought, WEEK * weeks))
    near = starts.inner_join(rows, list(KEYS)).select("customer", "trial", "week", "revenue")
    found = columns_of(near.order_by("customer", "trial", "week"))
    keys = columns_of(starts.select("customer", "trial").order_by("customer", "trial"))
    spent = np.zeros((len(keys["customer"]), weeks))
    place = np.searchsorted(_key(keys), _key(found))
    spent[place, found["week"]] = found["revenue"]
    return spent


def _key(columns: Mapping[str, Any]) -> Any:
    return columns["customer"].astype(np.int64) * 2**20 + columns["trial"].astype(np.int64)


def _left(workspace: Workspace, program: Program, starts: Starts) -> Floats:
    memberships = workspace.table("memberships") if program.program_id else None
    n = int(starts.table.count().execute())
    if memberships is None or "left_at" not in memberships.columns:
        return np.full(n, np.inf)
    mine = memberships.filter(memberships.program_id == program.program_id)
    mine = mine.filter(mine.left_at.notnull())
    per = mine.group_by("customer_id").agg(left_on=mine.left_at.date().min())
    both = starts.table.left_join(per, "customer_id").drop("customer_id_right")
    away = both.mutate(away=both.left_on.delta(both.start, unit="day").cast("float64"))
    days = _floats(_in_order(away.drop("left_on", "start", "enrolled"))["away"])
    return np.where(np.isnan(days), np.inf, days)

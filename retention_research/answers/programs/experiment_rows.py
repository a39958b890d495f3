"""The customers of an experiment: arm, what was known at the draw, what they did afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

import ibis
import numpy as np

from retention_research.answers.programs.money import margin_share
from retention_research.events.engine import hold
from retention_research.models.arrays import Flags, Floats
from retention_research.programs.experiment import Sample
from retention_research.study_programs import Program
from retention_research.summaries.kpis.sums import with_columns
from retention_research.summaries.next_order import sold_by_day
from retention_research.summaries.program_contacts import contacts_after, scores_after
from retention_research.summaries.program_outcomes import (
    KEYS,
    behaviour_before,
    joined_to,
    outcomes_after,
    outcomes_between,
    second_order_after,
)
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

BEFORE = ("pre_purchases", "pre_revenue", "purchases_ever", "bought_lately")
_HALF = 28  # days since the last purchase at which "bought lately" is a half
_ROUNDING = 1e-9  # of a column's largest value: what varies less is rounding
_OPTIONAL = {
    "stratum": "string", "cluster": "string", "probability": "float64",
    "other_arm_at": "timestamp",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class ExperimentRows:
    """The customers of an experiment.

    Attributes:
        drawn: one row per customer drawn by as_of: arm, start (day), stratum, cluster,
            probability, in_two_arms, finished (the window is over).
        compared: one row per customer of one arm whose window is over; the same, with outcomes
            and what was known before.
        later: customers drawn after as_of.
        contacts_told: whether the study has contacts. scores_told: surveys. actions_told: actions.
        margin: share of revenue.
        before: what was known of those compared at the draw, shape (n, 4), in the order of BEFORE.
        stratum, cluster, probability: of those compared, shape (n,); None where none are
            recorded, or all customers of an arm had the same probability.
    """

    drawn: pd.DataFrame
    compared: pd.DataFrame
    later: int
    contacts_told: bool
    scores_told: bool
    actions_told: bool
    margin: float
    before: Floats
    stratum: np.ndarray | None
    cluster: np.ndarray | None
    probability: Floats | None

    def first(self, planned: int | None) -> ExperimentRows:
        """The same of all days up to the one by which as many as planned had been drawn."""
        days = self.compared["start"].sort_values()
        if planned is None or len(days) <= planned:
            return self
        inside = (self.compared["start"] <= days.iloc[planned - 1]).to_numpy(dtype=bool)
        kept = self.compared[inside].reset_index(drop=True)
        return replace(self, compared=kept, **_arrays(kept))

    def outcome(self, name: str) -> Floats:
        """What each customer compared did, shape (n,); NaN where it is not known."""
        if name == "margin":
            return self.margin * self.outcome("revenue")
        column = "score" if name == "satisfaction" else name
        return self.compared[column].to_numpy(dtype=np.float64)

    def knows(self, name: str) -> bool:
        """Whether the study tells of an outcome."""
        told = {"satisfaction": self.scores_told, "actions": self.actions_told}
        return told.get(name, True)

    def sample(self, outcome: Floats, treated: Flags, inside: Flags | None = None) -> Sample:
        """Two arms of those compared, or of some of them, for the estimators.

        Args:
            outcome: shape (n,).
            treated: shape (n,).
            inside: which customers take part, shape (n,); all if left out.
        """
        rows = slice(None) if inside is None or inside.all() else inside
        known, arm = self.before[rows], treated[rows]
        stratum, cluster, chance = (
            None if one is None else one[rows]
            for one in (self.stratum, self.cluster, self.probability)
        )
        kept = _varies(known, arm, stratum)
        return Sample(outcome[rows], arm, known[:, kept], stratum, cluster, chance)


def _varies(known: Floats, treated: Flags, stratum: np.ndarray | None) -> Flags:
    """Which columns differ within either arm and its strata: others leave nothing to adjust by."""
    code = 2 * (0 if stratum is None else stratum) + treated
    size = np.maximum(np.bincount(code), 1)
    differ = []
    for column in known.T:
        apart = np.abs(column - (np.bincount(code, column) / size)[code])
        enough = apart > _ROUNDING * max(float(np.abs(column).max(initial=0.0)), 1.0)
        differ.append(bool(enough[treated].any() and enough[~treated].any()))
    return np.array(differ, dtype=bool)


class _Arrays(TypedDict):
    before: Floats
    stratum: np.ndarray | None
    cluster: np.ndarray | None
    probability: Floats | None


def _arrays(compared: pd.DataFrame) -> _Arrays:
    """What estimators take of those compared, once for all outcomes."""
    return {
        "before": compared[list(BEFORE)].to_numpy(dtype=np.float64),
        "stratum": _codes(compared["stratum"], "unknown"),
        "cluster": _codes(compared["cluster"], compared["customer_id"]),
        "probability": _varying(compared),
    }


def _codes(labels: pd.Series, otherwise: pd.Series | str) -> np.ndarray | None:
    """Labels as numbers, shape (n,); None where none are recorded."""
    if labels.isna().all():
        return None
    return np.unique(labels.where(labels.notna(), otherwise).astype(str), return_inverse=True)[1]


def _varying(compared: pd.DataFrame) -> Floats | None:
    """Probabilities that weigh customers of an arm differently; None where none do."""
    if compared["probability"].isna().any():
        return None
    within = compared.groupby("arm", observed=True)["probability"]
    spread = (within.max() - within.min()).max()
    return compared["probability"].to_numpy(dtype=np.float64) if spread > _ROUNDING else None


def experiment_rows(workspace: Workspace, program: Program) -> ExperimentRows | None:
    """The customers of an experiment; None where no row of it is there."""
    assignments = workspace.table("assignments")
    if assignments is None:
        return None
    drawn = _drawn(workspace, program)
    frame = drawn.order_by("customer_id").to_pandas()
    later = _later(workspace, program)
    if frame.empty and not later:
        return None
    compared = _compared(workspace, program).order_by("customer_id").to_pandas()
    contacts, surveys = workspace.table("contacts"), workspace.table("surveys")
    acts = contacts is not None and {"actions", "responded_at"} & set(contacts.columns)
    known = _with_before(compared)
    return ExperimentRows(
        frame, known, later, contacts is not None, surveys is not None, bool(acts),
        margin_share(workspace, program), **_arrays(known),
    )  # fmt: skip


def _of_experiment(rows: ir.Table, program: Program) -> ir.Table:
    return rows.filter(rows.experiment_id == program.experiment_id)


def _later(workspace: Workspace, program: Program) -> int:
    rows = workspace.events.table("assignments")
    assert rows is not None  # the study has assignments
    after = rows.assigned_at.date() > ibis.literal(workspace.window.as_of)
    late = _of_experiment(rows, program).filter(after)
    return int(late.customer_id.nunique().execute())


def starts_of(workspace: Workspace, program: Program) -> ir.Table:
    """Customers of one arm whose window is over: customer_id, arm, start and what was drawn."""
    drawn = _drawn(workspace, program)
    name = f"experiment-starts-{program.id}"
    return workspace.kept_table(name, lambda: drawn.filter(~drawn.in_two_arms, drawn.finished))


def starts_compared(workspace: Workspace, program: Program, rows: ExperimentRows) -> ir.Table:
    """The same of the customers compared alone."""
    last = rows.compared["start"].max().date()
    return starts_of(workspace, program).filter(ibis._.start <= ibis.literal(last))


def _drawn(workspace: Workspace, program: Program) -> ir.Table:
    """Who was drawn, when, and into which arm; each customer once, by the first draw."""
    assignments = workspace.table("assignments")
    assert assignments is not None  # looked at before
    rows = with_columns(_of_experiment(assignments, program), **_OPTIONAL)
    last = workspace.window.as_of - timedelta(days=program.window_days)
    first = ibis.window(group_by=rows.customer_id, order_by=[rows.assigned_at, rows.arm])
    placed = rows.mutate(place=ibis.row_number().over(first))
    once = placed.filter(placed.place == 0)
    return once.select(
        "customer_id", "arm", "assigned_at", "probability",
        start=once.assigned_at.date(),
        stratum=once.stratum.strip().nullif(""),
        cluster=once.cluster.strip().nullif(""),
        in_two_arms=(once.other_arm_at >= once.assigned_at).fill_null(False),
        finished=once.assigned_at.date() <= ibis.literal(last),
    )  # fmt: skip


def _compared(workspace: Workspace, program: Program) -> ir.Table:
    """The same with what they did in their windows and before."""
    days, name = program.window_days, f"experiment-rows-{program.id}"
    starts = starts_of(workspace, program)
    bought = workspace.purchases(workspace.window.as_of)
    sales = workspace.table("transactions")
    assert sales is not None  # every study has them

    def compute() -> ir.Table:
        # each step is computed by itself: engines plan one deep query for longer than they run it
        known = hold(behaviour_before(starts, sold_by_day(sales), days))
        rows = hold(outcomes_after(known, bought, days))
        rows = _with_contacts(workspace, program, rows)
        later = outcomes_between(starts.select(*KEYS), bought, days, 2 * days)
        after = later.select(*KEYS, revenue_after=later.revenue)
        return joined_to(second_order_after(rows, bought, days), after).mutate(
            watched_after=_watched_after(workspace, days)
        )

    return workspace.kept_table(name, compute)


def _watched_after(workspace: Workspace, days: int) -> ir.BooleanValue:
    """Whether as long a time after the window is over as well."""
    last = workspace.window.as_of - timedelta(days=2 * days)
    return ibis._.start <= ibis.literal(last)


def _with_contacts(workspace: Workspace, program: Program, rows: ir.Table) -> ir.Table:
    contacts, surveys = workspace.table("contacts"), workspace.table("surveys")
    days = program.window_days
    if contacts is not None:
        rows = hold(contacts_after(rows, contacts, days, program.purpose))
    return hold(scores_after(rows, surveys, days)) if surveys is not None else rows


def _with_before(compared: pd.DataFrame) -> pd.DataFrame:
    """Add how much customers had ever bought, and how lately (1 on the day, 0 for never)."""
    ago = compared["age_days"] - compared["recency_days"]
    return compared.assign(
        purchases_ever=(compared["frequency"].astype("float64") + 1.0).fillna(0.0),
        bought_lately=(_HALF / (_HALF + ago.astype("float64"))).fillna(0.0),
        start=compared["start"].astype("datetime64[s]"),
        arm=compared["arm"].astype("category"),
    )

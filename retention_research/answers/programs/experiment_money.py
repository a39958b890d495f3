"""What an experiment's program brought and cost, over draws of customers."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.draws import draws_of
from retention_research.answers.programs.experiment_effects import Comparison
from retention_research.answers.programs.experiment_rows import starts_compared
from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.adjusted_outcome import adjusted_outcome
from retention_research.programs.effects import Effect, MoneyDraws
from retention_research.programs.experiment import (
    Sample,
    arm_means,
    bootstrap_interval,
    bootstrap_means,
    difference,
)
from retention_research.study_programs import Program
from retention_research.summaries.program_outcomes import revenue_by_week
from retention_research.summaries.purchases import exact_sum
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("margin", "retained")


def money_draws(
    workspace: Workspace, program: Program, compared: Comparison
) -> MoneyDraws | Missing:
    """Incremental margin, cost and share kept per treated customer, over draws of customers.

    Margin and share kept are adjusted by behaviour before, as the main effects are. Missing where
    the effect on the margin is: draws of next to nobody who bought would be sure of it.

    Args:
        workspace: the study.
        program: as it declares it.
        compared: the program's arms together against the control arm.
    """
    sample, margin = compared.sample("margin"), compared.effect("margin")
    if sample is None or margin is None:
        return Missing("money", "Either group has too few customers.")
    if isinstance(margin.difference, Missing):
        return Missing("money", margin.difference.reason)
    cost = _cost(program, compared, sample.treated)
    adjusted = [adjusted_outcome(_like(compared, sample, name)) for name in _COLUMNS]
    columns = np.column_stack([*adjusted, *([] if cost is None else [cost])])
    drawn = bootstrap_means(
        columns, sample.treated, rng=draws_of(workspace.study, f"{program.id}.money"),
        cluster=sample.cluster, stratum=sample.stratum, probability=sample.probability,
    )  # fmt: skip
    gap = drawn[:, 1] - drawn[:, 0]
    point = [_gap(sample, column) for column in columns.T]
    found = MoneyDraws(gap[:, 0], point[0], int(sample.treated.sum()), kept=gap[:, 1],
                       kept_point=point[1])  # fmt: skip
    if cost is not None:
        found = replace(found, cost=gap[:, 2], cost_point=point[2])
    return replace(
        found,
        by_week=_by_week(workspace, program, compared, point[0]),
        after=_after(compared),
    )


def _like(compared: Comparison, sample: Sample, outcome: str) -> Sample:
    return sample.with_outcome(compared.rows.outcome(outcome)[compared.inside])


def _gap(sample: Sample, column: Floats) -> float:
    return arm_means(sample.with_outcome(column), adjust=False).difference


def _cost(program: Program, compared: Comparison, treated: np.ndarray) -> Floats | None:
    """What each customer cost in the window, shape (n,); None where that is not known."""
    each, whole = program.cost_per_contact, program.cost_per_customer
    if each is None and whole is None:
        return None
    cost = (whole or 0.0) * treated.astype(np.float64)
    if each is None:
        return cost
    if not compared.rows.contacts_told:
        return None
    return np.asarray(cost + each * compared.rows.outcome("contacts")[compared.inside])


def with_draws(effect: Effect, draws: MoneyDraws | Missing, share: float, level: float) -> Effect:
    """An effect on revenue or margin with its interval over draws of customers.

    Args:
        effect: the adjusted difference.
        draws: of the margin per customer.
        share: of the margin that the outcome is: 1 of margin, 1 / margin share of revenue.
        level: the confidence.
    """
    gap = effect.difference
    if isinstance(draws, Missing) or isinstance(gap, Missing) or share <= 0.0:
        return effect
    around = draws.margin * share + (gap.estimate - draws.margin_point * share)
    found = bootstrap_interval(around, gap.estimate, confidence=level)
    if isinstance(found, Missing):
        return effect
    told = f"{effect.method}, percentiles of {draws.margin.size:,} draws of customers"
    return replace(effect, difference=found, method=told)


def _by_week(workspace: Workspace, program: Program, compared: Comparison, total: float) -> Floats:
    """Incremental margin in each week of the window, shape (weeks,), summing to the total."""
    days, rows = program.window_days, compared.rows
    weeks = ceil(days / 7)
    starts = starts_compared(workspace, program, rows)
    bought = workspace.purchases(workspace.window.as_of)
    told = revenue_by_week(starts, bought, days)
    both = told.inner_join(starts.select("customer_id", "arm"), "customer_id")
    frame = both.group_by("arm", "week").agg(revenue=exact_sum(both.revenue)).to_pandas()
    sides = compared.treated.arms, compared.control.arms
    means = [_weekly(frame, rows.compared, arms, weeks) for arms in sides]
    plain = rows.margin * (means[0] - means[1])
    return np.asarray(plain + (total - plain.sum()) / weeks)


def _weekly(
    revenue: pd.DataFrame, compared: pd.DataFrame, arms: tuple[str, ...], weeks: int
) -> Floats:
    mine = revenue[revenue["arm"].isin(arms)].groupby("week")["revenue"].sum()
    n = int(compared["arm"].isin(arms).sum())
    return mine.reindex(range(weeks), fill_value=0.0).to_numpy(dtype=np.float64) / n


def _after(compared: Comparison) -> Estimate | Missing:
    """Incremental margin per customer in as long a time after the window."""
    rows, treated = compared.rows, compared.treated.of(compared.rows)
    watched = compared.inside & rows.compared["watched_after"].to_numpy(dtype=bool)
    sizes = int((treated & watched).sum()), int((~treated & watched).sum())
    if min(sizes) < 2:
        return Missing("after", "As long a time after the window is not over yet.")
    later = rows.margin * rows.outcome("revenue_after")
    sample = rows.sample(later, treated, watched)
    return difference(sample, outcome="margin", confidence=compared.confidence).difference

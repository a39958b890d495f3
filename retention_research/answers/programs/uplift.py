"""Whom an experiment's program moves more than others: named groups, and a ranking of customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from retention_research.answers.draws import draws_of
from retention_research.answers.programs.recorded import UNITS
from retention_research.answers.recorded import recorded
from retention_research.glossary.names import slugs
from retention_research.models.arrays import Floats
from retention_research.models.fit import Missing
from retention_research.programs.heterogeneity import Heterogeneity, effects_by_level
from retention_research.programs.uplift import Uplift, uplift_ranking
from retention_research.study_programs import Program
from retention_research.summaries.segments import OTHER, by_column, small_levels
from retention_research.values import Value, diagnostic, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

BEFORE = ("pre_purchases", "pre_revenue", "frequency", "recency_days", "age_days")
RANKED_BY = "purchases"
_OUTCOMES = ("retained", "purchases", "revenue", "margin")
_MOST_LEVELS = 12


@dataclass(frozen=True, slots=True)
class SegmentEffects:
    """Effects by the levels of one column of customers, named before the experiment.

    Attributes:
        segment: the column.
        by_outcome: outcome to the effect in each level.
        reason: why there is none; empty otherwise.
    """

    segment: str
    by_outcome: Mapping[str, Heterogeneity] = field(default_factory=dict)
    reason: str = ""


def segment_effects(
    workspace: Workspace, program: Program, rows: pd.DataFrame
) -> tuple[SegmentEffects, ...]:
    """The effect by each of the program's segments.

    Args:
        workspace: the study.
        program: whose `segments` name columns of customers.
        rows: one row per customer of the two arms compared: customer_id, treated (truth value),
            the outcomes, and, where known, the columns `BEFORE`, stratum, cluster, probability
            (of the arm that each customer is in).

    Returns:
        One per segment; levels of fewer customers than `group_floor`, and those beyond the
        largest dozen, count as "other".
    """
    return tuple(_by_segment(workspace, program, rows, column) for column in program.segments)


def _by_segment(
    workspace: Workspace, program: Program, rows: pd.DataFrame, column: str
) -> SegmentEffects:
    from retention_research.programs.experiment import Sample

    customers = workspace.table("customers")
    if customers is None or column not in customers.columns:
        return SegmentEffects(column, reason=f"Customers have no column {column}.")
    levels = by_column(customers, column).to_pandas().set_index("customer_id")["level"]
    own = rows["customer_id"].map(levels).fillna(OTHER)
    names, code = _merged(own, workspace.study.group_floor)
    if len(names) < 2:
        return SegmentEffects(column, reason=f"All customers count as one group of {column}.")
    found = {}
    for outcome in _compared(program, rows):
        sample = Sample(
            rows[outcome].to_numpy(dtype=np.float64),
            rows["treated"].to_numpy(dtype=bool),
            before=before_of(rows),
            stratum=_column(rows, "stratum"),
            cluster=_column(rows, "cluster"),
            probability=_column(rows, "probability"),
        )
        kind: Literal["mean", "proportion"] = "proportion" if outcome == "retained" else "mean"
        found[outcome] = effects_by_level(sample, code, names, outcome=outcome, kind=kind,
                                          confidence=workspace.study.confidence)  # fmt: skip
    return SegmentEffects(column, found)


def _compared(program: Program, rows: pd.DataFrame) -> list[str]:
    return [one for one in _OUTCOMES if one in program.outcomes and one in rows.columns]


def _column(rows: pd.DataFrame, name: str) -> np.ndarray | None:
    """Strata, clusters or probabilities; None where none are recorded, or not all probabilities."""
    if name not in rows.columns or rows[name].isna().all():
        return None
    if name == "probability":
        return None if rows[name].isna().any() else rows[name].to_numpy(dtype=np.float64)
    alone = rows["customer_id"] if name == "cluster" else "unknown"
    return rows[name].where(rows[name].notna(), alone).to_numpy(dtype=str)


def _merged(levels: pd.Series, floor: int) -> tuple[list[str], np.ndarray]:
    """Names of levels, the largest first, and each customer's place among them."""
    import ibis

    counts = levels.value_counts()
    largest = sorted(counts.index, key=lambda one: (-int(counts[one]), str(one)))[:_MOST_LEVELS]
    named = levels.where(levels.isin(largest), OTHER)
    sizes = named.value_counts().rename_axis("level").reset_index(name="n")
    shown = small_levels(ibis.memtable(sizes), floor).to_pandas().set_index("level")["merged"]
    kept = named.map(shown)
    order = [one for one in largest if one != OTHER and (kept == one).any()]
    names = [*order, OTHER] if (kept == OTHER).any() else order
    return names, kept.map({name: place for place, name in enumerate(names)}).to_numpy(dtype=int)


def before_of(rows: pd.DataFrame) -> Floats | None:
    """What was known of customers before, shape (n, k); None where nothing was.

    Counts and money enter as log(1 + x), as a few customers have many times what others have; who
    had bought nothing is told apart by a column of its own.
    """
    if any(name not in rows.columns for name in BEFORE):
        return None
    known = rows[list(BEFORE)].to_numpy(dtype=np.float64)
    none = np.isnan(known[:, 4])
    purchases, revenue, frequency, recency, age = np.nan_to_num(known).T
    revenue = np.maximum(revenue, 0.0)
    logs = [np.log1p(one) for one in (purchases, revenue, frequency)]
    return np.column_stack([*logs, age - recency, age, none])


def ranking(workspace: Workspace, program: Program, rows: pd.DataFrame) -> Uplift | Missing:
    """Customers ranked by how much more they would buy with the program, and what that is worth.

    Args:
        workspace: the study.
        program: the experiment.
        rows: as `segment_effects` takes them.
    """
    known, drawn = before_of(rows), rows["treated"].to_numpy(dtype=bool)
    if known is None or RANKED_BY not in rows.columns:
        return Missing("qini", "Nothing is known of customers before, to rank them by.")
    if not 0 < drawn.sum() < drawn.size:
        return Missing("qini", "There is only one group of customers.")
    rng = draws_of(workspace.study, f"{program.id}.uplift")
    bought = rows[RANKED_BY].to_numpy(dtype=np.float64)
    chance, confidence = chance_of(rows), workspace.study.confidence
    return uplift_ranking(
        known, bought, drawn, chance, cluster=_column(rows, "cluster"), rng=rng,
        confidence=confidence,
    )  # fmt: skip


def chance_of(rows: pd.DataFrame) -> Floats:
    """The chance of having the program: as logged where it varies, or the share of the stratum.

    Args:
        rows: as `segment_effects` takes them.

    Returns:
        Of each customer, shape (n,), above 0 and below 1 where both groups are there.
    """
    drawn = rows["treated"].to_numpy(dtype=bool)
    logged, stratum = _column(rows, "probability"), _column(rows, "stratum")
    if logged is not None and logged[drawn].std() > 0.0:
        arms = np.where(drawn, logged, 1.0 - logged).astype(np.float64)
        if ((arms > 0.0) & (arms < 1.0)).all():
            return np.asarray(arms)
    whole = np.full(drawn.size, float(drawn.mean()))
    if stratum is None:
        return whole
    code = np.unique(stratum, return_inverse=True)[1]
    share = (np.bincount(code, drawn) / np.bincount(code))[code]
    return np.where((share > 0.0) & (share < 1.0), share, whole)


def uplift_values(
    program: str, segments: tuple[SegmentEffects, ...], ranked: Uplift | Missing
) -> dict[str, Value]:
    """Effects by segment and the ranking's worth under their glossary names."""
    values = {name: v for one in segments for name, v in _segment_values(program, one).items()}
    start = f"program.{program}"
    if isinstance(ranked, Missing):
        gone = {f"{start}.{name}": missing("estimate", ranked.reason)
                for name in ("qini", "first_fifth")}  # fmt: skip
        return values | gone
    return values | {
        f"{start}.qini": recorded(ranked.qini, ranked.customers, "number"),
        f"{start}.qini_p_value": diagnostic(ranked.p_value, "small", n=ranked.customers),
        f"{start}.first_fifth": recorded(ranked.first_fifth, ranked.customers, "number"),
    }


def _segment_values(program: str, found: SegmentEffects) -> dict[str, Value]:
    column = next(iter(slugs([found.segment]).values()))
    start, values = f"program.{program}.by.{column}", dict[str, Value]()
    for outcome, differs in found.by_outcome.items():
        short = slugs([row.level for row in differs.levels])
        for row in differs.levels:
            unit = UNITS[outcome]
            values[f"{start}.{short[row.level]}.{outcome}"] = recorded(row.shrunken, row.n, unit)
        if differs.p_value is not None:
            values[f"program.{program}.alike.{column}.{outcome}"] = diagnostic(
                differs.p_value, "small"
            )
    return values

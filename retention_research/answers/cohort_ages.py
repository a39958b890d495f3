"""Who came back, by cohort, at equal ages; immature cells left empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from retention_research.answers.recorded import recorded
from retention_research.models.lift import Arms, pooled_lift
from retention_research.models.proportion import proportion
from retention_research.study import Study
from retention_research.summaries import cohorts as summaries
from retention_research.summaries.segments import OTHER
from retention_research.values import Value, estimate, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

MARKS: Final = {"month": (1, 3, 6, 12), "week": (1, 4, 13, 26)}
NEWEST: Final = 3  # cohorts that are compared with all before them
_MOST_SHOWN = 13  # ages in a heat map
NEVER = "No group of new customers has been followed so long."
TOO_FEW_COHORTS = f"Fewer than {2 * NEWEST} groups of new customers have been followed so long."
_MEASURES = 2  # compared at each age: who came back, and what they brought


@dataclass(frozen=True, slots=True)
class Ages:
    """Cohorts at equal ages.

    Attributes:
        cells: cohort, age, customers, returned, share, share_low, share_high; mature cells only.
        curve: age, customers, returned, share, share_low, share_high of all cohorts that mature.
        sizes: cohort, customers, mature (the last mature age), oldest cohort first.
        values: by glossary name.
    """

    cells: pd.DataFrame
    curve: pd.DataFrame
    sizes: pd.DataFrame
    values: Mapping[str, Value]


def ages(workspace: Workspace, members: ir.Table) -> Ages:
    """Who came back at which age, by cohort and over all cohorts."""
    unit = workspace.study.period
    step = summaries.AGE_DAYS[unit]
    sizes = _sizes(workspace, members, step)
    cells = _cells(workspace, members, sizes, step)
    curve = _curve(cells, workspace.study.confidence)
    values = _retention(cells, curve, MARKS[unit]) | _newest(workspace, cells, sizes)
    return Ages(cells, curve, sizes, values)


def _sizes(workspace: Workspace, members: ir.Table, step: int) -> pd.DataFrame:
    sizes = summaries.cohort_sizes(members).to_pandas()
    as_of = workspace.window.as_of
    newest = (day.date() if hasattr(day, "date") else day for day in sizes["newest"])
    mature = [summaries.mature_until(day, as_of, step) for day in newest]
    in_order = sizes.assign(mature=mature, last=sizes["cohort"] == OTHER)
    whole = in_order[in_order["customers"] >= workspace.study.group_floor]
    ordered = whole.sort_values(["last", "cohort"], ignore_index=True)
    return ordered[["cohort", "customers", "mature"]]


def _cells(workspace: Workspace, members: ir.Table, sizes: pd.DataFrame, step: int) -> pd.DataFrame:
    """Every mature cell, those in which nobody came back with their zero."""
    purchases = workspace.purchases(workspace.window.as_of)
    counted = summaries.returned_by_age(purchases, members, step).to_pandas()
    grid = sizes.loc[sizes.index.repeat(sizes["mature"].clip(upper=_MOST_SHOWN))]
    grid = grid.assign(age=grid.groupby("cohort").cumcount() + 1).drop(columns="mature")
    cells = grid.merge(counted, on=["cohort", "age"], how="left")
    whole = cells.assign(returned=cells["returned"].fillna(0).astype(int))
    return _with_shares(whole.reset_index(drop=True), workspace.study.confidence)


def _with_shares(counts: pd.DataFrame, confidence: float) -> pd.DataFrame:
    pairs = zip(counts["returned"], counts["customers"], strict=True)
    found = [proportion(int(k), int(n), confidence) for k, n in pairs]
    return counts.assign(
        share=[f.estimate for f in found],
        share_low=[f.conf_low for f in found],
        share_high=[f.conf_high for f in found],
    )


def _curve(cells: pd.DataFrame, confidence: float) -> pd.DataFrame:
    summed = cells.groupby("age", as_index=False)[["customers", "returned"]].sum()
    return _with_shares(summed, confidence)


def _retention(cells: pd.DataFrame, curve: pd.DataFrame, marks: Iterable[int]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for age in marks:
        values[f"cohorts.retention.age_{age}"] = _share(curve[curve["age"] == age])
    for row in cells[cells["age"].isin(list(marks))].itertuples():
        name = f"cohorts.{row.cohort}.retention_age_{row.age}"
        values[name] = _share(cells.loc[[row.Index]])
    return values


def _share(row: pd.DataFrame) -> Value:
    if row.empty:
        return missing("estimate", NEVER)
    one = row.iloc[0]
    return estimate(one.share, one.share_low, one.share_high, int(one.customers), "share")


def _newest(workspace: Workspace, cells: pd.DataFrame, sizes: pd.DataFrame) -> dict[str, Value]:
    """The newest mature cohorts against all before them, at the same age."""
    found = {}
    for age in MARKS[workspace.study.period]:
        new, old = newest_and_before(sizes, age)
        at_age = cells[cells["age"] == age]
        found[f"cohorts.newest.difference_age_{age}"] = _difference(workspace, at_age, new, old)
    return found


def newest_and_before(sizes: pd.DataFrame, age: int) -> tuple[list[str], list[str]]:
    """The newest cohorts that have all lived an age, and all before them; empty where too few."""
    named = sizes[(sizes["cohort"] != OTHER) & (sizes["mature"] >= age)]
    mature = [str(name) for name in named["cohort"]]
    if len(mature) < 2 * NEWEST:
        return [], []
    return mature[-NEWEST:], mature[:-NEWEST]


def _difference(workspace: Workspace, cells: pd.DataFrame, new: list[str], old: list[str]) -> Value:
    if not new:
        return missing("estimate", TOO_FEW_COHORTS)
    counts = [cells.loc[cells["cohort"].isin(which), ["returned", "customers"]].sum()
              for which in (new, old)]  # fmt: skip
    arms = Arms(*(int(n) for pair in counts for n in pair))
    return recorded(
        pooled_lift([arms], joint_confidence(workspace.study)), arms.treated + arms.control, "share"
    )


def joint_confidence(study: Study) -> float:
    """The level at which all comparisons of the newest cohorts hold together (Bonferroni)."""
    return 1 - (1 - study.confidence) / (_MEASURES * len(MARKS[study.period]))

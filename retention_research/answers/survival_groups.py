"""How long groups of customers stay: by month of first purchase, and by the study's segments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers.recorded import recorded, turned
from retention_research.answers.segments import segment_words
from retention_research.events.engine import hold
from retention_research.glossary.names import slug, slugs
from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import KaplanMeierFit, fit_kaplan_meier
from retention_research.models.proportion import proportion
from retention_research.summaries import tenure as summaries
from retention_research.summaries.segments import merge_small
from retention_research.values import Value
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

MARK = 26  # weeks
NOBODY = Missing("tenure", "Nobody was followed beyond one order.")
COLUMNS = ["customers", "probability", "share_low", "share_high",
           "tenure_mean", "days_low", "days_high"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """How soon a group of customers bought again, and how long it stayed.

    Attributes:
        name: its level.
        customers: followed from their first purchase.
        again: the share who bought again within `MARK` weeks.
        mean: mean tenure up to the study's tau, in days.
        median: median tenure in days.
    """

    name: str
    customers: int
    again: Value
    mean: Value
    median: Value

    @property
    def cells(self) -> tuple[object, ...]:
        """The cells of `COLUMNS`."""
        ends = (self.again, self.mean)
        return (self.customers, *(x for v in ends for x in (v.value, v.conf_low, v.conf_high)))


def groups_of(
    workspace: Workspace, second: ir.Table, beyond: ir.Table, column: str, tau: int
) -> list[Group]:
    """The groups of a column, in order.

    Args:
        workspace: names the level of intervals.
        second: durations to the second purchase, with the column.
        beyond: tenures above 0, with the column.
        column: tells the groups apart.
        tau: age in days to which mean tenure runs.
    """
    first, later = counted(second, column), counted(beyond, column)
    return [
        _group(str(name), rows, later[later[column] == name], workspace, tau)
        for name, rows in first.groupby(column)
    ]


def _group(
    name: str, first: pd.DataFrame, later: pd.DataFrame, workspace: Workspace, tau: int
) -> Group:
    again, still = fit_cells(first, workspace), fit_cells(later, workspace)
    assert again is not None  # a group has rows
    bought = bought_within(again, MARK)
    mean = recorded(mean_tenure(still, tau), still.n if still else 0, "days")
    median = recorded(median_tenure(still), still.n if still else 0, "days")
    return Group(name, again.n, bought, mean, median)


def segment_groups(
    workspace: Workspace, second: ir.Table, beyond: ir.Table, tau: int
) -> dict[str, list[Group]]:
    """The groups of the study's own segments.

    Not of recency, frequency and money: who bought lately has stayed, by definition.
    """
    found = {}
    for name, by in levels_of(workspace, second).items():
        now, later = (rows.join(by, "customer_id") for rows in (second, beyond))
        found[name] = groups_of(workspace, now, later, "level", tau)
    return found


def levels_of(workspace: Workspace, rows: ir.Table) -> dict[str, ir.Table]:
    """The customers of some rows by level of the study's own segments.

    Levels of fewer of these customers than the study's floor are merged into "other".
    """
    everybody, floor = workspace.segments(), workspace.study.group_floor
    there = rows.select("customer_id").distinct()
    return {
        name: hold(merge_small(everybody[name].semi_join(there, "customer_id"), floor))
        for name in workspace.study.segments
    }


def group_values(
    segment: str, groups: Iterable[Group], tau: int, curves: Iterable[str] = ("tenure",)
) -> dict[str, Value]:
    """The groups as values, by glossary name.

    Args:
        segment: its name.
        groups: its groups.
        tau: age in days to which mean tenure runs.
        curves: under which names tenure by purchases goes.
    """
    by_name: dict[str, Group] = {group.name: group for group in groups}
    values: dict[str, Value] = {}
    for name, short in slugs(by_name).items():
        group, key = by_name[name], f"{slug(segment)}.{short}"
        values[f"second_purchase.{key}.probability_{MARK}w"] = group.again
        for curve in curves:
            values[f"{curve}.{key}.median"] = group.median
            values[f"{curve}.{key}.rmst_{tau}d"] = group.mean
    return values


def group_frame(found: Mapping[str, list[Group]]) -> pd.DataFrame:
    """The groups of all segments: group, grouped_by and `COLUMNS`."""
    import pandas as pd

    rows = [(g.name, segment_words(name), *g.cells) for name, groups in found.items()
            for g in groups]  # fmt: skip
    return pd.DataFrame(rows, columns=["group", "grouped_by", *COLUMNS])


def counted(rows: ir.Table, *groups: str) -> pd.DataFrame:
    """Durations as counted cells; by the age at which watching began, where that is told."""
    late = ("entry",) if "entry" in rows.columns else ()
    return summaries.count_durations(rows, *groups, *late).to_pandas()


def fit(workspace: Workspace, rows: ir.Table) -> KaplanMeierFit | None:
    """The curve of durations; None where there is nobody."""
    return fit_cells(counted(rows), workspace)


def fit_cells(cells: pd.DataFrame, workspace: Workspace) -> KaplanMeierFit | None:
    """The curve of counted durations; None where there is nobody."""
    if cells.empty:
        return None
    return fit_kaplan_meier(
        cells["duration"],
        cells["event_observed"],
        entry=cells["entry"] if "entry" in cells.columns else None,
        weights=cells["customers"],
        confidence=workspace.study.confidence,
    )


def median_tenure(still: KaplanMeierFit | None) -> Estimate | Missing:
    """Days until half have left."""
    return still.median() if still else NOBODY


def mean_tenure(still: KaplanMeierFit | None, tau: int) -> Estimate | Missing:
    """Mean days up to an age."""
    return still.restricted_mean(tau) if still else NOBODY


def bought_within(again: KaplanMeierFit, weeks: int) -> Value:
    """The share who bought again within so many weeks."""
    return recorded(turned(left_after(again, 7 * weeks)), again.n, "share")


def left_after(curve: KaplanMeierFit, days: int) -> Estimate | Missing:
    """The share still without the event.

    Where that is all or none, the log-log interval has no width; Wilson's does, for the customers
    watched as long, or for all of them.
    """
    found = curve.survival_at(days)
    if isinstance(found, Missing) or found.estimate not in (0.0, 1.0):
        return found
    n = int(curve.at_risk(days)[0]) if found.estimate else curve.n
    return proportion(n if found.estimate else 0, n, curve.confidence) if n else NOBODY

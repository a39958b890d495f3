"""What customers had brought at equal ages, by cohort; the newest against those before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from retention_research.answers.cohort_ages import (
    MARKS,
    NEVER,
    TOO_FEW_COHORTS,
    joint_confidence,
    newest_and_before,
)
from retention_research.answers.recorded import recorded
from retention_research.models.fit import Estimate, Missing
from retention_research.models.mix import change
from retention_research.models.ratio import Moments, ratio
from retention_research.summaries import cohorts as summaries
from retention_research.values import Value, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Brought:
    """Revenue per customer at equal ages.

    Attributes:
        cells: cohort, age, customers, brought, money_low, money_high; mature cells only.
        values: by glossary name.
    """

    cells: pd.DataFrame
    values: Mapping[str, Value]


def brought(workspace: Workspace, members: ir.Table, sizes: pd.DataFrame) -> Brought:
    """What a customer had brought at each marked age, by cohort and over all mature ones.

    Args:
        workspace: of the study.
        members: of `cohort_members`.
        sizes: of `Ages`.
    """
    import pandas as pd

    marks = MARKS[workspace.study.period]
    sums = _mature_sums(workspace, members, sizes)
    values = {k: v for age in marks for k, v in _values(workspace, sums[age], age).items()}
    values |= {
        f"cohorts.newest.revenue_difference_age_{age}": _newest(workspace, sums[age], sizes, age)
        for age in marks
    }
    rows = [
        (row.cohort, age, row.customers, value.value, value.conf_low, value.conf_high)
        for age in marks
        for row in sums[age].itertuples()
        for value in [values[f"cohorts.{row.cohort}.revenue_age_{age}"]]
    ]
    columns = ["cohort", "age", "customers", "brought", "money_low", "money_high"]
    return Brought(pd.DataFrame(rows, columns=columns), values)


def _mature_sums(
    workspace: Workspace, members: ir.Table, sizes: pd.DataFrame
) -> dict[int, pd.DataFrame]:
    """For each marked age, the sums of the cohorts that have all lived it, in order of `sizes`."""
    unit = workspace.study.period
    days = {age: age * summaries.AGE_DAYS[unit] for age in MARKS[unit]}
    purchases = workspace.purchases(workspace.window.as_of)
    summed = summaries.revenue_to_ages(purchases, members, list(days.values())).to_pandas()
    found = {}
    for age, n in days.items():
        names = {f"total_{n}": "total", f"squares_{n}": "squares"}
        sums = summed[["cohort", "customers", *names]].rename(columns=names)
        found[age] = sizes.loc[sizes["mature"] >= age, ["cohort"]].merge(sums, on="cohort")
    return found


def _values(workspace: Workspace, sums: pd.DataFrame, age: int) -> dict[str, Value]:
    confidence = workspace.study.confidence
    together = f"cohorts.revenue_per_customer.age_{age}"
    return {together: _value(sums.drop(columns="cohort").sum(), confidence)} | {
        f"cohorts.{row.cohort}.revenue_age_{age}": _value(row, confidence)
        for row in sums.itertuples()
    }


def _value(sums: Any, confidence: float) -> Value:
    n = int(sums.customers)
    return recorded(_mean(sums, confidence), n, "money") if n else missing("estimate", NEVER)


def _mean(sums: Any, confidence: float) -> Estimate | Missing:
    n, total, squares = int(sums.customers), float(sums.total), float(sums.squares)
    return ratio(Moments(n, total, n, squares, n, total), confidence)


def _newest(workspace: Workspace, sums: pd.DataFrame, sizes: pd.DataFrame, age: int) -> Value:
    new, old = newest_and_before(sizes, age)
    if not new:
        return missing("estimate", TOO_FEW_COHORTS)
    columns = ["customers", "total", "squares"]
    groups = [sums.loc[sums["cohort"].isin(which), columns].sum() for which in (new, old)]
    level = joint_confidence(workspace.study)
    one, other = (_mean(group, level) for group in groups)
    if isinstance(one, Missing) or isinstance(other, Missing):
        return missing("estimate", next(m.reason for m in (one, other) if isinstance(m, Missing)))
    return recorded(change(one, other), int(sum(g.customers for g in groups)), "money")

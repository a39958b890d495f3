"""Who comes back: cohorts at equal ages, second purchases by first order, whose revenue it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from retention_research.answers.cohort_ages import Ages, ages
from retention_research.answers.cohort_days import Days, days
from retention_research.answers.cohort_returns import Returns, returns, waits
from retention_research.answers.cohort_revenue import Brought, brought
from retention_research.answers.lives import lives
from retention_research.answers.obstacles import remedy
from retention_research.periods import Period, last_full_period
from retention_research.summaries import cohorts as summaries
from retention_research.values import Value, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_FEWEST = 30  # customers of known birth, below which nothing is said of who comes back


@dataclass(frozen=True, slots=True)
class Cohorts:
    """The answer of the cohorts report.

    Attributes:
        values: by glossary name.
        ages: cohorts at equal ages.
        brought: revenue per customer at equal ages.
        returns: second purchases by the first order.
        days: days to the second purchase.
        revenue: period (words), new_customers, new_revenue, existing_revenue, new_share, and
            unknown_revenue where there is any; full periods only.
        last: the last full period; None where the data hold none.
    """

    values: Mapping[str, Value]
    ages: Ages
    brought: Brought
    returns: Returns
    days: Days
    revenue: pd.DataFrame
    last: Period | None


def obstacle_to_cohorts(workspace: Workspace) -> str:
    """Why the data cannot say who comes back; empty if they can."""
    known = int(_members(workspace).count().execute())
    if known >= _FEWEST:
        return ""
    return (
        f"The first purchase of only {known} customers is known to be the first; {_FEWEST} are "
        f"needed to say who comes back.{remedy(workspace)}"
    )


def cohorts(workspace: Workspace) -> Cohorts:
    """Who comes back, by when and how customers first bought."""
    members = _members(workspace)
    at_ages, second = ages(workspace, members), returns(workspace, members)
    each = brought(workspace, members, at_ages.sizes)
    after = days(workspace, waits(workspace))
    revenue, last = _revenue(workspace)
    values = _counts(workspace, members, at_ages) | dict(at_ages.values) | dict(second.values)
    values |= dict(each.values) | dict(after.values)
    values |= _new_share(revenue) | _acquired(workspace, members)
    return Cohorts(values, at_ages, each, second, after, revenue, last)


def _members(workspace: Workspace) -> ir.Table:
    def made() -> ir.Table:
        born = lives(workspace)
        known = born.filter(born.birth_known)
        return summaries.cohort_members(known, workspace.study.period, workspace.study.group_floor)

    return workspace.kept_table("cohort-members", made)


def _acquired(workspace: Workspace, members: ir.Table) -> dict[str, Value]:
    """How many were acquired in another period than they first bought, or after it."""
    customers, unit = workspace.events.customers, workspace.study.period
    names = "cohorts.acquired_elsewhere", "cohorts.acquired_later"
    if customers is None or "acquired_at" not in customers.columns:
        return dict.fromkeys(names, missing("fact", "The data do not say acquired_at."))
    found = summaries.acquired_apart(members, customers, unit).to_pandas().iloc[0]
    counts = int(found.elsewhere), int(found.later)
    return {
        name: fact(count, "count", n=int(found.stated))
        for name, count in zip(names, counts, strict=True)
    }


def _counts(workspace: Workspace, members: ir.Table, found: Ages) -> dict[str, Value]:
    known = int(members.count().execute())
    purchases = workspace.purchases(workspace.window.as_of)
    everybody = int(purchases.customer_id.nunique().execute())
    return {
        "cohorts.customers": fact(known, "count"),
        "cohorts.left_out": fact(everybody - known, "count"),
        "cohorts.count": fact(len(found.sizes), "count"),
    }


def _revenue(workspace: Workspace) -> tuple[pd.DataFrame, Period | None]:
    unit, window = workspace.study.period, workspace.window
    purchases = workspace.purchases(window.as_of)
    summed = summaries.revenue_by_newness(purchases, lives(workspace), unit).to_pandas()
    periods = [Period.holding(_day(start), unit) for start in summed["period"]]
    full = [window.start <= p.start and p.end <= window.as_of for p in periods]
    total = summed[["new_revenue", "existing_revenue", "unknown_revenue"]].sum(axis=1)
    told = summed.assign(
        period=[p.words for p in periods], new_share=summed["new_revenue"] / total.where(total > 0)
    )
    columns = ["period", "new_customers", "new_revenue", "existing_revenue", "new_share"]
    columns += ["unknown_revenue"] if told.loc[full, "unknown_revenue"].any() else []
    last = last_full_period(window.as_of, unit)
    whole = last if last.start >= window.start else None
    return told.loc[full, columns].reset_index(drop=True), whole


def _day(value: object) -> date:
    return date.fromisoformat(str(value)[:10])


def _new_share(revenue: pd.DataFrame) -> dict[str, Value]:
    name = "cohorts.new_revenue_share"
    if revenue.empty or revenue["new_share"].isna().iloc[-1]:
        return {name: missing("fact", "There is no full period with revenue.")}
    return {name: fact(float(revenue["new_share"].iloc[-1]), "share")}

"""How long customers stay: time to the second purchase, and tenure, by month of first purchase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers import curves
from retention_research.answers.curves import MARKS
from retention_research.answers.recorded import recorded, turned
from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import KaplanMeierFit, fit_kaplan_meier
from retention_research.models.log_rank import log_rank
from retention_research.models.proportion import proportion
from retention_research.summaries import tenure as summaries
from retention_research.values import Value, diagnostic, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_MONTH_MARK = 26
_NOBODY = Missing("tenure", "Nobody was followed beyond one order.")
_FEWEST = 30  # customers followed, below which nothing is said of how long they stay


@dataclass(frozen=True, slots=True)
class Survival:
    """The answer of the survival report; durations in days.

    Attributes:
        values: by glossary name.
        bought_again: after_weeks, n_at_risk, probability, share_low, share_high.
        marks: after_weeks, n_at_risk, probability, share_low, share_high.
        still: after_weeks, n_at_risk, survival, share_low, share_high; empty if nobody stayed.
        months: month, customers, probability and tenure_mean with intervals.
        tau: age in days to which mean tenure runs.
        confidence: level of the intervals.
    """

    values: Mapping[str, Value]
    bought_again: pd.DataFrame
    marks: pd.DataFrame
    still: pd.DataFrame
    months: pd.DataFrame
    tau: int
    confidence: float


def obstacle_to_survival(workspace: Workspace) -> str:
    """Why the data cannot say how long customers stay; empty if they can."""
    followed = int(_second(workspace).count().execute())
    if followed >= _FEWEST:
        return ""
    return (
        f"Only {followed} customers are followed from a first purchase that is known to be their "
        f"first; {_FEWEST} are needed to say how long customers stay."
    )


def survival(workspace: Workspace) -> Survival:
    """Time to the second purchase and tenure, overall and by month of the first purchase."""
    second, stayed = _second(workspace), _tenure(workspace)
    again = _fit(workspace, second)
    beyond = stayed.filter(stayed.duration > 0)
    still = _fit(workspace, _with_late(workspace, beyond))
    tau = round(workspace.study.survival.tau.days)
    months = _months(workspace, second, beyond, tau)
    values = _again_values(again) | _tenure_values(workspace, stayed, still, tau)
    values |= _month_values(months, tau) | _log_rank(second) | _revenue(workspace)
    frames = curves.bought_again(again), curves.at_marks(again), curves.still_customers(still)
    return Survival(values, *frames, _month_frame(months), tau, workspace.study.confidence)


def _second(workspace: Workspace) -> ir.Table:
    as_of = workspace.window.as_of
    rows = summaries.second_purchase(workspace.purchases(as_of), as_of)
    return _known(workspace, rows)


def _tenure(workspace: Workspace) -> ir.Table:
    as_of = workspace.window.as_of
    rows = summaries.tenure(workspace.purchases(as_of), as_of, workspace.silence_days)
    return _known(workspace, rows)


def _with_late(workspace: Workspace, beyond: ir.Table) -> ir.Table:
    """Who stayed beyond one order, and who was acquired before the data, seen from then on."""
    events, as_of = workspace.events, workspace.window.as_of
    kept = beyond.select("customer_id", "duration", "event_observed").mutate(entry=0)
    dated = events.customers is not None and "acquired_at" in events.customers.columns
    if not dated or workspace.study.cohort_complete:
        return kept
    everybody = summaries.tenure(workspace.purchases(as_of), as_of, workspace.silence_days)
    late = summaries.late_entries(everybody, events.customers, events.first_day)
    columns = ["customer_id", "entry", "duration", "event_observed"]
    whole = [rows.mutate(entry=rows.entry.cast("int64"), duration=rows.duration.cast("int64"))
             for rows in (kept, late)]  # fmt: skip
    return whole[0].select(columns).union(whole[1].select(columns))


def _known(workspace: Workspace, rows: ir.Table) -> ir.Table:
    born = workspace.with_birth(rows)
    known = born.filter(born.birth_known)
    return summaries.first_purchase_month(known, workspace.study.group_floor)


def _fit(workspace: Workspace, rows: ir.Table) -> KaplanMeierFit | None:
    groups = ["entry"] if "entry" in rows.columns else []
    return _fit_cells(summaries.count_durations(rows, *groups).to_pandas(), workspace)


def _fit_cells(cells: pd.DataFrame, workspace: Workspace) -> KaplanMeierFit | None:
    import pandas as pd

    if cells.empty:
        return None
    return fit_kaplan_meier(
        cells["duration"],
        cells["event_observed"],
        entry=cells["entry"] if cells.get("entry", pd.Series([0])).any() else None,
        weights=cells["customers"],
        confidence=workspace.study.confidence,
    )


def _median(fit: KaplanMeierFit | None) -> Estimate | Missing:
    return fit.median() if fit else _NOBODY


def _mean(fit: KaplanMeierFit | None, tau: int) -> Estimate | Missing:
    return fit.restricted_mean(tau) if fit else _NOBODY


def _again_values(again: KaplanMeierFit | None) -> dict[str, Value]:
    if again is None:
        return {}
    shares = {
        f"second_purchase.probability_{w}w": recorded(
            turned(again.survival_at(7 * w)), again.n, "share"
        )
        for w in MARKS
    }
    return shares | {
        "second_purchase.customers": fact(again.n, "count"),
        "second_purchase.median": recorded(again.median(), again.n, "days"),
    }


def _tenure_values(
    workspace: Workspace, stayed: ir.Table, still: KaplanMeierFit | None, tau: int
) -> dict[str, Value]:
    n, beyond = int(stayed.count().execute()), still.n if still else 0
    came_back = int(stayed.reactivated.sum().fill_null(0).execute())
    one_order = proportion(n - beyond, n, workspace.study.confidence) if n else _NOBODY
    return {
        "tenure.one_order_share": recorded(one_order, n, "share"),
        "tenure.reactivated": fact(came_back, "count", n=n),
        "km.median": recorded(_median(still), beyond, "days"),
        f"km.rmst_{tau}d": recorded(_mean(still, tau), beyond, "days"),
    }


def _revenue(workspace: Workspace) -> dict[str, Value]:
    rows = workspace.summary(workspace.current)
    sums = rows.aggregate(
        total=rows.revenue.cast("decimal(18, 4)").sum().cast("float64"),
        later=(rows.monetary_value * rows.frequency).cast("decimal(18, 4)").sum().cast("float64"),
    ).to_pandas().fillna(0.0).iloc[0]  # fmt: skip
    share = fact(sums.later / sums.total, "share") if sums.total else _nothing_sold()
    return {
        "second_purchase.revenue": fact(float(sums.later), "money"),
        "second_purchase.revenue_share": share,
    }


def _nothing_sold() -> Value:
    return missing("fact", "All amounts are 0.")


@dataclass(frozen=True, slots=True)
class _Month:
    name: str
    customers: int
    again: Value
    mean: Value
    median: Value


def _months(workspace: Workspace, second: ir.Table, beyond: ir.Table, tau: int) -> list[_Month]:
    first = summaries.count_durations(second, "month").to_pandas()
    later = summaries.count_durations(beyond, "month").to_pandas()
    return [
        _month(str(name), rows, later[later["month"] == name], workspace, tau)
        for name, rows in first.groupby("month")
    ]


def _month(
    name: str, first: pd.DataFrame, later: pd.DataFrame, workspace: Workspace, tau: int
) -> _Month:
    again, still = _fit_cells(first, workspace), _fit_cells(later, workspace)
    assert again is not None  # a group has rows
    bought = recorded(turned(again.survival_at(7 * _MONTH_MARK)), again.n, "share")
    mean = recorded(_mean(still, tau), still.n if still else 0, "days")
    median = recorded(_median(still), still.n if still else 0, "days")
    return _Month(name, again.n, bought, mean, median)


def _month_values(months: list[_Month], tau: int) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for m in months:
        key = f"first_purchase_month.{m.name}"
        values[f"second_purchase.{key}.probability_{_MONTH_MARK}w"] = m.again
        values[f"km.{key}.median"] = m.median
        values[f"km.{key}.rmst_{tau}d"] = m.mean
    return values


def _log_rank(second: ir.Table) -> dict[str, Value]:
    cells = summaries.count_durations(second, "month").to_pandas()
    name = "logrank.first_purchase_month.p_value"
    if cells["month"].nunique() < 2:
        return {name: missing("diagnostic", "There is only one month of first purchase.")}
    rows = cells.loc[cells.index.repeat(cells["customers"])]
    test = log_rank(rows["duration"], rows["event_observed"], rows["month"])
    if isinstance(test, Missing):
        return {name: missing("diagnostic", test.reason)}
    return {name: diagnostic(test.p_value, "small", n=len(rows))}


def _month_frame(months: list[_Month]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (m.name, m.customers, m.again.value, m.again.conf_low, m.again.conf_high,
         m.mean.value, m.mean.conf_low, m.mean.conf_high)
        for m in months
    ]  # fmt: skip
    columns = ["month", "customers", "probability", "share_low", "share_high",
               "tenure_mean", "days_low", "days_high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)

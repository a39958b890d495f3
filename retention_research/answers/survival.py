"""How long customers stay: time to the second purchase, and tenure, by month of first purchase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers import curves
from retention_research.answers.obstacles import remedy
from retention_research.answers.recorded import recorded, turned
from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import KaplanMeierFit, fit_kaplan_meier
from retention_research.models.log_rank import log_rank
from retention_research.models.proportion import proportion
from retention_research.periods import month_in_words
from retention_research.summaries import tenure as summaries
from retention_research.summaries.purchases import exact_sum
from retention_research.values import Value, diagnostic, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

MARKS = (13, 26, 52)  # weeks
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
    who = {0: "No customer is", 1: "Only 1 customer is"}.get(
        followed, f"Only {followed} customers are"
    )
    return (
        f"{who} followed from a first purchase that is known to be the first; {_FEWEST} are needed "
        f"to say how long customers stay.{remedy(workspace)}"
    )


def survival(workspace: Workspace) -> Survival:
    """Time to the second purchase and tenure, overall and by month of the first purchase."""
    second = _second(workspace)
    stayed = _tenure(workspace, second)
    again = _fit(workspace, second)
    assert again is not None  # obstacle_to_survival was empty
    beyond = stayed.filter(stayed.duration > 0)
    still = _fit(workspace, beyond)
    tau = round(workspace.study.survival.tau.days)
    months = _months(workspace, second, beyond, tau)
    values = _again_values(workspace, second, again) | _tenure_values(workspace, stayed, still, tau)
    values |= _month_values(months, tau) | _log_rank(second) | _revenue(workspace)
    frames = curves.bought_again(again), _at_marks(values, again), curves.still_customers(still)
    return Survival(values, *frames, _month_frame(months), tau, workspace.study.confidence)


def _second(workspace: Workspace) -> ir.Table:
    as_of = workspace.window.as_of
    rows = _known(workspace, summaries.second_purchase(workspace.purchases(as_of), as_of))
    return summaries.first_purchase_month(rows, workspace.study.group_floor)


def _tenure(workspace: Workspace, second: ir.Table) -> ir.Table:
    """Tenure, by the same months as the second purchase."""
    as_of = workspace.window.as_of
    rows = summaries.tenure(workspace.purchases(as_of), as_of, workspace.silence_days)
    return _known(workspace, rows).join(second.select("customer_id", "month"), "customer_id")


def _known(workspace: Workspace, rows: ir.Table) -> ir.Table:
    born = workspace.with_birth(rows)
    return born.filter(born.birth_known)


def _fit(workspace: Workspace, rows: ir.Table) -> KaplanMeierFit | None:
    return _fit_cells(summaries.count_durations(rows).to_pandas(), workspace)


def _fit_cells(cells: pd.DataFrame, workspace: Workspace) -> KaplanMeierFit | None:
    if cells.empty:
        return None
    return fit_kaplan_meier(
        cells["duration"],
        cells["event_observed"],
        weights=cells["customers"],
        confidence=workspace.study.confidence,
    )


def _median(fit: KaplanMeierFit | None) -> Estimate | Missing:
    return fit.median() if fit else _NOBODY


def _still_at(fit: KaplanMeierFit | None, tau: int) -> Estimate | Missing:
    return _left_after(fit, tau) if fit else _NOBODY


def _mean(fit: KaplanMeierFit | None, tau: int) -> Estimate | Missing:
    return fit.restricted_mean(tau) if fit else _NOBODY


def _again_values(
    workspace: Workspace, second: ir.Table, again: KaplanMeierFit
) -> dict[str, Value]:
    shares = {f"second_purchase.probability_{w}w": bought_within(again, w) for w in MARKS}
    return shares | {
        "second_purchase.customers": fact(again.n, "count"),
        "second_purchase.median": recorded(again.median(), again.n, "days"),
        "second_purchase.after_13w_probability_52w": _after_the_first_quarter(workspace, second),
    }


def _at_marks(values: Mapping[str, Value], again: KaplanMeierFit) -> pd.DataFrame:
    """The share who bought again at the weeks that reports name, as far as the data reach."""
    import pandas as pd

    columns = ["after_weeks", "n_at_risk", "probability", "share_low", "share_high"]
    found = {w: values[f"second_purchase.probability_{w}w"] for w in MARKS}
    rows = [
        (w, int(again.at_risk(7 * w)[0]), value.value, value.conf_low, value.conf_high)
        for w, value in found.items()
        if value.value is not None
    ]
    return pd.DataFrame(rows, columns=columns)


def _after_the_first_quarter(workspace: Workspace, second: ir.Table) -> Value:
    """Of those not back after 13 weeks, the share back by week 52: the curve of those left."""
    left = _fit(workspace, second.filter(second.duration > 7 * MARKS[0]))
    if left is None:
        return missing("estimate", "Nobody was followed beyond 13 weeks without coming back.")
    return bought_within(left, MARKS[-1])


def bought_within(again: KaplanMeierFit, weeks: int) -> Value:
    """The share who bought again within so many weeks."""
    return recorded(turned(_left_after(again, 7 * weeks)), again.n, "share")


def _left_after(fit: KaplanMeierFit, days: int) -> Estimate | Missing:
    """The share still without the event.

    Where that is all or none, the log-log interval has no width; Wilson's does, for the customers
    watched as long, or for all of them.
    """
    found = fit.survival_at(days)
    if isinstance(found, Missing) or found.estimate not in (0.0, 1.0):
        return found
    n = int(fit.at_risk(days)[0]) if found.estimate else fit.n
    return proportion(n if found.estimate else 0, n, fit.confidence) if n else _NOBODY


def _tenure_values(
    workspace: Workspace, stayed: ir.Table, still: KaplanMeierFit | None, tau: int
) -> dict[str, Value]:
    n, beyond = int(stayed.count().execute()), still.n if still else 0
    silent = stayed.filter((stayed.duration == 0) & stayed.event_observed)
    one_order = proportion(n - beyond, n, workspace.study.confidence) if n else _NOBODY
    return {
        "tenure.one_order_share": recorded(one_order, n, "share"),
        "tenure.one_order_returned": fact(_returned(silent), "count", n=n - beyond),
        "tenure.reactivated": fact(_returned(stayed), "count", n=n),
        "km.median": recorded(_median(still), beyond, "days"),
        f"km.probability_{tau}d": recorded(_still_at(still, tau), beyond, "share"),
        f"km.rmst_{tau}d": recorded(_mean(still, tau), beyond, "days"),
    }


def _returned(rows: ir.Table) -> int:
    return int(rows.reactivated.sum().fill_null(0).execute())


def _revenue(workspace: Workspace) -> dict[str, Value]:
    rows = workspace.summary(workspace.current)
    sums = rows.aggregate(
        total=exact_sum(rows.revenue),
        later=exact_sum(rows.monetary_value * rows.frequency),
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
    bought = bought_within(again, _MONTH_MARK)
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
        (month_in_words(m.name), m.customers, m.again.value, m.again.conf_low, m.again.conf_high,
         m.mean.value, m.mean.conf_low, m.mean.conf_high)
        for m in months
    ]  # fmt: skip
    columns = ["month", "customers", "probability", "share_low", "share_high",
               "tenure_mean", "days_low", "days_high"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    return frame if frame["tenure_mean"].notna().any() else frame[columns[:5]]

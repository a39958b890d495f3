"""How long customers stay: time to the second purchase, and tenure, by month of first purchase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers import curves
from retention_research.answers.obstacles import remedy
from retention_research.answers.recorded import recorded
from retention_research.answers.survival_groups import (
    COLUMNS,
    NOBODY,
    Group,
    bought_within,
    fit,
    group_frame,
    group_values,
    groups_of,
    left_after,
    mean_tenure,
    median_tenure,
    segment_groups,
)
from retention_research.models.fit import Missing
from retention_research.models.kaplan_meier import KaplanMeierFit
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

__all__ = ["MARKS", "Survival", "bought_within", "obstacle_to_survival", "survival"]

MARKS = (13, 26, 52)  # weeks
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
        groups: the same by level of the study's own segments: group, grouped_by.
        tau: age in days to which mean tenure runs.
        confidence: level of the intervals.
    """

    values: Mapping[str, Value]
    bought_again: pd.DataFrame
    marks: pd.DataFrame
    still: pd.DataFrame
    months: pd.DataFrame
    groups: pd.DataFrame
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
    again = fit(workspace, second)
    assert again is not None  # obstacle_to_survival was empty
    beyond = stayed.filter(stayed.duration > 0)
    still = fit(workspace, beyond)
    tau = round(workspace.study.survival.tau.days)
    months = groups_of(workspace, second, beyond, "month", tau)
    segments = segment_groups(workspace, second, beyond, tau)
    values = _again_values(workspace, second, again) | _tenure_values(workspace, stayed, still, tau)
    values |= _log_rank(second) | _revenue(workspace)
    for name, groups in {"first_purchase_month": months, **segments}.items():
        values |= group_values(name, groups, tau)
    frames = curves.bought_again(again), _at_marks(values, again), curves.still_customers(still)
    by_group = _month_frame(months), group_frame(segments)
    return Survival(values, *frames, *by_group, tau, workspace.study.confidence)


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
    left = fit(workspace, second.filter(second.duration > 7 * MARKS[0]))
    if left is None:
        return missing("estimate", "Nobody was followed beyond 13 weeks without coming back.")
    return bought_within(left, MARKS[-1])


def _tenure_values(
    workspace: Workspace, stayed: ir.Table, still: KaplanMeierFit | None, tau: int
) -> dict[str, Value]:
    n, beyond = int(stayed.count().execute()), still.n if still else 0
    silent = stayed.filter((stayed.duration == 0) & stayed.event_observed)
    one_order = proportion(n - beyond, n, workspace.study.confidence) if n else NOBODY
    return {
        "tenure.one_order_share": recorded(one_order, n, "share"),
        "tenure.one_order_returned": fact(_returned(silent), "count", n=n - beyond),
        "tenure.reactivated": fact(_returned(stayed), "count", n=n),
        "km.median": recorded(median_tenure(still), beyond, "days"),
        f"km.probability_{tau}d": recorded(
            left_after(still, tau) if still else NOBODY, beyond, "share"
        ),
        f"km.rmst_{tau}d": recorded(mean_tenure(still, tau), beyond, "days"),
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


def _month_frame(months: list[Group]) -> pd.DataFrame:
    import pandas as pd

    rows = [(month_in_words(month.name), *month.cells) for month in months]
    frame = pd.DataFrame(rows, columns=["month", *COLUMNS])
    return frame if frame["tenure_mean"].notna().any() else frame.drop(columns=COLUMNS[4:])

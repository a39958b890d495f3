"""How long customers stay: time to the second purchase, tenure, contracts, and who stays longer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retention_research.answers import curves
from retention_research.answers.obstacles import remedy
from retention_research.answers.recorded import recorded
from retention_research.answers.survival_contracts import Contracts, contracts
from retention_research.answers.survival_groups import (
    COLUMNS,
    Group,
    bought_within,
    counted,
    fit,
    group_frame,
    group_values,
    groups_of,
    segment_groups,
)
from retention_research.answers.survival_orders import NextOrders, next_orders
from retention_research.answers.survival_segments import (
    CONTRACTS,
    CUSTOMERS,
    CUSTOMERS_TOO,
    Segment,
    segments,
)
from retention_research.answers.survival_shape import Shape, shape_of
from retention_research.answers.survival_tenure import (
    curve_values,
    returns_frame,
    tenure_values,
    tenures,
)
from retention_research.events.engine import hold
from retention_research.models.fit import Missing
from retention_research.models.kaplan_meier import KaplanMeierFit
from retention_research.models.log_rank import log_rank
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
_MONTH = "first_purchase_month"
_FEWEST = 30  # customers followed, below which nothing is said of how long they stay


@dataclass(frozen=True, slots=True)
class Survival:
    """The answer of the survival report; durations in days.

    Attributes:
        values: by glossary name.
        bought_again: after_weeks, n_at_risk, probability, share_low, share_high.
        marks: after_weeks, n_at_risk, probability, share_low, share_high.
        orders: time from each order to the next.
        still: tenure by purchases: after_weeks, n_at_risk, survival, share_low, share_high; empty
            if nobody stayed.
        returns: silent_weeks, probability, share_low, share_high.
        contracts: how long contracts last and how they end; None without a table of them.
        segments: who stays longer, by the study's own segments; with contracts, first of them and
            then of customers by purchases.
        months: month, customers, probability and tenure_mean with intervals.
        groups: the same by level of the study's own segments: group, grouped_by.
        shape: the main curve, its band as a whole, and smooth curves held against it.
        tau: age in days to which mean tenure runs.
        confidence: level of the intervals.
    """

    values: Mapping[str, Value]
    bought_again: pd.DataFrame
    marks: pd.DataFrame
    orders: NextOrders
    still: pd.DataFrame
    returns: pd.DataFrame
    contracts: Contracts | None
    segments: tuple[Segment, ...]
    months: pd.DataFrame
    groups: pd.DataFrame
    shape: Shape
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
    """Time to the second purchase, tenure, contracts, and how groups of customers differ."""
    second, stayed = hold(_second(workspace)), tenures(workspace)
    again, still = fit(workspace, second), fit(workspace, stayed.beyond)
    assert again is not None  # obstacle_to_survival was empty
    tau = round(workspace.study.survival.tau.days)
    bound, orders = contracts(workspace, tau), next_orders(workspace)
    rows, curve = (bound.rows, bound.still) if bound else (stayed.beyond, still)
    by, shape = _segments(workspace, bound, second, stayed.beyond, tau), shape_of(rows, curve)
    values = _again_values(workspace, second, again) | _revenue(workspace) | orders.values
    values |= tenure_values(workspace, stayed, still, tau) | shape.values
    values |= bound.values if bound else curve_values("km", still, tau)
    values |= {name: value for one in by for name, value in one.values.items()}
    groups = _groups(workspace, second, stayed.beyond, tau)
    for name, found in groups.items():
        values |= group_values(name, found, tau)
    if not bound:
        values |= group_values(_MONTH, groups[_MONTH], tau, ("km",))
    return Survival(
        values | _log_rank(second), curves.bought_again(again), _at_marks(values, again), orders,
        curves.still_customers(still), returns_frame(values), bound, by,
        _month_frame(groups.pop(_MONTH)), group_frame(groups), shape, tau,
        workspace.study.confidence,
    )  # fmt: skip


def _second(workspace: Workspace) -> ir.Table:
    as_of = workspace.window.as_of
    waited = workspace.with_birth(summaries.second_purchase(workspace.purchases(as_of), as_of))
    rows = waited.filter(waited.birth_known)
    return summaries.first_purchase_month(rows, workspace.study.group_floor)


def _segments(
    workspace: Workspace, bound: Contracts | None, second: ir.Table, beyond: ir.Table, tau: int
) -> tuple[Segment, ...]:
    if bound is None:
        return segments(workspace, beyond, second, tau, CUSTOMERS)
    contracts = segments(workspace, bound.rows, bound.rows, tau, CONTRACTS)
    return contracts + segments(workspace, beyond, second, tau, CUSTOMERS_TOO)


def _groups(
    workspace: Workspace, second: ir.Table, beyond: ir.Table, tau: int
) -> dict[str, list[Group]]:
    """By month of the first purchase, and by the study's own segments."""
    of_months = beyond.join(second.select("customer_id", "month"), "customer_id")
    months = groups_of(workspace, second, of_months, "month", tau)
    return {_MONTH: months, **segment_groups(workspace, second, beyond, tau)}


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
    cells = counted(second, "month")
    name = f"logrank.{_MONTH}.second_purchase_p_value"
    if cells["month"].nunique() < 2:
        return {name: missing("diagnostic", "There is only one month of first purchase.")}
    columns = (cells[column] for column in ("duration", "event_observed", "month"))
    test = log_rank(*columns, weights=cells["customers"])
    if isinstance(test, Missing):
        return {name: missing("diagnostic", test.reason)}
    return {name: diagnostic(test.p_value, "small", n=int(cells["customers"].sum()))}


def _month_frame(months: list[Group]) -> pd.DataFrame:
    import pandas as pd

    rows = [(month_in_words(month.name), *month.cells) for month in months]
    frame = pd.DataFrame(rows, columns=["month", *COLUMNS])
    return frame if frame["tenure_mean"].notna().any() else frame.drop(columns=COLUMNS[4:])

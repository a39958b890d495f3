"""What the value model, fitted before a program began, expected of its window, and what happened.

The model knows nothing of the program, nor of seasons: what moved everybody shows in both groups,
and only what lies between them may be the program's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

import numpy as np

from retention_research.answers.purchase_fits import (
    PurchaseModel,
    forecasting_fit,
    too_few_to_fit,
)
from retention_research.answers.recorded import recorded
from retention_research.models.arrays import Floats, Integers, tally
from retention_research.models.backtest import forecast_total
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile
from retention_research.periods import ObservationWindow
from retention_research.summaries.next_order import sold_by_day
from retention_research.summaries.program_outcomes import behaviour_before, outcomes_after
from retention_research.values import Value, fact, missing
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_TERM = "model_check"


@dataclass(frozen=True, slots=True)
class GroupCheck:
    """One group, expected and counted.

    Attributes:
        group: "with" or "without" the program.
        rows: customers, each as often as they began a window.
        expected: purchases in their windows, with a predictive interval.
        counted: purchases in the same windows.
        ratio: counted / expected; its interval is the predictive one turned round.
    """

    group: str
    rows: int
    expected: Estimate
    counted: int
    ratio: Estimate | Missing


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """The value model's expectation held against what happened.

    Attributes:
        groups: with the program and without.
        surplus: purchases per customer beyond expectation with the program, less without.
        model: the model's name. fitted_to: the last day that its parameters know of.
        left_out: customers who had bought nothing by their start, of whom it cannot speak.
        n: customers behind both groups.
    """

    groups: tuple[GroupCheck, ...]
    surplus: Estimate
    model: str
    fitted_to: date
    left_out: int
    n: int


def model_check(workspace: Workspace, starts: ir.Table, window_days: int) -> ModelCheck | Missing:
    """Hold what customers did in their windows against what was expected of them before.

    Args:
        workspace: the study.
        starts: customer_id, start (date), treated (truth value); unique by customer and start.
            Outcomes lie in (start, start + window_days]; windows that end after as_of are left
            out, as are customers who had bought nothing by their start.
        window_days: the outcome window.

    Returns:
        The check; missing with the reason where the model cannot be fitted before the first
        start, or either group is smaller than `group_floor`.
    """
    rows, left_out = _rows(workspace, starts, window_days)
    if reason := _too_small(rows, workspace.study.group_floor):
        return Missing(_TERM, reason)
    fit = _fit_before(workspace, rows["start"].min())
    if isinstance(fit, Missing):
        return fit
    model, fitted_to = fit
    expected = model.expected_purchases(_ahead(workspace, window_days), *_history(workspace, rows))
    treated = rows["treated"].to_numpy(dtype=bool)
    parts = (("with", rows[treated]), ("without", rows[~treated]))
    groups = tuple(_group(workspace, model, name, part, window_days) for name, part in parts)
    surplus = _surplus(rows, expected, workspace.study.confidence)
    n = int(rows["customer_id"].nunique())
    return ModelCheck(groups, surplus, model.name, fitted_to, left_out, n)


def model_check_values(program: str, found: ModelCheck | Missing) -> dict[str, Value]:
    """The check under its glossary names."""
    start = f"program.{program}.expected"
    if isinstance(found, Missing):
        return {f"{start}.surplus": missing("estimate", found.reason)}
    values = {f"{start}.surplus": recorded(found.surplus, found.n, "number")}
    for one in found.groups:
        values[f"{start}.{one.group}.purchases"] = recorded(one.expected, one.rows, "count")
        values[f"{start}.{one.group}.counted"] = fact(one.counted, "count", n=one.rows)
    return values


def _rows(workspace: Workspace, starts: ir.Table, window_days: int) -> tuple[pd.DataFrame, int]:
    """Rows whose window is over, with history and purchases, and how many had no history."""
    import ibis

    last = workspace.window.as_of - timedelta(days=window_days)
    whole = starts.filter(starts.start <= ibis.literal(last))
    bought, sales = workspace.purchases(workspace.window.as_of), workspace.table("transactions")
    assert sales is not None  # every study of purchases has them
    asked = whole.select("customer_id", "start", "treated")
    done = outcomes_after(asked, bought, window_days)
    # what was given back since the start was not known then
    known_then = behaviour_before(done, sold_by_day(sales), window_days)
    both = known_then.order_by("customer_id", "start").to_pandas()
    known = both["age_days"].notna()
    return both[known].reset_index(drop=True), int((~known).sum())


def _too_small(rows: pd.DataFrame, floor: int) -> str:
    sizes = rows.groupby(rows["treated"].astype(bool))["customer_id"].nunique()
    counts = [int(sizes.get(flag, 0)) for flag in (True, False)]
    if min(counts) >= max(floor, 2):
        return ""
    return (
        f"{counts[0]} customers with the program and {counts[1]} comparable ones without had "
        "bought before and have a window that is over: too few to hold against the value model."
    )


def _fit_before(workspace: Workspace, start: object) -> tuple[PurchaseModel, date] | Missing:
    """The model on the days before the first start, whatever became of customers since."""
    import pandas as pd

    last = cast("date", pd.Timestamp(str(start)).date()) - timedelta(days=1)
    begin = workspace.window.start
    if last <= begin:
        return Missing(_TERM, "The program began with the data: nothing shows how customers bought "
                       "before it.")  # fmt: skip
    window = ObservationWindow(begin, last, last)
    if reason := too_few_to_fit(workspace, window):
        return Missing(_TERM, reason)
    fit = forecasting_fit(workspace, window)
    if fit.verdict.status == "not identifiable":
        return Missing(_TERM, fit.verdict.words)
    return fit, last


def _ahead(workspace: Workspace, window_days: int) -> float:
    return float(workspace.in_units(window_days))


def _history(workspace: Workspace, rows: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    days = (rows[name].to_numpy(dtype=np.float64) for name in ("recency_days", "age_days"))
    recency, age = (workspace.in_units(one) for one in days)
    return rows["frequency"].to_numpy(dtype=np.float64), recency, age


def _group(
    workspace: Workspace, model: PurchaseModel, name: str, rows: pd.DataFrame, window_days: int
) -> GroupCheck:
    ahead = _ahead(workspace, window_days)
    expected = forecast_total(model, *_history(workspace, rows), t=ahead)
    counted = int(rows["purchases"].sum())
    return GroupCheck(name, len(rows), expected, counted, _ratio(counted, expected))


def _ratio(counted: int, expected: Estimate) -> Estimate | Missing:
    low, high = expected.conf_low, expected.conf_high
    if low is None or high is None or not low > 0.0:
        return Missing("ratio", "The model's expectation has no range.")
    return Estimate("ratio", counted / expected.estimate, None, counted / high, counted / low)


def _surplus(rows: pd.DataFrame, expected: Floats, confidence: float) -> Estimate:
    """The groups' difference in mean residuals, errors by customer over all their windows."""
    residual = rows["purchases"].to_numpy(dtype=np.float64) - expected
    treated = rows["treated"].to_numpy(dtype=bool)
    customer = rows["customer_id"].astype("category").cat.codes.to_numpy(dtype=np.intp)
    gap, influence = 0.0, np.zeros(residual.size)
    for mine, sign in ((treated, 1.0), (~treated, -1.0)):
        mean = float(residual[mine].mean())
        gap += sign * mean
        influence[mine] = sign * (residual[mine] - mean) / mine.sum()
    error = _clustered(influence, customer)
    reach = quantile(confidence) * error
    return Estimate("surplus", gap, error, gap - reach, gap + reach)


def _clustered(influence: Floats, customer: Integers) -> float:
    size = int(customer.max()) + 1
    return float(np.sqrt((tally(customer, influence, size) ** 2).sum() * size / max(size - 1, 1)))

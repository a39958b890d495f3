"""KPIs of staying, buying and being worth something."""

from __future__ import annotations

from dataclasses import replace
from math import exp, hypot
from typing import TYPE_CHECKING

from retention_research.answers.kpis.inputs import Inputs
from retention_research.answers.kpis.rows import Row, counted, of_sums, scaled
from retention_research.answers.purchase_fits import (
    PurchaseModel,
    forecasting_fit,
    spend_fit,
    too_few_to_fit,
)
from retention_research.answers.recorded import turned
from retention_research.events.engine import hold
from retention_research.models.fit import Estimate, Missing
from retention_research.models.gamma_gamma import GammaGammaFit
from retention_research.models.kaplan_meier import fit_kaplan_meier
from retention_research.models.lifetime_value import expected_customer_lifetime_value
from retention_research.models.ratio import Moments, ratio, student
from retention_research.periods import DAYS_PER_YEAR, discount_per_unit
from retention_research.summaries.kpis import revenue, staying
from retention_research.summaries.kpis.sums import condense

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_SUMS = ("n", "y", "x", "yy", "xx", "xy")


def staying_rows(inputs: Inputs) -> list[Row]:
    """crr, churn_rate, purchase_frequency, tenure_mean, repeat_purchase_rate and its other ages."""
    days = inputs.workspace.silence_days
    states = hold(staying.states(inputs.purchases(), inputs.periods, days))
    kept = inputs.unfolded(staying.kept(states, inputs.periods, inputs.by), ("kept", "active"))
    found = [row for one in kept.itertuples() for row in _kept(one, inputs.confidence)]
    return found + _frequency(inputs, states) + _tenure(inputs) + _second(inputs)


def _kept(one: pd.Series, confidence: float) -> list[Row]:
    y, n = int(one.kept), int(one.active)
    found = counted(y, n, confidence)
    stayed = Row("crr", int(one.period), one.level, found, n, y, n)
    left = replace(stayed, kpi="churn_rate", found=turned(found), numerator=n - y)
    return [stayed, left]


def _frequency(inputs: Inputs, states: ir.Table) -> list[Row]:
    wide = staying.purchase_days(states, inputs.periods, inputs.by)
    frame = inputs.unfolded(wide, _SUMS).assign(kpi="purchase_frequency")
    by_day = of_sums(frame[frame["n"] > 0], inputs.confidence)
    return [_by_year(row) for row in by_day]


def _by_year(row: Row) -> Row:
    assert row.denominator is not None  # of sums
    return replace(scaled(row, DAYS_PER_YEAR), denominator=row.denominator / DAYS_PER_YEAR)


def _tenure(inputs: Inputs) -> list[Row]:
    born = inputs.lives()
    known = born.filter(born.birth_known)
    days = inputs.workspace.silence_days
    cells = staying.tenure_cells(known, inputs.periods, days, inputs.by).to_pandas()
    return [
        _mean(inputs, int(place), str(level), rows)
        for (place, level), rows in cells.groupby(["period", "level"])
    ]


def _mean(inputs: Inputs, period: int, level: str, cells: pd.DataFrame) -> Row:
    fit = fit_kaplan_meier(
        cells["duration"],
        cells["event_observed"],
        weights=cells["customers"],
        confidence=inputs.confidence,
    )
    tau = round(inputs.workspace.study.survival.tau.days)
    return Row("tenure_mean", period, level, fit.restricted_mean(tau), fit.n)


def _second(inputs: Inputs) -> list[Row]:
    born = inputs.lives()
    known = born.filter(born.birth_known)
    ages = staying.second_purchases(known, inputs.periods, inputs.by).to_pandas()
    return [_again(one, inputs.confidence) for one in ages.itertuples()]


def _again(one: pd.Series, confidence: float) -> Row:
    y, n = int(one.again), int(one.reached)
    name = "repeat_purchase_rate" if one.age == 90 else f"repeat_purchase_rate_{one.age}d"
    return Row(name, int(one.period), one.level, counted(y, n, confidence), n, y, n)


def revenue_rows(inputs: Inputs) -> list[Row]:
    """existing_revenue_share."""
    sums = revenue.existing_revenue(inputs.purchases(), inputs.lives(), inputs.periods)
    return inputs.rows_of(sums)


def referral_rows(inputs: Inputs) -> list[Row]:
    """referral_share, where customers have a column of who referred them."""
    customers = inputs.workspace.table("customers")
    if customers is None or "referred_by" not in customers.columns:
        return []
    rows = inputs.rows_of(revenue.referred(inputs.lives(), customers, inputs.periods))
    return [_of_known(row) for row in rows]


def _of_known(row: Row) -> Row:
    """Resting on the new customers of whom something is known, where they are half of them."""
    assert row.denominator is not None  # of sums
    known, n = int(row.denominator), row.n
    if known == n:
        return row
    told = replace(
        row, n=known, note=f"{n - known:,} of {n:,} new customers have no row in customers."
    )
    if 2 * known >= n:
        return told
    return told.without("Fewer than half of the new customers have a row in customers.")


def acquisition_rows(inputs: Inputs) -> list[Row]:
    """clv_to_cac, where customers have a cost; everybody together only."""
    customers = inputs.workspace.table("customers")
    if customers is None or "acquisition_cost" not in customers.columns or not inputs.overall:
        return []
    sums = revenue.acquired(inputs.lives(), customers, inputs.periods)
    frame = condense(sums).to_pandas()
    later = _later_margin(inputs) if len(frame) else Missing("clv", "Nobody is new.")
    margin = inputs.workspace.study.money.margin
    return [_worth(one, margin, later, inputs.confidence) for one in frame.itertuples(index=False)]


def _later_margin(inputs: Inputs) -> Estimate | Missing:
    """Discounted margin expected after the first purchase, of a customer who has just made it."""
    workspace = inputs.workspace
    reason = too_few_to_fit(workspace, workspace.current)
    if reason:
        return Missing("clv", reason)
    buying = forecasting_fit(workspace, workspace.current)
    spending = spend_fit(workspace, workspace.current)
    reason = _unfit(buying, spending)
    return Missing("clv", reason) if reason else _margin_ahead(inputs, buying, spending)


def _unfit(buying: PurchaseModel, spending: GammaGammaFit) -> str:
    """Why the models of today cannot forecast; empty if they can."""
    for fit in (buying, spending):
        if fit.verdict.status == "not identifiable":
            return fit.verdict.words
    mean = spending.population_mean()
    return mean.reason if isinstance(mean, Missing) else ""


def _margin_ahead(inputs: Inputs, buying: PurchaseModel, spending: GammaGammaFit) -> Estimate:
    workspace, money = inputs.workspace, inputs.workspace.study.money
    worth = expected_customer_lifetime_value(
        buying, spending, [0], [0], [0], [float("nan")],
        horizon=workspace.in_units(workspace.study.horizon.days),
        discount=discount_per_unit(money.annual_discount_rate, workspace.study.time.unit),
        margin=money.margin,
    )  # fmt: skip
    return worth.total()


def _worth(one: pd.Series, margin: float, later: Estimate | Missing, confidence: float) -> Row:
    n, y, x = int(one.n), float(one.y), float(one.x)
    row = Row("clv_to_cac", int(one.period), one.level, later, n, None, x)
    if isinstance(later, Missing):
        return row
    if later.std_error is None:
        return row.without("How often new customers come back could not be bounded.")
    m = later.estimate
    value = Moments(
        n, margin * y + n * m, x,
        margin**2 * one.yy + 2 * margin * m * y + n * m * m, one.xx, margin * one.xy + m * x,
    )  # fmt: skip
    found = ratio(value, confidence)
    return replace(
        row, numerator=value.y, found=_both_errors(found, n * later.std_error, x, n, confidence)
    )


def _both_errors(
    found: Estimate | Missing, model_error: float, cost: float, n: int, confidence: float
) -> Estimate | Missing:
    """The error of the customers' sums and that of the model, which all of them share."""
    if isinstance(found, Missing) or found.std_error is None:
        return found
    error = hypot(found.std_error, model_error / cost)
    reach = exp(student(confidence, n) * error / found.estimate)
    return Estimate(found.term, found.estimate, error, found.estimate / reach,
                    found.estimate * reach)  # fmt: skip

"""What would change if a driver moved: silence and money at its better end, as a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.driver_rows import BORN, LandmarkRows
from retention_research.answers.driver_rows.landmarks import customer_numbers
from retention_research.answers.drivers.findings import Finding
from retention_research.answers.drivers.landmark_view import LandmarkView
from retention_research.answers.drivers.views import Views
from retention_research.models.arrays import Flags
from retention_research.models.fit import Estimate
from retention_research.models.intervals import quantile
from retention_research.models.marginal_effects import MarginalEffect, Setting
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

_FEWEST_BUYERS = 30


@dataclass(frozen=True, slots=True)
class Scenario:
    """One driver moved to its better end for everybody active on the last landmark.

    Attributes:
        finding: the driver.
        customers: active on the last landmark, and of known level.
        effect: high is at the better end, low as they were.
        value: margin in the horizon at the better end; None where too few bought.
        value_change: against as they were.
    """

    finding: Finding
    customers: int
    effect: MarginalEffect
    value: Estimate | None
    value_change: Estimate | None


@dataclass(frozen=True, slots=True)
class Worth:
    """Margin that an active customer brings in the horizon, of those who buy in it.

    Attributes:
        mean: purchases times spend per purchase times margin, per buyer.
        std_error: of the mean.
        buyers: how many bought.
    """

    mean: float
    std_error: float
    buyers: int


def scenarios(
    workspace: Workspace,
    landmarks: LandmarkRows,
    views: Views,
    findings: Iterable[Finding],
    scale: float = 1.0,
) -> tuple[Scenario, ...]:
    """The scenarios of the drivers that are clear of chance and can be moved.

    Args:
        workspace: the study.
        landmarks: the rows that were looked at.
        views: what was fitted to them.
        findings: the drivers.
        scale: customers for each one looked at, where only some were.
    """
    worth = worth_of_buyers(workspace, landmarks)
    last = (landmarks.frame["landmark"] == landmarks.frame["landmark"].max()).to_numpy()
    return tuple(
        _scenario(one, views.landmark[one.driver.stage], last, worth, scale)
        for one in findings
        if one.evidence.clear and not one.driver.randomised and one.driver.stage > BORN
    )


def worth_of_buyers(workspace: Workspace, landmarks: LandmarkRows) -> Worth | None:
    """What those who bought after the last landmark brought; None where too few did."""
    spent = _spent(workspace, landmarks)
    if len(spent) < _FEWEST_BUYERS:
        return None
    margin = spent * workspace.study.money.margin
    error = float(margin.std(ddof=1) / np.sqrt(len(margin)))
    return Worth(float(margin.mean()), error, len(margin))


def _spent(workspace: Workspace, landmarks: LandmarkRows) -> pd.Series:
    """Money of each buyer in the horizon after the last landmark."""
    day = landmarks.landmarks[-1]
    end = day + timedelta(days=landmarks.horizon_days)
    bought = workspace.purchases(end)
    after = bought.filter(bought.day > day, bought.day <= end)
    per = after.group_by("customer_id").agg(spent=after.amount.sum())
    rows = per.inner_join(customer_numbers(workspace), "customer_id").select("customer", "spent")
    frame = rows.order_by("customer").to_pandas()
    here = landmarks.frame["landmark"] == landmarks.frame["landmark"].max()
    return frame.loc[frame["customer"].isin(landmarks.frame.loc[here, "customer"]), "spent"]


def _scenario(
    one: Finding, view: LandmarkView, last: Flags, worth: Worth | None, scale: float = 1.0
) -> Scenario:
    known = one.main.contrast.over
    over = last if known is None else last & known
    effect = view.ready.effect(better_end(one, view), {}, over=over)
    customers = effect.n * scale
    if worth is None:
        return Scenario(one, round(customers), effect, None, None)
    stay = 1.0 - effect.risk_high.estimate, effect.risk_high.std_error or 0.0
    more = -effect.difference.estimate, effect.difference.std_error or 0.0
    value, change = (
        _product(term, customers, share, worth, view.fit.confidence)
        for term, share in (("value", stay), ("value_change", more))
    )
    return Scenario(one, round(customers), effect, value, change)


def better_end(one: Finding, view: LandmarkView) -> Setting:
    """The columns of a driver with everybody moved to the end with less silence.

    Who is beyond that end of an amount stays where they are.
    """
    contrast, more_is_worse = one.main.contrast, one.difference > 0
    end = contrast.low if more_is_worse else contrast.high
    if contrast.level:
        return dict(end)
    column, at = view.design.column(contrast.driver), end[contrast.driver]
    return {contrast.driver: np.minimum(column, at) if more_is_worse else np.maximum(column, at)}


def _product(
    term: str, n: float, share: tuple[float, float], worth: Worth, confidence: float
) -> Estimate:
    """Customers, a share and a mean multiplied, their errors independent (delta method)."""
    value = n * share[0] * worth.mean
    error = n * float(np.hypot(share[1] * worth.mean, share[0] * worth.std_error))
    reach = quantile(confidence) * error
    return Estimate(term, value, error, value - reach, value + reach)

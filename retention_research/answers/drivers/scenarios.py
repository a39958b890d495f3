"""What would change if a driver moved: silence and money at its better end, as a scenario."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.driver_rows import BORN, LandmarkRows
from retention_research.answers.driver_rows.landmarks import customer_numbers
from retention_research.answers.driver_rows.moments import purchases_at
from retention_research.answers.drivers.finding import Finding
from retention_research.answers.drivers.landmark_view import LandmarkView
from retention_research.answers.drivers.views import Views
from retention_research.models.arrays import Flags
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile
from retention_research.models.marginal_effects import MarginalEffect, Setting
from retention_research.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

_FEWEST_BUYERS = 30
_SAME = 1e-9  # of a column: less is rounding


@dataclass(frozen=True, slots=True)
class Scenario:
    """One driver moved to its better end.

    An observed one is moved for everybody active on the last landmark, against as they were. One
    that chance decided is moved for everybody drawn and compared, against none of them having it.

    Attributes:
        finding: the driver.
        customers: those concerned: active on the last landmark and of known level, or drawn.
        moved: of those, how many change their level; all of those drawn.
        effect: high is at the better end, low what that is held against.
        value: margin in the horizon at the better end; None where too few bought.
        value_change: against the other side.
    """

    finding: Finding
    customers: int
    moved: int
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
    """The scenarios of what chance decided, and of robust associations that can be moved.

    Args:
        workspace: the study.
        landmarks: the rows that were looked at.
        views: what was fitted to them.
        findings: the drivers.
        scale: customers for each one looked at, where only some were.

    Returns:
        What chance decided before the others, then by the money in it.
    """
    worth = worth_of_buyers(workspace, landmarks)
    last = (landmarks.frame["landmark"] == landmarks.frame["landmark"].max()).to_numpy()
    told = [
        of_the_drawn(one, worth, workspace.study.confidence)
        if one.driver.randomised
        else of_the_active(one, views.landmark[one.driver.stage], last, worth, scale)
        for one in findings
        if _can_be_moved(one) and one.evidence.grade in ("randomised", "robust association")
    ]
    return in_leading_order(told)


def _can_be_moved(one: Finding) -> bool:
    return one.evidence.clear and one.driver.stage > BORN


def in_leading_order(told: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """What chance decided first, then by money; without an amount of it last, by rank."""
    return tuple(sorted(told, key=_leading))


def _leading(one: Scenario) -> tuple[bool, float, int]:
    money = one.value_change.estimate if one.value_change else -math.inf
    return not one.finding.driver.randomised, -money, one.finding.rank


def withheld(findings: Iterable[Finding]) -> dict[str, str]:
    """Drivers that could be moved but have no scenario, each with the reason."""
    return {
        one.driver.name: f"The link is not robust: {'; '.join(one.evidence.lacks)}."
        for one in findings
        if _can_be_moved(one) and one.evidence.grade == "associated"
    }


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
    bought = purchases_at(workspace, end)
    after = bought.filter(bought.day > day, bought.day <= end)
    per = after.group_by("customer_id").agg(spent=after.amount.sum())
    rows = per.inner_join(customer_numbers(workspace), "customer_id").select("customer", "spent")
    frame = rows.order_by("customer").to_pandas()
    here = landmarks.frame["landmark"] == landmarks.frame["landmark"].max()
    return frame.loc[frame["customer"].isin(landmarks.frame.loc[here, "customer"]), "spent"]


def of_the_active(
    one: Finding, view: LandmarkView, last: Flags, worth: Worth | None, scale: float = 1.0
) -> Scenario:
    """The scenario of an observed driver for everybody active on the last landmark.

    Args:
        one: the driver.
        view: its regression of silence.
        last: rows of the last landmark.
        worth: of a customer who buys; None where it is not known.
        scale: customers for each one looked at.
    """
    known = one.main.contrast.over
    over = last if known is None else last & known
    setting = better_end(one, view)
    effect = view.ready.effect(setting, {}, over=over)
    moved = round(scale * int((_changes(setting, view) & over).sum()))
    return _priced(one, (effect.customers * scale, moved), effect, worth, view.fit.confidence)


def _changes(setting: Setting, view: LandmarkView) -> Flags:
    """Rows of which a setting changes any column."""
    away = [
        np.abs(view.design.column(name) - np.asarray(value, dtype=np.float64))
        for name, value in setting.items()
    ]
    return np.asarray(np.max(away, axis=0) > _SAME)


def of_the_drawn(one: Finding, worth: Worth | None, confidence: float) -> Scenario:
    """The scenario of what chance decided: all who were drawn at the better end, or none."""
    effect = one.main.effect
    if one.difference > 0:
        effect = _turned(effect)
    return _priced(one, (effect.customers, effect.customers), effect, worth, confidence)


def _turned(effect: MarginalEffect) -> MarginalEffect:
    """The sides exchanged; the ratio, which no scenario tells, is not."""
    gap = effect.difference
    low, high = (None if end is None else -end for end in (gap.conf_low, gap.conf_high))
    turned = Estimate(gap.term, -gap.estimate, gap.std_error, high, low)
    return effect._replace(
        risk_high=effect.risk_low,
        risk_low=effect.risk_high,
        difference=turned,
        ratio=Missing("risk_ratio", "It is told of the driver itself."),
    )


def _priced(
    one: Finding,
    counted: tuple[float, int],
    effect: MarginalEffect,
    worth: Worth | None,
    confidence: float,
) -> Scenario:
    customers, moved = counted
    if worth is None:
        return Scenario(one, round(customers), moved, effect, None, None)
    stay = 1.0 - effect.risk_high.estimate, effect.risk_high.std_error or 0.0
    more = -effect.difference.estimate, effect.difference.std_error or 0.0
    value, change = (
        _product(term, customers, share, worth, confidence)
        for term, share in (("value", stay), ("value_change", more))
    )
    return Scenario(one, round(customers), moved, effect, value, change)


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

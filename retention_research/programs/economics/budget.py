"""Margin against spend when a program is given to more and more of its customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from retention_research.models.arrays import Floats, checked, refuse, same_length
from retention_research.models.fit import Missing
from retention_research.programs.economics.spans import give_range
from retention_research.programs.effects import MoneyDraws

_STEPS = 10


class Ranked(NamedTuple):
    """What is gained by treating the most promising share of customers first.

    Attributes:
        share: of customers treated, ascending within 0..1, shape (k,).
        gain: incremental margin per customer of all, shape (k,).
        low, high: its interval, shape (k,).
    """

    share: Floats
    gain: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class BudgetCurve:
    """Margin against spend.

    Attributes:
        share: of customers given the program, shape (k,), from 0.
        spend: money, shape (k,).
        margin: incremental, in all, shape (k,). low, high: its interval, shape (k,).
        ranked: whether customers come in the order of what they promise; else each is as good as
            any other and margin grows in a straight line.
        best: share with most margin above spend.
    """

    share: Floats
    spend: Floats
    margin: Floats
    low: Floats
    high: Floats
    ranked: bool
    best: float


def budget_curve(
    draws: MoneyDraws,
    *,
    fixed_cost: float | None = None,
    ranked: Ranked | None = None,
    confidence: float = 0.95,
) -> BudgetCurve | Missing:
    """Margin against spend, customers ranked where something ranks them, else alike.

    Args:
        draws: what the program brought and cost per treated customer.
        fixed_cost: spent as soon as anybody is given the program.
        ranked: from customers on whom the ranking was not fitted.
        confidence: level of the interval.

    Returns:
        The curve; missing without costs, without customers or without draws that vary.

    Raises:
        ValueError: if shares of a ranking are not ascending within 0..1.

    Example:
        >>> same = MoneyDraws(np.linspace(1.0, 3.0, 200), 2.0, 10, np.full(200, 1.0), 1.0)
        >>> curve = budget_curve(same)
        >>> float(curve.spend[-1]), float(curve.margin[-1]), curve.best
        (10.0, 20.0, 1.0)
    """
    if draws.cost_point is None:
        return Missing("budget_curve", "No cost per customer is given.")
    if draws.customers < 1 or not give_range(draws.margin):
        return Missing("budget_curve", "Too little is known to give a range.")
    rank = _checked(ranked) if ranked else _alike(draws, confidence)
    spend = draws.customers * rank.share * draws.cost_point
    spend = spend + np.where(rank.share > 0.0, fixed_cost or 0.0, 0.0)
    margin, low, high = (draws.customers * side for side in rank[1:])
    best = float(rank.share[int(np.argmax(margin - spend))])
    return BudgetCurve(rank.share, spend, margin, low, high, ranked is not None, best)


def _alike(draws: MoneyDraws, confidence: float) -> Ranked:
    tail = (1.0 - confidence) / 2.0
    share = np.linspace(0.0, 1.0, _STEPS + 1)
    low, high = np.quantile(draws.margin, [tail, 1.0 - tail])
    return Ranked(share, share * draws.margin_point, share * low, share * high)


def _checked(ranked: Ranked) -> Ranked:
    share = checked("share", ranked.share)
    same_length(share=share, gain=ranked.gain, low=ranked.low, high=ranked.high)
    refuse(share > 1.0, "share is above 1")
    refuse(np.diff(share, prepend=-1.0) <= 0.0, "share does not ascend")
    return ranked._replace(share=share)

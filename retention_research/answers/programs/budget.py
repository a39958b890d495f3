"""Margin against spend where an experiment's ranking tells whom to reach first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retention_research.answers.programs.uplift import chance_of
from retention_research.models.fit import Missing
from retention_research.programs.economics import Money, budget_curve, ranked_gain
from retention_research.programs.effects import MoneyDraws
from retention_research.programs.uplift import Uplift
from retention_research.study_programs import Program

if TYPE_CHECKING:
    import pandas as pd


def with_ranking(
    found: Money | Missing,
    program: Program,
    draws: MoneyDraws | Missing,
    uplift: Uplift | Missing | None,
    rows: pd.DataFrame,
    confidence: float,
) -> Money | Missing:
    """A program's money with the budget curve in the order of its ranking, if that is of use.

    Args:
        found: the money; its curve takes customers as alike.
        program: as the study declares it.
        draws: what it brought and cost per treated customer.
        uplift: the ranking; used where its area is clear of none.
        rows: the customers ranked, in their order: margin and treated (truth value), and, where
            known, stratum and probability.
        confidence: level of the interval.
    """
    if isinstance(found, Missing) or isinstance(draws, Missing) or not _useful(uplift):
        return found
    assert isinstance(uplift, Uplift)  # or it were of no use
    drawn = rows["treated"].to_numpy(dtype=bool)
    order = ranked_gain(
        uplift.rank, rows["margin"], drawn, chance_of(rows),
        mean_effect=draws.margin_point, confidence=confidence,
    )  # fmt: skip
    curve = budget_curve(draws, fixed_cost=program.cost_fixed, ranked=order, confidence=confidence)
    return replace(found, budget=curve)


def _useful(uplift: Uplift | Missing | None) -> bool:
    if not isinstance(uplift, Uplift):
        return False
    low = uplift.qini.conf_low
    return low is not None and low > 0.0

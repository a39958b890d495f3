"""The experiment on who buys again that would settle what is open, and how many it needs."""

from __future__ import annotations

from datetime import timedelta

import ibis

from retention_research.answers.programs.shape import NextTest
from retention_research.models.fit import Missing
from retention_research.programs.experiment import customers_needed, share_sd
from retention_research.workspace import Workspace

SMALLEST = 0.02  # more or fewer of 100 customers who buy again: 2
POWER = 0.8


def buyers_since(workspace: Workspace, days: int) -> tuple[int, int]:
    """Customers who had bought so many days ago: how many of them bought since, and how many are.

    Args:
        workspace: the study.
        days: up to as_of.
    """
    end = workspace.window.as_of
    start = ibis.literal(end - timedelta(days=days))
    bought = workspace.purchases(end)
    known = bought.filter(bought.day <= start).select("customer_id").distinct()
    again = known.semi_join(bought.filter(bought.day > start), "customer_id")
    return int(again.count().execute()), int(known.count().execute())


def experiment_on_buying_again(buyers: int, customers: int, told: str) -> NextTest | Missing:
    """An experiment that finds two more of 100 customers who buy again.

    Args:
        buyers: of these customers, how many buy in a window now.
        customers: how many there are.
        told: what to do, as a sentence.

    Example:
        >>> experiment_on_buying_again(500, 1000, "Draw by lot.").customers
        19623
    """
    if not 0 < buyers < customers:
        return Missing("next_test", "All or none of these customers buy in the window.")
    sd = share_sd(buyers / customers)
    return NextTest("retained", customers_needed(sd, SMALLEST, power=POWER), SMALLEST, POWER, told)

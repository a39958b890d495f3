"""The experiment on who buys again that would settle what is open, and how many it needs."""

from __future__ import annotations

from datetime import timedelta

import ibis

from retention_research.answers.programs.recorded import POWER
from retention_research.answers.programs.shape import NextTest
from retention_research.models.fit import Missing
from retention_research.programs.experiment import (
    SMALLEST_ARM,
    customers_needed,
    detectable_difference,
    share_sd,
)
from retention_research.workspace import Workspace

SMALLEST = 0.02  # more or fewer of 100 customers who buy again: 2
LEAST = 0.1  # of a mean without the program: a smaller difference is not looked for


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


def customers_known(workspace: Workspace, silence: int = 0) -> int:
    """Customers who have bought by as_of, and not within so many days before.

    Args:
        workspace: the study.
        silence: days; 0 for everybody.
    """
    end = workspace.window.as_of
    bought = workspace.purchases(end)
    lasts = bought.group_by("customer_id").agg(last=bought.day.max())
    return int(
        lasts.filter(lasts.last <= ibis.literal(end - timedelta(days=silence))).count().execute()
    )


def experiment_on_buying_again(
    buyers: int, customers: int, told: str, days: int, *, available: int | None = None
) -> NextTest | Missing:
    """An experiment that finds two more of 100 customers who buy again.

    Args:
        buyers: of these customers, how many buy in a window now.
        customers: how many there are.
        told: what to do, as a sentence.
        days: of the window.
        available: customers there are to draw; as many as they are if left out.

    Example:
        >>> found = experiment_on_buying_again(500, 1000, "Draw by lot.", 28)
        >>> found.customers, round(found.detectable_now, 3)
        (19623, 0.089)
    """
    if not 0 < buyers < customers:
        return Missing("next_test", _no_size(buyers, customers, days))
    sd = share_sd(buyers / customers)
    needed = customers_needed(sd, SMALLEST, power=POWER)
    there = customers if available is None else available
    return NextTest(
        "retained", needed, SMALLEST, POWER, told, there, now_detectable(there, sd),
    )  # fmt: skip


def now_detectable(available: int, sd: float, explained: float = 0.0) -> float | None:
    """The smallest difference that those available would show; None of fewer than 30 a group.

    Args:
        available: customers there are to draw, half of them without the program.
        sd: of the outcome between customers, in its unit.
        explained: share of its variance that behaviour before accounts for, 0..1.

    Example:
        >>> round(now_detectable(1570, 0.5), 3)
        0.071
    """
    if available < 2 * SMALLEST_ARM:
        return None
    return detectable_difference(available, sd, power=POWER, explained=explained)


def _no_size(buyers: int, customers: int, days: int) -> str:
    weeks = f"In the last {days} days of these data"
    if not customers:
        return f"No customer had bought before the last {days} days of these data began."
    who = "nobody" if not buyers else "every customer"
    return f"{weeks} {who} bought again, so that no size can be reckoned."

"""One call of each public function of what customers did around their start with a program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from retention_research.summaries import program_outcomes, purchases

AS_OF = date(2024, 12, 31)


def bought(t: Any) -> Any:
    return t.once("program_bought", lambda: purchases.purchase_days(t.transactions, AS_OF))


def drawn(t: Any) -> Any:
    """Customers by the first day on which each of their arms was drawn."""
    rows = t.assignments.mutate(start=t.assignments.assigned_at.date())
    return rows.group_by("customer_id", "start").agg(arm=rows.arm.min())


CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    program_outcomes.outcomes_after: lambda t: program_outcomes.outcomes_after(
        drawn(t), bought(t), 60
    ),
    program_outcomes.outcomes_between: lambda t: program_outcomes.outcomes_between(
        drawn(t), bought(t), 60, 120
    ),
    program_outcomes.revenue_by_week: lambda t: program_outcomes.revenue_by_week(
        drawn(t), bought(t), 12
    ),
    program_outcomes.behaviour_before: lambda t: program_outcomes.behaviour_before(
        drawn(t), bought(t), 60
    ),
}

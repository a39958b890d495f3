"""One call of each public function of what customers did around their start with a program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from retention_research.summaries import program_contacts, program_outcomes, purchases

AS_OF = date(2024, 12, 31)


def bought(t: Any) -> Any:
    return t.once("program_bought", lambda: purchases.purchase_days(t.transactions, AS_OF))


def drawn(t: Any) -> Any:
    """Customers by the first day on which each of their arms was drawn."""
    rows = t.assignments.mutate(start=t.assignments.assigned_at.date())
    drawn = rows.group_by("customer_id", "start")
    return drawn.agg(arm=rows.arm.min(), assigned_at=rows.assigned_at.min())


CASES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    program_outcomes.outcomes_after: lambda t: program_outcomes.outcomes_after(
        drawn(t), bought(t), 60
    ),
    program_outcomes.outcomes_between: lambda t: program_outcomes.outcomes_between(
        drawn(t), bought(t), 60, 120
    ),
    program_outcomes.revenue_by_week: lambda t: program_outcomes.revenue_by_week(
        drawn(t), bought(t), 80
    ),
    program_outcomes.behaviour_before: lambda t: program_outcomes.behaviour_before(
        drawn(t), bought(t), 60
    ),
    program_outcomes.second_order_after: lambda t: program_outcomes.second_order_after(
        drawn(t), bought(t), 60
    ),
    program_outcomes.joined_to: lambda t: program_outcomes.joined_to(
        drawn(t), drawn(t).select("customer_id", "start", other="arm")
    ),
    program_contacts.contacts_after: lambda t: [
        program_contacts.contacts_after(drawn(t), t.contacts, 60, None),
        program_contacts.contacts_after(
            drawn(t), t.contacts.mutate(purpose=t.contacts.campaign_id), 60, "spring"
        ),
    ],
    program_contacts.scores_after: lambda t: [
        program_contacts.scores_after(drawn(t), rows, 120)
        for rows in (t.surveys, t.surveys.drop("invited_at"))
    ],
}

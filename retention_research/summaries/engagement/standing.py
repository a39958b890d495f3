"""How customers stood on a day: programs they were in, plans, arms of experiments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

NO_PLAN, SOME_PLAN, NOT_ASSIGNED = "none", "a plan", "not assigned"


def members_at(memberships: ir.Table, end: date, programs: Mapping[str, str]) -> ir.Table:
    """Who was in these programs at the end of a day.

    Args:
        memberships: customer_id, program_id, enrolled_at, perhaps left_at.
        end: the day; whoever enrolled on it is in, whoever left on it is out.
        programs: name of a column to the program it tells of.

    Returns:
        customer_id and the columns; customers who are in none are not there.
    """
    inside = in_force(memberships, "enrolled_at", "left_at", end)
    told = {name: (inside.program_id == program).any() for name, program in programs.items()}
    return inside.group_by("customer_id").agg(**told)


def plan_at(subscriptions: ir.Table, end: date) -> ir.Table:
    """The plan that customers had last taken by the end of a day, whether it still ran or not.

    Whoever leaves ends the plan as well: that it still runs would tell of staying beforehand.

    Args:
        subscriptions: customer_id, started_at, perhaps plan.
        end: the day.

    Returns:
        customer_id, plan; customers who never had one are not there.
    """
    taken = subscriptions.filter(subscriptions.started_at.date() <= ibis.literal(end))
    known = taken.plan.strip().nullif("") if "plan" in taken.columns else ibis.null("string")
    named = taken.mutate(plan=known.fill_null(SOME_PLAN))
    order = [named.started_at.desc(), named.plan]
    place = ibis.row_number().over(ibis.window(group_by=named.customer_id, order_by=order))
    placed = named.mutate(place=place)
    return placed.filter(placed.place == 0).select("customer_id", "plan")


def arms_at(assignments: ir.Table, end: date, experiments: Mapping[str, str]) -> ir.Table:
    """The arms that customers had been assigned to by the end of a day.

    Args:
        assignments: customer_id, experiment_id, arm, assigned_at; one row each per experiment.
        end: the day.
        experiments: name of a column to the experiment it tells of.

    Returns:
        customer_id and the columns, null where a customer is not assigned.
    """
    past = assignments.filter(assignments.assigned_at.date() <= ibis.literal(end))
    arms = {
        name: past.arm.min(where=past.experiment_id == experiment)
        for name, experiment in experiments.items()
    }
    return past.group_by("customer_id").agg(**arms)


def in_force(rows: ir.Table, start: str, end: str, day: date) -> ir.Table:
    """The rows that had begun by the end of a day and had not ended.

    Args:
        rows: of memberships or subscriptions.
        start: column of the beginning.
        end: column of the end; without it nothing ends.
        day: the day.
    """
    begun = rows.filter(rows[start].date() <= ibis.literal(day))
    if end not in rows.columns:
        return begun
    return begun.filter((begun[end].date() > ibis.literal(day)).fill_null(True))

"""A simulated company, week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from retention_research.events.simulate import company as kinds
from retention_research.events.simulate import history as tables
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.demand import order_lines, orders_of_week
from retention_research.events.simulate.drivers import set_driver
from retention_research.events.simulate.history import NEVER, WEEK, History
from retention_research.events.simulate.leaving import decide, go
from retention_research.events.simulate.outreach import (
    contacts_of_week,
    surveys_of_week,
    visits_of_week,
)
from retention_research.events.simulate.plans import consents, subscriptions
from retention_research.events.simulate.programs import (
    assign,
    earn_and_redeem,
    expire,
    join_and_leave_club,
    memberships,
)
from retention_research.events.simulate.service import tickets_of_week
from retention_research.events.simulate.state import Columns, Rows, State, first_state
from retention_research.events.simulate.world import NONE, Intervention, World, make_world

_KINDS = {
    "orders": tables.Orders,
    "contacts": tables.Contacts,
    "assignments": tables.Assignments,
    "memberships": tables.Memberships,
    "rewards": tables.Rewards,
    "tickets": tables.Tickets,
    "surveys": tables.Surveys,
    "activity": tables.Activity,
    "subscriptions": tables.Subscriptions,
    "consents": tables.Consents,
}
_BEGINS = {"contacts": "sent_at", "tickets": "opened_at"}  # of other tables: at


def simulate_company(
    company: Company,
    customers: int,
    seed: int,
    intervention: Intervention = NONE,
    *,
    weeks: int = kinds.WEEKS,
) -> History:
    """What happens in a company.

    Args:
        company: the parameters.
        customers: how many, all won within the first 130 weeks.
        seed: of all chance; two interventions with one seed differ by the intervention alone.
        intervention: what is set by hand.
        weeks: how long to watch; what is later is not known.

    Returns:
        The history; the first n customers' is that of the company of n customers.

    Raises:
        ValueError: without customers or weeks.

    Example:
        >>> history = simulate_company(Company(), 50, seed=1)
        >>> history.people.region.shape, bool((history.orders.number == 0).sum() == 50)
        ((50,), True)
    """
    if customers < 1 or weeks < 1:
        raise ValueError("a company has at least one customer and one week")
    world = make_world(company, customers, seed, intervention, weeks)
    state, written = go_on(world, first_state(world), 0, weeks)
    return _history(world, state, written, seed)


def go_on(world: World, state: State, start: int, end: int) -> tuple[State, list[list[Rows]]]:
    """The weeks start..end-1.

    Args:
        world: what is fixed, for end weeks at least.
        state: at the start of the first of these weeks.
        start: first week.
        end: the week after the last.

    Returns:
        The state after the last of them, and the rows written in each.
    """
    written: list[list[Rows]] = []
    for week in range(start, end):
        state, rows = _one_week(world, state, week)
        written.append(rows)
    return state, written


def _one_week(world: World, state: State, week: int) -> tuple[State, list[Rows]]:
    state, expired = expire(world, state, week)
    state, exits = go(world, state, week)
    state, ordered = orders_of_week(world, state, week)
    orders = ordered["orders"]
    state, points = earn_and_redeem(world, state, week, orders)
    state, tickets = tickets_of_week(world, state, week, orders)
    state, contacts = contacts_of_week(world, state, week)
    state, surveys = surveys_of_week(world, state, week)
    visits = visits_of_week(world, state, week, orders)
    state = join_and_leave_club(world, decide(world, state, week), week, orders)
    state, assigned = assign(world, state, week)
    rows = [expired, exits, ordered, points, tickets, contacts, surveys, visits, assigned]
    return set_driver(world, state, week), rows


def _history(world: World, state: State, written: Sequence[Sequence[Rows]], seed: int) -> History:
    columns = collected(written)
    columns["memberships"] = memberships(world, state)
    columns["subscriptions"] = subscriptions(world, state)
    columns["consents"] = consents(world, columns.pop("withdrawals"))
    known = {name: _until(rows, name, world.weeks * WEEK) for name, rows in columns.items()}
    known = _unanswered(known)
    lines = tables.Lines(**order_lines(world, known["orders"]))
    return History(
        company=world.company, customers=world.birth.size, seed=seed, weeks=world.weeks,
        people=world.people, hidden=replace(world.hidden, left_week=state.leaves), lines=lines,
        **{name: kind(**known[name]) for name, kind in _KINDS.items()},
    )  # fmt: skip


def collected(written: Sequence[Sequence[Rows]]) -> dict[str, Columns]:
    """One set of columns per table, rows in the order in which they were written."""
    parts: dict[str, list[Columns]] = {}
    for week in written:
        for rows in week:
            for name, columns in rows.items():
                parts.setdefault(name, []).append(columns)
    return {
        name: {column: np.concatenate([p[column] for p in pieces]) for column in pieces[0]}
        for name, pieces in parts.items()
    }


def _until(rows: Columns, name: str, end: int) -> Columns:
    """The rows that began before the end; what came later of them is not known."""
    began = rows[_BEGINS.get(name, "at")]
    kept = began < end
    if name == "surveys":
        kept = (rows["at"] < end) | (rows["invited_at"] < end)
    return {column: _known(values[kept], column, end) for column, values in rows.items()}


def _unanswered(known: dict[str, Columns]) -> dict[str, Columns]:
    """What is not known yet has no rating, score, sum or reason either."""
    orders, tickets = known["orders"], known["tickets"]
    surveys, plans = known["surveys"], known["subscriptions"]
    return known | {
        "orders": orders | _blank(orders, "refunded", "refunded_at", 0.0),
        "tickets": tickets | _blank(tickets, "csat", "resolved_at", 0),
        "surveys": surveys | _blank(surveys, "score", "at", -1),
        "subscriptions": plans | _blank(plans, "end_reason", "ended_at", -1),
    }


def _blank(rows: Columns, column: str, time: str, unknown: float) -> Columns:
    return {column: np.where(rows[time] == NEVER, unknown, rows[column]).astype(rows[column].dtype)}


def _known(values: npt.NDArray[Any], column: str, end: int) -> npt.NDArray[Any]:
    timed = (column.endswith("_at") and column != "expires_at") or column == "at"
    return np.where(values < end, values, NEVER) if timed else values

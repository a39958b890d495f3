"""Tickets of one week: what is asked, how fast it is answered, and what it leaves behind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retention_research.events.simulate import company as kinds
from retention_research.events.simulate.draws import Bools, Floats, Ints
from retention_research.events.simulate.drivers import slowness
from retention_research.events.simulate.history import DAY, HOUR, NEVER, WEEK
from retention_research.events.simulate.state import Columns, Rows, State, put, satisfaction, served
from retention_research.events.simulate.world import World, time_of_day

DELIVERY, PRODUCT, PAYMENT, QUESTION = range(4)
_COMPLAINS = (1.0, 0.7, 0.4, 0.0)  # share of complaints by category
_NIGHT = 2


def tickets_of_week(world: World, state: State, week: int, orders: Columns) -> tuple[State, Rows]:
    """Tickets about this week's orders, and questions.

    Args:
        world: what is fixed.
        state: after this week's orders.
        week: which.
        orders: this week's.
    """
    parts = [_about_orders(world, week, orders, c) for c in (DELIVERY, PRODUCT, PAYMENT)]
    parts = [*parts, _questions(world, state, week)]
    asked = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    rows = asked | _answers(world, state, week, asked)
    return _after(world, state, week, rows), {"tickets": rows}


def _after(world: World, state: State, week: int, rows: Columns) -> State:
    complained = rows["customer"][rows["complaint"]]
    slow = rows["customer"][rows["complaint"] & slowness(world, week, ~_fast(world, rows))]
    marked = put(put(state.slow, complained, False), slow, True)
    return replace(state, complaint=put(state.complaint, complained, week), slow=marked)


def _fast(world: World, rows: Columns) -> Bools:
    known = rows["resolved_at"] != NEVER
    took = np.where(known, rows["resolved_at"] - rows["opened_at"], NEVER)
    return np.asarray(took <= world.company.service.fast_hours * HOUR)


def _about_orders(world: World, week: int, orders: Columns, category: int) -> Columns:
    """At most one ticket per category and customer, about the first order of the day."""
    chance = _chance(world, orders, category)
    asks = world.draws.happens(f"ticket_{category}", week, orders["customer"], chance)
    who = orders["customer"][asks]
    u = world.draws.uniform(f"ticket_days_{category}", week, who)
    days = 3.0 + 4.0 * u if category == DELIVERY else 1.0 + 5.0 * u
    opened = orders["at"][asks] + (days * DAY).astype(np.int64)
    product = np.where(category == PRODUCT, orders["product"][asks], -1)
    return _asked(world, week, who, opened, product, category)


def _chance(world: World, rows: Columns, category: int) -> Floats:
    service = world.company.service
    bad = np.isin(rows["product"], kinds.BAD_PRODUCTS)
    chances = {
        DELIVERY: service.late_complaint * rows["late"],
        PRODUCT: np.where(bad, service.bad_problem, service.problem),
        PAYMENT: np.full(bad.size, service.payment),
    }
    first_of_day = np.append(True, np.diff(rows["customer"]) > 0)[: bad.size]
    main = np.logical_and.accumulate(first_of_day)  # second orders come after all first ones
    return np.asarray(chances[category] * main)


def _questions(world: World, state: State, week: int) -> Columns:
    here = np.flatnonzero(state.alive & (world.birth < week))
    who = here[world.draws.happens("ticket_3", week, here, world.company.service.question)]
    day = (7 * world.draws.uniform("ticket_days_3", week, who)).astype(np.int64)
    hour = time_of_day(world.draws.uniform("ticket_hour", week, who))
    return _asked(world, week, who, week * WEEK + day * DAY + hour, np.full(who.size, -1), QUESTION)


def _asked(
    world: World, week: int, who: Ints, opened: Ints, product: Ints, category: int
) -> Columns:
    draws, service, tag = world.draws, world.company.service, f"_{category}"
    escalated = draws.uniform("level" + tag, week, who)
    return {
        "customer": who,
        "opened_at": opened,
        "category": np.full(who.size, category),
        "product": product,
        "complaint": draws.happens("complaint" + tag, week, who, _COMPLAINS[category]),
        "channel": draws.choice("ticket_channel" + tag, week, who, [0.4, 0.35, 0.25]),
        "team": draws.choice("team" + tag, week, who, [0.4, 0.35, 0.25]),
        "level": 1 + (escalated < service.escalated) + (escalated < service.escalated / 4),
        "self_service": draws.happens("self_service" + tag, week, who, service.self_service),
    }


def _answers(world: World, state: State, week: int, asked: Columns) -> Columns:
    draws, service = world.draws, world.company.service
    key = asked["customer"] * len(kinds.TICKET_CATEGORIES) + asked["category"]
    response = _hours(world, week, asked, key, "response", service.response_log_hours)
    response = np.where(asked["self_service"], response * 0.02, response)
    resolution = _hours(world, week, asked, key, "resolution", service.resolution_log_hours)
    resolution = np.maximum(resolution, 1.05 * response)
    never = draws.happens("never", week, key, _never(world, asked))
    ignored = never & ~asked["self_service"] & draws.happens("ignored", week, key, 0.4)
    resolved_at = np.where(never, NEVER, asked["opened_at"] + _seconds(resolution))
    answered_at = np.where(ignored, NEVER, asked["opened_at"] + _seconds(response))
    minutes = np.array(service.minutes)[asked["category"]] + 0.5 * draws.normal(
        "minutes", week, key
    )
    return {
        "first_response_at": answered_at,
        "resolved_at": resolved_at,
        "reopened_at": _reopened_at(world, week, key, resolved_at),
        "csat": _csat(world, state, week, asked, key, resolved_at),
        "minutes": np.where(asked["self_service"], 0.0, np.round(np.exp(minutes), 1)),
    }


def _never(world: World, asked: Columns) -> Floats:
    service = world.company.service
    return np.where(asked["self_service"], service.stuck, service.never)


def _hours(
    world: World, week: int, asked: Columns, key: Ints, what: str,
    by_category: tuple[float, ...],
) -> Floats:  # fmt: skip
    service = world.company.service
    log_hours = (
        np.array(by_category)[asked["category"]]
        + service.spread_log_hours * world.draws.normal(what, week, key)
        + service.slow_team_log_hours * (asked["team"] == _NIGHT)
        + service.level_log_hours * (asked["level"] - 1)
        + world.company.desk.log_hours * served(world, week, asked["customer"])
    )
    return np.asarray(np.exp(log_hours))


def _seconds(hours: Floats) -> Ints:
    return np.maximum((hours * HOUR).astype(np.int64), 60)


def _reopened_at(world: World, week: int, key: Ints, resolved_at: Ints) -> Ints:
    again = world.draws.happens("reopened", week, key, world.company.service.reopened)
    later = 1.0 + 9.0 * world.draws.uniform("reopened_days", week, key)
    known = again & (resolved_at != NEVER)
    return np.where(known, np.where(known, resolved_at, 0) + _seconds(24.0 * later), NEVER)


def _csat(
    world: World, state: State, week: int, asked: Columns, key: Ints, resolved_at: Ints
) -> Ints:
    """Rated better by the satisfied and after a fast resolution."""
    rated = world.draws.happens("csat", week, key, world.company.service.csat)
    rated = rated & (resolved_at != NEVER)
    fast = _fast(world, asked | {"resolved_at": resolved_at})
    mood = satisfaction(world, state, week, asked["customer"])
    noise = 0.9 * world.draws.normal("csat_score", week, key)
    score = np.clip(np.round(3.2 + 0.5 * mood + 0.9 * fast + noise), 1, 5)
    return np.where(rated, score, 0).astype(np.int64)

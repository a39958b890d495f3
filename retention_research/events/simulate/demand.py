"""Orders of one week."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retention_research.events.simulate import company as kinds
from retention_research.events.simulate.draws import Bools, Floats, Ints
from retention_research.events.simulate.drivers import lateness
from retention_research.events.simulate.history import DAY, NEVER, WEEK
from retention_research.events.simulate.state import (
    Columns,
    Rows,
    State,
    ago,
    light,
    member,
    put,
    satisfaction,
    served,
)
from retention_research.events.simulate.world import World, time_of_day

RECENT_WEEKS = 26
_SEASON_PEAK, _YEAR = 48, 365.25 / 7
_MANY = 4_096  # more orders than a customer can have


def orders_of_week(world: World, state: State, week: int) -> tuple[State, Rows]:
    """Who orders this week, what, and whether it is late and given back."""
    buyers = np.flatnonzero(_buys(world, state, week))
    again = buyers[world.draws.happens("again", week, buyers, world.company.demand.same_day)]
    number = ago(state.orders, 1, buyers)
    place = np.searchsorted(buyers, again)
    at = _when(world, week, buyers)
    first = _orders(world, week, buyers, number, at, "")
    second = _orders(world, week, again, number[place] + 1, at[place] + DAY // 48, "again_")
    rows = {name: np.concatenate([first[name], second[name]]) for name in first}
    late = buyers[first["late"]]
    return _after(state, week, buyers, again, late), {"orders": rows}


def _after(state: State, week: int, buyers: Ints, again: Ints, late: Ints) -> State:
    last = ago(state.orders, 1, np.arange(state.alive.size))
    counts = put(last, buyers, last[buyers] + 1)
    return replace(
        state,
        last_order=put(state.last_order, buyers, week),
        orders=(*state.orders, put(counts, again, counts[again] + 1))[-RECENT_WEEKS - 1 :],
        last_late=put(state.last_late, late, week),
    )


def _buys(world: World, state: State, week: int) -> Bools:
    """Newcomers order; all others by chance."""
    buys = world.birth == week
    who = np.flatnonzero(state.alive & (world.birth < week))
    rate = np.exp(log_rate(world, state, week, who))
    return put(buys, who, world.draws.happens("order", week, who, -np.expm1(-rate)))


def log_rate(world: World, state: State, week: int, who: Ints) -> Floats:
    """Log of the rate of orders in a week.

    Args:
        world: what is fixed.
        state: at the start of the week.
        week: which.
        who: customers, shape (m,).

    Returns:
        Shape (m,).
    """
    company = world.company
    wave = np.cos(2.0 * np.pi * (week - _SEASON_PEAK) / _YEAR)
    fading = state.leaves[who] <= week + company.leaving.fade_weeks
    return np.asarray(
        world.hidden.log_rate[who]
        + state.more_rate[who]
        + company.demand.season_log_rate * wave
        + world.order_shock[week][world.people.region[who]]
        + company.desk.log_rate * served(world, week, who)
        + company.leaving.fade_log_rate * fading
        + company.leaving.satisfaction_log_rate * satisfaction(world, state, week, who)
        + _by_club(world, state, week, who)
        + _by_mail(world, state, week, who)
        + _by_offer(world, state, week, who)
    )


def _by_club(world: World, state: State, week: int, who: Ints) -> Floats:
    club = world.company.club
    effect = (club.log_rate + club.light_log_rate * light(world, who)) * world.intervention.club
    ready = balance(state, who) >= club.reward
    ready_effect = club.ready_log_rate * ready * world.intervention.points
    return np.asarray((effect + ready_effect) * member(state, week, who))


def balance(state: State, who: Ints) -> Ints:
    """Points in hand."""
    return ago(state.earned, 1, who) - state.used[who]


def _by_mail(world: World, state: State, week: int, who: Ints) -> Floats:
    """Promotions work while they may be sent; before the experiment all are generic."""
    mail = world.company.mail
    effects = np.array([0.0, mail.generic_log_rate, mail.personalised_log_rate])
    arm = np.where(state.mail_week[who] < week, state.mail_arm[who], 1)
    more = mail.light_log_rate * (light(world, who) & (arm > 0))
    return np.asarray((effects[arm] + more) * state.consent[who].any(axis=1))


def _by_offer(world: World, state: State, week: int, who: Ints) -> Floats:
    offer = world.company.come_back
    since = week - state.back_week[who]
    works = (state.back_arm[who] == 1) & (since > 0) & (since <= offer.weeks)
    return np.asarray(offer.log_rate * works)


def _when(world: World, week: int, who: Ints) -> Ints:
    draws = world.draws
    day = (7 * draws.uniform("order_day", week, who)).astype(np.int64)
    at = week * WEEK + day * DAY + time_of_day(draws.uniform("order_hour", week, who))
    return np.where(world.birth[who] == week, world.people.acquired_at[who], at)


def _orders(world: World, week: int, who: Ints, number: Ints, at: Ints, which: str) -> Columns:
    draws, demand = world.draws, world.company.demand
    spread = demand.order_log_spend * draws.normal(f"{which}amount", week, who)
    gross = np.round(np.exp(world.hidden.log_spend[who] + spread), 2)
    cut = world.people.discounted[who] & (number == 0)
    discount = np.round(demand.first_discount * gross * cut, 2)
    category = _category(world, week, who, which)
    refund = _refund(world, week, who, np.round(gross - discount, 2), at, which)
    return refund | {
        "customer": who,
        "at": at,
        "number": number.astype(np.int64),
        "discount": discount,
        "category": category,
        "product": _product(world, week, who, which, category),
        "shop": draws.choice(f"{which}shop", week, who, [0.55, 0.30, 0.15]),
        "late": draws.happens(f"{which}late", week, who, _late(world, week, who)),
    }


def _category(world: World, week: int, who: Ints, which: str) -> Ints:
    u = world.draws.uniform(f"{which}category", week, who)
    other = (u / 0.4 * len(kinds.CATEGORIES)).astype(np.int64)
    return np.where(u < 0.4, other, world.people.category[who])


def _product(world: World, week: int, who: Ints, which: str, category: Ints) -> Ints:
    u = world.draws.uniform(f"{which}product", week, who)
    return kinds.PRODUCTS_EACH * category + (kinds.PRODUCTS_EACH * u).astype(np.int64)


def _late(world: World, week: int, who: Ints) -> Floats:
    odds = world.company.service.late_log_odds + world.late_shock[week][world.people.region[who]]
    return lateness(world, week, who, np.asarray(1.0 / (1.0 + np.exp(-odds))))


def _refund(world: World, week: int, who: Ints, amount: Floats, at: Ints, which: str) -> Columns:
    demand, u = world.company.demand, world.draws.uniform(f"{which}refund", week, who)
    part = np.where(u < demand.refunded + demand.part_refunded, demand.part, 0.0)
    refunded = np.round(amount * np.where(u < demand.refunded, 1.0, part), 2)
    days = 3.0 + 17.0 * world.draws.uniform(f"{which}refund_days", week, who)
    refunded_at = np.where(refunded > 0.0, at + (days * DAY).astype(np.int64), NEVER)
    return {"amount": amount, "refunded": refunded, "refunded_at": refunded_at}


def order_lines(world: World, orders: Columns) -> Columns:
    """What the orders are made of: one to three lines, the first of the order's own product.

    Args:
        world: what is fixed.
        orders: columns of `Orders`.

    Returns:
        Columns of `Lines`; amounts are whole cents and sum to the order's.
    """
    draws, keys = world.draws, orders["customer"] * _MANY + orders["number"]
    count = 1 + draws.choice("lines", 0, keys, [0.6, 0.28, 0.12])
    order = np.repeat(np.arange(keys.size), count)
    place = np.arange(order.size) - np.repeat(np.cumsum(count) - count, count)
    line = keys[order] * 3 + place
    other = (draws.uniform("line_product", 0, line) * _products()).astype(np.int64)
    cents = np.round(100 * orders["amount"][order]).astype(np.int64)
    each = cents // count[order]
    return {
        "order": order,
        "product": np.where(place == 0, orders["product"][order], other),
        "quantity": 1 + draws.choice("quantity", 0, line, [0.75, 0.18, 0.07]),
        "amount": np.where(place == 0, cents - each * (count[order] - 1), each) / 100.0,
    }


def _products() -> int:
    return kinds.PRODUCTS_EACH * len(kinds.CATEGORIES)

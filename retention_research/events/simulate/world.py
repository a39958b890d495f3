"""What is fixed from the start: who the customers are, the shocks, and what is changed by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retention_research.events.simulate import company as kinds
from retention_research.events.simulate.company import Company
from retention_research.events.simulate.draws import Bools, Draws, Floats, Ints
from retention_research.events.simulate.history import DAY, HOUR, WEEK, Hidden, People

NO_WEEK = 100_000  # later than any week
_FRIEND = 2
_FRIENDS_ASKED = 6


@dataclass(frozen=True, slots=True, eq=False)
class Intervention:
    """What is set by hand, against what would happen of itself.

    Attributes:
        mail_arm: every assignment of the experiment `mail` gets this arm; None: as drawn.
        come_back_arm: the same for `come_back`.
        not_joining: week at whose end each customer must not join the club, shape (customers,).
        club: whether members order more and stay longer for being members.
        desk: whether the service desk is rolled out.
        points: whether points in hand make members order more.
        driver: name of the driver that is set; "" for none.
        high: to its higher level; else to its lower.
        week: the landmark: set at its end, or, what happens to a customer, in the weeks up to it.
    """

    mail_arm: int | None = None
    come_back_arm: int | None = None
    not_joining: Ints | None = None
    club: bool = True
    desk: bool = True
    points: bool = True
    driver: str = ""
    high: bool = False
    week: int = -1


NONE = Intervention()


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What does not change from week to week.

    Attributes:
        birth: week of each customer's first order.
        desk_start: week in which the desk starts in each customer's region; NO_WEEK for never.
        order_shock: log_rate by week and region; late_shock: log_odds of late deliveries.
    """

    company: Company
    draws: Draws
    intervention: Intervention
    weeks: int
    people: People
    hidden: Hidden
    birth: Ints
    desk_start: Ints
    order_shock: Floats
    late_shock: Floats


def make_world(
    company: Company, customers: int, seed: int, intervention: Intervention, weeks: int
) -> World:
    """The fixed part of a company.

    Args:
        company: the parameters.
        customers: how many.
        seed: of all chance.
        intervention: what is set by hand.
        weeks: how long.
    """
    draws, who = Draws(seed), np.arange(customers)
    people = _people(company, draws, who)
    starts = np.array(company.desk_starts())
    starts = np.where((starts < 0) | (not intervention.desk), NO_WEEK, starts)
    return World(
        company, draws, intervention, weeks, people, _hidden(company, draws, who, people),
        people.acquired_at // WEEK, starts[people.region],
        company.demand.shock_log_rate * _shocks(draws, "shock_orders", weeks),
        company.service.shock_log_odds * _shocks(draws, "shock_late", weeks),
    )  # fmt: skip


def _shocks(draws: Draws, purpose: str, weeks: int) -> Floats:
    regions = np.arange(len(kinds.REGIONS))
    return np.array([draws.normal(purpose, week, regions) for week in range(weeks)])


def _people(company: Company, draws: Draws, who: Ints) -> People:
    channel = draws.choice("channel", 0, who, [c.share for c in company.channels])
    acquired_at = _acquired_at(draws, who)
    cost = np.array([c.cost for c in company.channels])[channel]
    return People(
        acquired_at=acquired_at,
        channel=channel,
        region=_one_of(draws, "region", who, kinds.REGIONS),
        colour=_one_of(draws, "colour", who, kinds.COLOURS),
        cost=np.round(cost * np.exp(0.2 * draws.normal("cost", 0, who)), 2),
        referred_by=_referred_by(draws, who, channel == _FRIEND, acquired_at),
        category=_one_of(draws, "favourite", who, kinds.CATEGORIES),
        discounted=_discounted(company, draws, who, channel),
        contact_channel=draws.choice("contact_channel", 0, who, [0.6, 0.2, 0.2]),
    )


def _acquired_at(draws: Draws, who: Ints) -> Ints:
    """Any day of the company's 130 weeks, in the hours when people order."""
    day = (draws.uniform("birth", 0, who) * 7 * kinds.WEEKS).astype(np.int64)
    return day * DAY + time_of_day(draws.uniform("birth_hour", 0, who))


def time_of_day(u: Floats) -> Ints:
    """Seconds of a day between 7 and 22:24, so that another order half an hour later is before 23.

    Args:
        u: uniform numbers, shape (n,).
    """
    return ((7 + 15.4 * u) * HOUR).astype(np.int64)


def _one_of(draws: Draws, purpose: str, who: Ints, names: tuple[str, ...]) -> Ints:
    return (draws.uniform(purpose, 0, who) * len(names)).astype(np.int64)


def _discounted(company: Company, draws: Draws, who: Ints, channel: Ints) -> Bools:
    shares = np.array([c.discounted for c in company.channels])
    return draws.happens("discounted", 0, who, shares[channel])


def _referred_by(draws: Draws, who: Ints, friend: Bools, acquired_at: Ints) -> Ints:
    """Somebody of a smaller number who came earlier, so that a small company is a large one's."""
    found = np.full(who.size, -1)
    for asked in range(_FRIENDS_ASKED):
        other = (draws.uniform("friend", asked, who) * who).astype(np.int64)
        fits = friend & (found < 0) & (acquired_at[other] + DAY < acquired_at)
        found = np.where(fits, other, found)
    return found


def _hidden(company: Company, draws: Draws, who: Ints, people: People) -> Hidden:
    demand, leaving = company.demand, company.leaving
    rate = demand.log_rate + demand.spread_log_rate * draws.normal("log_rate", 0, who)
    hazard = leaving.log_hazard + leaving.spread_log_hazard * draws.normal("log_hazard", 0, who)
    cause = draws.normal("cause", 0, who) * company.latent_cause
    by_channel = np.array([(c.log_rate, c.log_hazard) for c in company.channels])[people.channel]
    return Hidden(
        log_rate=rate + by_channel[:, 0] + demand.discount_log_rate * people.discounted,
        log_hazard=hazard + by_channel[:, 1] + leaving.discount_log_hazard * people.discounted
        + company.club.latent_log_hazard * cause,
        satisfaction=leaving.spread_satisfaction * draws.normal("satisfaction", 0, who),
        log_spend=demand.log_spend + demand.spread_log_spend * draws.normal("log_spend", 0, who),
        cause=cause,
        left_week=np.full(who.size, NO_WEEK),
    )  # fmt: skip

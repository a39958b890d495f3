"""The club, its points, and the arms of the experiments, week by week."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retention_research.events.simulate.demand import RECENT_WEEKS, balance
from retention_research.events.simulate.draws import Floats, Ints
from retention_research.events.simulate.history import HOUR, NEVER, WEEK
from retention_research.events.simulate.state import (
    Columns,
    Rows,
    State,
    ago,
    member,
    put,
)
from retention_research.events.simulate.world import NO_WEEK, World

MAIL, COME_BACK = range(2)
EARN, REDEEM, EXPIRE = range(3)
_PROMOTER, _DETRACTOR = 9, 6


def expire(world: World, state: State, week: int) -> tuple[State, Rows]:
    """On Monday at midnight, what was earned by the end of the week 52 weeks ago is gone."""
    everybody = np.arange(world.birth.size)
    old = ago(state.earned, world.company.club.life_weeks, everybody)
    lost = old - state.used
    who = np.flatnonzero(lost > 0)
    at = np.full(who.size, week * WEEK)
    rows = _points(who, at, EXPIRE, lost[who], np.zeros(who.size), np.full(who.size, NEVER))
    return replace(state, used=put(state.used, who, state.used[who] + lost[who])), {"rewards": rows}


def earn_and_redeem(world: World, state: State, week: int, orders: Columns) -> tuple[State, Rows]:
    """Members earn a point for every unit of money, and redeem some of what they had before."""
    club = world.company.club
    mine = member(state, week, orders["customer"])
    who, at = orders["customer"][mine], orders["at"][mine]
    state, redeemed = _redeem(world, state, week, who, at)
    points = np.floor(orders["amount"][mine]).astype(np.int64)
    last = ago(state.earned, 1, np.arange(world.birth.size))
    earned = last + np.bincount(who, points, world.birth.size).astype(np.int64)
    ends = np.full(who.size, (week + club.life_weeks) * WEEK)
    got = points > 0
    rows = _points(
        who[got], at[got], EARN, points[got], club.worth * points[got] / club.reward, ends[got]
    )
    both = {name: np.concatenate([redeemed[name], rows[name]]) for name in rows}
    return replace(state, earned=(*state.earned, earned)[-club.life_weeks :]), {"rewards": both}


def _redeem(world: World, state: State, week: int, who: Ints, at: Ints) -> tuple[State, Columns]:
    club = world.company.club
    who, first = np.unique(who, return_index=True)
    enough = balance(state, who) >= club.reward
    does = enough & world.draws.happens("redeem", week, who, club.redeems)
    who, at = who[does], at[first][does]
    points = balance(state, who) // club.reward * club.reward
    value = club.worth * points / club.reward
    rows = _points(who, at, REDEEM, points, value, np.full(who.size, NEVER))
    return replace(state, used=put(state.used, who, state.used[who] + points)), rows


def _points(
    who: Ints, at: Ints, kind: int, points: Ints, value: Floats, expires_at: Ints
) -> Columns:
    return {
        "customer": who,
        "at": at,
        "kind": np.full(who.size, kind),
        "points": points.astype(np.int64),
        "value": np.round(value, 2),
        "expires_at": expires_at,
    }


def join_and_leave_club(world: World, state: State, week: int, orders: Columns) -> State:
    """On Sunday evening, some who ordered this week join, and some members leave."""
    club, draws = world.company.club, world.draws
    who = np.unique(orders["customer"])
    free = (state.joined[who] == NO_WEEK) & (week >= club.from_week) & _may_join(world, week, who)
    joins = draws.happens("join", week, who, _join_chance(world, state, who)) & free
    members = np.flatnonzero(member(state, week, np.arange(world.birth.size)))
    left = members[draws.happens("leave_club", week, members, club.leaves)]
    left = left[state.left_club[left] == NO_WEEK]
    return replace(
        state,
        joined=put(state.joined, who[joins], week),
        gold=put(state.gold, who[joins], recent_orders(state, who[joins]) >= club.gold_orders),
        left_club=put(state.left_club, left, week),
    )


def _may_join(world: World, week: int, who: Ints) -> np.ndarray:
    blocked = world.intervention.not_joining
    return np.ones(who.size, np.bool_) if blocked is None else blocked[who] != week


def _join_chance(world: World, state: State, who: Ints) -> Floats:
    """From what the tables record: orders of 26 weeks, the last score, the first discount.

    The unrecorded cause is 0 unless the company has it switched on.
    """
    club, score = world.company.club, state.score[who]
    orders = recent_orders(state, who)
    odds = (
        club.log_odds
        + club.orders_log_odds * np.log1p(orders)
        + club.promoter_log_odds * (score >= _PROMOTER)
        + club.detractor_log_odds * ((score >= 0) & (score <= _DETRACTOR))
        + club.discounted_log_odds * world.people.discounted[who]
        + club.latent_log_odds * world.hidden.cause[who]
    )
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def recent_orders(state: State, who: Ints) -> Ints:
    """Orders of the last 26 weeks, this one included."""
    return ago(state.orders, 1, who) - ago(state.orders, RECENT_WEEKS + 1, who)


def assign(world: World, state: State, week: int) -> tuple[State, Rows]:
    """On Sunday evening, arms are drawn for those whose turn has come."""
    state, mail = _assign_mail(world, state, week)
    state, offers = _assign_come_back(world, state, week)
    rows = {name: np.concatenate([mail[name], offers[name]]) for name in mail}
    return _returns(world, state, week), {"assignments": rows}


def _assign_mail(world: World, state: State, week: int) -> tuple[State, Columns]:
    mail = world.company.mail
    turn = np.maximum(world.birth + mail.at_age, mail.from_week) == week
    who = np.flatnonzero(turn & state.consent.any(axis=1))
    arm = world.draws.choice("mail_arm", 0, who, mail.shares)
    if world.intervention.mail_arm is not None:
        arm = np.full(who.size, world.intervention.mail_arm)
    rows = _assigned(world, week, who, MAIL, arm, np.array(mail.shares)[arm])
    state = replace(
        state, mail_arm=put(state.mail_arm, who, arm), mail_week=put(state.mail_week, who, week)
    )
    return state, rows


def _assign_come_back(world: World, state: State, week: int) -> tuple[State, Columns]:
    offer = world.company.come_back
    silent = state.last_order == week - offer.silent_weeks
    who = np.flatnonzero(silent & (state.back_arm < 0) & (week >= offer.from_week))
    arm = world.draws.happens("offer", 0, who, offer.treated).astype(np.int64)
    if world.intervention.come_back_arm is not None:
        arm = np.full(who.size, world.intervention.come_back_arm)
    shares = np.array([1.0 - offer.treated, offer.treated])
    rows = _assigned(world, week, who, COME_BACK, arm, shares[arm])
    state = replace(
        state, back_arm=put(state.back_arm, who, arm), back_week=put(state.back_week, who, week)
    )
    return state, rows


def _returns(world: World, state: State, week: int) -> State:
    """Some who have left come back for the offer."""
    offered = np.flatnonzero((state.back_week == week) & (state.back_arm == 1) & ~state.alive)
    back = offered[world.draws.happens("returns", week, offered, world.company.come_back.returns)]
    return replace(
        state, alive=put(state.alive, back, True), leaves=put(state.leaves, back, NO_WEEK)
    )


def _assigned(
    world: World, week: int, who: Ints, experiment: int, arm: Ints, probability: Floats
) -> Columns:
    return {
        "customer": who,
        "experiment": np.full(who.size, experiment),
        "arm": arm,
        "at": sunday_evening(world, "assigned", week, who),
        "probability": probability,
    }


def sunday_evening(world: World, purpose: str, week: int, who: Ints) -> Ints:
    """A time after 23 o'clock, when no more orders come: what starts here works from Monday on."""
    minutes = (55 * world.draws.uniform(purpose, week, who)).astype(np.int64)
    return (week + 1) * WEEK - HOUR + 60 * minutes


def memberships(world: World, state: State) -> Columns:
    """All members ever, as columns of `Memberships`."""
    who = np.flatnonzero(state.joined < NO_WEEK)
    who = who[np.argsort(state.joined[who], kind="stable")]
    joined, left = state.joined[who], state.left_club[who]
    minutes = (55 * 60 * world.draws.uniform("joined", 0, who)).astype(np.int64)
    ever = left < NO_WEEK
    return {
        "customer": who,
        "at": (joined + 1) * WEEK - HOUR + minutes,
        "left_at": np.where(ever, (np.where(ever, left, 0) + 1) * WEEK - HOUR + minutes, NEVER),
        "tier": state.gold[who].astype(np.int64),
    }

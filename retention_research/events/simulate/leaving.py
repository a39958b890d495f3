"""Leaving: a decision that no table shows, and the answers of those who go."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retention_research.events.simulate import company as kinds
from retention_research.events.simulate.draws import Floats, Ints
from retention_research.events.simulate.history import DAY, NEVER, WEEK
from retention_research.events.simulate.state import (
    Columns,
    Rows,
    State,
    late_lately,
    member,
    put,
    satisfaction,
    served,
)
from retention_research.events.simulate.world import NO_WEEK, World, time_of_day

_REASON_ODDS = {"delivery": 2.0, "service": 2.0, "price": 1.2}


def go(world: World, state: State, week: int) -> tuple[State, Rows]:
    """Those whose last week is over are gone; some say why."""
    who = np.flatnonzero(state.alive & (state.leaves == week))
    rows = _exit_surveys(world, state, week, who)
    return replace(state, alive=put(state.alive, who, False)), {"surveys": rows}


def decide(world: World, state: State, week: int) -> State:
    """Who decides at the end of the week to leave after the weeks of fading."""
    who = np.flatnonzero(state.alive & (world.birth <= week) & (state.leaves == NO_WEEK))
    hazard = np.exp(_log_hazard(world, state, week, who))
    leavers = who[world.draws.happens("leave", week, who, -np.expm1(-hazard))]
    last = week + world.company.leaving.fade_weeks + 1
    return replace(state, leaves=put(state.leaves, leavers, last))


def _log_hazard(world: World, state: State, week: int, who: Ints) -> Floats:
    company = world.company
    club = company.club.log_hazard * member(state, week, who) * world.intervention.club
    mood = satisfaction(world, state, week, who)
    return np.asarray(
        world.hidden.log_hazard[who]
        + state.more_hazard[who]
        + company.leaving.satisfaction_log_hazard * mood
        + company.desk.log_hazard * served(world, week, who)
        + club
    )


def _exit_surveys(world: World, state: State, week: int, who: Ints) -> Columns:
    draws = world.draws
    who = who[draws.happens("exit", week, who, world.company.leaving.exit_survey)]
    day = (7 * draws.uniform("exit_day", week, who)).astype(np.int64)
    hour = time_of_day(draws.uniform("exit_hour", week, who))
    score = (
        3.5 + satisfaction(world, state, week, who) + 1.5 * draws.normal("exit_score", week, who)
    )
    return {
        "customer": who,
        "kind": np.ones(who.size, np.int64),
        "invited_at": np.full(who.size, NEVER),
        "at": week * WEEK + day * DAY + hour,
        "score": np.clip(np.round(score), 0, 10).astype(np.int64),
        "reason": _reasons(world, state, week, who),
    }


def _reasons(world: World, state: State, week: int, who: Ints) -> Ints:
    """The largest of noisy weights: what happened lately weighs more."""
    lately = week - world.company.service.memory_weeks
    happened = {
        "delivery": late_lately(world, state, week, who),
        "service": (state.complaint[who] > lately) & state.slow[who],
        "price": world.people.discounted[who],
    }
    weights = np.zeros((len(kinds.REASONS), who.size))
    for number, reason in enumerate(kinds.REASONS):
        noise = -np.log(-np.log(world.draws.uniform(f"reason_{reason}", week, who)))
        weights[number] = noise + _REASON_ODDS.get(reason, 0.0) * happened.get(reason, 0.0)
    return np.asarray(weights.argmax(axis=0))

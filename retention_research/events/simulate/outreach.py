"""Messages, surveys and visits of one week."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retention_research.events.simulate import company as kinds
from retention_research.events.simulate.draws import Bools, Floats, Ints
from retention_research.events.simulate.history import DAY, HOUR, NEVER, WEEK
from retention_research.events.simulate.state import Columns, Rows, State, put, satisfaction
from retention_research.events.simulate.world import World, time_of_day

PROMOTION, NEWS, WIN_BACK = range(3)
_TUESDAY, _WEDNESDAY, _THURSDAY = 1, 2, 3
_PERSONALISED = 2


def contacts_of_week(world: World, state: State, week: int) -> tuple[State, Rows]:
    """Promotions, news and offers sent this week, what came of them, and consents withdrawn."""
    parts = [_sent(world, state, week, purpose) for purpose in (PROMOTION, NEWS, WIN_BACK)]
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    gone = rows["unsubscribed_at"] != NEVER
    who, channel = rows["customer"][gone], rows["channel"][gone]
    consent = state.consent.copy()
    consent[who, channel] = False
    withdrawn = {"customer": who, "channel": channel, "at": rows["unsubscribed_at"][gone]}
    return replace(state, consent=consent), {"contacts": rows, "withdrawals": withdrawn}


def _listed(world: World, state: State, week: int, purpose: int) -> Ints:
    """Whose turn it is."""
    outreach, everybody = world.company.outreach, np.arange(world.birth.size)
    if purpose == WIN_BACK:
        return np.flatnonzero((state.back_arm == 1) & (state.back_week == week - 1))
    here = world.birth < week
    if purpose == NEWS:
        return np.flatnonzero(here & ((everybody + week) % outreach.news_weeks == 0))
    turn = (everybody + week) % outreach.every_weeks == 0
    return np.flatnonzero(here & turn & (state.mail_arm != 0))


def _sent(world: World, state: State, week: int, purpose: int) -> Columns:
    listed, tag = _listed(world, state, week, purpose), f"_{purpose}"
    channel = _channel(world, week, listed, tag)
    agreed = state.consent[listed, channel]
    who, channel = listed[agreed], channel[agreed]
    sent_at = week * WEEK + (_THURSDAY if purpose == NEWS else _TUESDAY) * DAY + 9 * HOUR
    sent = sent_at + (4 * HOUR * world.draws.uniform("sent" + tag, week, who)).astype(np.int64)
    personal = (state.mail_arm[who] == _PERSONALISED) & (purpose == PROMOTION)
    return {
        "customer": who,
        "campaign": np.full(who.size, week),
        "channel": channel,
        "purpose": np.full(who.size, purpose),
        "personalised": personal,
        "sent_at": sent,
        "cost": np.array(world.company.outreach.costs)[channel],
    } | _response(world, state, week, who, channel, personal, sent, tag)


def _channel(world: World, week: int, who: Ints, tag: str) -> Ints:
    """Mostly the customer's own, else one of the others."""
    u, own = (
        world.draws.uniform("contact_by" + tag, week, who),
        world.people.contact_channel[who],
    )
    left = (1.0 - world.company.outreach.prefers) / 2.0
    other = 1 + (u < left)
    return np.where(u < 2.0 * left, (own + other) % len(kinds.CONTACT_CHANNELS), own)


def _response(
    world: World, state: State, week: int, who: Ints, channel: Ints, personal: Bools, sent: Ints,
    tag: str,
) -> Columns:  # fmt: skip
    draws, outreach = world.draws, world.company.outreach
    delivered = draws.happens("delivered" + tag, week, who, outreach.delivered)
    chance = _opens(world, who, channel, personal)
    opened = draws.happens("opened" + tag, week, who, chance) & delivered & state.alive[who]
    opened_at = sent + _later(world, "open_hours" + tag, week, who, 60.0)
    u = draws.uniform("actions" + tag, week, who)
    actions = np.where(opened, (np.log(u) / np.log(outreach.acts)).astype(np.int64), 0)
    leaves = outreach.unsubscribes + outreach.generic_unsubscribes * ~personal
    gone = opened & draws.happens("unsubscribes" + tag, week, who, leaves)
    gone &= tag != f"_{NEWS}"  # news can change nothing, consents included
    return {
        "delivered": delivered,
        "opened_at": np.where(opened, opened_at, NEVER),
        "actions": actions,
        "responded_at": np.where(actions > 0, opened_at + 5 * 60, NEVER),
        "unsubscribed_at": np.where(gone, opened_at + 10 * 60, NEVER),
    }


def _opens(world: World, who: Ints, channel: Ints, personal: Bools) -> Floats:
    outreach = world.company.outreach
    odds = (
        np.array(outreach.open_log_odds)[channel]
        + outreach.preferred_log_odds * (channel == world.people.contact_channel[who])
        + outreach.personal_log_odds * personal
    )
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def _later(world: World, purpose: str, week: int, who: Ints, most_hours: float) -> Ints:
    """Mostly soon, at most so many hours."""
    u = world.draws.uniform(purpose, week, who)
    return (u**3 * most_hours * HOUR).astype(np.int64) + 60


def surveys_of_week(world: World, state: State, week: int) -> tuple[State, Rows]:
    """Invitations to those who ordered within 26 weeks; the satisfied answer more often."""
    outreach, draws = world.company.outreach, world.draws
    turn = (np.arange(world.birth.size) + week) % outreach.survey_weeks == 0
    who = np.flatnonzero(turn & (world.birth <= week - 4) & (state.last_order > week - 26))
    invited = week * WEEK + _WEDNESDAY * DAY + 9 * HOUR + np.zeros(who.size, np.int64)
    mood = satisfaction(world, state, week, who)
    odds = outreach.answer_log_odds + outreach.answer_satisfaction * mood
    answers = draws.happens("answers", week, who, 1.0 / (1.0 + np.exp(-odds))) & state.alive[who]
    noise = outreach.spread_score * draws.normal("score", week, who)
    score = np.round(outreach.score + outreach.score_satisfaction * mood + noise)
    score = np.where(answers, np.clip(score, 0, 10), -1).astype(np.int64)
    at = np.where(answers, invited + _later(world, "answer_hours", week, who, 90.0), NEVER)
    rows = {"customer": who, "kind": np.zeros(who.size, np.int64), "invited_at": invited,
            "at": at, "score": score, "reason": np.full(who.size, -1)}  # fmt: skip
    scores = put(state.score, who[answers], score[answers])
    return replace(state, score=scores), {"surveys": rows}


def visits_of_week(world: World, state: State, week: int, orders: Columns) -> Rows:
    """Visits, fewer in the weeks before leaving, and late deliveries."""
    here = np.flatnonzero(state.alive & (world.birth < week))
    who = here[world.draws.happens("visit", week, here, _visits(world, state, week, here))]
    day = (7 * world.draws.uniform("visit_day", week, who)).astype(np.int64)
    hour = time_of_day(world.draws.uniform("visit_hour", week, who))
    late = np.flatnonzero(orders["late"])
    customer = orders["customer"][late]
    days = 3 + (6 * world.draws.uniform("days_late", week, customer)).astype(np.int64)
    event = world.draws.choice("visit_kind", week, who, [0.65, 0.35])
    rows = {
        "customer": np.concatenate([who, customer]),
        "at": np.concatenate([week * WEEK + day * DAY + hour, orders["at"][late] + days * DAY]),
        "event": np.concatenate([event, np.full(late.size, kinds.EVENTS.index("late_delivery"))]),
        "amount": np.concatenate([np.zeros(who.size), days.astype(np.float64)]),
    }
    return {"activity": rows}


def _visits(world: World, state: State, week: int, who: Ints) -> Floats:
    leaving, own = world.company.leaving, world.hidden.log_rate[who] - world.company.demand.log_rate
    decided = state.leaves[who] - leaving.fade_weeks - 1
    fading = np.clip(week - decided, 0, leaving.fade_weeks)
    rate = np.exp(world.company.visits_log_rate + 0.5 * own + leaving.fade_log_visits * fading)
    return np.asarray(-np.expm1(-rate))

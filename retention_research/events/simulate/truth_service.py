"""KPIs of service, surveys, contacts and points, counted straight from a history."""

from __future__ import annotations

import numpy as np

from retention_research.events.simulate import company as kinds
from retention_research.events.simulate.draws import Bools, Floats, Ints
from retention_research.events.simulate.history import DAY, HOUR, NEVER, History
from retention_research.events.simulate.reading import Reading
from retention_research.events.simulate.truth_purchases import purchases_until, survival

Found = dict[str, tuple[float, int]]  # KPI to its value and the customers it rests on

_FAR = 4_096  # more days than there are
_TIE = 1e-9
_EARN, _REDEEM, _EXPIRE = range(3)
_PROMOTER, _DETRACTOR, _SATISFIED = 9, 6, 4


def service_kpis(history: History, reading: Reading) -> Found:
    """The KPIs of tickets, surveys, contacts and points in the last full period.

    Args:
        history: nothing later than as_of is looked at.
        reading: the study's settings.

    Returns:
        KPI to its value and the customers it rests on; NaN where there are none.
    """
    return (
        _waits(history, reading)
        | _handling(history, reading)
        | _ratings(history, reading)
        | _surveys(history, reading)
        | _contacts(history, reading)
        | points_kpis(history, reading)
    )


def _of_period(at: Ints, reading: Reading) -> Bools:
    day = at // DAY
    return np.asarray((day >= reading.first) & (day <= reading.last))


def _share(yes: Bools | Floats, customer: Ints) -> tuple[float, int]:
    return (float(yes.mean()) if yes.size else np.nan), np.unique(customer).size


def _waits(history: History, reading: Reading) -> Found:
    tickets = history.tickets
    opened = _of_period(tickets.opened_at, reading)
    who = np.unique(tickets.customer[opened]).size
    answer = _hours(tickets.opened_at, tickets.first_response_at, opened, reading)
    solved = _hours(tickets.opened_at, tickets.resolved_at, opened, reading)
    within = _within_target(*answer, tickets.category[opened], reading)
    return {
        "first_response_hours": (median(*answer), who),
        "resolution_hours": (median(*solved), who),
        "sla_share": (within, who),
    }


def _hours(start: Ints, until: Ints, rows: Bools, reading: Reading) -> tuple[Floats, Bools]:
    """Hours waited, open ones to the end of as_of."""
    ended = until[rows] < reading.end
    hours = (np.where(ended, until[rows], reading.end) - start[rows]) / HOUR
    return hours, ended


def median(duration: Floats, event: Bools) -> float:
    """The time by which half have had the event by Kaplan-Meier's curve; NaN if never.

    Where the curve rests at one half, the middle of that rest.

    Example:
        >>> half = np.array([1.0, 2.0, 3.0, 5.0])
        >>> median(half[:3], np.array([True, True, False])), median(half, half > 0.0)
        (2.0, 2.5)
    """
    times, share = survival(duration, event)
    reached = np.flatnonzero(share <= 0.5 + _TIE)
    if not reached.size:
        return np.nan
    below = np.flatnonzero(share < 0.5 - _TIE)
    last = below[0] if share[reached[0]] >= 0.5 - _TIE and below.size else reached[0]
    return float(times[reached[0]] + times[last]) / 2.0


def _within_target(hours: Floats, ended: Bools, category: Ints, reading: Reading) -> float:
    shares, sizes = [], []
    for number, name in enumerate(kinds.TICKET_CATEGORIES):
        mine = category == number
        if name in reading.targets and mine.any():
            times, left = survival(hours[mine], ended[mine])
            place = np.searchsorted(times, reading.targets[name], side="right")
            shares.append(1.0 - np.append(1.0, left)[place])
            sizes.append(mine.sum())
    return float(np.average(shares, weights=sizes)) if sizes else np.nan


def _handling(history: History, reading: Reading) -> Found:
    tickets = history.tickets
    opened = _of_period(tickets.opened_at, reading)
    customer, minutes = tickets.customer[opened], tickets.minutes[opened]
    solved = tickets.resolved_at[opened] < reading.end
    again = tickets.reopened_at[opened] < reading.end
    handled, complaint = solved & (minutes > 0.0), tickets.complaint[opened]
    stuck = tickets.self_service[opened] & ~solved
    rows = purchases_until(history, reading.end)
    orders = rows.orders[rows.day >= reading.first].sum()
    per_order = float(1000.0 * opened.sum() / orders) if orders else np.nan
    return {
        "problem_rate": (per_order, history.customers),
        "handling_minutes": _share(minutes[handled], customer[handled]),
        "resolved_without_reopening": _share(~again[solved], customer[solved]),
        "escalated_share": _share(tickets.level[opened] >= 2, customer),
        "self_service_complaints": _share(stuck[complaint], customer[complaint]),
    }


def _ratings(history: History, reading: Reading) -> Found:
    tickets = history.tickets
    rated = _of_period(tickets.resolved_at, reading) & (tickets.csat > 0)
    return {"csat": _share(tickets.csat[rated] >= _SATISFIED, tickets.customer[rated])}


def _surveys(history: History, reading: Reading) -> Found:
    surveys = history.surveys
    nps = surveys.kind == 0
    answered = nps & _of_period(surveys.at, reading)
    order = np.argsort(surveys.at[answered], kind="stable")
    customer, score = surveys.customer[answered][order], surveys.score[answered][order]
    who, latest = np.unique(customer[::-1], return_index=True)
    last = score[::-1][latest]
    votes = (last >= _PROMOTER).astype(np.float64) - (last <= _DETRACTOR)
    value = 100.0 * float(votes.mean()) if who.size else np.nan
    invited = nps & _of_period(surveys.invited_at, reading)
    silent = surveys.at[invited] >= reading.end
    return {"nps": (value, who.size),
            "nps_non_response": _share(silent, surveys.customer[invited])}  # fmt: skip


def _contacts(history: History, reading: Reading) -> Found:
    contacts = history.contacts
    sent = _of_period(contacts.sent_at, reading)
    reached = sent & contacts.delivered
    acts = contacts.actions[sent] * (contacts.responded_at[sent] < reading.end)
    engaged = contacts.customer[sent][(contacts.opened_at[sent] < reading.end) | (acts > 0)]
    engaged = np.unique(engaged)
    gone = contacts.unsubscribed_at[reached] < reading.end
    per = float(acts.sum() / engaged.size) if engaged.size else np.nan
    return {
        "contact_conversion_rate": _converted(history, reached, reading),
        "contact_conversion_incremental": _incremental(history, reading),
        "unsubscribe_rate": _share(gone, contacts.customer[reached]),
        "actions_per_engagement": (per, engaged.size),
    }


def _converted(history: History, reached: Bools, reading: Reading) -> tuple[float, int]:
    """Customers with a purchase within the window after any contact whose window is over."""
    day = history.contacts.sent_at // DAY
    ripe = reached & (day <= reading.last - reading.conversion_days)
    pairs = np.unique(history.contacts.customer[ripe] * _FAR + day[ripe])
    hit = _buys_after(history, pairs, reading)
    customers = np.unique(pairs // _FAR)
    return _share(np.isin(customers, np.unique(pairs[hit] // _FAR)), customers)


def _incremental(history: History, reading: Reading) -> tuple[float, int]:
    """Share who buy within the window of the assignment, less the control group's."""
    rows = history.assignments
    day = rows.at // DAY
    ripe = _of_period(rows.at, reading) & (day <= reading.last - reading.conversion_days)
    customer, treated, experiment = rows.customer[ripe], rows.arm[ripe] > 0, rows.experiment[ripe]
    bought = _buys_after(history, customer * _FAR + day[ripe], reading)
    lifts, sizes = [], []
    for number in np.unique(experiment):
        one, other = (
            bought[treated & (experiment == number)],
            bought[~treated & (experiment == number)],
        )
        if one.size and other.size:
            lifts.append(one.mean() - other.mean())
            sizes.append(one.size)
    return (float(np.average(lifts, weights=sizes)) if sizes else np.nan), customer.size


def _buys_after(history: History, moments: Ints, reading: Reading) -> Bools:
    """Whether a purchase lies in the window after each moment, a customer's day."""
    rows = purchases_until(history, reading.end)
    bought = rows.customer * _FAR + rows.day
    following = np.append(bought, NEVER)[np.searchsorted(bought, moments, side="right")]
    return np.asarray(following - moments <= reading.conversion_days)


def points_kpis(history: History, reading: Reading) -> Found:
    """Shares of points redeemed and expired by the horizon's age, first in, first out.

    Aalen and Johansen's estimate over points: those still in hand at as_of are censored.
    """
    rewards = history.rewards
    order = np.argsort(rewards.at, kind="stable")
    order = order[np.argsort(rewards.customer[order], kind="stable")]
    order = order[rewards.at[order] < reading.end]
    earned, used = order[rewards.kind[order] == _EARN], order[rewards.kind[order] != _EARN]
    if not earned.size:
        return {"redemption_rate": (np.nan, 0), "breakage_rate": (np.nan, 0)}
    weight, began, ended, kind = _matched(history, earned, used)
    day = np.where(kind == _EARN, reading.last, ended // DAY)
    redeemed, expired = _incidence(day - began // DAY, kind, weight, reading.horizon_days)
    who = np.unique(rewards.customer[earned]).size
    return {"redemption_rate": (redeemed, who), "breakage_rate": (expired, who)}


def _matched(history: History, earned: Ints, used: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Points cut at every border of what was earned and used: weight, from, until, how it ended.

    Each customer's points lie on one line, those of the next customer behind them.
    """
    rewards = history.rewards
    got = np.bincount(rewards.customer[earned], rewards.points[earned], history.customers)
    base = (np.cumsum(got) - got).astype(np.int64)
    tops = [_running(rewards.customer[rows], rewards.points[rows], base) for rows in (earned, used)]
    borders = np.unique(np.concatenate([[0], *tops]))
    weight, top = np.diff(borders), borders[1:]
    source = earned[np.searchsorted(tops[0], top)]
    place = np.minimum(np.searchsorted(tops[1], top), max(used.size - 1, 0))
    sink = used[place] if used.size else source
    ends = (
        (rewards.customer[sink] == rewards.customer[source]) & (tops[1][place] >= top)
        if used.size
        else np.zeros(source.size, np.bool_)
    )
    kind = np.where(ends, rewards.kind[sink], _EARN)
    return weight, rewards.at[source], rewards.at[sink], kind


def _running(customer: Ints, points: Ints, base: Ints) -> Ints:
    """Where each row's points end on the line: the customer's base and the points so far."""
    total = np.cumsum(points)
    before = (total - points)[np.searchsorted(customer, customer, side="left")]
    return np.asarray(base[customer] + total - before)


def _incidence(age: Ints, kind: Ints, weight: Ints, horizon: int) -> tuple[float, float]:
    times = np.unique(age[kind != _EARN])
    at_risk = weight.sum() - np.append(0, np.cumsum(weight[np.argsort(age)]))[
        np.searchsorted(np.sort(age), times, side="left")
    ]  # fmt: skip
    ends = [
        np.bincount(np.searchsorted(times, age[kind == k]), weight[kind == k], times.size)
        for k in (_REDEEM, _EXPIRE)
    ]
    left = np.append(1.0, np.cumprod(1.0 - (ends[0] + ends[1]) / at_risk))[:-1]
    early = times <= horizon
    return tuple(float((left * e / at_risk)[early].sum()) for e in ends)  # type: ignore[return-value]

"""KPIs of purchases, counted straight from a history: the independent check of the reports.

Written down apart from the package's summaries, from the same definitions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retention_research.events.simulate.draws import Bools, Floats, Ints
from retention_research.events.simulate.history import DAY, NEVER, History
from retention_research.events.simulate.reading import Reading

AGES = (30, 60, 90, 180, 365)
_FAR = 1 << 30
_YEAR = 365.25


@dataclass(frozen=True, slots=True, eq=False)
class Purchases:
    """Customers' days with an order that was not given back whole, by customer and day.

    Attributes:
        customer: shape (purchases,). day: numbers from the company's first.
        amount: money, after refunds. orders: on that day.
        first: whether it is the customer's first; gap: days to the next, very long if there is
            none.
    """

    customer: Ints
    day: Ints
    amount: Floats
    orders: Ints
    first: Bools
    gap: Ints


def purchases_until(history: History, end: int) -> Purchases:
    """The purchases placed before a second, with the refunds before it.

    Args:
        history: what happened.
        end: seconds.
    """
    orders = history.orders
    back = np.where(orders.refunded_at < end, orders.refunded, 0.0)
    counts = (orders.at < end) & (np.round(orders.amount - back, 2) > 0.0)
    left = (orders.amount - back)[counts]
    keys, place = np.unique(
        orders.customer[counts] * _FAR + orders.at[counts] // DAY, return_inverse=True
    )
    customer, day = keys // _FAR, keys % _FAR
    first = np.append(True, np.diff(customer) > 0)[: customer.size]
    last = np.append(np.diff(customer) > 0, True)[: customer.size]
    gap = np.where(last, _FAR, np.append(np.diff(day), 0)[: customer.size])
    return Purchases(
        customer, day, np.bincount(place, left, keys.size).astype(np.float64),
        np.bincount(place).astype(np.int64), first, gap.astype(np.int64),
    )  # fmt: skip


def purchase_kpis(history: History, reading: Reading) -> dict[str, tuple[float, int]]:
    """The KPIs of purchases in the last full period.

    Args:
        history: beyond as_of for the value of new customers; else nothing later is looked at.
        reading: the study's settings.

    Returns:
        KPI to its value and the customers it rests on; NaN where there are none.
    """
    rows = purchases_until(history, reading.end)
    return (
        _kept(rows, reading)
        | _again(rows, reading)
        | _frequency(rows, reading)
        | _tenure(rows, reading)
        | _existing(rows, reading)
        | _new(history, rows, reading)
    )


def _active(rows: Purchases, day: int, reading: Reading) -> Ints:
    inside = (rows.day <= day) & (rows.day > day - reading.silence_days)
    return np.unique(rows.customer[inside])


def _kept(rows: Purchases, reading: Reading) -> dict[str, tuple[float, int]]:
    before = _active(rows, reading.first - 1, reading)
    after = _active(rows, reading.last, reading)
    share = _mean(np.isin(before, after))
    return {"crr": (share, before.size), "churn_rate": (1.0 - share, before.size)}


def _again(rows: Purchases, reading: Reading) -> dict[str, tuple[float, int]]:
    day, gap = rows.day[rows.first], rows.gap[rows.first]
    found = {}
    for age in AGES:
        reached = (day + age >= reading.first) & (day + age <= reading.last)
        name = "repeat_purchase_rate" if age == 90 else f"repeat_purchase_rate_{age}d"
        found[name] = (_mean(gap[reached] <= age), int(reached.sum()))
    return found


def _frequency(rows: Purchases, reading: Reading) -> dict[str, tuple[float, int]]:
    born = rows.first & (rows.day < reading.last)
    years = (reading.last - rows.day[born]).sum() / _YEAR
    bought = np.isin(rows.customer, rows.customer[born]).sum()
    return {"purchase_frequency": (_ratio(float(bought), years), int(born.sum()))}


def _tenure(rows: Purchases, reading: Reading) -> dict[str, tuple[float, int]]:
    """Restricted mean to tau, given a tenure above 0."""
    until = reading.last - reading.silence_days
    followed = np.isin(rows.customer, rows.customer[rows.first & (rows.day <= until)])
    customer, day, gap = rows.customer[followed], rows.day[followed], rows.gap[followed]
    begun = day[rows.first[followed]]
    waited = np.where(gap == _FAR, reading.last - day, gap)
    left = waited >= reading.silence_days
    silent, first = np.unique(customer[left], return_index=True)
    ids = customer[rows.first[followed]]
    left_day = np.full(ids.size, until)
    left_day[np.searchsorted(ids, silent)] = day[left][first]
    event, duration = np.isin(ids, silent), left_day - begun
    beyond = duration > 0
    area = restricted_mean(duration[beyond].astype(np.float64), event[beyond], reading.tau_days)
    return {"tenure_mean": (area, int(beyond.sum()))}


def survival(duration: Floats, event: Bools) -> tuple[Floats, Floats]:
    """Kaplan-Meier's curve: the times of events, in order, and the share left after each.

    Args:
        duration: shape (n,).
        event: whether it ended in the event, shape (n,).

    Example:
        >>> survival(np.array([1.0, 2.0, 2.0, 3.0]), np.array([True, True, False, False]))[1]
        array([0.75, 0.5 ])
    """
    times, deaths = np.unique(duration[event], return_counts=True)
    at_risk = duration.size - np.searchsorted(np.sort(duration), times, side="left")
    return times, np.cumprod(1.0 - deaths / at_risk, dtype=np.float64)


def restricted_mean(duration: Floats, event: Bools, tau: float) -> float:
    """The area under the curve up to tau."""
    if duration.size == 0:
        return np.nan
    times, share = survival(duration, event)
    early = times < tau
    edges = np.concatenate([[0.0], times[early], [tau]])
    return float(np.diff(edges) @ np.concatenate([[1.0], share[early]]))


def _existing(rows: Purchases, reading: Reading) -> dict[str, tuple[float, int]]:
    inside = rows.day >= reading.first
    new = np.isin(rows.customer, rows.customer[rows.first & inside])
    total = rows.amount[inside].sum()
    old = rows.amount[inside & ~new].sum()
    return {"existing_revenue_share": (_ratio(old, total), np.unique(rows.customer[inside]).size)}


def _new(history: History, rows: Purchases, reading: Reading) -> dict[str, tuple[float, int]]:
    """Customers won in the period: referred ones, and their value over their cost."""
    won = rows.first & (rows.day >= reading.first)
    who, born = rows.customer[won], rows.day[won]
    referred = _mean(history.people.referred_by[who] >= 0)
    cost = history.people.cost[who].sum()
    value = rows.amount[won].sum() + _later(history, who, born, reading)
    return {
        "referral_share": (referred, who.size),
        "clv_to_cac": (_ratio(reading.margin * value, cost), who.size),
    }


def _later(history: History, who: Ints, born: Ints, reading: Reading) -> float:
    """Discounted spend after the first purchase and within the horizon, as it came to be."""
    rows = purchases_until(history, NEVER)
    start = np.full(history.customers, _FAR)
    start[who] = born
    age = rows.day - start[rows.customer]
    inside = (age > 0) & (age <= reading.horizon_days)
    delta = np.log1p(reading.annual_discount_rate) / _YEAR
    return float(rows.amount[inside] @ np.exp(-delta * age[inside]))


def _mean(values: Bools) -> float:
    return float(values.mean()) if values.size else np.nan


def _ratio(above: float, below: float) -> float:
    return float(above / below) if below else np.nan

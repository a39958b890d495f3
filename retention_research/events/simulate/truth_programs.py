"""What every program truly does: the same customers with and without it, all other chance shared.

Outcomes are those of DEFINITIONS "Programs", over the days (t0, t0 + window]; only customers whose
window is over by the last week count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retention_research.events.simulate.company import Company
from retention_research.events.simulate.draws import Bools, Floats, Ints
from retention_research.events.simulate.history import DAY, NEVER, History
from retention_research.events.simulate.reading import Reading
from retention_research.events.simulate.truth_purchases import purchases_until
from retention_research.events.simulate.weeks import simulate_company
from retention_research.events.simulate.world import Intervention

Effects = dict[tuple[str, ...], float]  # (program, outcome, window, group, level)

OUTCOMES = ("retained", "purchases", "revenue", "margin")
WINDOWS = {
    "mail": (4, 12, 26),
    "club": (12, 26),
    "service_desk": (12, 26),
    "points": (12, 26),
    "come_back": (8, 12, 26),
}
ABOUT = {
    "mail": "promotions, generic or personalised as drawn, against none; over all assigned",
    "mail_generic": "generic promotions against none; over all assigned",
    "mail_personalised": "personalised promotions against none; over all assigned",
    "club": "joining in week t against not joining then (later is open); over those who joined",
    "service_desk": "the roll-out against none; over customers there when their region started",
    "points": "points that count against points that do not; over members, from joining on",
    "come_back": "the offer against none; over all assigned",
}
AGES = 26  # weeks since the start, for the roll-out's path
_GENERIC, _PERSONALISED = 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """One program's two worlds.

    Attributes:
        program: its id. windows: weeks.
        without, treated: histories of the same customers.
        start: last day before the effect by customer, -1 for those not concerned.
        groups: name to group numbers per customer, for heterogeneity, and the groups' names.
    """

    program: str
    windows: tuple[int, ...]
    without: History
    treated: History
    start: Ints
    groups: Mapping[str, tuple[Ints, tuple[str, ...]]]


PAIRED = tuple(name for name in ABOUT if name != "mail")


def program_pairs(
    company: Company, customers: int, seed: int, programs: Sequence[str] = PAIRED
) -> Iterator[Pair]:
    """Programs' two worlds, one program after the other.

    Args:
        company: the parameters.
        customers: how many.
        seed: of all chance.
        programs: of `PAIRED`.

    Yields:
        A pair per program.
    """
    natural = simulate_company(company, customers, seed)
    joined, as_drawn = _joined(natural), _assigned(natural, 0)
    worlds = {
        "mail_generic": (Intervention(mail_arm=0), Intervention(mail_arm=_GENERIC), as_drawn),
        "mail_personalised": (
            Intervention(mail_arm=0), Intervention(mail_arm=_PERSONALISED), as_drawn
        ),
        "club": (Intervention(not_joining=joined // 7), None, joined),
        "service_desk": (Intervention(desk=False), None, _desk_days(natural)),
        "points": (Intervention(points=False), None, joined),
        "come_back": (
            Intervention(come_back_arm=0), Intervention(come_back_arm=1), _assigned(natural, 1)
        ),
    }  # fmt: skip
    for program in programs:
        without, treated, start = worlds[program]
        lacks = simulate_company(company, customers, seed, without)
        has = simulate_company(company, customers, seed, treated) if treated else natural
        yield _pair(program, lacks, has, start)


def _pair(program: str, without: History, treated: History, start: Ints) -> Pair:
    windows = WINDOWS[program.split("_", maxsplit=1)[0] if program.startswith("mail") else program]
    people, hidden = treated.people, treated.hidden
    light = (hidden.log_rate < treated.company.demand.log_rate).astype(np.int64)
    channels = tuple(c.name for c in treated.company.channels)
    groups = {
        "channel": (people.channel, channels),
        "orders_expected": (light, ("many", "few")),
        "first_order": (people.discounted.astype(np.int64), ("full_price", "discounted")),
    }
    return Pair(program, windows, without, treated, start, groups)


def _joined(history: History) -> Ints:
    """Day of joining the club, -1 for who never did."""
    day = np.full(history.customers, -1)
    day[history.memberships.customer] = history.memberships.at // DAY
    return day


def _assigned(history: History, experiment: int) -> Ints:
    rows, day = history.assignments, np.full(history.customers, -1)
    mine = rows.experiment == experiment
    day[rows.customer[mine]] = rows.at[mine] // DAY
    return day


def _desk_days(history: History) -> Ints:
    """The day before the start in the customer's region, for customers of before."""
    start = np.array(history.company.desk_starts())[history.people.region] * 7
    there = (start > 0) & (history.people.acquired_at // DAY < start)
    return np.where(there, start - 1, -1)


def outcomes(history: History, start: Ints, weeks: int, reading: Reading) -> dict[str, Floats]:
    """What customers did in the days (start, start + weeks].

    Args:
        history: what happened.
        start: day by customer, shape (customers,); -1 for those not concerned.
        weeks: length of the window.
        reading: the margin.

    Returns:
        Outcome to its values, shape (customers,).
    """
    rows = purchases_until(history, NEVER)
    begun = start[rows.customer]
    inside = (begun >= 0) & (rows.day > begun) & (rows.day <= begun + 7 * weeks)
    count = np.bincount(rows.customer[inside], minlength=history.customers).astype(np.float64)
    amount = np.bincount(rows.customer[inside], rows.amount[inside], history.customers)
    revenue = amount.astype(np.float64)
    return {
        "retained": (count > 0).astype(np.float64),
        "purchases": count,
        "revenue": revenue,
        "margin": reading.margin * revenue,
    }


def whole_windows(history: History, start: Ints, weeks: int) -> Bools:
    """Customers concerned whose window is over by the last week."""
    return np.asarray((start >= 0) & (start + 7 * weeks < history.weeks * 7))


def program_effects(
    company: Company, customers: int, seed: int, reading: Reading, programs: Sequence[str] = PAIRED
) -> Effects:
    """Mean effects of one company.

    Args:
        company: the parameters.
        customers: how many.
        seed: of all chance.
        reading: the margin.
        programs: of `PAIRED`; both arms of the mail experiment are needed for `mail`.

    Returns:
        (program, outcome, window, group, level) to the mean difference; group and level are "all"
        for everybody. (program, "n", window, group, level) is the number of customers.
    """
    found: Effects = {}
    for pair in program_pairs(company, customers, seed, programs):
        for weeks in pair.windows:
            found |= _effects(pair, weeks, reading)
        if pair.program == "service_desk":
            found |= _by_start(pair, reading) | _by_age(pair, reading)
    return found | _as_drawn(found, company)


def _as_drawn(found: dict[tuple[str, ...], float], company: Company) -> Effects:
    """Both arms of the mail experiment together, in their shares."""
    shares = np.array(company.mail.shares)[[_GENERIC, _PERSONALISED]]
    arms = {key[0] for key in found}
    generic = [key for key in found if key[0] == "mail_generic" and "mail_personalised" in arms]
    return {
        ("mail", *key[1:]): float(
            np.average([found[key], found[("mail_personalised", *key[1:])]], weights=shares)
        )
        for key in generic
    }


def _effects(pair: Pair, weeks: int, reading: Reading) -> Effects:
    who = whole_windows(pair.treated, pair.start, weeks)
    difference = _difference(pair, weeks, reading)
    window = f"{weeks}W"
    found: Effects = {}
    for group, (number, names) in _with_all(pair).items():
        for level, name in enumerate(names):
            mine = who & (number == level)
            found[(pair.program, "n", window, group, name)] = float(mine.sum())
            for outcome in OUTCOMES:
                key = (pair.program, outcome, window, group, name)
                found[key] = _mean(difference[outcome][mine])
    return found


def _with_all(pair: Pair) -> dict[str, tuple[Ints, tuple[str, ...]]]:
    return {"all": (np.zeros(pair.start.size, np.int64), ("all",))} | dict(pair.groups)


def _difference(pair: Pair, weeks: int, reading: Reading) -> dict[str, Floats]:
    treated = outcomes(pair.treated, pair.start, weeks, reading)
    without = outcomes(pair.without, pair.start, weeks, reading)
    return {name: treated[name] - without[name] for name in OUTCOMES}


def _by_start(pair: Pair, reading: Reading) -> Effects:
    """The roll-out's effects by week of the start."""
    found: Effects = {}
    for weeks in pair.windows:
        who = whole_windows(pair.treated, pair.start, weeks)
        difference = _difference(pair, weeks, reading)
        for start in pair.treated.company.desk.starts:
            mine = who & (pair.start == 7 * start - 1)
            if not mine.any():
                continue
            for outcome in OUTCOMES:
                key = (pair.program, outcome, f"{weeks}W", "start_week", str(start))
                found[key] = _mean(difference[outcome][mine])
    return found


def _by_age(pair: Pair, reading: Reading) -> Effects:
    """The roll-out's effect on purchases in each week since the start, customers of before."""
    found: Effects = {}
    for age in range(AGES):
        start = np.where(pair.start >= 0, pair.start + 7 * age, -1)
        who = whole_windows(pair.treated, start, 1)
        moved = Pair(pair.program, (1,), pair.without, pair.treated, start, pair.groups)
        key = (pair.program, "purchases", "1W", "weeks_since_start", str(age))
        found[key] = _mean(_difference(moved, 1, reading)["purchases"][who])
    return found


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else float("nan")


def uplift(
    company: Company,
    customers: int,
    seed: int,
    weeks: int = 12,
    programs: Sequence[str] = PAIRED,
) -> dict[str, Floats | Ints]:
    """What every customer of one company does with and without each program.

    No report may read it: of a real customer one of the two is never seen.

    Args:
        company: the parameters.
        customers: how many.
        seed: of the company whose tables were made.
        weeks: the window.
        programs: of `PAIRED`.

    Returns:
        Columns customer, program (place in `PAIRED`), start (day), and for each outcome
        with_<outcome> and without_<outcome>; rows of customers whose window is over.
    """
    parts = [_both(pair, weeks) for pair in program_pairs(company, customers, seed, programs)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _both(pair: Pair, weeks: int) -> dict[str, Floats | Ints]:
    who = np.flatnonzero(whole_windows(pair.treated, pair.start, weeks))
    worlds = {"with": pair.treated, "without": pair.without}
    columns: dict[str, Floats | Ints] = {
        "customer": who,
        "program": np.full(who.size, PAIRED.index(pair.program)),
        "start": pair.start[who],
    }
    for name, history in worlds.items():
        found = outcomes(history, pair.start, weeks, Reading())
        columns |= {f"{name}_{outcome}": found[outcome][who] for outcome in OUTCOMES}
    return columns

"""Claims of the drivers report beyond what goes with silence: amounts, dates, curves."""

from __future__ import annotations

from retention_research.answers.drivers import Drivers
from retention_research.answers.drivers.finding import NEXT_ORDER, Finding
from retention_research.models.fit import Estimate
from retention_research.wording.claims import Claim
from retention_research.wording.drivers_words import (
    clear,
    name_of,
    phrase,
    sides,
    with_range,
)
from retention_research.wording.numbers import Wording, listed, plural

MOST_STEPS = 3  # drivers whose amounts are drawn


def stepped(found: Drivers) -> list[Finding]:
    """Those clear of chance that come in amounts, by rank."""
    return [one for one in clear(found.findings) if one.doses][:MOST_STEPS]


def by_amount(found: Drivers, wording: Wording) -> Claim | None:
    """Whether more of it goes with more of the difference; None where nothing comes in amounts."""
    some = stepped(found)
    if not some:
        return None
    straight = [one for one in some if one.evidence.in_order]
    bent = [name_of(one) for one in some if one.evidence.in_order is False]
    parts = [_in_step(one) for one in straight]
    parts += [f"with {listed(bent)}, silence goes up and down instead of in step"] * bool(bent)
    told = " ".join(_steps(one, wording) for one in some)
    names = [f"drivers.{found.keys[one.driver.name]}.risk_difference" for one in some]
    title = "; ".join(parts)
    return Claim(
        "by-amount",
        title[:1].upper() + title[1:],
        f"{told} From the least of it to the most, everything else as it is.",
        names,
    )


def _in_step(one: Finding) -> str:
    direction = "more" if one.evidence.sign > 0 else "fewer"
    return f"with every step up of {name_of(one)}, {direction} customers fall silent"


def _steps(one: Finding, wording: Wording) -> str:
    risks = [wording.share(dose.risk.estimate) for dose in one.doses]
    name = name_of(one)
    return f"{name[:1].upper()}{name[1:]}: {listed(risks, 'then')} fall silent."


def over_time(found: Drivers, wording: Wording) -> Claim | None:
    """Whether directions hold on every date; None with one date or nothing clear."""
    seen = [one for one in clear(found.findings) if len(one.evidence.landmarks) > 1]
    if not seen:
        return None
    everywhere = [one for one in seen if len(one.evidence.landmarks) == len(found.landmarks)]
    steady = [one for one in everywhere if set(one.evidence.landmarks) == {one.evidence.sign}]
    dates = wording.count(len(found.landmarks))
    title = (
        f"{len(steady)} of {len(seen)} {plural(len(seen), 'link')} only observed "
        f"{plural(len(steady), 'points', 'point')} the same way on all {dates} dates"
    )
    told = f"They are: {listed([phrase(one, wording) for one in steady])}. " if steady else ""
    partly = [phrase(one, wording) for one in seen if one not in everywhere]
    told += f"Not on every date could be judged: {listed(partly)}. " if partly else ""
    names = [f"drivers.{found.keys[one.driver.name]}.evidence" for one in seen]
    return Claim("over-time", title, f"{told}A link that turns round from date to date is not "
                 "something to build on.", names)  # fmt: skip


def next_order(found: Drivers, wording: Wording) -> Claim | None:
    """How much sooner or later the next order comes; None where no curve could be drawn."""
    if found.curves.empty:
        return None
    drawn = [one for one in found.findings if one.driver.name in set(found.curves["driver"])]
    ends = {one.driver.name: _at_the_end(found, one, wording) for one in drawn}
    weeks = int(found.curves["after_weeks"].max())
    others = [f"{name_of(one)}: {ends[one.driver.name]}" for one in drawn[1:]]
    more = f" Of the others after {weeks} weeks: {'; '.join(others)}." if others else ""
    return Claim(
        "next-order",
        f"Share not back {weeks} weeks after an order, by {name_of(drawn[0])}: "
        f"{ends[drawn[0].driver.name]}",
        "These curves follow every order to the next one: what they say does not depend on a "
        "date or on when a customer counts as silent. Each pair is of the same orders, everything "
        f"else as it is{_of_customers(drawn[0], wording)}.{more}",
        [f"cox.{found.keys[one.driver.name]}.hazard_ratio" for one in drawn],
    )


def _of_customers(one: Finding, wording: Wording) -> str:
    n = one.customers.get(NEXT_ORDER)
    return f", of {wording.count(n)} customers" if n else ""


def _at_the_end(found: Drivers, one: Finding, wording: Wording) -> str:
    """Both sides of a curve at its last week, each with its range."""
    curves = found.curves[found.curves["driver"] == one.driver.name]
    last = {str(row.side): row for row in curves.groupby("side").tail(1).itertuples()}
    return ", ".join(
        f"{name} {wording.share(row.not_back)} "
        f"({wording.share(row.share_low)} to {wording.share(row.share_high)})"
        for side, name in sides(one, wording).items()
        for row in [last[side]]
    )


def refused(found: Drivers, wording: Wording) -> Claim | None:
    """Why ever-members are not compared with the others; None where there is no program."""
    if not found.ever_members:
        return None
    one = found.ever_members[0]
    key = found.keys.get(one.driver.name)
    names = [f"drivers.{key}.naive_hazard_ratio", f"cox.{key}.hazard_ratio"] if key else []
    return Claim(
        "ever-members",
        "Comparing whoever ever joined with everybody else is refused: it makes any program look "
        "good",
        f"Somebody who left early had no time to join. Over all their orders, customers who were "
        f"ever {one.driver.heading} order again {_times(one.naive, wording)} as fast as the "
        f"others; counted from the day they joined on, {_times(one.corrected, wording)}. Only the "
        "second is used here, and it is still no effect: who joins is not drawn.",
        names,
    )


def _times(ratio: Estimate, wording: Wording) -> str:
    return f"{with_range(ratio, wording)} times"

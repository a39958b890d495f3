"""Claims of the drivers report beyond what goes with silence: amounts, dates, curves, scenarios."""

from __future__ import annotations

from retention_research.answers.drivers import Drivers
from retention_research.answers.drivers.findings import Finding
from retention_research.answers.drivers.scenarios import Scenario
from retention_research.models.fit import Estimate
from retention_research.values import Value
from retention_research.wording.claims import Claim
from retention_research.wording.drivers_words import clear, name_of, phrase, with_range
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
    straight = [name_of(one) for one in some if one.evidence.in_order]
    bent = [name_of(one) for one in some if one.evidence.in_order is False]
    parts = [f"step by step with {listed(straight)}"] if straight else []
    parts += [f"not in step with {listed(bent)}"] if bent else []
    risks = [dose.risk.estimate for dose in some[0].doses]
    so_what = (
        f"With {name_of(some[0])}, from the lowest to the highest group, "
        f"{listed([wording.share(risk) for risk in risks], 'then')} fall silent, everything else "
        "as it is. What moves in step is more likely to be behind the difference."
    )
    names = [f"drivers.{found.keys[one.driver.name]}.risk_difference" for one in some]
    return Claim("by-amount", f"Silence moves {', and '.join(parts)}", so_what, names)


def over_time(found: Drivers, wording: Wording) -> Claim | None:
    """Whether directions hold on every date; None with one date or nothing clear."""
    seen = [one for one in clear(found.findings) if len(one.evidence.landmarks) > 1]
    if not seen:
        return None
    steady = [one for one in seen if set(one.evidence.landmarks) == {one.evidence.sign}]
    dates = wording.count(len(found.landmarks))
    title = (
        f"{len(steady)} of {len(seen)} {plural(len(seen), 'link')} found "
        f"{plural(len(steady), 'points', 'point')} the same way on all {dates} dates"
    )
    told = f"They are: {listed([phrase(one, wording) for one in steady])}. " if steady else ""
    names = [f"drivers.{found.keys[one.driver.name]}.evidence" for one in seen]
    return Claim("over-time", title, f"{told}A link that turns round from date to date is not "
                 "something to build on.", names)  # fmt: skip


def next_order(found: Drivers, wording: Wording) -> Claim | None:
    """How much sooner or later the next order comes; None where no curve could be drawn."""
    if found.curves.empty:
        return None
    drawn = [one for one in found.findings if one.driver.name in set(found.curves["driver"])]
    first = drawn[0]
    ends = found.curves[found.curves["driver"] == first.driver.name].groupby("side").tail(1)
    left = dict(zip(ends["side"], ends["not_back"], strict=True))
    weeks = int(ends["after_weeks"].iloc[0])
    return Claim(
        "next-order",
        f"After {weeks} weeks {wording.share(left['high'])} have not ordered again with "
        f"{phrase(first, wording)}, {wording.share(left['low'])} without",
        "These curves follow every order to the next one: what they say does not depend on a "
        "date or on when a customer counts as silent. Each pair is of the same orders, once with "
        "it and once without.",
        [f"cox.{found.keys[one.driver.name]}.hazard_ratio" for one in drawn],
    )


def moved(found: Drivers, wording: Wording) -> Claim | None:
    """What would change if drivers moved; None where nothing clear can be moved."""
    if not found.scenarios:
        return None
    first = found.scenarios[0]
    name = f"drivers.{found.keys[first.finding.driver.name]}.scenario"
    change = found.values[f"{name}.silent_change"]
    names = [f"drivers.{found.keys[one.finding.driver.name]}.scenario.silent_change"
             for one in found.scenarios]  # fmt: skip
    return Claim(
        "scenario",
        f"Scenario: if {moved_to(first, wording)}, "
        f"{_points(change, wording)} of those concerned would fall silent",
        "A scenario takes each link for an effect, one at a time, for the customers who were "
        "active on the last date; where the link is only partly an effect, so is the change. "
        "Joining a program and giving a score are the customer's own doing: those rows say what "
        "goes with it, not what a company could order. "
        "Money: customers kept would buy as those did who bought after that date, number of "
        "purchases times money per purchase times margin.",
        names,
    )


def _points(change: Value, wording: Wording) -> str:
    direction = "fewer" if change.number < 0 else "more"
    size = wording.number(100 * abs(change.number), 2)
    low, high = sorted(100 * abs(end or 0.0) for end in (change.conf_low, change.conf_high))
    return f"{size} in 100 {direction} ({wording.number(low, 2)} to {wording.number(high, 2)})"


def moved_to(one: Scenario, wording: Wording) -> str:
    """Where a scenario puts everybody."""
    finding, contrast = one.finding, one.finding.main.contrast
    worse = finding.difference > 0
    name = f"\u201c{name_of(finding)}\u201d"
    if contrast.level:
        return f"{name} were {contrast.reference if worse else contrast.level} for all"
    if finding.driver.kind == "yes_no" or contrast.low_at is None or contrast.high_at is None:
        return f"{name} were true of {'nobody' if worse else 'everybody'}"
    bound = wording.number(contrast.low_at if worse else contrast.high_at, 2)
    return f"{name} were at {'most' if worse else 'least'} {bound} for all"


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

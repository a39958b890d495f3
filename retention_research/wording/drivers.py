"""Sentences of the drivers report."""

from __future__ import annotations

from retention_research.answers.drivers import Drivers
from retention_research.answers.drivers.finding import Finding
from retention_research.answers.drivers.grades import CHANCE
from retention_research.study import Study
from retention_research.values import Value
from retention_research.wording.claims import Claim
from retention_research.wording.drivers_by_lot import by_lot
from retention_research.wording.drivers_scenarios import moved_to, offered, scenario_name
from retention_research.wording.drivers_words import (
    ALL_GRADES,
    HOW_SURE,
    clear,
    experiment_of,
    name_of,
    of_hundred,
    phrase,
    sentence,
)
from retention_research.wording.numbers import Wording, listed, plural
from retention_research.wording.tiles import Tile

__all__ = [
    "ALL_GRADES", "effects_caption", "effects_note", "limits", "not_clear", "observed", "opening",
    "scenario_caption", "tiles",
]  # fmt: skip
_SILENT = "drivers.silent_share"


def opening(found: Drivers, wording: Wording) -> tuple[str, str, str]:
    """The answer, what it is worth, and the decision it supports."""
    return _answer(found, wording), _worth(found, wording), _decision(found)


def _answer(found: Drivers, wording: Wording) -> str:
    share = found.values[_SILENT]
    base = (
        f"Of 100 customers who had bought lately, about {round(100 * share.number)} bought nothing "
        f"in the next {wording.days(found.horizon_days)}."
    )
    seen = clear(found.findings)
    if not seen:
        return f"{base} {_nothing(found)}"
    drawn = [by_lot(one, wording) for one in seen if one.driver.randomised]
    rest = [one for one in seen if not one.driver.randomised]
    told = [f"{phrase(one, wording)} ({_more_or_fewer(found, one, wording)})" for one in rest[:3]]
    counted = (
        f"Of {_things(found)} looked at, {len(seen)} {plural(len(seen), 'goes', 'go')} with that "
        "beyond chance."
    )
    most = f"Of what was only observed, most of all: {listed(told)}." if told else ""
    return " ".join(filter(None, [base, *drawn, counted, most]))


def _things(found: Drivers) -> str:
    n = len(found.findings)
    return f"{n} {plural(n, 'thing')}"


def _more_or_fewer(found: Drivers, one: Finding, wording: Wording) -> str:
    size, between = of_hundred(_difference(found, one), wording)
    return f"{size} of every 100, {between}"


def _nothing(found: Drivers) -> str:
    if not found.findings:
        return "Nothing that is known of them could be held against it."
    return f"Of {_things(found)} looked at, none goes with that by more than chance would give."


def _difference(found: Drivers, one: Finding) -> Value:
    return found.values[f"drivers.{found.keys[one.driver.name]}.risk_difference"]


def _worth(found: Drivers, wording: Wording) -> str:
    told = offered(found)
    if not told or told[0].value_change is None:
        return "No amount of money can be put on it from these data."
    best, name = told[0], scenario_name(found, told[0])
    more = f"bring {wording.with_interval(found.values[f'{name}.value_change'])} more margin"
    within = wording.days(found.horizon_days)
    if best.finding.driver.randomised:
        return (
            f"Scenario, not a forecast: if {moved_to(best, wording)}, those "
            f"{wording.count(best.customers)} would {more} in {within}."
        )
    return (
        f"Scenario, not a forecast: if {moved_to(best, wording)}, and if the link were its effect, "
        f"the {wording.count(best.customers)} customers concerned, of whom it moves "
        f"{wording.count(best.moved)}, would {more} in {within} from {_last_day(found, wording)} "
        "on."
    )


def _decision(found: Drivers) -> str:
    if not clear(found.findings):
        return (
            "Do not act on differences between groups of customers that this page shows: chance "
            "gives as much. More customers, or more that is known of them, would tell more."
        )
    drawn = [one for one in clear(found.findings) if one.driver.randomised]
    if drawn:
        names = listed([experiment_of(one) for one in drawn])
        return (
            f"Act on what chance decided ({names}): there, the difference is the effect. Use the "
            "rest to choose what to try out next on customers drawn by lot; do not conclude from "
            "it that changing one of these things would keep customers."
        )
    return (
        "Use it to choose what to try out next on customers drawn by lot. Do not conclude that "
        "changing one of these things would keep customers: no draw decided who had them."
    )


def tiles(found: Drivers, wording: Wording) -> list[Tile]:
    """The headline numbers: how many fall silent, and the first three things that go with it."""
    share = found.values[_SILENT]
    note = f"of {wording.count(share.n or 0)} active customers on {_last_day(found, wording)}"
    within = f"Buy nothing in {wording.days(found.horizon_days)}"
    head = Tile(within, wording.value(share), wording.interval(share), note, _SILENT)
    lot_first = sorted(clear(found.findings), key=lambda one: not one.driver.randomised)
    return [head, *(_tile(found, one, wording) for one in lot_first[:3])]


def _tile(found: Drivers, one: Finding, wording: Wording) -> Tile:
    size, between = of_hundred(_difference(found, one), wording)
    name = f"drivers.{found.keys[one.driver.name]}.risk_difference"
    note = f"of 100 customers fall silent: {HOW_SURE[one.evidence.grade]}"
    return Tile(sentence(phrase(one, wording)), size, between, note, name)


def _last_day(found: Drivers, wording: Wording) -> str:
    return wording.day(found.landmarks[-1])


def observed(found: Drivers, wording: Wording) -> Claim:
    """Everything that was only observed and goes with silence, the surest first."""
    seen = [one for one in clear(found.findings) if not one.driver.randomised]
    firm = [one for one in seen if one.evidence.grade != "associated"]
    rest = [one for one in seen if one not in firm] if firm else []
    names = [f"drivers.{found.keys[one.driver.name]}.risk_difference" for one in found.findings]
    less_sure = (
        f" Less sure, as a check failed: {listed([phrase(one, wording) for one in rest])}."
        if rest
        else ""
    )
    return Claim("what-goes-with-silence", _observed_title(firm or seen, wording),
                 f"{_about(found, wording)}{less_sure}", names)  # fmt: skip


def _observed_title(seen: list[Finding], wording: Wording) -> str:
    """Every one of them: none of the same grade is left out."""
    if not seen:
        return "Nothing that was only observed goes with falling silent beyond chance"
    more = [phrase(one, wording) for one in seen if one.difference > 0]
    less = [phrase(one, wording) for one in seen if one.difference < 0]
    parts = [f"More customers fall silent with {listed(more)}"] if more else []
    parts += [
        f"fewer with {listed(less)}" if more else f"Fewer customers fall silent with {listed(less)}"
    ] * bool(less)
    return "; ".join(parts)


def _about(found: Drivers, wording: Wording) -> str:
    dates = len(found.landmarks)
    drawn = (
        ""
        if found.drawn_from is None
        else f" They were drawn evenly from {wording.count(found.drawn_from)}."
    )
    return (
        f"{wording.value(found.values['drivers.customers'])} customers were looked at on {dates} "
        f"{plural(dates, 'date')}, each time those who had bought in the "
        f"{wording.days(found.silence_days)} before: what was known of them then, and whether they "
        f"bought in the next {wording.days(found.horizon_days)}. Customers are compared who had "
        f"bought alike until then.{drawn} These are associations: something else may lie behind "
        "them."
    )


def not_clear(found: Drivers, wording: Wording) -> Claim | None:
    """What was looked at and is not told apart from chance; None where everything is."""
    unclear = [one for one in found.findings if not one.evidence.clear]
    if not unclear:
        return None
    names = listed([name_of(one) for one in unclear])
    apart = [name_of(one) for one in unclear if _lies_apart(one)]
    even = (
        f" That holds for {listed(apart)} too, though the range is clear of no difference: it is "
        "of that comparison alone."
        if apart
        else ""
    )
    return Claim(
        "not-clear-of-chance",
        f"{wording.count(len(unclear))} of {_things(found)} looked at "
        f"{plural(len(unclear), 'is', 'are')} not told apart from chance",
        f"{sentence(names)}: differences as large as these come about by chance when so many "
        f"things are looked at.{even} That is no proof that they do not matter.",
        [f"drivers.{found.keys[one.driver.name]}.p_value" for one in unclear],
    )


def _lies_apart(one: Finding) -> bool:
    gap = one.main.effect.difference
    assert gap.conf_low is not None  # differences of shares have intervals
    assert gap.conf_high is not None
    return gap.conf_low > 0.0 or gap.conf_high < 0.0


def limits(found: Drivers, study: Study, wording: Wording) -> list[str]:
    """What not to conclude, and what is taken for granted."""
    sentences = [
        "An association is not an effect: customers who have one thing may differ in others that "
        "no table shows. Only what chance decided shows an effect.",
        "Somebody who has already left but bought within the last "
        f"{wording.days(found.silence_days)} still counts as active: what happened some weeks "
        "before a date also holds who left because of it before that date.",
        f"Falling silent means no purchase within {wording.days(found.horizon_days)}; some come "
        "back later.",
    ]
    sentences += _of_what_was_looked_at(found)
    if found.thin:
        sentences.insert(
            0,
            "Few customers fell silent, or few did not, for the number of things taken into "
            "account: differences tend to look larger and surer than they are.",
        )
    if found.drawn_from is not None:
        sentences.append(
            f"Only some of {wording.count(found.drawn_from)} customers were looked at, drawn "
            "evenly: ranges are wider than of all of them."
        )
    if not study.cohort_complete:
        sentences.append(
            "Customers who may have bought before the data begin are among those looked at; their "
            "first order is unknown."
        )
    return sentences


def _of_what_was_looked_at(found: Drivers) -> list[str]:
    """What holds of scores, programs and columns of customers, where there are any."""
    seen = [one.driver for one in found.findings]
    undated = [one.heading for one in seen if one.source == "customers"]
    limits = {
        "Scores are a noisy measure of satisfaction: what goes with satisfaction itself is larger "
        "than what goes with a score, and who does not answer is compared apart.": any(
            one.name in ("survey_score", "csat") for one in seen
        ),
        "Joining a program is the customer's choice, most often of those who would have stayed "
        "anyway: the difference between members and others is no effect of the program.": any(
            one.source == "memberships" for one in seen
        ),
        f"Columns of the table of customers ({listed(undated)}) have no date: they are as they "
        "stand in it today, and may have been written after a customer fell silent.": bool(undated),
    }
    return [words for words, applies in limits.items() if applies]


def effects_caption(found: Drivers, wording: Wording) -> str:
    """The caption of the table of everything looked at."""
    return (
        f"How many more or fewer of 100 buy nothing in {wording.days(found.horizon_days)} with it; "
        "those clear of chance first, by size"
    )


def effects_note(found: Drivers, wording: Wording) -> str:
    """How the table of everything looked at is read."""
    return (
        "In the table: as if everybody had it, held against nobody, everything else as it is; of "
        "several levels, the one furthest beyond chance. Each range is of that comparison alone; "
        f"the last column says how often chance gives as much where {_things(found)} are looked "
        f"at, and counts as clear below {wording.share(CHANCE)}."
    )


def scenario_caption(found: Drivers, wording: Wording) -> str:
    """The caption of the table of scenarios."""
    return (
        f"Scenarios for customers active on {_last_day(found, wording)}, or drawn by lot: silence "
        f"and margin in {wording.days(found.horizon_days)}, one thing moved at a time"
    )

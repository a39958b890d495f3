"""Sentences of the drivers report."""

from __future__ import annotations

from retention_research.answers.driver_rows import HAPPENED, SERVED
from retention_research.answers.drivers import Drivers
from retention_research.answers.drivers.findings import Finding
from retention_research.answers.drivers.scenarios import Scenario
from retention_research.study import Study
from retention_research.values import Value
from retention_research.wording.claims import Claim
from retention_research.wording.drivers_sections import moved_to
from retention_research.wording.drivers_words import (
    ALL_GRADES,
    HOW_SURE,
    clear,
    more_or_fewer,
    name_of,
    of_hundred,
    phrase,
)
from retention_research.wording.numbers import Wording, listed, plural
from retention_research.wording.tiles import Tile

__all__ = [
    "ALL_GRADES", "by_design", "effects_caption", "limits", "not_clear", "observed", "opening",
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
    drawn = [one for one in seen if one.driver.randomised][:1]
    rest = [one for one in seen if not one.driver.randomised][: 3 - len(drawn)]
    told = [f"{phrase(one, wording)} ({_more_or_fewer(found, one, wording)})" for one in rest]
    chance = [
        f"Chance decided one of them, so there it is the effect: with {phrase(one, wording)}, "
        f"{_fall_silent(found, one, wording)}."
        for one in drawn
    ]
    most = f"Most of all, among what was only observed: {listed(told)}." if told else ""
    counted = (
        f"Of {_things(found)} looked at, {len(seen)} {plural(len(seen), 'goes', 'go')} with that "
        "beyond chance."
    )
    return " ".join(filter(None, [base, counted, most, *chance]))


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


def _fall_silent(found: Drivers, one: Finding, wording: Wording) -> str:
    return f"{more_or_fewer(_difference(found, one), wording)} fall silent"


def _difference(found: Drivers, one: Finding) -> Value:
    return found.values[f"drivers.{found.keys[one.driver.name]}.risk_difference"]


def _worth(found: Drivers, wording: Wording) -> str:
    best = _best(found)
    if best is None or best.value_change is None:
        return "No amount of money can be put on it from these data."
    value = found.values[f"{_scenario_name(found, best)}.value_change"]
    return (
        f"Scenario, not a forecast: if {moved_to(best, wording)}, and if the link were its effect, "
        f"the {wording.count(best.customers)} active customers it concerns would bring "
        f"{wording.with_interval(value)} more margin in {wording.days(found.horizon_days)}."
    )


def _best(found: Drivers) -> Scenario | None:
    """The scenario with the most money in it: of what a company does, if there is any.

    Joining a program and giving a score are the customer's own doing.
    """
    priced = [one for one in found.scenarios if one.value_change is not None]
    done = [one for one in priced if one.finding.driver.stage in (HAPPENED, SERVED)]
    return max(
        done or priced,
        key=lambda one: one.value_change.estimate if one.value_change else 0.0,
        default=None,
    )


def _scenario_name(found: Drivers, one: Scenario) -> str:
    return f"drivers.{found.keys[one.finding.driver.name]}.scenario"


def _decision(found: Drivers) -> str:
    if not clear(found.findings):
        return (
            "Do not act on differences between groups of customers that this page shows: chance "
            "gives as much. More customers, or more that is known of them, would tell more."
        )
    drawn = [one for one in clear(found.findings) if one.driver.randomised]
    if drawn:
        names = listed([_experiment(one) for one in drawn])
        return (
            f"Act on what chance decided ({names}): there, the difference is the effect. Use the "
            "rest to choose what to try out next on customers drawn by lot; do not conclude from "
            "it that changing one of these things would keep customers."
        )
    return (
        "Use it to choose what to try out next on customers drawn by lot. Do not conclude that "
        "changing one of these things would keep customers: no draw decided who had them."
    )


def _experiment(one: Finding) -> str:
    return one.driver.heading.removeprefix("group of ")


def tiles(found: Drivers, wording: Wording) -> list[Tile]:
    """The headline numbers: how many fall silent, and the first three things that go with it."""
    share = found.values[_SILENT]
    note = f"of {wording.count(share.n or 0)} active customers on {_last_day(found, wording)}"
    within = f"Buy nothing in {wording.days(found.horizon_days)}"
    head = Tile(within, wording.value(share), wording.interval(share), note, _SILENT)
    return [head, *(_tile(found, one, wording) for one in clear(found.findings)[:3])]


def _tile(found: Drivers, one: Finding, wording: Wording) -> Tile:
    size, between = of_hundred(_difference(found, one), wording)
    name = f"drivers.{found.keys[one.driver.name]}.risk_difference"
    note = f"customers fall silent: {HOW_SURE[one.evidence.grade]}"
    return Tile(_sentence(phrase(one, wording)), f"{size} of 100", between, note, name)


def _last_day(found: Drivers, wording: Wording) -> str:
    return wording.day(found.landmarks[-1])


def observed(found: Drivers, wording: Wording) -> Claim:
    """Everything that was looked at, by size."""
    seen = [one for one in clear(found.findings) if not one.driver.randomised]
    names = [f"drivers.{found.keys[one.driver.name]}.risk_difference" for one in found.findings]
    return Claim("what-goes-with-silence", _observed_title(seen, wording), _about(found, wording),
                 names)  # fmt: skip


def _observed_title(seen: list[Finding], wording: Wording) -> str:
    if not seen:
        return "Nothing that was only observed goes with falling silent beyond chance"
    more = [phrase(one, wording) for one in seen if one.difference > 0][:2]
    less = [phrase(one, wording) for one in seen if one.difference < 0][:1]
    parts = [f"more customers fall silent with {listed(more)}"] if more else []
    parts += [
        f"fewer with {listed(less)}" if more else f"fewer fall silent with {listed(less)}"
    ] * bool(less)
    told = "; ".join(parts)
    return told[:1].upper() + told[1:]


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


def by_design(found: Drivers, wording: Wording) -> Claim | None:
    """What chance decided; None where nothing was drawn."""
    drawn = [one for one in found.findings if one.driver.randomised]
    if not drawn:
        return None
    told = [_effect_of(found, one, wording) for one in drawn]
    names = [f"drivers.{found.keys[one.driver.name]}.risk_difference" for one in drawn]
    first = drawn[0]
    changes = "changes" if first.evidence.clear else "does not clearly change"
    return Claim(
        "decided-by-chance",
        f"{_sentence(phrase(first, wording))} {changes} how many fall silent",
        f"{' '.join(told)} Customers were drawn by lot and are compared from the day of the draw "
        "on, whatever happened afterwards; only those who were drawn, and who had bought lately.",
        names,
    )


def _effect_of(found: Drivers, one: Finding, wording: Wording) -> str:
    n = wording.count(one.main.effect.n)
    return (
        f"{_sentence(phrase(one, wording))}: {_fall_silent(found, one, wording)}, over "
        f"{n} customers."
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def not_clear(found: Drivers, wording: Wording) -> Claim | None:
    """What was looked at and is not told apart from chance; None where everything is."""
    unclear = [one for one in found.findings if not one.evidence.clear]
    if not unclear:
        return None
    names = listed([name_of(one) for one in unclear])
    return Claim(
        "not-clear-of-chance",
        f"{wording.count(len(unclear))} of {_things(found)} looked at "
        f"{plural(len(unclear), 'is', 'are')} not told apart from chance",
        f"{_sentence(names)}: differences as large as these come about by chance when so many "
        "things are looked at. That is no proof that they do not matter.",
        [f"drivers.{found.keys[one.driver.name]}.p_value" for one in unclear],
    )


def limits(found: Drivers, study: Study, wording: Wording) -> list[str]:
    """What not to conclude, and what is taken for granted."""
    sentences = [
        "An association is not an effect: customers who have one thing may differ in others that "
        "no table shows. Only what chance decided shows an effect.",
        "Somebody who has already left but bought within the last "
        f"{wording.days(found.silence_days)} still counts as active: what happened some weeks "
        "before a date also holds who left because of it before that date.",
        "Scores are a noisy measure of satisfaction: what goes with satisfaction itself is larger "
        "than what goes with a score, and who does not answer is compared apart.",
        f"Falling silent means no purchase within {wording.days(found.horizon_days)}; some come "
        "back later.",
        "Joining a program is the customer's choice, most often of those who would have stayed "
        "anyway: the difference between members and others is no effect of the program.",
    ]
    if found.thin:
        sentences.insert(
            0,
            "Few customers fell silent, or few did not, for the number of things taken into "
            "account: differences tend to look larger and surer than they are.",
        )
    if not study.cohort_complete:
        sentences.append(
            "Customers who may have bought before the data begin are among those looked at; their "
            "first order is unknown."
        )
    return sentences


def effects_caption(found: Drivers, wording: Wording) -> str:
    """The caption of the table of everything looked at."""
    return (
        f"Share who buy nothing in {wording.days(found.horizon_days)}, if everybody had it and if "
        "nobody had, everything else as it is; by size, those clear of chance first"
    )


def scenario_caption(found: Drivers, wording: Wording) -> str:
    """The caption of the table of scenarios."""
    return (
        f"Scenarios for customers active on {_last_day(found, wording)}: share silent and margin "
        f"in {wording.days(found.horizon_days)}, one driver moved at a time"
    )

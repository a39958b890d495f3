"""What would change if a driver moved: which scenario leads, and how each is called."""

from __future__ import annotations

from retention_research.answers.driver_rows import HAPPENED, SERVED
from retention_research.answers.drivers import Drivers
from retention_research.answers.drivers.finding import Finding
from retention_research.answers.drivers.scenarios import Scenario
from retention_research.wording.claims import Claim
from retention_research.wording.drivers_words import (
    amount_of,
    clear,
    experiment_of,
    more_or_fewer,
    name_of,
    phrase,
)
from retention_research.wording.numbers import Wording, listed, plural

# a level of what happened, as what would hold of everybody
_LEVELS = {
    "slow_resolution": "every complaint were {level}",
    "late_response": "every ticket were answered {level}",
    "ticket_channel": "every ticket came by {level}",
}
# what is or is not, as what would hold of nobody and of everybody
_YES_NO = {
    "first_order_discounted": ("no first order were at a discount",
                               "every first order were at a discount"),
    "discount_share": ("nobody had bought at a discount lately",
                       "everybody had bought at a discount lately"),
    "returned": ("nobody had given anything back lately",
                 "everybody had given something back lately"),
    "complaint": ("nobody had complained lately", "everybody had complained lately"),
}  # fmt: skip


def offered(found: Drivers) -> list[Scenario]:
    """The scenarios that may be told, the leading one first.

    What chance decided comes first, for there the link is an effect; then what a company does,
    then what is the customer's own doing; of two alike, the one that moves more money or silence.
    Links that fail a check are withheld: a scenario would take for an effect what is not steady.
    """
    firm = ("randomised", "quasi-experimental", "robust association")
    told = [one for one in found.scenarios if one.finding.evidence.grade in firm]
    return sorted(told, key=_place)


def _place(one: Scenario) -> tuple[object, ...]:
    driver = one.finding.driver
    money = one.value_change.estimate if one.value_change else 0.0
    silent = one.effect.difference.estimate * one.customers
    return not driver.randomised, driver.stage not in (HAPPENED, SERVED), -money, silent


def scenario_name(found: Drivers, one: Scenario) -> str:
    """Where the values of a scenario are kept."""
    return f"drivers.{found.keys[one.finding.driver.name]}.scenario"


def moved(found: Drivers, wording: Wording) -> Claim | None:
    """What would change if drivers moved; None where nothing can be moved."""
    told = offered(found)
    if not told:
        return None
    change = found.values[f"{scenario_name(found, told[0])}.silent_change"]
    return Claim(
        "scenario",
        f"Scenario: if {moved_to(told[0], wording)}, "
        f"{more_or_fewer(change, wording)} of those it concerns would fall silent",
        f"{_what_it_takes(told)}{_own_doing(told)}"
        "Money: customers kept would buy as those did who bought after that date, number of "
        f"purchases times money per purchase times margin.{_withheld(found, wording)}",
        [f"{scenario_name(found, one)}.silent_change" for one in told],
    )


def _what_it_takes(told: list[Scenario]) -> str:
    drawn = [one for one in told if one.finding.driver.randomised]
    by_lot = (
        "What chance decided is an effect: there, all who were drawn are held against none of "
        "them having it. "
    )
    link = (
        "Otherwise a scenario takes a link for an effect, one at a time, for the customers who "
        "were active on the last date; where the link is only partly an effect, so is the change. "
    )
    if len(drawn) == len(told):
        return by_lot
    return by_lot + link if drawn else link.replace("Otherwise a", "A")


def _own_doing(told: list[Scenario]) -> str:
    if all(one.finding.driver.stage in (HAPPENED, SERVED) for one in told):
        return ""
    return (
        "Joining a program and giving a score are the customer's own doing: such rows say what "
        "goes with it, not what a company could order. "
    )


def _withheld(found: Drivers, wording: Wording) -> str:
    weak = [one for one in clear(found.findings) if one.driver.name in found.withheld]
    if not weak:
        return ""
    names = listed([phrase(one, wording) for one in weak], "or")
    return (
        f" No scenario is told for {names}: {plural(len(weak), 'that link fails', 'those fail')} a "
        "check."
    )


def moved_to(one: Scenario, wording: Wording) -> str:
    """Where a scenario puts everybody, as a clause after `if`."""
    finding, contrast = one.finding, one.finding.main.contrast
    worse = finding.difference > 0
    if finding.driver.randomised:
        who, rest = ("nobody", "") if worse else ("all customers", ", rather than none")
        return f"{who} drawn for {experiment_of(finding)} got {contrast.level}{rest}"
    if contrast.level:
        return _level_for_all(finding, contrast.reference if worse else contrast.level)
    if finding.driver.kind == "yes_no" or contrast.low_at is None or contrast.high_at is None:
        return _yes_or_no(finding, nobody=worse)
    at = contrast.low_at if worse else contrast.high_at
    bound = amount_of(contrast.driver, at, wording)
    return f"{name_of(finding)} were {bound} or {'less' if worse else 'more'} for everybody"


def _level_for_all(one: Finding, level: str) -> str:
    told = _LEVELS.get(one.driver.name)
    return told.format(level=level) if told else f"{name_of(one)} were {level} for everybody"


def _yes_or_no(one: Finding, *, nobody: bool) -> str:
    who, name = "nobody" if nobody else "everybody", name_of(one)
    told = _YES_NO.get(one.driver.name)
    if told:
        return told[0] if nobody else told[1]
    if one.driver.source == "memberships":
        return f"{who} were {name}"
    return f"{who} had {name.removeprefix('any ')}"

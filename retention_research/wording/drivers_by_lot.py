"""What chance decided: every arm of an experiment, and the arms against each other."""

from __future__ import annotations

from retention_research.answers.drivers import Drivers
from retention_research.answers.drivers.finding import Finding
from retention_research.answers.drivers.grades import CHANCE
from retention_research.wording.claims import Claim
from retention_research.wording.drivers_words import (
    experiment_of,
    level_of,
    more_or_fewer,
    sentence,
)
from retention_research.wording.numbers import Wording, listed, plural


def by_design(found: Drivers, wording: Wording) -> Claim | None:
    """What chance decided; None where nothing was drawn."""
    drawn = [one for one in found.findings if one.driver.randomised]
    if not drawn:
        return None
    names = [f"drivers.{found.keys[one.driver.name]}.risk_difference" for one in drawn]
    told = " ".join(_effect_of(one, wording) for one in drawn)
    return Claim(
        "decided-by-chance",
        _by_design_title(drawn),
        f"{told} Customers were drawn by lot and are compared from the day of the draw "
        "on, whatever happened afterwards; only those who were drawn, and who had bought lately.",
        names,
    )


def _by_design_title(drawn: list[Finding]) -> str:
    acts = [experiment_of(one) for one in drawn if one.evidence.clear]
    not_told = [experiment_of(one) for one in drawn if not one.evidence.clear]
    parts = [f"{listed(acts)} {plural(len(acts), 'changes', 'change')} how many fall silent"]
    rest = f"for {listed(not_told)}, no effect is told apart from chance"
    return sentence("; ".join(parts * bool(acts) + [rest] * bool(not_told)))


def _effect_of(one: Finding, wording: Wording) -> str:
    """Every arm against the control, how many each has, and the arms against each other."""
    sizes = listed([f"{level_of(arm)} {wording.count(n)}" for arm, n in one.arms.items()])
    return (
        f"{sentence(experiment_of(one))}, against {_control(one)}: {_arms(one, wording)} "
        f"(customers: {sizes}).{_between_arms(one, wording)}"
    )


def _between_arms(one: Finding, wording: Wording) -> str:
    return "".join(
        f" {sentence(pair.contrast.level)} rather than {pair.contrast.reference}: "
        f"{more_or_fewer(pair.effect.difference, wording)}"
        f"{'' if pair.p_value < CHANCE else ', no difference that could be told from chance'}."
        for pair in one.between
    )


def by_lot(one: Finding, wording: Wording) -> str:
    """What chance decided, every arm of it."""
    return (
        f"Chance decided who got {experiment_of(one)}, so there the difference is its effect: "
        f"against {_control(one)}, {_arms(one, wording)}."
    )


def _control(one: Finding) -> str:
    return level_of(one.main.contrast.reference)


def _arms(one: Finding, wording: Wording) -> str:
    parts = [
        f"with {level.contrast.level} {more_or_fewer(level.effect.difference, wording)}"
        for level in sorted(one.levels, key=lambda level: level.effect.difference.estimate)
    ]
    return f"{listed(parts)} fall silent"

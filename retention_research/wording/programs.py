"""Sentences of the programs report: its opening, headline numbers, all programs together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from retention_research.answers.programs.shape import NextTest, ProgramReport
from retention_research.models.fit import Estimate
from retention_research.study import Study
from retention_research.values import Value
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, listed, plural
from retention_research.wording.programs_money_words import in_range, money_known, profit_of
from retention_research.wording.programs_words import (
    ALL_GRADES,
    HOW_SURE,
    clear,
    decided,
    headline,
    said,
    shown,
)
from retention_research.wording.tiles import Tile

if TYPE_CHECKING:
    from retention_research.answers.programs.answer import Programs

__all__ = ["ALL_GRADES", "all_programs", "limits", "opening", "ordered", "tiles"]
_ORDER = ("keep", "stop", "test")
_MOST = 3  # programs that the opening tells one by one


def ordered(reports: Sequence[ProgramReport]) -> list[ProgramReport]:
    """The programs as readers meet them: kept, stopped, to be tested, undecided."""
    grades = list(HOW_SURE)

    def place(report: ProgramReport) -> tuple[int, int]:
        word = decided(report)
        return _ORDER.index(word) if word in _ORDER else len(_ORDER), grades.index(report.grade)

    return sorted(reports, key=place)


def opening(found: Programs, wording: Wording) -> tuple[str, str, str]:
    """The answer, what it is worth, and the decision it supports."""
    reports = ordered(found.reports)
    return _answer(reports, wording), _worth(reports, wording), _decision(reports, wording)


def _answer(reports: list[ProgramReport], wording: Wording) -> str:
    proved = [one for one in reports if shown(one) and _acts(one)]
    n = len(reports)
    told = [f"with {one.program.heading}, {_effect(one, wording)}" for one in proved[:_MOST]]
    if proved:
        are = plural(len(proved), "is", "are")
        return (
            f"Of {n} {plural(n, 'program')}, {len(proved)} {are} shown to change what customers "
            f"do: {'; '.join(told)}.{_more_of(proved)}{_likely(reports, wording)}"
        )
    none = f"Of {n} {plural(n, 'program')}, none is shown to change what customers do."
    return f"{none}{_likely(reports, wording)}"


def _more_of(proved: list[ProgramReport]) -> str:
    rest = [one.program.heading for one in proved[_MOST:]]
    return f" So {plural(len(rest), 'is', 'are')} {listed(rest)}." if rest else ""


def _likely(reports: list[ProgramReport], wording: Wording) -> str:
    """What customers chose themselves and is held against like customers: likely, not shown."""
    seen = [one for one in reports if one.grade == "adjusted comparison" and _acts(one)]
    told = [f"with {one.program.heading}, {_effect(one, wording)}" for one in seen[:_MOST]]
    return f" Likely, though customers chose it themselves: {'; '.join(told)}." if told else ""


def _acts(report: ProgramReport) -> bool:
    effect = headline(report)
    return effect is not None and clear(effect)


def _effect(report: ProgramReport, wording: Wording) -> str:
    effect = headline(report)
    assert effect is not None  # only programs with an effect are told
    return f"{said(effect, wording)} within {wording.days(report.program.window_days)}"


def _worth(reports: list[ProgramReport], wording: Wording) -> str:
    told = [
        f"{one.program.heading} {profit}{_if_it_holds(one)}"
        for one in reports
        if (profit := profit_of(one, wording)) and decided(one) in ("keep", "stop")
    ]
    if told:
        return f"{'; '.join(told)}."
    known = [one for one in reports if money_known(one)]
    if known:
        return "No program is shown to bring more or less margin than it costs."
    return "No amount of money can be put on it: no effect with a known cost can be told."


def _if_it_holds(report: ProgramReport) -> str:
    return "" if shown(report) else ", if customers who chose it are compared rightly"


def _decision(reports: list[ProgramReport], wording: Wording) -> str:
    names: dict[str, list[str]] = {}
    for one in reports:
        names.setdefault(decided(one), []).append(_named(one, wording))
    parts = [f"{word.capitalize()}: {listed(names[word])}." for word in _ORDER if word in names]
    rest = [names[word] for word in names if word not in _ORDER]
    undecided = f"No decision from these data: {listed(rest[0])}." if rest else ""
    return " ".join(filter(None, [*parts, undecided]))


def _named(report: ProgramReport, wording: Wording) -> str:
    test = report.next_test
    if decided(report) == "test" and isinstance(test, NextTest):
        return f"{report.program.heading} (on {wording.count(test.customers)} customers)"
    return report.program.heading


def tiles(found: Programs, wording: Wording) -> list[Tile]:
    """The headline numbers: how many to keep, then return and margin of those best proved."""
    reports = ordered(found.reports)
    kept = [one for one in reports if decided(one) == "keep"]
    head = Tile(
        "Programs to keep", f"{len(kept)} of {len(reports)}", "",
        listed([one.program.heading for one in kept]) or "none is shown to pay",
    )  # fmt: skip
    paid = [one for one in reports if money_known(one)][:2]
    return [head, *(tile for one in paid for tile in _tiles_of(one, wording))]


def _tiles_of(report: ProgramReport, wording: Wording) -> list[Tile]:
    money = money_known(report)
    assert money is not None  # asked for by the caller
    name = f"program.{report.program.id}"
    sure = f"{report.program.heading}: {HOW_SURE[report.grade]}"
    made = []
    back = money.margin_per_spent
    if isinstance(back, Estimate):
        made.append(Tile(f"Back for {wording.money(1)} spent", wording.money(back.estimate),
                         in_range(back, wording), sure, f"{name}.roi"))  # fmt: skip
    within = f"in {wording.days(money.window_days)}"
    made.append(Tile(f"More margin {within}", wording.money(money.margin.estimate),
                     in_range(money.margin, wording), sure,
                     f"{name}.incremental_margin"))  # fmt: skip
    return made


def all_programs(found: Programs) -> Claim:
    """The first finding: every program side by side."""
    reports = ordered(found.reports)
    counts = {word: sum(decided(one) == word for one in reports) for word in _ORDER}
    parts = [f"{n} to {word}" for word, n in counts.items() if n]
    rest = len(reports) - sum(counts.values())
    parts += [f"{rest} without a decision"] if rest else []
    values = [name for one in reports for name in _behind(one)]
    n = len(reports)
    return Claim(
        "all-programs",
        f"Of {n} {plural(n, 'program')}: {listed(parts)}",
        "Keep: it brings more margin than it costs in at least 9 of 10 draws of customers. Stop: "
        "in at most 1 of 10. Test: neither, or the effect is not proved well enough to act on. "
        "What counts is the margin inside each program's own window; nothing is assumed of later.",
        values,
    )


def _behind(report: ProgramReport) -> list[str]:
    names = [f"program.{report.program.id}.{part}" for part in ("decision", "evidence")]
    effect = headline(report)
    names += [f"program.{report.program.id}.effect.{effect.outcome}"] if effect else []
    return [name for name in names if isinstance(report.values.get(name), Value)]


def limits(found: Programs, study: Study, wording: Wording) -> list[str]:
    """What not to conclude, and what is taken for granted."""
    grades = {one.grade for one in found.reports}
    kinds = {one.program.kind for one in found.reports}
    told = {
        "Each effect is of the customers who were in the program, in the time it ran: others, or a "
        "later year, may answer differently.": True,
        "Margin is a share of revenue "
        f"({wording.share(study.money.margin)} unless a program says otherwise), and each "
        "program's cost is as the study gives it: what it leaves out, such as the work of those "
        "who run it, is not counted.": True,
        "Several programs may reach the same customer; each is told as if the others stayed as "
        "they are, and their margins do not add up.": len(found.reports) > 1,
        "Who joined by choice is held against customers who had bought alike. What no table "
        "records may still set them apart: only a draw would settle it.": bool(
            grades & {"adjusted comparison", "associated"} and "enrolment" in kinds
        ),
        "A roll-out is told from the places that had it earlier and later: something else that "
        "began in the same places at the same time would look like its effect.": "rollout"
        in kinds,
        "Purchases only moved forward from later are counted as gained, unless the time after the "
        "window was watched.": bool(grades - {"no evidence"}),
    }  # fmt: skip
    return [words for words, applies in told.items() if applies]

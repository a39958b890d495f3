"""Sentences of the programs report: its opening, headline numbers, all programs together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from retention_research.answers.programs.shape import NextTest, ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics import Money
from retention_research.values import Value
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import Wording, listed, plural
from retention_research.wording.programs_limits import limits
from retention_research.wording.programs_money_words import (
    amount,
    cost_lacks,
    in_range,
    kept_told,
    money_known,
    profit_of,
    unit_of,
)
from retention_research.wording.programs_next import short_of
from retention_research.wording.programs_versions import version_to_use
from retention_research.wording.programs_words import (
    HOW_SURE,
    bracketed,
    clear,
    decided,
    grades,
    headline,
    not_told_yet,
    sentence,
    shown,
    without_range,
)
from retention_research.wording.tiles import Tile

if TYPE_CHECKING:
    from retention_research.answers.programs.answer import Programs

__all__ = ["all_programs", "grades", "limits", "opening", "ordered", "tiles"]
_ORDER = ("keep", "stop", "test")
_TILES = 2  # programs whose money stands in the tiles
_NAMES = 6  # programs that the opening names
_MOST = 2  # effects that the opening tells, and experiments that it proposes, one by one


def ordered(reports: Sequence[ProgramReport]) -> list[ProgramReport]:
    """The programs as readers meet them: kept, stopped, to be tested, undecided."""
    grades = list(HOW_SURE)

    def place(report: ProgramReport) -> tuple[int, int]:
        word = decided(report)
        return _ORDER.index(word) if word in _ORDER else len(_ORDER), grades.index(report.grade)

    return sorted(reports, key=place)


def opening(found: Programs, wording: Wording) -> tuple[str, str, str]:
    """What to keep, stop and test; what that is worth; what to do next."""
    reports = ordered(found.reports)
    return _answer(reports, wording), _worth(reports, wording), _decision(reports, wording)


def _answer(reports: list[ProgramReport], wording: Wording) -> str:
    named = {word: _called(reports, word) for word in _ORDER}
    parts = [f"{word.capitalize()} {_some(names)}." for word, names in named.items() if names]
    return " ".join([*(parts or ["No decision on any program."]), _proved(reports, wording)])


def _some(names: list[str]) -> str:
    """Names in a sentence, the last of many as a number."""
    more = len(names) - _NAMES
    return listed([*names[:_NAMES], f"{more} more"] if more > 0 else names)


def _called(reports: list[ProgramReport], word: str) -> list[str]:
    return [one.program.heading for one in reports if decided(one) == word]


def _proved(reports: list[ProgramReport], wording: Wording) -> str:
    """The best proved effects; the others stand in the table."""
    proved = [one for one in reports if shown(one) and _acts(one)][:_MOST]
    if not proved:
        return "No program is shown to change what customers do."
    told = [f"with {one.program.heading}, {_effect(one, wording)}" for one in proved]
    return f"{sentence('; '.join(told))}."


def _acts(report: ProgramReport) -> bool:
    effect = headline(report)
    return effect is not None and clear(effect)


def _effect(report: ProgramReport, wording: Wording) -> str:
    effect = headline(report)
    assert effect is not None  # only programs with an effect are told
    within = f"within {wording.days(report.program.window_days)}"
    return f"{without_range(effect, wording)} {within}{bracketed(effect, wording)}"


def _worth(reports: list[ProgramReport], wording: Wording) -> str:
    told = [
        f"{one.program.heading} {profit}{_if_it_holds(one)}"
        for one in reports
        if (profit := profit_of(one, wording)) and decided(one) in ("keep", "stop")
    ]
    paid = f"Margin less cost: {'; '.join(told)}." if told else ""
    unpriced = [_brought(one, wording) for one in reports if cost_lacks(one) and shown(one)]
    if paid or unpriced:
        return " ".join(filter(None, [paid, *unpriced]))
    if any(money_known(one) for one in reports):
        return "No program is shown to bring more or less margin than it costs."
    return "No amount of money can be put on it: no effect with a known cost can be told."


def _brought(report: ProgramReport, wording: Wording) -> str:
    """The margin of a program whose cost is not given."""
    money = money_known(report)
    assert money is not None  # asked for by the caller
    return (
        f"{report.program.heading} brought {amount(money.margin, wording)} of margin in "
        f"{wording.days(money.window_days)}; what it cost is not given."
    )


def _if_it_holds(report: ProgramReport) -> str:
    return "" if shown(report) else ", if like was compared with like"


def _decision(reports: list[ProgramReport], wording: Wording) -> str:
    kept = "Go on with what is kept, with a small control group." * any(
        decided(one) == "keep" for one in reports
    )
    versions = [words for one in reports if (words := version_to_use(one))]
    use = f"Use {'; '.join(versions)}." if versions else ""
    tests = [one for one in reports if isinstance(one.next_test, NextTest)]
    return " ".join(filter(None, [kept, use, *_drawn(tests, wording), *_lacking(reports)]))


def _drawn(tests: list[ProgramReport], wording: Wording) -> list[str]:
    """Which experiments to draw, and for which there are too few customers now."""
    enough = [_test(one, wording) for one in tests if not _too_few(one)]
    few = [one.program.heading for one in tests if _too_few(one)]
    return [
        f"Next, draw by lot {_first_of(enough)}." if enough else "",
        f"There are too few to settle {_some(few)} by a draw now: what all of them could show "
        "stands below." * bool(few),
    ]


def _too_few(report: ProgramReport) -> bool:
    return isinstance(report.next_test, NextTest) and short_of(report.next_test)


def _first_of(tests: list[str]) -> str:
    more = len(tests) - _MOST
    rest = f"; {more} more {plural(more, 'draw is', 'draws are')} told below" if more > 0 else ""
    return f"{listed(tests[:_MOST])}{rest}"


def _test(report: ProgramReport, wording: Wording) -> str:
    """Whom to draw for which program: customers, or the units of a roll-out."""
    test = report.next_test
    assert isinstance(test, NextTest)  # asked for by the caller
    if report.program.kind == "rollout" and test.units == "customers":
        return f"which {report.program.unit} starts when for {report.program.heading}"
    return f"{wording.count(test.customers)} {test.units} for {report.program.heading}"


def _lacking(reports: list[ProgramReport]) -> list[str]:
    """What is to be given before there is a decision, and of which programs nothing is known."""
    costs = [one.program.heading for one in reports if cost_lacks(one) and _open(one)]
    bare = [one.program.heading for one in reports if not_told_yet(one)]
    rest = [
        one.program.heading
        for one in reports
        if _open(one) and headline(one) is None and not not_told_yet(one)
    ]
    return [
        f"Give the cost of {_some(costs)}: the decision follows." * bool(costs),
        f"Not told yet: {_some(bare)}; what is lacking stands below." * bool(bare),
        f"No decision on {_some(rest)}: no effect can be told." * bool(rest),
    ]


def _open(report: ProgramReport) -> bool:
    return isinstance(report.decision, Missing)


def tiles(found: Programs, wording: Wording) -> list[Tile]:
    """The headline numbers: what is kept, and what each of the first of these leaves over."""
    reports = ordered(found.reports)
    kept = [one for one in reports if decided(one) == "keep"]
    head = Tile(
        "Programs to keep", f"{len(kept)} of {len(reports)}", "",
        f"{_some([one.program.heading for one in kept]) or 'none is shown to pay'}"
        f"{_waiting(reports)}",
    )  # fmt: skip
    told = [one for one in kept if money_known(one)][:_TILES]
    if not told:
        told = [one for one in reports if money_known(one) and one.grade != "associated"][:1]
    return [head, *(_left(one, wording) for one in told), *_buying(told, wording)]


def _waiting(reports: list[ProgramReport]) -> str:
    count = sum(map(not_told_yet, reports))
    return f"; {count} not told yet" if count else ""


def _left(report: ProgramReport, wording: Wording) -> Tile:
    """What a program leaves over when its cost is paid; its margin where that is not given."""
    money = money_known(report)
    assert money is not None  # asked for by the caller
    name, within = f"program.{report.program.id}", wording.days(money.window_days)
    sure = f"{report.program.heading}, {HOW_SURE[report.grade]}"
    if isinstance(money.profit, Missing):
        return Tile(f"More margin in {within}", wording.money(money.margin.estimate),
                    in_range(money.margin, wording), f"{sure}; its cost is not given",
                    f"{name}.incremental_margin")  # fmt: skip
    return Tile(f"Margin less cost in {within}", wording.money(money.profit.estimate),
                in_range(money.profit, wording), f"{sure}{_on(money, wording)}",
                f"{name}.profit")  # fmt: skip


def _on(money: Money, wording: Wording) -> str:
    """Margin for each unit of money, and of how much money that is said."""
    if isinstance(money.margin_per_spent, Missing) or isinstance(money.cost, Missing):
        return ""
    back = wording.money(money.margin_per_spent.estimate)
    spent = wording.money(money.cost.estimate)
    return f"; {back} back for {unit_of(wording)} spent, on {spent}"


def _buying(reports: list[ProgramReport], wording: Wording) -> list[Tile]:
    """How many more customers bought with the first program, where that is told from chance."""
    one = next(iter(reports), None)
    money = money_known(one) if one and kept_told(one) else None
    if one is None or money is None or isinstance(money.kept, Missing):
        return []
    within = wording.days(money.window_days)
    return [Tile(f"More customers buying within {within}", wording.count(money.kept.estimate),
                 _counted(money.kept, wording),
                 f"{one.program.heading}, {HOW_SURE[one.grade]}",
                 f"program.{one.program.id}.kept")]  # fmt: skip


def _counted(found: Estimate, wording: Wording) -> str:
    if found.conf_low is None or found.conf_high is None:
        return ""
    return f"{wording.count(found.conf_low)} to {wording.count(found.conf_high)}"


def all_programs(found: Programs) -> Claim:
    """The first finding: every program side by side."""
    reports = ordered(found.reports)
    counts = {word: sum(decided(one) == word for one in reports) for word in _ORDER}
    parts = [f"{n} to {word}" for word, n in counts.items() if n]
    waiting = sum(map(not_told_yet, reports))
    rest = len(reports) - sum(counts.values()) - waiting
    parts += [f"{waiting} not told yet"] if waiting else []
    parts += [f"{rest} without a decision"] if rest else []
    values = [name for one in reports for name in _behind(one)]
    n = len(reports)
    return Claim(
        "all-programs",
        f"Of {n} {plural(n, 'program')}: {listed(parts)}",
        "Keep: the chance that it brings more margin than it costs is 90% or more. Stop: 10% or "
        "less. Test: between these, or the effect is not proved well enough to act on. What counts "
        "is margin inside each program's own window; nothing is assumed of the time after.",
        values,
    )


def _behind(report: ProgramReport) -> list[str]:
    parts = ("evidence",) if not_told_yet(report) else ("decision", "evidence")
    names = [f"program.{report.program.id}.{part}" for part in parts]
    effect = headline(report)
    names += [f"program.{report.program.id}.effect.{effect.outcome}"] if effect else []
    return [name for name in names if isinstance(report.values.get(name), Value)]

"""What is told of a program of any kind: its claim, checks, decision and the next experiment."""

from __future__ import annotations

from retention_research.answers.programs.shape import Check, NextTest, ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.wording.claims import Claim, Status
from retention_research.wording.numbers import Wording, listed, plural
from retention_research.wording.programs_money_words import cost_lacks, money_known, profit_of
from retention_research.wording.programs_next import size_in_full, size_note
from retention_research.wording.programs_versions import better_version
from retention_research.wording.programs_words import (
    HOW_SURE,
    OUTCOMES,
    between_of,
    clear,
    decided,
    first_sentence,
    headline,
    key_of,
    said,
    sentence,
    shown,
    value_of,
    without_range,
)

_SURE = 0.999  # a chance above is written as a bound
_UNTOLD = "No effect can be told"  # what stands above such a reason already
_DO = ("Draw", "Let chance")  # how a sentence begins that says what to do before its colon
_STATUS: dict[str, Status] = {"keep": "ok", "stop": "bad"}
_THINGS = {
    "retained": "how many customers buy again",
    "purchases": "how often customers buy",
    "revenue": "what customers spend",
    "margin": "what customers bring",
    "satisfaction": "how satisfied customers are",
    "actions": "what customers do with messages",
}
_MARKS = {True: "\u2713 Holds", False: "\u25a0 Fails", None: "\u2013 Not known"}


def claim(report: ProgramReport, wording: Wording) -> Claim:
    """The program's effect as a claim, and what to do; what is wrong where none may be told."""
    effect = headline(report)
    if effect is None:
        return withheld(report)
    return Claim(
        key_of(report),
        f"{report.program.heading}: {_title(report, effect, wording)}",
        " ".join(
            filter(
                None,
                [
                    against(report, effect, wording),
                    decision(report, wording),
                    better_version(report, wording),
                ],
            )
        ),
        behind(report, effect),
        _STATUS.get(decided(report), "info"),
    )


def withheld(report: ProgramReport) -> Claim:
    """A program of which no effect may be told: what is wrong, and what to do."""
    why = report.withheld or _lacking(report)
    step = _step(report)
    todo = f" {step}" if step and step not in why else ""
    return Claim(key_of(report), f"{report.program.heading}: no effect can be told",
                 f"{why}{todo}", recorded(report, "evidence"), "warn")  # fmt: skip


def _lacking(report: ProgramReport) -> str:
    """Why no effect is told: as its outcomes say, or else its grade, its money, its decision."""
    outcomes = [one.difference.reason for one in report.effects
                if isinstance(one.difference, Missing)]  # fmt: skip
    further = [found.reason for found in (report.money, report.decision)
               if isinstance(found, Missing) and not found.reason.startswith(_UNTOLD)]  # fmt: skip
    reasons = [*outcomes[:1], *report.why] or further[:1]
    told = " ".join(sentence(reason) for reason in dict.fromkeys(filter(None, reasons)))
    return told or "These data hold nothing that could tell."


def _step(report: ProgramReport) -> str:
    """What to do next: what its report names, or else the experiment to draw."""
    if report.next_step:
        return sentence(report.next_step)
    test = report.next_test
    return "" if isinstance(test, Missing) else todo_of(test)


def recorded(report: ProgramReport, *names: str) -> list[str]:
    """Those of a program's values that are recorded, by the last part of their names."""
    return [f"program.{report.program.id}.{n}" for n in names if value_of(report, n) is not None]


def behind(report: ProgramReport, effect: Effect) -> list[str]:
    """Names of the recorded values behind a claim on this effect."""
    return recorded(
        report, f"effect.{effect.outcome}", "incremental_margin", "roi", "break_even_probability",
        "evidence", "decision",
    )  # fmt: skip


def _title(report: ProgramReport, effect: Effect, wording: Wording) -> str:
    within = f"within {wording.days(report.program.window_days)}"
    if not clear(effect) and report.grade == "associated":
        return "these data do not show what it changes"
    if not clear(effect):
        thing = _THINGS.get(effect.outcome, effect.outcome)
        return f"no effect on {thing} {within} is told apart from chance"
    told = without_range(effect, wording)
    if shown(report):
        return f"{told} {within}"
    if report.grade == "adjusted comparison":
        return f"{told} {within}, compared with like customers"
    return f"{told} {within}, but that is not proved to be its effect"


def against(report: ProgramReport, effect: Effect, wording: Wording) -> str:
    """How sure the effect is, and who was held against whom."""
    between = between_of(effect, wording)
    ranges = f"The range: {between}. " if between else "No range can be given. "
    ranges = ranges if clear(effect) else f"Seen: {said(effect, wording)}. "
    why = f" {sentence(' '.join(report.why))}" if report.why and not shown(report) else ""
    return (
        f"{ranges}{wording.count(effect.n_treated)} customers with it were held against "
        f"{wording.count(effect.n_control)} without: {HOW_SURE[report.grade]}.{why}"
        f"{_other_way(report, effect)}"
    )


def _other_way(report: ProgramReport, effect: Effect) -> str:
    """Outcomes whose difference has the other sign, where none of them is proved."""
    if report.grade != "associated":
        return ""
    up = _gap(effect) > 0.0
    other = [
        OUTCOMES.get(one.outcome, one.outcome).lower()
        for one in report.effects
        if _gap(one) and (_gap(one) > 0.0) is not up
    ]
    points = plural(len(other), "points", "point")
    return f" {sentence(listed(other))} {points} the other way." if other else ""


def _gap(effect: Effect) -> float:
    return effect.difference.estimate if isinstance(effect.difference, Estimate) else 0.0


def decision(report: ProgramReport, wording: Wording) -> str:
    """What to do, and why."""
    found = report.decision
    if cost_lacks(report) and isinstance(found, Missing):
        return f"Decision: give its cost. {sentence(found.reason)}"
    if isinstance(found, Missing):
        return f"No decision: {_small(found.reason)}"
    profit = profit_of(report, wording)
    chance = _chance(report, wording)
    why = f"margin less cost is {profit}{chance}" if profit else ""
    if found == "test" and report.grade in ("associated", "no evidence"):
        return "Test it before acting on it."
    told = {"keep": "Keep it", "stop": "Stop it", "test": "Test it further"}[found]
    return f"{told}: {why}." if why else f"{told}."


def _chance(report: ProgramReport, wording: Wording) -> str:
    money = money_known(report)
    if money is None or isinstance(money.break_even_probability, Missing):
        return ""
    sure = min(max(money.break_even_probability, 0.0001), 0.9999)
    written = f"over {wording.share(0.999)}" if sure > _SURE else wording.share(sure)
    return f" (chance that it pays: {written})"


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def checks(report: ProgramReport) -> list[str]:
    """What was checked, failures first, each as a short line; what heads the part is not repeated.

    Args:
        report: of any kind.
    """
    order = {False: 0, None: 1, True: 2}
    return [_check(one, report) for one in sorted(report.checks, key=lambda one: order[one.passed])]


def checks_heading(report: ProgramReport) -> str:
    """How many of the checks hold: `Checks: 4 of 6 hold, 1 fails, 1 cannot be made`."""
    counts = {state: sum(one.passed is state for one in report.checks) for state in _MARKS}
    failed = f", {counts[False]} {plural(counts[False], 'fails', 'fail')}" if counts[False] else ""
    open_ones = f", {counts[None]} cannot be made" if counts[None] else ""
    return f"Checks: {counts[True]} of {len(report.checks)} hold{failed}{open_ones}"


def _check(check: Check, report: ProgramReport) -> str:
    above = check.told in report.withheld or (check.told in report.why and not shown(report))
    told = "It is told above." if above and check.told else _arms_named(check.told, report)
    return f"{_MARKS[check.passed]}: {_small(check.name)}. {sentence(told)}"


def _arms_named(told: str, report: ProgramReport) -> str:
    """The control arm's size by the name that readers know: `the control group 915 (planned 905)`.

    Sizes are listed after a colon, an arm and a number each. An arm may be called anything, even
    `A` or `message`, so that nothing else of a sentence is touched.
    """
    control = report.program.control
    head, colon, items = told.partition(": ")
    if not control or not colon:
        return told
    size = f"{control} "
    named = [
        f"the control group {item[len(size) :]}"
        if item.startswith(size) and item[len(size) :][:1].isdigit()
        else item
        for item in items.split(", ")
    ]
    return f"{head}: {', '.join(named)}"


def next_note(report: ProgramReport, wording: Wording) -> str:
    """The next experiment and how many customers it needs; why there is none.

    What to do is not repeated where the claim of a withheld effect has told it already.
    """
    test = report.next_test
    if not isinstance(test, Missing):
        todo = "" if report.withheld else f"{_in_short(test)}. "
        return f"Next experiment: {todo}{size_note(test, wording)}"
    if report.withheld and report.next_step:
        return ""
    step = f" {sentence(report.next_step)}" if report.next_step else ""
    return f"Next experiment: none. {test.reason}{step}"


def next_in_full(report: ProgramReport, wording: Wording) -> list[str]:
    """The whole of what to do and how large it has to be: folded away."""
    test = report.next_test
    if isinstance(test, Missing):
        return []
    return [*([] if report.withheld else [todo_of(test)]), size_in_full(test, wording)]


def _in_short(test: NextTest) -> str:
    """What to do, without how: the first sentence, up to its colon if it has said what by then."""
    first = first_sentence(todo_of(test))
    what = first.partition(": ")[0]
    return what if what.startswith(_DO) else first


def todo_of(test: NextTest) -> str:
    """What to do, as a sentence."""
    return sentence(test.told)

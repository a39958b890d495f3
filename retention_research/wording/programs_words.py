"""How programs, their effects and how sure one is of them are called on pages."""

from __future__ import annotations

from collections.abc import Iterable

from retention_research.answers.programs.shape import ProgramReport
from retention_research.glossary.names import slug
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import GRADES, Decision, Effect, Grade
from retention_research.values import Value
from retention_research.wording.numbers import NOT_AVAILABLE, Wording

HOW_SURE: dict[Grade, str] = {
    "randomised": "drawn by lot",
    "natural experiment": "as good as drawn by lot",
    "adjusted comparison": "compared with like customers",
    "associated": "not proved",
    "no evidence": "no evidence",
}
_MEANINGS: dict[Grade, str] = {
    "randomised": "chance decided who got the program, so the difference is its effect.",
    "natural experiment": "it began at different times in different places, which went alike "
    "until then.",
    "adjusted comparison": "customers chose it themselves; they are held against others who had "
    "bought alike, and every check that could be made holds.",
    "associated": "a check fails or there are too few to tell, so the difference may have other "
    "causes.",
    "no evidence": "nothing that could tell.",
}
_CAUSAL: tuple[Grade, ...] = ("randomised", "natural experiment")
_HUNDRED = ("retained", "purchases", "actions")  # told of 100 customers
OUTCOMES = {
    "retained": "Customers who buy again",
    "purchases": "Purchases",
    "revenue": "Revenue",
    "margin": "Margin",
    "satisfaction": "Satisfaction",
    "actions": "Actions on messages",
}
_THINGS = {
    "retained": "of every 100 customers buy again",
    "purchases": "purchases of every 100 customers",
    "revenue": "revenue per customer",
    "margin": "margin per customer",
    "satisfaction": "points of satisfaction",
    "actions": "actions of every 100 customers",
}


def grades(reports: Iterable[ProgramReport]) -> list[str]:
    """How well the effects on a page are proved, the best first: a line for each grade there is."""
    there = {one.grade for one in reports}
    return [f"{sentence(HOW_SURE[g])}: {_MEANINGS[g]}" for g in GRADES if g in there]


def key_of(report: ProgramReport) -> str:
    """The program as part of names of sections, tables and pictures."""
    return slug(report.program.id)


def value_of(report: ProgramReport, name: str) -> Value | None:
    """A recorded value of the program by the last part of its name; None where there is none."""
    return report.values.get(f"program.{report.program.id}.{name}")


def known(report: ProgramReport, name: str) -> Value | None:
    """The same, if it is a number or word and not missing."""
    value = value_of(report, name)
    return None if value is None or value.value is None else value


def shown(report: ProgramReport) -> bool:
    """Does the design show what the program does, rather than what goes with it?"""
    return report.grade in _CAUSAL


def clear(effect: Effect) -> bool:
    """Does the range of the difference hold no zero?"""
    gap = effect.difference
    if isinstance(gap, Missing) or gap.conf_low is None or gap.conf_high is None:
        return False
    return gap.conf_low > 0.0 or gap.conf_high < 0.0


def headline(report: ProgramReport) -> Effect | None:
    """The effect that is told first: on customers who buy again, or else the first with one."""
    told = [one for one in report.effects if isinstance(one.difference, Estimate)]
    kept = [one for one in told if one.outcome == "retained"]
    return next(iter([*kept, *told]), None)


def said(effect: Effect, wording: Wording) -> str:
    """An effect in a sentence: `4.5 more of every 100 customers buy again (3.2 to 5.8 more)`."""
    return f"{without_range(effect, wording)}{bracketed(effect, wording)}"


def without_range(effect: Effect, wording: Wording) -> str:
    """An effect in a sentence: `4.5 more of every 100 customers buy again`."""
    gap = effect.difference
    if isinstance(gap, Missing):
        return NOT_AVAILABLE
    thing = _THINGS.get(effect.outcome, effect.outcome)
    return f"{_more(effect, gap.estimate, wording)} {thing}"


def bracketed(effect: Effect, wording: Wording) -> str:
    """The range of an effect in brackets, empty where there is none."""
    between = between_of(effect, wording)
    return f" ({between})" if between else ""


def between_of(effect: Effect, wording: Wording) -> str:
    """The range of an effect: `3.2 to 5.8 more`, `1 fewer to 2 more`; empty where there is none."""
    gap = effect.difference
    if isinstance(gap, Missing) or gap.conf_low is None or gap.conf_high is None:
        return ""
    low, high = gap.conf_low, gap.conf_high
    if low < 0.0 < high:
        return f"{_more(effect, low, wording)} to {_more(effect, high, wording)}"
    near, far = (low, high) if low >= 0.0 else (high, low)
    return f"{size_of(effect.outcome, abs(near), wording)} to {_more(effect, far, wording)}"


def cell(effect: Effect, wording: Wording) -> str:
    """An effect for a narrow cell: `4.5 more (3.2 to 5.8 more)`."""
    gap = effect.difference
    if isinstance(gap, Missing):
        return NOT_AVAILABLE
    return f"{more_of(effect, wording)}{bracketed(effect, wording)}"


def more_of(effect: Effect, wording: Wording) -> str:
    """An effect without its range, for a narrow cell: `4.5 more`."""
    gap = effect.difference
    return NOT_AVAILABLE if isinstance(gap, Missing) else _more(effect, gap.estimate, wording)


def _more(effect: Effect, amount: float, wording: Wording) -> str:
    counted = effect.outcome in _HUNDRED
    less = "fewer" if counted else "less"
    return f"{size_of(effect.outcome, abs(amount), wording)} {'more' if amount >= 0.0 else less}"


def size_of(outcome: str, amount: float, wording: Wording) -> str:
    """An amount of an outcome, of 100 customers where it is counted; money as money.

    Example:
        >>> size_of("retained", 0.045, Wording("en_GB", "EUR"))
        '4.5'
    """
    if outcome in ("revenue", "margin"):
        return wording.money(amount)
    return _short(100.0 * amount if outcome in _HUNDRED else amount, wording)


def _short(amount: float, wording: Wording) -> str:
    if abs(amount) >= 9.95:
        return wording.count(amount)
    tenths = round(amount, 1) + 0.0
    if tenths:
        whole = tenths == round(tenths)
        return wording.count(tenths) if whole else wording.number(tenths, 1 + (tenths >= 1))
    return wording.number(float(f"{amount:.1g}"), 1) if amount else wording.count(0)


def decided(report: ProgramReport) -> str:
    """Keep, stop or test; a dash where nothing is told yet or nothing can be decided."""
    decision: Decision | Missing = report.decision
    return "\u2013" if isinstance(decision, Missing) or not_told_yet(report) else decision


def not_told_yet(report: ProgramReport) -> bool:
    """Is an effect withheld that no new draw would show: are its data or its time lacking?"""
    return bool(report.withheld) and isinstance(report.next_test, Missing)


def first_sentence(words: str) -> str:
    """The first of several sentences, without its full stop."""
    return words.partition(". ")[0].removesuffix(".")


def sentence(words: str) -> str:
    """Words with the first letter as a sentence begins."""
    return words[:1].upper() + words[1:]

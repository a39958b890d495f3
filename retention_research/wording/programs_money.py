"""A program's money in words: what it brought and cost, and what keeping costs beside winning."""

from __future__ import annotations

from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics import Acquiring, BudgetCurve, Money
from retention_research.programs.effects import Grade
from retention_research.wording.numbers import Wording, plural
from retention_research.wording.programs_money_words import (
    amount,
    in_range,
    kept_told,
    money_known,
    price,
    unit_of,
    written,
)
from retention_research.wording.programs_words import shown

_BEYOND: dict[Grade, str] = {
    "randomised": "beyond what they would have brought without",
    "natural experiment": "beyond what they would have brought without",
    "adjusted comparison": "more than like customers brought",
}
_UNPROVED = (
    "more than those they are held against, which is not proved to be due to it: nothing further "
    "is reckoned from it"
)


def money_notes(report: ProgramReport, wording: Wording) -> tuple[str, ...]:
    """Paragraphs on a program's money; none where no effect and so no money can be told.

    Of an effect that is not proved, the difference in margin alone is told: what it would pay
    back or keep would rest on nothing.
    """
    money = money_known(report)
    if money is None:
        return ()
    parts = [f"{_brought(money, report.grade, wording)}{_counted(report, money, wording)}"]
    if report.grade in _BEYOND:
        parts += _in_full(report, money, wording)
    return tuple(filter(None, parts))


def _in_full(report: ProgramReport, money: Money, wording: Wording) -> list[str]:
    return [
        "" if shown(report) else "What follows holds if that is what the program changed.",
        _even(money, wording),
        _paid_back(money, wording),
        _beside_winning(money, kept_told(report), wording),
        _anyway(money, wording),
        _afterwards(money, wording),
    ]


def _brought(money: Money, grade: Grade, wording: Wording) -> str:
    n, within = wording.count(money.customers), wording.days(money.window_days)
    whose = plural(money.customers, "the one customer", f"the {n} customers")
    first = (
        f"In the {within} after it reached them, {whose} with it brought "
        f"{amount(money.margin, wording)} of margin {_BEYOND.get(grade, _UNPROVED)}."
    )
    if isinstance(money.cost, Missing):
        return f"{first} {money.cost.reason}"
    each = written(money.cost_per_customer, wording)
    return f"{first} It cost {written(money.cost, wording)}, {each} for each."


def _counted(report: ProgramReport, money: Money, wording: Wording) -> str:
    """What the cost of a club is made of: why it is not what a member costs by the study."""
    each = report.program.cost_per_member
    if each is None or isinstance(money.cost, Missing):
        return ""
    return (
        f" That is {wording.money(each)} for joining and what the members redeemed within the "
        "window, where it is recorded, less the same of the others, some of whom joined later."
    )


def _even(money: Money, wording: Wording) -> str:
    even, sure = money.break_even_cost, money.cost_to_keep
    if even.estimate <= 0.0:
        return "At no cost would it break even within the window: it brought no more margin."
    told = f"It breaks even at {written(even, wording)} spent on each customer."
    if isinstance(sure, Missing):
        return told
    if sure <= 0.0:
        return f"{told} In nine draws of ten, its margin exceeds no cost at all."
    return (
        f"{told} In nine draws of ten, its margin exceeds {wording.money(sure)} each: up to that "
        "cost it would be kept."
    )


def _paid_back(money: Money, wording: Wording) -> str:
    found = money.payback_weeks
    if isinstance(found, Missing):
        return "" if isinstance(money.cost, Missing) else found.reason
    weeks = _weeks(found.estimate, wording)
    if found.conf_low is None and found.conf_high is None:
        return f"It pays back within {weeks}."
    low = wording.count(found.conf_low or 0.0)
    if found.conf_low == found.conf_high:
        return f"It pays back within {weeks}, as in nearly every draw."
    if found.conf_high is None:
        return f"It pays back within {weeks} ({low} or more, perhaps not within the window)."
    return f"It pays back within {weeks} ({low} to {wording.count(found.conf_high)})."


def _weeks(count: float, wording: Wording) -> str:
    return f"{wording.count(count)} {plural(round(count), 'week')}"


def _beside_winning(money: Money, kept: bool, wording: Wording) -> str:
    """What one more customer who buys costs, beside what winning a new one costs."""
    each, won = money.cost_per_kept, money.acquiring
    told = ""
    if kept and isinstance(each, Estimate):
        told = (
            "Each customer who bought in the window and would not have without it cost "
            f"{price(each, wording)}."
        )
    if told and isinstance(won, Acquiring) and isinstance(won.cost_per_customer, Estimate):
        cost = written(won.cost_per_customer, wording)
        told = (
            f"{told} Winning a new one costs {cost}, which buys a whole relationship and not one "
            "purchase more."
        )
    return " ".join(filter(None, [told, _per_unit(money, wording)]))


def _per_unit(money: Money, wording: Wording) -> str:
    keeping, won = money.margin_per_spent, money.acquiring
    if isinstance(keeping, Missing) or isinstance(won, Missing):
        return ""
    if isinstance(won.margin_per_spent, Missing):
        return ""
    return (
        f"Each {unit_of(wording)} spent on keeping brought {amount(keeping, wording)} within the "
        f"window; spent on winning customers, {amount(won.margin_per_spent, wording)} in as many "
        "days from their first purchase, which is counted."
    )


def _anyway(money: Money, wording: Wording) -> str:
    found = money.anyway
    if isinstance(found, Missing):
        return ""
    between = _shares(found, wording)
    told = (
        f"Of those who bought in the window, {wording.share(found.estimate)}{between} would have "
        "bought without it, if it kept nobody from buying"
    )
    if isinstance(money.cost_anyway, Missing):
        return f"{told}."
    each, whole = written(money.cost_anyway, wording), written(money.cost_per_customer, wording)
    return f"{told}: of {whole} spent on each buyer, {each} went to them on average."


def _shares(found: Estimate, wording: Wording) -> str:
    if found.conf_low is None or found.conf_high is None:
        return ""
    return f" ({wording.share(found.conf_low)} to {wording.share(found.conf_high)})"


def _afterwards(money: Money, wording: Wording) -> str:
    found = money.after
    if isinstance(found, Missing):
        return ""
    low, high = found.conf_low, found.conf_high
    if high is not None and high < 0.0:
        what = "part of it was bought earlier and missing later"
    elif low is not None and low > 0.0:
        what = "the effect went on"
    else:
        what = "neither a dip nor a lasting effect is told apart from chance"
    told = amount(found, wording)
    return f"In as long a time after the window, it brought {told} of margin: {what}."


def budget_caption(curve: BudgetCurve, heading: str, wording: Wording) -> str:
    """What the picture of margin against spend shows.

    Args:
        curve: margin against spend, of customers in the order of what they promise.
        heading: the program's name.
        wording: writes the numbers.
    """
    end = Estimate("margin", float(curve.margin[-1]), None, float(curve.low[-1]),
                   float(curve.high[-1]))  # fmt: skip
    spent = wording.money(float(curve.spend[-1]))
    return (
        f"{heading}: margin within the window against money spent, as it is given to more and more "
        f"of its customers, those who promise most first. Given to all, {spent} is spent and "
        f"{wording.money(end.estimate)} ({in_range(end, wording)}) brought. Above the thin line it "
        "pays."
    )

"""What a program brought and cost, in a few words: for the opening, tiles and narrow cells."""

from __future__ import annotations

from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics import Money
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_words import clear, decided, not_told_yet

NOT_TOLD = "\u2013"  # of a program of which nothing is told yet


def money_known(report: ProgramReport) -> Money | None:
    """A program's economics; None where they are not known or of another kind."""
    return report.money if isinstance(report.money, Money) else None


def in_range(found: Estimate, wording: Wording) -> str:
    """The range of an amount of money: `€1.40 to €3.80`; empty where there is none."""
    if found.conf_low is None or found.conf_high is None:
        return ""
    return f"{wording.money(found.conf_low)} to {wording.money(found.conf_high)}"


def amount(found: Estimate, wording: Wording) -> str:
    """An amount of money with its range: `€2.60 (€1.40 to €3.80)`."""
    between = in_range(found, wording)
    written = wording.money(found.estimate)
    return f"{written} ({between})" if between else written


def price(found: Estimate, wording: Wording) -> str:
    """An amount whose range may have no upper end, which is said."""
    if found.conf_high is None and found.conf_low is not None:
        least = wording.money(found.conf_low)
        return f"{wording.money(found.estimate)} (at least {least}, without an upper end)"
    return amount(found, wording)


def written(found: Estimate | Missing, wording: Wording) -> str:
    """An amount, with its range where its ends are told apart once they are written."""
    if isinstance(found, Missing):
        return "not known"
    return price(found, wording) if _varies(found, wording) else wording.money(found.estimate)


def _varies(found: Estimate, wording: Wording) -> bool:
    if found.conf_low is None or found.conf_high is None:
        return found.conf_low != found.conf_high
    return wording.money(found.conf_low) != wording.money(found.conf_high)


def kept_told(report: ProgramReport) -> bool:
    """Is it told apart from chance that more customers buy in the window with the program?"""
    gaps = [one for one in report.effects if one.outcome == "retained" and clear(one)]
    return any(one.difference.estimate > 0.0 for one in gaps
               if isinstance(one.difference, Estimate))  # fmt: skip


def profit_of(report: ProgramReport, wording: Wording) -> str:
    """Margin less cost: `€5,200 (€3,100 to €7,400) in 4 weeks`; empty where it is not known."""
    money = money_known(report)
    if money is None or isinstance(money.profit, Missing):
        return ""
    return f"{amount(money.profit, wording)} in {wording.days(money.window_days)}"


def profit_each(report: ProgramReport) -> Estimate | None:
    """Margin less cost per customer with the program; None where it is not known or not proved."""
    money = money_known(report)
    if money is None or isinstance(money.profit, Missing) or report.grade == "associated":
        return None
    ends = (None if end is None else end / money.customers for end in money.profit[3:])
    return Estimate("profit", money.profit.estimate / money.customers, None, *ends)


def unit_of(wording: Wording) -> str:
    """One unit of money, without cents: `€1`."""
    return wording.money(100.0).replace("100", "1")


def back_of(report: ProgramReport, wording: Wording) -> str:
    """Margin for money spent: `€2.60 for €1 (€1.40 to €3.80)`; why there is none."""
    money = money_known(report)
    if not_told_yet(report):
        return NOT_TOLD
    if cost_lacks(report):
        return "cost not given"
    if report.grade == "associated":
        return "not proved"
    if money is None or isinstance(money.margin_per_spent, Missing):
        return "not told"
    found = money.margin_per_spent
    between = in_range(found, wording)
    told = f"{wording.money(found.estimate)} for {unit_of(wording)}"
    return f"{told} ({between})" if between else told


def cost_lacks(report: ProgramReport) -> bool:
    """Is it known what the program brought, and not what it cost?"""
    money = money_known(report)
    return money is not None and isinstance(money.cost, Missing)


def decision_cell(report: ProgramReport) -> str:
    """Keep, stop or test; that nothing is told yet, or what is lacking for a decision."""
    if not_told_yet(report):
        return "not told yet"
    if not isinstance(report.decision, Missing):
        return decided(report)
    return "give its cost" if cost_lacks(report) else "none yet"

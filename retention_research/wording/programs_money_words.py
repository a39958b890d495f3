"""What a program brought and cost, in a few words: for the opening, tiles and narrow cells."""

from __future__ import annotations

from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics import Money
from retention_research.wording.numbers import NOT_AVAILABLE, Wording


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


def profit_of(report: ProgramReport, wording: Wording) -> str:
    """Margin less cost: `€5,200 (€3,100 to €7,400) in 4 weeks`; empty where it is not known."""
    money = money_known(report)
    if money is None or isinstance(money.profit, Missing):
        return ""
    return f"{amount(money.profit, wording)} in {wording.days(money.window_days)}"


def profit_each(report: ProgramReport) -> Estimate | None:
    """Margin less cost per customer with the program; None where it is not known."""
    money = money_known(report)
    if money is None or isinstance(money.profit, Missing):
        return None
    ends = (None if end is None else end / money.customers for end in money.profit[3:])
    return Estimate("profit", money.profit.estimate / money.customers, None, *ends)


def unit_of(wording: Wording) -> str:
    """One unit of money, without cents: `€1`."""
    return wording.money(100.0).replace("100", "1")


def back_of(report: ProgramReport, wording: Wording) -> str:
    """Margin for each unit of money spent: `€2.60 (€1.40 to €3.80)`."""
    money = money_known(report)
    if money is None or isinstance(money.margin_per_spent, Missing):
        return NOT_AVAILABLE
    return amount(money.margin_per_spent, wording)

"""A program's money in words: what it brought and cost, and what keeping costs beside winning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics import Acquiring, BudgetCurve, Money, Projection
from retention_research.wording.numbers import Wording, plural
from retention_research.wording.programs_money_words import amount, in_range, money_known
from retention_research.wording.programs_words import key_of

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.wording.programs_tables import Rows

_MAY_BE_KEPT = ("randomised", "natural experiment", "adjusted comparison")
_ASSUMED = {
    "none": "nothing more after the window",
    "half-life": "it halves in every further time as long as the window",
    "full": "it goes on as in the window",
}


def money_notes(report: ProgramReport, wording: Wording) -> tuple[str, ...]:
    """Paragraphs on a program's money; none where no effect and so no money can be told."""
    money = money_known(report)
    if money is None:
        return ()
    parts = (
        _brought(money, wording),
        _even(money, report.grade in _MAY_BE_KEPT, wording),
        _paid_back(money, wording),
        _beside_winning(money, wording),
        _anyway(money, wording),
        _afterwards(money, wording),
        _beyond(money, wording),
    )
    return tuple(filter(None, parts))


def _brought(money: Money, wording: Wording) -> str:
    n, within = wording.count(money.customers), wording.days(money.window_days)
    whose = plural(money.customers, "the one customer", f"the {n} customers")
    first = (
        f"In the {within} after it reached them, {whose} with it brought "
        f"{amount(money.margin, wording)} of margin beyond what they would have brought without."
    )
    if isinstance(money.cost, Missing):
        return f"{first} {money.cost.reason}"
    each = _cell(money.cost_per_customer, wording)
    return f"{first} It cost {_cell(money.cost, wording)}, {each} for each."


def _varies(found: Estimate, wording: Wording) -> bool:
    """Are the ends of the interval told apart once they are written?"""
    if found.conf_low is None or found.conf_high is None:
        return found.conf_low != found.conf_high
    return wording.money(found.conf_low) != wording.money(found.conf_high)


def _even(money: Money, may_be_kept: bool, wording: Wording) -> str:
    even, sure = money.break_even_cost, money.cost_to_keep
    if even.estimate <= 0.0:
        return "At no cost would it break even within the window: it brought no more margin."
    told = f"It breaks even at {_cell(even, wording)} spent on each customer."
    if isinstance(sure, Missing):
        return told
    if sure <= 0.0:
        return f"{told} In nine draws of ten, its margin exceeds no cost at all."
    then = ": up to that cost it would be kept" if may_be_kept else ""
    return f"{told} In nine draws of ten, its margin exceeds {wording.money(sure)} each{then}."


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


def _beside_winning(money: Money, wording: Wording) -> str:
    """What keeping one customer costs beside what winning one costs."""
    kept, won = money.cost_per_kept, money.acquiring
    parts = []
    if isinstance(kept, Estimate):
        parts.append(f"One customer kept costs {_price(kept, wording)}.")
    if isinstance(won, Acquiring) and isinstance(won.cost_per_customer, Estimate):
        parts.append(f"Winning a new one costs {_cell(won.cost_per_customer, wording)}.")
    return " ".join(filter(None, [*parts, _per_unit(money, wording)]))


def _price(found: Estimate, wording: Wording) -> str:
    if found.conf_high is None and found.conf_low is not None:
        least = wording.money(found.conf_low)
        return f"{wording.money(found.estimate)} (at least {least}, without an upper end)"
    return amount(found, wording)


def _per_unit(money: Money, wording: Wording) -> str:
    keeping, won = money.margin_per_spent, money.acquiring
    if isinstance(keeping, Missing) or isinstance(won, Missing):
        return ""
    if isinstance(won.margin_per_spent, Missing):
        return ""
    return (
        f"Each unit of money spent on keeping brought {amount(keeping, wording)} within the "
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
    each, whole = _cell(money.cost_anyway, wording), _cell(money.cost_per_customer, wording)
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


def _beyond(money: Money, wording: Wording) -> str:
    """Margin up to the horizon under each assumption; empty where the horizon is the window."""
    if _reach(money) <= money.window_days:
        return ""
    told = [
        f"{amount(one.margin, wording)} if {_ASSUMED[one.persistence]}"
        for one in money.projections
        if one.persistence != "none" and isinstance(one.margin, Estimate)
    ]
    return (
        f"Were the effect to last beyond the window, its margin within "
        f"{wording.days(_reach(money))} would be {' and '.join(told)}. These data cannot test "
        "either, and the decision uses neither."
    )


def money_tables(report: ProgramReport, wording: Wording) -> tuple[Rows, ...]:
    """A program's money, and what it would be if the effect went on."""
    money = money_known(report)
    if money is None:
        return ()
    key, heading = key_of(report), report.program.heading
    return (
        (f"{key}-money", f"{heading}: what it brought and cost", _amounts(money, wording),
         _amounts_in_numbers(money)),
        (f"{key}-later", f"{heading}: margin within {wording.days(_reach(money))} under three "
         "assumptions, which these data cannot test; the decision uses none of them",
         _later(money.projections, wording), _later_in_numbers(money.projections)),
    )  # fmt: skip


def _reach(money: Money) -> int:
    return max(one.horizon_days for one in money.projections)


def _rows(money: Money) -> dict[str, Estimate | Missing]:
    won = money.acquiring
    return {
        "Margin beyond what there would be without": money.margin,
        "The same, per customer": money.margin_per_customer,
        "Cost": money.cost,
        "Margin less cost": money.profit,
        "Margin per unit of money spent": money.margin_per_spent,
        "Cost of one customer kept": money.cost_per_kept,
        "Cost of one new customer": won if isinstance(won, Missing) else won.cost_per_customer,
        "Cost at which it breaks even, per customer": money.break_even_cost,
    }


def _amounts(money: Money, wording: Wording) -> pd.DataFrame:
    import pandas as pd

    rows = [(name, _cell(found, wording)) for name, found in _rows(money).items()]
    return pd.DataFrame(rows, columns=["money_item", "money_told"])


def _cell(found: Estimate | Missing, wording: Wording) -> str:
    if isinstance(found, Missing):
        return "not known"
    return _price(found, wording) if _varies(found, wording) else wording.money(found.estimate)


def _amounts_in_numbers(money: Money) -> pd.DataFrame:
    import pandas as pd

    rows = [(name, *_ends(found)) for name, found in _rows(money).items()]
    return pd.DataFrame(rows, columns=["money_item", "estimate", "conf_low", "conf_high"])


def _ends(found: Estimate | Missing) -> tuple[float | None, ...]:
    if isinstance(found, Missing):
        return None, None, None
    return found.estimate, found.conf_low, found.conf_high


def _later(projections: tuple[Projection, ...], wording: Wording) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (_ASSUMED[one.persistence], _cell(one.margin, wording), _back(one, wording))
        for one in projections
    ]
    return pd.DataFrame(rows, columns=["assumption", "later_margin", "later_back"])


def _back(one: Projection, wording: Wording) -> str:
    """Margin for each unit of money spent, which is one more than the return."""
    found = one.return_on_investment
    if isinstance(found, Missing):
        return "not known"
    ends = (None if end is None else 1.0 + end for end in found[3:])
    return amount(Estimate(found.term, 1.0 + found.estimate, None, *ends), wording)


def _later_in_numbers(projections: tuple[Projection, ...]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (one.persistence, one.horizon_days, *_ends(one.margin), *_ends(one.return_on_investment))
        for one in projections
    ]
    columns = ["persistence", "horizon_days", "margin", "margin_low", "margin_high",
               "roi", "roi_low", "roi_high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def budget_caption(curve: BudgetCurve, heading: str, wording: Wording) -> str:
    """What the picture of margin against spend shows.

    Args:
        curve: margin against spend.
        heading: the program's name.
        wording: writes the numbers.
    """
    end = Estimate("margin", float(curve.margin[-1]), None, float(curve.low[-1]),
                   float(curve.high[-1]))  # fmt: skip
    order = (
        "Customers who promise most come first."
        if curve.ranked
        else "Nothing ranks customers, so each further one is taken to bring as much as any other."
    )
    return (
        f"{heading}: margin within the window against money spent, as it is given to more and more "
        f"of its customers. {order} Given to all, {wording.money(float(curve.spend[-1]))} is spent "
        f"and {wording.money(end.estimate)} ({in_range(end, wording)}) brought. Above the thin "
        "line it pays."
    )

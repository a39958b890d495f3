"""Tables of a program's money: what it brought and cost, and what it would if its effect lasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.programs.shape import ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics import Money, Projection
from retention_research.programs.effects import Grade
from retention_research.wording.estimates import with_ends
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_money_words import (
    amount,
    kept_told,
    money_known,
    unit_of,
    written,
)
from retention_research.wording.programs_words import key_of

if TYPE_CHECKING:
    import pandas as pd

    from retention_research.wording.programs_tables import Rows

_ASSUMED = {
    "none": "nothing more after the window",
    "half-life": "it halves in every further time as long as the window",
    "full": "it goes on as in the window",
}
_MORE: dict[Grade, str] = {
    "randomised": "Margin beyond what there would be without",
    "natural experiment": "Margin beyond what there would be without",
    "adjusted comparison": "Margin more than like customers brought",
}
_UNPROVED = "Margin more than the others brought, not proved to be due to it"


def money_tables(report: ProgramReport, wording: Wording) -> tuple[Rows, ...]:
    """A program's money, and what it would be if the effect went on, which needs a proved one."""
    money = money_known(report)
    if money is None:
        return ()
    key, heading = key_of(report), report.program.heading
    rows = _rows(report, money, unit_of(wording))
    first = (f"{key}-money", f"{heading}: what it brought and cost", _amounts(rows, wording),
             _amounts_in_numbers(rows))  # fmt: skip
    if report.grade not in _MORE:
        return (first,)
    return (
        first,
        (f"{key}-later", f"{heading}: margin within {wording.days(_reach(money))} under three "
         "assumptions on what comes after its window, of which the decision uses none",
         _later(money.projections, wording), _later_in_numbers(money.projections)),
    )  # fmt: skip


def _reach(money: Money) -> int:
    return max(one.horizon_days for one in money.projections)


def _rows(report: ProgramReport, money: Money, unit: str) -> dict[str, Estimate | Missing]:
    first: dict[str, Estimate | Missing] = {
        _MORE.get(report.grade, _UNPROVED): money.margin,
        "The same, per customer": money.margin_per_customer,
        "Cost": money.cost,
    }
    if report.grade not in _MORE:
        return first
    won = money.acquiring
    kept = {"Cost of each customer more who buys in the window": money.cost_per_kept}
    return first | {
        "Margin less cost": money.profit,
        f"Margin per {unit} spent": money.margin_per_spent,
        **(kept if kept_told(report) else {}),
        "Cost of one new customer": won if isinstance(won, Missing) else won.cost_per_customer,
        "Cost at which it breaks even, per customer": money.break_even_cost,
    }


def _amounts(rows: dict[str, Estimate | Missing], wording: Wording) -> pd.DataFrame:
    import pandas as pd

    told = [(name, written(found, wording)) for name, found in rows.items()]
    return pd.DataFrame(told, columns=["money_item", "money_told"])


def _amounts_in_numbers(rows: dict[str, Estimate | Missing]) -> pd.DataFrame:
    import pandas as pd

    told = [(name, *with_ends(found)) for name, found in rows.items()]
    return pd.DataFrame(told, columns=["money_item", "estimate", "conf_low", "conf_high"])


def _later(projections: tuple[Projection, ...], wording: Wording) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (_ASSUMED[one.persistence], written(one.margin, wording), _back(one, wording))
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
        (
            one.persistence,
            one.horizon_days,
            *with_ends(one.margin),
            *with_ends(one.return_on_investment),
        )
        for one in projections
    ]
    columns = ["persistence", "horizon_days", "margin", "margin_low", "margin_high",
               "roi", "roi_low", "roi_high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)

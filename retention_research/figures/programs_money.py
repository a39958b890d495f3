"""Pictures of a program's money: margin against spend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.answers.programs.shape import ProgramReport
from retention_research.figures.canvas import ACCENT, BAND, FAINT, TEXT, Picture, draw
from retention_research.programs.economics import BudgetCurve, Money
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_money import budget_caption
from retention_research.wording.programs_words import key_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis


def money_pictures(report: ProgramReport, wording: Wording) -> list[Picture]:
    """Margin against spend; none where nothing ranks customers, or no cost per customer is known.

    Without a ranking each further customer is taken to bring as much as any other: a straight
    line, which tells nothing beyond its end.

    Args:
        report: a program of any kind.
        wording: writes the numbers.
    """
    money = report.money
    if not isinstance(money, Money) or not isinstance(money.budget, BudgetCurve):
        return []
    if not money.budget.ranked or money.budget.spend[-1] <= 0.0:
        return []
    caption = budget_caption(money.budget, report.program.heading, wording)
    return [_budget(money.budget, key_of(report), caption, wording)]


def _budget(curve: BudgetCurve, key: str, caption: str, wording: Wording) -> Picture:
    end = float(curve.spend[-1])

    def paint(axes: Axes) -> None:
        axes.fill_between(curve.spend, curve.low, curve.high, color=BAND, lw=0)
        axes.plot(curve.spend, curve.margin, color=ACCENT)
        axes.plot([0.0, end], [0.0, end], color=FAINT, lw=1)
        axes.annotate("margin = spend", (end, end), (-4, -12), ha="right", color=FAINT,
                      textcoords="offset points", fontsize=TEXT)  # fmt: skip
        axes.set_xlabel("money spent")
        axes.set_ylabel("margin brought")
        axes.set_xlim(0.0, 1.02 * end)
        axes.locator_params(axis="x", nbins=4)
        _money_axis(axes.xaxis, wording)
        _money_axis(axes.yaxis, wording)
        axes.tick_params(labelsize=TEXT)

    alt = (
        f"A curve of margin against spend from nothing to {wording.money(end)}, where it reaches "
        f"{wording.money(float(curve.margin[-1]))}, its band from "
        f"{wording.money(float(curve.low[-1]))} to {wording.money(float(curve.high[-1]))}."
    )
    return Picture(f"{key}-budget", caption, alt, draw(paint))


def _money_axis(axis: Axis, wording: Wording) -> None:
    axis.set_major_formatter(lambda value, _: wording.money(value))

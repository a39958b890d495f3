"""Pictures of the data themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.figures.canvas import ACCENT, Picture, count_axis, draw
from retention_research.wording.numbers import Wording

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def orders_by_week(weeks: pd.DataFrame, wording: Wording) -> Picture:
    """Orders in each week of the window.

    Args:
        weeks: week (first day), orders, ascending.
        wording: writes the numbers.
    """

    def paint(axes: Axes) -> None:
        axes.plot(weeks["week"], weeks["orders"], color=ACCENT)
        axes.set_ylim(bottom=0)
        axes.set_ylabel("orders a week")
        count_axis(axes.yaxis, wording)
        axes.tick_params(axis="x", rotation=30)

    busiest = weeks.loc[weeks["orders"].idxmax()]
    quietest = weeks.loc[weeks["orders"].idxmin()]
    alt = (
        f"Line of orders a week over {len(weeks)} weeks: most, {wording.count(busiest.orders)}, "
        f"in the week from {wording.day(busiest.week)}; fewest, "
        f"{wording.count(quietest.orders)}, in the week from {wording.day(quietest.week)}."
    )
    return Picture("orders-by-week", "Orders in each full week of the data.", alt, draw(paint))


def tables_reach(tables: pd.DataFrame, wording: Wording) -> Picture:
    """From which day to which each dated table reaches.

    Args:
        tables: table, first_day, last_day; tables without days are not drawn.
        wording: writes the days.
    """
    dated = tables.dropna(subset=["first_day", "last_day"]).iloc[::-1]
    names = [name.replace("_", " ") for name in dated["table"]]
    start, end = dated["first_day"].min(), dated["last_day"].max()
    days = [start, start + (end - start) / 2, end]

    def paint(axes: Axes) -> None:
        rows = range(len(dated))
        axes.hlines(rows, dated["first_day"], dated["last_day"], color=ACCENT, linewidth=7)
        axes.set_yticks(rows, names)
        axes.set_xticks(days, [wording.day(day) for day in days])
        axes.grid(visible=False, axis="y")

    latest = dated.loc[dated["first_day"].idxmax()]
    alt = (
        f"Bars of the days that {len(dated)} tables reach over, "
        f"{wording.day(start)} to {wording.day(end)}; the "
        f"latest to begin is {latest['table'].replace('_', ' ')}, on "
        f"{wording.day(latest['first_day'])}."
    )
    caption = "From which day to which each table has rows."
    return Picture("tables-reach", caption, alt, draw(paint, 0.8 + 0.22 * len(dated)))

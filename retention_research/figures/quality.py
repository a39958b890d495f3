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

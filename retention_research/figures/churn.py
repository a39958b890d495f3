"""Pictures of who comes back after a silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.figures.canvas import (
    ACCENT,
    BAND,
    FAINT,
    INK,
    SECOND,
    Picture,
    draw,
    share_axis,
)
from retention_research.models.churn_window import MOST_RETURNING
from retention_research.wording.numbers import Wording

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def returned_by_silence(spans: pd.DataFrame, days: int, wording: Wording) -> Picture:
    """The share who came back within a year, by how long they had been silent.

    Args:
        spans: silent_for (days), back_in_a_year, share_low, share_high, ascending, none missing.
        days: the length in use, marked.
        wording: writes the numbers.
    """
    weeks = spans["silent_for"] / 7

    def paint(axes: Axes) -> None:
        axes.fill_between(weeks, spans["share_low"], spans["share_high"], color=BAND, lw=0)
        axes.plot(weeks, spans["back_in_a_year"], "o-", color=ACCENT, markersize=3.5)
        axes.axhline(MOST_RETURNING, color=SECOND, linewidth=1, linestyle="--")
        axes.axvline(days / 7, color=INK, linewidth=1, linestyle=":")
        axes.annotate(wording.days(days), (days / 7, 1), (3, -2), va="top", fontsize=9,
                      xycoords=("data", "axes fraction"), textcoords="offset points")  # fmt: skip
        axes.annotate("one in ten", (0, MOST_RETURNING), (3, 3), color=FAINT, fontsize=9,
                      xycoords=("axes fraction", "data"), textcoords="offset points")  # fmt: skip
        axes.set_xlabel("weeks of silence")
        axes.set_ylabel("came back within a year")
        axes.set_ylim(0, min(1.02, 1.15 * max(0.2, float(spans["share_high"].max()))))
        share_axis(axes.yaxis, wording)

    return Picture(
        "returned-by-silence", _caption(days, wording), _alt(spans, wording), draw(paint)
    )


def _caption(days: int, wording: Wording) -> str:
    return (
        "Share of silent customers who bought again within a year, by how long they had been "
        f"silent, with its range; the dotted line is the {wording.days(days)} in use."
    )


def _alt(spans: pd.DataFrame, wording: Wording) -> str:
    first, last = spans.iloc[0], spans.iloc[-1]
    ends = [
        f"{wording.share(row.back_in_a_year)} after {wording.days(row.silent_for)} of silence"
        for row in (first, last)
    ]
    few = spans[spans["back_in_a_year"] <= MOST_RETURNING]
    below = (
        f"it is at most {wording.share(MOST_RETURNING)} from {wording.days(few.silent_for.iloc[0])}"
        if len(few)
        else f"it stays above {wording.share(MOST_RETURNING)}"
    )
    return f"Line of the share who came back within a year: {' and '.join(ends)}; {below}."

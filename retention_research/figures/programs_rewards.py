"""Pictures of points: what became of those earned in each quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.programs.rewards import RewardsDetail
from retention_research.answers.programs.shape import ProgramReport
from retention_research.figures.canvas import ACCENT, BAND, INK, TEXT, Picture, count_axis, draw
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_rewards import quarters
from retention_research.wording.programs_words import key_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# light, dark and middle, edged and in this order everywhere, tell them apart without colour;
# hatching would draw each bar line by line and make the picture three times as large
_STYLES = (("redeemed", ACCENT), ("expired", "white"), ("outstanding", BAND))
_NAMES = {"redeemed": "redeemed", "expired": "expired", "outstanding": "open"}


def pictures(report: ProgramReport, wording: Wording) -> list[Picture]:
    """Points by quarter of issue; none for a program of another kind."""
    if not isinstance(report.detail, RewardsDetail):
        return []
    return [_issued(report.detail, key_of(report), report.program.heading, wording)]


def _issued(detail: RewardsDetail, key: str, heading: str, wording: Wording) -> Picture:
    rows = detail.issued

    def paint(axes: Axes) -> None:
        base = np.zeros(len(rows))
        for name, colour in _STYLES:
            size = np.array([float(getattr(one, name)) for one in rows])
            axes.bar(range(len(rows)), size, bottom=base, color=colour,
                     edgecolor=INK, lw=0.6, label=_NAMES[name])  # fmt: skip
            base = base + size
        step = max(1, -(-len(rows) // 5))
        named = [quarters(one.end, one.end).replace(" ", "\n") for one in rows]
        axes.set_xticks(range(0, len(rows), step), named[::step])
        axes.set_ylabel("points earned")
        count_axis(axes.yaxis, wording)
        axes.grid(visible=False, axis="x")
        axes.tick_params(labelsize=TEXT)
        axes.legend(frameon=False, fontsize=TEXT, loc="upper left")

    told = "; ".join(
        f"{quarters(one.start, one.end)}: {wording.count(one.earned)} earned, "
        f"{wording.count(one.outstanding)} open"
        for one in rows
    )
    caption = f"{heading}: what became of the points earned in each quarter."
    return Picture(f"{key}-issued", caption, f"Bars of points by quarter. {told}.", draw(paint))

"""The rows of numbers under a survival curve: how many are there still, of those followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from retention_research.figures.canvas import FAINT, INK
from retention_research.wording.numbers import Wording

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ROOM = 0.37  # inches that one row takes below a figure, with its heading
EACH = 0.16  # inches for each further row
_FIRST, _STEP, _SMALL = -46.0, 11.5, 8.0  # points below the axis; between rows; size of letters
_LONGEST = 11  # letters of a group's name beside its row
_TICKS = (26, 52, 104)  # weeks between marks: what fits six numbers under the axis
_MOST = 6


def followed_below(
    axes: Axes, curves: Mapping[str, pd.DataFrame], wording: Wording, of: str
) -> None:
    """Write under the axis how many are followed and still without the event at its marks.

    Args:
        axes: with the curves, and its label.
        curves: name to after_weeks and n_at_risk; the name "" stands for the only one.
        wording: writes the numbers.
        of: what they are, such as "not back yet".
    """
    last = max(int(curve["after_weeks"].max()) for curve in curves.values())
    marks = _marks(last)
    axes.set_xticks(marks)
    _write(
        axes, 0.0, _FIRST, f"{of}, of those followed so long:", ha="left", color=FAINT, of_axes=True
    )
    for place, (name, curve) in enumerate(curves.items()):
        below = _FIRST - _STEP * (place + 1)
        if name:
            _write(axes, 0.0, below, _short(name), ha="right", color=INK, of_axes=True, shift=-14)
        for week in marks:
            _write(axes, week, below, wording.count(followed_at(curve, week)), ha="center",
                   color=INK)  # fmt: skip


def _write(axes: Axes, x: float, below: float, text: str, *, ha: str, color: str,
           of_axes: bool = False, shift: float = 0.0) -> None:  # fmt: skip
    where = "axes fraction" if of_axes else axes.get_xaxis_transform()
    axes.annotate(text, (x, 0.0), (shift, below), xycoords=where, textcoords="offset points",
                  ha=ha, color=color, fontsize=_SMALL, annotation_clip=False)  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _marks(last: int) -> list[int]:
    every = next((step for step in (1, 2, 4, 13, *_TICKS) if last // step < _MOST), last)
    return list(range(0, last + 1, max(every, 1)))


def followed_at(curve: pd.DataFrame, week: int) -> int:
    """How many were still followed at a week; 0 after the last.

    Args:
        curve: after_weeks ascending, n_at_risk.
        week: whole weeks.
    """
    later = curve[curve["after_weeks"] >= week]
    return int(later["n_at_risk"].iloc[0]) if len(later) else 0


def followed_words(curve: pd.DataFrame, wording: Wording, of: str) -> str:
    """How many were followed at first and without the event at the last mark, as a sentence."""
    last = _marks(int(curve["after_weeks"].max()))[-1]
    first, end = (wording.count(followed_at(curve, week)) for week in (0, last))
    return f"{first} were followed from the start; {end} were {of} after {last} weeks."

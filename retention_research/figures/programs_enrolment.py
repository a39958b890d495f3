"""Pictures of an enrolment program: naive against corrected, and how alike both sides are."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.programs.shape import ProgramReport
from retention_research.figures.canvas import ACCENT, FAINT, INK, Picture, draw, name_rows, readable
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_enrolment import (
    adjusted_from,
    balance_rows,
    comparisons_in_numbers,
    detail_of,
    proved,
)
from retention_research.wording.programs_words import key_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_MOST = 12  # covariates drawn
_MARKS = {
    True: "Hollow: naive comparisons, which are no effects. Filled: against customers who are "
    "alike in what was known before.",
    False: "Hollow grey: naive comparisons, and adjusted ones whose checks fail: none of them is "
    "shown to be an effect.",
}
_ALIKE = 0.1  # standard deviations


def pictures(report: ProgramReport, wording: Wording) -> tuple[Picture, ...]:
    """The comparisons side by side; then what was known before, before and after weighting."""
    rows, key, heading = comparisons_in_numbers(report), key_of(report), report.program.heading
    alike = balance_rows(detail_of(report))
    rows = rows.assign(naive=np.arange(len(rows)) < adjusted_from(report), proved=proved(report))
    drawn = (compared(rows, key, heading, wording),) if len(rows) > 1 else ()
    return (*drawn, love(alike, key, heading, wording)) if len(alike) else drawn


def compared(rows: pd.DataFrame, key: str, heading: str, wording: Wording) -> Picture:
    """More purchases of 100 customers by naive comparisons and by the corrected one.

    Args:
        rows: comparison, effect, effect_low, effect_high, per customer; naive: is it one; proved:
            do the checks hold that the others rest on.
        key: of the program, in the picture's name.
        heading: what readers call it.
        wording: writes the numbers.
    """
    places = -np.arange(len(rows), dtype=float)
    hollow = rows["naive"] | ~rows["proved"]

    def paint(axes: Axes) -> None:
        axes.axvline(0.0, color=INK, lw=1)
        for place, row, wrong in zip(places, rows.itertuples(), hollow, strict=True):
            colour = FAINT if wrong else ACCENT
            axes.plot([row.effect_low, row.effect_high], [place, place], color=colour, lw=1.4)
            face = "white" if wrong else colour
            axes.plot(row.effect, place, "o", color=colour, markerfacecolor=face, markersize=7)
        axes.xaxis.set_major_formatter(lambda value, _: wording.count(100.0 * value))
        name_rows(axes, rows["comparison"], 17, "more purchases of 100 customers")

    told = "; ".join(
        f"{row.comparison}: {wording.count(100.0 * row.effect)} "
        f"({wording.count(100.0 * row.effect_low)} to {wording.count(100.0 * row.effect_high)})"
        for row in rows.itertuples()
    )
    return Picture(
        f"{key}-naive-and-corrected",
        f"{heading}: more purchases of every 100 customers. {_MARKS[bool(rows['proved'].all())]}",
        f"{heading}, more purchases of 100 customers by comparison. {told}.",
        draw(paint, 0.95 + 0.52 * len(rows)),
    )


def love(rows: pd.DataFrame, key: str, heading: str, wording: Wording) -> Picture:
    """Differences in what was known before, in standard deviations, before and after weighting.

    Args:
        rows: covariate, apart_before, apart_after, the largest first.
        key: of the program, in the picture's name.
        heading: what readers call it.
        wording: writes the numbers.
    """
    some = rows.head(_MOST)
    places = -np.arange(len(some), dtype=float)

    def paint(axes: Axes) -> None:
        axes.axvline(_ALIKE, color=INK, lw=1, ls="--")
        axes.plot(some["apart_before"], places, "o", color=FAINT, markerfacecolor="white")
        axes.plot(some["apart_after"], places, "o", color=ACCENT)
        axes.set_yticks(places, [textwrap.fill(one, 22) for one in some["covariate"]])
        axes.set_ylim(-len(some) + 0.4, 0.6)
        axes.set_xlim(left=0.0)
        axes.set_xlabel("standard deviations apart")
        axes.xaxis.set_major_formatter(lambda value, _: wording.number(value, 1))
        readable(axes)

    worst, least = float(some["apart_before"].max()), float(rows["apart_after"].max())
    return Picture(
        f"{key}-alike",
        f"{heading}: how far apart both sides are in what was known before. Hollow: as they are; "
        "filled: as they are compared. Left of the dashed line they count as alike.",
        f"{heading}: of {wording.count(len(rows))} things known before, both sides are up to "
        f"{wording.number(worst, 2)} standard deviations apart as they are, and up to "
        f"{wording.number(least, 2)} as they are compared.",
        draw(paint, 0.9 + 0.42 * len(some)),
    )

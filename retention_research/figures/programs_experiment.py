"""Pictures of one experiment: its outcomes, and its arms where there are several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.programs.shape import ProgramReport
from retention_research.figures.canvas import ACCENT, INK, Picture, draw, name_rows
from retention_research.figures.programs import outcomes
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_experiment import arm_rows
from retention_research.wording.programs_tables import lifts
from retention_research.wording.programs_words import key_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def pictures(report: ProgramReport, wording: Wording) -> list[Picture]:
    """The main comparison by outcome; then each arm against the control group."""
    heading, key = report.program.heading, key_of(report)
    rows, each = lifts(report.effects), arm_rows(report, wording)
    proved = report.grade != "associated"
    drawn = [outcomes(rows, key, heading, wording, proved=proved)] if len(rows) else []
    return [*drawn, arms(each, key, heading, wording)] if len(each) > 1 else drawn


def arms(rows: pd.DataFrame, key: str, heading: str, wording: Wording) -> Picture:
    """How many more of 100 customers buy again in each arm than in the control group.

    Args:
        rows: arm, effect, effect_low, effect_high, effect_told.
        key: of the program, in the picture's name.
        heading: what readers call it.
        wording: writes the numbers.
    """
    places = -np.arange(len(rows), dtype=float)

    def paint(axes: Axes) -> None:
        axes.axvline(0.0, color=INK, lw=1)
        for place, row in zip(places, rows.itertuples(), strict=True):
            axes.plot([row.effect_low, row.effect_high], [place, place], color=ACCENT, lw=1.4)
            axes.plot(row.effect, place, "D", color=ACCENT, markersize=6)
        axes.xaxis.set_major_formatter(lambda value, _: wording.count(100.0 * value))
        name_rows(axes, rows["arm"], 16, "more of 100 customers")

    told = "; ".join(f"{row.arm} {row.effect_told}" for row in rows.itertuples())
    return Picture(
        f"{key}-arms",
        f"{heading}: how many more of 100 customers buy again with each version than in the "
        "control group, with ranges.",
        f"{heading}, each version against the control group, of 100 customers: {told}.",
        draw(paint, 0.85 + 0.42 * len(rows)),
    )

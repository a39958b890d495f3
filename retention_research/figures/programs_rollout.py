"""The picture of a roll-out: units that began against those that had not, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retention_research.answers.programs.rollout_detail import RolloutDetail
from retention_research.answers.programs.shape import ProgramReport
from retention_research.figures.canvas import ACCENT, BAND, FAINT, INK, Picture, draw, readable
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_rollout_tables import course, course_told, has_band
from retention_research.wording.programs_words import key_of, size_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BAND_TOLD = (
    "The band holds all spans at once; where it crosses the line, there may be no difference."
)
_NO_BAND = "There are too few for a band that says how sure this is."
_WEEK = 7.0  # days
_LABELS = {
    "retained": "of 100 customers, more",
    "purchases": "purchases per 100, more",
    "revenue": "revenue each, more",
    "margin": "margin each, more",
    "satisfaction": "more points of satisfaction",
}


def pictures(report: ProgramReport, wording: Wording) -> tuple[Picture, ...]:
    """The course before and after the start, with a band that holds all of it at once."""
    detail = report.detail
    if not isinstance(detail, RolloutDetail):
        return ()
    rows = course(detail, wording)
    told = course_told(detail, wording)
    spoken = "; ".join(
        f"{row.since_start} {row.course_told}"
        for row, day in zip(told.itertuples(), rows["days_since_start"], strict=True)
        if day >= -detail.window_days
    )
    caption = (
        f"{report.program.heading}: how much more those that began did than those that had not, "
        "before (grey) and after the start. "
        f"{_BAND_TOLD if has_band(detail) else _NO_BAND}"
    )
    alt = f"{report.program.heading}, {_LABELS[detail.outcome]}: {spoken}."
    return (Picture(f"{key_of(report)}-course", caption, alt, _course(rows, detail, wording)),)


def _course(rows: pd.DataFrame, detail: RolloutDetail, wording: Wording) -> Figure:
    weeks = (rows["days_since_start"].to_numpy() + detail.step_days / 2.0) / _WEEK
    after = weeks > 0.0

    def paint(axes: Axes) -> None:
        axes.axhline(0.0, color=INK, lw=1)
        axes.axvline(0.0, color=FAINT, lw=1, ls="--")
        for side, colour in ((~after, FAINT), (after, ACCENT)):
            part = rows[side]
            axes.fill_between(weeks[side], part["course_low"], part["course_high"], color=BAND,
                              lw=0)  # fmt: skip
            axes.plot(weeks[side], part["course_effect"], "o-", color=colour, markersize=4, lw=1.4)
        axes.set_xlabel("weeks since the start")
        axes.set_ylabel(_LABELS[detail.outcome])
        axes.yaxis.set_major_formatter(lambda value, _: _written(detail.outcome, value, wording))
        axes.xaxis.set_major_formatter(lambda value, _: wording.count(value))
        axes.locator_params(axis="both", nbins=6)
        readable(axes)

    return draw(paint)


def _written(outcome: str, value: float, wording: Wording) -> str:
    amount = float(np.round(value, 12))
    sign = "\u2212" if amount < 0.0 else ""
    return f"{sign}{size_of(outcome, abs(amount), wording)}"

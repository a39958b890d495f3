"""Pictures beyond an experiment's mean effect: its looks, its groups, its ranking."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np

from retention_research.answers.programs.shape import ProgramReport
from retention_research.figures.canvas import (
    ACCENT,
    BAND,
    FAINT,
    INK,
    SECOND,
    Picture,
    draw,
    name_rows,
    readable,
    share_axis,
)
from retention_research.glossary.names import slug
from retention_research.models.fit import Missing
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_looks import followed, looks_in_numbers, looks_table
from retention_research.wording.programs_segments import main_outcome, segment_numbers
from retention_research.wording.programs_uplift import curve_of, parts_of
from retention_research.wording.programs_words import OUTCOMES, key_of, size_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

_ENDS = ("", "_low", "_high")


def pictures(report: ProgramReport, wording: Wording) -> list[Picture]:
    """Looks where there are several, groups of the first column, and the ranking's curve."""
    found, groups, ranked, _ = parts_of(report)
    heading, key = report.program.heading, key_of(report)
    drawn = []
    if found and looks_table(found, wording) is not None:
        rows, outcome = looks_in_numbers(found), followed(found)
        drawn.append(looks(rows[rows["outcome"] == outcome], outcome, key, heading, wording))
    for one in groups:
        outcome = main_outcome(one)
        rows = segment_numbers(one)
        rows = rows[(rows["outcome"] == outcome) & rows["shrunken"].notna()]
        if len(rows) > 1:
            drawn.append(segments(rows, outcome, one.segment, key, heading, wording))
    if not isinstance(ranked, Missing):
        drawn.append(ranking(curve_of(ranked), key, heading, wording))
    return drawn


def looks(rows: pd.DataFrame, outcome: str, key: str, heading: str, wording: Wording) -> Picture:
    """The difference at every look, with ranges.

    Args:
        rows: look_day, difference, difference_low, difference_high, in order.
        outcome: what is looked at.
        key: of the program, in the picture's name.
        heading: what readers call it.
        wording: writes the numbers.
    """
    places = np.arange(len(rows))

    def paint(axes: Axes) -> None:
        axes.axhline(0.0, color=INK, lw=1)
        axes.vlines(places, rows["difference_low"], rows["difference_high"], color=ACCENT, lw=1.6)
        axes.plot(places, rows["difference"], "o", color=ACCENT, markersize=6)
        shown = places[:: max(1, -(-len(rows) // 6))]
        days = list(rows["look_day"])
        axes.set_xticks(shown, [f"{days[place]:%d %b\n%Y}" for place in shown])
        axes.set_xlim(-0.5, len(rows) - 0.5)
        axes.set_ylabel(_unit(outcome))
        axes.grid(visible=False, axis="x")
        _sizes(axes.yaxis, outcome, wording)
        readable(axes)

    told = "; ".join(
        f"{wording.day(row['look_day'])} {_told(row, 'difference', outcome, wording)}"
        for row in rows.to_dict("records")
    )
    return Picture(
        f"{key}-looks",
        f"{heading}: the difference at every look ({OUTCOMES.get(outcome, outcome).lower()}), with "
        "ranges.",
        f"{heading}, difference at every look, {_unit(outcome)}: {told}.",
        draw(paint),
    )


def segments(
    rows: pd.DataFrame, outcome: str, segment: str, key: str, heading: str, wording: Wording
) -> Picture:
    """The effect in each group, alone and drawn to the middle.

    Args:
        rows: group, alone, alone_low, alone_high, shrunken, shrunken_low, shrunken_high.
        outcome: what is looked at.
        segment: the column that groups them.
        key: of the program, in the picture's name.
        heading: what readers call it.
        wording: writes the numbers.
    """
    places = -np.arange(len(rows), dtype=float)

    def paint(axes: Axes) -> None:
        axes.axvline(0.0, color=INK, lw=1)
        for place, row in zip(places, rows.itertuples(), strict=True):
            above, below = place + 0.14, place - 0.14
            axes.plot([row.alone_low, row.alone_high], [above, above], color=FAINT, lw=1)
            axes.plot(row.alone, above, "o", color=FAINT, markersize=5, markerfacecolor="white")
            axes.plot([row.shrunken_low, row.shrunken_high], [below, below], color=ACCENT, lw=1.6)
            axes.plot(row.shrunken, below, "D", color=ACCENT, markersize=6)
        _sizes(axes.xaxis, outcome, wording)
        name_rows(axes, map(str, rows["group"]), 16, _unit(outcome))

    told = "; ".join(
        f"{row['group']} {_told(row, 'shrunken', outcome, wording)}"
        for row in rows.to_dict("records")
    )
    by = segment.replace("_", " ")
    return Picture(
        f"{key}-by-{slug(segment)}",
        f"{heading} by {by}: open circles are each group alone; diamonds take off what chance may "
        "have added, with ranges.",
        f"{heading} by {by}, less what chance may have added, {_unit(outcome)}: {told}.",
        draw(paint, 0.85 + 0.5 * len(rows)),
    )


def ranking(curve: pd.DataFrame, key: str, heading: str, wording: Wording) -> Picture:
    """What is gained by reaching a share of customers, the most movable first, or at random.

    Args:
        curve: share_reached, gain, gain_low, gain_high, gain_at_random.
        key: of the program, in the picture's name.
        heading: what readers call it.
        wording: writes the numbers.
    """

    def paint(axes: Axes) -> None:
        share = curve["share_reached"]
        axes.axhline(0.0, color=INK, lw=1)
        axes.fill_between(share, curve["gain_low"], curve["gain_high"], color=BAND, lw=0)
        axes.plot(share, curve["gain"], color=ACCENT)
        axes.plot(share, curve["gain_at_random"], color=SECOND, ls="--")
        place = len(curve) // 2
        _named(axes, curve.iloc[place], "gain", "ranked", ACCENT, above=True)
        _named(axes, curve.iloc[place], "gain_at_random", "at random", SECOND, above=False)
        axes.set_xlabel("customers reached")
        axes.set_ylabel("purchases per 100")
        axes.set_xlim(0.0, 1.0)
        share_axis(axes.xaxis, wording)
        _sizes(axes.yaxis, "purchases", wording)
        readable(axes)

    half, end = curve.iloc[len(curve) // 2], curve.iloc[-1]
    gained, plain, whole = (
        size_of("purchases", float(one), wording)
        for one in (half["gain"], half["gain_at_random"], end["gain"])
    )
    return Picture(
        f"{key}-ranking",
        f"{heading}: purchases gained per 100 customers of the whole list by reaching a share of "
        "them, those expected to be moved most first; dashed: in random order.",
        f"{heading}: reaching the half ranked first gains {gained} purchases per 100 customers of "
        f"the list, a random half {plain}, everybody {whole}.",
        draw(paint),
    )


def _named(axes: Axes, row: pd.Series, name: str, words: str, colour: str, *, above: bool) -> None:
    away, hold = ((-6, 8), "right") if above else ((6, -14), "left")
    axes.annotate(words, (float(row["share_reached"]), float(row[name])), away, ha=hold,
                  textcoords="offset points", color=colour, fontsize=10)  # fmt: skip


def _unit(outcome: str) -> str:
    counted = {"retained": "more of 100 customers", "purchases": "more per 100 customers"}
    return counted.get(outcome, f"more {outcome} per customer")


def _sizes(axis: Axis, outcome: str, wording: Wording) -> None:
    axis.set_major_formatter(lambda value, _: _signed(value, outcome, wording))


def _signed(value: float, outcome: str, wording: Wording) -> str:
    size = size_of(outcome, abs(value), wording)
    return f"\u2212{size}" if value < 0.0 else size


def _told(row: dict[Hashable, Any], name: str, outcome: str, wording: Wording) -> str:
    value, low, high = (_signed(row[f"{name}{end}"], outcome, wording) for end in _ENDS)
    return f"{value} ({low} to {high})"

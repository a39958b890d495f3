"""Pictures of programs: all of them side by side, and one program's outcomes."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from retention_research.figures.canvas import (
    ACCENT,
    FAINT,
    INK,
    TEXT,
    Picture,
    draw,
    name_rows,
    readable,
    share_axis,
)
from retention_research.wording.numbers import Wording
from retention_research.wording.programs_words import HOW_SURE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# shape and filling tell grades apart as well as colour does, and the words stand beside
_LOT, _LIKE, _ADJUSTED, _LOOSE, _NONE = HOW_SURE.values()
MARKS = {
    _LOT: ("D", ACCENT, ACCENT),
    _LIKE: ("D", ACCENT, "white"),
    _ADJUSTED: ("o", ACCENT, ACCENT),
    _LOOSE: ("o", FAINT, "white"),
    _NONE: ("x", FAINT, FAINT),
}
_WIDE = 25  # characters of a label
_LINE, _GAP = 0.17, 0.22  # inches, of a line of a label and between labels


def side_by_side(programs: pd.DataFrame, confidence: float, wording: Wording) -> list[Picture]:
    """All programs: effects on who buys again, and profits; each only where one is told.

    Args:
        programs: as `effects` and `profits` take them.
        confidence: level of the ranges.
        wording: writes the numbers.
    """
    drawn = []
    if programs["effect"].notna().any():
        drawn.append(effects(programs, confidence, wording))
    if programs["profit"].notna().any():
        drawn.append(profits(programs, confidence, wording))
    return drawn


def effects(programs: pd.DataFrame, confidence: float, wording: Wording) -> Picture:
    """Effects on who buys again, one row per program, marked by how well they are proved.

    Args:
        programs: program, within, evidence, decision, effect, effect_low, effect_high, effect_told.
        confidence: level of the ranges.
        wording: writes the numbers.
    """
    told = "; ".join(f"{_named(row)}: {row.effect_told}" for row in programs.itertuples())
    return Picture(
        "effects-of-programs",
        "How many more or fewer of 100 customers buy again with each program, each within its own "
        f"window, with {wording.share(confidence)} ranges. {_legend(programs)}",
        f"Effects of programs on how many of 100 customers buy again: {told}.",
        _rows(programs, "effect", 0.0, "more of 100 customers",
              lambda value, _: wording.count(100.0 * value)),
    )  # fmt: skip


def profits(programs: pd.DataFrame, confidence: float, wording: Wording) -> Picture:
    """Margin less cost for each customer, with ranges, against the line where it pays.

    Args:
        programs: program, within, evidence, decision, profit, profit_low, profit_high, profit_told.
        confidence: level of the ranges.
        wording: writes the numbers.
    """
    told = "; ".join(f"{_named(row)}: {row.profit_told}" for row in programs.itertuples())
    return Picture(
        "profits-of-programs",
        "Margin less cost within each program's own window, for each customer with it, with "
        f"{wording.share(confidence)} ranges; right of the line it pays.",
        f"Margin less cost for each customer with the program: {told}.",
        _rows(programs, "profit", 0.0, "margin less cost, each",
              lambda value, _: wording.money(value).removesuffix(".00")),
    )  # fmt: skip


def _rows(
    frame: pd.DataFrame, name: str, line: float, label: str, written: Callable[[float, Any], str]
) -> Figure:
    """One row per program: its mark on its range, and the words where there is none."""
    labels = [_label(row) for row in frame.itertuples()]
    tall = np.array([_LINE * (text.count("\n") + 1) + _GAP for text in labels])
    places = tall / 2.0 - np.cumsum(tall)

    def paint(axes: Axes) -> None:
        axes.axvline(line, color=INK, lw=1)
        for place, row in zip(places, frame.to_dict("records"), strict=True):
            _mark(axes, place, row, name, line)
        axes.set_yticks(places, labels)
        axes.set_ylim(-float(tall.sum()), 0.0)
        axes.set_xlabel(label)
        axes.xaxis.set_major_formatter(written)
        axes.grid(visible=False, axis="y")
        axes.locator_params(axis="x", nbins=4)
        readable(axes)

    return draw(paint, 0.8 + float(tall.sum()))


def _named(row: Any) -> str:
    return ", ".join(filter(None, [row.program, row.within, row.evidence]))


def _label(row: Any) -> str:
    """The program, and below it in what time and how sure one is: words beside the mark."""
    below = ", ".join(filter(None, [row.within, row.evidence]))
    return f"{textwrap.fill(row.program, _WIDE)}\n{textwrap.fill(f'({below})', _WIDE)}"


def _mark(axes: Axes, place: float, row: dict[str, Any], name: str, line: float) -> None:
    at, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if math.isnan(at):
        axes.annotate("not told", (line, place), (7, 0), textcoords="offset points", color=FAINT,
                      fontsize=TEXT, va="center")  # fmt: skip
        return
    shape, edge, face = MARKS[row["evidence"]]
    if not math.isnan(low) and not math.isnan(high):
        axes.plot([low, high], [place, place], color=edge, lw=1.4)
    axes.plot(at, place, shape, color=edge, markersize=7, markerfacecolor=face)


def _legend(programs: pd.DataFrame) -> str:
    named = {
        _LOT: "filled diamond", _LIKE: "open diamond", _ADJUSTED: "filled circle",
        _LOOSE: "open circle",
    }  # fmt: skip
    seen = [grade for grade in named if grade in set(programs["evidence"])]
    return f"{'; '.join(f'{named[g]}: {g}' for g in seen).capitalize()}." if seen else ""


def outcomes(
    lifts: pd.DataFrame, key: str, heading: str, wording: Wording, *, proved: bool = True
) -> Picture:
    """One program's outcomes: how much more with it, in per cent of what there is without.

    Args:
        lifts: outcome, lift, lift_low, lift_high.
        key: of the program, in the picture's name.
        heading: what readers call it.
        wording: writes the numbers.
        proved: whether the others show what there would be without it; if not, marks are hollow.
    """
    places = -np.arange(len(lifts), dtype=float)
    colour, face = (ACCENT, ACCENT) if proved else (FAINT, "white")
    than = "without it" if proved else "others, which is not proved to be due to it"

    def paint(axes: Axes) -> None:
        axes.axvline(0.0, color=INK, lw=1)
        for place, row in zip(places, lifts.itertuples(), strict=True):
            axes.plot([row.lift_low, row.lift_high], [place, place], color=colour, lw=1.4)
            axes.plot(row.lift, place, "o", color=colour, markerfacecolor=face, markersize=6)
        share_axis(axes.xaxis, wording)
        label = f"less  |  more than {'without it' if proved else 'others'}"
        name_rows(axes, lifts["outcome"], 14, label)

    told = "; ".join(
        f"{row.outcome} {wording.share(row.lift)} ({wording.share(row.lift_low)} to "
        f"{wording.share(row.lift_high)})"
        for row in lifts.itertuples()
    )
    caption = f"{heading}: how much more or less of each outcome than {than}, with ranges."
    alt = f"{heading}, how much more or less of each outcome than {than}: {told}."
    return Picture(f"{key}-outcomes", caption, alt, draw(paint, 0.85 + 0.42 * len(lifts)))

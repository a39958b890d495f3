"""Pictures of what goes with falling silent."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from retention_research.figures.canvas import (
    ACCENT,
    BAND,
    FAINT,
    INK,
    LINE,
    SECOND,
    TEXT,
    Picture,
    draw,
    readable,
    share_axis,
)
from retention_research.wording.numbers import Wording, listed

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

# shape and filling tell grades apart as well as colour does, and the words stand beside
_MARKS = {
    "decided by chance": ("D", ACCENT, ACCENT),
    "as good as decided by chance": ("D", ACCENT, "white"),
    "robust association": ("o", ACCENT, ACCENT),
    "associated": ("o", ACCENT, "white"),
    "not clear of chance": ("x", FAINT, FAINT),
}
_WIDE, _MOST_ROWS = 27, 20
_LINE, _GAP = 0.17, 0.2  # inches, of a line of a label and between labels


def forest(effects: pd.DataFrame, confidence: float, wording: Wording) -> Picture:
    """Differences in the share silent with their ranges, one row per driver, marked by grade.

    Args:
        effects: driver, compared, risk_difference, share_low, share_high, evidence, by rank.
        confidence: level of the ranges.
        wording: writes the numbers.
    """
    rows = effects.head(_MOST_ROWS)
    labels = [_label(row) for row in rows.itertuples()]
    tall = [_LINE * (label.count("\n") + 1) + _GAP for label in labels]
    places = -(np.cumsum(tall) - np.asarray(tall) / 2.0)

    def paint(axes: Axes) -> None:
        axes.axvline(0.0, color=INK, lw=1)
        for place, row in zip(places, rows.itertuples(), strict=True):
            shape, edge, face = _MARKS[str(row.evidence)]
            axes.plot([row.share_low, row.share_high], [place, place], color=edge, lw=1.4)
            axes.plot(row.risk_difference, place, shape, color=edge, markersize=6,
                      markerfacecolor=face)  # fmt: skip
        axes.set_yticks(places, labels)
        axes.set_ylim(-sum(tall), 0.0)
        axes.set_xlabel("of 100: fewer silent  |  more")
        _hundreds(axes.xaxis, wording)
        axes.grid(visible=False, axis="y")
        axes.locator_params(axis="x", nbins=4)
        readable(axes)

    caption = f"{_forest_caption(effects, confidence, wording)}{_overruled(rows)}"
    told = "; ".join(
        f"{row.driver}, {row.compared}: {_more_or_fewer(row.risk_difference, wording)} of 100 "
        f"({row.evidence})"
        for row in rows[rows["evidence"] != "not clear of chance"].itertuples()
    )
    alt = f"Differences in how many fall silent, by size: {told or 'none is clear of chance'}."
    return Picture("what-goes-with-silence", caption, alt, draw(paint, 0.8 + sum(tall)))


def _forest_caption(effects: pd.DataFrame, confidence: float, wording: Wording) -> str:
    part = f" The first {_MOST_ROWS} of {len(effects)}." if len(effects) > _MOST_ROWS else ""
    return (
        f"How many more or fewer of 100 customers fall silent, with {wording.share(confidence)} "
        f"ranges.{part} Filled diamond: decided by chance; filled circle: robust association; open "
        "circle: associated; cross: not clear of chance."
    )


def _overruled(rows: pd.DataFrame) -> str:
    """Why a cross may lie clear of no difference; empty where none does."""
    apart = (rows["share_low"] > 0) | (rows["share_high"] < 0)
    crossed = rows.loc[apart & (rows["evidence"] == "not clear of chance"), "driver"]
    if crossed.empty:
        return ""
    return (
        f" The range of {listed(list(crossed))} lies clear of no difference: each range is of that "
        "comparison alone, and among as many as were looked at some do so by chance."
    )


def _label(row: object) -> str:
    compared = getattr(row, "compared", "")
    name = str(getattr(row, "driver", ""))
    full = name if compared == "yes rather than no" else f"{name}: {compared}"
    return textwrap.fill(full, _WIDE)


def _more_or_fewer(share: float, wording: Wording) -> str:
    size = wording.number(abs(100.0 * share), 2)
    return f"{size} {'more' if share > 0 else 'fewer'}"


def _hundreds(axis: Axis, wording: Wording) -> None:
    axis.set_major_formatter(lambda value, _: wording.count(100.0 * value))


def next_orders(curves: pd.DataFrame, wording: Wording) -> list[Picture]:
    """The share without a next order by time, both sides of each driver.

    Args:
        curves: driver, side, after_weeks, not_back, share_low, share_high.
        wording: writes the numbers.
    """
    found = enumerate(dict.fromkeys(curves["driver"]), start=1)
    return [_next_order(curves[curves["driver"] == name], n, wording) for n, name in found]


_DRAWN = ((SECOND, "--", LINE), (ACCENT, "-", BAND))


def _next_order(curves: pd.DataFrame, number: int, wording: Wording) -> Picture:
    driver = curves["driver"].iloc[0]
    sides = {str(side): curves[curves["side"] == side] for side in dict.fromkeys(curves["side"])}
    ends = {side: curve.iloc[-1] for side, curve in sides.items()}
    upper = max(ends, key=lambda side: float(ends[side].not_back))

    def paint(axes: Axes) -> None:
        for (side, curve), (colour, line, band) in zip(sides.items(), _DRAWN, strict=False):
            weeks = curve["after_weeks"]
            axes.fill_between(weeks, curve["share_low"], curve["share_high"], color=band, lw=0)
            axes.plot(weeks, curve["not_back"], color=colour, ls=line)
            middle = curve.iloc[len(curve) // 3]
            away, hold = ((4, 5), "left") if side == upper else ((-4, -13), "right")
            axes.annotate(side, (middle.after_weeks, middle.not_back), away, ha=hold,
                          textcoords="offset points", color=colour, fontsize=TEXT)  # fmt: skip
        axes.set_xlabel("weeks since the order before")
        axes.set_ylabel("no next order yet")
        axes.set_ylim(0, 1.02)
        axes.set_xlim(left=0)
        share_axis(axes.yaxis, wording)
        readable(axes)

    last = listed([_at_the_end(side, end, wording) for side, end in ends.items()])
    alt = f"Two falling curves of the share without a next order, by {driver}: {last}."
    caption = (
        f"Share without a next order, everything else as it is: {driver}. After "
        f"{int(ends[upper].after_weeks)} weeks: {last}. Bands: ranges."
    )
    return Picture(f"next-order-{number}", caption, alt, draw(paint))


def _at_the_end(side: str, end: pd.Series, wording: Wording) -> str:
    low, high = wording.share(end.share_low), wording.share(end.share_high)
    return f"{side} {wording.share(end.not_back)} ({low} to {high})"


def by_amount(doses: pd.DataFrame, wording: Wording) -> list[Picture]:
    """The share silent by amount, one picture for each driver that comes in amounts.

    Args:
        doses: driver, amount_of_it, risk_there, share_low, share_high, in order.
        wording: writes the numbers.
    """
    found = enumerate(dict.fromkeys(doses["driver"]), start=1)
    return [_by_amount(doses[doses["driver"] == name], n, wording) for n, name in found]


def _by_amount(doses: pd.DataFrame, number: int, wording: Wording) -> Picture:
    own = doses.reset_index(drop=True)

    def paint(axes: Axes) -> None:
        low = own["risk_there"] - own["share_low"]
        high = own["share_high"] - own["risk_there"]
        axes.errorbar(own.index, own["risk_there"], [low, high], fmt="o-", color=ACCENT,
                      ecolor=INK, elinewidth=1.2, capsize=3)  # fmt: skip
        axes.set_xticks(own.index, [textwrap.fill(each, 9) for each in own["amount_of_it"]])
        axes.set_xlabel(own["driver"].iloc[0])
        axes.set_ylabel("fall silent")
        axes.set_xlim(-0.5, len(own) - 0.5)
        axes.set_ylim(0, min(1.02, 1.25 * float(own["share_high"].max())))
        share_axis(axes.yaxis, wording)
        readable(axes)

    told = ", ".join(
        f"{wording.share(row.risk_there)} at {row.amount_of_it}" for row in own.itertuples()
    )
    alt = f"Share who fall silent by {own['driver'].iloc[0]}: {told}."
    caption = f"Share who fall silent by {own['driver'].iloc[0]}, everything else as it is."
    return Picture(f"by-amount-{number}", caption, alt, draw(paint))


def by_date(dates: pd.DataFrame, wording: Wording) -> Picture:
    """The difference on each date with its range, one panel per driver, all on one scale.

    Args:
        dates: driver, landmark_day, risk_difference, share_low, share_high.
        wording: writes the numbers.
    """
    names = list(dict.fromkeys(dates["driver"]))
    days = sorted(dates["landmark_day"].unique())

    def paint(axes: Axes) -> None:
        figure = axes.get_figure(root=True)
        assert figure is not None  # it has just been drawn into one
        axes.remove()
        panels = figure.subplots(len(names), 1, sharex=True, sharey=True, squeeze=False)
        for panel, name in zip(panels[:, 0], names, strict=True):
            _panel(panel, dates[dates["driver"] == name], days, wording)
        panels[-1, 0].set_xticks(range(len(days)), [f"{day:%b\n%Y}" for day in days])

    told = "; ".join(
        f"{name} from {_more_or_fewer(own.min(), wording)} to {_more_or_fewer(own.max(), wording)}"
        for name in names
        for own in [dates.loc[dates["driver"] == name, "risk_difference"]]
    )
    alt = f"Differences in how many of 100 fall silent over {len(days)} dates: {told}."
    caption = (
        "How many more (above the line) or fewer of 100 customers fall silent on each date, with "
        "ranges: every link that is clear of chance and was not drawn by lot."
    )
    return Picture("by-date", caption, alt, draw(paint, 0.5 + 1.25 * len(names)))


def _panel(axes: Axes, own: pd.DataFrame, days: list[date], wording: Wording) -> None:
    places = [days.index(day) for day in own["landmark_day"]]
    low = own["risk_difference"] - own["share_low"]
    high = own["share_high"] - own["risk_difference"]
    axes.axhline(0.0, color=INK, lw=1)
    axes.errorbar(places, own["risk_difference"], [low, high], fmt="o", color=ACCENT, ecolor=INK,
                  markersize=4, elinewidth=1.2, capsize=3)  # fmt: skip
    axes.set_title(textwrap.fill(own["driver"].iloc[0], 46), fontsize=TEXT, loc="left")
    axes.set_xlim(-0.5, len(days) - 0.5)
    axes.locator_params(axis="y", nbins=4)
    _hundreds(axes.yaxis, wording)
    readable(axes)

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
    Picture,
    draw,
    share_axis,
)
from retention_research.wording.numbers import Wording

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# shape and filling tell grades apart as well as colour does, and the words stand beside
_MARKS = {
    "decided by chance": ("D", ACCENT, ACCENT),
    "as good as decided by chance": ("D", ACCENT, "white"),
    "robust association": ("o", ACCENT, ACCENT),
    "associated": ("o", ACCENT, "white"),
    "not clear of chance": ("x", FAINT, FAINT),
}
_WIDE, _LONG, _MOST_ROWS = 30, 60, 20
_LINES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1)))


def forest(effects: pd.DataFrame, confidence: float, wording: Wording) -> Picture:
    """Differences in the share silent with their ranges, one row per driver, marked by grade.

    Args:
        effects: driver, compared, risk_difference, share_low, share_high, evidence, by rank.
        confidence: level of the ranges.
        wording: writes the numbers.
    """
    rows = effects.head(_MOST_ROWS)[::-1].reset_index(drop=True)

    def paint(axes: Axes) -> None:
        axes.axvline(0.0, color=INK, lw=1)
        for place, row in enumerate(rows.itertuples()):
            shape, edge, face = _MARKS[str(row.evidence)]
            axes.plot([row.share_low, row.share_high], [place, place], color=edge, lw=1.4)
            axes.plot(row.risk_difference, place, shape, color=edge, markersize=6,
                      markerfacecolor=face)  # fmt: skip
        axes.set_yticks(range(len(rows)), [_label(row) for row in rows.itertuples()], fontsize=8)
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_xlabel("fewer fall silent  |  more fall silent")
        _difference_axis(axes, wording)

    shown = effects.head(_MOST_ROWS)
    told = "; ".join(
        f"{row.driver}, {row.compared}: {wording.share(row.risk_difference)} ({row.evidence})"
        for row in shown[shown["evidence"] != "not clear of chance"].itertuples()
    )
    level = wording.share(confidence)
    part = f" The first {_MOST_ROWS} of {len(effects)}." if len(effects) > _MOST_ROWS else ""
    caption = (
        f"Difference in the share who fall silent, with its {level} range.{part} Filled diamond: "
        "decided by chance; filled circle: robust association; open circle: associated; cross: "
        "not clear of chance."
    )
    alt = f"Differences in the share who fall silent, by size: {told or 'none is clear of chance'}."
    return Picture("what-goes-with-silence", caption, alt, draw(paint, 1.0 + 0.42 * len(rows)))


def _label(row: object) -> str:
    compared = getattr(row, "compared", "")
    name = str(getattr(row, "driver", ""))
    full = name if compared == "yes rather than no" else f"{name}: {compared}"
    return textwrap.fill(textwrap.shorten(full, _LONG, placeholder="…"), _WIDE)


def _difference_axis(axes: Axes, wording: Wording) -> None:
    share_axis(axes.xaxis, wording)
    axes.grid(visible=False, axis="y")
    axes.locator_params(axis="x", nbins=4)


def next_orders(curves: pd.DataFrame, wording: Wording) -> list[Picture]:
    """The share without a next order by time, with each driver and without.

    Args:
        curves: driver, side, after_weeks, not_back, share_low, share_high.
        wording: writes the numbers.
    """
    found = enumerate(dict.fromkeys(curves["driver"]), start=1)
    return [_next_order(curves[curves["driver"] == name], n, wording) for n, name in found]


_SIDES = {"with it": (SECOND, "--", LINE), "without": (ACCENT, "-", BAND)}


def _next_order(curves: pd.DataFrame, number: int, wording: Wording) -> Picture:
    driver = curves["driver"].iloc[0]
    sides = {side: curves[curves["side"] == side] for side in _SIDES}
    ends = {side: curve.iloc[-1] for side, curve in sides.items()}
    upper = max(ends, key=lambda side: float(ends[side].not_back))

    def paint(axes: Axes) -> None:
        for side, (colour, line, band) in _SIDES.items():
            curve = sides[side]
            weeks = curve["after_weeks"]
            axes.fill_between(weeks, curve["share_low"], curve["share_high"], color=band, lw=0)
            axes.plot(weeks, curve["not_back"], color=colour, ls=line)
            middle = curve.iloc[len(curve) // 3]
            away, hold = ((4, 5), "left") if side == upper else ((-4, -13), "right")
            axes.annotate(side, (middle.after_weeks, middle.not_back), away, ha=hold,
                          textcoords="offset points", color=colour, fontsize=9)  # fmt: skip
        axes.set_xlabel("weeks since the order before")
        axes.set_ylabel("no next order yet")
        axes.set_ylim(0, 1.02)
        axes.set_xlim(left=0)
        share_axis(axes.yaxis, wording)

    alt = (
        f"Two falling curves of the share without a next order, with and without {driver}: after "
        f"{int(ends['without'].after_weeks)} weeks {wording.share(ends['with it'].not_back)} and "
        f"{wording.share(ends['without'].not_back)}."
    )
    caption = f"Share without a next order: {driver}, against without, of the same orders."
    return Picture(f"next-order-{number}", caption, alt, draw(paint))


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
        axes.set_xticks(own.index, own["amount_of_it"], fontsize=8)
        axes.set_xlabel(own["driver"].iloc[0])
        axes.set_ylabel("fall silent")
        axes.set_xlim(-0.5, len(own) - 0.5)
        axes.set_ylim(0, min(1.02, 1.25 * float(own["share_high"].max())))
        share_axis(axes.yaxis, wording)

    told = ", ".join(
        f"{wording.share(row.risk_there)} at {row.amount_of_it}" for row in own.itertuples()
    )
    alt = f"Share who fall silent by {own['driver'].iloc[0]}: {told}."
    caption = f"Share who fall silent by {own['driver'].iloc[0]}, everything else as it is."
    return Picture(f"by-amount-{number}", caption, alt, draw(paint))


def by_date(dates: pd.DataFrame, wording: Wording) -> Picture:
    """The difference on each date, one line per driver, told apart by line and mark.

    Args:
        dates: driver, landmark_day, risk_difference.
        wording: writes the numbers.
    """
    names = list(dict.fromkeys(dates["driver"]))[: len(_LINES)]
    days = sorted(dates["landmark_day"].unique())

    def paint(axes: Axes) -> None:
        axes.axhline(0.0, color=INK, lw=1)
        for place, name in enumerate(names):
            own = dates[dates["driver"] == name].set_index("landmark_day")["risk_difference"]
            colour = (ACCENT, SECOND)[place % 2]
            label = textwrap.fill(textwrap.shorten(name, _LONG, placeholder="…"), 44)
            axes.plot(np.arange(len(days)), own.reindex(days), marker="os^Dv"[place],
                      ls=_LINES[place], color=colour, markersize=4, label=label)  # fmt: skip
        axes.set_xticks(range(len(days)), [f"{day:%b %y}" for day in days], fontsize=8)
        axes.set_ylabel("difference in share silent")
        share_axis(axes.yaxis, wording)
        axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.16), fontsize=8, frameon=False)

    told = "; ".join(
        f"{name} from {wording.share(own.min())} to {wording.share(own.max())}"
        for name in names
        for own in [dates.loc[dates["driver"] == name, "risk_difference"]]
    )
    alt = f"Differences in the share silent over {len(days)} dates: {told}."
    caption = "Difference in the share who fall silent on each date, of those clear of chance."
    return Picture("by-date", caption, alt, draw(paint, 3.0 + 0.3 * len(names)))

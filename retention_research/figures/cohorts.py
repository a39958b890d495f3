"""Pictures of who comes back: cohorts by age, first orders, old and new revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.figures.canvas import (
    ACCENT,
    BAND,
    FAINT,
    INK,
    LINE,
    SECOND,
    Picture,
    count_axis,
    draw,
    share_axis,
)
from retention_research.periods import month_in_words
from retention_research.wording.numbers import Wording

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_MOST_ROWS = 16  # cohorts in a heat map: the newest; all are in the table
_MOST_TICKS = 4
_LIGHT, _DEEP = (234, 243, 250), (11, 79, 125)  # cells, the same on light and dark pages
_ON_LIGHT, _ON_DEEP = "#000000", "#ffffff"
_DARK_ENOUGH = 0.72  # of the way from light to deep, where white reads better than ink


def heat_map(cells: pd.DataFrame, step_words: str, wording: Wording) -> Picture:
    """The share of each cohort that bought at each age; immature cells stay empty.

    Args:
        cells: cohort, age, share; mature cells only, oldest cohort first.
        step_words: what a step of age is, such as "months of 30 days".
        wording: writes the numbers.
    """
    rows = list(dict.fromkeys(cells["cohort"]))[-_MOST_ROWS:]
    shown = cells[cells["cohort"].isin(rows)]
    most = max(float(shown["share"].max()), 0.01)

    def paint(axes: Axes) -> None:
        for cell in shown.itertuples():
            _cell(axes, int(cell.age), rows.index(cell.cohort), float(cell.share), most)
        last = int(shown["age"].max())
        axes.set_xlim(0.5, last + 0.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xticks(range(1, last + 1))
        axes.set_yticks(range(len(rows)), [month_in_words(row) for row in rows])
        axes.set_xlabel(f"{step_words} after the first purchase")
        axes.grid(visible=False)

    best, worst = shown.loc[shown["share"].idxmax()], shown.loc[shown["share"].idxmin()]
    alt = (
        f"Grid of {len(rows)} groups of new customers by age. The highest share is "
        f"{wording.share(best.share)} ({month_in_words(best.cohort)}, age {best.age}), the lowest "
        f"{wording.share(worst.share)} ({month_in_words(worst.cohort)}, age {worst.age})."
    )
    caption = (
        "Per cent of each group of new customers who bought in each period after their own first "
        "purchase; empty: not everybody has been followed so long."
    )
    return Picture("cohorts-by-age", caption, alt, draw(paint, 0.9 + 0.22 * len(rows)))


def _cell(axes: Axes, age: int, row: int, share: float, most: float) -> None:
    from matplotlib.patches import Rectangle

    depth = share / most
    mixed = (low + depth * (high - low) for low, high in zip(_LIGHT, _DEEP, strict=True))
    colour = tuple(part / 255 for part in mixed)
    axes.add_patch(Rectangle((age - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor="none"))
    ink = _ON_DEEP if depth > _DARK_ENOUGH else _ON_LIGHT
    axes.text(
        age, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=9,
        color=ink,
    )  # fmt: skip


def retention_curve(
    curve: pd.DataFrame, step_words: str, confidence: float, wording: Wording
) -> Picture:
    """The share of customers who bought at each age, over all cohorts followed so long.

    Args:
        curve: age, share, share_low, share_high, ascending.
        step_words: what a step of age is.
        confidence: level of the bars.
        wording: writes the numbers.
    """

    def paint(axes: Axes) -> None:
        reach = [curve["share"] - curve["share_low"], curve["share_high"] - curve["share"]]
        axes.errorbar(curve["age"], curve["share"], reach, fmt="o-", color=ACCENT, ecolor=INK,
                      elinewidth=1.1, capsize=2.5, markersize=4)  # fmt: skip
        axes.set_xlabel(f"{step_words} after the first purchase")
        axes.set_ylabel("bought in that period")
        axes.set_ylim(0, min(1.05, max(0.05, float(curve["share_high"].max()) * 1.15)))
        share_axis(axes.yaxis, wording)

    first, last = curve.iloc[0], curve.iloc[-1]
    alt = (
        f"Share of customers who bought in each period: {wording.share(first.share)} in the first "
        f"after the first purchase, {wording.share(last.share)} in period {int(last.age)}."
    )
    caption = (
        "Share of customers who bought in each period after their own first purchase, with its "
        f"{wording.share(confidence)} range; each point rests on all customers followed so long."
    )
    return Picture("retention-by-age", caption, alt, draw(paint))


def days_to_second(bars: pd.DataFrame, median_days: float, wording: Wording) -> Picture:
    """When those come back who do.

    Args:
        bars: after_weeks (end of each bar), share; bars of one width.
        median_days: by which half are back.
        wording: writes the numbers.
    """
    width = float(bars["after_weeks"].iloc[0])

    def paint(axes: Axes) -> None:
        axes.bar(bars["after_weeks"] - width / 2, bars["share"], 0.9 * width, color=ACCENT)
        axes.axvline(median_days / 7, color=SECOND, linestyle="--")
        top = float(bars["share"].max())
        axes.set_ylim(0, 1.2 * top)
        axes.text(median_days / 7 + width / 4, 1.1 * top, "half are back", color=SECOND)
        axes.set_xlabel("weeks from the first purchase to the second")
        axes.set_ylabel("of those who came back")
        axes.set_xlim(left=0)
        share_axis(axes.yaxis, wording)

    last = int(bars["after_weeks"].iloc[-1])
    alt = (
        f"Bars of the share of customers by the time until they came back, up to {last} weeks: "
        f"{wording.share(bars['share'].iloc[0])} within {wording.days(7 * width)}, half within "
        f"{wording.days(median_days)}."
    )
    caption = (
        f"Time from the first purchase to the second, of customers followed for {last} weeks who "
        "came back within them."
    )
    return Picture("days-to-second-purchase", caption, alt, draw(paint))


def again_by_discount(curves: pd.DataFrame, confidence: float, wording: Wording) -> Picture:
    """Second purchases over time, after a first order with a discount and at full price.

    Args:
        curves: level, after_weeks, probability, share_low, share_high.
        confidence: level of the bands.
        wording: writes the numbers.
    """
    kinds = list(dict.fromkeys(curves["level"]))
    shown = curves[curves["after_weeks"] <= 52]

    def paint(axes: Axes) -> None:
        looks = zip(kinds, (ACCENT, SECOND), ("-", "--"), strict=False)
        for level, colour, style in looks:
            part = shown[shown["level"] == level]
            axes.fill_between(part["after_weeks"], part["share_low"], part["share_high"],
                              step="post", color=BAND, alpha=0.5, lw=0)  # fmt: skip
            axes.step(part["after_weeks"], part["probability"], style, where="post", color=colour,
                      label=level)  # fmt: skip
        axes.set_xlabel("weeks since the first purchase")
        axes.set_ylabel("have bought again")
        axes.set_ylim(0, 1.02)
        axes.set_xlim(left=0)
        axes.legend(frameon=False, loc="lower right")
        share_axis(axes.yaxis, wording)

    ends = (shown[shown["level"] == level].iloc[-1] for level in kinds)
    told = "; ".join(
        f"{e.level}: {wording.share(e.probability)} after {int(e.after_weeks)} weeks" for e in ends
    )
    caption = (
        "Share who have bought a second time, by whether the first order had a discount, with "
        f"{wording.share(confidence)} ranges."
    )
    alt = f"Two rising curves of the share who have bought again. {told}."
    return Picture("bought-again-by-discount", caption, alt, draw(paint))


def revenue_of_new_and_existing(revenue: pd.DataFrame, wording: Wording) -> Picture:
    """Revenue of each full period, from new and from earlier customers.

    Args:
        revenue: period, new_revenue, existing_revenue, perhaps unknown_revenue, in order.
        wording: writes the numbers.
    """
    places = range(len(revenue))
    told = revenue["existing_revenue"] + revenue["new_revenue"]
    unknown = revenue.get("unknown_revenue")
    total = told if unknown is None else told + unknown

    def paint(axes: Axes) -> None:
        axes.bar(places, revenue["existing_revenue"], color=ACCENT, label="earlier customers")
        axes.bar(places, revenue["new_revenue"], bottom=revenue["existing_revenue"], color=SECOND,
                 hatch="///", edgecolor=BAND, lw=0, label="new customers")  # fmt: skip
        if unknown is not None:
            axes.bar(places, unknown, bottom=told, color=LINE, hatch="..", edgecolor=FAINT, lw=0,
                     label="first seen, perhaps not new")  # fmt: skip
        every = -(-len(revenue) // _MOST_TICKS)
        axes.set_xticks(list(places)[::every], list(revenue["period"])[::every])
        axes.set_ylabel(f"revenue, {wording.currency}")
        axes.legend(frameon=False, loc="upper left")
        top = float(total.max())
        axes.set_ylim(0, 1.4 * top if top > 0 else 1)
        count_axis(axes.yaxis, wording)

    last = revenue.iloc[-1]
    alt = (
        f"Stacked bars of revenue by period, {len(revenue)} periods. In {last.period} earlier "
        f"customers brought {wording.money(last.existing_revenue)}, new ones "
        f"{wording.money(last.new_revenue)}."
    )
    caption = "Revenue of each full period, from customers new in it and from those before them."
    return Picture("new-and-existing-revenue", caption, alt, draw(paint))

"""Pictures of what customers are worth and of how good the forecast was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.figures.canvas import (
    ACCENT,
    FAINT,
    INK,
    SECOND,
    Picture,
    count_axis,
    draw,
    share_axis,
)
from retention_research.values import Value
from retention_research.wording.numbers import Wording, above_or_below

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def test_of_forecast(test: pd.DataFrame, predicted: Value, wording: Wording) -> Picture:
    """Purchases since the test began: what customers did, what was expected, and its range.

    Args:
        test: after_weeks, actual_cumulative, predicted_cumulative, ascending.
        predicted: the forecast at the end with its interval.
        wording: writes the numbers.
    """
    weeks, last = test["after_weeks"], test.iloc[-1]

    def paint(axes: Axes) -> None:
        axes.plot(weeks, test["actual_cumulative"], color=INK)
        axes.plot(weeks, test["predicted_cumulative"], color=ACCENT, linestyle=(0, (5, 2)))
        axes.plot([last.after_weeks] * 2, [predicted.conf_low or 0, predicted.conf_high or 0],
                  color=ACCENT, linewidth=5, alpha=0.35, solid_capstyle="butt")  # fmt: skip
        _end_labels(axes, last)
        axes.set_xlabel("weeks since the test began")
        axes.set_ylabel("purchases since then")
        axes.set_xlim(0, weeks.iloc[-1] * 1.24)
        axes.set_ylim(bottom=0)
        count_axis(axes.yaxis, wording)

    gap = above_or_below(last.predicted_cumulative / max(last.actual_cumulative, 1) - 1, wording)
    alt = (
        f"The forecast ends {gap} what customers bought. Two rising lines over "
        f"{round(last.after_weeks)} weeks: {wording.count(last.actual_cumulative)} purchases made, "
        f"{wording.count(last.predicted_cumulative)} expected, with a bar from "
        f"{wording.interval(predicted)} at the end."
    )
    caption = "Purchases added up since the test began; the bar is the range of the forecast."
    return Picture("test-of-forecast", caption, alt, draw(paint))


def forecast_against_actual(track: pd.DataFrame, known_until: int, wording: Wording) -> Picture:
    """Repeat purchases so far, week by week: what customers did and what the model expected.

    Args:
        track: after_weeks, actual_cumulative, predicted_cumulative, ascending.
        known_until: the week in which the calibration ends.
        wording: writes the numbers.
    """
    weeks, last = track["after_weeks"], track.iloc[-1]

    def paint(axes: Axes) -> None:
        axes.plot(weeks, track["actual_cumulative"], color=INK)
        axes.plot(weeks, track["predicted_cumulative"], color=ACCENT, linestyle=(0, (5, 2)))
        axes.axvline(known_until, color=FAINT, linewidth=1)
        top = axes.get_ylim()[1]
        axes.text(known_until, top, "  not seen from here", color=FAINT, va="top", fontsize=8)
        _end_labels(axes, last)
        axes.set_xlabel("weeks since the first customer came")
        axes.set_ylabel("repeat purchases so far")
        axes.set_xlim(0, weeks.iloc[-1] * 1.16)
        axes.set_ylim(bottom=0)
        count_axis(axes.yaxis, wording)

    alt = (
        f"Two rising lines over {int(weeks.iloc[-1])} weeks. Customers made "
        f"{wording.count(last.actual_cumulative)} repeat purchases; the model's line, fitted up to "
        f"week {known_until}, ends at {wording.count(last.predicted_cumulative)}."
    )
    caption = "Repeat purchases of the whole window, and what the model expects of such births."
    return Picture("forecast-against-actual", caption, alt, draw(paint))


def _end_labels(axes: Axes, last: pd.Series) -> None:
    ends = [
        (last.actual_cumulative, "bought", INK),
        (last.predicted_cumulative, "forecast", ACCENT),
    ]
    upper = max(ends)[1]
    for height, name, colour in ends:
        side = "bottom" if name == upper else "top"
        axes.annotate(name, (last.after_weeks, height), (7, 0), textcoords="offset points",
                      color=colour, va=side, fontsize=9)  # fmt: skip


def value_by_tenth(tenths: pd.DataFrame, wording: Wording) -> Picture:
    """Share of the total value held by each tenth of customers.

    Args:
        tenths: group, share, share_low, share_high, most valuable first.
        wording: writes the numbers.
    """
    places = range(len(tenths))

    def paint(axes: Axes) -> None:
        axes.bar(places, tenths["share"], color=ACCENT, width=0.72)
        low, high = tenths["share"] - tenths["share_low"], tenths["share_high"] - tenths["share"]
        axes.errorbar(places, tenths["share"], [low, high], fmt="none", ecolor=INK, elinewidth=1.2)
        for place, share, top in zip(places, tenths["share"], tenths["share_high"], strict=True):
            axes.text(place, top, wording.share(share), ha="center", va="bottom", fontsize=7.5)
        axes.set_xticks(list(places), [str(place + 1) for place in places])
        axes.set_xlabel("tenths of customers, most valuable first")
        axes.grid(axis="x", visible=False)
        share_axis(axes.yaxis, wording)

    first, last = tenths.iloc[0], tenths.iloc[-1]
    alt = (
        f"Bars for ten equal groups of customers: the most valuable tenth holds "
        f"{wording.share(first.share)} of the total value, the least valuable "
        f"{wording.share(last.share)}."
    )
    caption = "Share of the total value held by each tenth of customers, with intervals."
    return Picture("value-by-tenth", caption, alt, draw(paint))


def holdout_by_frequency(groups: pd.DataFrame, wording: Wording) -> Picture:
    """Purchases per customer in the hold-out, by repeat purchases before: done and forecast.

    Args:
        groups: frequency (label), actual_mean, predicted_mean, customers.
        wording: writes the numbers.
    """
    caption = "Purchases per customer in the test period, by repeat purchases made before it."
    names = ("bought", "forecast")
    drawn = _paired(groups, ("actual_mean", "predicted_mean"), names, "purchases per customer")
    first, last = groups.iloc[0], groups.iloc[-1]
    alt = (
        "Two lines over the number of repeat purchases before the test period. Customers with "
        f"{first.frequency} bought {wording.number(first.actual_mean, 2)} times on average against "
        f"{wording.number(first.predicted_mean, 2)} forecast; those with {last.frequency}, "
        f"{wording.number(last.actual_mean, 2)} against {wording.number(last.predicted_mean, 2)}."
    )
    return Picture("holdout-by-frequency", caption, alt, drawn)


def fit_by_frequency(groups: pd.DataFrame, wording: Wording) -> Picture:
    """Customers by repeat purchases in the calibration: counted and expected by the model.

    Args:
        groups: frequency (label), counted, expected.
        wording: writes the numbers.
    """
    caption = "Customers by number of repeat purchases: counted, and expected by the model."
    names = ("counted", "model")
    drawn = _paired(groups, ("counted", "expected"), names, "customers")
    first = groups.iloc[0]
    alt = (
        f"Two lines over the number of repeat purchases. With none there are "
        f"{wording.count(first.counted)} customers and the model expects "
        f"{wording.count(first.expected)}; the lines stay within "
        f"{wording.count((groups.counted - groups.expected).abs().max())} customers of each other."
    )
    return Picture("fit-by-frequency", caption, alt, drawn)


def _paired(
    groups: pd.DataFrame, columns: tuple[str, str], names: tuple[str, str], unit: str
) -> Figure:
    places = range(len(groups))

    def paint(axes: Axes) -> None:
        axes.plot(places, groups[columns[0]], color=INK, marker="o", markersize=4, label=names[0])
        axes.plot(
            places, groups[columns[1]], color=SECOND, marker="D", markersize=4,
            linestyle=(0, (5, 2)), label=names[1],
        )  # fmt: skip
        axes.set_xticks(list(places), list(groups["frequency"]))
        axes.set_xlabel("repeat purchases in the calibration")
        axes.set_ylabel(unit)
        axes.set_ylim(bottom=0)
        axes.legend(frameon=False, handlelength=2.6)

    return draw(paint)

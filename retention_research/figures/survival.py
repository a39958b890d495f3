"""Pictures of how long things last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retention_research.figures.canvas import ACCENT, BAND, INK, Picture, draw, share_axis
from retention_research.wording.numbers import Wording

_MOST_LABELS = 5  # of months under an axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def bought_again(
    curve: pd.DataFrame, marks: pd.DataFrame, confidence: float, wording: Wording
) -> Picture:
    """The share of customers who have bought again, by time since the first purchase.

    Args:
        curve: after_weeks, probability, share_low, share_high, ascending.
        marks: after_weeks, probability: points to label.
        confidence: level of the band.
        wording: writes the numbers.
    """

    def paint(axes: Axes) -> None:
        _steps_with_band(axes, curve, "probability")
        for mark in marks.itertuples():
            axes.plot(mark.after_weeks, mark.probability, "o", color=INK, markersize=4)
            label = wording.share(mark.probability)
            axes.annotate(label, (mark.after_weeks, mark.probability), (0, 6), ha="center",
                          textcoords="offset points", fontsize=9)  # fmt: skip
        axes.set_xlabel("weeks since the first purchase")
        axes.set_ylabel("have bought again")
        axes.set_ylim(0, _room_above(curve["share_high"]))
        share_axis(axes.yaxis, wording)

    points = ", ".join(
        f"{wording.share(m.probability)} after {int(m.after_weeks)} weeks"
        for m in marks.itertuples()
    )
    alt = f"Rising curve of the share of customers who have bought again: {points}."
    caption = f"Share who have bought a second time, with its {wording.share(confidence)} range."
    return Picture("bought-again", caption, alt, draw(paint))


def still_customers(
    curve: pd.DataFrame, tau_days: int, confidence: float, wording: Wording
) -> Picture:
    """The share still customers by tenure, of those who stayed beyond one order.

    Args:
        curve: after_weeks, survival, share_low, share_high, ascending.
        tau_days: the age to which means run, marked.
        confidence: level of the band.
        wording: writes the numbers.
    """
    at_tau = curve[curve["after_weeks"] <= tau_days / 7].iloc[-1]

    def paint(axes: Axes) -> None:
        _steps_with_band(axes, curve, "survival")
        axes.plot(tau_days / 7, at_tau.survival, "o", color=INK, markersize=4)
        axes.annotate(wording.share(at_tau.survival), (tau_days / 7, at_tau.survival), (4, 6),
                      textcoords="offset points", fontsize=9)  # fmt: skip
        axes.set_xlabel("weeks since the first purchase")
        axes.set_ylabel("still customers")
        axes.set_ylim(0, 1.02)
        share_axis(axes.yaxis, wording)

    alt = (
        "Falling curve of the share of customers who have not yet fallen silent: "
        f"{wording.share(at_tau.survival)} are still customers {round(tau_days / 7)} weeks after "
        "their first purchase."
    )
    level = wording.share(confidence)
    caption = f"Share still customers, of those who bought more than once, with its {level} range."
    return Picture("still-customers", caption, alt, draw(paint))


def _room_above(shares: pd.Series) -> float:
    """The upper end of an axis of shares: room for labels, and some height where all is 0."""
    return min(1.12, max(0.05, float(shares.max()) * 1.2))


def _steps_with_band(axes: Axes, curve: pd.DataFrame, column: str) -> None:
    weeks = curve["after_weeks"]
    axes.fill_between(weeks, curve["share_low"], curve["share_high"], step="post", color=BAND, lw=0)
    axes.step(weeks, curve[column], where="post", color=ACCENT)
    axes.set_xlim(left=0)


def share_by_month(months: pd.DataFrame, wording: Wording) -> Picture:
    """A share with its interval for each month of first purchase.

    Args:
        months: month, probability, share_low, share_high, in order.
        wording: writes the numbers.
    """
    places = range(len(months))

    def paint(axes: Axes) -> None:
        low = months["probability"] - months["share_low"]
        high = months["share_high"] - months["probability"]
        axes.errorbar(places, months["probability"], [low, high], fmt="o", color=ACCENT,
                      ecolor=INK, elinewidth=1.2, capsize=3)  # fmt: skip
        every = -(-len(months) // _MOST_LABELS)  # labels that do not fit are left out, not squeezed
        axes.set_xticks(list(places)[::every], list(months["month"])[::every])
        axes.set_xlabel("month of the first purchase")
        axes.set_ylabel("bought again within 26 weeks")
        axes.set_ylim(0, _room_above(months["share_high"]))
        axes.set_xlim(-0.6, len(months) - 0.4)
        share_axis(axes.yaxis, wording)

    best = months.loc[months["probability"].idxmax()]
    worst = months.loc[months["probability"].idxmin()]
    alt = (
        f"The share back within 26 weeks lies between {wording.share(worst.probability)} "
        f"({worst.month}) and {wording.share(best.probability)} ({best.month}) over {len(months)} "
        "months of first purchase; their ranges reach from "
        f"{wording.share(months.share_low.min())} to {wording.share(months.share_high.max())}."
    )
    caption = "Share who bought again within 26 weeks, by month of the first purchase."
    return Picture("bought-again-by-month", caption, alt, draw(paint))

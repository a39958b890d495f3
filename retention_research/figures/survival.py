"""Pictures of how long things last."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from retention_research.figures.canvas import ACCENT, BAND, INK, Picture, draw, share_axis
from retention_research.figures.survival_rows import ROOM, followed_below, followed_words
from retention_research.wording.numbers import Wording

_MOST_LABELS = 5  # of months under an axis
_HEIGHT = 2.8 + ROOM  # inches
_NOT_BACK = "not back yet"

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def bought_again(
    curve: pd.DataFrame, marks: pd.DataFrame, confidence: float, wording: Wording
) -> Picture:
    """The share of customers who have bought again, by time since the first purchase.

    Args:
        curve: after_weeks, n_at_risk, probability, share_low, share_high, ascending.
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
        followed_below(axes, {"": curve}, wording, _NOT_BACK)

    points = ", ".join(
        f"{wording.share(m.probability)} after {int(m.after_weeks)} weeks"
        for m in marks.itertuples()
    )
    alt = f"Rising curve of the share of customers who have bought again: {points}."
    alt = f"{alt} {followed_words(curve, wording, _NOT_BACK)}"
    caption = f"Share who have bought a second time, with its {wording.share(confidence)} range."
    return Picture("bought-again", caption, alt, draw(paint, _HEIGHT))


def still_customers(
    curve: pd.DataFrame, tau_days: int, confidence: float, wording: Wording
) -> Picture:
    """The share still customers by tenure, of those who stayed beyond one order.

    Args:
        curve: after_weeks, n_at_risk, survival, share_low, share_high, ascending.
        tau_days: the age to which means run, marked.
        confidence: level of the band.
        wording: writes the numbers.
    """
    return _falling("still-customers", curve, tau_days, confidence, wording, _CUSTOMERS)


def contracts_running(
    curve: pd.DataFrame, tau_days: int, confidence: float, wording: Wording
) -> Picture:
    """The share of first contracts that still run, by age.

    Args:
        curve: after_weeks, n_at_risk, survival, share_low, share_high, ascending.
        tau_days: the age to which means run, marked.
        confidence: level of the band.
        wording: writes the numbers.
    """
    return _falling("contracts-running", curve, tau_days, confidence, wording, _CONTRACTS)


class _Words(NamedTuple):
    """What a falling curve is of: on its axes, in its alternative text, in its caption."""

    since: str
    share: str
    alt: str
    caption: str


_CUSTOMERS = _Words(
    "weeks since the first purchase",
    "still customers",
    "Falling curve of the share of customers who have not yet fallen silent",
    "Share still customers, of those who bought more than once",
)
_CONTRACTS = _Words(
    "weeks since the contract began",
    "still running",
    "Falling curve of the share of first contracts that still run",
    "Share of first contracts that still run",
)


def _falling(
    name: str, curve: pd.DataFrame, tau_days: int, confidence: float, wording: Wording, of: _Words
) -> Picture:
    at_tau = curve[curve["after_weeks"] <= tau_days / 7].iloc[-1]
    share = wording.share(at_tau.survival)

    def paint(axes: Axes) -> None:
        _steps_with_band(axes, curve, "survival")
        axes.plot(at_tau.after_weeks, at_tau.survival, "o", color=INK, markersize=4)
        axes.annotate(share, (at_tau.after_weeks, at_tau.survival), (4, 6),
                      textcoords="offset points", fontsize=9)  # fmt: skip
        axes.set_xlabel(of.since)
        axes.set_ylabel(of.share)
        axes.set_ylim(0, 1.02)
        share_axis(axes.yaxis, wording)
        followed_below(axes, {"": curve}, wording, of.share)

    alt = (
        f"{of.alt}: {share} after {int(at_tau.after_weeks)} weeks. "
        f"{followed_words(curve, wording, of.share)}"
    )
    caption = f"{of.caption}, with its {wording.share(confidence)} range."
    return Picture(name, caption, alt, draw(paint, _HEIGHT))


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
    every = -(-len(months) // _MOST_LABELS)  # labels that do not fit are left out, not squeezed

    def paint(axes: Axes) -> None:
        _points(axes, months, wording)
        axes.set_xticks(list(range(len(months)))[::every], list(months["month"])[::every])
        axes.set_xlabel("month of the first purchase")
        axes.set_ylabel("bought again within 26 weeks")

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


def next_orders(orders: pd.DataFrame, weeks: int, wording: Wording) -> Picture:
    """The share who order again within some weeks, by number of the order before.

    Args:
        orders: order_number, probability, share_low, share_high, in order.
        weeks: within which.
        wording: writes the numbers.
    """
    names = [str(name).replace(" and later", "+") for name in orders["order_number"]]

    def paint(axes: Axes) -> None:
        _points(axes, orders, wording)
        for place, share in enumerate(orders["probability"]):
            axes.annotate(wording.share(share), (place, share), (7, -3),
                          textcoords="offset points", fontsize=9)  # fmt: skip
        axes.set_xticks(list(range(len(orders))), [name.replace(" to ", " to\n") for name in names])
        axes.set_xlabel("from which order to the next")
        axes.set_ylabel(f"order again within {weeks} weeks")

    parts = ", ".join(
        f"{wording.share(row.probability)} ({row.order_number})" for row in orders.itertuples()
    )
    alt = f"Share who order again within {weeks} weeks, by number of the order before: {parts}."
    caption = f"Share who order again within {weeks} weeks, by number of the order before."
    return Picture("next-orders", caption, alt, draw(paint))


def _points(axes: Axes, rows: pd.DataFrame, wording: Wording) -> None:
    """Shares with their intervals, side by side."""
    low = rows["probability"] - rows["share_low"]
    high = rows["share_high"] - rows["probability"]
    axes.errorbar(range(len(rows)), rows["probability"], [low, high], fmt="o", color=ACCENT,
                  ecolor=INK, elinewidth=1.2, capsize=3)  # fmt: skip
    axes.set_ylim(0, _room_above(rows["share_high"]))
    axes.set_xlim(-0.6, len(rows) - 0.4)
    share_axis(axes.yaxis, wording)

"""Pictures of what customers say and how they are served."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from retention_research.figures.canvas import (
    ACCENT,
    BAND,
    INK,
    LINE,
    SECOND,
    Picture,
    count_axis,
    draw,
    share_axis,
)
from retention_research.glossary.names import slug
from retention_research.wording.numbers import Wording

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_ROW = 0.24  # inches
_MOST_ROWS = 12
_MOST_LABELS = 4  # of periods under an axis
_LONGEST = 26  # letters of a label
_MARKERS, _COLOURS = ("o", "s", "^", "D", "v", "P"), (ACCENT, SECOND, INK)


def drawable(rows: pd.DataFrame, column: str) -> bool:
    """Whether there are two values or more to draw.

    Args:
        rows: a result frame.
        column: of the values.
    """
    return len(rows.dropna(subset=column)) > 1


def recommending_over_time(rows: pd.DataFrame, wording: Wording) -> Picture:
    """The recommendation score by period.

    Args:
        rows: in_period, score, conf_low, conf_high, in order.
        wording: writes the numbers.
    """
    told = rows.dropna(subset="score")

    def paint(axes: Axes) -> None:
        _track(axes, told, ("score", "conf_low", "conf_high"))
        axes.axhline(0, color=LINE, lw=0.8)
        axes.set_ylabel("score, -100 to 100")

    return Picture(
        "recommending-over-time",
        "Recommendation score (NPS) by period, each customer's latest answer, with its range.",
        _alt_over_time("score", told, "score", wording.number),
        draw(paint),
    )


def satisfied_over_time(rows: pd.DataFrame, wording: Wording) -> Picture:
    """The share of satisfied ratings by period.

    Args:
        rows: in_period, satisfied, share_low, share_high, in order.
        wording: writes the numbers.
    """
    told = rows.dropna(subset="satisfied")

    def paint(axes: Axes) -> None:
        _track(axes, told, ("satisfied", "share_low", "share_high"))
        share_axis(axes.yaxis, wording)
        axes.set_ylabel("satisfied")

    return Picture(
        "satisfied-over-time",
        "Share of rated answers that satisfied the customer, by period, with its range.",
        _alt_over_time("share satisfied", told, "satisfied", wording.share),
        draw(paint),
    )


def complaints_over_time(rows: pd.DataFrame, wording: Wording) -> Picture:
    """Complaints per 1,000 customers by period.

    Args:
        rows: in_period, rate, conf_low, conf_high, in order.
        wording: writes the numbers.
    """
    told = rows.dropna(subset="rate")

    def paint(axes: Axes) -> None:
        _track(axes, told, ("rate", "conf_low", "conf_high"))
        axes.set_ylim(bottom=0)
        count_axis(axes.yaxis, wording)
        axes.set_ylabel("per 1,000 customers")

    return Picture(
        "complaints-over-time",
        "Complaints per 1,000 active customers by period, with range.",
        _alt_over_time("number of complaints per 1,000 customers", told, "rate", wording.number),
        draw(paint),
    )


def scores_by_group(rows: pd.DataFrame, segment: str, wording: Wording) -> Picture:
    """The recommendation score of each group over the year.

    Args:
        rows: group, score, conf_low, conf_high.
        segment: what groups are by, in words.
        wording: writes the numbers.
    """
    caption = f"Recommendation score (NPS) by {segment}, over the year, with range."
    shown = rows.rename(columns={"group": "label"}).sort_values("score", ascending=False)
    title = "score, -100 to 100"
    return _ranges(f"recommending-by-{slug(segment)}", caption, shown, "score", title, wording)


def problems_by_product(rows: pd.DataFrame, wording: Wording) -> Picture:
    """The products with most problems per order.

    Args:
        rows: product, rate, conf_low, conf_high, worst first.
        wording: writes the numbers.
    """
    caption = "Products with most tickets per 1,000 orders that hold them, with range."
    shown = rows.rename(columns={"product": "label"})
    title = "tickets per 1,000 orders"
    return _ranges("problems-by-product", caption, shown, "rate", title, wording)


def value_by_reason(rows: pd.DataFrame, wording: Wording) -> Picture:
    """What customers had spent, by the reason they gave for leaving.

    Args:
        rows: reason, value_lost, most first.
        wording: writes the numbers.
    """
    shown = rows.head(_MOST_ROWS)

    def paint(axes: Axes) -> None:
        places = range(len(shown))
        axes.barh(places, shown["value_lost"], color=ACCENT, height=0.6)
        _labels(axes, list(shown["reason"]))
        for place, amount in zip(places, shown["value_lost"], strict=True):
            axes.annotate(wording.money(amount), (amount, place), (3, 0), va="center",
                          textcoords="offset points", fontsize=8)  # fmt: skip
        axes.set_xlim(0, 1.3 * max(float(shown["value_lost"].max()), 1.0))
        axes.set_xticks([])
        axes.grid(visible=False)

    told = ", ".join(
        f"{r.reason} {wording.money(r.value_lost)}" for r in shown.head(3).itertuples()
    )
    return Picture(
        "value-by-reason",
        "What customers who have not bought since had spent in the year before, by reason.",
        f"Bars of what customers had spent by their reason for leaving; the longest: {told}.",
        draw(paint, _height(len(shown))),
    )


def waiting(rows: pd.DataFrame, wording: Wording) -> Picture:
    """The share of complaints still open by time.

    Args:
        rows: after_days, still_open, share_low, share_high, ascending.
        wording: writes the numbers.
    """

    def paint(axes: Axes) -> None:
        days = rows["after_days"]
        axes.fill_between(
            days, rows["share_low"], rows["share_high"], step="post", color=BAND, lw=0
        )
        axes.step(days, rows["still_open"], where="post", color=ACCENT)
        axes.set_xlabel("days since the complaint")
        axes.set_ylabel("still open")
        axes.set_ylim(0, 1.02)
        axes.set_xlim(left=0)
        share_axis(axes.yaxis, wording)

    last = rows.iloc[-1]
    alt = (
        "Falling curve of the share of complaints still open: after "
        f"{wording.number(last.after_days, 2)} days {wording.share(last.still_open)} are."
    )
    caption = "Share of complaints still open by days since the complaint, with its range."
    return Picture("complaints-waiting", caption, alt, draw(paint))


def response_by_frequency(rows: pd.DataFrame, wording: Wording) -> Picture:
    """The share of contacts answered, by channel and number of contacts.

    Args:
        rows: channel, contacts_in_period, response, share_low, share_high.
        wording: writes the numbers.
    """
    told = rows.dropna(subset="response")
    bands = list(dict.fromkeys(told["contacts_in_period"]))
    bands.sort(key=lambda band: int(band.split()[0]))
    channels = list(dict.fromkeys(told["channel"]))[: len(_MARKERS)]

    def paint(axes: Axes) -> None:
        for number, channel in enumerate(channels):
            mine = told[told["channel"] == channel]
            shift = (number - (len(channels) - 1) / 2) * 0.16
            places = [bands.index(band) + shift for band in mine["contacts_in_period"]]
            _bars(axes, places, mine, _MARKERS[number], _COLOURS[number % len(_COLOURS)], channel)
        axes.set_xticks(range(len(bands)), bands)
        axes.set_xlabel("contacts of the customer in the period")
        axes.set_ylabel("answered")
        axes.set_ylim(0, min(1.0, 1.35 * float(told["share_high"].max())))
        axes.legend(ncols=min(3, len(channels)), frameon=False, loc="upper center", fontsize=8.5)
        share_axis(axes.yaxis, wording)

    best, worst = told.loc[told["response"].idxmax()], told.loc[told["response"].idxmin()]
    alt = (
        f"Points with ranges: {wording.share(best.response)} of contacts are answered by "
        f"{best.channel} at {best.contacts_in_period} in the period, the most; "
        f"{wording.share(worst.response)} by {worst.channel} at {worst.contacts_in_period}, the "
        "least."
    )
    caption = (
        "Share of delivered contacts that were answered, by what customers were contacted by and "
        "how often."
    )
    return Picture("response-by-frequency", caption, alt, draw(paint))


def _bars(
    axes: Axes, places: Sequence[float], rows: pd.DataFrame, marker: str, colour: str, name: str
) -> None:
    low, high = rows["response"] - rows["share_low"], rows["share_high"] - rows["response"]
    axes.errorbar(places, rows["response"], [low, high], fmt=marker, color=colour, markersize=4.5,
                  elinewidth=1.1, capsize=2, label=name)  # fmt: skip


def _track(axes: Axes, rows: pd.DataFrame, columns: tuple[str, str, str]) -> None:
    value, low, high = (rows[column] for column in columns)
    places = range(len(rows))
    axes.fill_between(places, low, high, color=BAND, lw=0)
    axes.plot(places, value, "o-", color=ACCENT, markersize=3.5)
    every = -(-len(rows) // _MOST_LABELS)  # labels that do not fit are left out, not squeezed
    last = len(rows) - 1
    shown = [place for place in places if (last - place) % every == 0]
    axes.set_xticks(shown, [rows["in_period"].iloc[place] for place in shown])
    axes.set_xlim(-0.4, last + 0.6)


def _alt_over_time(
    what: str, rows: pd.DataFrame, column: str, words: Callable[[float], str]
) -> str:
    first, last = rows.iloc[0], rows.iloc[-1]
    return (
        f"Line of the {what} with its range over {len(rows)} periods: "
        f"{words(first[column])} in {first.in_period}, {words(last[column])} in {last.in_period}."
    )


def _ranges(
    name: str, caption: str, rows: pd.DataFrame, column: str, title: str, wording: Wording
) -> Picture:
    """Values with ranges, one row each: label, the column, conf_low, conf_high."""
    shown = rows.dropna(subset=column).head(_MOST_ROWS)

    def paint(axes: Axes) -> None:
        value = shown[column]
        reach = [value - shown["conf_low"], shown["conf_high"] - value]
        axes.errorbar(value, range(len(shown)), xerr=reach, fmt="o", color=ACCENT, ecolor=INK,
                      elinewidth=1.1, capsize=2, markersize=4.5)  # fmt: skip
        _labels(axes, list(shown["label"]))
        axes.set_xlabel(title)

    top, last = shown.iloc[0], shown.iloc[-1]
    alt = (
        f"Points with ranges, {len(shown)} rows: from {top.label} at {wording.number(top[column])} "
        f"to {last.label} at {wording.number(last[column])} {title}."
    )
    return Picture(name, caption, alt, draw(paint, _height(len(shown))))


def _labels(axes: Axes, names: Sequence[str]) -> None:
    shown = [n if len(n) <= _LONGEST else f"{n[: _LONGEST - 1]}…" for n in names]
    axes.set_yticks(range(len(shown)), shown)
    axes.set_ylim(len(shown) - 0.4, -0.6)


def _height(rows: int) -> float:
    return 0.7 + _ROW * max(rows, 3)

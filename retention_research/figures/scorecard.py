"""Pictures of the scorecard: each KPI over time, small and one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from retention_research.answers.scorecard import TURNED, Scorecard, Standing
from retention_research.figures.canvas import ACCENT, BAND, FAINT, INK, Picture, draw
from retention_research.periods import Period, day_in_words
from retention_research.study_sections import KPIS
from retention_research.wording.numbers import listed
from retention_research.wording.scorecard_numbers import amount, axis_amount
from retention_research.wording.scorecard_terms import Terms

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_PANEL, _FOOT = 1.25, 0.45  # inches
_FEWEST = 2  # periods with a value, below which nothing can be seen to move


def drawable(card: Scorecard, theme: str) -> tuple[Standing, ...]:
    """The main KPIs of a section that were known in two periods or more; no mirror images."""
    counts = card.trend["kpi"].value_counts()
    main = [s for s in card.of_theme(theme) if s.kpi in KPIS and s.kpi not in TURNED]
    return tuple(s for s in main if counts.get(s.kpi, 0) >= _FEWEST)


def trends(card: Scorecard, theme: str, terms: Terms) -> Picture:
    """One panel a KPI: its value by period with its range, the target and marked days.

    Args:
        card: holds the trend.
        theme: section whose KPIs are drawn; `drawable` of them, at least one.
        terms: write the names and numbers.
    """
    shown = drawable(card, theme)
    periods = card.trend_periods

    def paint(axes: Axes) -> None:
        figure: Any = axes.get_figure()
        axes.remove()
        panels = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
        for panel, standing in zip(panels, shown, strict=True):
            _panel(panel, _of(card, standing), standing, periods, terms)
            _mark(panel, card, periods)
        _letter(panels[0], card, periods)
        _ticks(panels[-1], periods)

    alt = " ".join(_told(_of(card, s), s, periods, terms) for s in shown)
    height = _FOOT + _PANEL * len(shown)
    return Picture(f"trend-{theme}", _caption(card, terms), alt, draw(paint, height))


def _of(card: Scorecard, standing: Standing) -> pd.DataFrame:
    return card.trend[card.trend["kpi"] == standing.kpi]


def _panel(
    axes: Axes, rows: pd.DataFrame, standing: Standing, periods: Sequence[Period], terms: Terms
) -> None:
    whole = rows.set_axis(_places(rows, periods)).reindex(range(len(periods)))  # gaps stay gaps
    axes.fill_between(whole.index, whole["low"], whole["high"], color=BAND, lw=0)
    axes.plot(whole.index, whole["value"], "o-", color=ACCENT, markersize=3.5)
    place, value = whole["value"].last_valid_index(), float(rows["value"].iloc[-1])
    last = amount(standing.kpi, value, terms)
    axes.annotate(last, (place, value), (5, 0), va="center",
                  textcoords="offset points", fontsize=9, annotation_clip=False)  # fmt: skip
    if standing.judged.target is not None:
        axes.axhline(standing.judged.target, color=INK, lw=1, ls=(0, (4, 2)))
    axes.set_title(terms.heading(standing.kpi), loc="left", fontsize=9.5)
    axes.yaxis.set_major_formatter(lambda v, _: axis_amount(standing.kpi, v, terms))
    axes.locator_params(axis="y", nbins=3)
    axes.margins(y=0.15)


def _places(rows: pd.DataFrame, periods: Sequence[Period]) -> list[int]:
    at = {period.start: place for place, period in enumerate(periods)}
    return [at[day] for day in rows["period_start"]]


def _place_of(day: date, periods: Sequence[Period]) -> float:
    """Where a day lies between the places of periods."""
    place, period = next((i, p) for i, p in enumerate(periods) if p.start <= day <= p.end)
    return place - 0.5 + ((day - period.start).days + 0.5) / period.days


def _mark(axes: Axes, card: Scorecard, periods: Sequence[Period]) -> None:
    for event in card.events:
        axes.axvline(_place_of(event.date, periods), color=FAINT, lw=1, ls=":")


def _letter(axes: Axes, card: Scorecard, periods: Sequence[Period]) -> None:
    for letter, event in zip(ascii_uppercase, card.events, strict=False):
        axes.annotate(letter, (_place_of(event.date, periods), 1), (0, 2), ha="center",
                      xycoords=("data", "axes fraction"), textcoords="offset points",
                      fontsize=9)  # fmt: skip


def _ticks(axes: Axes, periods: Sequence[Period]) -> None:
    shown = sorted({0, (len(periods) - 1) // 2, len(periods) - 1})
    axes.set_xticks(shown, [_short(periods[place]) for place in shown])
    axes.set_xlim(-0.5, len(periods) - 0.5)


def _short(period: Period) -> str:
    return period.words if period.unit == "month" else day_in_words(period.start)


def _told(rows: pd.DataFrame, standing: Standing, periods: Sequence[Period], terms: Terms) -> str:
    first, last = rows.iloc[0], rows.iloc[-1]
    heading = terms.heading(standing.kpi)
    at = {period.start: _short(period) for period in periods}
    return (
        f"{heading}: {amount(standing.kpi, first.value, terms)} in {at[first.period_start]}, "
        f"{amount(standing.kpi, last.value, terms)} in {at[last.period_start]}, between "
        f"{amount(standing.kpi, rows['value'].min(), terms)} and "
        f"{amount(standing.kpi, rows['value'].max(), terms)}."
    )


def _caption(card: Scorecard, terms: Terms) -> str:
    unit = card.period.unit
    level = terms.share(card.confidence)
    caption = f"By {unit}, with {level} ranges; a dashed line is the target."
    marked = [f"{letter}: {event.label} ({terms.day(event.date)})"
              for letter, event in zip(ascii_uppercase, card.events, strict=False)]  # fmt: skip
    return f"{caption} Marked: {listed(marked)}." if marked else caption

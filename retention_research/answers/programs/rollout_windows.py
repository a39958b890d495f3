"""Counts of a roll-out as outcomes around each start: whole windows, and the steps of their course.

What units are held against is their mean over several windows before the start, a year's worth
where the data reach so far: a week in which a region happened to sell much then moves little. Each
window before weighs by the customers of all units, the same for all, so that what moves all units
alike falls out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from retention_research.answers.programs.rollout_units import Spans
from retention_research.models.arrays import Floats, Integers
from retention_research.programs.rollout import Aligned

_YEAR = 364  # days
_FEWEST, _MOST = 2, 6  # windows before a start
_PIECES = (3, 4, 2, 1)  # steps of a window, the first that fits whole weeks
AFTER = 2  # windows from the start on: the second shows whether it lasts

RATIOS = {
    "retained": ("buyers", "customers"),
    "purchases": ("purchases", "customers"),
    "revenue": ("revenue", "customers"),
    "margin": ("revenue", "customers"),
    "satisfaction": ("points", "ratings"),
}


class Grid(NamedTuple):
    """How time around a start is cut.

    Attributes:
        window: days. fine: days of the shortest span. step: days of a step of the course.
        before: windows before a start.
    """

    window: int
    fine: int
    step: int
    before: int


def grid_of(window_days: int) -> Grid:
    """How time is cut for a window.

    Example:
        >>> grid_of(84)
        Grid(window=84, fine=7, step=28, before=4)
        >>> grid_of(30)
        Grid(window=30, fine=30, step=30, before=6)
    """
    before = int(np.clip(_YEAR // window_days, _FEWEST, _MOST))
    if window_days % 7:
        return Grid(window_days, window_days, window_days, before)
    weeks = window_days // 7
    pieces = next(count for count in _PIECES if weeks % count == 0)
    return Grid(window_days, 7, window_days // pieces, before)


def laid_out(spans: Spans, outcome: str, start: Integers, span: int, window: int) -> Aligned:
    """An outcome around each start, in spans of so many days.

    Args:
        spans: counts in spans that divide `span`.
        outcome: retained (of spans as long as counted), purchases, revenue, margin or
            satisfaction. Amounts add up over the short spans in a longer one.
        start: each unit's own, ordinal days, shape (units,).
        span: days; divides the window.
        window: days, of which the base is made.

    Returns:
        Outcomes per customer (per rating); units without customers in the window before a start,
        or in the first after it, have size 0 there.
    """
    above, below = (spans.counts[name] for name in RATIOS[outcome])
    rate = outcome == "satisfaction"
    values = _values(above, below, span // spans.step, rate=rate)
    windows = _values(above, below, window // spans.step, rate=rate)
    sizes = _summed(below, window // spans.step) * spans.step / window
    ages = np.arange(values.shape[2]) + int(spans.ages[0]) * spans.step // span
    at = -int(spans.ages[0]) * spans.step // window  # the first window with the program
    known = np.isfinite(windows[:, :, at]) & np.isfinite(windows[:, :, at - 1])
    size = np.where(known, sizes[:, :, at], 0.0)
    base = _base(windows[:, :, :at], sizes[:, :, :at], size)
    # a share of each short span in the base, so that the steps of a window add up to its effect
    spread = np.zeros((base.shape[0], values.shape[2]))
    per = window // span
    spread[:, : at * per] = np.repeat(base / per, per, axis=1)
    shown = _only_whole(values, size, ages)
    return Aligned(shown, spans.starts, start, ages, size, spread, span, held=per)


def _values(above: Floats, below: Floats, count: int, *, rate: bool) -> Floats:
    """Means of spans joined by count: of ratings over all of them, else added up."""
    if rate:
        return _ratio(_summed(above, count), _summed(below, count))
    return _summed(_ratio(above, below), count)


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.where(below > 0.0, above / np.where(below > 0.0, below, 1.0), np.nan)


def _summed(values: Floats, count: int) -> Floats:
    """Sums of neighbouring spans, shape (starts, units, ages / count)."""
    starts, units, ages = values.shape
    joined: Floats = values.reshape(starts, units, ages // count, count).sum(axis=3)
    return joined


def _base(windows: Floats, customers: Floats, size: Floats) -> Floats:
    """The share of each window before a start, by customers; 0 where some unit is not known."""
    counted = (size > 0.0)[:, :, None]
    whole = (np.isfinite(windows) | ~counted).all(axis=1) & counted.any(axis=1)
    # without a gap back from the start: an older window would stand for another time
    whole = np.flip(np.logical_and.accumulate(np.flip(whole, axis=1), axis=1), axis=1)
    weight = np.where(whole, np.nansum(np.where(counted, customers, 0.0), axis=1), 0.0)
    share: Floats = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    return share


def _only_whole(values: Floats, size: Floats, ages: Integers) -> Floats:
    """Spans before a start are shown where every unit that counts is known."""
    gap = (~np.isfinite(values) & (size > 0.0)[:, :, None]).any(axis=1)
    return np.where((gap & (ages < 0))[:, None, :], np.nan, values)

"""Kaplan-Meier: how long until something happens, when not all have been watched to the end.

Kaplan and Meier (1958), JASA 53, 457-481. Errors are Greenwood's, or, of weights that are no
counts, the infinitesimal jackknife's; intervals are log-log unless another is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isinf, isnan
from typing import Any, NamedTuple, Self, cast

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile
from retention_research.models.product_limit import greenwood, jackknife
from retention_research.models.restricted_mean import restricted_mean
from retention_research.models.survival_counts import Watched, gap_after, gap_words, watched
from retention_research.models.survival_intervals import Interval, survival_interval

TIE = 1e-9  # a plateau this close to a share is at it


class Row(NamedTuple):
    """Customers with one history, of a curve whose weights are no counts.

    Attributes:
        entry: when watching began, or None for "from the beginning"; exit: when it ended.
        event: whether it ended in the event.
        weight: sum of their weights; squares: sum of the squares.
    """

    entry: float | None
    exit: float
    event: bool
    weight: float
    squares: float


@dataclass(frozen=True, slots=True)
class KaplanMeierFit:
    """A fitted survival curve.

    Columns have one entry per distinct time of an event or a censoring, in order.

    Attributes:
        name: "kaplan_meier".
        time: the times, in `unit`.
        n_at_risk: customers watched just before each time.
        n_events: customers with the event at each time.
        survival: the share still without event after each time, 1 to 0; None after `gap`.
        std_error: its standard error; None where nobody is left.
        conf_low: lower end of its interval; None where nobody is left.
        conf_high: upper end.
        n: customers; events: those with an event.
        unit: of time, a word in the singular; confidence: the level of the intervals.
        interval: the scale on which intervals are symmetric: "log-log", "log" or "plain".
        begins: when the first customer entered, 0 unless all came late; the curve is of those
            who were without event until then.
        gap: the time at which nobody was left although others are watched later, or None.
        rows: distinct histories, where weights are no counts; else empty.
    """

    name: str
    time: tuple[float, ...]
    n_at_risk: tuple[int, ...]
    n_events: tuple[int, ...]
    survival: tuple[float | None, ...]
    std_error: tuple[float | None, ...]
    conf_low: tuple[float | None, ...]
    conf_high: tuple[float | None, ...]
    n: int
    events: int
    unit: str
    confidence: float
    interval: Interval = "log-log"
    begins: float = 0.0
    gap: float | None = None
    rows: tuple[Row, ...] = ()

    def at_risk(self, times: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Customers watched just before each time, for the table under a curve.

        Between two times of the fit, these are the customers watched just before the later one.

        Args:
            times: shape (m,), in the fit's unit.

        Returns:
            Counts, shape (m,); 0 after the last time.
        """
        place = np.searchsorted(self.time, np.atleast_1d(times), side="left")
        return np.append(np.array(self.n_at_risk, dtype=np.int64), 0)[place]

    def survival_at(self, t: float) -> Estimate | Missing:
        """The share without event up to and including t, with its interval.

        Args:
            t: a time, 0 or later, in the fit's unit.

        Returns:
            The estimate; missing where nobody was watched as long as t, or as early.

        Raises:
            ValueError: if t is missing.
        """
        if isnan(t):
            raise ValueError("t is missing; it must be a time")
        term = f"survival_at_{t:g}"
        if reason := self._unwatched(t):
            return Missing(term, reason)
        place = int(np.searchsorted(self.time, t, side="right")) - 1
        if place < 0:
            return Estimate(term, 1.0, 0.0, 1.0, 1.0)
        ends = self.std_error[place], self.conf_low[place], self.conf_high[place]
        return Estimate(term, cast(float, self.survival[place]), *ends)

    def _unwatched(self, t: float) -> str:
        if t < self.begins:
            return f"Nobody was watched before {self.unit} {self.begins:g}."
        if self.gap is not None and t >= self.gap:
            return gap_words(self.gap, self.unit)
        if t > self.time[-1] and self.survival[-1] != 0.0:
            return f"Nobody was watched for more than {self.time[-1]:g} {self.unit}s."
        return ""

    def median(self) -> Estimate | Missing:
        """The time by which half have had the event: `quantile(0.5)`.

        Returns:
            The estimate in the fit's unit; missing where the curve stays above one half.
        """
        return self.quantile(0.5)

    def quantile(self, p: float) -> Estimate | Missing:
        """The time by which a share p has had the event; the middle, if the curve rests there.

        Args:
            p: between 0 and 1.

        Returns:
            The estimate in the fit's unit. Its interval holds the times at which the curve's
            own interval holds 1 - p (Brookmeyer and Crowley, 1982); an end that the data do not
            set is None. Missing where fewer than p had the event while they were watched.

        Raises:
            ValueError: if p is not between 0 and 1.
        """
        if not 0.0 < p < 1.0:
            raise ValueError(f"p is {p:g}; it must lie between 0 and 1")
        term = "median" if p == 0.5 else f"quantile_{p:g}"
        middle = self._reaches(1.0 - p, self.survival)
        if middle is None:
            return Missing(term, self._unreached(p))
        low, high = self._reaches(1.0 - p, self.conf_low), self._reaches(1.0 - p, self.conf_high)
        return Estimate(term, middle, None, low, high)

    def _unreached(self, p: float) -> str:
        if self.gap is not None:
            return gap_words(self.gap, self.unit)
        share = "half" if p == 0.5 else f"{100 * (1.0 - p):g}%"
        return f"More than {share} had no event for as long as they were watched."

    def _reaches(self, level: float, curve: tuple[float | None, ...]) -> float | None:
        values = np.array(curve, dtype=np.float64)
        places = np.flatnonzero(values <= level + TIE)
        if places.size == 0:
            return None
        first = places[0]
        below = np.flatnonzero(values < values[first] - TIE)
        if abs(values[first] - level) < TIE and below.size:
            return (self.time[first] + self.time[below[0]]) / 2.0
        return self.time[first]

    def restricted_mean(self, tau: float) -> Estimate | Missing:
        """The mean time without event among the first tau, with its interval.

        Args:
            tau: the horizon, above 0, in the fit's unit.

        Returns:
            The estimate in the fit's unit; missing with fewer than 10 at risk at tau, without
            interval where there is no event before it.
        """
        return restricted_mean(self, tau)

    def to_dict(self) -> dict[str, Any]:
        """The fit as plain lists, numbers and words that JSON keeps without loss."""
        record = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}
        return record | {"rows": [list(row) for row in self.rows]}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """The fit that `to_dict` wrote down.

        Args:
            record: what `to_dict` returned, before or after a round trip through JSON.
        """
        parts = {k: tuple(v) if isinstance(v, list) else v for k, v in record.items()}
        parts["rows"] = tuple(Row(*row) for row in parts["rows"])
        return cls(**cast(dict[str, Any], parts))


def fit_kaplan_meier(
    duration: npt.ArrayLike,
    event_observed: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    unit: str = "day",
    confidence: float = 0.95,
    interval: Interval = "log-log",
    robust: bool = False,
) -> KaplanMeierFit:
    """Fit a survival curve.

    Args:
        duration: time to the event or to the end of watching, shape (n,), in `unit`.
        event_observed: whether it ended in the event, shape (n,).
        entry: when watching began, before duration, shape (n,); from the beginning if left out.
        weights: shape (n,); one each if left out. Whole numbers count customers per row; with
            fractions, such as inverse probabilities, each row is a customer and errors are the
            infinitesimal jackknife's.
        unit: the unit of time, a word in the singular.
        confidence: the level of the intervals.
        interval: the scale on which intervals are symmetric.
        robust: take whole weights, too, for no counts.

    Returns:
        The fit.

    Raises:
        ValueError: on missing or negative values, watching that ends before it begins, no rows,
            an unknown interval.

    Examples:
        >>> fit = fit_kaplan_meier([1, 2, 2, 3], [True, True, False, False])
        >>> round(fit.survival_at(2.5).estimate, 6), fit.median().estimate
        (0.5, 2.0)
    """
    rows = watched(duration, event_observed, entry, weights)
    weighted = robust or not rows.whole
    customers = rows.counted(np.ones(rows.exit.size) if weighted else rows.weight)
    gap = gap_after(rows, customers)
    cells = rows.cells() if weighted else None
    survival, variance = jackknife(*cells) if cells else greenwood(customers)
    told = customers.time < (np.inf if gap is None else gap)
    survival = np.where(told, survival, np.nan)
    left = survival > 0.0
    error = np.where(left, survival * np.sqrt(np.where(left, variance, 0.0)), np.nan)
    low, high = survival_interval(survival, quantile(confidence) * error, interval)
    return KaplanMeierFit(
        name="kaplan_meier",
        time=tuple(customers.time.tolist()),
        n_at_risk=_whole(customers.at_risk),
        n_events=_whole(customers.events),
        survival=or_none(survival),
        std_error=or_none(error),
        conf_low=or_none(low),
        conf_high=or_none(high),
        n=int(rows.exit.size if weighted else rows.weight.sum()),
        events=int(customers.events.sum()),
        unit=unit,
        confidence=confidence,
        interval=interval,
        begins=max(0.0, float(rows.entry.min())),
        gap=gap,
        rows=_kept(*cells) if cells else (),
    )


def _kept(cells: Watched, squares: Floats) -> tuple[Row, ...]:
    entry = [None if isinf(began) else began for began in cells.entry.tolist()]
    columns = cells.exit.tolist(), cells.event.tolist(), cells.weight.tolist(), squares.tolist()
    return tuple(map(Row, entry, *columns))


def _whole(column: Floats) -> tuple[int, ...]:
    return tuple(column.astype(np.int64).tolist())


def or_none(column: Floats) -> tuple[float | None, ...]:
    """A column as a record keeps it: None where it is nan.

    Examples:
        >>> or_none(np.array([0.5, np.nan]))
        (0.5, None)
    """
    return tuple(None if isnan(x) else x for x in column.tolist())

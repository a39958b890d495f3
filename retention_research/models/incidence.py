"""Competing ends: how many have come to each end by a time, when the first end rules out the rest.

Aalen and Johansen (1978), Scand. J. Statistics 5, 141-150. Errors are the infinitesimal
jackknife's, as in R's survival. One minus Kaplan-Meier of one end alone, with the others taken
for censored, is too high: it says what would be if nobody could come to another end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self, cast

import numpy as np
import numpy.typing as npt

from retention_research.models.aalen_johansen import aalen_johansen
from retention_research.models.arrays import Flags, checked, refuse, same_length
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile
from retention_research.models.kaplan_meier import KaplanMeierFit, fit_kaplan_meier, or_none
from retention_research.models.survival_counts import Watched, watched
from retention_research.models.survival_intervals import survival_interval


class CauseCurve(NamedTuple):
    """The share that has come to one end, by time.

    Attributes:
        time: distinct times of an end or a censoring, shape (k,).
        incidence: the share by each time, 0 to 1; low, high: its interval, None where it has
            none.
    """

    time: tuple[float, ...]
    incidence: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class IncidenceFit:
    """Fitted shares of competing ends.

    Attributes:
        name: "incidence".
        causes: the ends that were seen, as numbers from 1.
        curves: one per cause: its share by distinct time.
        std_errors: one column per cause, by distinct time.
        alone: one survival curve per cause, the others taken for censored.
        any_end: the survival curve of no end at all, whose complement is the sum of the shares.
        n: customers.
        events: customers who came to each end.
        unit: of time, a word in the singular; confidence: the level of the intervals.
    """

    name: str
    causes: tuple[int, ...]
    curves: tuple[CauseCurve, ...]
    std_errors: tuple[tuple[float | None, ...], ...]
    alone: tuple[KaplanMeierFit, ...]
    any_end: KaplanMeierFit
    n: int
    events: tuple[int, ...]
    unit: str
    confidence: float

    def at_risk(self, times: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Customers watched and not yet at any end just before each time, shape (m,)."""
        return self.any_end.at_risk(times)

    def curve(self, cause: int) -> CauseCurve:
        """The share that has come to an end, by time.

        Args:
            cause: one of `causes`.

        Raises:
            ValueError: on a cause that was not seen.
        """
        return self.curves[self._place(cause)]

    def incidence_at(self, cause: int, t: float) -> Estimate | Missing:
        """The share that has come to an end by t, with its log-log interval.

        Args:
            cause: one of `causes`.
            t: a time, 0 or later, in the fit's unit.

        Returns:
            The estimate; missing where nobody was watched as long as t.

        Raises:
            ValueError: on a cause that was not seen, or a missing time.
        """
        place = self._place(cause)
        term, found = f"incidence_{cause}_at_{t:g}", self.any_end.survival_at(t)
        if isinstance(found, Missing):
            return Missing(term, found.reason)
        at = int(np.searchsorted(self.any_end.time, t, side="right")) - 1
        if at < 0:
            return Estimate(term, 0.0, 0.0, 0.0, 0.0)
        share, low, high = (column[at] for column in self.curves[place][1:])
        return Estimate(term, cast(float, share), self.std_errors[place][at], low, high)

    def naive_at(self, cause: int, t: float) -> Estimate | Missing:
        """What one minus Kaplan-Meier of one end alone says, which is too high.

        Args:
            cause: one of `causes`.
            t: a time, 0 or later, in the fit's unit.

        Raises:
            ValueError: on a cause that was not seen, or a missing time.
        """
        term, found = f"naive_{cause}_at_{t:g}", self.alone[self._place(cause)].survival_at(t)
        if isinstance(found, Missing):
            return Missing(term, found.reason)
        ends = (None if end is None else 1.0 - end for end in (found.conf_high, found.conf_low))
        return Estimate(term, 1.0 - found.estimate, found.std_error, *ends)

    def _place(self, cause: int) -> int:
        if cause not in self.causes:
            raise ValueError(f"cause {cause} was not seen; there are {self.causes}")
        return self.causes.index(cause)

    def to_dict(self) -> dict[str, Any]:
        """The fit as plain lists, numbers and words that JSON keeps without loss."""
        return asdict(self) | {
            "curves": [list(curve) for curve in self.curves],
            "alone": [curve.to_dict() for curve in self.alone],
            "any_end": self.any_end.to_dict(),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """The fit that `to_dict` wrote down.

        Args:
            record: what `to_dict` returned, before or after a round trip through JSON.
        """
        parts = dict(record) | {
            "causes": tuple(record["causes"]),
            "curves": tuple(CauseCurve(*map(tuple, curve)) for curve in record["curves"]),
            "std_errors": tuple(map(tuple, record["std_errors"])),
            "alone": tuple(map(KaplanMeierFit.from_dict, record["alone"])),
            "any_end": KaplanMeierFit.from_dict(record["any_end"]),
            "events": tuple(record["events"]),
        }
        return cls(**parts)


def fit_incidence(
    duration: npt.ArrayLike,
    cause: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    unit: str = "day",
    confidence: float = 0.95,
) -> IncidenceFit | Missing:
    """Fit the shares of competing ends.

    Args:
        duration: time to the first end, or to the end of watching, shape (n,), in `unit`.
        cause: which end it was, 1, 2 and so on; 0 for still there. Shape (n,).
        entry: when watching began, before duration, shape (n,); from the beginning if left out.
        weights: customers per row, whole numbers, shape (n,); one each if left out.
        unit: the unit of time, a word in the singular.
        confidence: the level of the intervals.

    Returns:
        The fit; missing where nobody came to any end.

    Raises:
        ValueError: on missing or negative values, watching that ends before it begins, parts of
            customers, no rows.

    Examples:
        >>> fit = fit_incidence([1, 2, 3, 4], [1, 2, 1, 0])
        >>> round(fit.incidence_at(1, 3).estimate, 6), round(fit.naive_at(1, 3).estimate, 6)
        (0.5, 0.625)
    """
    ends = checked("cause", cause)
    refuse(ends != np.floor(ends), "cause is not a whole number")
    rows = watched(duration, np.minimum(ends, 1.0), entry, weights, keep_all=True)
    same_length(duration=rows.exit, cause=ends)
    refuse(rows.weight != np.floor(rows.weight), "weights are not whole customers")
    causes = np.unique(ends[rows.event & (rows.weight > 0.0)])
    if causes.size == 0:
        return Missing("incidence", "Nobody came to any end while watched.")
    columns: dict[str, Any] = {"entry": entry, "weights": weights, "unit": unit}
    columns |= {"confidence": confidence}
    alone = tuple(fit_kaplan_meier(duration, ends == one, **columns) for one in causes)
    any_end = fit_kaplan_meier(duration, ends > 0.0, **columns)
    kept = rows.weight > 0.0
    found = [_curve(rows.part(kept), ends[kept] == one, any_end) for one in causes]
    return IncidenceFit(
        name="incidence",
        causes=tuple(int(one) for one in causes),
        curves=tuple(curve for curve, _ in found),
        std_errors=tuple(error for _, error in found),
        alone=alone,
        any_end=any_end,
        n=any_end.n,
        events=tuple(curve.events for curve in alone),
        unit=unit,
        confidence=confidence,
    )


def _curve(
    rows: Watched, own: Flags, any_end: KaplanMeierFit
) -> tuple[CauseCurve, tuple[float | None, ...]]:
    """The share of one end with its interval, and its errors; missing after a gap."""
    counts, share, variance = aalen_johansen(rows, own)
    told = counts.time < (np.inf if any_end.gap is None else any_end.gap)
    share = np.where(told, share, np.nan)
    error = np.where(told, np.sqrt(variance), np.nan)
    high, low = survival_interval(1.0 - share, quantile(any_end.confidence) * error)
    columns = (share, 1.0 - low, 1.0 - high)
    return CauseCurve(any_end.time, *map(or_none, columns)), or_none(error)

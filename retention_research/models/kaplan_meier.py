"""Kaplan-Meier: how long until something happens, when not all have been watched to the end.

Kaplan and Meier (1958), JASA 53, 457-481. Points and Greenwood's errors are statsmodels';
intervals are log-log (Kalbfleisch and Prentice, 2002, section 1.4).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self, cast

import numpy as np
import numpy.typing as npt
from statsmodels.duration.survfunc import SurvfuncRight

from retention_research.models.arrays import Floats, checked, checked_weights, refuse, same_length
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile

FEWEST_AT_RISK = 10  # a restricted mean needs as many at its horizon
TIE = 1e-9  # a plateau this close to one half is at one half


@dataclass(frozen=True, slots=True)
class KaplanMeierFit:
    """A fitted survival curve.

    Columns have one entry per distinct time of an event or a censoring, in order.

    Attributes:
        name: "kaplan_meier".
        time: the times, in `unit`.
        n_at_risk: watched just before each time.
        n_events: events at each time.
        survival: the share still without event after each time, 1 to 0.
        std_error: Greenwood's standard error of it; None where nobody is left.
        conf_low: lower end of the log-log interval; None where nobody is left.
        conf_high: upper end.
        n: customers; events: those with an event.
        unit: of time, a word in the singular; confidence: the level of the intervals.
    """

    name: str
    time: tuple[float, ...]
    n_at_risk: tuple[int, ...]
    n_events: tuple[int, ...]
    survival: tuple[float, ...]
    std_error: tuple[float | None, ...]
    conf_low: tuple[float | None, ...]
    conf_high: tuple[float | None, ...]
    n: int
    events: int
    unit: str
    confidence: float

    def at_risk(self, times: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Customers watched just before each time, for the table under a curve.

        Args:
            times: shape (m,), in the fit's unit.

        Returns:
            Counts, shape (m,); 0 after the last time.
        """
        place = np.searchsorted(self.time, np.atleast_1d(times), side="left")
        return np.append(np.array(self.n_at_risk, dtype=np.int64), 0)[place]

    def survival_at(self, t: float) -> Estimate | Missing:
        """The share without event up to and including t, with its log-log interval.

        Args:
            t: a time, 0 or later, in the fit's unit.

        Returns:
            The estimate; missing where nobody was watched as long as t.
        """
        term = f"survival_at_{t:g}"
        if t > self.time[-1] and self.survival[-1] > 0.0:
            return Missing(
                term, f"Nobody was watched for more than {self.time[-1]:g} {self.unit}s."
            )
        place = int(np.searchsorted(self.time, t, side="right")) - 1
        if place < 0:
            return Estimate(term, 1.0, 0.0, 1.0, 1.0)
        ends = self.std_error[place], self.conf_low[place], self.conf_high[place]
        return Estimate(term, self.survival[place], *ends)

    def median(self) -> Estimate | Missing:
        """The time by which half have had the event; the middle, if the curve rests at one half.

        Returns:
            The estimate in the fit's unit. Its interval holds the times at which the curve's
            own interval holds one half (Brookmeyer and Crowley, 1982); an end that the data
            do not set is None. Missing where the curve stays above one half.
        """
        middle = self._reaches_half(self.survival)
        if middle is None:
            return Missing(
                "median", "More than half had no event for as long as they were watched."
            )
        low, high = self._reaches_half(self.conf_low), self._reaches_half(self.conf_high)
        return Estimate("median", middle, None, low, high)

    def _reaches_half(self, curve: tuple[float | None, ...]) -> float | None:
        values = np.array(curve, dtype=np.float64)
        places = np.flatnonzero(values <= 0.5 + TIE)
        if places.size == 0:
            return None
        first = places[0]
        below = np.flatnonzero(values < values[first] - TIE)
        if abs(values[first] - 0.5) < TIE and below.size:
            return (self.time[first] + self.time[below[0]]) / 2.0
        return self.time[first]

    def restricted_mean(self, tau: float) -> Estimate | Missing:
        """The mean time without event among the first tau, with its interval.

        The area under the curve up to tau; its variance sums, over the events, the squared
        area beyond each times d / (n (n - d)) (Klein and Moeschberger, 2003, equation 4.5.2).

        Args:
            tau: the horizon, above 0, in the fit's unit.

        Returns:
            The estimate in the fit's unit; missing with fewer than 10 at risk at tau.
        """
        left = int(self.at_risk(tau)[0])
        if left < FEWEST_AT_RISK:
            reason = (
                f"Only {left} were watched for {tau:g} {self.unit}s; {FEWEST_AT_RISK} are needed."
            )
            return Missing("restricted_mean", reason)
        area, variance = self._area_and_variance(tau)
        error = float(np.sqrt(variance))
        reach = quantile(self.confidence) * error
        ends = max(area - reach, 0.0), min(area + reach, tau)
        return Estimate("restricted_mean", area, error, *ends)

    def _area_and_variance(self, tau: float) -> tuple[float, float]:
        time, n, d = (np.array(c, dtype=float) for c in (self.time, self.n_at_risk, self.n_events))
        early = time < tau
        edges = np.concatenate([[0.0], time[early], [tau]])
        height = np.concatenate([[1.0], np.array(self.survival)[early]])
        pieces = height * np.diff(edges)
        beyond = pieces[1:][::-1].cumsum()[::-1]
        risk = d[early] / (n[early] * (n[early] - d[early]))  # 10 at risk at tau: n > d before it
        return float(pieces.sum()), float((beyond**2) @ risk)

    def to_dict(self) -> dict[str, Any]:
        """The fit as plain lists, numbers and words that JSON keeps without loss."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """The fit that `to_dict` wrote down.

        Args:
            record: what `to_dict` returned, before or after a round trip through JSON.
        """
        parts = {k: tuple(v) if isinstance(v, list) else v for k, v in record.items()}
        return cls(**cast(dict[str, Any], parts))


def fit_kaplan_meier(
    duration: npt.ArrayLike,
    event_observed: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    unit: str = "day",
    confidence: float = 0.95,
) -> KaplanMeierFit:
    """Fit a survival curve.

    Args:
        duration: time to the event or to the end of watching, shape (n,), in `unit`.
        event_observed: whether it ended in the event, shape (n,).
        entry: when watching began, before duration, shape (n,); 0 if left out.
        weights: customers per row, whole numbers, shape (n,); one each if left out.
        unit: the unit of time, a word in the singular.
        confidence: the level of the intervals.

    Returns:
        The fit.

    Raises:
        ValueError: on missing or negative values, watching that ends before it begins, no rows.

    Examples:
        >>> fit = fit_kaplan_meier([1, 2, 2, 3], [True, True, False, False])
        >>> round(fit.survival_at(2.5).estimate, 6), fit.median().estimate
        (0.5, 2.0)
    """
    time, status, began = _repeated(duration, event_observed, entry, weights)
    if time.size == 0:
        raise ValueError("there are no customers to fit a survival curve to")
    points = SurvfuncRight(time, status, entry=None if entry is None else began)
    moments = np.unique(time)
    place = np.searchsorted(points.surv_times, moments, side="right")
    survival = np.append(1.0, points.surv_prob)[place]
    std_error = np.append(0.0, points.surv_prob_se)[place]
    low, high = _log_log(survival, std_error, confidence)
    return KaplanMeierFit(
        name="kaplan_meier",
        time=tuple(moments.tolist()),
        n_at_risk=tuple((_at_least(time, moments) - _at_least(began, moments)).tolist()),
        n_events=tuple(_exactly(time[status > 0], moments).tolist()),
        survival=tuple(survival.tolist()),
        std_error=_or_none(std_error),
        conf_low=_or_none(low),
        conf_high=_or_none(high),
        n=time.size,
        events=int(status.sum()),
        unit=unit,
        confidence=confidence,
    )


def _repeated(
    duration: npt.ArrayLike,
    event_observed: npt.ArrayLike,
    entry: npt.ArrayLike | None,
    weights: npt.ArrayLike | None,
) -> tuple[Floats, Floats, Floats]:
    """One row per customer: statsmodels' weighted errors lack the factor S(t)."""
    time = checked("duration", duration)
    status = checked("event_observed", event_observed)
    began = np.full(time.size, -np.inf) if entry is None else checked("entry", entry)
    same_length(duration=time, event_observed=status, entry=began)
    refuse((status != 0) & (status != 1), "event_observed is neither true nor false")
    refuse(began >= time, "entry is not before the end of watching")
    customers = checked_weights(weights, time.size)
    refuse(customers != np.floor(customers), "weights are not whole customers")
    times = customers.astype(np.int64)
    return np.repeat(time, times), np.repeat(status, times), np.repeat(began, times)


def _at_least(times: Floats, moments: Floats) -> npt.NDArray[np.int64]:
    """How many times are at or after each moment."""
    return times.size - np.searchsorted(np.sort(times), moments, side="left")


def _exactly(times: Floats, moments: Floats) -> npt.NDArray[np.int64]:
    """How many times fall on each moment."""
    ordered = np.sort(times)
    upto = np.searchsorted(ordered, moments, side="right")
    return upto - np.searchsorted(ordered, moments, side="left")


def _log_log(survival: Floats, std_error: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Intervals that stay within 0 and 1; missing once the curve is at 0."""
    inside = (survival > 0.0) & (survival < 1.0)
    curve = np.where(inside, survival, 0.5)
    reach = quantile(confidence) * std_error / (curve * np.log(curve))
    low, high = curve ** np.exp(-reach), curve ** np.exp(reach)
    ends = np.where(survival >= 1.0, 1.0, np.nan)
    return np.where(inside, low, ends), np.where(inside, high, ends)


def _or_none(column: Floats) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(entry) else float(entry) for entry in column)

"""Kaplan-Meier of tickets, of which a customer may have several: errors clustered by customer.

The curve is Kaplan and Meier's; its variance sums the customers' influences, the infinitesimal
jackknife of Lin and Wei (1989), JASA 84, 1074-1078, section 2, for a curve without covariates.
With one ticket per customer it is Greenwood's but for the factor n / (n - 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, Integers, checked, same_length
from retention_research.models.fit import Estimate, Missing
from retention_research.models.ratio import student

TIE = 1e-9  # a plateau this close to one half is at one half
FEWEST = 2  # customers, below which nothing can be said of how they differ


@dataclass(frozen=True, slots=True, eq=False)
class ClusteredCurve:
    """A survival curve of tickets.

    Attributes:
        time: distinct times of an event, ascending, shape (k,), in `unit`.
        survival: share still waiting after each, shape (k,).
        duration: of each ticket, shape (n,).
        event: whether it ended in the event, shape (n,).
        hazard: events over tickets at risk at each time, shape (k,).
        at_risk: tickets at risk just before each time, shape (k,).
        cluster: customer of each ticket as a whole number from 0, shape (n,).
        confidence: level of the intervals.
        unit: of time, a word in the plural.
    """

    time: Floats
    survival: Floats
    duration: Floats
    event: npt.NDArray[np.bool_]
    hazard: Floats
    at_risk: Floats
    cluster: Integers
    confidence: float
    unit: str

    @property
    def n(self) -> int:
        """Tickets."""
        return int(self.duration.size)

    @property
    def customers(self) -> int:
        """Customers."""
        return int(self.cluster.max()) + 1

    def still_waiting(self, t: float) -> float:
        """The share without event up to and including t."""
        place = int(np.searchsorted(self.time, t, side="right")) - 1
        return float(self.survival[place]) if place >= 0 else 1.0

    def influence(self, t: float) -> Floats:
        """What each ticket adds to n times the error of the share at t, shape (n,)."""
        left = self.still_waiting(t)
        odds = self.hazard / np.maximum(1.0 - self.hazard, TIE)
        steps = np.concatenate([[0.0], np.cumsum(odds / self.at_risk)])
        seen = np.searchsorted(self.time, np.minimum(self.duration, t), side="right")
        hit = self.event & (self.duration <= t)
        own = np.zeros(self.n)
        place = seen[hit] - 1
        own[hit] = (1.0 + odds[place]) / self.at_risk[place]
        return -left * self.n * (own - steps[seen])

    def std_error(self, t: float) -> float:
        """The standard error of the share at t, clustered by customer."""
        sums = np.bincount(self.cluster, weights=self.influence(t), minlength=self.customers)
        factor = self.customers / max(self.customers - 1, 1)
        return float(np.sqrt(factor * (sums @ sums)) / self.n)

    def survival_at(self, t: float) -> Estimate | Missing:
        """The share still waiting after t, with its log-log interval.

        Returns:
            The estimate; missing where nobody was watched as long, or no interval can be had.
        """
        value = self.still_waiting(t)
        if t > self.duration.max() and value > 0.0:
            return Missing("share", f"No ticket was watched for more than {t:g} {self.unit}.")
        if self.customers < FEWEST or not 0.0 < value < 1.0:
            return Missing("share", "There are too few tickets of both kinds to give a range.")
        return Estimate("share", value, self.std_error(t), *self._ends(t))

    def _ends(self, t: float) -> tuple[float, float]:
        value = self.still_waiting(t)
        if not 0.0 < value < 1.0:
            return value, value
        return log_log(value, self.std_error(t), student(self.confidence, self.customers))

    def median(self) -> Estimate | Missing:
        """The time by which half have had the event; the middle, if the curve rests at one half.

        Returns:
            The estimate in `unit`; its interval holds the times at which the curve's own holds
            one half (Brookmeyer and Crowley, 1982), an end that the data do not set is None.
            Missing where more than half are still waiting, or there is one customer.
        """
        if self.customers < FEWEST:
            return Missing("median", "It rests on 1 customer, so that no range can be given.")
        if not self.time.size or self.survival[-1] > 0.5 + TIE:
            return Missing("median", "More than half are still waiting.")
        first = int(np.flatnonzero(self.survival <= 0.5 + TIE)[0])
        low, high = self._first_at_half(0), self._first_at_half(1)
        middle = self._middle(first)
        low = middle if low is None else min(low, middle)
        return Estimate("median", middle, None, low, high)

    def _middle(self, first: int) -> float:
        after = first + 1
        rests = abs(self.survival[first] - 0.5) < TIE and after < self.time.size
        return (
            float(self.time[first] + self.time[after]) / 2.0 if rests else float(self.time[first])
        )

    def _first_at_half(self, end: int) -> float | None:
        """The first time at which an end of the interval is at one half or below, by halving."""
        under, over = -1, self.time.size
        while over - under > 1:
            place = (under + over) // 2
            reached = self._ends(float(self.time[place]))[end] <= 0.5 + TIE
            under, over = (under, place) if reached else (place, over)
        return float(self.time[over]) if over < self.time.size else None


def log_log(share: float, std_error: float, reach: float) -> tuple[float, float]:
    """The ends of a share's interval on the log(-log) scale.

    Args:
        share: above 0 and below 1.
        std_error: of the share.
        reach: standard errors to either side.

    Examples:
        >>> low, high = log_log(0.5, 0.05, 2.0)
        >>> round(low, 4), round(high, 4)
        (0.3965, 0.5949)
    """
    step = reach * std_error / (share * abs(log(share)))
    return float(share ** np.exp(step)), float(share ** np.exp(-step))


def fit_clustered_curve(
    duration: npt.ArrayLike,
    event_observed: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    unit: str = "hours",
) -> ClusteredCurve:
    """Fit the curve of tickets.

    Args:
        duration: time to the event or to the end of watching, shape (n,), 0 or more.
        event_observed: whether it ended in the event, shape (n,).
        cluster: whose ticket it is, any labels, shape (n,).
        confidence: level of the intervals.
        unit: of time, a word in the plural.

    Raises:
        ValueError: on missing or negative times, or no tickets.

    Examples:
        >>> curve = fit_clustered_curve([1, 2, 3, 4], [True, True, True, False], list("abca"))
        >>> curve.still_waiting(2.0), curve.median().estimate
        (0.5, 2.5)
    """
    time, event = checked("duration", duration), np.asarray(event_observed, dtype=np.bool_)
    if not time.size:
        raise ValueError("there is no ticket")
    _, code = np.unique(np.asarray(cluster), return_inverse=True)
    same_length(duration=time, event=event.astype(float), cluster=code.astype(float))
    moments, counts = np.unique(time[event], return_counts=True)
    at_risk = time.size - np.searchsorted(np.sort(time), moments, side="left").astype(float)
    hazard = counts / at_risk
    survival = np.cumprod(1.0 - hazard)
    return ClusteredCurve(moments, survival, time, event, hazard, at_risk, code, confidence, unit)

"""Bands that hold a whole survival curve at once, where intervals hold one time each.

Hall and Wellner (1980), Biometrika 67, 133-143; Nair (1984), Technometrics 26, 265-275 (equal
precision); on the log-log scale, Borgan and Liestol (1990), Scand. J. Statistics 17, 35-41.
With v the variance of log survival and n customers, sqrt(n) times the curve's relative error
walks like Brownian motion at time n v; divided by 1 + n v it is a Brownian bridge at
n v / (1 + n v), and the band ends where the bridge leaves its boundary with probability 5%.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy.optimize import brentq
from scipy.special import wofz
from scipy.stats import norm

from retention_research.models.arrays import Floats, Integers
from retention_research.models.fit import Missing
from retention_research.models.kaplan_meier import KaplanMeierFit
from retention_research.models.survival_intervals import survival_interval

Kind: TypeAlias = Literal["hall-wellner", "equal-precision"]
WAVES = 400  # of the series; it ends long before, unless the band is of one time
FEWEST = 20  # events before the band begins, and customers at risk where it ends
_NO_RANGE = (
    f"No time lies between the {FEWEST}th event and the last {FEWEST} who are still watched."
)


@dataclass(frozen=True, slots=True)
class SurvivalBand:
    """A band that holds the whole curve, from its first time to its last, at once.

    Attributes:
        time: the fit's times within the band's range, shape (m,), in the fit's unit.
        low: lower ends, shape (m,); each holds until the next time.
        high: upper ends.
        kind: "hall-wellner" or "equal-precision".
        critical: the boundary that the standardised curve stays within.
        confidence: the probability that the band holds the whole curve.
    """

    time: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    kind: Kind
    critical: float
    confidence: float


def survival_band(
    fit: KaplanMeierFit,
    kind: Kind = "hall-wellner",
    *,
    first: float | None = None,
    last: float | None = None,
) -> SurvivalBand | Missing:
    """The band of a curve on the scale of its intervals, at their level.

    Args:
        fit: the curve.
        kind: "hall-wellner" is narrowest in the middle; "equal-precision" is in proportion to
            the pointwise intervals.
        first: where the band begins, in the fit's unit: by default at the twentieth event.
        last: where it ends: by default where twenty are still at risk.

    Returns:
        The band; missing where fewer than twenty had the event or stayed, after a gap, and of
        weighted customers.

    Raises:
        ValueError: on an unknown kind.

    Examples:
        >>> from retention_research.models.kaplan_meier import fit_kaplan_meier
        >>> fit = fit_kaplan_meier(range(1, 61), [True] * 60)
        >>> band = survival_band(fit)
        >>> band.time[0], band.time[-1]
        (20.0, 41.0)
    """
    if kind not in get_args(Kind):
        raise ValueError(f"kind is {kind!r}; it must be one of {get_args(Kind)}")
    if fit.rows:
        return Missing("survival_band", "No band is known for weighted customers.")
    place = _range(fit, first, last)
    if place.size == 0:
        return Missing("survival_band", _NO_RANGE)
    share, error = (np.array(c, dtype=float)[place] for c in (fit.survival, fit.std_error))
    walked = fit.n * (error / share) ** 2
    ends = walked[0] / (1.0 + walked[0]), walked[-1] / (1.0 + walked[-1])
    boundary = critical_value(kind, *ends, fit.confidence)
    reach = error * boundary
    if kind == "hall-wellner":
        reach = share * boundary * (1.0 + walked) / np.sqrt(fit.n)
    low, high = survival_interval(share, reach, fit.interval)
    time = tuple(fit.time[i] for i in place)
    return SurvivalBand(
        time, tuple(low.tolist()), tuple(high.tolist()), kind, boundary, fit.confidence
    )


def _range(fit: KaplanMeierFit, first: float | None, last: float | None) -> Integers:
    """Places of the times from the twentieth event, or first, to twenty at risk, or last."""
    time = np.array(fit.time)
    known = np.array([error is not None and error > 0.0 for error in fit.std_error])
    begun = np.cumsum(fit.n_events) >= FEWEST if first is None else time >= first
    going = np.array(fit.n_at_risk) >= FEWEST if last is None else time <= last
    return np.flatnonzero(known & begun & going)


def critical_value(kind: Kind, begin: float, end: float, confidence: float = 0.95) -> float:
    """The boundary that a Brownian bridge stays within from one share of its time to another.

    Args:
        kind: "hall-wellner": a constant boundary of the bridge; "equal-precision": one in
            proportion to its standard deviation.
        begin: 0 to 1, above 0 for "equal-precision".
        end: from begin to 1, below 1 for "equal-precision".
        confidence: the probability of staying within.

    Examples:
        >>> round(critical_value("hall-wellner", 0.1, 0.6), 4)
        1.3211
        >>> round(critical_value("equal-precision", 0.1, 0.6), 4)
        2.8826
    """
    if kind == "hall-wellner":
        return float(brentq(lambda c: _stays(c, begin, end) - confidence, 0.2, 6.0))
    return float(brentq(lambda c: 1.0 - _leaves(c, begin, end) - confidence, 1.0, 9.0))


def _stays(c: float, begin: float, end: float) -> float:
    """That a Brownian motion that ends at 0 stays within c: a series of waves, killed at c.

    Before `begin` and after `end` the motion is free.
    """
    wave: Floats = np.arange(1.0, WAVES, 2.0) * (np.pi / (2.0 * c))
    decay = np.exp(-(wave**2) * (end - begin) / 2.0)
    sides = _mean_cosine(wave, c, begin) * _mean_cosine(wave, c, 1.0 - end)
    return float(np.sqrt(2.0 * np.pi) / c * (decay @ sides))


def _mean_cosine(wave: Floats, c: float, time: float) -> Floats:
    """The mean of cos(wave x) over a normal x of variance `time` within c: in closed form."""
    if time <= 0.0:
        return np.ones(wave.size)
    a, b = c / np.sqrt(2.0 * time), wave * np.sqrt(time / 2.0)
    # exp(-b^2) times the real part of erf(a + ib), by Faddeeva's function lest either overflows
    tail = np.exp(-(a**2)) * (np.exp(-2j * a * b) * wofz(1j * a - b)).real
    return np.asarray(np.exp(-(b**2)) - tail)


def _leaves(c: float, begin: float, end: float) -> float:
    """Miller and Siegmund (1982), Biometrics 38, 1011-1016: too high, if the range is short."""
    odds = end * (1.0 - begin) / (begin * (1.0 - end))
    return float(norm.pdf(c) * (4.0 / c + (c - 1.0 / c) * np.log(odds)))

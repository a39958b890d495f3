"""Ratios of what customers did, such as revenue per order, and ratios of two effects.

A ratio metric is linearised customer by customer, so that its error is that of a mean of customers:
Deng, Knoblich and Lu (2018), Applying the delta method in metric analytics, KDD, 233-242. A ratio
of two differences, such as incremental actions per incremental contact, has the interval of Fieller
(1954, J. Royal Statistical Society B 16, 175-185), which for one instrument is that of Anderson and
Rubin (1949, Annals of Math. Statistics 20, 46-63): right however weak the lower one.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from retention_research.models.arrays import Floats, refuse
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.experiment.arm_means import ArmMeans, arm_means
from retention_research.programs.experiment.differences import difference
from retention_research.programs.experiment.events import few_events
from retention_research.programs.experiment.sample import Sample, finite

FEWEST_BELOW = 20  # customers of an arm with anything to divide by: below, linearising misleads
_WEAK = "The arms hardly differ in what it is counted by, so that no range of it ends."
_LEAST = 1e-300


def ratio_difference(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    treated: npt.ArrayLike,
    *,
    before: npt.ArrayLike | None = None,
    stratum: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    probability: npt.ArrayLike | None = None,
    outcome: str = "ratio",
    names: tuple[str, str] = ("personalised", "holdout"),
    confidence: float = 0.95,
) -> Effect:
    """The difference of two arms' ratios of sums, with errors at the level of customers.

    Args:
        numerator: of each customer, shape (n,), such as revenue.
        denominator: of each customer, 0 or more, shape (n,), such as orders.
        treated: arm of each customer, shape (n,).
        before: as in a `Sample`, as are stratum, cluster and probability.
        stratum: likewise.
        cluster: likewise.
        probability: likewise.
        outcome: what the ratio is called.
        names: of the treated arm and of the control arm.
        confidence: level of the intervals.

    Returns:
        The effect; missing where an arm is too small, or where fewer than 20 of its customers have
        anything to divide by.

    Raises:
        ValueError: on missing values, a negative denominator, or shapes that do not fit.

    Examples:
        >>> orders, arm = [1, 3] * 40, [False] * 40 + [True] * 40
        >>> found = ratio_difference([2.0, 3.0] * 20 + [3.0, 6.0] * 20, orders, arm)
        >>> found.mean_control, found.mean_treated, round(found.difference.std_error, 4)
        (1.25, 2.25, 0.0849)
    """
    above, below = finite("numerator", numerator), finite("denominator", denominator)
    refuse(below < 0.0, "denominator is below 0")
    sample = Sample(above, treated, before, stratum, cluster, probability)
    top = arm_means(sample, adjust=False).mean
    base = arm_means(sample.with_outcome(below), adjust=False).mean
    reason = _nothing(sample.with_outcome(below).compared())
    if reason:
        return _untold(sample, reason, outcome, names, top / np.where(base > 0.0, base, 1.0))
    ratio, arm = top / base, sample.treated.astype(np.intp)
    linear = ratio[arm] + (above - ratio[arm] * below) / base[arm]
    found = difference(
        sample.with_outcome(linear), outcome=outcome, treated=names[0], control=names[1],
        confidence=confidence,
    )  # fmt: skip
    told = "ratio of sums, linearised by customer (delta method)"
    return replace(found, method=", ".join(filter(None, [told, found.method])))


def incremental_ratio(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    treated: npt.ArrayLike,
    *,
    before: npt.ArrayLike | None = None,
    stratum: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    probability: npt.ArrayLike | None = None,
    confidence: float = 0.95,
    term: str = "incremental_ratio",
) -> Estimate | Missing:
    """One effect over another, such as incremental actions per incremental contact.

    Args:
        numerator: of each customer, shape (n,), such as actions.
        denominator: of each customer, shape (n,), such as contacts.
        treated: arm of each customer, shape (n,).
        before: as in a `Sample`, as are stratum, cluster and probability.
        stratum: likewise.
        cluster: likewise.
        probability: likewise.
        confidence: level of the interval.
        term: its name.

    Returns:
        The ratio of the two differences of means; missing where an arm is too small or has too
        few customers with the numerator, or where the denominators' difference is not clear of 0.

    Raises:
        ValueError: on missing values, or shapes that do not fit.

    Examples:
        >>> arm = np.arange(80) % 2 == 1
        >>> actions = 1.0 * (np.arange(80) // 2 % 4 == 0) + arm
        >>> found = incremental_ratio(actions, 2.0 * arm, arm)
        >>> found.estimate, round(found.conf_low, 3), round(found.conf_high, 3)
        (0.5, 0.402, 0.598)
    """
    sample = Sample(numerator, treated, before, stratum, cluster, probability)
    kept = sample.compared()
    reason = sample.obstacle() or few_events(kept.outcome, kept.treated)
    if reason:
        return Missing(term, reason)
    above, below = sample.outcome, finite("denominator", denominator)
    tops, bases, sums = (arm_means(sample.with_outcome(y)) for y in (above, below, above + below))
    covariance = (sums.variance - tops.variance - bases.variance) / 2.0
    return _fieller(term, tops, bases, covariance, confidence)


def _fieller(
    term: str, tops: ArmMeans, bases: ArmMeans, covariance: float, confidence: float
) -> Estimate | Missing:
    """All ratios r for which top - r base is within reach of 0."""
    top, base = tops.difference, bases.difference
    free = min(tops.degrees_of_freedom, bases.degrees_of_freedom if bases.variance else np.inf)
    reach = float(stdtrit(free, 0.5 + confidence / 2.0)) ** 2
    a = base**2 - reach * bases.variance
    if a <= _LEAST:
        return Missing(term, _WEAK)
    b, c = top * base - reach * covariance, top**2 - reach * tops.variance
    half = sqrt(max(b * b - a * c, 0.0))
    ratio = top / base
    error = tops.variance - 2.0 * ratio * covariance + ratio**2 * bases.variance
    if half == 0.0 or error <= 0.0:
        return Missing(term, "It does not vary from customer to customer.")
    return Estimate(term, ratio, sqrt(error) / abs(base), (b - half) / a, (b + half) / a)


def _nothing(below: Sample) -> str:
    """Why the arms' denominators cannot be divided by; empty where they can."""
    have = [int((below.outcome[below.treated == arm] > 0.0).sum()) for arm in (False, True)]
    if min(have) >= FEWEST_BELOW:
        return ""
    if not min(have):
        return "An arm has nothing to divide by."
    return (
        f"An arm has {min(have)} customers with anything to divide by; {FEWEST_BELOW} are needed."
    )


def _untold(
    sample: Sample, reason: str, outcome: str, names: tuple[str, str], means: Floats
) -> Effect:
    n_control, n_treated = sample.compared().sizes
    missing = Missing("difference", reason), Missing("lift", reason)
    return Effect(outcome, *names, n_treated, n_control, float(means[1]), float(means[0]), *missing)

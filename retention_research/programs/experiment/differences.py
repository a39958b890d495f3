"""The difference that an arm made: intention to treat, with its interval, lift and p value.

Shares without adjustment have Newcombe's interval (1998, Statistics in Medicine 17, 873-890,
method 10) and the pooled z test, or exact ones where few have the outcome; all else Student's t
with the degrees of freedom of Welch and Satterthwaite. A lift's interval is that of the logarithm
of the ratio of means (delta method).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, log, sqrt
from typing import Literal

import numpy as np
from scipy.special import ndtr, stdtr, stdtrit

from retention_research.models.arrays import refuse
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile
from retention_research.models.lift import Arms, pooled_lift
from retention_research.models.spread import holm
from retention_research.programs.effects import Effect
from retention_research.programs.experiment.arm_means import ArmMeans, arm_means
from retention_research.programs.experiment.events import exact_shares, few_events
from retention_research.programs.experiment.sample import Sample

Scale = Literal["mean", "proportion"]
FEWEST_EITHER = 10  # customers with, and without, of an arm: below it shares are not adjusted
WEAKEST = 2.0  # standard errors by which a mean must be above 0 to be divided by
_NOTHING = 1e-24  # of a mean's square: a variance below it is rounding

_ALIKE = "All customers of an arm are alike in it, so that no range can be given."
_NO_BASE = "The control arm's mean is not clearly above 0, so that nothing can be a share of it."


def difference(
    sample: Sample,
    *,
    outcome: str = "purchases",
    treated: str = "personalised",
    control: str = "holdout",
    kind: Scale = "mean",
    adjust: bool = True,
    confidence: float = 0.95,
) -> Effect:
    """The treated arm's mean less the control arm's, by intention to treat.

    Args:
        sample: customers of both arms.
        outcome: what it is called.
        treated: name of the treated arm.
        control: name of the control arm.
        kind: "proportion" for an outcome of 0 and 1.
        adjust: by the columns of `sample.before`; strata are adjusted for in any case.
        confidence: level of the intervals.

    Returns:
        The effect, among customers whose stratum has both arms; its difference is missing with
        an arm below 30 customers (or five clusters), more than 5% of customers in strata without
        one arm, where nothing varies, and where too few customers have the outcome (see
        `few_events`) unless it is a plain share; its lift where the control arm's mean is not
        clearly above 0.

    Raises:
        ValueError: on a proportion of anything but 0 and 1, or a confidence outside 0..1.

    Examples:
        >>> bought = [1] * 56 + [0] * 14 + [1] * 48 + [0] * 32
        >>> sample = Sample(bought, [True] * 70 + [False] * 80)
        >>> found = difference(sample, outcome="retained", kind="proportion")
        >>> [round(x, 4) for x in found.difference[1:]]
        [0.2, 0.0727, 0.0524, 0.3339]
    """
    if kind == "proportion":
        refuse(~np.isin(sample.outcome, (0.0, 1.0)), f"{outcome} is neither 0 nor 1")
    quantile(confidence)  # refuses what is no confidence
    reason, everybody = sample.obstacle(), sample.n
    sample = sample.compared()
    means = arm_means(sample, adjust and not reason and _enough(sample, kind))
    if not reason and (not _varies(means) or (kind == "proportion" and _alike(sample))):
        reason = _ALIKE
    plain = kind == "proportion" and _plain(sample, means)
    few = few_events(sample.outcome, sample.treated)
    reason = reason or ("" if plain else few)
    names = outcome, treated, control
    if reason:
        return _told(sample, names, means, Missing("difference", reason), Missing("lift", reason))
    if plain:
        shares = _few_shares if few else _shares
        return shares(sample, names, means, confidence)
    value, error, free = means.difference, sqrt(means.variance), means.degrees_of_freedom
    reach = float(stdtrit(free, 0.5 + confidence / 2.0)) * error
    found = Estimate("difference", value, error, value - reach, value + reach)
    p_value = float(2.0 * stdtr(free, -abs(value) / error))
    told = lift(means, confidence)
    method = _method(sample, means, everybody - sample.n)
    return _told(sample, names, means, found, told, p_value, method)


def lift(means: ArmMeans, confidence: float = 0.95) -> Estimate | Missing:
    """The treated mean over the control mean, less 1, with the delta method's interval.

    Args:
        means: of both arms.
        confidence: level of the interval, which is symmetric on the log scale.

    Returns:
        The lift; missing where a mean is not above 0, or the control's not clearly so.

    Examples:
        >>> sample = Sample([1, 3, 2, 2] * 10, [False, False, True, True] * 10)
        >>> round(lift(arm_means(sample)).conf_high, 4)
        0.2714
    """
    control, treated = (float(value) for value in means.mean)
    if control <= 0.0 or control < WEAKEST * sqrt(float(means.covariance[0, 0])):
        return Missing("lift", _NO_BASE)
    if treated <= 0.0:
        return Missing("lift", "The treated arm's mean is not above 0.")
    slope = np.array([-1.0 / control, 1.0 / treated])
    error = sqrt(max(float(slope @ means.covariance @ slope), 0.0))
    reach = float(stdtrit(means.degrees_of_freedom, 0.5 + confidence / 2.0)) * error
    ratio, middle = treated / control, log(treated / control)
    ends = exp(middle - reach) - 1.0, exp(middle + reach) - 1.0
    return Estimate("lift", ratio - 1.0, ratio * error, *ends)


def with_holm(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """Effects with p values adjusted for standing among each other; those without stay so.

    Examples:
        >>> one = Effect("retained", "a", "b", 50, 50, 0.5, 0.4, Missing("", ""), Missing("", ""))
        >>> both = (replace(one, p_value=0.01), replace(one, p_value=0.04))
        >>> [effect.p_adjusted for effect in with_holm(both)]
        [0.02, 0.04]
    """
    tested = {place: e.p_value for place, e in enumerate(effects) if e.p_value is not None}
    adjusted = holm(tested)
    pairs = enumerate(effects)
    return tuple(replace(effect, p_adjusted=adjusted.get(place)) for place, effect in pairs)


def _varies(means: ArmMeans) -> bool:
    return means.variance > _NOTHING * max(float((means.mean**2).max()), 1e-300)


def _alike(sample: Sample) -> bool:
    return bool((sample.outcome == sample.outcome[0]).all())


def _enough(sample: Sample, kind: Scale) -> bool:
    """Whether an arm's shares are far enough from 0 and 1 for a regression."""
    if kind == "mean":
        return True
    have = int(sample.outcome[sample.treated].sum()), int(sample.outcome[~sample.treated].sum())
    lack = sample.sizes[1] - have[0], sample.sizes[0] - have[1]
    return min(*have, *lack) >= FEWEST_EITHER


def _plain(sample: Sample, means: ArmMeans) -> bool:
    unweighted = sample.probability is None or _constant(sample)
    return not means.adjusted and means.strata == 1 and sample.cluster is None and unweighted


def _constant(sample: Sample) -> bool:
    """Whether all customers of an arm weigh the same."""
    arms = (sample.weights[sample.treated == arm] for arm in (False, True))
    return all(bool((weight == weight[0]).all()) for weight in arms)


def _shares(
    sample: Sample, names: tuple[str, str, str], means: ArmMeans, confidence: float
) -> Effect:
    """Newcombe's interval and the pooled z test."""
    n0, n1 = sample.sizes
    have1, have0 = (int(sample.outcome[sample.treated == arm].sum()) for arm in (True, False))
    found = pooled_lift([Arms(have1, n1, have0, n0)], confidence)
    pooled = (have0 + have1) / sample.n
    error = sqrt(pooled * (1.0 - pooled) * (1.0 / n0 + 1.0 / n1))
    p_value = float(2.0 * ndtr(-abs(have1 / n1 - have0 / n0) / error))
    told = lift(means, confidence)
    method = "difference of shares, Newcombe's interval, pooled z test"
    named = found._replace(term="difference")
    return _told(sample, names, means, named, told, p_value, method)


def _few_shares(
    sample: Sample, names: tuple[str, str, str], means: ArmMeans, confidence: float
) -> Effect:
    """Newcombe's interval of exact limits and Fisher's test."""
    have1, have0 = (int(sample.outcome[sample.treated == arm].sum()) for arm in (True, False))
    found, p_value = exact_shares((have0, have1), sample.sizes, confidence)
    told = Missing("lift", few_events(sample.outcome, sample.treated))
    method = "difference of shares, Newcombe's interval of exact limits, Fisher's exact test"
    return _told(sample, names, means, found, told, p_value, method)


def _told(
    sample: Sample,
    names: tuple[str, str, str],
    means: ArmMeans,
    found: Estimate | Missing,
    told: Estimate | Missing,
    p_value: float | None = None,
    method: str = "",
) -> Effect:
    outcome, treated, control = names
    n_control, n_treated = sample.sizes
    mean_control, mean_treated = (float(value) for value in means.mean)
    return Effect(
        outcome, treated, control, n_treated, n_control, mean_treated, mean_control, found, told,
        p_value, method=method,
    )  # fmt: skip


def _method(sample: Sample, means: ArmMeans, lost: int) -> str:
    """How it was estimated, for analysts."""
    clustered = sample.cluster is not None
    parts = [
        "difference of means",
        "inverse-probability weighted" if not _constant(sample) else "",
        _strata(sample, means),
        f"{lost:,} customers of strata without the other arm left out" if lost else "",
        f"adjusted for {means.adjusted} columns before (CUPED, slopes by arm)"
        if means.adjusted
        else "",
        "cluster-robust errors (CR2)" if clustered else "HC2 errors",
        "t by Satterthwaite",
    ]
    return ", ".join(filter(None, parts))


def _strata(sample: Sample, means: ArmMeans) -> str:
    declared = 1 if sample.stratum is None else int(sample.stratum.max()) + 1
    if declared == 1:
        return ""
    told = f"post-stratified by {means.strata} strata"
    return told if declared == means.strata else f"{told} (small ones of {declared} taken as one)"

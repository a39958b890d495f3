"""Means of both arms over draws of customers: intervals that lean on no bell curve.

Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 13.3: percentiles of means
of customers drawn with replacement within their arm (and stratum). Of m customers, or clusters,
m - 1 are drawn, so that the means vary as they should however few these are (Rao and Wu, 1988,
J. American Statistical Association 83, 231-241, section 2), and each draw's distance from the
means is divided by a chi over its root degrees of freedom, as Student's t has it. Many customers
are drawn as random groups, which have the same mean and the same variance of it (Wolter, 2007,
Introduction to Variance Estimation, chapter 2).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, Integers
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.effects import Effect
from retention_research.programs.experiment.arm_means import free_of, satterthwaite
from retention_research.programs.experiment.differences import difference
from retention_research.programs.experiment.sample import Sample, table

DRAWS = 2000
ONE_BY_ONE = 50_000  # customers up to which each is drawn by itself
GROUPS = 5_000  # of customers in each arm and stratum, above that
_CELLS = 1_000_000  # of counts held at a time: what a processor keeps close
_SAME = 1e-12  # of a quantity: draws that differ by less differ by rounding


def bootstrap_means(
    values: npt.ArrayLike,
    treated: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
    cluster: npt.ArrayLike | None = None,
    stratum: npt.ArrayLike | None = None,
    probability: npt.ArrayLike | None = None,
) -> Floats:
    """Means of both arms in each draw of customers.

    Args:
        values: columns of what each customer did, shape (n, k) or (n,), finite.
        treated: arm of each customer, shape (n,).
        rng: of the draws.
        draws: how many, 1 or more.
        cluster: labels of groups that are drawn whole, shape (n,).
        stratum: labels of groups within which chance was drawn; means are over the strata as
            they are among all customers compared, as `difference` has them.
        probability: of each customer's arm, shape (n,), as in a `Sample`.

    Returns:
        Means, shape (draws, 2, k): at [:, 0] of the control arm, at [:, 1] of the treated arm.

    Raises:
        ValueError: on missing values, an arm without anybody, or shapes that do not fit.

    Examples:
        >>> rng = np.random.default_rng(1)
        >>> drawn = bootstrap_means([1.0, 3.0, 5.0, 5.0] * 9, [0, 0, 1, 1] * 9, rng=rng, draws=400)
        >>> drawn.shape, float(drawn[:, 1].min()), round(float(drawn[:, 0].mean()), 1)
        ((400, 2, 1), 5.0, 2.0)
    """
    arm = np.asarray(treated)
    columns = table("values", values, arm.size)
    sample = Sample(np.arange(arm.size), arm, None, stratum, cluster, probability).compared()
    columns = columns[sample.outcome.astype(np.intp)]
    place = sample.strata()
    share = np.bincount(place) / sample.n
    found = np.zeros((draws + 1, 2, columns.shape[1]))  # the first: everybody once
    for side in (0, 1):
        for level, weight in enumerate(share):
            rows = np.flatnonzero((sample.treated == bool(side)) & (place == level))
            found[:, side] += weight * _drawn(sample, columns, rows, rng, draws)
    return _stretched(found, free_of(sample, share.size), rng)


def bootstrap_interval(
    drawn: npt.ArrayLike, point: float, *, confidence: float = 0.95, term: str = "difference"
) -> Estimate | Missing:
    """The interval between percentiles of draws.

    Args:
        drawn: the quantity in each draw, shape (draws,), finite.
        point: the quantity over the customers as they are.
        confidence: level of the interval.
        term: its name.

    Returns:
        The estimate, its standard error the draws' standard deviation; missing where no draw
        differs from another.

    Examples:
        >>> bootstrap_interval(np.arange(101.0), 50.0, confidence=0.5)[3:]
        (25.0, 75.0)
    """
    values = np.asarray(drawn, dtype=np.float64)
    tail = 50.0 * (1.0 - confidence)
    low, high = (float(end) for end in np.percentile(values, [tail, 100.0 - tail]))
    if not high - low > _SAME * max(abs(point), abs(low), abs(high)):
        return Missing(term, "It does not vary from customer to customer.")
    return Estimate(term, point, float(values.std(ddof=1)), min(low, point), max(high, point))


def bootstrap_difference(
    sample: Sample,
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
    outcome: str = "revenue",
    treated: str = "personalised",
    control: str = "holdout",
    confidence: float = 0.95,
) -> Effect:
    """The difference of plain means, such as of revenue, with percentile intervals.

    Args:
        sample: customers of both arms; nothing is adjusted for but strata.
        rng: of the draws.
        draws: how many.
        outcome: what it is called.
        treated: name of the treated arm.
        control: name of the control arm.
        confidence: level of the intervals.

    Returns:
        The effect, its difference and lift with intervals over draws of customers; missing where
        `difference` has them missing. The p value is Welch's.

    Examples:
        >>> sample = Sample([0.0, 1.0, 2.0, 9.0] * 20, [False, True, True, False] * 20)
        >>> found = bootstrap_difference(sample, rng=np.random.default_rng(1))
        >>> found.difference.estimate, found.difference.conf_low < -3.0
        (-3.0, True)
    """
    plain = difference(
        sample, outcome=outcome, treated=treated, control=control, adjust=False,
        confidence=confidence,
    )  # fmt: skip
    if isinstance(plain.difference, Missing):
        return plain
    columns = sample.outcome, sample.treated
    drawn = bootstrap_means(
        *columns, rng=rng, draws=draws, cluster=sample.cluster, stratum=sample.stratum,
        probability=sample.probability,
    )[:, :, 0]  # fmt: skip
    found = bootstrap_interval(
        drawn[:, 1] - drawn[:, 0], plain.difference.estimate, confidence=confidence
    )
    told = f"difference of plain means, percentiles of {draws:,} draws of customers"
    return replace(plain, difference=found, lift=_lift(plain, drawn, confidence), method=told)


def _lift(plain: Effect, drawn: Floats, confidence: float) -> Estimate | Missing:
    if isinstance(plain.lift, Missing) or drawn[:, 0].min() <= 0.0:
        return plain.lift
    ratios = drawn[:, 1] / drawn[:, 0] - 1.0
    return bootstrap_interval(ratios, plain.lift.estimate, confidence=confidence, term="lift")


def _stretched(found: Floats, free: Floats, rng: np.random.Generator) -> Floats:
    """Draws as far from the means, at [0], as Student's t of the difference has them.

    All columns and both arms of a draw are stretched alike, by the column of the fewest degrees of
    freedom, so that what goes together in a draw still does.
    """
    middle, drawn = found[:1], found[1:]
    own = drawn.var(axis=0)
    varies = own.sum(axis=0) > (_SAME * np.abs(middle[0]).max(axis=0)) ** 2
    fewest = min((satterthwaite(each, free) for each in own.T[varies]), default=np.inf)
    if not np.isfinite(fewest):
        return drawn
    chi = np.sqrt(rng.chisquare(fewest, (drawn.shape[0], 1, 1)) / fewest)
    return np.asarray(middle + (drawn - middle) / chi)


def _drawn(
    sample: Sample, columns: Floats, rows: Integers, rng: np.random.Generator, draws: int
) -> Floats:
    """Weighted means of some rows with every unit once and in each draw, shape (1 + draws, k)."""
    unit = _units(sample, rows, rng)
    weight = sample.weights[rows]
    parts = np.column_stack([columns[rows] * weight[:, None], weight])
    sums = np.column_stack([np.bincount(unit, weights=column) for column in parts.T])
    size = sums.shape[0]
    step = max(1, _CELLS // size)
    total = np.concatenate([
        sums.sum(axis=0, keepdims=True),
        *(_times(size, min(step, draws - at), rng) @ sums for at in range(0, draws, step)),
    ])  # fmt: skip
    return np.asarray(total[:, :-1] / total[:, -1:])


def _times(size: int, draws: int, rng: np.random.Generator) -> Floats:
    """How often each unit is drawn when one fewer than all are, shape (draws, size)."""
    taken = rng.integers(size, size=(draws, max(size - 1, 1)), dtype=np.int32)
    at = taken + np.arange(draws, dtype=np.int64)[:, None] * size
    return np.bincount(at.ravel(), minlength=draws * size).reshape(draws, size).astype(np.float64)


def _units(sample: Sample, rows: Integers, rng: np.random.Generator) -> Integers:
    """The unit that each row is drawn with, numbered from 0."""
    if sample.cluster is not None:
        return np.asarray(np.unique(sample.cluster[rows], return_inverse=True)[1])
    if sample.n <= ONE_BY_ONE or rows.size <= GROUPS:
        return np.arange(rows.size)
    return rng.permutation(rows.size) % GROUPS

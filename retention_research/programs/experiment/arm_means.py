"""What each arm would have done on average had it been everybody, and how sure that is.

Within an arm the outcome is regressed on its stratum and on behaviour before the experiment, with
slopes of the arm's own, and the regression is read at everybody's mean: Lin (2013), Annals of
Applied Statistics 7, 295-318, which is CUPED (Deng et al., 2013, WSDM, 123-132, section 3.2) with
a slope per arm. Without either it is the arm's plain mean. Inverse probabilities weight the rows
(Hajek's estimator).

Errors are HC2 (MacKinnon and White, 1985, J. Econometrics 29, 305-325), those of clusters Bell and
McCaffrey's (2002, Survey Methodology 28, 169-181); customers being a sample of all who might have
been there, what the arms differ in by stratum and behaviour is added (Negi and Wooldridge, 2021,
Econometric Reviews 40, 504-534).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from retention_research.models.arrays import Flags, Floats, Integers, tally
from retention_research.programs.experiment.sample import Sample

ROWS_PER_COLUMN = 10  # customers, or clusters, of an arm for each column adjusted for
_SAME = 1e-12  # of a sum of squares: what is left of it there is rounding
_CONSTANT = 1e-9  # of a column's largest value: it does not vary beyond rounding


@dataclass(frozen=True, slots=True, eq=False)
class ArmMeans:
    """Means of the control arm (0) and of the treated arm (1).

    Attributes:
        mean: shape (2,), in the outcome's unit.
        covariance: of the two means, shape (2, 2).
        own: what each arm's customers alone add to it, shape (2,).
        free: degrees of freedom of each arm's error, shape (2,), above 0.
        adjusted: how many columns of behaviour before were adjusted for.
        strata: how many strata there are.
    """

    mean: Floats
    covariance: Floats
    own: Floats
    free: Floats
    adjusted: int
    strata: int

    @property
    def difference(self) -> float:
        """Treated less control."""
        return float(self.mean[1] - self.mean[0])

    @property
    def variance(self) -> float:
        """Of the difference."""
        both = self.covariance
        return max(float(both[0, 0] + both[1, 1] - 2.0 * both[0, 1]), 0.0)

    @property
    def degrees_of_freedom(self) -> float:
        """Of the difference's error: Welch and Satterthwaite's."""
        return satterthwaite(self.own, self.free)


class _Arm(NamedTuple):
    """One arm's regression.

    Attributes:
        rows: places of its customers in the sample, shape (m,).
        level: mean outcome by stratum less slopes times the mean of columns, shape (strata,).
        slopes: shape (k,).
        score: what each of its customers adds to the error of the mean, shape (m,).
        leverage: shape (m,).
    """

    rows: Integers
    level: Floats
    slopes: Floats
    score: Floats
    leverage: Floats


def arm_means(sample: Sample, adjust: bool = True) -> ArmMeans:
    """Means of both arms over the same strata and behaviour before.

    Args:
        sample: of customers; each arm with two or more in some stratum. Customers of a stratum
            without one arm are left out (see `Sample.compared`).
        adjust: by the columns of `before`; strata are adjusted for in any case.

    Returns:
        The means. Columns that are constant are left out, and all of them where an arm has fewer
        than ten customers (or clusters) for each.

    Examples:
        >>> found = arm_means(Sample([1, 3, 2, 6], [False, False, True, True]))
        >>> found.mean.tolist(), found.variance  # 2 / 2 + 8 / 2
        ([2.0, 4.0], 5.0)
    """
    sample = sample.compared()
    stratum, x = sample.strata(), _columns(sample, adjust)
    share = np.bincount(stratum) / sample.n
    arms = tuple(_fitted(sample, x, stratum, share, sample.treated == arm) for arm in (0, 1))
    at = np.stack([arm.level[stratum] + x @ arm.slopes for arm in arms])
    mean = at.mean(axis=1)
    spread = at - mean[:, None]
    own, covariance = _uncertain(sample, arms, spread)
    free = free_of(sample, x.shape[1] + share.size)
    return ArmMeans(mean, covariance, own, free, x.shape[1], share.size)


def _columns(sample: Sample, adjust: bool) -> Floats:
    """Columns to adjust for, standardised, shape (n, k); none where an arm is too small."""
    if not adjust or sample.before is None:
        return np.empty((sample.n, 0))
    centred = sample.before - sample.before.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    largest = np.abs(sample.before).max(axis=0)
    varies = spread > _CONSTANT * np.maximum(largest, 1e-300)
    kept: Floats = centred[:, varies] / spread[varies]
    smallest = min(_units(sample))
    return kept if smallest >= ROWS_PER_COLUMN * (kept.shape[1] + 1) else kept[:, :0]


def _units(sample: Sample) -> tuple[float, float]:
    """How many customers, or clusters, of equal weight would say as much as each arm's do.

    Kish (1965), Survey Sampling; for clusters Carter, Schnepel and Steigerwald
    (2017), Review of Economics and Statistics 99, 698-709.
    """
    found = []
    for arm in (False, True):
        rows = sample.treated == arm
        weight = sample.weights[rows]
        if sample.cluster is not None:
            weight = np.bincount(sample.cluster[rows], weights=weight)
        found.append(float(weight.sum() ** 2 / (weight @ weight)))
    return found[0], found[1]


def free_of(sample: Sample, fitted: int) -> Floats:
    """Degrees of freedom of each arm's error, shape (2,), 1 or more.

    Args:
        sample: of customers, all compared.
        fitted: means and slopes that were estimated in each arm.

    Example:
        >>> free_of(Sample([1, 3, 2, 6], [False, False, True, True]), 1).tolist()
        [1.0, 1.0]
    """
    return np.maximum(np.array(_units(sample)) - fitted, 1.0)


def satterthwaite(own: Floats, free: Floats) -> float:
    """Degrees of freedom of a difference's error: Welch (1947), Biometrika 34, 28-35.

    Args:
        own: variance of each arm's mean, shape (2,).
        free: degrees of freedom of each, shape (2,), above 0.

    Example:
        >>> satterthwaite(np.array([1.0, 1.0]), np.array([9.0, 9.0]))
        18.0
    """
    parts = float((own**2 / free).sum())
    return float(own.sum()) ** 2 / parts if parts > 0.0 else float(free.sum())


def _fitted(sample: Sample, x: Floats, stratum: Integers, share: Floats, mine: Flags) -> _Arm:
    """Regress one arm on strata and columns, weighted; x is centred on everybody."""
    rows = np.flatnonzero(mine)
    y, z, w, s = sample.outcome[rows], x[rows], sample.weights[rows], stratum[rows]
    total = tally(s, w, share.size)
    y_mean = tally(s, w * y, share.size) / total
    z_mean = _means(s, w, z, total)
    apart = _without_rounding(z - z_mean[s])
    gram = np.linalg.pinv((apart * w[:, None]).T @ apart, rcond=_SAME, hermitian=True)
    slopes = gram @ (apart.T @ (w * (y - y_mean[s])))
    middle = _means(stratum, np.ones(sample.n), x, share * sample.n)
    away = share @ (middle - z_mean)  # from this arm's mean behaviour to everybody's
    score = w * ((share / total)[s] + apart @ (gram @ away)) * (y - y_mean[s] - apart @ slopes)
    leverage = w * (1.0 / total[s] + np.einsum("ij,jk,ik->i", apart, gram, apart))
    return _Arm(rows, y_mean - z_mean @ slopes, slopes, score, leverage)


def _without_rounding(apart: Floats) -> Floats:
    """Columns that do not vary within an arm as zeros: their rounding would count as variation."""
    alike = np.abs(apart).max(axis=0, initial=0.0) <= _CONSTANT
    return np.where(alike, 0.0, apart)


def _means(place: Integers, weight: Floats, columns: Floats, total: Floats) -> Floats:
    """Weighted means of columns by place, shape (places, k)."""
    sums = [tally(place, weight * column, total.size) for column in columns.T]
    return np.stack(sums, axis=1) / total[:, None] if sums else np.empty((total.size, 0))


def _uncertain(sample: Sample, arms: tuple[_Arm, ...], spread: Floats) -> tuple[Floats, Floats]:
    """Each arm's own variance, and the covariance of both means."""
    if sample.cluster is not None:
        return _by_cluster(sample.cluster, arms, spread)
    own = np.array([float((arm.score**2 / _left(arm.leverage)).sum()) for arm in arms])
    return own, np.diag(own) + spread @ spread.T / sample.n**2


def _by_cluster(cluster: Integers, arms: tuple[_Arm, ...], spread: Floats) -> tuple[Floats, Floats]:
    """The same by clusters; for plain means it is Bell and McCaffrey's bias-reduced error."""
    clusters = int(cluster.max()) + 1
    scores = np.empty((2, clusters))
    for place, arm in enumerate(arms):
        of = cluster[arm.rows]
        leverage = tally(of, arm.leverage, clusters)
        scores[place] = tally(of, arm.score, clusters) / np.sqrt(_left(leverage))
    both = [tally(cluster, row, clusters) / cluster.size for row in spread]
    return (scores**2).sum(axis=1), (scores + both) @ (scores + both).T


def _left(leverage: Floats) -> Floats:
    return np.maximum(1.0 - leverage, _SAME)

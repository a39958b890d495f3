"""Do predicted risks rank customers, and are they as high as what happened?

DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, 837-845, for the area under the curve;
Obuchowski (1997), Biometrics 53, 567-578, where a customer has several rows. Cox (1958),
Biometrika 45, 562-565, for the calibration intercept and slope.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit, logit
from scipy.stats import rankdata

from retention_research.models.arrays import (
    Floats,
    Integers,
    checked,
    refuse,
    same_length,
    tally,
)
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile, wald_on_log_scale
from retention_research.models.labels import numbered
from retention_research.models.logistic import fit_logistic
from retention_research.models.proportion import proportion

GROUPS = 10
ROUNDED = 1e-12  # an error below this is rounding: the rows do not differ
ONE_CLUSTER = "There is only one customer."
ONE_OUTCOME = "Everybody has the same outcome."


class _Clusters(NamedTuple):
    """The place of each row's cluster, shape (n,), and how many there are."""

    place: Integers
    groups: int

    def error(self, influence: Floats) -> float:
        """The standard error of a sum of influences, shape (n,), with the factor G / (G - 1)."""
        summed = tally(self.place, influence, self.groups)
        return float(np.sqrt(summed @ summed * self.groups / (self.groups - 1.0)))


class Calibration(NamedTuple):
    """How predicted risks compare with what happened.

    Attributes:
        slope: of the log odds on the predicted log odds; 1 where they spread as they should.
        intercept: log odds that all predictions lack, the slope held at 1; 0 where right.
        ratio: outcomes observed / expected, interval on the log scale.
        groups: by tenth of predicted risk.
    """

    slope: Estimate | Missing
    intercept: Estimate | Missing
    ratio: Estimate | Missing
    groups: tuple[RiskGroup, ...]


class RiskGroup(NamedTuple):
    """Rows of about the same predicted risk.

    Attributes:
        n: rows.
        predicted: their mean predicted risk.
        observed: the share with the outcome, Wilson's interval.
    """

    n: int
    predicted: float
    observed: Estimate


def area_under_curve(
    outcome: npt.ArrayLike,
    predicted: npt.ArrayLike,
    *,
    cluster: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate | Missing:
    """The chance that a row with the outcome was given a higher risk than one without.

    Args:
        outcome: 1 or 0, shape (n,).
        predicted: any score, shape (n,).
        cluster: labels of rows that belong together, shape (n,).
        confidence: the level of the interval, symmetric in the log odds of the area.

    Returns:
        The area, 0 to 1, equal scores counted half, without interval where the rows give it no
        error; missing where all outcomes, all scores or all clusters are the same.

    Raises:
        ValueError: on missing values or labels, or columns of other length.

    Examples:
        >>> area_under_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).estimate
        0.75
    """
    y, score = checked("outcome", outcome), checked("predicted", predicted, minimum=-np.inf)
    same_length(outcome=y, predicted=score)
    refuse((y != 0.0) & (y != 1.0), "outcome is neither true nor false")
    yes = y == 1.0
    if yes.sum() < 2 or (~yes).sum() < 2:
        return Missing("auc", "Fewer than two rows have one of the outcomes.")
    if np.ptp(score) == 0.0:
        return Missing("auc", "Every row was given the same score.")
    clusters = _clusters(cluster, y)
    if clusters.groups < 2:
        return Missing("auc", ONE_CLUSTER)
    area, parts = _placements(yes, score)
    summed = tally(clusters.place, parts, clusters.groups)
    return _on_log_odds("auc", area, float(np.sqrt(summed @ summed)), confidence)


def _clusters(cluster: npt.ArrayLike | None, rows: Floats) -> _Clusters:
    """Clusters as numbers; each row its own if there are none."""
    if cluster is None:
        return _Clusters(np.arange(rows.size), rows.size)
    place, labels = numbered("cluster", cluster)
    same_length(rows=rows, cluster=place.astype(np.float64))
    return _Clusters(place, labels.size)


def _placements(yes: npt.NDArray[np.bool_], score: Floats) -> tuple[float, Floats]:
    """The area, and each row's influence on it, from ranks with ties halved."""
    m, n = int(yes.sum()), int((~yes).sum())
    overall = rankdata(score)
    within = np.empty(score.size)
    within[yes], within[~yes] = rankdata(score[yes]), rankdata(score[~yes])
    below = np.where(yes, (overall - within) / n, 1.0 - (overall - within) / m)
    area = float(below[yes].mean())
    return area, (below - area) / np.sqrt(np.where(yes, m * (m - 1), n * (n - 1)))


def _on_log_odds(term: str, share: float, error: float, confidence: float) -> Estimate:
    if not 0.0 < share < 1.0 or error < ROUNDED:
        return Estimate(term, share)
    reach = quantile(confidence) * error / (share * (1.0 - share))
    middle = float(logit(share))
    return Estimate(term, share, error, float(expit(middle - reach)), float(expit(middle + reach)))


def calibration(
    outcome: npt.ArrayLike,
    predicted: npt.ArrayLike,
    *,
    cluster: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> Calibration:
    """Hold predicted risks against outcomes.

    Args:
        outcome: 1 or 0, shape (n,).
        predicted: risks above 0 and below 1, shape (n,).
        cluster: labels of rows that belong together, shape (n,).
        confidence: the level of the intervals.

    Returns:
        The comparison; slope, intercept and ratio are missing where all outcomes or all clusters
        are the same.

    Raises:
        ValueError: on missing values or labels, risks of 0 or 1, columns of other length, or
            no rows.

    Examples:
        >>> found = calibration([0, 1, 0, 1], [0.25, 0.5, 0.5, 0.75])
        >>> found.ratio.estimate
        1.0
    """
    y, risk = checked("outcome", outcome), checked("predicted", predicted)
    same_length(outcome=y, predicted=risk)
    refuse((y != 0.0) & (y != 1.0), "outcome is neither true nor false")
    refuse((risk <= 0.0) | (risk >= 1.0), "predicted is not between 0 and 1")
    if y.size == 0:
        raise ValueError("there are no rows to hold against predictions")
    clusters, groups = _clusters(cluster, y), _groups(y, risk, confidence)
    reason = ONE_OUTCOME if y.min() == y.max() else ONE_CLUSTER if clusters.groups < 2 else ""
    if reason:
        slope, intercept = Missing("slope", reason), Missing("intercept", reason)
        return Calibration(slope, intercept, Missing("observed_to_expected", reason), groups)
    odds = logit(risk)
    return Calibration(
        _slope(y, odds, clusters, confidence),
        _shift(y, odds, clusters, confidence),
        _ratio(y, risk, clusters, confidence),
        groups,
    )


def _slope(y: Floats, odds: Floats, clusters: _Clusters, confidence: float) -> Estimate | Missing:
    fit = fit_logistic(
        y, odds[:, None], names=["slope"], cluster=clusters.place, confidence=confidence
    )
    return Missing("slope", fit.reason) if isinstance(fit, Missing) else fit.estimates[1]


def _shift(y: Floats, odds: Floats, clusters: _Clusters, confidence: float) -> Estimate:
    """The intercept that makes the sum of predictions right; their sum rises with it."""

    def lacking(level: float) -> float:
        return float((y - expit(odds + level)).sum())

    middle = float(logit(y.mean()))  # no prediction may lie on one side of the share alone
    level = float(brentq(lacking, middle - odds.max() - 1.0, middle - odds.min() + 1.0))
    chance = expit(odds + level)
    error = clusters.error(y - chance) / float((chance * (1.0 - chance)).sum())
    if error < ROUNDED:
        return Estimate("intercept", level)
    reach = quantile(confidence) * error
    return Estimate("intercept", level, error, level - reach, level + reach)


def _ratio(y: Floats, risk: Floats, clusters: _Clusters, confidence: float) -> Estimate:
    """Observed / expected; its error is that of the difference, by cluster."""
    ratio = float(y.sum() / risk.sum())
    error = clusters.error(y - ratio * risk) / float(y.sum())
    told = None if error < ROUNDED else error
    return wald_on_log_scale("observed_to_expected", ratio, told, confidence)


def _groups(y: Floats, risk: Floats, confidence: float) -> tuple[RiskGroup, ...]:
    order = np.argsort(risk, kind="stable")
    parts = [part for part in np.array_split(order, GROUPS) if part.size]
    return tuple(
        RiskGroup(
            part.size,
            float(risk[part].mean()),
            proportion(int(y[part].sum()), part.size, confidence),
        )
        for part in parts
    )

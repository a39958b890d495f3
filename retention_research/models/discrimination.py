"""Do predicted risks rank customers, and are they as high as what happened?

DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, 837-845, for the area under the curve;
Obuchowski (1997), Biometrics 53, 567-578, where a customer has several rows. Cox (1958),
Biometrika 45, 562-565, for the calibration intercept and slope.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from scipy.stats import rankdata

from retention_research.models.arrays import Floats, checked, refuse, same_length, tally
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile
from retention_research.models.logistic import fit_logistic
from retention_research.models.proportion import proportion

GROUPS = 10


class Calibration(NamedTuple):
    """How predicted risks compare with what happened.

    Attributes:
        slope: of the log odds on the predicted log odds; 1 where they spread as they should.
        intercept: log odds that all predictions lack, the slope held at 1; 0 where right.
        ratio: outcomes observed / expected.
        groups: by tenth of predicted risk.
    """

    slope: Estimate | Missing
    intercept: Estimate | Missing
    ratio: Estimate
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
        The area, 0 to 1, equal scores counted half; missing where all outcomes are the same.

    Raises:
        ValueError: on missing values or columns of other length.

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
    place = np.arange(y.size) if cluster is None else _places(cluster)
    area, parts = _placements(yes, score)
    groups = int(place.max()) + 1
    summed = tally(place, parts, groups)
    return _on_log_odds("auc", area, float(np.sqrt(summed @ summed)), confidence)


def _places(cluster: npt.ArrayLike) -> npt.NDArray[np.intp]:
    return np.unique(np.asarray(cluster), return_inverse=True)[1]


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
    if not 0.0 < share < 1.0:
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

    Raises:
        ValueError: on missing values, risks of 0 or 1, or columns of other length.

    Examples:
        >>> found = calibration([0, 1, 0, 1], [0.25, 0.5, 0.5, 0.75])
        >>> found.ratio.estimate
        1.0
    """
    y, risk = checked("outcome", outcome), checked("predicted", predicted)
    same_length(outcome=y, predicted=risk)
    refuse((risk <= 0.0) | (risk >= 1.0), "predicted is not between 0 and 1")
    place = np.arange(y.size) if cluster is None else _places(cluster)
    odds = logit(risk)
    slope = fit_logistic(y, odds[:, None], names=["slope"], cluster=place, confidence=confidence)
    found = slope if isinstance(slope, Missing) else slope.estimates[1]
    shift = _shift(y, odds, place, confidence)
    return Calibration(
        found, shift, _ratio(y, risk, place, confidence), _groups(y, risk, confidence)
    )


def _shift(
    y: Floats, odds: Floats, place: npt.NDArray[np.intp], confidence: float
) -> Estimate | Missing:
    """The intercept that makes the sum of predictions right, by Newton's steps."""
    if y.min() == y.max():
        return Missing("intercept", "Everybody has the same outcome.")
    level = 0.0
    for _ in range(50):
        chance = expit(odds + level)
        level += float((y - chance).sum() / (chance * (1.0 - chance)).sum())
    chance = expit(odds + level)
    groups = int(place.max()) + 1
    summed = tally(place, y - chance, groups)
    error = float(np.sqrt(summed @ summed * groups / (groups - 1.0)))
    error /= float((chance * (1.0 - chance)).sum())
    reach = quantile(confidence) * error
    return Estimate("intercept", level, error, level - reach, level + reach)


def _ratio(y: Floats, risk: Floats, place: npt.NDArray[np.intp], confidence: float) -> Estimate:
    """Observed / expected; its error is that of the difference, by cluster."""
    ratio, groups = float(y.sum() / risk.sum()), int(place.max()) + 1
    summed = tally(place, y - ratio * risk, groups)
    error = float(np.sqrt(summed @ summed * groups / (groups - 1.0)) / risk.sum())
    reach = quantile(confidence) * error
    return Estimate("observed_to_expected", ratio, error, ratio - reach, ratio + reach)


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

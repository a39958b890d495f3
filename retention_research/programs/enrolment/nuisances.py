"""What is learnt beside the effect: outcomes without the program, and the chance to enrol.

Each is learnt from other customers than those it is used for (Chernozhukov et al., 2018,
Econometrics Journal 21, C1-C68, definition 3.1). What a linear or logistic fit adds to the error
of the effect is carried along, so that the error also holds where one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import expit

from retention_research.models.arrays import Flags, Floats, Integers

Learner = Literal["linear", "logistic", "boosting"]
_RIDGE = 1e-8  # of the rows' weight, in standard units: keeps columns that agree apart
_STEPS, _HALVINGS = 60, 30
_CLOSE = 1e-10  # squared step in standard errors: after it the next one is below rounding


class Learned(NamedTuple):
    """One fit.

    Attributes:
        value: its prediction for every row, shape (n,).
        slope: its derivative by the linear predictor, shape (n,).
        inverse: of the information, shape (p, p); None where a fit has none.
    """

    value: Floats
    slope: Floats
    inverse: Floats | None


class Part(NamedTuple):
    """One fold's fit.

    Attributes:
        rows: where it is used, shape (n,).
        inverse: of the information, shape (p, p).
        score: weighted residuals of the rows that it learnt from, 0 elsewhere, shape (n,).
    """

    rows: Flags
    inverse: Floats
    score: Floats


class Nuisance(NamedTuple):
    """What was learnt, each row told by fits that did not see its customer.

    Attributes:
        value: predictions, shape (n,). slope: by the linear predictor, shape (n,).
        parts: the folds' fits; none where they have no information.
    """

    value: Floats
    slope: Floats
    parts: tuple[Part, ...]

    def carried(self, x: Floats, direction: Floats) -> Floats:
        """What the fits' own errors add to each row's influence.

        Args:
            x: the design, shape (n, p).
            direction: derivative of each row's score by its linear predictor, shape (n,).

        Returns:
            Shape (n,): Newey and McFadden (1994), Handbook of Econometrics 4, equation 6.6.
        """
        added = np.zeros(direction.size)
        for part in self.parts:
            slope = (direction * part.rows) @ x
            added += x @ (part.inverse @ slope) * part.score
        return added


Fitting = Callable[[Floats, Floats, Floats, Integers], list[Learned]]


def linear(x: Floats, target: Floats, weight: Floats, fold: Integers) -> list[Learned]:
    """Least squares of rows with weight, without each fold in turn; of a single fold, with it.

    Args:
        x: the design, shape (n, p).
        target: shape (n,).
        weight: 0 for rows not to learn from, shape (n,).
        fold: of each row, 0 to folds - 1, shape (n,).

    Example:
        >>> x, one = np.array([[1.0, -1.0], [1.0, 1.0]]), np.zeros(2, dtype=np.intp)
        >>> linear(x, np.array([1.0, 3.0]), np.ones(2), one)[0].value.round(4).tolist()
        [1.0, 3.0]
    """
    own = [_sums(x, target, weight, fold == one) for one in range(fold.max() + 1)]
    square, cross, total = (sum(part, start=0.0 * part[0]) for part in zip(*own, strict=True))
    if len(own) == 1:
        return [_line(x, square, cross, float(total))]
    return [_line(x, square - a, cross - b, float(total - c)) for a, b, c in own]


def _sums(x: Floats, target: Floats, weight: Floats, here: Flags) -> tuple[Floats, Floats, Floats]:
    used = here & (weight > 0.0)
    mine, counts = x[used], weight[used]
    weighted = mine * counts[:, None]
    return weighted.T @ mine, weighted.T @ target[used], np.asarray(counts.sum())


def _line(x: Floats, square: Floats, cross: Floats, total: float) -> Learned:
    inverse = np.asarray(np.linalg.inv(square + _penalty(x.shape[1], total)), dtype=np.float64)
    return Learned(x @ (inverse @ cross), np.ones(x.shape[0]), inverse)


def logistic(x: Floats, target: Floats, weight: Floats, fold: Integers) -> list[Learned]:
    """Logistic regression, by Newton's steps with a hair of ridge; otherwise as `linear`.

    Args:
        x: the design, shape (n, p).
        target: 0 to 1, shape (n,).
        weight: 0 for rows not to learn from, shape (n,).
        fold: of each row, 0 to folds - 1, shape (n,).

    Example:
        >>> x, one = np.array([[1.0, -1.0], [1.0, 1.0]] * 2), np.zeros(4, dtype=np.intp)
        >>> logistic(x, np.array([0.0, 1.0, 1.0, 0.0]), np.ones(4), one)[0].value.round(6).tolist()
        [0.5, 0.5, 0.5, 0.5]
    """
    whole = _climbed(x, target, weight, np.zeros(x.shape[1]))
    if not fold.max():
        return [_curve(x, *whole)]
    apart = (weight * (fold != one) for one in range(fold.max() + 1))
    return [_curve(x, *_climbed(x, target, mine, whole[0])) for mine in apart]


def _curve(x: Floats, beta: Floats, inverse: Floats) -> Learned:
    chance = expit(x @ beta)
    return Learned(chance, chance * (1.0 - chance), inverse)


def _climbed(x: Floats, target: Floats, weight: Floats, start: Floats) -> tuple[Floats, Floats]:
    """The top of the penalised likelihood, the same from any start, and the inverse there."""
    used = weight > 0.0
    x, target, weight = x[used], target[used], weight[used]
    penalty = _penalty(x.shape[1], float(weight.sum()))
    beta, inverse = start, np.empty((0, 0))
    for _ in range(_STEPS):
        chance = expit(x @ beta)
        slope = x.T @ (weight * (target - chance)) - penalty @ beta
        curve = weight * chance * (1.0 - chance)
        inverse = np.asarray(np.linalg.inv((x * curve[:, None]).T @ x + penalty), np.float64)
        step = inverse @ slope
        if slope @ step < _CLOSE:
            return beta + step, inverse
        beta = _uphill(x, target, weight, beta, step)
    return beta, inverse


def _uphill(x: Floats, target: Floats, weight: Floats, beta: Floats, step: Floats) -> Floats:
    """A step of Newton's, halved until it does not lead down."""
    penalty = _penalty(beta.size, float(weight.sum()))

    def height(at: Floats) -> float:
        odds = x @ at
        climbed = weight @ (target * odds - np.logaddexp(0.0, odds))
        return float(climbed - at @ penalty @ at / 2.0)

    here = height(beta)
    for halved in range(_HALVINGS):
        there: Floats = beta + step / 2.0**halved
        if height(there) >= here - 1e-9 * (1.0 + abs(here)):
            return there
    return beta


def _penalty(columns: int, total: float) -> Floats:
    return np.diag(np.append(0.0, np.full(columns - 1, _RIDGE * total)))


def boosting(rng: np.random.Generator, *, chances: bool) -> Fitting:
    """Histogram gradient boosting of scikit-learn.

    Args:
        rng: gives the seed.
        chances: learn a chance rather than a mean.
    """
    seed = int(rng.integers(2**31))

    def one(x: Floats, target: Floats, weight: Floats) -> Learned:
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
        from threadpoolctl import threadpool_limits

        kind = HistGradientBoostingClassifier if chances else HistGradientBoostingRegressor
        model = kind(max_iter=60, learning_rate=0.08, max_leaf_nodes=8, max_bins=63,
                     min_samples_leaf=50, l2_regularization=1.0, early_stopping=False,
                     random_state=seed)  # fmt: skip
        used = weight > 0.0
        with threadpool_limits(1):  # sums by several threads differ in the last digits
            model.fit(x[used, 1:], target[used], sample_weight=weight[used])
            told = model.predict_proba(x[:, 1:])[:, 1] if chances else model.predict(x[:, 1:])
        return Learned(np.asarray(told, dtype=np.float64), np.ones(target.size), None)

    def fit(x: Floats, target: Floats, weight: Floats, fold: Integers) -> list[Learned]:
        if not fold.max():
            return [one(x, target, weight)]
        return [one(x, target, weight * (fold != each)) for each in range(fold.max() + 1)]

    return fit


def fitting(
    learner: Learner, target: Floats, weight: Floats, rng: np.random.Generator | None
) -> Fitting:
    """The fit that a learner makes of an outcome; only outcomes of 0 and 1 have chances.

    Raises:
        ValueError: if boosting is wanted without a generator.
    """
    used = target[weight > 0.0]
    chances = bool(((used == 0.0) | (used == 1.0)).all() and np.ptp(used) > 0.0)
    if learner == "boosting":
        if rng is None:
            raise ValueError("boosting needs a random generator")
        return boosting(rng, chances=chances)
    return logistic if learner == "logistic" and chances else linear


def cross_fitted(
    fit: Fitting, x: Floats, target: Floats, weight: Floats, fold: Integers
) -> Nuisance:
    """Learn from all folds but one and tell the rows of that one; of a single fold, from all.

    Args:
        fit: how to learn.
        x: the design, shape (n, p).
        target: shape (n,).
        weight: 0 for rows not to learn from, shape (n,).
        fold: of each row, 0 to folds - 1, shape (n,).
    """
    value, slope, parts = np.empty(target.size), np.empty(target.size), []
    fits = fit(x, target, weight, fold)
    for place, learned in enumerate(fits):
        here = fold == place
        value[here], slope[here] = learned.value[here], learned.slope[here]
        if learned.inverse is not None:
            mine = weight * ~here if len(fits) > 1 else weight
            parts.append(Part(here, learned.inverse, mine * (target - learned.value)))
    return Nuisance(value, slope, tuple(parts))

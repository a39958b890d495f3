"""Whom does a program move most? A ranking by expected effect, and what following it would bring.

Kennedy (2023), Electronic J. Statistics 17, 3008-3049: the doubly robust learner. Yadlowsky,
Fleming, Shah, Brunskill and Wager (2025), J. American Statistical Association 120, 38-51: rank-
weighted average treatment effects, of which the area under the Qini curve is one.

Customers are divided at random into folds in an order. Each fold from the second on is ranked by
what the folds before it taught, so that no customer is valued by a ranking that has seen them, and
the folds' errors are martingale differences: with all other folds as teachers they would move
together, and find differences where there are none two to three times as often as they should.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Flags, Floats, Integers, checked, tally
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile
from retention_research.models.labels import numbered

Learner = Literal["linear", "boosting"]
FEWEST_PER_ARM = 250
FEWEST_CLUSTERS = 100  # of an arm
_EVENTS = 10  # customers of an arm and fold whose outcome is not the commonest
SHARES = np.linspace(0.0, 1.0, 21)
_TEACHERS = 100_000  # customers that teach a fold: more say next to nothing new
_NEAR = 2  # steps of SHARES to either side, over which the effect at a rank is taken


class Curve(NamedTuple):
    """What the program brings by how much of the ranking it reaches, shape (21,) each.

    Attributes:
        share: of customers reached, those expected to be moved most first; 0 to 1.
        gain: outcome gained per customer of the whole list.
        low, high: its interval, at each share alone.
    """

    share: Floats
    gain: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Uplift:
    """A ranking by expected effect, valued on customers it has not seen.

    Attributes:
        qini: area between the curve and the straight line of a random order; 0 if ranking is of
            no use.
        p_value: of as large an area, either way, if it were 0.
        effect: the mean effect over the customers valued.
        first_fifth: the mean effect over the fifth ranked first.
        curve: the gain by share reached.
        customers: customers valued: those of all folds but the first.
        score: expected effect by customer, shape (n,); NaN in the first fold.
        rank: 0 for the first of the fold to 1 for the last, shape (n,); NaN in the first fold.
        learner: what ranked them.
    """

    qini: Estimate
    p_value: float
    effect: Estimate
    first_fifth: Estimate
    curve: Curve
    customers: int
    score: Floats
    rank: Floats
    learner: Learner


def uplift_ranking(
    before: npt.ArrayLike,
    outcome: npt.ArrayLike,
    treated: npt.ArrayLike,
    probability: npt.ArrayLike,
    *,
    cluster: npt.ArrayLike | None = None,
    folds: int = 5,
    rng: np.random.Generator,
    confidence: float = 0.95,
    learner: Learner = "linear",
) -> Uplift | Missing:
    """Rank customers of an experiment by expected effect, and value the ranking.

    Args:
        before: what was known of each customer before, shape (n, k).
        outcome: shape (n,).
        treated: who had the program, decided by chance, shape (n,).
        probability: chance of having it, one value or shape (n,), inside 0..1.
        cluster: labels of groups that share an arm or a fate, shape (n,); all customers of one
            are in the same fold, and errors are by cluster.
        folds: parts of the customers; the first only teaches.
        rng: divides the customers.
        confidence: level of the intervals.
        learner: linear (ridge, penalty by cross-validation) or boosting (of small trees).

    Returns:
        The ranking; missing where the data are too few or have nothing to rank by.

    Raises:
        ValueError: on columns of unequal length or missing values.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> x, treated = rng.normal(size=(4000, 1)), rng.random(4000) < 0.5
        >>> bought = x[:, 0] * treated + rng.normal(size=4000)
        >>> found = uplift_ranking(x, bought, treated, 0.5, rng=rng)
        >>> found.qini.conf_low > 0, found.customers
        (True, 3200)
    """
    rows = _rows(before, outcome, treated, probability)
    unit = _units(cluster, rows.y.size)
    if reason := _obstacle(rows, folds) or _few_clusters(rows, unit):
        return Missing("qini", reason)
    fold = rng.permutation(np.arange(int(unit.max()) + 1) % folds)[unit]
    score, psi = _taught(rows, fold, folds, learner)
    inside = [fold == k for k in range(1, folds)]
    parts = [_valued(score[now], psi[now], rng, unit[now] if cluster is not None else None)
             for now in inside]  # fmt: skip
    return _found(score, fold, parts, confidence, learner)


class _Rows(NamedTuple):
    x: Floats
    y: Floats
    treated: Flags
    e: Floats

    def of(self, inside: Flags) -> _Rows:
        return _Rows(self.x[inside], self.y[inside], self.treated[inside], self.e[inside])


def _rows(x: Any, y: Any, treated: Any, probability: Any) -> _Rows:
    values, known = checked("outcome", y, minimum=-np.inf), np.asarray(x, dtype=np.float64)
    drawn = np.asarray(treated, dtype=bool)
    chance = np.broadcast_to(np.asarray(probability, dtype=np.float64), values.shape)
    if known.ndim != 2 or not known.shape[0] == values.size == drawn.size:
        raise ValueError(f"before {known.shape}, outcome {values.shape}, treated {drawn.shape}")
    if not np.isfinite(known).all():
        raise ValueError("before has missing or infinite values")
    if not ((chance > 0.0) & (chance < 1.0)).all():
        raise ValueError("probability lies outside 0..1")
    spread = known.std(axis=0)
    varies = spread > 0.0
    return _Rows((known[:, varies] - known[:, varies].mean(axis=0)) / spread[varies],
                 values, drawn, chance)  # fmt: skip


def _units(cluster: npt.ArrayLike | None, n: int) -> Integers:
    """What is divided into folds, as a number from 0: clusters, or else customers."""
    if cluster is None:
        return np.arange(n)
    code = numbered("cluster", cluster)[0]
    if code.size != n:
        raise ValueError(f"cluster has {code.size} rows; {n} are needed")
    return code


def _obstacle(rows: _Rows, folds: int) -> str:
    arms = int(rows.treated.sum()), int((~rows.treated).sum())
    if min(arms) < FEWEST_PER_ARM or rows.y.size < 20 * folds:
        return (
            f"A ranking needs at least {FEWEST_PER_ARM} customers in each group, and there are "
            f"{arms[0]} with the program and {arms[1]} without."
        )
    if not rows.x.shape[1]:
        return "All customers were alike before: there is nothing to rank them by."
    if not rows.y.std() > 0.0:
        return "All customers did the same: there is nothing to rank by."
    return _rare(rows, _EVENTS * folds)


def _rare(rows: _Rows, needed: int) -> str:
    _, place, counts = np.unique(rows.y, return_inverse=True, return_counts=True)
    other = place != counts.argmax()
    found = int((other & rows.treated).sum()), int((other & ~rows.treated).sum())
    if min(found) >= needed:
        return ""
    return (
        f"A ranking needs at least {needed} customers in each group who did other than most "
        f"customers, and there are {found[0]} with the program and {found[1]} without."
    )


def _few_clusters(rows: _Rows, unit: Integers) -> str:
    arms = (np.unique(unit[rows.treated == arm]).size for arm in (True, False))
    if min(arms) >= FEWEST_CLUSTERS:
        return ""
    return (
        "Chance was drawn for sets of customers, and a ranking needs at least "
        f"{FEWEST_CLUSTERS} of them with the program and as many without."
    )


def _taught(rows: _Rows, fold: Integers, folds: int, learner: Learner) -> tuple[Floats, Floats]:
    """Each fold's expected effects, and doubly robust scores, from the folds before it."""
    score, psi = np.full(rows.y.size, np.nan), np.full(rows.y.size, np.nan)
    for k in range(1, folds):
        past, now = rows.of(_teachers(fold < k)), rows.of(fold == k)
        without, with_it = _arms(past, learner)
        effect = _fit(past.x, _robust(past, without(past.x), with_it(past.x)), learner)
        score[fold == k] = effect(now.x)
        psi[fold == k] = _robust(now, without(now.x), with_it(now.x))
    return score, psi


def _teachers(earlier: Flags) -> Flags:
    """The customers of earlier folds, evenly thinned where they are very many."""
    every = -(-int(earlier.sum()) // _TEACHERS)
    return earlier & (np.cumsum(earlier) % every == 0) if every > 1 else earlier


Predict = Callable[[Floats], Floats]


def _arms(rows: _Rows, learner: Learner) -> tuple[Predict, Predict]:
    control, treated = rows.of(~rows.treated), rows.of(rows.treated)
    return _fit(control.x, control.y, learner), _fit(treated.x, treated.y, learner)


def _robust(rows: _Rows, without: Floats, with_it: Floats) -> Floats:
    """Kennedy's pseudo-outcome (3): its mean given x is the effect, whatever the two arms' fits."""
    own = np.where(rows.treated, with_it, without)
    weight = np.where(rows.treated, 1.0 / rows.e, -1.0 / (1.0 - rows.e))
    return with_it - without + weight * (rows.y - own)


def _fit(x: Floats, y: Floats, learner: Learner) -> Predict:
    if y.size < 2 or y.std() == 0.0:
        level = float(y.mean()) if y.size else 0.0
        return lambda new: np.full(new.shape[0], level)
    model: Any = _model(learner).fit(x, y)
    return lambda new: np.asarray(model.predict(new), dtype=np.float64)


def _model(learner: Learner) -> Any:
    if learner == "linear":
        from sklearn.linear_model import RidgeCV

        return RidgeCV(alphas=np.logspace(0.0, 5.0, 11))
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(
        max_iter=60, learning_rate=0.08, max_leaf_nodes=8, min_samples_leaf=50, random_state=0
    )


class _Valued(NamedTuple):
    """One fold: ranks, estimates, and what each customer, or cluster, adds to their errors.

    Of the curve it is the sum of squares.
    """

    rank: Floats
    area: float
    of_area: Floats
    gain: Floats
    gain_squares: Floats


def _valued(
    score: Floats, psi: Floats, rng: np.random.Generator, cluster: Integers | None = None
) -> _Valued:
    """A fold's area and curve with influence values, the ranks' own estimation in them."""
    n = psi.size
    order = np.lexsort((rng.random(n), -score))  # who is expected to be alike, in random order
    rank = np.empty(n)
    rank[order] = (np.arange(n) + 0.5) / n
    area = float(psi @ (0.5 - rank) / n)
    # moving one customer moves the ranks of all behind: their effects enter the error
    behind = np.empty(n)
    behind[order] = np.cumsum(psi[order][::-1])[::-1] / n
    of_area = psi * (0.5 - rank) - area - (behind - float(psi @ rank) / n)
    reached = rank[:, None] <= SHARES
    gain = psi @ reached / n
    of_gain = psi[:, None] * reached - gain - _at_the_edge(gain) * (reached - SHARES)
    if cluster is not None:
        of_area, of_gain = _summed(of_area[:, None], cluster)[:, 0], _summed(of_gain, cluster)
    return _Valued(rank, area, of_area, gain, np.einsum("ij,ij->j", of_gain, of_gain))


def _summed(values: Floats, cluster: Integers) -> Floats:
    """Sums by cluster, shape (clusters, k); 0 for those of other folds."""
    size = int(cluster.max()) + 1
    return np.stack([tally(cluster, column, size) for column in values.T], axis=1)


def _at_the_edge(gain: Floats) -> Floats:
    """The effect on who stands at each share: the curve's slope."""
    place = np.arange(SHARES.size)
    up, down = np.minimum(place + _NEAR, SHARES.size - 1), np.maximum(place - _NEAR, 0)
    return np.asarray((gain[up] - gain[down]) / (SHARES[up] - SHARES[down]))


def _found(
    score: Floats, fold: Integers, parts: list[_Valued], confidence: float, learner: Learner
) -> Uplift:
    from scipy.special import ndtr

    rank = np.full(score.size, np.nan)
    for k, part in enumerate(parts, start=1):
        rank[fold == k] = part.rank
    size = np.array([part.rank.size for part in parts], dtype=np.float64)
    gain = size @ np.stack([part.gain for part in parts]) / size.sum()
    errors = _errors(np.stack([part.gain_squares for part in parts]), size.sum())
    z = quantile(confidence)
    area = float(size @ np.array([part.area for part in parts]) / size.sum())
    squares = np.array([[part.of_area @ part.of_area] for part in parts])
    error = float(_errors(squares, size.sum())[0])
    fifth = int(np.argmin(np.abs(SHARES - 0.2)))
    return Uplift(
        qini=_estimate("qini", area, error, z),
        p_value=float(2.0 * ndtr(-abs(area) / error)) if error else 1.0,
        effect=_estimate("effect", float(gain[-1]), float(errors[-1]), z),
        first_fifth=_estimate(
            "first_fifth", 5.0 * float(gain[fifth]), 5.0 * float(errors[fifth]), z
        ),
        curve=Curve(SHARES, gain, gain - z * errors, gain + z * errors),
        customers=int(size.sum()),
        score=score,
        rank=rank,
        learner=learner,
    )


def _errors(squares: Floats, n: float) -> Floats:
    """Standard errors from the folds' sums of squared influence values, shape (folds, k)."""
    return np.asarray(np.sqrt(squares.sum(axis=0) / n / (n - 1.0)))


def _estimate(term: str, value: float, error: float, z: float) -> Estimate:
    return Estimate(term, value, error, value - z * error, value + z * error)

"""Does a program's effect differ between groups that were named beforehand, and by how much?

Cochran (1954), Biometrics 10, 101-129: the Q test. Paule and Mandel (1982), J. Research of the
National Bureau of Standards 87, 377-385: the spread between groups. Daniels (1999), Canadian
J. Statistics 27, 567-578: groups' effects drawn towards the middle, averaged over how much groups
may differ, so that the intervals know that the spread is itself estimated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, checked, refuse, same_length
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile

if TYPE_CHECKING:
    from retention_research.programs.experiment import Sample

Effects = Sequence[Estimate | Missing]
_NODES = 200  # of the shrinkage, between none and all
_SCALE = 2.0  # largest errors: the spread at which groups that unsure are drawn half of the way
_ACROSS = (
    "Chance was drawn for sets of customers that cut across these groups: effects that share them "
    "cannot be told apart."
)
_ALONE = "Fewer than two groups hold enough customers to be compared."


class LevelEffect(NamedTuple):
    """The effect in one group.

    Attributes:
        level: its name.
        n: customers of both arms.
        estimate: of the group alone.
        shrunken: drawn towards the middle of all groups by what chance may have added.
    """

    level: str
    n: int
    estimate: Estimate | Missing
    shrunken: Estimate | Missing


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """How an effect differs between groups.

    Attributes:
        levels: one per group, in the order given.
        q_statistic: Cochran's Q over the groups that have an effect; None with fewer than two.
        degrees_of_freedom: those groups less one.
        p_value: of as large a Q if the effect were the same in all; None likewise.
        between: standard deviation of the effect between groups, chance taken off.
    """

    levels: tuple[LevelEffect, ...]
    q_statistic: float | None
    degrees_of_freedom: int
    p_value: float | None
    between: float | None


def effects_by_level(
    sample: Sample,
    level: npt.ArrayLike,
    names: Sequence[str],
    *,
    outcome: str = "purchases",
    kind: Literal["mean", "proportion"] = "mean",
    adjust: bool = True,
    confidence: float = 0.95,
) -> Heterogeneity:
    """The effect in each group of an experiment, alone and drawn towards the middle.

    Args:
        sample: the experiment's customers, shape (n,).
        level: place of each customer's group in `names`, shape (n,).
        names: the groups.
        outcome: what is compared.
        kind: as in `experiment.difference`.
        adjust: whether to adjust by what is known from before.
        confidence: level of the intervals.

    Returns:
        Groups in which an arm is empty or too small to compare say so. Where a cluster has
        customers in several groups, each has its effect alone: there is neither test nor spread.
    """
    code = np.asarray(level)
    how = {"outcome": outcome, "kind": kind, "adjust": adjust, "confidence": confidence}
    found = [_of_group(sample, code == place, **how) for place in range(len(names))]
    sizes = np.bincount(code, minlength=len(names))
    if _cut_across(sample, code):
        return _apart(names, sizes.tolist(), found, _ACROSS)
    return shrink_effects(names, sizes.tolist(), found, confidence=confidence)


def _cut_across(sample: Sample, code: npt.NDArray[np.int_]) -> bool:
    """Whether a cluster has customers of more than one group."""
    if sample.cluster is None:
        return False
    order = np.lexsort((code, sample.cluster))
    same = np.diff(sample.cluster[order]) == 0
    return bool((same & (np.diff(code[order]) != 0)).any())


def _apart(
    names: Sequence[str], sizes: Sequence[int], effects: Effects, reason: str
) -> Heterogeneity:
    """Each group's own effect, and why they are not compared."""
    shrunken = [Missing("shrunken", one.reason if isinstance(one, Missing) else reason)
                for one in effects]  # fmt: skip
    return Heterogeneity(_levels(names, sizes, effects, shrunken), None, 0, None, None)


def _of_group(sample: Sample, inside: npt.NDArray[np.bool_], **how: Any) -> Estimate | Missing:
    from retention_research.programs.experiment import Sample, difference

    treated = np.asarray(sample.treated, dtype=bool)[inside]
    if min(int(treated.sum()), int((~treated).sum())) < 2:
        return Missing("difference", "One of the arms holds fewer than two of these customers.")
    parts = {name: _part(getattr(sample, name), inside) for name in _COLUMNS}
    return difference(Sample(**parts), **how).difference


_COLUMNS = ("outcome", "treated", "before", "stratum", "cluster", "probability")


def _part(column: Any, inside: npt.NDArray[np.bool_]) -> Any:
    return None if column is None else np.asarray(column)[inside]


def shrink_effects(
    names: Sequence[str], sizes: Sequence[int], effects: Effects, *, confidence: float = 0.95
) -> Heterogeneity:
    """Hold groups' effects against each other, and draw them towards the middle.

    Args:
        names: the groups.
        sizes: customers of each.
        effects: of each alone, independent of each other. Where an interval is wider than its
            error says, as Student's is with few customers, it stands for the error.
        confidence: level of the intervals, those of `effects` and those returned.

    Returns:
        Groups without an effect, or whose effect has no error, take no part and say why.

    Example:
        >>> alone = [Estimate("difference", 0.3, 0.1), Estimate("difference", 0.1, 0.1)]
        >>> found = shrink_effects(["a", "b"], [500, 500], alone)
        >>> round(found.q_statistic, 6), round(found.between, 6)
        (2.0, 0.1)
        >>> [round(row.shrunken.estimate, 3) for row in found.levels]
        [0.266, 0.134]
    """
    usable = [_has_error(one) for one in effects]
    rows = [one for one, good in zip(effects, usable, strict=True) if good]
    value = np.array([row.estimate for row in rows if isinstance(row, Estimate)])
    error = np.array([_error(row, confidence) for row in rows if isinstance(row, Estimate)])
    if value.size < 2:
        return _apart(names, sizes, effects, _ALONE)
    drawn = iter(_shrunken(value, error, confidence))
    shrunken = [next(drawn) if good else _no_error(one)
                for one, good in zip(effects, usable, strict=True)]  # fmt: skip
    statistic, p_value = homogeneity(value, error)
    between = paule_mandel(value, error) ** 0.5
    levels = _levels(names, sizes, effects, shrunken)
    return Heterogeneity(levels, statistic, value.size - 1, p_value, between)


def _has_error(effect: Estimate | Missing) -> bool:
    return isinstance(effect, Estimate) and bool(effect.std_error)


def _error(effect: Estimate, confidence: float) -> float:
    """The error of a normal interval that is as wide, if that is larger."""
    own, low, high = effect.std_error or 0.0, effect.conf_low, effect.conf_high
    if low is None or high is None:
        return own
    return max(own, (high - low) / 2.0 / quantile(confidence))


def _no_error(effect: Estimate | Missing) -> Missing:
    if isinstance(effect, Missing):
        return Missing("shrunken", effect.reason)
    return Missing("shrunken", "All of these customers are alike in it: no range can be given.")


def _levels(
    names: Sequence[str], sizes: Sequence[int], alone: Effects, shrunken: Effects
) -> tuple[LevelEffect, ...]:
    rows = zip(names, sizes, alone, shrunken, strict=True)
    return tuple(LevelEffect(str(name), int(n), own, drawn) for name, n, own, drawn in rows)


def homogeneity(estimates: npt.ArrayLike, std_errors: npt.ArrayLike) -> tuple[float, float]:
    """Cochran's Q and its p value, on as many degrees of freedom as groups less one.

    Args:
        estimates: shape (k,).
        std_errors: above 0, shape (k,).

    Example:
        >>> statistic, p_value = homogeneity([0.3, 0.1], [0.1, 0.1])
        >>> round(statistic, 6), round(p_value, 4)
        (2.0, 0.1573)
    """
    from scipy.stats import chi2

    value, error = _checked(estimates, std_errors)
    statistic = _q(value, error**2)
    return statistic, float(chi2.sf(statistic, value.size - 1))


def paule_mandel(estimates: npt.ArrayLike, std_errors: npt.ArrayLike) -> float:
    """The variance between groups at which Q equals its degrees of freedom; 0 where none does.

    Args:
        estimates: shape (k,).
        std_errors: above 0, shape (k,).

    Example:
        >>> round(paule_mandel([0.3, 0.1], [0.1, 0.1]), 6)
        0.01
    """
    from scipy.optimize import brentq

    value, error = _checked(estimates, std_errors)
    free, noise = value.size - 1, error**2
    if _q(value, noise) <= free:
        return 0.0
    most = float(((value - value.mean()) ** 2).sum())  # Q of equal weights falls below free there
    return float(brentq(lambda between: _q(value, noise + between) - free, 0.0, 2.0 * most))


def _checked(estimates: npt.ArrayLike, std_errors: npt.ArrayLike) -> tuple[Floats, Floats]:
    value, error = checked("estimates", estimates, minimum=-np.inf), checked("errors", std_errors)
    same_length(estimates=value, std_errors=error)
    refuse(error <= 0.0, "std_errors is not above 0")
    return value, error


def _q(value: Floats, variance: Floats) -> float:
    weight = 1.0 / variance
    return float(weight @ (value - weight @ value / weight.sum()) ** 2)


def _shrunken(value: Floats, error: Floats, confidence: float) -> list[Estimate]:
    """Posterior means and quantiles, the middle flat, the shrinkage uniform between 0 and 1.

    It is that of a group less sure than any: were it that of a sure one, spreads between its error
    and the others' would count as next to impossible, and these be drawn too far to the middle.
    """
    noise = error**2
    share = (np.arange(_NODES) + 0.5) / _NODES
    between = (_SCALE * error.max()) ** 2 * (1.0 - share) / share
    mean, variance, weight = _posterior(value, noise, between)
    middle = weight @ mean
    spread = np.sqrt(weight @ (variance + (mean - middle) ** 2))
    tail = (1.0 - confidence) / 2.0
    low = _quantile(mean, np.sqrt(variance), weight, tail, middle, spread)
    high = _quantile(mean, np.sqrt(variance), weight, 1.0 - tail, middle, spread)
    ends = zip(middle, spread, low, high, strict=True)
    return [Estimate("shrunken", *map(float, row)) for row in ends]


def _posterior(value: Floats, noise: Floats, between: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each group given each spread: means and variances (nodes, k), and the nodes' weights."""
    total = noise + between[:, None]
    precision = 1.0 / total
    middle = (precision @ value) / precision.sum(axis=1)
    kept = between[:, None] / total  # of a group's own distance from the middle
    mean = middle[:, None] + kept * (value - middle[:, None])
    variance = kept * noise + (1.0 - kept) ** 2 / precision.sum(axis=1)[:, None]
    q = (precision * (value - middle[:, None]) ** 2).sum(axis=1)
    log_weight = -0.5 * (np.log(total).sum(axis=1) + np.log(precision.sum(axis=1)) + q)
    weight = np.exp(log_weight - log_weight.max())
    return mean, variance, weight / weight.sum()


def _quantile(
    mean: Floats, sd: Floats, weight: Floats, level: float, middle: Floats, spread: Floats
) -> Floats:
    """The quantile of each group's mixture of normals, by halving."""
    from scipy.special import ndtr

    low, high = middle - 12.0 * spread, middle + 12.0 * spread
    for _ in range(60):
        half = (low + high) / 2.0
        below = weight @ ndtr((half - mean) / sd) < level
        low, high = np.where(below, half, low), np.where(below, high, half)
    return (low + high) / 2.0

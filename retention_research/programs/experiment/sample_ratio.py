"""Did chance share customers out as planned? If not, no effect may be told.

Pearson's chi-square test of the arms' counts against their planned shares; Fabijan et al. (2019),
Diagnosing sample ratio mismatch in online controlled experiments, KDD, 2156-2164. Strata in which
an arm should have few customers, where chi-square is not the law, are held to the plan by the sum
of their departures from it, as Mantel and Haenszel do (1959, J. National Cancer Institute 22,
719-748), and two arms of few by the exact law of that sum, a sum of binomials.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from retention_research.models.arrays import Floats

GATE = 0.001  # of the p value: below it, customers were lost or shared out otherwise
_FEW = 5.0  # customers expected in an arm, below which chi-square is not the law
_EXACT = 30.0  # likewise of two arms of which the sum over strata is tested
_ROUNDED = 0.01  # shares such as .33, .33, .33 are taken as thirds


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Arms' counts against their planned shares.

    Attributes:
        statistic: Pearson's chi-square; of strata with few customers, that of their sums.
        degrees_of_freedom: arms less one, summed over strata, those with few being one.
        p_value: of counts as far from the plan by chance alone.
        passed: whether it is .001 or more.
        expected: customers by the plan, by arm, summed over strata.
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float
    passed: bool
    expected: tuple[float, ...] = ()


def sample_ratio(counts: npt.ArrayLike, probability: npt.ArrayLike) -> SampleRatio:
    """Hold counts of assigned customers (or clusters, where these were assigned) to the plan.

    Args:
        counts: by arm, shape (arms,); or by stratum and arm, shape (strata, arms).
        probability: planned shares, shape (arms,) for all strata or (strata, arms); each row's
            sum within .01 of 1, above 0.

    Returns:
        The test. Strata in which an arm should have fewer than 5 customers are summed, and with
        all others if the sum still is so small; arms that then are too small are taken together.
        Of two arms of which one still should have fewer than 30 the p value is exact, twice the
        smaller tail.

    Raises:
        ValueError: on counts that are no counts, a probability of 0, shares that do not sum to
            1, fewer than two arms, or nobody at all.

    Examples:
        >>> found = sample_ratio([5050, 4950], [0.5, 0.5])
        >>> found.statistic, round(found.p_value, 4), found.passed
        (1.0, 0.3173, True)
        >>> sample_ratio([5200, 4800], [0.5, 0.5]).passed
        False
    """
    found, share = _checked(counts, probability)
    expected = found.sum(axis=1, keepdims=True) * share
    few = expected.min(axis=1) < _FEW
    if few.any() and expected[few].sum(axis=0).min() < _FEW:
        few[:] = True
    departures = (found - expected) ** 2 / np.maximum(expected, 1e-300)
    whole = float(departures[~few].sum()), int((~few).sum()) * (found.shape[1] - 1)
    summed = _summed(found[few], share[few], bool(few.all())) if few.any() else _Part(0.0, 0)
    statistic, free = whole[0] + summed.statistic, whole[1] + summed.free
    p_value = float(chdtrc(free, statistic)) if summed.exact is None else summed.exact
    told = tuple(expected.sum(axis=0).tolist())
    return SampleRatio(statistic, free, p_value, p_value >= GATE, told)


class _Part(NamedTuple):
    """The test of some strata, and its exact p value where it was made and they are all."""

    statistic: float
    free: int
    exact: float | None = None


def _summed(found: Floats, share: Floats, alone: bool) -> _Part:
    """Counts summed over strata against the plan, arms of few taken together."""
    found, share = _merged(found, share)
    size = found.sum(axis=1)
    expected = size @ share
    off = (found.sum(axis=0) - expected)[1:]
    covariance = np.diag(expected) - (share * size[:, None]).T @ share
    statistic = float(off @ np.linalg.solve(covariance[1:, 1:], off))
    if alone and expected.size == 2 and expected.min() < _EXACT:
        least = int(expected.argmin())
        return _Part(statistic, 1, _exact(found[:, least].sum(), size, share[:, least]))
    return _Part(statistic, expected.size - 1)


def _merged(found: Floats, share: Floats) -> tuple[Floats, Floats]:
    """The two smallest arms as one, until each should have enough customers or two are left."""
    while found.shape[1] > 2:
        expected = found.sum(axis=1) @ share
        if expected.min() >= _FEW:
            break
        rest = np.argsort(expected, kind="stable")
        one, other = rest[:2]
        found, share = (
            np.column_stack([table[:, one] + table[:, other], table[:, rest[2:]]])
            for table in (found, share)
        )
    return found, share


def _exact(have: float, size: Floats, share: Floats) -> float:
    """Twice the smaller tail of a sum of binomials at what it came to."""
    from scipy.stats import binom

    chances = np.unique(share)
    law, places = np.ones(1), np.arange(int(have) + 1)
    for chance in chances:
        one = binom.pmf(places, size[share == chance].sum(), chance)
        law = np.convolve(law, one)[: places.size]
    below = float(law.sum())
    return min(1.0, 2.0 * min(below, 1.0 - below + float(law[-1])))


def _checked(counts: npt.ArrayLike, probability: npt.ArrayLike) -> tuple[Floats, Floats]:
    found = np.atleast_2d(np.asarray(counts, dtype=np.float64))
    share = np.atleast_2d(np.asarray(probability, dtype=np.float64))
    if found.ndim != 2 or found.shape[1] < 2 or share.shape[1] != found.shape[1]:
        raise ValueError("one count and one probability are needed for each of two arms or more")
    if share.shape[0] not in (1, found.shape[0]):
        raise ValueError(f"there are {share.shape[0]} rows of probabilities, {found.shape[0]} of "
                         "counts")  # fmt: skip
    if not (found >= 0.0).all() or not np.equal(np.mod(found, 1.0), 0.0).all():
        raise ValueError("counts are not whole numbers of 0 or more")
    if not found.sum():
        raise ValueError("nobody was assigned")
    if not (share > 0.0).all():
        raise ValueError("a probability is not above 0: nobody could be in that arm")
    total = share.sum(axis=1, keepdims=True)
    if (np.abs(total - 1.0) > _ROUNDED).any():
        raise ValueError(f"probabilities sum to {float(total.ravel()[0]):g}, not to 1")
    there = found.sum(axis=1) > 0.0
    return found[there], np.broadcast_to(share / total, found.shape)[there]

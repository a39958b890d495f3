"""Did chance share customers out as planned? If not, no effect may be told.

Pearson's chi-square test of the arms' counts against their planned shares; Fabijan et al. (2019),
Diagnosing sample ratio mismatch in online controlled experiments, KDD, 2156-2164.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, bdtrc, chdtrc

from retention_research.models.arrays import Floats

GATE = 0.001  # of the p value: below it, customers were lost or shared out otherwise
_FEW = 5.0  # customers expected in an arm, below which chi-square is not the law
_ROUNDED = 0.01  # shares such as .33, .33, .33 are taken as thirds


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Arms' counts against their planned shares.

    Attributes:
        statistic: Pearson's chi-square.
        degrees_of_freedom: arms less one, summed over strata.
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
        The test; exact (binomial, twice the smaller tail) for two arms of which one should have
        fewer than 5 customers.

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
    statistic = float(((found - expected) ** 2 / np.maximum(expected, 1e-300)).sum())
    free = int((found.sum(axis=1) > 0).sum()) * (found.shape[1] - 1)
    if found.shape == (1, 2) and expected.min() < _FEW:
        p_value = _exact(found[0], share[0])
    else:
        p_value = float(chdtrc(free, statistic))
    told = tuple(expected.sum(axis=0).tolist())
    return SampleRatio(statistic, free, p_value, p_value >= GATE, told)


def _exact(found: Floats, share: Floats) -> float:
    first, n = float(found[0]), float(found.sum())
    above = 1.0 if first == 0.0 else float(bdtrc(first - 1.0, int(n), share[0]))
    return min(1.0, 2.0 * min(float(bdtr(first, int(n), share[0])), above))


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
    return found, share / total

"""Whether enough customers did anything for their means to have honest errors.

Where nobody of a small arm did, its error is 0 and anything is significant; where few did, errors
of means come from these few. Shares of few have exact limits instead.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from retention_research.models.arrays import Flags
from retention_research.models.fit import Estimate

FEWEST_EVENTS = 10  # customers of an arm with the outcome: there, or expected by both arms' share
_TOLD = (
    f"An arm has too few customers {{}} the outcome: {FEWEST_EVENTS} are needed, in it or by the "
    "share of both arms."
)


def few_events(outcome: npt.ArrayLike, treated: npt.ArrayLike) -> str:
    """Why an outcome is too rare for its mean to have an error; empty where it is not.

    Args:
        outcome: of each customer, shape (n,); one other than 0 is an event. Where it is 0 and 1
            throughout, so is the lack of one.
        treated: arm of each customer, shape (n,), of which each has customers.

    Returns:
        The reason, unless each arm has ten customers with the outcome, or would have them at the
        share of both arms together.

    Examples:
        >>> arm = [True] * 950 + [False] * 50
        >>> few_events([1, 0] * 500, arm)
        ''
        >>> few_events([1] * 19 + [0] * 981, arm)[:52]
        'An arm has too few customers with the outcome: 10 ar'
    """
    value, arm = np.asarray(outcome, dtype=np.float64), np.asarray(treated, dtype=np.bool_)
    have = value != 0.0
    if not _enough(have, arm):
        return _TOLD.format("with")
    yes_or_no = bool(np.isin(value, (0.0, 1.0)).all())
    return "" if not yes_or_no or _enough(~have, arm) else _TOLD.format("without")


def _enough(have: Flags, treated: Flags) -> bool:
    share = float(have.mean())
    arms = (treated, ~treated)
    return all(max(int(have[arm].sum()), share * int(arm.sum())) >= FEWEST_EVENTS for arm in arms)


def exact_shares(
    counts: tuple[int, int], sizes: tuple[int, int], confidence: float
) -> tuple[Estimate, float]:
    """The difference of two shares of few customers, and the p value of none.

    Newcombe (1998, Statistics in Medicine 17, 873-890, method 10) from the limits of Clopper and
    Pearson (1934, Biometrika 26, 404-413) in place of Wilson's, which errs to the wide side; and
    Fisher's exact test.

    Args:
        counts: customers with the outcome, of control and treated.
        sizes: customers of control and treated.
        confidence: level of the interval.

    Examples:
        >>> found, p_value = exact_shares((1, 11), (100, 10_000), 0.95)
        >>> round(found.estimate, 4), round(found.conf_low, 3), round(found.conf_high, 4)
        (-0.0089, -0.053, 0.0009)
        >>> round(p_value, 2)
        0.11
    """
    from scipy.stats import fisher_exact

    (c, t), (n, m) = counts, sizes
    control, treated = c / n, t / m
    (low0, high0), (low1, high1) = _exact(c, n, confidence), _exact(t, m, confidence)
    gap = treated - control
    low = gap - sqrt((treated - low1) ** 2 + (high0 - control) ** 2)
    high = gap + sqrt((high1 - treated) ** 2 + (control - low0) ** 2)
    error = sqrt(control * (1.0 - control) / n + treated * (1.0 - treated) / m)
    p_value = float(fisher_exact(np.array([[t, m - t], [c, n - c]])).pvalue)
    return Estimate("difference", gap, error, low, high), p_value


def _exact(have: int, n: int, confidence: float) -> tuple[float, float]:
    tail = 0.5 - confidence / 2.0
    low = 0.0 if have == 0 else float(betaincinv(have, n - have + 1, tail))
    high = 1.0 if have == n else float(betaincinv(have + 1, n - have, 1.0 - tail))
    return low, high

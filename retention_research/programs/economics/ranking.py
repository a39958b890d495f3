"""Margin gained when the customers who promise most are reached first.

Each customer's effect is weighed by the chance of the arm that they were in (Horvitz and Thompson,
1952, J. American Statistical Association 47, 663-685), the outcome taken from its mean, which
moves no expectation and much of the noise. Only customers on whom the ranking was not fitted count.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import checked, refuse, same_length
from retention_research.models.intervals import quantile
from retention_research.programs.economics.budget import Ranked

_STEPS = 10


def ranked_gain(
    rank: npt.ArrayLike,
    outcome: npt.ArrayLike,
    treated: npt.ArrayLike,
    probability: npt.ArrayLike,
    *,
    mean_effect: float,
    confidence: float = 0.95,
) -> Ranked:
    """What is gained by reaching a share of customers in the order of a ranking.

    Args:
        rank: 0 for the first to 1 for the last, shape (n,); NaN for customers not to be counted.
        outcome: money of each customer, shape (n,).
        treated: whether the customer had the program, shape (n,).
        probability: the chance to have it, above 0 and below 1, shape (n,).
        mean_effect: of all customers, which the curve reaches at the end.
        confidence: level of the interval, at each share alone.

    Returns:
        Shares in tenths with the gain per customer of all.

    Raises:
        ValueError: on missing outcomes, columns of other lengths, or chances outside 0..1.

    Example:
        >>> rank = np.tile([0.0, 1.0], 200)
        >>> treated = np.repeat([1, 0], 200)
        >>> found = ranked_gain(rank, 2.0 * treated * (rank == 0.0), treated, np.full(400, 0.5),
        ...                     mean_effect=1.0)
        >>> [round(float(gain), 3) for gain in found.gain[[0, 5, 10]]]
        [0.0, 1.0, 1.0]
    """
    place = np.asarray(rank, dtype=np.float64)
    money = checked("outcome", outcome, minimum=-np.inf)
    chance = checked("probability", probability)
    same_length(rank=place, outcome=money, probability=chance)
    refuse((chance <= 0.0) | (chance >= 1.0), "probability is not between 0 and 1")
    drawn = np.asarray(treated, dtype=np.bool_)
    known = np.isfinite(place)
    from_mean = money - money[known].mean()
    effect = np.where(drawn, from_mean / chance, -from_mean / (1.0 - chance))[known]
    share = np.linspace(0.0, 1.0, _STEPS + 1)
    reached = (place[known][:, None] <= share) & (share > 0.0)
    each = effect[:, None] * reached
    gain = each.mean(axis=0)
    error = quantile(confidence) * each.std(axis=0, ddof=1) / np.sqrt(known.sum())
    gain = gain + share * (mean_effect - gain[-1])
    return Ranked(share, gain, gain - error, gain + error)

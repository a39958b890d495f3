"""Intervals of a share that survives, by the scale on which they are symmetric.

Kalbfleisch and Prentice (2002), section 1.4; Borgan and Liestol (1990), Scand. J. Statistics
17, 35-41.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np

from retention_research.models.arrays import Floats

Interval: TypeAlias = Literal["log-log", "log", "plain"]


def survival_interval(
    survival: Floats, reach: Floats, interval: Interval = "log-log"
) -> tuple[Floats, Floats]:
    """Both ends of intervals within 0 and 1.

    Args:
        survival: shares, 0 to 1, shape (k,).
        reach: half the interval's width on the scale of the share, 0 or more, shape (k,): a
            quantile times a standard error.
        interval: the scale on which the interval is symmetric: log(-log(share)), log(share), or
            the share itself.

    Returns:
        The low and the high ends, shape (k,); of no width at 1, nan at 0.

    Raises:
        ValueError: on an unknown scale.

    Examples:
        >>> survival_interval(np.array([0.5]), np.array([0.1]), "plain")
        (array([0.4]), array([0.6]))
    """
    if interval not in get_args(Interval):
        raise ValueError(f"interval is {interval!r}; it must be one of {get_args(Interval)}")
    inside = (survival > 0.0) & (survival < 1.0)
    share = np.where(inside, survival, 0.5)
    width = np.where(inside, reach, 0.0)
    low, high = _ends(share, width, interval)
    edge = np.where(survival >= 1.0, 1.0, np.nan)
    return np.where(inside, low, edge), np.where(inside, high, edge)


def _ends(share: Floats, reach: Floats, interval: Interval) -> tuple[Floats, Floats]:
    if interval == "plain":
        return np.maximum(share - reach, 0.0), np.minimum(share + reach, 1.0)
    if interval == "log":
        factor = np.exp(reach / share)
        return share / factor, np.minimum(share * factor, 1.0)
    power = np.exp(np.minimum(-reach / (share * np.log(share)), 700.0))  # beyond, exp overflows
    return share**power, share ** (1.0 / power)

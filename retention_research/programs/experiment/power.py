"""How many customers an experiment needs, and how small an effect it would find.

The normal approximation for two means (Cohen, 1988, Statistical Power Analysis, chapter 2), with
the share of variance that behaviour before explains taken off (Deng et al., 2013, section 3.2), the
level shared out over comparisons with one control arm (Bonferroni), and the variance of whole
clusters put on.
"""

from __future__ import annotations

from math import ceil, sqrt

from scipy.special import ndtri

from retention_research.models.intervals import quantile


def share_sd(rate: float) -> float:
    """The standard deviation of an outcome of 0 and 1.

    Args:
        rate: share of customers with the outcome, above 0 and below 1.

    Raises:
        ValueError: on a rate that is not between 0 and 1.

    Examples:
        >>> share_sd(0.2)
        0.4
    """
    if not 0.0 < rate < 1.0:
        raise ValueError(f"the rate is {rate:g}; it must lie between 0 and 1")
    return sqrt(rate * (1.0 - rate))


def design_effect(cluster_size: float, correlation: float) -> float:
    """How many times more customers are needed where chance is drawn for whole clusters.

    Kish (1965), Survey Sampling, the design effect of clusters of one size.

    Args:
        cluster_size: mean customers of a cluster, 1 or more.
        correlation: of customers within a cluster, 0..1.

    Raises:
        ValueError: on a size below 1, or a correlation outside 0..1.

    Examples:
        >>> design_effect(21, 0.05)
        2.0
    """
    if cluster_size < 1.0 or not 0.0 <= correlation <= 1.0:
        raise ValueError("a cluster has 1 customer or more, and a correlation between 0 and 1")
    return 1.0 + (cluster_size - 1.0) * correlation


def customers_needed(
    sd: float,
    smallest: float,
    *,
    power: float = 0.8,
    confidence: float = 0.95,
    share_treated: float = 0.5,
    explained: float = 0.0,
    arms: int = 2,
    clustering: float = 1.0,
) -> int:
    """Customers in all arms together that would find an effect of a given size.

    Args:
        sd: standard deviation of the outcome, above 0; of a share `share_sd(rate)`.
        smallest: effect worth finding, in the outcome's unit, not 0.
        power: chance to find it, between 0 and 1.
        confidence: 1 less the two-sided level of the test.
        share_treated: of customers, in all treated arms together, between 0 and 1.
        explained: share of the outcome's variance that is adjusted for, 0 or more, below 1.
        arms: with the control arm, 2 or more; each treated arm against the control arm.
        clustering: how many times more are needed for clusters, 1 or more (`design_effect`).

    Returns:
        The whole number of customers.

    Raises:
        ValueError: on values outside these ranges.

    Examples:
        >>> customers_needed(share_sd(0.5), 0.05)
        3140
    """
    if not abs(smallest) > 0.0:
        raise ValueError("an effect of nothing cannot be found")
    unit = _scaled(sd, power, confidence, share_treated, explained, arms, clustering)
    return ceil(unit**2 / smallest**2 - 1e-9)


def detectable_difference(
    customers: int,
    sd: float,
    *,
    power: float = 0.8,
    confidence: float = 0.95,
    share_treated: float = 0.5,
    explained: float = 0.0,
    arms: int = 2,
    clustering: float = 1.0,
) -> float:
    """The smallest effect that so many customers would find.

    Args:
        customers: in all arms together, 2 or more.
        sd: standard deviation of the outcome, above 0.
        power: as in `customers_needed`, as are all others.
        confidence: likewise.
        share_treated: likewise.
        explained: likewise.
        arms: likewise.
        clustering: likewise.

    Returns:
        The effect in the outcome's unit, above 0.

    Raises:
        ValueError: on values outside these ranges.

    Examples:
        >>> round(detectable_difference(3140, 0.5), 4)
        0.05
    """
    if customers < arms:
        raise ValueError(f"{customers} customers are too few for {arms} arms")
    unit = _scaled(sd, power, confidence, share_treated, explained, arms, clustering)
    return unit / sqrt(customers)


def _scaled(
    sd: float,
    power: float,
    confidence: float,
    share_treated: float,
    explained: float,
    arms: int,
    clustering: float,
) -> float:
    """The effect that one customer would find: times 1 / sqrt(n) it is that of n."""
    if not sd > 0.0:
        raise ValueError(f"the standard deviation is {sd:g}; it must be above 0")
    for name, value in (("power", power), ("share_treated", share_treated)):
        if not 0.0 < value < 1.0:
            raise ValueError(f"{name} is {value:g}; it must lie between 0 and 1")
    if not 0.0 <= explained < 1.0 or arms < 2 or clustering < 1.0:
        raise ValueError("explained lies in 0..1 below 1, arms are 2 or more, clustering is 1 "
                         "or more")  # fmt: skip
    treated = arms - 1
    reach = quantile(1.0 - (1.0 - confidence) / treated) + float(ndtri(power))
    per_customer = treated / share_treated + 1.0 / (1.0 - share_treated)
    return reach * sd * sqrt((1.0 - explained) * clustering * per_customer)

"""Which strata show what an arm made, and which are too small to show how customers differ."""

from __future__ import annotations

import numpy as np

from retention_research.models.arrays import Flags, Floats, Integers

_LONE = 2  # customers, or clusters, of an arm that a stratum needs to show how they differ
_ALIKE = 1e-9  # of treated shares: what they differ by is rounding


def units_by(treated: Flags, stratum: Integers, cluster: Integers | None = None) -> Integers:
    """Customers, or clusters where there are any, by arm and stratum.

    Args:
        treated: arm of each customer, shape (n,).
        stratum: of each customer, from 0, shape (n,).
        cluster: of each customer, from 0, shape (n,).

    Returns:
        Counts, shape (2, strata): at [0] of the control arm.

    Example:
        >>> units_by(np.array([True, False, True]), np.array([0, 0, 1])).tolist()
        [[1, 0], [1, 1]]
    """
    strata = int(stratum.max()) + 1
    cell = treated * strata + stratum
    if cluster is not None:
        clusters = int(cluster.max()) + 1
        cell = np.unique(cell * clusters + cluster) // clusters
    return np.bincount(cell, minlength=2 * strata).reshape(2, strata)


def together(units: Integers) -> Integers:
    """Strata in which an arm has fewer than two units, taken as one.

    Args:
        units: by arm and stratum, shape (2, strata).

    Returns:
        The new number of each stratum, from 0, shape (strata,); where the one is itself too
        small, it is the next one too.

    Example:
        >>> together(np.array([[5, 1, 9, 1], [5, 3, 9, 3]])).tolist()
        [1, 0, 2, 0]
    """
    small = units.min(axis=0) < _LONE
    if not small.any():
        return np.arange(small.size)
    code = np.where(small, 0, np.cumsum(~small))
    if not small.all() and units[:, small].sum(axis=1).min() < _LONE:
        code = np.maximum(code, 1) - 1
    return code


def chances(treated: Flags, stratum: Integers, code: Integers) -> Floats | None:
    """The share of each customer's arm in the stratum, where strata taken together differ in it.

    Weighted by its inverse, the strata taken together count in both arms as they do among all
    customers.

    Args:
        treated: arm of each customer, shape (n,).
        stratum: of each customer, from 0, shape (n,); each with both arms.
        code: of each stratum, as `together` numbers them, shape (strata,).

    Returns:
        Shape (n,), above 0; None where strata that are taken together have the same shares.

    Example:
        >>> arm = np.array([True, False, True, False, False])
        >>> chances(arm, np.array([0, 0, 1, 1, 1]), np.array([0, 0])).round(2).tolist()
        [0.5, 0.5, 0.33, 0.67, 0.67]
    """
    share = np.bincount(stratum, treated) / np.bincount(stratum)
    first = share[np.unique(code, return_index=True)[1]]
    if (np.abs(share - first[code]) < _ALIKE).all():
        return None
    return np.asarray(np.where(treated, share[stratum], 1.0 - share[stratum]))

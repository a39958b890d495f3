"""Which purchase model the data can carry."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy.typing as npt

from retention_research.models.bg_nbd import BgNbdFit, fit_bg_nbd
from retention_research.models.bg_nbd_unprofiled import fit_unprofiled_bg_nbd
from retention_research.models.fit import Verdict
from retention_research.models.nbd import NbdFit, fit_nbd

NO_DROPOUT = Verdict(
    "at a boundary",
    "No dropout can be seen in this window, so the model without dropout (NBD) is used.",
)
SAME = 0.01  # log-likelihood: dropout that explains less than this is not there


def fit_purchases(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    unit: str = "week",
    confidence: float = 0.95,
    profiles: bool = True,
) -> BgNbdFit | NbdFit:
    """Fit BG/NBD, or NBD where no dropout can be seen.

    Args:
        frequency: repeat purchases, shape (n,).
        recency: time from first to last purchase, shape (n,), in `unit`.
        T: time from first purchase to the window's end, shape (n,), in `unit`.
        weights: customers per row, shape (n,), when rows are counted histories.
        unit: the unit of time, a word.
        confidence: the level of the intervals.
        profiles: whether parameters get profile intervals; a forecast does not read them.

    Returns:
        The BG/NBD fit; where its likelihood has no interior maximum and is no better than
        NBD's, the NBD fit, whose verdict says so.

    Raises:
        ValueError: on impossible histories, fewer than two customers, or no repeat purchase.

    Examples:
        >>> fit_purchases([0, 2, 6], [0, 29, 30], [30, 30, 30], weights=[50, 40, 30]).name
        'nbd'
    """
    options: dict[str, Any] = {"weights": weights, "unit": unit, "confidence": confidence}
    fit = fit_bg_nbd if profiles else fit_unprofiled_bg_nbd
    leaving = fit(frequency, recency, T, **options)
    if leaving.verdict.status == "converged":
        return leaving
    staying = fit_nbd(frequency, recency, T, **options)
    if leaving.log_likelihood > staying.log_likelihood + SAME:
        return leaving
    return replace(staying, verdict=NO_DROPOUT)


def purchase_fit_from_dict(record: Mapping[str, Any]) -> BgNbdFit | NbdFit:
    """The purchase fit that `to_dict` wrote down, whichever model it is.

    Args:
        record: what `to_dict` returned.

    Raises:
        KeyError: if the record names another model.

    Examples:
        >>> fit = fit_purchases([0, 2], [0, 29], [30, 30], weights=[50, 40])
        >>> purchase_fit_from_dict(fit.to_dict()) == fit
        True
    """
    kinds: dict[str, type[BgNbdFit] | type[NbdFit]] = {"bg_nbd": BgNbdFit, "nbd": NbdFit}
    return kinds[record["name"]].from_dict(record)

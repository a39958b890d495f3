"""How often the customer with the higher risk is the one with the earlier event."""

from typing import NamedTuple

import numpy as np

from retention_research.models.arrays import Floats, Integers
from retention_research.models.cox.dominance import below_and_equal
from retention_research.models.cox.influence import summed_by_cluster
from retention_research.models.cox.regression import CoxFit
from retention_research.models.cox.rows import CoxRows
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile


class _Pairs(NamedTuple):
    """Per row, the weight of its comparable partners whom it is in order with, tied, or not."""

    in_order: Floats
    tied: Floats
    against: Floats

    def share(self) -> Floats:
        return self.in_order + self.tied / 2.0

    def all(self) -> Floats:
        return self.in_order + self.tied + self.against


def concordance(fit: CoxFit, rows: CoxRows) -> Estimate | Missing:
    """The share of comparable pairs in which the higher risk had the earlier event.

    A pair is comparable if one had the event while the other was at risk, in the same stratum,
    and went on without event beyond that time; equal risks count half (Harrell et al., 1996,
    Statistics in Medicine 15, 361-387). The error is the infinitesimal jackknife's, as in R's
    concordance, by cluster if there are clusters.

    Args:
        fit: a Cox regression.
        rows: those it was fitted to, or others with the same covariates.

    Returns:
        The estimate, .5 for no better than chance; its interval is symmetric on the logit scale.
        Missing if no two rows are comparable.

    Examples:
        >>> from retention_research.models.cox import CoxRows, fit_cox
        >>> rows = CoxRows.of([1, 2, 3, 4], [1, 1, 0, 1], [[1], [0], [1], [0]], names=["member"])
        >>> round(concordance(fit_cox(rows), rows).estimate, 4)
        0.6
    """
    if fit.names != rows.names:
        raise ValueError(f"the fit has the covariates {fit.names}, the rows {rows.names}")
    pairs = _pairs(rows, _risk_ranks(fit, rows))
    comparable = float(rows.weights @ pairs.all())
    if comparable == 0.0:
        return Missing("cox.concordance", "No two rows can be compared.")
    share = float(rows.weights @ pairs.share()) / comparable
    # each pair is seen from both sides, so the sums and the derivatives are both doubled
    shift = 2.0 * (pairs.share() - share * pairs.all()) / comparable
    error = float(np.sqrt((summed_by_cluster(rows, shift[None, :]) ** 2).sum()))
    return Estimate("concordance", share, error, *_ends(share, error, fit.confidence))


def _ends(share: float, error: float, confidence: float) -> tuple[float | None, float | None]:
    if not 0.0 < share < 1.0:
        return None, None
    middle, reach = np.log(share / (1.0 - share)), quantile(confidence) * error
    reach = reach / (share * (1.0 - share))
    low, high = 1.0 / (1.0 + np.exp(-np.array([middle - reach, middle + reach])))
    return float(low), float(high)


def _risk_ranks(fit: CoxFit, rows: CoxRows) -> Integers:
    """Ranks of the linear predictors; those that differ by rounding only are equal."""
    predictor = np.zeros(rows.duration.size)
    for coefficient, column in zip(fit.values * rows.scale, rows.z, strict=True):
        predictor += coefficient * column
    return np.unique(np.round(predictor, 11), return_inverse=True)[1]


def _pairs(rows: CoxRows, rank: Integers) -> _Pairs:
    later, earlier = _with_later_partners(rows, rank), _with_earlier_partners(rows, rank)
    return _Pairs(*(a + b for a, b in zip(later, earlier, strict=True)))


def _with_earlier_partners(rows: CoxRows, rank: Integers) -> _Pairs:
    """Each row against the events that it was at risk at and outlived: theirs should be higher."""
    events = np.flatnonzero(rows.event)
    events = events[np.argsort(rows.until[events], kind="stable")]
    first = np.searchsorted(rows.until[events] - 1, np.arange(rows.moment.size + 1))
    low, high = first[rows.since], first[rows.until - rows.event]
    weights = rows.weights[events]
    below, equal = below_and_equal(rank[events], weights, low, high, rank)
    total = np.concatenate([[0.0], np.cumsum(weights)])
    return _Pairs(total[high] - total[low] - below - equal, equal, below)


def _with_later_partners(rows: CoxRows, rank: Integers) -> _Pairs:
    """Each event against those at risk then who outlived it: theirs should be lower."""
    in_order, tied, total = _after(rows, rank, rows.until - rows.event)
    if rows.joins_late:
        early = _after(rows, rank, rows.since)
        in_order, tied, total = in_order - early[0], tied - early[1], total - early[2]
    return _Pairs(in_order, tied, total - in_order - tied)


def _after(rows: CoxRows, rank: Integers, ends: Integers) -> tuple[Floats, Floats, Floats]:
    """For each row with the event: weights of those whose ends lie beyond it: lower, equal, all."""
    place = rows.until[rows.event] - 1
    order = np.argsort(ends, kind="stable")
    weights = rows.weights[order]
    low = np.searchsorted(ends[order], place, side="right")
    high = np.full(low.size, order.size)
    below, equal = below_and_equal(rank[order], weights, low, high, rank[rows.event])
    total = np.concatenate([[0.0], np.cumsum(weights)])
    spread = (np.zeros(rows.duration.size) for _ in range(3))
    found = []
    for column, values in zip(spread, (below, equal, total[high] - total[low]), strict=True):
        column[rows.event] = values
        found.append(column)
    return found[0], found[1], found[2]

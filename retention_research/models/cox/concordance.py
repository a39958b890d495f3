"""How often the customer with the higher risk is the one with the earlier event."""

from typing import Literal, NamedTuple, Self

import numpy as np

from retention_research.models.arrays import Floats, Integers, tally
from retention_research.models.cox.dominance import below_and_equal
from retention_research.models.cox.influence import summed_by_cluster
from retention_research.models.cox.regression import CoxFit
from retention_research.models.cox.rows import CoxRows
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile

Weighting = Literal["harrell", "uno"]


class _Pairs(NamedTuple):
    """Per row, the weight of its comparable partners whom it is in order with, tied, or not."""

    in_order: Floats
    tied: Floats
    against: Floats

    def share(self) -> Floats:
        return self.in_order + self.tied / 2.0

    def times(self, factor: Floats) -> Self:
        return self._replace(
            in_order=self.in_order * factor,
            tied=self.tied * factor,
            against=self.against * factor,
        )

    def all(self) -> Floats:
        return self.in_order + self.tied + self.against


def concordance(fit: CoxFit, rows: CoxRows, weighting: Weighting = "harrell") -> Estimate | Missing:
    """The share of comparable pairs in which the higher risk had the earlier event.

    A pair is comparable if one had the event while the other was at risk, in the same stratum,
    and went on without event beyond that time; equal risks count half (Harrell et al., 1996,
    Statistics in Medicine 15, 361-387). The error is the infinitesimal jackknife's, as in R's
    concordance, by cluster if there are clusters.

    Args:
        fit: a Cox regression.
        rows: those it was fitted to, or others with the same covariates.
        weighting: of pairs; "harrell" counts each once, "uno" by the inverse square of the
            chance not to be censored before its event (Uno et al., 2011, Statistics in Medicine
            30, 1105-1117), so that the share does not depend on who was watched how long. The
            error then takes those chances as known.

    Returns:
        The estimate, .5 for no better than chance; its interval is symmetric on the logit scale.
        Missing if no two rows are comparable.

    Raises:
        ValueError: on other covariates or another weighting.

    Examples:
        >>> from retention_research.models.cox import CoxRows, fit_cox
        >>> rows = CoxRows.of([1, 2, 3, 4], [1, 1, 0, 1], [[1], [0], [1], [0]], names=["member"])
        >>> round(concordance(fit_cox(rows), rows).estimate, 4)
        0.6
    """
    if fit.names != rows.names:
        raise ValueError(f"the fit has the covariates {fit.names}, the rows {rows.names}")
    if weighting not in ("harrell", "uno"):
        raise ValueError(f"weighting is {weighting!r}; it must be harrell or uno")
    watched = np.ones(rows.moment.size) if weighting == "harrell" else uncensored(rows)
    if watched.size == 0 or not watched.all():
        return Missing("cox.concordance", "There is no event while anybody was watched throughout.")
    pairs = _pairs(rows, _risk_ranks(fit, rows), watched**-2.0)
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


def uncensored(rows: CoxRows) -> Floats:
    """The chance to be watched until just before each event time, by Kaplan and Meier, (J,).

    Strata share one curve; at a time of both, events come before censorings.

    Examples:
        >>> rows = CoxRows.of([1, 2, 3], [1, 0, 1], [[0.0], [1.0], [2.0]], names=["age"])
        >>> uncensored(rows)
        array([1. , 0.5])
    """
    times, place = np.unique(rows.duration, return_inverse=True)
    ended = tally(place, rows.weights, times.size)
    at_risk = ended[::-1].cumsum()[::-1]
    if rows.entry is not None:
        began = np.searchsorted(times, rows.entry, side="right")
        at_risk -= tally(began, rows.weights, times.size + 1)[::-1].cumsum()[::-1][1:]
    gone = tally(place[rows.event], rows.weights[rows.event], times.size)
    left = np.maximum(at_risk - gone, np.finfo(np.float64).tiny)
    watched = np.concatenate([[1.0], np.cumprod(1.0 - (ended - gone) / left)])
    return np.asarray(watched[np.searchsorted(times, rows.moment)])


def _pairs(rows: CoxRows, rank: Integers, times: Floats) -> _Pairs:
    later = _with_later_partners(rows, rank)
    later = later.times(np.where(rows.event, times[np.maximum(rows.until - 1, 0)], 0.0))
    earlier = _with_earlier_partners(rows, rank, times)
    return _Pairs(*(a + b for a, b in zip(later, earlier, strict=True)))


def _with_earlier_partners(rows: CoxRows, rank: Integers, times: Floats) -> _Pairs:
    """Each row against the events that it was at risk at and outlived: theirs should be higher."""
    events = np.flatnonzero(rows.event)
    events = events[np.argsort(rows.until[events], kind="stable")]
    first = np.searchsorted(rows.until[events] - 1, np.arange(rows.moment.size + 1))
    low, high = first[rows.since], first[rows.until - rows.event]
    weights = rows.weights[events] * times[rows.until[events] - 1]
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

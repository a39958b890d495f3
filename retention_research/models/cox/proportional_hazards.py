"""Does a covariate's effect on the hazard stay the same over time?

The score test of adding covariate times g(time), at the fitted coefficients (Grambsch and
Therneau, 1994, Biometrika 81, 515-526), with each event time's own information, as R's
cox.zph has it since survival 3.
"""

from typing import Literal, NamedTuple

import numpy as np
from scipy.stats import chi2

from retention_research.models.arrays import Floats, tally
from retention_research.models.cox.influence import score_by_row, summed_by_cluster
from retention_research.models.cox.newton import blind_to
from retention_research.models.cox.regression import CoxFit, fitted_sums
from retention_research.models.cox.risk_sums import RiskSums
from retention_research.models.cox.rows import CoxRows
from retention_research.models.fit import Missing

FEWEST_CLUSTERS = 10  # for each covariate; the statistic cannot exceed the number of clusters

Transform = Literal["km", "rank", "identity"]


class PhTest(NamedTuple):
    """A test that an effect does not change over time.

    Attributes:
        term: the covariate, or "GLOBAL" for all together.
        statistic: chi-square.
        degrees_of_freedom: 1, or the number of covariates.
        p_value: the probability of as large a statistic if no effect changed.
    """

    term: str
    statistic: float
    degrees_of_freedom: int
    p_value: float


def proportional_hazards(
    fit: CoxFit, rows: CoxRows, transform: Transform = "km", *, robust: bool | None = None
) -> tuple[PhTest, ...] | Missing:
    """Test whether the effects stay the same over time.

    Args:
        fit: a Cox regression.
        rows: those it was fitted to.
        transform: the time that effects may drift with: "km" is 1 - the Kaplan-Meier curve just
            before, "rank" the rank among the ends of all rows, "identity" time itself.
        robust: whether the statistic's variance is summed from clusters (or rows) rather than
            taken from the model, as R does; None: as the fit's errors are.

    Returns:
        One test per covariate whose coefficient did not run away, and "GLOBAL" last; missing if
        all events fall on one time, or there are fewer than 10 clusters for each covariate.

    Raises:
        ValueError: on another transform.

    Examples:
        >>> from retention_research.models.cox import CoxRows, fit_cox
        >>> rows = CoxRows.of([1, 2, 3, 4], [1, 1, 0, 1], [[1], [0], [1], [0]], names=["member"])
        >>> [test.term for test in proportional_hazards(fit_cox(rows), rows)]
        ['member', 'GLOBAL']
    """
    time = drift(rows, transform)
    if np.ptp(time) == 0.0:
        return Missing("cox.ph_test", "All events fall on one time.")
    sums, kept = fitted_sums(fit, rows), np.flatnonzero(fit.settled)
    score = sums.score(rows, time)[kept]
    by_model = not fit.robust if robust is None else not robust
    if not by_model and fit.clusters is not None and fit.clusters < FEWEST_CLUSTERS * kept.size:
        return Missing("cox.ph_test", f"Only {fit.clusters} clusters to follow effects in time.")
    spread = float(rows.weights[rows.event] @ time[rows.until[rows.event] - 1] ** 2)
    told = _model_variance if by_model else _robust_variance
    variance = told(rows, sums, time, fit.ridge)[np.ix_(kept, kept)]
    if blind_to(variance, spread).any():
        return Missing("cox.ph_test", "Too few events to follow every effect in time.")
    terms = [fit.names[c] for c in kept]
    ones = [
        _test(term, float(u**2 / v), 1)
        for term, u, v in zip(terms, score, np.diag(variance), strict=True)
    ]
    return *ones, _test("GLOBAL", float(score @ np.linalg.solve(variance, score)), kept.size)


def _test(term: str, statistic: float, freedom: int) -> PhTest:
    return PhTest(term, statistic, int(freedom), float(chi2.sf(statistic, freedom)))


def drift(rows: CoxRows, transform: Transform) -> Floats:
    """Transformed event times, centred at the mean over events, shape (J,).

    Args:
        rows: of the model; strata share one curve and one ranking.
        transform: "km", "rank" or "identity".

    Raises:
        ValueError: on another transform.

    Examples:
        >>> rows = CoxRows.of([1, 2, 3], [1, 0, 1], [[0.0], [1.0], [2.0]], names=["age"])
        >>> drift(rows, "identity")
        array([-1.,  1.])
    """
    kinds = {"km": _share_gone, "rank": _rank, "identity": lambda rows: rows.moment}
    if transform not in kinds:
        raise ValueError(f"transform is {transform!r}; it must be one of {', '.join(kinds)}")
    time = kinds[transform](rows)
    place = rows.until[rows.event] - 1
    return np.asarray(time - np.average(time[place], weights=rows.weights[rows.event]))


def _rank(rows: CoxRows) -> Floats:
    """Mean ranks of the event times among all ends, a row standing for as many as its weight."""
    times, place = np.unique(rows.duration, return_inverse=True)
    count = tally(place, rows.weights, times.size)
    middle = count.cumsum() - count / 2.0 + 0.5
    return np.asarray(middle[np.searchsorted(times, rows.moment)])


def _share_gone(rows: CoxRows) -> Floats:
    """1 - the Kaplan-Meier curve of all rows just before each event time."""
    times, place = np.unique(rows.moment, return_inverse=True)
    ends = np.searchsorted(times, rows.duration, side="right")
    change = tally(ends, rows.weights, times.size + 1)
    if rows.entry is not None:
        began = np.searchsorted(times, rows.entry, side="right")
        change -= tally(began, rows.weights, times.size + 1)
    at_risk = change[::-1].cumsum()[::-1][1:]
    gone = tally(ends[rows.event] - 1, rows.weights[rows.event], times.size)
    survival = np.concatenate([[1.0], np.cumprod(1.0 - gone / at_risk)[:-1]])
    return np.asarray(1.0 - survival[place])


def _model_variance(rows: CoxRows, sums: RiskSums, time: Floats, ridge: float) -> Floats:
    cross = sums.information(rows, time)
    return np.asarray(sums.information(rows, time**2) - cross @ _carried(rows, sums, cross, ridge))


def _robust_variance(rows: CoxRows, sums: RiskSums, time: Floats, ridge: float) -> Floats:
    """Squares of the clusters' scores, less what fitting the coefficients took out of them."""
    carried = _carried(rows, sums, sums.information(rows, time), ridge)
    left = score_by_row(rows, sums, time) - carried.T @ score_by_row(rows, sums)
    by_cluster = summed_by_cluster(rows, left)
    return np.asarray(by_cluster @ by_cluster.T)


def _carried(rows: CoxRows, sums: RiskSums, cross: Floats, ridge: float) -> Floats:
    information = sums.information(rows) + ridge * np.eye(len(rows.names))
    return np.asarray(np.linalg.lstsq(information, cross, rcond=None)[0])

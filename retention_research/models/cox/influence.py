"""What each row, or each cluster of rows, does to the coefficients: robust errors.

Lin and Wei (1989), JASA 84, 1074-1078; by clusters, Lee, Wei and Amato (1992).
"""

import numpy as np

from retention_research.models.arrays import Floats, tally
from retention_research.models.cox.risk_sums import RiskSums, hazard_lived
from retention_research.models.cox.rows import CoxRows


def score_by_row(rows: CoxRows, sums: RiskSums, multiplier: Floats | float = 1.0) -> Floats:
    """What one customer of each row adds to the gradient, shape (k, n), for scaled covariates.

    An event adds its covariates less those expected then; living through a hazard takes off
    the row's covariates less those expected, times the hazard and the row's risk.

    Args:
        rows: that were summed.
        sums: at the coefficients.
        multiplier: of each event time's part, shape (J,).
    """
    event, place = rows.event, rows.until[rows.event] - 1
    times = np.broadcast_to(multiplier, rows.moment.shape)
    means = (sums.square * sums.at_risk - sums.square_tied * sums.tied) * times
    means_tied = (sums.square_tied * sums.at_risk - sums.square_both * sums.tied) * times
    at_events = mean_at_events(rows, sums)
    expected = sums.expected(rows, times)
    scores = np.empty_like(rows.z)
    for c, column in enumerate(rows.z):
        lived = hazard_lived(rows, means[c])
        lived[event] -= means_tied[c][place]
        scores[c] = sums.risk * lived - column * expected
        scores[c][event] += (column[event] - at_events[c][place]) * times[place]
    return scores


def mean_at_events(rows: CoxRows, sums: RiskSums) -> Floats:
    """The covariates expected of an event at each event time, shape (k, J), scaled."""
    place = rows.until[rows.event] - 1
    customers = tally(place, rows.weights[rows.event], rows.moment.size)
    return np.asarray(sums.expected_covariates() / customers)


def summed_by_cluster(rows: CoxRows, amounts: Floats) -> Floats:
    """Weighted sums of amounts by cluster, shape (k, clusters).

    Args:
        rows: of the model; without clusters each customer is one.
        amounts: of one customer of each row, shape (k, n).

    Returns:
        The sums. Without clusters, a row of w equal customers counts as w squares: its column
        is the amount times the square root of w.
    """
    if rows.cluster is None:
        return amounts * (np.sqrt(rows.weights) if rows.counted else rows.weights)
    size = int(rows.cluster.max()) + 1
    return np.array([tally(rows.cluster, row * rows.weights, size) for row in amounts])


def robust_covariance(rows: CoxRows, sums: RiskSums, covariance: Floats) -> Floats:
    """The sandwich of the clusters' scores between a covariance and itself, shape (k, k).

    Args:
        rows: of the model.
        sums: at the fitted coefficients.
        covariance: of the scaled coefficients if the model held, shape (k, k).

    Examples:
        >>> from retention_research.models.cox.risk_sums import Steps
        >>> rows = CoxRows.of([1, 2, 3], [1, 1, 1], [[0.0], [2.0], [1.0]], names=["age"])
        >>> sums = RiskSums.at(rows, Steps.of(rows, "efron"), np.zeros(1))
        >>> robust_covariance(rows, sums, np.eye(1)).round(4)
        array([[0.7708]])
    """
    shifts = covariance @ summed_by_cluster(rows, score_by_row(rows, sums))
    return np.asarray(shifts @ shifts.T)

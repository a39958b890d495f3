"""Log-rank: do groups of customers have the event at the same pace?"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2
from statsmodels.duration.survfunc import survdiff

from retention_research.models.arrays import checked, refuse, same_length
from retention_research.models.fit import Missing


class LogRank(NamedTuple):
    """The result of a log-rank test.

    Attributes:
        statistic: chi-square.
        degrees_of_freedom: groups less one.
        p_value: the probability of as large a statistic if the groups did not differ.
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float


def log_rank(
    duration: npt.ArrayLike, event_observed: npt.ArrayLike, group: npt.ArrayLike
) -> LogRank | Missing:
    """Test whether survival curves differ between groups (Mantel, 1966).

    Args:
        duration: time to the event or to the end of watching, shape (n,).
        event_observed: whether it ended in the event, shape (n,).
        group: the customer's group, any labels, shape (n,).

    Returns:
        The test; missing with fewer than two groups or without any event.

    Raises:
        ValueError: on missing or negative values.

    Examples:
        >>> log_rank([1, 2, 3, 4], [1, 1, 1, 1], ["a", "a", "b", "b"]).degrees_of_freedom
        1
    """
    time, status = checked("duration", duration), checked("event_observed", event_observed)
    refuse((status != 0) & (status != 1), "event_observed is neither true nor false")
    labels, codes = np.unique(np.asarray(group), return_inverse=True)
    same_length(duration=time, event_observed=status, group=codes.astype(np.float64))
    if labels.size < 2:
        return Missing("log_rank", "There is only one group to compare.")
    try:
        statistic = float(survdiff(time, status, codes)[0])
    except np.linalg.LinAlgError:
        return Missing("log_rank", "Too few events to compare the groups.")
    # survdiff's own p value underflows to 0
    return LogRank(statistic, labels.size - 1, float(chi2.sf(statistic, labels.size - 1)))

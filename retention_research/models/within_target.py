"""The share of tickets answered within the target of their category, open ones taken for waiting.

The categories' Kaplan-Meier shares weighted by their tickets, the weights of direct
standardisation being the observed ones; errors clustered by customer by summed influences, as in
`clustered_kaplan_meier`, with the categories' shares of tickets among what varies.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, checked
from retention_research.models.clustered_kaplan_meier import fit_clustered_curve, log_log
from retention_research.models.fit import Estimate, Missing
from retention_research.models.ratio import student


def share_within_target(
    duration: npt.ArrayLike,
    event_observed: npt.ArrayLike,
    cluster: npt.ArrayLike,
    category: npt.ArrayLike,
    targets: Mapping[str, float],
    confidence: float = 0.95,
) -> Estimate | Missing:
    """The share answered by the target of each ticket's category.

    Args:
        duration: time to the answer or to the end of watching, shape (n,).
        event_observed: whether it was answered, shape (n,).
        cluster: whose ticket it is, shape (n,).
        category: of the ticket, shape (n,); those without a target are left out.
        targets: category to its target, in the unit of duration.
        confidence: level of the interval.

    Returns:
        The share with its log-log interval; missing where no category has a target and no
        interval can be had, or a category was not watched as long as its target.

    Examples:
        >>> found = share_within_target([1, 2, 9, 1], [1, 1, 0, 1], list("abcd"),
        ...                             ["late", "late", "late", "bill"], {"late": 3, "bill": 2})
        >>> found.estimate
        0.75
    """
    kinds = np.asarray(category, dtype=object)
    aimed = np.isin(kinds, list(targets))
    if not aimed.any():
        return Missing("share", "No ticket is of a category with a target.")
    time, event = checked("duration", duration)[aimed], np.asarray(event_observed)[aimed]
    _, owner = np.unique(np.asarray(cluster)[aimed], return_inverse=True)
    late = _late_of_category(time, event, owner, kinds[aimed], targets)
    return late if isinstance(late, Missing) else _estimate(*late, owner, confidence)


def _late_of_category(
    time: Floats,
    event: npt.NDArray[np.bool_],
    owner: npt.NDArray[np.intp],
    kinds: npt.NDArray[np.object_],
    targets: Mapping[str, float],
) -> tuple[Floats, Floats] | Missing:
    """Each ticket's category share still waiting at its target, and its influence on it."""
    late, influence = np.zeros(time.size), np.zeros(time.size)
    for kind in np.unique(kinds.astype(str)):
        rows = kinds == kind
        curve = fit_clustered_curve(time[rows], event[rows], owner[rows])
        target = targets[str(kind)]
        if target > curve.duration.max() and curve.still_waiting(target) > 0.0:
            return Missing("share", "A category was not watched for as long as its target.")
        late[rows], influence[rows] = curve.still_waiting(target), curve.influence(target)
    return late, influence


def _estimate(
    late: Floats, influence: Floats, owner: npt.NDArray[np.intp], confidence: float
) -> Estimate | Missing:
    share, customers = float(late.mean()), int(owner.max()) + 1
    if customers < 2 or not 0.0 < share < 1.0:
        return Missing("share", "There are too few tickets of both kinds to give a range.")
    sums = np.bincount(owner, weights=influence + late - share)
    error = float(np.sqrt(customers / (customers - 1) * (sums @ sums)) / late.size)
    low, high = log_log(share, error, student(confidence, customers))
    return Estimate("share", 1.0 - share, error, 1.0 - high, 1.0 - low)

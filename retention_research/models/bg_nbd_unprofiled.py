"""BG/NBD for forecasts alone: the same top of the likelihood, without profile intervals.

A profile costs more than the fit; a forecast reads the estimates and their covariance only.
"""

from functools import partial

import numpy.typing as npt

from retention_research.models.bg_nbd import BgNbdFit, _starts, _verdict
from retention_research.models.bg_nbd_likelihood import (
    BgNbdParameters,
    Sufficient,
    likelihood_and_gradient,
)
from retention_research.models.estimates import covariance_rows, estimates_of
from retention_research.models.histories import count_histories
from retention_research.models.maximise import maximise


def fit_unprofiled_bg_nbd(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    unit: str = "week",
    confidence: float = 0.95,
) -> BgNbdFit:
    """Fit BG/NBD as `fit_bg_nbd` does, with Wald intervals for every parameter.

    Args: as `fit_bg_nbd`.

    Returns:
        The fit: estimates, covariance and the status of its verdict are those of `fit_bg_nbd`.

    Raises:
        ValueError: on impossible histories, fewer than two customers, or no repeat purchase.

    Examples:
        >>> from retention_research.models.bg_nbd import fit_bg_nbd
        >>> columns, counts = ([0, 1, 1, 2], [0, 3, 25, 10], [38] * 4), [700, 120, 90, 50]
        >>> fit = fit_unprofiled_bg_nbd(*columns, weights=counts)
        >>> fit.parameters == fit_bg_nbd(*columns, weights=counts).parameters
        True
    """
    histories = count_histories(frequency, recency, T, weights)
    objective = partial(likelihood_and_gradient, Sufficient.of(histories))
    top = maximise(objective, _starts(histories))
    estimates = estimates_of(BgNbdParameters._fields, top, objective, confidence=confidence)
    return BgNbdFit(
        "bg_nbd", estimates, covariance_rows(top), top.log_likelihood, histories.n,
        histories.n_cells, unit, confidence, _verdict(top, estimates),
    )  # fmt: skip

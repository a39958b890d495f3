"""The hazard of a customer whose covariates are given, and what the data say of its error."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, Integers
from retention_research.models.cox.regression import CoxFit, fitted_sums
from retention_research.models.cox.risk_sums import RiskSums
from retention_research.models.cox.rows import CoxRows, per_covariate


@dataclass(frozen=True, slots=True, eq=False)
class BaselineHazard:
    """The cumulative hazard at given covariates: Breslow's estimate, or Efron's where ties are.

    Attributes:
        stratum: of each event time, shape (J,), a place in `strata`.
        time: of each event, shape (J,), in order within its stratum, in the fit's unit.
        hazard: the jump at each, shape (J,).
        cumulative: the jumps of the stratum up to and including each, shape (J,).
        strata: the labels of the strata.
    """

    stratum: Integers
    time: Floats
    hazard: Floats
    cumulative: Floats
    strata: tuple[object, ...]


def baseline_hazard(
    fit: CoxFit, rows: CoxRows, covariates: npt.ArrayLike | None = None
) -> BaselineHazard:
    """The cumulative hazard of a customer.

    Args:
        fit: a Cox regression.
        rows: those it was fitted to.
        covariates: of the customer, shape (k,), in their own units; 0 if left out.

    Returns:
        The hazard at the event times.

    Raises:
        ValueError: if covariates are missing or infinite, or are not k.

    Examples:
        >>> from retention_research.models.cox import CoxRows, fit_cox
        >>> rows = CoxRows.of([1, 2, 3, 4], [1, 1, 0, 1], [[1], [0], [1], [0]], names=["member"])
        >>> baseline_hazard(fit_cox(rows), rows).cumulative.round(4)
        array([0.2071, 0.5   , 1.5   ])
    """
    sums = fitted_sums(fit, rows)
    raw = np.zeros(len(rows.names))
    if covariates is not None:
        raw = per_covariate("covariates", covariates, raw.size)
    predictor = float((raw - rows.centre) @ fit.values)
    jumps = sums.hazard * np.exp(predictor - sums.shift)
    total = np.concatenate([[0.0], jumps.cumsum()])
    begins = np.searchsorted(rows.moment_stratum, rows.moment_stratum)
    return BaselineHazard(
        stratum=rows.moment_stratum,
        time=rows.moment,
        hazard=jumps,
        cumulative=total[1:] - total[begins],
        strata=rows.strata,
    )


@dataclass(frozen=True, slots=True, eq=False)
class HazardSums:
    """Running sums over the event times of each stratum up to chosen times, at z = 0.

    Attributes:
        hazard: the cumulative hazard, shape (strata, t).
        means: the sums of jumps times the mean covariates at risk, shape (strata, t, k).
        variance: of the hazard at known coefficients, shape (strata, t).
        places: how many event times lie at or before each, shape (strata, t), from the first
            of all strata; `begins`: at the beginning of each stratum, shape (strata, 1).
    """

    hazard: Floats
    means: Floats
    variance: Floats
    places: Integers
    begins: Integers

    @classmethod
    def of(cls, rows: CoxRows, sums: RiskSums, times: Floats) -> Self:
        """Sum up to times, shape (t,)."""
        edges = np.searchsorted(rows.moment_stratum, np.arange(len(rows.strata) + 1))
        pairs = list(pairwise(edges))
        inside = [a + np.searchsorted(rows.moment[a:b], times, side="right") for a, b in pairs]
        places, begins = np.array(inside), edges[:-1, None]
        means = sums.square * sums.at_risk - sums.square_tied * sums.tied

        def upto(jumps: Floats) -> Floats:
            total = np.concatenate([[0.0], jumps.cumsum()])
            return np.asarray(total[places] - total[begins])

        scale = np.exp(-sums.shift)
        return cls(
            hazard=upto(sums.hazard) * scale,
            means=np.stack([upto(row) for row in means], axis=-1) * scale,
            variance=upto(sums.square) * scale**2,
            places=places,
            begins=begins,
        )

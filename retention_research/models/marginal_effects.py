"""What a logistic regression says of everybody: risks with a covariate set high, and set low.

Standardisation (g-computation): everybody's probability with the covariate set, averaged over
the rows (Lane and Nelder, 1982, Biometrics 38, 613-621). The error is the delta method's by
influence functions summed by cluster, so that the rows are a sample as well (Tsiatis, 2006,
Semiparametric Theory and Missing Data, section 3.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from scipy.stats import norm

from retention_research.models.arrays import Floats
from retention_research.models.fit import Estimate
from retention_research.models.intervals import quantile, wald_on_log_scale
from retention_research.models.logistic import (
    LogisticFit,
    inverse_information,
    scores,
    small_sample,
    summed_by,
)
from retention_research.models.logistic_rows import LogisticRows

Setting = Mapping[str, float | npt.ArrayLike]


class MarginalEffect(NamedTuple):
    """Risks of everybody with a covariate at two settings, and how they differ.

    Attributes:
        risk_high: at the setting called high, with its interval on the log-odds scale.
        risk_low: at the setting called low.
        difference: risk_high - risk_low, Wald's interval.
        ratio: risk_high / risk_low, interval on the log scale.
        p_value: Wald's, two-sided, of no difference.
        n: rows over which the risks are averaged, weighted.
    """

    risk_high: Estimate
    risk_low: Estimate
    difference: Estimate
    ratio: Estimate
    p_value: float
    n: int


def marginal_effect(
    fit: LogisticFit,
    rows: LogisticRows,
    high: Setting,
    low: Setting,
    *,
    over: npt.ArrayLike | None = None,
) -> MarginalEffect:
    """Set covariates high and low for everybody and average the risks.

    Args:
        fit: of the rows.
        rows: what the fit was made of.
        high: covariate to its value for all, or to one value per row, shape (n,).
        low: the same for the other side.
        over: rows to average over, flags of shape (n,); all if left out.

    Returns:
        The risks, their difference and ratio, with intervals.

    Raises:
        KeyError: if a setting names no covariate.
        ValueError: if there is no row to average over.

    Examples:
        >>> from retention_research.models.logistic import fit_logistic
        >>> x = [[0.0]] * 40 + [[1.0]] * 40
        >>> y = [1] * 10 + [0] * 30 + [1] * 20 + [0] * 20
        >>> fit = fit_logistic(y, x, names=["late"])
        >>> rows = LogisticRows.of(y, x, names=["late"])
        >>> found = marginal_effect(fit, rows, {"late": 1.0}, {"late": 0.0})
        >>> round(found.difference.estimate, 6), round(found.ratio.estimate, 6)
        (0.25, 2.0)
    """
    return Standardiser.of(fit, rows).effect(high, low, over=over)


@dataclass(frozen=True, slots=True, eq=False)
class Standardiser:
    """A fit made ready for many marginal effects.

    Attributes:
        fit: of the rows.
        rows: what the fit was made of.
        moved: what each row does to the coefficients, shape (n, k + 1).
    """

    fit: LogisticFit
    rows: LogisticRows
    moved: Floats

    @classmethod
    def of(cls, fit: LogisticFit, rows: LogisticRows) -> Standardiser:
        """Make a fit ready: what its rows do to the coefficients is computed once."""
        moved = scores(rows, fit.values) @ inverse_information(rows, fit.values)
        return cls(fit, rows, moved)

    def effect(
        self, high: Setting, low: Setting, *, over: npt.ArrayLike | None = None
    ) -> MarginalEffect:
        """The effect of two settings, as `marginal_effect` gives it."""
        share, rows = _shares(self.rows, over), self.rows
        (one, its), (other, others) = (self._risk(share, setting) for setting in (high, low))
        small = small_sample(rows) if rows.cluster is not None else 1.0
        variances = tuple(
            small * float(a @ b) for a, b in ((its, its), (its, others), (others, others))
        )
        return _told(self.fit.confidence, one, other, variances, _counted(rows, over))

    def _risk(self, share: Floats, setting: Setting) -> tuple[float, Floats]:
        """The average risk at a setting, and the clusters' influence on it, shape (clusters,)."""
        rows, beta = self.rows, self.fit.values
        columns = {_place(rows, name): value for name, value in setting.items()}
        log_odds = rows.design @ beta
        for place, value in columns.items():
            log_odds = log_odds + (np.asarray(value) - rows.design[:, place]) * beta[place]
        chance = expit(log_odds)
        risk, weight = float(share @ chance), share * chance * (1.0 - chance)
        slope = weight @ rows.design
        for place, value in columns.items():
            slope[place] = float(weight @ np.broadcast_to(value, weight.shape))
        influence = share * (chance - risk) + self.moved @ slope
        return risk, _by_cluster(rows, influence)


def _place(rows: LogisticRows, name: str) -> int:
    if name not in rows.names:
        raise KeyError(f"{name} is no covariate of these rows")
    return 1 + rows.names.index(name)


def _by_cluster(rows: LogisticRows, influence: Floats) -> Floats:
    if rows.cluster is None:  # a counted row is as many independent ones
        return influence / np.sqrt(np.where(rows.weights > 0.0, rows.weights, 1.0))
    return summed_by(rows.cluster, influence[:, None], rows.clusters)[:, 0]


def _shares(rows: LogisticRows, over: npt.ArrayLike | None) -> Floats:
    """Each row's share in the average, shape (n,)."""
    kept = np.ones(rows.outcome.size) if over is None else np.asarray(over, dtype=np.float64)
    weight = rows.weights * kept
    if not weight.sum() > 0.0:
        raise ValueError("there is no row to average over")
    shares: Floats = weight / weight.sum()
    return shares


def _counted(rows: LogisticRows, over: npt.ArrayLike | None) -> int:
    kept = 1.0 if over is None else np.asarray(over, dtype=np.float64)
    return round(float((rows.weights * kept).sum()))


def _told(
    confidence: float,
    high: float,
    low: float,
    variances: tuple[float, ...],
    n: int,
) -> MarginalEffect:
    of_high, joint, of_low = variances
    gap, error = high - low, float(np.sqrt(max(of_high - 2.0 * joint + of_low, 0.0)))
    reach = quantile(confidence) * error
    log_error = of_high / high**2 - 2.0 * joint / (high * low) + of_low / low**2
    ratio = wald_on_log_scale("risk_ratio", high / low, float(np.sqrt(max(log_error, 0.0))),
                              confidence)  # fmt: skip
    p_value = float(2.0 * norm.sf(abs(gap) / error)) if error > 0.0 else 1.0
    return MarginalEffect(
        risk_estimate("risk_high", high, of_high, confidence),
        risk_estimate("risk_low", low, of_low, confidence),
        Estimate("risk_difference", gap, error, gap - reach, gap + reach),
        ratio,
        p_value,
        n,
    )


def risk_estimate(term: str, risk: float, variance: float, confidence: float) -> Estimate:
    """A risk with an interval that stays within 0 and 1, symmetric in its log odds."""
    error = float(np.sqrt(variance))
    odds, spread = np.log(risk / (1.0 - risk)), error / (risk * (1.0 - risk))
    reach = quantile(confidence) * spread
    return Estimate(term, risk, error, float(expit(odds - reach)), float(expit(odds + reach)))

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

from retention_research.models.arrays import Floats, checked, refuse
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile, wald_on_log_scale
from retention_research.models.logistic import (
    LogisticFit,
    inverse_information,
    scores,
    small_sample,
    summed_by,
)
from retention_research.models.logistic_rows import LogisticRows, Scaled

NOUGHT = 1e-12  # a risk this near 0 or 1 is told by rounding and by the curve's shape alone
UNKNOWN = 100.0  # error of a logarithm: the ratio may be anything
Setting = Mapping[str, float | npt.ArrayLike]


class MarginalEffect(NamedTuple):
    """Risks of everybody with a covariate at two settings, and how they differ.

    Attributes:
        risk_high: at the setting called high, with its interval on the log-odds scale; without
            one where the risk cannot be told from 0 or 1.
        risk_low: at the setting called low.
        difference: risk_high - risk_low, Wald's interval.
        ratio: risk_high / risk_low, interval on the log scale; missing where a risk cannot be
            told from 0.
        p_value: Wald's, two-sided, of no difference; 1 where it has no error.
        n: rows over which the risks are averaged, weighted.
        customers: how many there are in those rows: clusters, or n where each row is its own.
    """

    risk_high: Estimate
    risk_low: Estimate
    difference: Estimate
    ratio: Estimate | Missing
    p_value: float
    n: int
    customers: int


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
        ValueError: if there is no row to average over, on missing values in a setting, or on
            settings or flags that are not one per row.

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
        scaled: their design in standard units.
        beta: the coefficients in standard units, shape (k + 1,).
        moved: what each row does to those, shape (n, k + 1).
    """

    fit: LogisticFit
    rows: LogisticRows
    scaled: Scaled
    beta: Floats
    moved: Floats

    @classmethod
    def of(cls, fit: LogisticFit, rows: LogisticRows) -> Standardiser:
        """Make a fit ready: what its rows do to the coefficients is computed once."""
        scaled = rows.scaled()
        beta = scaled.coefficients(fit.values)
        bread = inverse_information(rows, scaled.design, beta)
        return cls(fit, rows, scaled, beta, scores(rows, scaled.design, beta) @ bread)

    def effect(
        self, high: Setting, low: Setting, *, over: npt.ArrayLike | None = None
    ) -> MarginalEffect:
        """The effect of two settings, as `marginal_effect` gives it."""
        weight = _weights(self.rows, over)
        share: Floats = weight / weight.sum()
        sides = self._risk(share, high), self._risk(share, low)
        n = round(float(weight.sum()))
        return _told(self.fit.confidence, *sides, n, self._customers(weight, n))

    def _customers(self, weight: Floats, n: int) -> int:
        cluster = self.rows.cluster
        return n if cluster is None else int(np.unique(cluster[weight > 0.0]).size)

    def _risk(self, share: Floats, setting: Setting) -> _Risk:
        """The average risk at a setting, and what moves it."""
        rows, columns = self.rows, self._in_standard_units(setting)
        log_odds = self.scaled.design @ self.beta
        for place, value in columns.items():
            log_odds = log_odds + (value - self.scaled.design[:, place]) * self.beta[place]
        chance = expit(log_odds)
        risk, weight = min(float(share @ chance), 1.0), share * chance * (1.0 - chance)
        slope = weight @ self.scaled.design
        for place, value in columns.items():
            slope[place] = float(weight @ value)
        influence = share * (chance - risk) + self.moved @ slope
        small = small_sample(rows) if rows.cluster is not None else 1.0
        return _Risk(risk, np.sqrt(small) * _by_cluster(rows, influence))

    def _in_standard_units(self, setting: Setting) -> dict[int, Floats]:
        """Each covariate's place and its values, shape (n,)."""
        n, back = self.rows.outcome.size, self.scaled.back
        found = {}
        for name, value in setting.items():
            place = _place(self.rows, name)
            found[place] = _values(name, value, n) * back[place, place] + back[0, place]
        return found


class _Risk(NamedTuple):
    """An average risk, and what each cluster moves of it, shape (clusters,)."""

    risk: float
    influence: Floats


def _place(rows: LogisticRows, name: str) -> int:
    if name not in rows.names:
        raise KeyError(f"{name} is no covariate of these rows")
    return 1 + rows.names.index(name)


def _by_cluster(rows: LogisticRows, influence: Floats) -> Floats:
    if rows.cluster is None:  # a counted row is as many independent ones
        return influence / np.sqrt(np.where(rows.weights > 0.0, rows.weights, 1.0))
    return summed_by(rows.cluster, influence[:, None], rows.clusters)[:, 0]


def _weights(rows: LogisticRows, over: npt.ArrayLike | None) -> Floats:
    """Times that each row counts in the average, shape (n,)."""
    if over is None:
        return rows.weights
    kept = _values("over", over, rows.outcome.size)
    refuse((kept != 0.0) & (kept != 1.0), "over is neither true nor false")
    weight: Floats = rows.weights * kept
    if not weight.any():
        raise ValueError("there is no row to average over")
    return weight


def _values(name: str, values: npt.ArrayLike, n: int) -> Floats:
    """One value for all or one per row, as one per row."""
    column = checked(name, values, minimum=-np.inf)
    if column.size != n and (np.ndim(values) or name == "over"):
        raise ValueError(f"{name} has {column.size} values; there are {n} rows")
    return np.broadcast_to(column, n)


def _told(confidence: float, high: _Risk, low: _Risk, n: int, customers: int) -> MarginalEffect:
    gap, error = high.risk - low.risk, _length(high.influence - low.influence)
    reach = quantile(confidence) * error
    difference = Estimate("risk_difference", gap, error, gap - reach, gap + reach)
    by_rounding = error < NOUGHT
    if by_rounding and abs(gap) > NOUGHT:
        difference = Estimate("risk_difference", gap)
    return MarginalEffect(
        _risk_estimate("risk_high", high, confidence),
        _risk_estimate("risk_low", low, confidence),
        difference,
        _ratio(high, low, confidence),
        1.0 if by_rounding else float(2.0 * norm.sf(abs(gap) / error)),
        n,
        customers,
    )


def _ratio(high: _Risk, low: _Risk, confidence: float) -> Estimate | Missing:
    if min(high.risk, low.risk) < NOUGHT:
        return Missing("risk_ratio", "One of the risks cannot be told from 0.")
    error = _length(high.influence / high.risk - low.influence / low.risk)
    if error > UNKNOWN:
        return Missing("risk_ratio", "These settings lie too far from the rows for a ratio.")
    return wald_on_log_scale("risk_ratio", high.risk / low.risk, error, confidence)


def _risk_estimate(term: str, told: _Risk, confidence: float) -> Estimate:
    """A risk with an interval that stays within 0 and 1, symmetric in its log odds."""
    risk = told.risk
    if not NOUGHT <= risk <= 1.0 - NOUGHT:
        return Estimate(term, risk)
    error, odds = _length(told.influence), np.log(risk / (1.0 - risk))
    reach = quantile(confidence) * error / (risk * (1.0 - risk))
    return Estimate(term, risk, error, float(expit(odds - reach)), float(expit(odds + reach)))


def _length(influence: Floats) -> float:
    return float(np.sqrt(influence @ influence))

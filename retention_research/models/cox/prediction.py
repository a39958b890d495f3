"""Survival of given customers by a Cox regression, with its interval.

The error is that of the baseline and of the coefficients together (Tsiatis, 1981, Annals of
Statistics 9, 93-108, theorem 3.3); where the fit's errors are robust, both come from what each
cluster does to them (Reid, 1981).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from retention_research.models.arrays import Floats, Integers, checked
from retention_research.models.cox.baseline import HazardSums
from retention_research.models.cox.influence import score_by_row, summed_by_cluster
from retention_research.models.cox.regression import CoxFit, fitted_sums
from retention_research.models.cox.risk_sums import RiskSums, hazard_lived
from retention_research.models.cox.rows import CoxRows
from retention_research.models.fit import Missing
from retention_research.models.intervals import quantile

FARTHEST = 300.0  # of a linear predictor from that of the average customer


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalPrediction:
    """The share without event, at t times, of m customers (or of their average).

    NaN stands at times later than anybody of the stratum was watched.

    Attributes:
        time: shape (t,), in the fit's unit.
        estimate: shape (m, t), 1 to 0.
        std_error: of it, shape (m, t).
        conf_low: the lower end of the log-log interval, shape (m, t).
        conf_high: the upper end.
    """

    time: Floats
    estimate: Floats
    std_error: Floats
    conf_low: Floats
    conf_high: Floats


def predict_survival(
    fit: CoxFit,
    rows: CoxRows,
    covariates: npt.ArrayLike,
    times: npt.ArrayLike,
    *,
    strata: npt.ArrayLike | None = None,
) -> SurvivalPrediction | Missing:
    """The survival of customers whose covariates are given and stay as they are.

    Args:
        fit: a Cox regression.
        rows: those it was fitted to.
        covariates: of each customer, shape (m, k), in their own units.
        times: shape (t,), 0 or more, in the fit's unit.
        strata: the stratum of each customer, shape (m,), if the fit has several.

    Returns:
        The prediction; missing if the fit has no finite or settled coefficients.

    Raises:
        ValueError: on missing values, another number of covariates, unknown strata, no
            customers or no times.

    Examples:
        >>> from retention_research.models.cox import CoxRows, fit_cox
        >>> rows = CoxRows.of([1, 2, 3, 4], [1, 1, 0, 1], [[1], [0], [1], [0]], names=["member"])
        >>> predict_survival(fit_cox(rows), rows, [[0.0]], [1.0, 2.0]).estimate.round(4)
        array([[0.8129, 0.6065]])
    """
    customers = _Customers.of(rows, covariates, strata)
    return _predicted(fit, rows, customers, _times(times), averaged=False)


def average_survival(
    fit: CoxFit,
    rows: CoxRows,
    covariates: npt.ArrayLike,
    times: npt.ArrayLike,
    *,
    strata: npt.ArrayLike | None = None,
) -> SurvivalPrediction | Missing:
    """The mean survival of many customers: an adjusted curve where one covariate is set for all.

    Args:
        fit: a Cox regression.
        rows: those it was fitted to.
        covariates: of each customer, shape (m, k), in their own units.
        times: shape (t,), 0 or more, in the fit's unit.
        strata: the stratum of each customer, shape (m,), if the fit has several.

    Returns:
        The prediction, its arrays of shape (1, t); the customers themselves are taken as given.
        Missing if the fit has no finite or settled coefficients.

    Raises:
        ValueError: on missing values, another number of covariates, unknown strata, no
            customers or no times.

    Examples:
        >>> from retention_research.models.cox import CoxRows, fit_cox
        >>> rows = CoxRows.of([1, 2, 3, 4], [1, 1, 0, 1], [[1], [0], [1], [0]], names=["member"])
        >>> average_survival(fit_cox(rows), rows, [[0.0], [1.0]], [1.0]).estimate.round(4)
        array([[0.7795]])
    """
    customers = _Customers.of(rows, covariates, strata)
    return _predicted(fit, rows, customers, _times(times), averaged=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Customers:
    """Covariates on the scale of the rows, shape (m, k), and places of strata, shape (m,)."""

    z: Floats
    stratum: Integers

    @classmethod
    def of(cls, rows: CoxRows, covariates: npt.ArrayLike, strata: npt.ArrayLike | None) -> Self:
        raw = np.asarray(covariates, dtype=np.float64)
        if raw.ndim != 2 or raw.shape[1] != len(rows.names) or not np.isfinite(raw).all():
            raise ValueError(
                f"covariates of shape {raw.shape} are not {len(rows.names)} finite columns"
            )
        if raw.shape[0] == 0:
            raise ValueError("there are no customers to predict for")
        return cls((raw - rows.centre) / rows.scale, _strata_of(rows, strata, raw.shape[0]))


def _times(times: npt.ArrayLike) -> Floats:
    found = checked("times", times)
    if found.size == 0:
        raise ValueError("there are no times to predict for")
    return found


def _strata_of(rows: CoxRows, strata: npt.ArrayLike | None, size: int) -> Integers:
    if strata is None:
        if len(rows.strata) > 1:
            raise ValueError(f"the fit has {len(rows.strata)} strata: say each customer's")
        return np.zeros(size, dtype=np.intp)
    place = {label: number for number, label in enumerate(rows.strata)}
    labels = np.asarray(strata).tolist()
    unknown = set(labels) - set(place)
    if unknown or len(labels) != size:
        raise ValueError(f"{len(labels)} strata for {size} customers, {len(unknown)} unknown")
    return np.array([place[label] for label in labels], dtype=np.intp)


def _predicted(
    fit: CoxFit, rows: CoxRows, customers: _Customers, times: Floats, *, averaged: bool
) -> SurvivalPrediction | Missing:
    if fit.verdict.status != "converged":
        return Missing("cox.survival", fit.verdict.words)
    sums = fitted_sums(fit, rows)
    hazards = HazardSums.of(rows, sums, times)
    errors = _Errors.of(fit, rows, sums, hazards, np.unique(customers.stratum))
    predictor = np.clip(customers.z @ (fit.values * rows.scale), -FARTHEST, FARTHEST)
    risk = np.exp(predictor)[:, None]
    survival = np.exp(-risk * hazards.hazard[customers.stratum])
    watched = times <= _longest(rows)[customers.stratum][:, None]
    survival = np.where(watched, survival, np.nan)
    drop = survival * risk  # by the baseline; by the coefficients, times z H - means
    if averaged:
        return _averaged(fit, times, customers, survival, drop, hazards, errors)
    lean = _lean(customers, hazards, customers.stratum)
    variance = drop**2 * errors.of_one(customers.stratum, lean)
    return _with_intervals(fit, times, survival, variance)


def _lean(customers: _Customers, hazards: HazardSums, stratum: Integers) -> Floats:
    """The derivative of each customer's log hazard sum by the coefficients, (m, t, k), times H."""
    lived = hazards.hazard[stratum][:, :, None]
    return np.asarray(customers.z[:, None, :] * lived - hazards.means[stratum])


def _averaged(
    fit: CoxFit, times: Floats, customers: _Customers, survival: Floats, drop: Floats,
    hazards: HazardSums, errors: "_Errors",
) -> SurvivalPrediction:  # fmt: skip
    m, strata = customers.stratum.size, hazards.hazard.shape[0]
    member = customers.stratum == np.arange(strata)[:, None]
    by_baseline = member.astype(np.float64) @ drop / m
    pulled = [drop[member[s]].T @ customers.z[member[s]] / m for s in range(strata)]
    by_beta = np.array(pulled) * hazards.hazard[:, :, None]
    by_beta -= by_baseline[:, :, None] * hazards.means
    variance = errors.of_sum(by_baseline, by_beta.sum(axis=0))
    return _with_intervals(fit, times, survival.mean(axis=0)[None, :], variance[None, :])


def _longest(rows: CoxRows) -> Floats:
    longest = np.zeros(len(rows.strata))
    np.maximum.at(longest, rows.stratum, rows.duration)
    return longest


@dataclass(frozen=True, slots=True, eq=False)
class _Errors:
    """How baseline hazards (by stratum and time) and coefficients vary together.

    Attributes:
        coefficients: their covariance, shape (k, k), on the scale of the rows.
        hazard: covariances of the strata's baselines, known coefficients, (t, strata, strata).
        both: covariances of baselines and coefficients, shape (strata, t, k).
    """

    coefficients: Floats
    hazard: Floats
    both: Floats

    @classmethod
    def of(
        cls, fit: CoxFit, rows: CoxRows, sums: RiskSums, hazards: HazardSums, asked: Integers
    ) -> Self:
        """Of the strata that are asked for; the others' stay 0."""
        beta = np.array(fit.covariance) * np.outer(rows.scale, rows.scale)
        if not fit.robust:
            apart = hazards.variance.T[:, :, None] * np.eye(hazards.variance.shape[0])
            return cls(beta, apart, np.zeros_like(hazards.means))
        shifts, (strata, times) = _coefficient_shifts(fit, rows, sums), hazards.hazard.shape
        spread, both = np.zeros((times, strata, strata)), np.zeros_like(hazards.means)
        for t in range(times):
            moved = _baseline_shifts(rows, sums, hazards, t)
            baseline = summed_by_cluster(rows, (rows.stratum == asked[:, None]) * moved)
            spread[t][np.ix_(asked, asked)] = baseline @ baseline.T
            both[asked, t] = baseline @ shifts.T
        return cls(beta, spread, both)

    def of_one(self, stratum: Integers, lean: Floats) -> Floats:
        """The variance of customers' cumulative hazards over their risks, shape (m, t)."""
        own = np.array([np.diag(at_time) for at_time in self.hazard]).T[stratum]
        crossed = np.einsum("mtk,mtk->mt", lean, self.both[stratum])
        return np.asarray(own + 2.0 * crossed + ((lean @ self.coefficients) * lean).sum(axis=-1))

    def of_sum(self, by_baseline: Floats, by_beta: Floats) -> Floats:
        """The variance of a sum over strata, shape (t,), from its derivatives."""
        own = np.einsum("st,tsr,rt->t", by_baseline, self.hazard, by_baseline)
        crossed = np.einsum("st,stk,tk->t", by_baseline, self.both, by_beta)
        return np.asarray(own + 2.0 * crossed + ((by_beta @ self.coefficients) * by_beta).sum(-1))


def _coefficient_shifts(fit: CoxFit, rows: CoxRows, sums: RiskSums) -> Floats:
    """What each cluster does to the coefficients, shape (k, clusters)."""
    bread = np.linalg.inv(sums.information(rows) + fit.ridge * np.eye(len(rows.names)))
    return np.asarray(bread @ summed_by_cluster(rows, score_by_row(rows, sums)))


def _baseline_shifts(rows: CoxRows, sums: RiskSums, hazards: HazardSums, t: int) -> Floats:
    """What a customer of each row does to its stratum's baseline up to a time, shape (n,)."""
    number, place = np.arange(rows.moment.size), rows.until[rows.event] - 1
    inside = (number >= hazards.begins[:, 0][rows.moment_stratum]) & (
        number < hazards.places[rows.moment_stratum, t]
    )
    customers = np.bincount(place, weights=rows.weights[rows.event], minlength=number.size)
    moved = -sums.risk * hazard_lived(rows, sums.square * inside)
    tied = sums.risk[rows.event] * (sums.square_tied * inside)[place]
    moved[rows.event] += (sums.hazard / customers * inside)[place] + tied
    return np.asarray(moved * np.exp(-sums.shift))


def _with_intervals(
    fit: CoxFit, times: Floats, survival: Floats, variance: Floats
) -> SurvivalPrediction:
    """Log-log intervals; of no width at 1 and at 0, where nothing can be said of the error."""
    error = np.sqrt(np.maximum(variance, 0.0))
    inside = (survival > 0.0) & (survival < 1.0)
    curve = np.where(inside, survival, 0.5)
    reach = quantile(fit.confidence) * error / np.abs(curve * np.log(curve))
    low, high = curve ** np.exp(reach), curve ** np.exp(-reach)
    return SurvivalPrediction(
        time=times,
        estimate=survival,
        std_error=error,
        conf_low=np.where(inside, low, survival),
        conf_high=np.where(inside, high, survival),
    )

"""The mean time without event among the first tau, and how it differs between two groups.

Klein and Moeschberger (2003), Survival Analysis, 2nd edition, equations 4.5.1 and 4.5.2; Royston
and Parmar (2013), BMC Medical Research Methodology 13, 152, for the difference and the ratio.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retention_research.models.arrays import Flags, Floats
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import quantile, wald_on_log_scale
from retention_research.models.survival_counts import Watched, gap_words, hazards
from retention_research.models.survival_influence import influence, products, spans

if TYPE_CHECKING:
    from retention_research.models.kaplan_meier import KaplanMeierFit

FEWEST_AT_RISK = 10  # a restricted mean needs as many at its horizon


def restricted_mean(fit: KaplanMeierFit, tau: float) -> Estimate | Missing:
    """The area under a curve up to tau.

    Args:
        fit: the curve.
        tau: the horizon, above 0, in the fit's unit.

    Returns:
        The estimate in the fit's unit; missing with fewer than 10 at risk at tau, after a gap,
        or where nobody was watched from the beginning. Without events before tau it has neither
        error nor interval: that nobody left says nothing of how sure that is.

    Raises:
        ValueError: if tau is not above 0.

    Examples:
        >>> from retention_research.models.kaplan_meier import fit_kaplan_meier
        >>> fit = fit_kaplan_meier([5, 20], [True, False], weights=[20, 20])
        >>> restricted_mean(fit, 15.0).estimate
        10.0
    """
    if not tau > 0.0:
        raise ValueError(f"tau is {tau:g}; it must be above 0")
    if reason := _obstacle(fit, tau):
        return Missing("restricted_mean", reason)
    pieces, early = _pieces(fit, tau)
    area, error = float(pieces.sum()), _error(fit, pieces, early)
    if error is None:
        return Estimate("restricted_mean", area)
    reach = quantile(fit.confidence) * error
    ends = max(area - reach, 0.0), min(area + reach, tau)
    return Estimate("restricted_mean", area, error, *ends)


def restricted_mean_difference(
    one: KaplanMeierFit, other: KaplanMeierFit, tau: float
) -> Estimate | Missing:
    """How much longer one group stays than another within the first tau.

    Args:
        one: a curve.
        other: that of other customers, in the same unit.
        tau: the horizon, above 0, in their unit.

    Returns:
        Mean of one less mean of other, with an interval at the level of `one`, or without where
        either mean has none; missing where either mean is.

    Raises:
        ValueError: if the units differ or tau is not above 0.

    Examples:
        >>> from retention_research.models.kaplan_meier import fit_kaplan_meier
        >>> early = fit_kaplan_meier([5, 20], [True, False], weights=[20, 20])
        >>> late = fit_kaplan_meier([10, 20], [True, False], weights=[20, 20])
        >>> round(restricted_mean_difference(late, early, 15.0).estimate, 6)
        2.5
    """
    term = "restricted_mean_difference"
    pair = _pair(one, other, tau, term)
    if isinstance(pair, Missing):
        return pair
    above, below = (mean.estimate for mean in pair)
    error = _joint(*(mean.std_error for mean in pair))
    if error is None:
        return Estimate(term, above - below)
    reach = quantile(one.confidence) * error
    return Estimate(term, above - below, error, above - below - reach, above - below + reach)


def restricted_mean_ratio(
    one: KaplanMeierFit, other: KaplanMeierFit, tau: float
) -> Estimate | Missing:
    """How many times as long one group stays as another within the first tau.

    Args:
        one: a curve.
        other: that of other customers, in the same unit.
        tau: the horizon, above 0, in their unit.

    Returns:
        Mean of one over mean of other, with an interval on the log scale at the level of `one`,
        or without where either mean has none; missing where either mean is, or is 0.

    Raises:
        ValueError: if the units differ or tau is not above 0.

    Examples:
        >>> from retention_research.models.kaplan_meier import fit_kaplan_meier
        >>> early = fit_kaplan_meier([5, 20], [True, False], weights=[20, 20])
        >>> late = fit_kaplan_meier([10, 20], [True, False], weights=[20, 20])
        >>> round(restricted_mean_ratio(late, early, 15.0).estimate, 6)
        1.25
    """
    term = "restricted_mean_ratio"
    pair = _pair(one, other, tau, term)
    if isinstance(pair, Missing):
        return pair
    above, below = (mean.estimate for mean in pair)
    if not (above > 0.0 and below > 0.0):
        return Missing(term, "A mean of 0 has no ratio.")
    relative = (m.std_error if m.std_error is None else m.std_error / m.estimate for m in pair)
    error = _joint(*relative)
    return wald_on_log_scale(term, above / below, error, one.confidence)


def _joint(one: float | None, other: float | None) -> float | None:
    """The error of both together; one that is not known leaves the whole unknown."""
    return None if one is None or other is None else float(np.hypot(one, other))


def _pair(
    one: KaplanMeierFit, other: KaplanMeierFit, tau: float, term: str
) -> Missing | tuple[Estimate, Estimate]:
    """Both means, or why there is none."""
    if one.unit != other.unit:
        raise ValueError(f"one curve is in {one.unit}s, the other in {other.unit}s")
    first, second = restricted_mean(one, tau), restricted_mean(other, tau)
    if isinstance(first, Missing):
        return Missing(term, first.reason)
    if isinstance(second, Missing):
        return Missing(term, second.reason)
    return first, second


def _obstacle(fit: KaplanMeierFit, tau: float) -> str:
    if fit.begins > 0.0:
        return f"Nobody was watched before {fit.unit} {fit.begins:g}."
    if fit.gap is not None and fit.gap < tau:
        return gap_words(fit.gap, fit.unit)
    left = int(fit.at_risk(tau)[0])
    if left < FEWEST_AT_RISK:
        return f"Only {left} were watched for {tau:g} {fit.unit}s; {FEWEST_AT_RISK} are needed."
    return ""


def _pieces(fit: KaplanMeierFit, tau: float) -> tuple[Floats, Flags]:
    """Areas between the times before tau, and whether each time of the fit is before tau."""
    time = np.array(fit.time)
    early = time < tau
    edges = np.concatenate([[0.0], time[early], [tau]])
    height = np.concatenate([[1.0], np.array(fit.survival, dtype=np.float64)[early]])
    return height * np.diff(edges), early


def _error(fit: KaplanMeierFit, pieces: Floats, early: Flags) -> float | None:
    """Squared areas beyond each time, times d / (n (n - d)), summed: equation 4.5.2."""
    if not np.array(fit.n_events)[early].any():
        return None
    beyond = pieces[1:][::-1].cumsum()[::-1]
    if fit.rows:
        return _jackknife_error(fit, beyond)
    n, d = (np.array(column, dtype=float)[early] for column in (fit.n_at_risk, fit.n_events))
    # 10 at risk at tau: n > d before it
    return float(np.sqrt((beyond**2) @ (d / (n * (n - d)))))


def _jackknife_error(fit: KaplanMeierFit, beyond: Floats) -> float:
    """The same of weighted customers: what each moves the area, squared and summed."""
    columns = zip(*fit.rows, strict=True)
    entry, exit_, event, weight, squares = (np.array(column, dtype=float) for column in columns)
    rows = Watched(np.where(np.isnan(entry), -np.inf, entry), exit_, event > 0.0, weight)
    counts = rows.counted(weight)
    hazard, seen = hazards(counts)[: beyond.size], spans(rows, counts)
    gain = np.zeros(counts.time.size)
    gain[: beyond.size] = beyond / (counts.at_risk[: beyond.size] * (1.0 - hazard))
    loss = gain.copy()
    loss[: beyond.size] *= hazard
    one = influence(seen, loss, gain)
    return float(np.sqrt(products(seen, squares, one, one)[-1]))

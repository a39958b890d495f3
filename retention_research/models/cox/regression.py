"""The Cox regression itself: coefficients, their errors, and whether they can be relied on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import numpy as np

from retention_research.models.arrays import Flags, Floats
from retention_research.models.cox.influence import robust_covariance
from retention_research.models.cox.newton import Height, Summit, blind_to, walk
from retention_research.models.cox.risk_sums import RiskSums, Steps, Ties, sum_at_risk
from retention_research.models.cox.rows import CoxRows, per_covariate
from retention_research.models.fit import Estimate, Fit, Missing, Verdict
from retention_research.models.intervals import quantile, wald_on_log_scale

FEWEST_EVENTS = 10  # for each covariate
FEWEST_CLUSTERS = 30
ORDERED = 0.7  # of the log-likelihood at zero: what is left where covariates set the order
ALIKE = 10.0  # times the predictor's range: the sum of its parts' where they cancel one another


@dataclass(frozen=True, slots=True)
class CoxFit(Fit):
    """A fitted Cox regression: the estimates are log hazard ratios per unit of each covariate.

    `covariance` is that of the estimates: robust or by cluster where their errors are. The
    log-likelihood is the partial one, without the penalty of a ridge.

    Attributes:
        events: customers with the event.
        clusters: how many clusters the errors allow for; None if each row is its own.
        robust: whether errors are the sandwich's: with clusters or fractional weights.
        model_errors: standard errors if the model held and rows were independent.
        null_log_likelihood: with all coefficients 0.
        ties: "efron" or "breslow".
        ridge: the penalty's weight.
    """

    events: float
    clusters: int | None
    robust: bool
    model_errors: tuple[float | None, ...]
    null_log_likelihood: float
    ties: Ties
    ridge: float

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """The fit that `to_dict` wrote down.

        Args:
            record: what `to_dict` returned, before or after a round trip through JSON.
        """
        parts = dict(record) | {"model_errors": tuple(record["model_errors"])}
        return super(CoxFit, cls).from_dict(parts)  # slots make a class that bare super() misses

    @property
    def settled(self) -> Flags:
        """Which coefficients have a finite best value, shape (k,)."""
        return np.array([row.std_error is not None for row in self.estimates])

    @property
    def names(self) -> tuple[str, ...]:
        """The covariates, in the order of the estimates."""
        return tuple(row.term for row in self.estimates)

    def hazard_ratio(self, term: str, change: float = 1.0) -> Estimate | Missing:
        """How many times the hazard is when a covariate is higher.

        Args:
            term: the covariate's name.
            change: by how much it is higher, in its own unit, such as its interquartile range.

        Returns:
            The ratio, its interval symmetric on the log scale; missing for a covariate whose
            coefficient ran away.

        Raises:
            KeyError: if there is no such covariate.
            ValueError: if the change is missing or infinite.
        """
        if term not in self.names:
            raise KeyError(term)
        moved = [change if name == term else 0.0 for name in self.names]
        return self.hazard_ratio_at(moved, term)

    def hazard_ratio_at(self, change: Sequence[float] | Floats, term: str) -> Estimate | Missing:
        """The hazard ratio when several covariates change at once.

        Args:
            change: of each covariate, shape (k,), in its own unit.
            term: what to call it.

        Returns:
            The ratio with its interval; missing if a coefficient that ran away is in it.

        Raises:
            ValueError: if changes are missing or infinite, or are not one per covariate.
        """
        moved = per_covariate("change", change, len(self.names))
        if (moved[~self.settled] != 0.0).any():
            return Missing(term, f"{term} tells the events apart so fully that no ratio is finite.")
        error = float(np.sqrt(max(moved @ np.array(self.covariance) @ moved, 0.0)))
        return wald_on_log_scale(term, float(np.exp(moved @ self.values)), error, self.confidence)


def fit_cox(
    rows: CoxRows,
    *,
    ties: Ties = "efron",
    ridge: float = 0.0,
    unit: str = "day",
    confidence: float = 0.95,
) -> CoxFit | Missing:
    """Fit a Cox regression by maximum partial likelihood.

    Args:
        rows: from `CoxRows.of`.
        ties: how events at one time are counted.
        ridge: takes ridge/2 times the sum of squares of (coefficient times its covariate's
            standard deviation) off the log-likelihood; 0 for none.
        unit: the unit of time, a word in the singular.
        confidence: the level of the intervals.

    Returns:
        The fit, with a verdict. A coefficient that runs away (its covariate tells the events
        apart without fail) has neither error nor interval, and the verdict names it; the others
        are those of its limit. Missing, with the reason, without events, where nobody outlived
        any event, where covariates do not differ or cannot be told apart, or where one sets the
        order of all events.

    Raises:
        ValueError: on a negative or infinite ridge, unknown ties or a level outside 0 and 1.

    Examples:
        >>> rows = CoxRows.of([1, 2, 3, 4], [1, 1, 0, 1], [[1], [0], [1], [0]], names=["member"])
        >>> fit = fit_cox(rows)
        >>> round(fit.estimates[0].estimate, 4), round(fit.hazard_ratio("member").estimate, 4)
        (0.3466, 1.4142)
    """
    if ties not in ("efron", "breslow") or not 0.0 <= ridge < np.inf:
        told = f"ties is {ties!r} and ridge is {ridge:g}"
        raise ValueError(f"{told}; efron or breslow, and a finite number of 0 or more")
    quantile(confidence)
    if rows.moment.size == 0:
        return Missing("cox", f"None of the {rows.duration.size} rows ends in the event.")
    steps = Steps.of(rows, ties)
    climbed = partial(_height, rows, steps, ridge)
    first = climbed(np.zeros(len(rows.names)))
    refusal = _refusal(rows, first.information - ridge * np.eye(len(rows.names)))
    if refusal is not None:
        return refusal
    top = walk(climbed, first, rows.z)
    if not top.rested or top.runaway.all():
        return _restless(rows, top)
    return _fit_of(rows, steps, top, ties=ties, ridge=ridge, unit=unit, confidence=confidence)


def fitted_sums(fit: CoxFit, rows: CoxRows) -> RiskSums:
    """The sums over those at risk at the fitted coefficients.

    Args:
        fit: a Cox regression.
        rows: those it was fitted to.

    Raises:
        ValueError: if the rows have other covariates than the fit.
    """
    if fit.names != rows.names:
        raise ValueError(f"the fit has the covariates {fit.names}, the rows {rows.names}")
    return RiskSums.at(rows, Steps.of(rows, fit.ties), fit.values * rows.scale)


def _height(rows: CoxRows, steps: Steps, ridge: float, beta: Floats) -> Height:
    sums = RiskSums.at(rows, steps, beta)
    return Height(
        sums.log_likelihood - ridge / 2.0 * float(beta @ beta),
        sums.score(rows) - ridge * beta,
        sums.information(rows) + ridge * np.eye(beta.size),
    )


def _refusal(rows: CoxRows, information: Floats) -> Missing | None:
    """Why these data cannot carry the regression, if they cannot."""
    place = rows.until[rows.event] - 1
    tied = np.bincount(place, weights=rows.weights[rows.event], minlength=rows.moment.size)
    if (sum_at_risk(rows, rows.weights) <= tied * (1.0 + 1e-9)).all():
        return Missing("cox", "Nobody was still there after an event, so no risks can be compared.")
    if rows.cluster is not None and np.ptp(rows.cluster) == 0:
        return Missing("cox", "All rows are of one cluster, so no error can be estimated.")
    same = np.logical_not(rows.z.any(axis=1))
    if same.any():
        return Missing("cox", f"{_listed(rows, same)} has one value throughout.")
    blind = blind_to(information, rows.events)
    if blind.any():
        reason = "cannot be told apart from one another, or do not differ among those at risk"
        return Missing("cox", f"These {reason}: {_listed(rows, blind)}.")
    return None


def _restless(rows: CoxRows, top: Summit) -> Missing:
    if not top.runaway.any():
        return Missing("cox", "The likelihood did not come to rest at a top.")
    named, moved = _listed(rows, top.runaway), top.place @ rows.z
    if top.height.value > ORDERED * top.start:
        reason = "sets the order of the events so fully that no regression can be fitted"
        return Missing("cox", f"{named} {reason}.")
    if np.abs(top.place) @ np.ptp(rows.z, axis=1) > ALIKE * np.ptp(moved):
        return Missing("cox", f"These can hardly be told apart from one another: {named}.")
    reason = "would put some customers' risks further apart than can be reckoned with"
    return Missing("cox", f"{named} {reason}: a few values lie very far from the rest.")


def _listed(rows: CoxRows, flags: Flags) -> str:
    return ", ".join(name for name, flag in zip(rows.names, flags, strict=True) if flag)


def _fit_of(
    rows: CoxRows, steps: Steps, top: Summit, *, ties: Ties, ridge: float, unit: str,
    confidence: float,
) -> CoxFit:  # fmt: skip
    robust = rows.cluster is not None or not rows.counted
    model = top.covariance()
    covariance = model
    if robust:
        covariance = robust_covariance(rows, RiskSums.at(rows, steps, top.place), model)
    own_unit = np.outer(rows.scale, rows.scale)
    errors = _errors(covariance / own_unit, top.runaway)
    return CoxFit(
        name="cox",
        estimates=_estimates(rows, top.place / rows.scale, errors, confidence),
        covariance=tuple(tuple(row) for row in (covariance / own_unit).tolist()),
        log_likelihood=top.height.value + ridge / 2.0 * float(top.place @ top.place),
        n=round(float(rows.weights.sum())),
        n_cells=rows.duration.size,
        unit=unit,
        confidence=confidence,
        verdict=_verdict(rows, top),
        events=rows.events,
        clusters=None if rows.cluster is None else int(rows.cluster.max()) + 1,
        robust=robust,
        model_errors=_errors(model / own_unit, top.runaway),
        null_log_likelihood=top.start,
        ties=ties,
        ridge=ridge,
    )


def _errors(covariance: Floats, runaway: Flags) -> tuple[float | None, ...]:
    errors = np.sqrt(np.diag(covariance)).tolist()
    return tuple(None if ran else error for error, ran in zip(errors, runaway, strict=True))


def _estimates(
    rows: CoxRows, beta: Floats, errors: Sequence[float | None], confidence: float
) -> tuple[Estimate, ...]:
    told = []
    for name, value, error in zip(rows.names, beta.tolist(), errors, strict=True):
        reach = None if error is None else quantile(confidence) * error
        ends = (None, None) if reach is None else (value - reach, value + reach)
        told.append(Estimate(name, value, error, *ends))
    return tuple(told)


def _verdict(rows: CoxRows, top: Summit) -> Verdict:
    if top.runaway.any():
        reason = "tells those with the event apart without fail, so its effect has no finite value"
        return Verdict("at a boundary", f"{_listed(rows, top.runaway)} {reason}.")
    doubts = [*_few_events(rows), *_few_clusters(rows), *_one_moment(rows)]
    return Verdict("converged", " ".join(doubts) or "The likelihood has a clear top.")


def _few_events(rows: CoxRows) -> list[str]:
    if rows.events >= FEWEST_EVENTS * len(rows.names):
        return []
    count = f"{rows.events:g} events for {len(rows.names)} covariates"
    return [f"Only {count}: with fewer than {FEWEST_EVENTS} each, effects are overstated."]


def _few_clusters(rows: CoxRows) -> list[str]:
    clusters = FEWEST_CLUSTERS if rows.cluster is None else int(rows.cluster.max()) + 1
    if clusters >= FEWEST_CLUSTERS:
        return []
    return [f"Only {clusters} clusters: with fewer than {FEWEST_CLUSTERS}, errors are too small."]


def _one_moment(rows: CoxRows) -> list[str]:
    if rows.moment.size > 1:
        return []
    return ["All events fall on one time: nothing can be said of how effects change over time."]

"""The test of proportional hazards, written out event by event."""

import numpy as np
import pytest

from retention_research.models.cox import CoxRows, proportional_hazards
from retention_research.models.cox.proportional_hazards import drift
from retention_research.models.cox.regression import fitted_sums
from tests.models.cox_data import Made, fitted


def event_by_event(rows: CoxRows, beta: np.ndarray, time: np.ndarray) -> tuple[float, ...]:
    """Score and information of the covariates times time, without ties, by loops."""
    entry = np.full(rows.duration.size, -np.inf) if rows.entry is None else rows.entry
    k = beta.size
    score, information = np.zeros(k), np.zeros((2 * k, 2 * k))
    for j, (t, s) in enumerate(zip(rows.moment, rows.moment_stratum, strict=True)):
        there = (rows.stratum == s) & (entry < t) & (t <= rows.duration)
        share = there * np.exp(beta @ rows.z)
        share /= share.sum()
        mean, own = rows.z @ share, rows.event & there & (rows.duration == t)
        spread = (rows.z * share) @ rows.z.T - np.outer(mean, mean)
        score += time[j] * (rows.z[:, own].sum(axis=1) - mean)
        powers = np.array([[1.0, time[j]], [time[j], time[j] ** 2]])
        information += np.kron(powers, spread)
    u = np.concatenate([np.zeros(k), score])
    ones = [np.r_[:k, k + c] for c in range(k)]
    return tuple(
        float(u[c] @ np.linalg.solve(information[np.ix_(c, c)], u[c]))
        for c in (*ones, np.arange(2 * k))
    )


@pytest.mark.parametrize("transform", ["km", "rank", "identity"])
def test_the_statistic_is_its_definition(transform: str) -> None:
    made = Made(80)
    made.duration = made.duration + np.random.default_rng(1).random(80)  # no two alike
    rows = made.rows("entry", "strata")
    fit = fitted(rows)
    found = [t.statistic for t in proportional_hazards(fit, rows, transform)]
    wanted = event_by_event(rows, fit.values * rows.scale, drift(rows, transform))
    assert found == pytest.approx(wanted, rel=1e-9)


def test_the_robust_statistic_sums_what_each_customer_moves() -> None:
    made, step = Made(40), 1e-5
    made.duration = made.duration + np.random.default_rng(1).random(40)  # no two alike
    rows = made.rows("entry")
    time = drift(rows, "km")

    def score(weights: np.ndarray) -> np.ndarray:
        told = made.rows("entry", weights=weights)
        # each scales its covariates by its own weights
        return fitted_sums(fitted(told), told).score(told, time) * told.scale

    nudges = step * np.eye(40)
    shifts = np.array([score(1.0 + e) - score(1.0 - e) for e in nudges]) / (2.0 * step)
    variance, own = shifts.T @ shifts, score(np.ones(40))
    wanted = [*(own**2 / np.diag(variance)), own @ np.linalg.solve(variance, own)]
    found = [t.statistic for t in proportional_hazards(fitted(rows), rows, "km", robust=True)]
    # central differences of refitted scores
    assert found == pytest.approx(wanted, rel=1e-5)


def test_an_effect_that_wears_off_is_seen() -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(size=600)
    early = rng.exponential(10.0 * np.exp(-x))
    duration = np.where(early < 5.0, early, 5.0 + rng.exponential(10.0, 600))
    rows = CoxRows.of(duration, np.ones(600), x[:, None], names=["x"])
    for robust in (False, True):
        assert proportional_hazards(fitted(rows), rows, robust=robust)[0].p_value < 1e-6


@pytest.mark.parametrize("transform", ["km", "rank"])
def test_weights_are_as_many_equal_rows(transform: str) -> None:
    made = Made()
    repeated = np.repeat(np.arange(120), made.weights)
    told = []
    for rows in (made.rows("entry", "weights"), made.rows("entry", take=repeated)):
        tests = proportional_hazards(fitted(rows), rows, transform)
        told.append([test.statistic for test in tests])
    assert told[0] == pytest.approx(told[1])


def test_errors_by_cluster_go_into_the_test_unless_it_is_told_otherwise() -> None:
    made = Made()
    alone, clustered = made.rows(), made.rows("cluster")
    model = proportional_hazards(fitted(alone), alone)
    assert proportional_hazards(fitted(clustered), clustered, robust=False) == model
    assert proportional_hazards(fitted(clustered), clustered) != model


def test_another_transform_is_refused() -> None:
    rows = Made().rows()
    with pytest.raises(ValueError, match="must be one of km, rank, identity"):
        proportional_hazards(fitted(rows), rows, "log")

"""Cox regressions against their definition, written out; and what every fit keeps to."""

import json
from dataclasses import FrozenInstanceError
from itertools import permutations

import numpy as np
import pytest
from scipy.optimize import minimize

from retention_research.models.cox import (
    CoxFit,
    CoxRows,
    martingale_residuals,
    schoenfeld_residuals,
    score_residuals,
)
from retention_research.models.cox.risk_sums import RiskSums, Steps
from retention_research.models.fit import Estimate
from tests.models.cox_data import Made, fitted

TIES = pytest.mark.parametrize("ties", ["efron", "breslow"])
BETA = np.array([0.3, -0.7])


def by_definition(rows: CoxRows, beta: np.ndarray, ties: str) -> float:
    """Factor after factor of the partial likelihood, by loops over customers."""
    entry = np.full(rows.duration.size, -np.inf) if rows.entry is None else rows.entry
    risk = rows.weights * np.exp(beta @ rows.z)
    total = 0.0
    for stratum, t in sorted(
        {*zip(rows.stratum[rows.event], rows.duration[rows.event], strict=True)}
    ):
        there = (rows.stratum == stratum) & (entry < t) & (t <= rows.duration)
        tied = there & rows.event & (rows.duration == t)
        count = round(rows.weights[tied].sum())
        total += rows.weights[tied] @ (beta @ rows.z[:, tied])
        for number in range(count):
            off = number / count * risk[tied].sum() if ties == "efron" else 0.0
            total -= np.log(risk[there].sum() - off)
    return total


@TIES
@pytest.mark.parametrize("keys", [(), ("entry",), ("entry", "strata"), ("entry", "weights")])
def test_the_likelihood_is_its_definition(ties: str, keys: tuple[str, ...]) -> None:
    rows = Made(60).rows(*keys)
    assert np.unique(rows.duration[rows.event]).size < rows.event.sum()  # there are ties
    found = RiskSums.at(rows, Steps.of(rows, ties), BETA).log_likelihood
    assert found == pytest.approx(by_definition(rows, BETA, ties), rel=1e-12)


def test_the_chances_of_all_orders_of_events_sum_to_one() -> None:
    x = [[0.2], [-1.0], [2.0], [0.7], [0.1]]
    total = 0.0
    for order in permutations(range(1, 6)):
        rows = CoxRows.of(order, np.ones(5), x, names=["x"])
        total += np.exp(RiskSums.at(rows, Steps.of(rows, "efron"), BETA[:1]).log_likelihood)
    assert total == pytest.approx(1.0, rel=1e-12)


@TIES
def test_the_gradient_and_the_information_are_derivatives(ties: str) -> None:
    rows, step = Made().rows("entry", "strata", "weights"), 1e-6
    steps = Steps.of(rows, ties)
    at = [[RiskSums.at(rows, steps, BETA + s * e) for s in (step, -step)] for e in np.eye(2)]
    here = RiskSums.at(rows, steps, BETA)
    slope = [(up.log_likelihood - down.log_likelihood) / (2 * step) for up, down in at]
    bend = [(down.score(rows) - up.score(rows)) / (2 * step) for up, down in at]
    assert here.score(rows) == pytest.approx(slope, rel=1e-6)
    assert here.information(rows) == pytest.approx(np.array(bend), rel=1e-6)


@TIES
def test_the_estimate_is_where_another_maximiser_stops(ties: str) -> None:
    rows = Made().rows("entry", "strata")
    found = minimize(lambda b: -by_definition(rows, b, ties), np.zeros(2), tol=1e-10)
    fit = fitted(rows, ties=ties)
    # the other one differentiates numerically
    assert fit.values * rows.scale == pytest.approx(found.x, rel=1e-4)
    assert fit.log_likelihood >= -found.fun - 1e-9
    assert fit.null_log_likelihood == pytest.approx(by_definition(rows, np.zeros(2), ties))


def numbers(fit: CoxFit) -> list[float]:
    return [*np.ravel([row[1:] for row in fit.estimates]), fit.log_likelihood]


@pytest.mark.parametrize("keys", [("entry",), ("entry", "strata"), ("entry", "cluster")])
def test_weights_are_as_many_equal_rows(keys: tuple[str, ...]) -> None:
    made = Made()
    repeated = np.repeat(np.arange(made.duration.size), made.weights)
    told = fitted(made.rows(*keys, "weights"))
    assert told.n == repeated.size
    assert numbers(told) == pytest.approx(numbers(fitted(made.rows(*keys, take=repeated))))


def test_a_row_of_weight_nothing_counts_for_nothing() -> None:
    made = Made()
    some = np.flatnonzero(made.weights)
    told = fitted(made.rows("entry", "weights")), fitted(made.rows("entry", "weights", take=some))
    assert numbers(told[0]) == pytest.approx(numbers(told[1]))


def test_halving_all_weights_changes_no_coefficient_and_no_robust_error() -> None:
    made = Made()
    one, half = (fitted(made.rows(weights=np.full(120, w), cluster=np.arange(120)))
                 for w in (1.0, 0.5))  # fmt: skip
    assert half.robust
    assert numbers(half)[:-1] == pytest.approx(numbers(one)[:-1])


def test_fractional_weights_make_errors_robust() -> None:
    made = Made()
    by_weight = fitted(made.rows(weights=np.full(120, 0.5)))
    by_cluster = fitted(made.rows(cluster=np.arange(120)))
    assert numbers(by_weight)[:-1] == pytest.approx(numbers(by_cluster)[:-1])


def test_the_order_of_rows_does_not_matter() -> None:
    made = Made()
    keys = ("entry", "strata", "cluster")
    shuffled = np.random.default_rng(4).permutation(120)
    there = fitted(made.rows(*keys, take=shuffled))
    assert numbers(there) == pytest.approx(numbers(fitted(made.rows(*keys))), rel=1e-9)


def test_the_unit_of_time_does_not_matter() -> None:
    made, weeks = Made(), Made()
    weeks.duration, weeks.entry = made.duration / 7.0, made.entry / 7.0
    told = fitted(weeks.rows("entry")), fitted(made.rows("entry"))
    assert numbers(told[0]) == pytest.approx(numbers(told[1]), rel=1e-12)


def test_the_unit_of_a_covariate_is_that_of_its_coefficient() -> None:
    made, shifted = Made(), Made()
    shifted.x = 1e6 + made.x / np.array([1000.0, 1.0])
    there, here = fitted(shifted.rows()), fitted(made.rows())
    age, told = there.estimates[0], here.estimates[0]
    # 1e6 beside a spread of .02 leaves nine digits of the covariate
    assert age[1:] == pytest.approx([1000.0 * value for value in told[1:]], rel=1e-6)


def test_rows_split_in_time_are_the_rows_they_came_from() -> None:
    made = Made()
    middle = np.floor((made.entry + made.duration) / 2.0)
    first, both = np.flatnonzero(middle > made.entry), np.arange(120)
    parts = {
        "duration": [middle[first], made.duration],
        "event_observed": [np.zeros(first.size), made.event],
        "covariates": [made.x[first], made.x],
        "entry": [made.entry[first], np.where(middle > made.entry, middle, made.entry)],
        "cluster": [first, both],
    }
    split = CoxRows.of(**{k: np.concatenate(v) for k, v in parts.items()}, names=("age", "member"))
    whole = fitted(made.rows("entry", cluster=both))
    assert numbers(fitted(split)) == pytest.approx(numbers(whole))


def test_a_ridge_draws_coefficients_towards_zero() -> None:
    made = Made()
    sizes = [np.abs(fitted(made.rows(), ridge=r).values * made.rows().scale) for r in (0, 5, 500)]
    assert (sizes[0] > sizes[1]).all()
    assert (sizes[1] > sizes[2]).all()


def test_a_ridge_is_taken_off_the_likelihood() -> None:
    rows = Made().rows()
    fit = fitted(rows, ridge=5.0)
    beta = fit.values * rows.scale
    assert RiskSums.at(rows, Steps.of(rows, "efron"), beta).score(rows) == pytest.approx(5.0 * beta)


def test_robust_errors_are_what_each_cluster_does_to_the_coefficients() -> None:
    made, step = Made(60), 1e-5
    shifts = []
    for cluster in np.unique(made.cluster):
        moved = [
            fitted(made.rows("entry", "cluster", weights=np.where(made.cluster == cluster, w, 1.0)))
            for w in (1.0 + step, 1.0 - step)
        ]
        shifts.append((moved[0].values - moved[1].values) / (2.0 * step))
    errors = [row.std_error for row in fitted(made.rows("entry", "cluster")).estimates]
    # with fractional weights tied rows count as rows, as they do with weights of one
    assert errors == pytest.approx(np.sqrt((np.array(shifts) ** 2).sum(axis=0)), rel=1e-5)


def test_residuals_sum_to_nothing() -> None:
    made = Made()
    rows = made.rows("entry", "strata", "weights")
    fit, weights = fitted(rows), rows.weights
    events = schoenfeld_residuals(fit, rows)
    assert weights @ martingale_residuals(fit, rows) == pytest.approx(0.0, abs=1e-9)
    assert weights @ score_residuals(fit, rows) == pytest.approx(np.zeros(2), abs=1e-7)
    assert weights[events.row] @ events.residual == pytest.approx(np.zeros(2), abs=1e-7)


def test_a_martingale_residual_is_the_event_less_the_hazard_lived_through() -> None:
    rows = CoxRows.of([1, 2, 3, 4], [1, 1, 0, 1], [[1], [0], [1], [0]], names=["x"])
    fit = fitted(rows)
    # with a ratio of r = sqrt(2): jumps 1 / (2r + 2), 1 / (r + 2), 1
    r = np.sqrt(2.0)
    jumps = np.cumsum([1 / (2 * r + 2), 1 / (r + 2), 1.0])
    wanted = [1 - r * jumps[0], 1 - jumps[1], -r * jumps[1], 1 - jumps[2]]
    assert martingale_residuals(fit, rows) == pytest.approx(wanted)


def test_a_schoenfeld_residual_is_the_covariate_less_the_mean_at_risk() -> None:
    rows = CoxRows.of([1, 2, 3, 4], [1, 1, 0, 1], [[1], [0], [1], [0]], names=["x"])
    r = np.sqrt(2.0)
    found = schoenfeld_residuals(fitted(rows), rows)
    assert found.residual[:, 0] == pytest.approx([1 - 2 * r / (2 * r + 2), -r / (r + 2), 0.0])


def test_a_hazard_ratio_is_per_change_of_its_covariate() -> None:
    fit = fitted(Made().rows())
    age = fit.estimates[0]
    ratio = fit.hazard_ratio("age", 10.0)
    assert isinstance(ratio, Estimate)
    assert ratio.estimate == pytest.approx(np.exp(10.0 * age.estimate))
    assert ratio[3:] == pytest.approx(np.exp([10.0 * age.conf_low, 10.0 * age.conf_high]))


def test_a_hazard_ratio_at_a_fall_is_the_inverse_of_that_of_a_rise() -> None:
    fit = fitted(Made().rows())
    rise, fall = fit.hazard_ratio("age"), fit.hazard_ratio("age", -1.0)
    assert fall[3] == pytest.approx(1.0 / rise[4])


def test_a_ratio_of_several_changes_has_the_error_of_their_sum() -> None:
    fit = fitted(Made().rows())
    alone = fit.hazard_ratio_at([10.0, 0.0], "age")
    assert alone[1:] == pytest.approx(fit.hazard_ratio("age", 10.0)[1:])


def test_a_fit_survives_its_record_in_json() -> None:
    fit = fitted(Made().rows("entry", "strata", "cluster"))
    assert CoxFit.from_dict(json.loads(json.dumps(fit.to_dict(), allow_nan=False))) == fit


def test_a_fit_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        fitted(Made().rows()).n = 0


def test_the_data_are_left_as_they_were() -> None:
    made, before = Made(), Made()
    for column in (made.x, made.duration, made.entry, made.event, made.weights):
        column.setflags(write=False)
    rows = made.rows("entry", "weights")
    score_residuals(fitted(rows), rows)
    assert np.array_equal(made.x, before.x)
    assert np.array_equal(made.duration, before.duration)

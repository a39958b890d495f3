"""What a Cox regression says of data that it cannot carry, or not fully."""

import numpy as np
import pytest

from retention_research.models.cox import (
    CoxFit,
    CoxRows,
    average_survival,
    baseline_hazard,
    concordance,
    fit_cox,
    predict_survival,
    proportional_hazards,
)
from retention_research.models.cox.risk_sums import RiskSums, Steps
from retention_research.models.fit import Estimate, Missing
from tests.models.cox_data import Made, fitted

NAMES = ["age", "member"]


def rows_with(column: np.ndarray, made: Made | None = None, **more: np.ndarray) -> CoxRows:
    """The made-up rows with a third covariate."""
    told = made or Made()
    x = np.column_stack([told.x, column])
    return CoxRows.of(told.duration, told.event, x, names=[*NAMES, "third"], **more)


def reason(rows: CoxRows) -> str:
    told = fit_cox(rows)
    assert isinstance(told, Missing)
    return told.reason


def test_no_event_is_no_regression() -> None:
    rows = CoxRows.of([1, 2, 3], [0, 0, 0], [[1], [2], [3]], names=["age"])
    assert reason(rows) == "None of the 3 rows ends in the event."


def test_nobody_left_after_an_event_is_no_regression() -> None:
    rows = CoxRows.of(np.ones(50), np.ones(50), np.arange(50.0)[:, None], names=["age"])
    assert "Nobody was still there" in reason(rows)


def test_events_on_one_day_are_said() -> None:
    made = Made()
    rows = CoxRows.of(np.ones(120), made.event, made.x, names=NAMES)
    fit = fitted(rows)
    assert "All events fall on one time" in fit.verdict.words
    assert isinstance(proportional_hazards(fit, rows), Missing)


def test_a_covariate_of_one_value_is_named() -> None:
    assert reason(rows_with(np.full(120, 0.1))) == "third has one value throughout."


def test_a_covariate_of_one_value_among_those_compared_is_named() -> None:
    made = Made()
    assert "third" in reason(rows_with(made.strata.astype(float), strata=made.strata))


def test_covariates_that_say_the_same_are_named() -> None:
    told = reason(rows_with(3.0 * Made().x[:, 1] - 1.0))
    assert "member, third" in told
    assert "age" not in told


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_covariate_that_nobody_with_the_event_has_runs_away_and_is_named(sign: float) -> None:
    made = Made()
    third = sign * (~made.event & (np.arange(120) % 2 == 0))
    fit = fitted(rows_with(third))
    assert fit.verdict.status == "at a boundary"
    assert fit.verdict.words.startswith("third ")
    assert np.sign(fit.estimates[2].estimate) == -sign
    assert fit.estimates[2][2:] == (None, None, None)
    assert isinstance(fit.hazard_ratio("third"), Missing)
    assert isinstance(fit.hazard_ratio_at([0.0, 1.0, 1.0], "both"), Missing)
    assert isinstance(fit.hazard_ratio("member"), Estimate)


def test_beside_a_coefficient_that_runs_away_the_others_are_those_of_its_limit() -> None:
    made = Made()
    third = ~made.event & (np.arange(120) % 2 == 0)
    there = fitted(rows_with(third.astype(float)))
    here = fitted(made.rows(take=np.flatnonzero(~third)))  # at the limit they are never at risk
    for term in (0, 1):
        assert there.estimates[term][1:] == pytest.approx(here.estimates[term][1:], rel=1e-4)


def test_tests_and_ranks_go_on_without_the_coefficient_that_ran_away() -> None:
    rows = rows_with((~Made().event).astype(float))
    fit = fitted(rows)
    tests = proportional_hazards(fit, rows)
    assert [(t.term, t.degrees_of_freedom) for t in tests][1:] == [("member", 1), ("GLOBAL", 2)]
    assert isinstance(concordance(fit, rows), Estimate)
    assert isinstance(predict_survival(fit, rows, rows.centre[None, :], [1.0]), Missing)


def test_a_covariate_that_sets_the_order_of_all_events_is_named() -> None:
    assert reason(rows_with(-Made().duration)).startswith("third sets the order of the events")


def test_a_ridge_makes_the_runaway_coefficient_finite() -> None:
    fit = fitted(rows_with((~Made().event).astype(float)), ridge=1.0)
    assert fit.verdict.status == "converged"
    assert isinstance(fit.hazard_ratio("third"), Estimate)


def test_a_covariate_of_few_huge_values_does_not_run_away() -> None:
    made = Made(400)
    heavy = np.exp(3.0 * np.random.default_rng(8).normal(size=400))
    fit = fitted(rows_with(heavy, made))
    assert fit.verdict.status == "converged"
    assert fit.estimates[2].std_error is not None


def climbed_without_guard(rows: CoxRows) -> np.ndarray:
    """Newton's steps on the same sums, in the covariates' own units."""
    steps, beta = Steps.of(rows, "efron"), np.zeros(len(rows.names))
    for _ in range(15):
        sums = RiskSums.at(rows, steps, beta)
        beta = beta + np.linalg.solve(sums.information(rows), sums.score(rows))
    return beta / rows.scale


def skewed(effects: list[float], size: int) -> CoxRows:
    """Log-normal covariates whose highest values lie far from the rest."""
    rng = np.random.default_rng(5)
    x = np.exp(2.0 * rng.normal(size=(size, len(effects))))
    x /= x.std(axis=0)
    event = rng.exponential(100.0 / np.exp(np.clip(x @ effects, -600.0, 600.0)))
    end = rng.uniform(50.0, 300.0, size)
    names = list("abcdef")[: len(effects)]
    return CoxRows.of(np.ceil(np.minimum(event, end)), event <= end, x, names=names)


@pytest.mark.parametrize("effects", [[-0.4, 0.1, -0.3, 0.05, -0.4, -0.3], [-2.0], [-4.0]])
def test_effects_of_skewed_covariates_are_found(effects: list[float]) -> None:
    rows = skewed(effects, 20_000)
    fit = fitted(rows)
    assert fit.verdict.status == "converged"
    assert fit.values == pytest.approx(climbed_without_guard(rows), rel=1e-6)


def test_the_range_that_counts_is_that_of_the_risks_not_of_their_parts() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=2000)
    x = np.column_stack([x, x + 3e-5 * rng.normal(size=2000)])  # coefficients of about 1,000
    event = rng.exponential(np.exp(-x[:, 0]))
    rows = CoxRows.of(event, event < 2.0, x, names=NAMES)
    fit = fitted(rows)
    assert fit.verdict.status == "converged"
    assert fit.estimates[0].std_error > 100.0
    assert fit.values == pytest.approx(climbed_without_guard(rows), rel=1e-6)


def test_covariates_whose_difference_is_rounding_cannot_be_told_apart() -> None:
    near = Made().x[:, 0] + 1e-5 * np.random.default_rng(3).normal(size=120)
    told = reason(rows_with(near))
    assert "cannot be told apart" in told
    assert "sets the order" not in told


def test_risks_too_far_apart_to_reckon_with_are_not_called_an_order() -> None:
    rng = np.random.default_rng(8)
    x = np.exp(3.0 * rng.normal(size=(3000, 1)))
    x /= x.std()
    event = rng.exponential(100.0 / np.exp(np.maximum(-40.0 * x[:, 0], -690.0)))
    told = reason(CoxRows.of(np.minimum(event, 150.0), event <= 150.0, x, names=["spend"]))
    assert told.startswith("spend would put some customers' risks further apart")


def test_fewer_than_ten_events_for_each_covariate_are_said() -> None:
    fit = fitted(Made().rows(take=np.arange(25)))
    assert fit.events < 20
    assert f"Only {fit.events:g} events for 2 covariates" in fit.verdict.words


def test_few_clusters_are_said() -> None:
    fit = fitted(Made().rows(cluster=np.arange(120) % 12))
    assert "Only 12 clusters" in fit.verdict.words


def test_a_single_cluster_gives_no_error() -> None:
    assert "one cluster" in reason(Made().rows(cluster=np.zeros(120)))


def test_a_cluster_of_no_weight_is_no_cluster() -> None:
    weights = np.where(np.arange(120) < 20, 0.0, 1.0)
    one = np.where(weights > 0.0, 1, 0)
    assert "one cluster" in reason(Made().rows(cluster=one, weights=weights))
    many = np.where(weights > 0.0, np.arange(120) % 12, 99)
    assert fitted(Made().rows(cluster=many, weights=weights)).clusters == 12


def test_a_row_of_no_weight_decides_nothing() -> None:
    made = Made()
    weights = np.where(np.arange(120) == 3, 0.0, 1.0)
    made.x[3] = [1e9, -1e9]
    there = fitted(made.rows("entry", "strata", weights=weights))
    here = fitted(made.rows("entry", "strata", take=np.flatnonzero(weights)))
    assert there == here


def test_too_few_clusters_give_no_test_of_drift() -> None:
    rows = Made().rows(cluster=np.arange(120) % 19)
    assert isinstance(proportional_hazards(fitted(rows), rows), Missing)


def test_a_covariate_missing_throughout_is_refused_by_name_and_count() -> None:
    with pytest.raises(ValueError, match="third is missing or infinite in 120 of 120 rows"):
        rows_with(np.full(120, np.nan))


def test_rows_that_end_before_they_begin_are_counted() -> None:
    with pytest.raises(ValueError, match="entry is not before the end of watching in 2 of 3 rows"):
        CoxRows.of([1, 2, 3], [1, 0, 1], [[1], [2], [3]], names=["age"], entry=[0, 2, 4])


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"duration": [1, np.nan, 3]}, "duration is missing or infinite in 1 of 3"),
        ({"duration": [1, -1, 3]}, "duration is below 0 in 1 of 3"),
        ({"event_observed": [0, 2, 1]}, "event_observed is neither true nor false in 1 of 3"),
        ({"covariates": [[1], [2]]}, "columns differ in length"),
        ({"covariates": [1, 2, 3]}, "one column per name is needed"),
        ({"names": ["age", "size"]}, "one column per name is needed"),
        ({"weights": [1, -1, 1]}, "weights is below 0 in 1 of 3"),
        ({"weights": [0, 0, 0]}, "there are no customers"),
        ({"strata": [1.0, np.nan, 1.0]}, "strata is missing in 1 of 3"),
        ({"cluster": [1, 2]}, "one label per row is needed"),
        ({"strata": ["a", None, "a"]}, "strata is missing in 1 of 3"),
        ({"cluster": ["a", None, "a"]}, "cluster is missing in 1 of 3"),
        ({"cluster": ["a", 1, "a"]}, "cluster has labels that cannot be put in order: int, str"),
        ({"cluster": np.array(["2025-01-01", "NaT", "NaT"], "M8[D]")}, "cluster is missing in 2"),
    ],
)
def test_wrong_rows_are_refused(changed: dict[str, object], complaint: str) -> None:
    good = {
        "duration": [1, 2, 3], "event_observed": [1, 0, 1], "covariates": [[1], [2], [3]],
        "names": ["age"],
    }  # fmt: skip
    with pytest.raises(ValueError, match=complaint):
        CoxRows.of(**(good | changed))


def test_names_that_are_not_distinct_are_refused() -> None:
    with pytest.raises(ValueError, match="names of covariates are not distinct"):
        CoxRows.of([1, 2], [1, 0], [[1, 2], [2, 1]], names=["age", "age"])


@pytest.mark.parametrize(
    "more", [{"ties": "exact"}, {"ridge": -1.0}, {"ridge": np.nan}, {"confidence": 1.0}]
)
def test_wrong_settings_are_refused(more: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"efron or breslow|must lie between"):
        fit_cox(Made().rows(), **more)


def test_rows_of_other_covariates_are_refused() -> None:
    fit: CoxFit = fitted(Made().rows())
    with pytest.raises(ValueError, match="the fit has the covariates"):
        concordance(fit, rows_with(np.arange(120.0)))


def test_a_change_is_one_finite_number_for_each_covariate() -> None:
    fit = fitted(Made().rows())
    with pytest.raises(ValueError, match="change is missing or infinite in 1 of 2"):
        fit.hazard_ratio("age", np.nan)
    with pytest.raises(ValueError, match="change has 1 numbers; one for each of 2 is needed"):
        fit.hazard_ratio_at([1.0], "both")


def test_a_hazard_is_of_all_covariates() -> None:
    rows = Made().rows()
    with pytest.raises(ValueError, match="covariates is missing or infinite in 1 of 2"):
        baseline_hazard(fitted(rows), rows, [np.nan, 1.0])
    with pytest.raises(ValueError, match="covariates has 1 numbers"):
        baseline_hazard(fitted(rows), rows, [1.0])


@pytest.mark.parametrize("predict", [predict_survival, average_survival])
def test_a_prediction_needs_customers_and_times(predict: object) -> None:
    rows = Made().rows()
    with pytest.raises(ValueError, match="no customers to predict for"):
        predict(fitted(rows), rows, np.zeros((0, 2)), [1.0])
    with pytest.raises(ValueError, match="no times to predict for"):
        predict(fitted(rows), rows, [[50.0, 1.0]], [])


def test_strata_are_compared_within_however_far_apart_their_risks_are() -> None:
    made = Made()
    apart = made.x + np.where(made.strata == 1, 1e3, 0.0)[:, None]
    rows = CoxRows.of(made.duration, made.event, apart, names=NAMES, strata=made.strata)
    near = fitted(made.rows("strata"))
    for far, told in zip(fitted(rows).estimates, near.estimates, strict=True):
        assert far[1:] == pytest.approx(told[1:], rel=1e-6)


def test_two_coefficients_that_run_away_together_are_both_named() -> None:
    made = Made()
    halves = np.arange(120) % 2 == 0
    x = np.column_stack([made.x, ~made.event & halves, ~made.event & ~halves])
    names = [*NAMES, "third", "fourth"]
    fit = fitted(CoxRows.of(made.duration, made.event, x, names=names))
    assert fit.verdict.words.startswith("third, fourth ")
    assert fit.estimates[0].std_error is not None


def test_data_that_sets_every_coefficient_free_gives_no_regression() -> None:
    x = [[3.0, 1.0], [2.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
    told = fit_cox(CoxRows.of([1, 2, 3, 4], [1, 0, 0, 0], x, names=NAMES))
    assert isinstance(told, Missing)
    assert "age" in told.reason

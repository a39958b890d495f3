"""Cox regressions against R: see tests/published/cox.py for the sources."""

import numpy as np
import pytest

from retention_research.models.cox import (
    CoxRows,
    baseline_hazard,
    concordance,
    proportional_hazards,
)
from retention_research.models.fit import Estimate
from tests.models import cox_data as data
from tests.published import cox as published

CASES = {
    "rossi": (data.rossi, {}, published.ROSSI),
    "rossi, Breslow's ties": (data.rossi, {"ties": "breslow"}, published.ROSSI_BRESLOW),
    "lung": (data.lung, {}, published.LUNG),
    "veteran": (data.veteran, {}, published.VETERAN),
    "heart": (data.heart, {}, published.HEART),
    "bladder": (data.bladder, {}, published.BLADDER),
    "lung by institution": (lambda: data.lung(cluster="inst"), {}, published.LUNG_BY_INST),
    "rossi by race": (
        lambda: data.rossi(
            ("fin", "age", "wexp", "mar", "paro", "prio"), strata="race"
        ),
        {},
        published.ROSSI_STRATA_RACE,
    ),
}  # fmt: skip
each_case = pytest.mark.parametrize("case", CASES)


def near(value: float) -> object:
    return pytest.approx(value, rel=published.NEAR, abs=published.HALF_A_DIGIT)


@each_case
def test_coefficients_are_those_of_r(case: str) -> None:
    rows, more, terms = CASES[case]
    found = {row.term: row.estimate for row in data.fitted(rows(), **more).estimates}
    # rossi's are printed as R left them, some 5e-9 of a coefficient before the optimum
    slack = 1e-9 if case.startswith("rossi") else 0.0
    for term in terms:
        # likewise diagtime, 5e-8 of a coefficient that is a hundredth of its error
        near_by = 1e-7 if term.name == "diagtime" else published.NEAR
        assert found[term.name] == pytest.approx(term.estimate, rel=near_by, abs=slack)


@each_case
def test_model_errors_are_those_of_r(case: str) -> None:
    rows, more, terms = CASES[case]
    fit = data.fitted(rows(), **more)
    found = dict(zip(fit.names, fit.model_errors, strict=True))
    for term in terms:
        if term.std_error is not None:
            assert found[term.name] == near(term.std_error)


@pytest.mark.parametrize("case", ["bladder", "lung by institution"])
def test_errors_by_cluster_are_those_of_r(case: str) -> None:
    rows, _, terms = CASES[case]
    found = {row.term: row.std_error for row in data.fitted(rows()).estimates}
    for term in terms:
        assert found[term.name] == pytest.approx(term.robust, rel=published.NEAR)


def test_robust_errors_of_rossi_are_those_of_r() -> None:
    fit = data.fitted(data.rossi(cluster="person"))
    for row, term in zip(fit.estimates, published.ROSSI, strict=True):
        assert row.std_error == near(term.robust)


@pytest.mark.parametrize(
    ("rows", "ties", "log_likelihood"),
    [
        (data.rossi, "efron", published.ROSSI_LOG_LIKELIHOOD),
        (data.rossi, "breslow", published.ROSSI_BRESLOW_LOG_LIKELIHOOD),
        (data.lung, "efron", published.LUNG_LOG_LIKELIHOOD),
        (data.heart, "efron", published.HEART_LOG_LIKELIHOOD),
    ],
)
def test_log_likelihoods_are_those_of_r(rows: object, ties: str, log_likelihood: float) -> None:
    assert data.fitted(rows(), ties=ties).log_likelihood == pytest.approx(log_likelihood, abs=5e-7)


def test_customers_and_events_are_counted() -> None:
    rossi = data.fitted(data.rossi())
    assert (rossi.n, rossi.events) == (published.ROSSI_N, published.ROSSI_EVENTS)
    assert data.fitted(data.lung()).n == published.LUNG_N
    assert data.fitted(data.lung(cluster="inst")).n == published.LUNG_BY_INST_N


@pytest.mark.parametrize("told", published.DRIFTS, ids=lambda told: f"{told[0]}-{told[1:3]}")
def test_score_tests_of_proportional_hazards_are_those_of_r(told: published.Drift) -> None:
    rows: CoxRows = getattr(data, told.data)()
    tests = {t.term: t for t in proportional_hazards(data.fitted(rows), rows, told.transform)}
    found = tests[told.term]
    assert found.degrees_of_freedom == told.degrees_of_freedom
    assert found.statistic == pytest.approx(told.statistic, abs=told.half_a_digit)
    assert found.p_value == pytest.approx(told.p_value, rel=4e-5)  # half a unit of its last digit


def test_the_baseline_hazard_of_rossi_is_that_of_r() -> None:
    rows = data.rossi()
    hazard = baseline_hazard(data.fitted(rows), rows)
    found = dict(zip(hazard.time, hazard.cumulative, strict=True))
    for week, cumulative in published.ROSSI_BASELINE.items():
        assert found[week] == pytest.approx(cumulative, rel=published.NEAR)


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        (data.rossi, published.ROSSI_CONCORDANCE),
        (data.lung, published.LUNG_CONCORDANCE[0]),
        (data.veteran, published.VETERAN_CONCORDANCE),
    ],
)
def test_concordances_are_those_of_r(rows: object, share: float) -> None:
    found = concordance(data.fitted(rows()), rows())
    assert isinstance(found, Estimate)
    assert found.estimate == pytest.approx(share, abs=5e-10)


def test_the_error_of_the_concordance_of_lung_is_that_of_r() -> None:
    found = concordance(data.fitted(data.lung()), data.lung())
    assert isinstance(found, Estimate)
    assert found.std_error == pytest.approx(published.LUNG_CONCORDANCE[1], abs=5e-7)


def test_the_concordance_of_lung_weighted_for_censoring_is_that_of_r() -> None:
    found = concordance(data.fitted(data.lung()), data.lung(), "uno")
    assert isinstance(found, Estimate)
    assert found.estimate == pytest.approx(published.LUNG_CONCORDANCE_UNO, abs=5e-7)


def test_a_row_that_begins_at_an_event_is_not_at_risk_at_it() -> None:
    rows = CoxRows.of([2.0, 5.0], [1, 1], [[0.0], [1.0]], names=["x"], entry=[0.0, 2.0])
    assert (rows.since.tolist(), rows.until.tolist()) == ([0, 1], [1, 2])
    assert np.array_equal(rows.moment, [2.0, 5.0])

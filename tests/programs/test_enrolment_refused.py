"""What enrolment cannot tell is missing, with the reason; what is wrong is refused."""

from dataclasses import replace

import numpy as np
import pytest

from retention_research.models.fit import Estimate, Missing
from retention_research.programs.enrolment import (
    TrialRows,
    doubly_robust,
    fit_propensity,
    naive_difference,
    placebo_test,
    risk_ratio,
)
from retention_research.programs.enrolment.propensity import Propensity
from tests.programs.enrolment_data import volunteers


def reason(rows: TrialRows, **options: object) -> str:
    """Why there is no effect."""
    found = doubly_robust(rows, **{"folds": 0} | options)  # type: ignore[arg-type]
    assert isinstance(found, Missing)
    return found.reason


def test_where_everybody_enrolled_at_once_there_is_nobody_to_compare_with() -> None:
    rows = replace(volunteers(100), treated=np.ones(100))
    assert reason(rows).startswith("Everybody who could enrol did so at once")
    assert isinstance(naive_difference(rows), Missing)


def test_where_nobody_enrolled_there_is_no_effect() -> None:
    assert reason(replace(volunteers(100), treated=np.zeros(100))).startswith("Nobody enrolled")


def test_no_rows_at_all_give_no_effect() -> None:
    empty = TrialRows(np.empty(0), np.empty(0), np.empty((0, 1)), ("x",), np.empty(0), np.empty(0))
    assert reason(empty).startswith("Nobody enrolled")


def test_an_enrolment_of_five_is_too_few() -> None:
    rows = replace(volunteers(200), treated=np.arange(200) < 5)
    assert reason(rows).startswith("5 customers enrolled and 195 could have")


def test_customers_whose_outcome_was_not_seen_do_not_count_as_enrolled() -> None:
    rows = volunteers(200)
    few = np.cumsum(rows.treated) <= 10
    seen = np.where(np.asarray(rows.treated, dtype=bool), few, True)
    assert reason(replace(rows, weight=seen.astype(float))).startswith("10 customers enrolled")


@pytest.mark.parametrize("folds", [0, 5])
def test_a_covariate_that_tells_without_error_who_enrolled_is_named(folds: int) -> None:
    rows = volunteers(200)
    x = np.column_stack([rows.covariates, np.asarray(rows.treated) * 3.0 + np.arange(200) % 2])
    apart = replace(rows, covariates=x, names=("orders", "tenure", "has_card"))
    told = reason(apart, folds=folds, rng=np.random.default_rng(1))
    assert told.startswith("has_card tells without error who enrolled")


def test_covariates_that_only_together_tell_who_enrolled_are_named() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(300, 2))
    score = x[:, 0] + x[:, 1]
    x, enrolled = x[np.abs(score) > 0.2], score[np.abs(score) > 0.2] > 0.0
    n = enrolled.size
    rows = TrialRows(x[:, 0], enrolled, x, ("orders", "visits"), np.arange(n), np.zeros(n))
    assert reason(rows).startswith("orders, visits together tell without error who enrolled")


def test_where_all_are_trimmed_on_one_side_there_is_no_effect() -> None:
    told = reason(volunteers(200), trim=0.49, estimand="ate")
    assert told.startswith("Among those who")


def test_on_the_enrolled_only_chances_near_certainty_are_trimmed() -> None:
    found = fit_propensity(volunteers(600), folds=0, trim=0.2)
    assert isinstance(found, Propensity)
    assert np.array_equal(found.kept, found.chance <= 0.8)
    assert found.chance.min() < 0.2
    assert (found.weights[~found.kept] == 0.0).all()


def test_on_all_chances_near_either_end_are_trimmed() -> None:
    found = fit_propensity(volunteers(600), folds=0, trim=0.2, estimand="ate")
    assert isinstance(found, Propensity)
    assert np.array_equal(found.kept, (found.chance >= 0.2) & (found.chance <= 0.8))


def test_an_outcome_in_which_all_agree_has_no_range() -> None:
    found = doubly_robust(volunteers(200).with_outcome(np.ones(200)), folds=0)
    assert not isinstance(found, Missing)
    assert isinstance(found.effect.difference, Missing)
    assert found.effect.p_value is None


def test_where_nothing_would_be_expected_without_there_is_no_lift() -> None:
    rows = volunteers(200)
    found = doubly_robust(rows.with_outcome(np.asarray(rows.treated) * rows.outcome), folds=0)
    assert not isinstance(found, Missing)
    assert isinstance(found.effect.lift, Missing)


def with_buyers(enrolled: int, others: int) -> TrialRows:
    """A hundred who enrolled and nine hundred who did not, of whom so many bought."""
    place = np.arange(1000)
    treated = place % 10 == 0
    bought = np.where(treated, place // 10 < enrolled, place < others * 10 / 9)
    x = np.sin(place)[:, None]
    return TrialRows(bought * 1.0, treated, x, ("x",), place, np.zeros(1000))


@pytest.mark.parametrize(
    ("enrolled", "others", "side"),
    [(0, 300, "enrolled"), (9, 300, "enrolled"), (91, 300, "enrolled"), (100, 300, "enrolled"),
     (50, 0, "not enrolled"), (50, 8, "not enrolled")],
)  # fmt: skip
def test_an_outcome_that_too_few_had_or_lacked_has_no_range(
    enrolled: int, others: int, side: str
) -> None:
    found = doubly_robust(with_buyers(enrolled, others), folds=0)
    assert not isinstance(found, Missing)
    difference, lift = found.effect.difference, found.effect.lift
    assert isinstance(difference, Missing)
    assert isinstance(lift, Missing)
    assert difference.reason.startswith(f"Too few of the {side} had it, or lacked it")
    assert found.effect.p_value is None


@pytest.mark.parametrize("enrolled", [10, 90])
def test_ten_who_had_the_outcome_and_ten_who_lacked_it_are_enough(enrolled: int) -> None:
    found = doubly_robust(with_buyers(enrolled, 300), folds=0)
    assert not isinstance(found, Missing)
    assert isinstance(found.effect.difference, Estimate)


def test_a_placebo_that_too_few_had_tests_nothing() -> None:
    rows = with_buyers(3, 300)
    found = placebo_test(rows, rows.outcome, folds=0)
    assert isinstance(found, Missing)
    assert found.reason.startswith("Too few of the enrolled")


def test_a_mean_without_that_may_be_nothing_is_not_divided_by() -> None:
    rows = volunteers(400)
    away = np.asarray(rows.outcome) - 2.16
    found = doubly_robust(rows.with_outcome(away), folds=0)
    assert not isinstance(found, Missing)
    assert 0.0 < found.means.control < 2.0 * found.means.error(found.means.influence_control)
    assert isinstance(found.effect.difference, Estimate)
    assert isinstance(found.effect.lift, Missing)
    assert isinstance(risk_ratio(found.means), Missing)


def test_without_a_placebo_outcome_there_is_no_placebo_test() -> None:
    found = placebo_test(replace(volunteers(200), placebo=None), folds=0)
    assert isinstance(found, Missing)
    assert found.reason.startswith("No outcome is known")


@pytest.mark.parametrize(
    ("column", "value", "complaint"),
    [
        ("treated", np.full(200, 2.0), "treated is neither true nor false"),
        ("covariates", np.full((200, 2), np.nan), "a covariate is missing or infinite"),
        ("outcome", np.full(200, np.nan), "outcome is missing or infinite"),
        ("covariates", np.zeros((200, 3)), r"covariates have shape \(200, 3\)"),
        ("customer", np.zeros(3), r"customer has shape \(3,\)"),
        ("weight", np.full(200, -1.0), "weight is missing or negative"),
    ],
)
def test_rows_that_are_no_rows_are_refused(column: str, value: object, complaint: str) -> None:
    rows = replace(volunteers(200), **{column: value})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=complaint):
        doubly_robust(rows, folds=0)


def test_folds_need_a_generator() -> None:
    with pytest.raises(ValueError, match="random generator"):
        doubly_robust(volunteers(200))

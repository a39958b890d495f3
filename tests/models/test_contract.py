"""Every model keeps the same contract; a new model adds one file under cases/."""

import json
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from tests.models.cases import (
    accelerated,
    bg_nbd,
    bg_nbd_covariates,
    gamma_gamma,
    kaplan_meier,
    nbd,
)
from tests.models.contract import ModelCase

CASES = (
    bg_nbd.CASE,
    bg_nbd_covariates.CASE,
    nbd.CASE,
    gamma_gamma.CASE,
    kaplan_meier.CASE,
    accelerated.CASE,
)
each_model = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
UNIT = 7.0


def numbers(case: ModelCase, fit: object, unit: float = 1.0) -> dict[str, tuple[float, ...]]:
    """Estimate and interval of every term."""
    rows = case.estimates(fit, unit)
    return {row.term: (row.estimate, row.conf_low, row.conf_high) for row in rows}


@each_model
def test_estimates_are_finite_and_inside_their_intervals(case: ModelCase) -> None:
    for estimate, low, high in numbers(case, case.fitted()).values():
        assert 0.0 < low < estimate < high < np.inf


@each_model
def test_the_record_names_its_model_and_counts_its_customers(case: ModelCase) -> None:
    fit = case.fitted()
    assert (fit.name, fit.n) == (case.name, len(next(iter(case.columns.values()))))


@each_model
def test_predictions_never_turn_back(case: ModelCase) -> None:
    steps = np.diff(case.curve(case.fitted()))
    assert (steps >= 0.0).all() or (steps <= 0.0).all()


@each_model
def test_another_unit_changes_nothing_but_the_unit(case: ModelCase) -> None:
    scaled = {
        name: column * UNIT if name in case.in_units else column
        for name, column in case.columns.items()
    }
    there = numbers(case, case.fit(**scaled), UNIT)
    for term, values in numbers(case, case.fitted()).items():
        factor = UNIT ** case.powers.get(term, 0.0)
        # both optima are polished to 1e-8 of a log-parameter
        assert there[term] == pytest.approx([factor * value for value in values], rel=1e-5)


@each_model
def test_weights_are_customers(case: ModelCase) -> None:
    weights = np.arange(len(next(iter(case.columns.values())))) % 3
    repeated = {name: np.repeat(column, weights) for name, column in case.columns.items()}
    told = numbers(case, case.fit(**case.columns, weights=weights))
    for term, values in numbers(case, case.fit(**repeated)).items():
        assert told[term] == pytest.approx(values, rel=1e-9)


@each_model
def test_the_order_of_customers_does_not_matter(case: ModelCase) -> None:
    shuffled = np.random.default_rng(4).permutation(len(next(iter(case.columns.values()))))
    there = case.fit(**{name: column[shuffled] for name, column in case.columns.items()})
    assert there == case.fitted()


@each_model
def test_a_fit_survives_its_record_in_json(case: ModelCase) -> None:
    fit = case.fitted()
    assert case.rebuild(json.loads(json.dumps(fit.to_dict(), allow_nan=False))) == fit


@each_model
def test_the_data_are_left_as_they_were(case: ModelCase) -> None:
    columns = {name: column.copy() for name, column in case.columns.items()}
    for column in columns.values():
        column.setflags(write=False)
    case.curve(case.fit(**columns))
    assert all((columns[name] == column).all() for name, column in case.columns.items())


@each_model
def test_a_fit_is_frozen(case: ModelCase) -> None:
    with pytest.raises(FrozenInstanceError):
        case.fitted().n = 0

"""Columns of covariates: counted, scaled, and left out where they say nothing."""

import numpy as np
import pytest

from retention_research.models.covariates import (
    checked_covariates,
    count_rows,
    distinct_rows,
    exponentiated,
    standardise,
)
from retention_research.models.fit import Estimate


@pytest.fixture(scope="module")
def wide() -> np.ndarray:
    """So many distinct values that plain row codes would not fit into 64 bits."""
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(2000, 7))
    return rows[rng.integers(0, 2000, 5000)]


def test_distinct_rows_are_those_of_a_plain_search(wide: np.ndarray) -> None:
    rows, place = distinct_rows(wide)
    assert (rows == np.unique(wide, axis=0)).all()
    assert (rows[place] == wide).all()


def test_rows_of_nobody_are_left_out() -> None:
    rows, counted = count_rows(np.array([[1.0], [2.0], [1.0]]), np.array([2.0, 0.0, 3.0]))
    assert rows.tolist() == [[1.0]]
    assert counted.tolist() == [5.0]


def test_columns_are_centred_and_scaled_over_customers_not_rows() -> None:
    used = standardise(np.array([[0.0], [1.0]]), ["member"], np.array([3.0, 1.0]))
    assert used.means.tolist() == [0.25]
    assert used.scales == pytest.approx([np.sqrt(0.25 * 0.75)])
    assert np.array([3.0, 1.0]) @ used.values == pytest.approx(0.0)


def test_the_last_of_a_full_set_of_levels_is_left_out() -> None:
    levels = np.eye(3)[np.arange(30) % 3]
    used = standardise(levels, ["mail", "web", "shop"], np.ones(30))
    assert used.names == ("mail", "web")
    assert used.left_out == (("shop", "shop follows from the columns before it."),)


def test_a_large_constant_is_a_constant() -> None:
    used = standardise(np.full((9, 1), 0.1 + 1e9), ["account"], np.ones(9))
    assert used.names == ()
    assert used.left_out == (("account", "Everybody has the same account."),)


def test_a_date_of_birth_is_no_constant() -> None:
    years = np.arange(1950.0, 2000.0)
    used = standardise(years[:, None], ["born"], np.ones(50))
    assert used.names == ("born",)
    assert used.values.std() == pytest.approx(1.0)


def test_covariates_are_never_changed() -> None:
    given = np.ones((2, 1))
    checked_covariates(given, ["member"], 2)[0, 0] = 5.0
    assert given.tolist() == [[1.0], [1.0]]


def test_a_ratio_without_interval_stays_without() -> None:
    assert exponentiated(Estimate("x", 0.0), "ratio") == Estimate("ratio", 1.0)

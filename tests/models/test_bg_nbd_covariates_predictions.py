"""What new customers would buy: against the model without covariates, and as a scenario."""

import numpy as np
import pytest

from retention_research.models.bg_nbd import fit_bg_nbd
from retention_research.models.bg_nbd_covariates import (
    BgNbdCovariatesFit,
    fit_bg_nbd_covariates,
)
from retention_research.models.bg_nbd_covariates_predictions import (
    expected_new_purchases,
    purchases_gained,
)
from retention_research.models.fit import Estimate, Missing
from retention_research.models.intervals import delta_error, log_gradient
from tests.models.conftest import Cdnow

AHEAD = 39.0


@pytest.fixture(scope="module")
def fit(cdnow: Cdnow) -> BgNbdCovariatesFit:
    """CDNOW with a covariate that stands for nothing but the customer's number."""
    return fit_bg_nbd_covariates(
        *cdnow.history, np.arange(cdnow.frequency.size) % 2, names=["odd"], profiles=False
    )


def told(found: Estimate | Missing) -> Estimate:
    assert isinstance(found, Estimate)
    return found


def test_without_covariates_it_is_the_plain_expectation_with_its_error(cdnow: Cdnow) -> None:
    plain = fit_bg_nbd(*cdnow.history)
    bare = fit_bg_nbd_covariates(*cdnow.history, np.empty((cdnow.frequency.size, 0)), names=[])
    found = told(expected_new_purchases(bare, AHEAD, np.empty((1, 0))))

    def expected(values: np.ndarray) -> np.ndarray:
        return plain.with_values(values).expected_purchases_new_customer(AHEAD)

    assert found.estimate == pytest.approx(float(expected(plain.values)[0]), rel=1e-6)
    error = delta_error(log_gradient(expected, plain.values)[0], plain.covariance_matrix)
    # two differences of different steps
    assert found.std_error == pytest.approx(error, rel=1e-4)


def test_a_mean_weighs_customers(fit: BgNbdCovariatesFit) -> None:
    one, other = (told(expected_new_purchases(fit, AHEAD, [x])).estimate for x in (0.0, 1.0))
    both = told(expected_new_purchases(fit, AHEAD, [[0.0], [1.0]], weights=[3, 1]))
    assert both.estimate == pytest.approx((3.0 * one + other) / 4.0)


def test_a_gain_is_the_difference_of_two_expectations(fit: BgNbdCovariatesFit) -> None:
    one, other = (told(expected_new_purchases(fit, AHEAD, [x])).estimate for x in (0.0, 1.0))
    found = told(purchases_gained(fit, AHEAD, [0.0], [1.0]))
    assert found.estimate == pytest.approx(other - one)
    assert found.conf_low is not None
    assert found.conf_high is not None
    assert found.conf_low < 0.0 < found.conf_high  # the customer's number means nothing


def test_a_scenario_that_changes_nothing_gains_nothing_for_certain(
    fit: BgNbdCovariatesFit,
) -> None:
    found = told(purchases_gained(fit, AHEAD, [[0.0], [1.0]], [[1.0], [0.0]]))
    assert found[1:] == pytest.approx((0.0, 0.0, 0.0, 0.0), abs=1e-12)


def test_two_customers_have_no_scenario() -> None:
    loose = fit_bg_nbd_covariates([0, 2], [0, 3], [10, 10], [0, 1], names=["odd"])
    found = purchases_gained(loose, AHEAD, [0.0], [1.0])
    assert found == Missing("purchases_gained", loose.verdict.words)


@pytest.mark.parametrize("x", [1e6, -1e6, 1e308])
def test_covariates_far_from_the_customers_have_no_expectation(
    fit: BgNbdCovariatesFit, x: float
) -> None:
    words = "The covariates lie too far from those of the customers fitted."
    assert expected_new_purchases(fit, AHEAD, [x]) == Missing("expected_purchases", words)
    assert purchases_gained(fit, AHEAD, [0.0], [x]) == Missing("purchases_gained", words)


@pytest.mark.parametrize(("covariates", "weights"), [(np.empty((0, 1)), None), ([[1.0]], [0.0])])
def test_nobody_has_no_expectation(
    fit: BgNbdCovariatesFit, covariates: list[list[float]], weights: list[float] | None
) -> None:
    with pytest.raises(ValueError, match="there are no customers"):
        expected_new_purchases(fit, AHEAD, covariates, weights=weights)


def test_customers_who_leave_alike_still_have_a_scenario() -> None:
    # everybody leaves after the second purchase: a and b run away, what they share does not
    rng = np.random.default_rng(11)
    T = np.full(3000, 40.0)
    bought = rng.poisson(rng.gamma(2.0, 0.2, T.size) * T)
    x = np.minimum(bought, 2)
    place = rng.beta(np.maximum(x, 1), np.maximum(bought - x, 0) + 1)
    recency = np.where(x > 0, T * place, 0.0)
    alike = fit_bg_nbd_covariates(x, recency, T, np.arange(T.size) % 2, names=["odd"])
    assert alike.verdict.words == "Customers do not seem to differ in how soon they leave."
    found = told(purchases_gained(alike, AHEAD, [0.0], [1.0]))
    assert found.conf_low is not None
    assert found.conf_high is not None
    assert found.conf_low < 0.0 < found.conf_high
    assert [test.term for test in alike.likelihood_ratio] == ["purchase.odd", "dropout.odd"]

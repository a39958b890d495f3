"""NBD against print, its own averages, and the data."""

import numpy as np
import pytest
from scipy.stats import nbinom

from retention_research.models.nbd import NbdFit, fit_nbd
from tests.models.conftest import Cdnow
from tests.published import purchase_models as published


@pytest.fixture(scope="module")
def fit(cdnow: Cdnow) -> NbdFit:
    return fit_nbd(*cdnow.history)


def test_parameters_agree_with_an_independent_optimum(fit: NbdFit) -> None:
    # told to seven digits
    assert fit.parameters == pytest.approx(published.NBD.parameters, rel=2e-7)


def test_log_likelihood_agrees(fit: NbdFit) -> None:
    # half a unit in the last published digit
    assert fit.log_likelihood == pytest.approx(published.NBD.log_likelihood, abs=5e-5)


def test_bg_nbd_is_the_better_model_of_cdnow(fit: NbdFit) -> None:
    assert fit.aic > 2 * 4 - 2 * published.BG_NBD.log_likelihood


def test_future_counts_are_negative_binomial(fit: NbdFit) -> None:
    r, alpha = fit.parameters
    future = nbinom(r + 3, (alpha + 20.0) / (alpha + 20.0 + 9.0))
    history = (3, 15.0, 20.0)
    assert fit.expected_purchases(9.0, *history)[0] == pytest.approx(future.mean())
    assert fit.variance_of_purchases(9.0, *history)[0] == pytest.approx(future.var())
    assert fit.log_probability_of_purchases(4, 9.0, *history)[0] == pytest.approx(future.logpmf(4))


def test_nobody_ever_leaves(fit: NbdFit) -> None:
    assert fit.probability_alive([0, 5], [0, 1], [39, 39]).tolist() == [1.0, 1.0]


def test_customers_who_all_buy_alike_put_it_at_a_boundary() -> None:
    verdict = fit_nbd([1, 2], [5, 5], [10, 10], weights=[500, 500]).verdict
    assert verdict.status == "at a boundary"


def test_the_same_buyers_over_and_over_are_refused() -> None:
    with pytest.raises(ValueError, match="none of 3 customers bought again"):
        fit_nbd(np.zeros(3), np.zeros(3), np.ones(3))

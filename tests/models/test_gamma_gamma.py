"""Gamma-Gamma against print, quadrature, simulated truth and hard input."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma

from retention_research.models.fit import Estimate, Missing
from retention_research.models.gamma_gamma import (
    GammaGammaFit,
    GammaGammaParameters,
    expected_customer_spend,
    fit_gamma_gamma,
    spend_correlation,
)
from tests.models.cases.gamma_gamma import FREQUENCY, SPEND
from tests.models.conftest import Cdnow
from tests.published import purchase_models as published

PARAMETERS = GammaGammaParameters(2.5, 3.5, 12.0)


def test_parameters_round_to_those_of_the_note(gamma_gamma: GammaGammaFit) -> None:
    found = tuple(round(value, 2) for value in gamma_gamma.parameters)
    assert found == pytest.approx(published.GAMMA_GAMMA_NOTE, abs=0)


def test_parameters_agree_with_an_independent_optimum(gamma_gamma: GammaGammaFit) -> None:
    # told to seven digits, at which two optimisers still differ in the last
    assert gamma_gamma.parameters == pytest.approx(published.GAMMA_GAMMA.parameters, rel=1e-6)


def test_standard_errors_agree_to_four_digits(gamma_gamma: GammaGammaFit) -> None:
    errors = [row.std_error for row in gamma_gamma.estimates]
    # half a unit in the fourth digit of the coarsest
    assert errors == pytest.approx(published.GAMMA_GAMMA.std_errors, rel=5e-5)


def test_log_likelihood_is_that_of_clvtools(gamma_gamma: GammaGammaFit) -> None:
    # half a unit in the last published digit
    told = published.GAMMA_GAMMA.log_likelihood
    assert gamma_gamma.log_likelihood == pytest.approx(told, abs=5e-5)


def test_n_counts_repeat_buyers_with_spend(gamma_gamma: GammaGammaFit) -> None:
    assert gamma_gamma.n == published.REPEAT_BUYERS


def test_expected_spend_of_ten_customers_is_that_of_the_spreadsheet(
    cdnow: Cdnow, gamma_gamma: GammaGammaFit
) -> None:
    found = gamma_gamma.expected_customer_spend(cdnow.frequency[:10], cdnow.monetary_value[:10])
    # half a cent: the spreadsheet shows cents
    assert found == pytest.approx(published.SPEND, abs=5e-3)


def test_population_mean_is_that_of_the_spreadsheet(gamma_gamma: GammaGammaFit) -> None:
    mean = gamma_gamma.population_mean()
    assert isinstance(mean, Estimate)
    # the published mean was fitted to spend rounded to cents: its fifth digit differs
    assert mean.estimate == pytest.approx(published.SPEND_MEAN, abs=1e-3)


def test_spend_hardly_goes_with_frequency(cdnow: Cdnow) -> None:
    # half a unit in the last published digit
    assert spend_correlation(*cdnow.spend) == pytest.approx(published.SPEND_CORRELATION, abs=5e-5)


def test_the_likelihood_is_the_average_over_scales() -> None:
    fit = fit_gamma_gamma(FREQUENCY[:60], SPEND[:60])
    p, q, v = fit.parameters

    def density(count: float, mean: float) -> float:
        def joint(scale: float) -> float:
            of_mean = gamma.pdf(mean, p * count, scale=1.0 / (scale * count))
            return float(of_mean * gamma.pdf(scale, q, scale=1.0 / v))

        peak = (p * count + q) / (v + count * mean)  # the product is a gamma density around it
        return quad(joint, 0.0, peak)[0] + quad(joint, peak, 12.0 * peak)[0]

    pairs = zip(FREQUENCY[:60], SPEND[:60], strict=True)
    told = sum(np.log(density(count, mean)) for count, mean in pairs)
    assert fit.log_likelihood == pytest.approx(told, rel=1e-8)


def test_expected_spend_is_the_average_over_scales() -> None:
    p, q, v = PARAMETERS
    x, own = 3.0, 14.0
    posterior = gamma(p * x + q, scale=1.0 / (v + x * own))
    mean = quad(lambda scale: p / scale * posterior.pdf(scale), 0.0, np.inf)[0]
    assert expected_customer_spend(PARAMETERS, x, own)[0] == pytest.approx(mean, rel=1e-7)


def test_the_fit_finds_the_truth_among_50_000() -> None:
    rng = np.random.default_rng(2013)
    x = 1.0 + rng.poisson(1.5, 50_000)
    spend = rng.gamma(PARAMETERS.p * x) / (rng.gamma(PARAMETERS.q, 1.0 / PARAMETERS.v, x.size) * x)
    for row, truth in zip(fit_gamma_gamma(x, spend).estimates, PARAMETERS, strict=True):
        assert row.std_error is not None
        assert abs(row.estimate - truth) < 4.0 * row.std_error


def test_expected_spend_lies_between_the_own_and_the_population_mean() -> None:
    mean = PARAMETERS.p * PARAMETERS.v / (PARAMETERS.q - 1.0)
    assert mean < expected_customer_spend(PARAMETERS, 2, 30.0)[0] < 30.0


def test_spend_without_a_repeat_purchase_is_not_looked_at() -> None:
    told = expected_customer_spend(PARAMETERS, [0, 0, 0], [np.nan, 0.0, 99.0])
    assert told == pytest.approx([12.0, 12.0, 12.0])


def test_without_a_finite_mean_there_is_a_reason_instead(gamma_gamma: GammaGammaFit) -> None:
    rng = np.random.default_rng(5)
    spend = rng.gamma(2.0, size=2000) / rng.gamma(0.7, size=2000)
    fit = fit_gamma_gamma(np.ones(2000), spend)
    mean = fit.population_mean()
    assert isinstance(mean, Missing)
    assert "no finite mean spend" in mean.reason
    with pytest.raises(ValueError, match="no finite mean spend"):
        fit.expected_customer_spend(1, 20.0)


def test_equal_spend_is_at_a_boundary() -> None:
    verdict = fit_gamma_gamma([1, 2, 3, 4], [20.0, 20.0, 20.0, 20.0], weights=[50] * 4).verdict
    assert verdict.status == "at a boundary"


def test_customers_who_do_not_differ_spend_the_mean_of_all_purchases() -> None:
    # 50 customers each with 1, 2, 3, 4 purchases of 10, 20, 30, 20: 22 per purchase
    fit = fit_gamma_gamma([1, 2, 3, 4], [10.0, 20.0, 30.0, 20.0], weights=[50] * 4)
    mean = fit.population_mean()
    assert fit.verdict.status == "at a boundary"
    assert isinstance(mean, Estimate)
    assert mean.estimate == pytest.approx(22.0, rel=1e-5)  # q is large, not infinite
    # one gamma of shape p over 500 purchases: 22 / sqrt(500 p)
    assert mean.std_error == pytest.approx(22.0 / np.sqrt(500 * fit.parameters.p), rel=1e-2)


def test_a_correlation_of_equal_spend_is_missing() -> None:
    assert isinstance(spend_correlation([1, 2], [5.0, 5.0]), Missing)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (([0, 1], [0.0, 20.0]), "customers without a repeat purchase .* first in row 0"),
        (([1, 1], [0.0, 20.0]), "repeat purchases cost nothing .* in 1 of 2 rows"),
        (([1, 1], [np.nan, 20.0]), "monetary_value is missing or infinite"),
        (([1, 1], [-5.0, 20.0]), "monetary_value is below 0"),
        (([1, 1], [20.0]), "columns differ in length"),
        (([1], [20.0]), "at least 2 repeat buyers, not 1"),
        (([], []), "at least 2 repeat buyers, not 0"),
    ],
)
def test_impossible_spend_is_refused_in_words(
    columns: tuple[list[float], list[float]], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        fit_gamma_gamma(*columns)

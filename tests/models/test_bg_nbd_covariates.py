"""BG/NBD with covariates: against the model without, by hand, and on simulated truth."""

from functools import partial
from typing import TypeAlias

import numpy as np
import pytest

from retention_research.models.arrays import Floats
from retention_research.models.bg_nbd import BgNbdFit
from retention_research.models.bg_nbd_covariates import (
    BgNbdCovariatesFit,
    fit_bg_nbd_covariates,
)
from retention_research.models.bg_nbd_covariates_likelihood import (
    CovariateSufficient,
    Rows,
    likelihood_and_gradient,
)
from retention_research.models.bg_nbd_likelihood import BgNbdParameters, log_likelihood
from retention_research.models.bg_nbd_simulation import simulate_bg_nbd
from retention_research.models.fit import Estimate, Missing
from retention_research.models.histories import Histories
from tests.models.conftest import Cdnow
from tests.published import purchase_models as published

Shop: TypeAlias = tuple[Floats, Floats, Floats, Floats]
REFERENCE = BgNbdParameters(0.8, 6.0, 0.9, 2.5)
PURCHASE, DROPOUT = 0.4, -0.6
PLACE = np.append(np.log(REFERENCE), [0.3, -0.2, 0.5, 0.1])


@pytest.fixture(scope="module")
def rows() -> Rows:
    """A hundred histories with two covariates of five profiles."""
    rng = np.random.default_rng(2)
    x = rng.poisson(1.5, 100).astype(float)
    T = rng.choice([20.0, 30.0, 40.0], 100)
    recency = np.where(x > 0, T * rng.uniform(0.1, 0.9, 100), 0.0)
    return Rows(
        x,
        recency,
        T,
        rng.integers(0, 5, 100),
        rng.integers(1, 4, 100).astype(float),
        rng.normal(size=(5, 2)),
    )


@pytest.fixture(scope="module")
def shop() -> Shop:
    """Twenty thousand customers, a third of them members, who buy more often and leave later."""
    rng = np.random.default_rng(31)
    member = np.arange(20_000) % 3 == 0
    T = rng.integers(140, 280, member.size) / 7.0
    tilt = np.exp(DROPOUT / 2.0)
    r, alpha, a, b = REFERENCE
    kinds = (REFERENCE, BgNbdParameters(r, alpha * np.exp(-PURCHASE), a * tilt, b / tilt))
    frequency, recency = np.empty((2, member.size))
    for kind, parameters in enumerate(kinds):
        of_kind = member == kind
        people = simulate_bg_nbd(parameters, T[of_kind], rng)
        frequency[of_kind], recency[of_kind] = people.frequency, people.recency
    return frequency, recency, T, member.astype(float)


@pytest.fixture(scope="module")
def fit(shop: Shop) -> BgNbdCovariatesFit:
    return fit_bg_nbd_covariates(*shop, names=["member"], profiles=False)


def test_without_covariates_it_is_the_published_model(cdnow: Cdnow, bg_nbd: BgNbdFit) -> None:
    plain = fit_bg_nbd_covariates(*cdnow.history, np.empty((published.CUSTOMERS, 0)), names=[])
    # half a unit in the last published digit
    assert plain.log_likelihood == pytest.approx(published.BG_NBD.log_likelihood, abs=5e-5)
    for ours, theirs in zip(plain.estimates, bg_nbd.estimates, strict=True):
        assert ours[1:] == pytest.approx(theirs[1:], rel=1e-5)  # profiles end within 1e-6


def test_with_every_coefficient_at_0_the_likelihood_is_that_without_covariates(rows: Rows) -> None:
    place = np.append(np.log(REFERENCE), np.zeros(4))
    told = likelihood_and_gradient(CovariateSufficient.of(rows), place)[0]
    assert told == pytest.approx(log_likelihood(REFERENCE, Histories(*rows[:3], rows.customers)))


def test_the_likelihood_is_that_of_each_profile_with_parameters_of_its_own(rows: Rows) -> None:
    total = 0.0
    for profile, z in enumerate(rows.profiles):
        of_profile = rows.profile == profile
        own = BgNbdParameters(
            REFERENCE.r,
            REFERENCE.alpha * np.exp(-z @ [0.3, -0.2]),
            REFERENCE.a * np.exp(z @ [0.5, 0.1] / 2.0),
            REFERENCE.b * np.exp(-z @ [0.5, 0.1] / 2.0),
        )
        columns = (column[of_profile] for column in (*rows[:3], rows.customers))
        total += log_likelihood(own, Histories(*columns))
    told = likelihood_and_gradient(CovariateSufficient.of(rows), PLACE)[0]
    assert told == pytest.approx(total, rel=1e-12)


def test_the_analytic_gradient_is_that_of_differences(rows: Rows) -> None:
    told = partial(likelihood_and_gradient, CovariateSufficient.of(rows))
    steps = 1e-5 * np.eye(PLACE.size)
    differences = [(told(PLACE + s)[0] - told(PLACE - s)[0]) / 2e-5 for s in steps]
    # of order 1e-10 by the step, 1e-8 by the rounding of a log-likelihood of some hundreds
    assert told(PLACE)[1] == pytest.approx(differences, rel=1e-6, abs=1e-6)


def test_simulated_coefficients_come_back(fit: BgNbdCovariatesFit) -> None:
    for term, truth in (("purchase.member", PURCHASE), ("dropout.member", DROPOUT)):
        row = fit.coefficient(term)
        assert isinstance(row, Estimate)
        assert row.std_error is not None
        assert abs(row.estimate - truth) < 3.0 * row.std_error < 0.2


def test_the_test_of_a_coefficient_that_matters_is_near_walds(fit: BgNbdCovariatesFit) -> None:
    for row, test in zip(fit.estimates[4:], fit.likelihood_ratio, strict=True):
        assert row.term == test.term
        assert row.std_error is not None
        # the two agree as customers become many
        assert test.statistic == pytest.approx((row.estimate / row.std_error) ** 2, rel=0.05)
        assert test.p_value < 1e-6


def test_a_dropout_coefficient_is_a_log_odds_ratio_of_leaving(fit: BgNbdCovariatesFit) -> None:
    one, other = fit.parameters_of([0.0]), fit.parameters_of([1.0])
    odds = (other.a / other.b) / (one.a / one.b)
    assert fit.ratio("dropout.member")[1] == pytest.approx(odds)


def test_a_purchase_coefficient_is_a_log_ratio_of_mean_rates(fit: BgNbdCovariatesFit) -> None:
    one, other = fit.parameters_of([0.0]), fit.parameters_of([1.0])
    rates = (other.r / other.alpha) / (one.r / one.alpha)
    assert fit.ratio("purchase.member")[1] == pytest.approx(rates)


def test_the_basic_parameters_are_those_of_average_covariates(fit: BgNbdCovariatesFit) -> None:
    assert fit.parameters_of(fit.means) == pytest.approx(fit.values[:4])


def test_another_unit_and_origin_of_a_covariate_change_its_coefficient_alone(
    shop: Shop, fit: BgNbdCovariatesFit
) -> None:
    history, member = shop[:3], shop[3]
    moved = fit_bg_nbd_covariates(
        *history, 2000.0 + 10.0 * member, names=["member"], profiles=False
    )
    assert moved.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-12)
    assert moved.values[:4] == pytest.approx(fit.values[:4], rel=1e-6)
    assert 10.0 * moved.values[4:] == pytest.approx(fit.values[4:], rel=1e-6)


def test_the_covariance_holds_the_squared_errors_of_coefficients(fit: BgNbdCovariatesFit) -> None:
    errors = np.sqrt(np.diag(fit.covariance)).tolist()
    assert errors[4:] == pytest.approx([row.std_error for row in fit.estimates[4:]])


def test_a_covariate_that_is_the_same_for_everybody_is_left_out_by_name(
    shop: Shop, fit: BgNbdCovariatesFit
) -> None:
    history, member = shop[:3], shop[3]
    both = np.column_stack([np.full(member.size, 5.0), member])
    found = fit_bg_nbd_covariates(*history, both, names=["shop", "member"], profiles=False)
    reason = "Everybody has the same shop."
    assert found.coefficient("dropout.shop") == Missing("dropout.shop", reason)
    assert found.test_of("purchase.shop") == Missing("purchase.shop", reason)
    assert reason in found.verdict.words
    assert found.values == pytest.approx(fit.values, rel=1e-9)
    assert found.parameters_of([9.0, 1.0]) == pytest.approx(fit.parameters_of([1.0]), rel=1e-9)


def test_a_covariate_that_follows_from_others_is_left_out_by_name(
    shop: Shop,
) -> None:
    history, member = shop[:3], shop[3]
    both = np.column_stack([member, 1.0 - member])
    found = fit_bg_nbd_covariates(*history, both, names=["member", "guest"], profiles=False)
    assert [row.term for row in found.left_out] == ["guest"]
    assert "guest follows from the columns before it" in found.verdict.words


def test_a_level_in_which_nobody_buys_again_is_named(shop: Shop) -> None:
    frequency, recency, T, member = (column[:600] for column in shop)
    both = np.column_stack([member, frequency == 0.0])
    found = fit_bg_nbd_covariates(
        frequency, recency, T, both, names=["member", "idle"], profiles=False
    )
    words = "These purchases do not determine purchase.idle and dropout.idle."
    assert found.verdict == ("not identifiable", words)
    for side in ("purchase", "dropout"):
        assert found.coefficient(f"{side}.idle")[2:] == (None, None, None)


@pytest.fixture(scope="module")
def without_dropout() -> BgNbdCovariatesFit:
    """Two thousand customers at gamma rates who never leave; a covariate without effect."""
    rng = np.random.default_rng(7)
    T = np.full(2000, 40.0)
    x = rng.poisson(rng.gamma(0.8, 0.1, T.size) * T)
    recency = np.where(x > 0, T * rng.beta(np.maximum(x, 1), 1.0), 0.0)
    return fit_bg_nbd_covariates(x, recency, T, np.arange(2000) % 2, names=["member"])


def test_where_no_dropout_is_seen_nothing_is_said_of_what_goes_with_it(
    without_dropout: BgNbdCovariatesFit,
) -> None:
    words = "No dropout can be seen in this window."
    assert without_dropout.verdict == ("at a boundary", words)
    assert without_dropout.coefficient("dropout.member")[2:] == (None, None, None)
    assert without_dropout.test_of("dropout.member") == Missing("dropout.member", words)


def test_where_no_dropout_is_seen_purchase_rates_are_compared_all_the_same(
    without_dropout: BgNbdCovariatesFit,
) -> None:
    row = without_dropout.coefficient("purchase.member")
    assert isinstance(row, Estimate)
    assert row.conf_low is not None
    assert row.conf_high is not None
    assert row.conf_low < 0.0 < row.conf_high


def test_two_customers_determine_nothing_and_the_verdict_says_so() -> None:
    found = fit_bg_nbd_covariates([0, 2], [0, 3], [10, 10], [0, 1], names=["member"])
    assert found.verdict.status != "converged"
    assert all(row.conf_low is None for row in found.estimates)


@pytest.mark.parametrize(("buyers", "said"), [(9, True), (10, False)])
def test_fewer_than_ten_repeat_buyers_per_covariate_are_said(buyers: int, said: bool) -> None:
    frequency = np.where(np.arange(60) < buyers, 1.0 + np.arange(60) % 3, 0.0)
    recency = np.where(frequency > 0.0, 3.0 + 3.0 * (np.arange(60) % 5), 0.0)
    member = np.arange(60) % 2
    found = fit_bg_nbd_covariates(
        frequency, recency, np.full(60, 30.0), member, names=["member"], profiles=False
    )
    words = "Only 9 repeat buyers for 1 covariate: with fewer than 10 each, effects are overstated."
    assert found.verdict.status != "not identifiable"
    assert (words in found.verdict.words) == said


def test_a_rare_level_does_not_overflow(shop: Shop) -> None:
    history = shop[:3]
    rare = np.zeros(history[0].size)
    rare[:3] = 1.0
    found = fit_bg_nbd_covariates(*history, rare, names=["rare"], profiles=False)
    assert np.isfinite([*found.values, found.log_likelihood]).all()


@pytest.mark.parametrize(
    ("covariates", "names", "words"),
    [
        ([1.0, np.nan], ["age"], "age is missing or infinite in 1 of 2 rows, first in row 1"),
        ([np.nan, np.nan], ["age"], "age is missing or infinite in 2 of 2 rows"),
        ([[1.0, 2.0], [0.0, 1.0]], ["age"], "2 rows and 1 names are given"),
        ([[1.0, 2.0], [0.0, 1.0]], ["age", "age"], "given twice"),
        ([1.0, 2.0, 3.0], ["age"], "2 rows and 1 names are given"),
    ],
)
def test_impossible_covariates_are_refused_in_words(
    covariates: list[float], names: list[str], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        fit_bg_nbd_covariates([0, 2], [0, 3], [10, 10], covariates, names=names)


def test_a_name_that_was_not_given_is_an_error(fit: BgNbdCovariatesFit) -> None:
    with pytest.raises(KeyError):
        fit.coefficient("purchase.age")

"""The check against lifetimes, and fits handed over to it."""

import numpy as np
import pytest

from retention_research.models import lifetimes_check
from retention_research.models.bg_nbd import BgNbdFit
from retention_research.models.gamma_gamma import GammaGammaFit
from retention_research.models.lifetimes_check import (
    LifetimesCheck,
    check_against_lifetimes,
    to_lifetimes,
)
from tests.models.conftest import Cdnow


@pytest.fixture(scope="module")
def check(cdnow: Cdnow) -> LifetimesCheck:
    return check_against_lifetimes(
        *cdnow.history, cdnow.monetary_value, rng=np.random.default_rng(1)
    )


def test_lifetimes_finds_the_same_parameters_on_cdnow(check: LifetimesCheck) -> None:
    assert [row.term for row in check.rows] == ["r", "alpha", "a", "b", "p", "q", "v"]
    assert check.max_relative_difference is not None
    assert check.max_relative_difference < 1e-5  # lifetimes stops at 1e-7 of its mean likelihood


def test_all_customers_are_compared_when_they_are_few(check: LifetimesCheck) -> None:
    assert (check.n, check.sampled, check.reasons) == (2357, False, ())


def test_many_customers_are_sampled_by_the_generator_handed_in(
    cdnow: Cdnow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifetimes_check, "AT_MOST", 800)
    columns = (*cdnow.history, cdnow.monetary_value)
    one, two = (
        check_against_lifetimes(*columns, rng=np.random.default_rng(seed)) for seed in (3, 3)
    )
    assert one == two
    assert (one.n, one.sampled) == (800, True)


def test_a_model_at_a_boundary_is_named_and_not_compared() -> None:
    check = check_against_lifetimes(
        np.repeat([0.0, 2.0, 6.0], 40),
        np.repeat([0.0, 29.0, 30.0], 40),
        np.full(120, 30.0),
        np.random.default_rng(6).gamma(5.0, 4.0, 120),
        rng=np.random.default_rng(1),
    )
    assert "bg_nbd is not compared: No dropout" in check.reasons[0]
    assert {row.model for row in check.rows} <= {"gamma_gamma"}


def test_a_fit_handed_over_predicts_what_ours_predicts(cdnow: Cdnow, bg_nbd: BgNbdFit) -> None:
    theirs = to_lifetimes(bg_nbd).predict(39.0, 2, 30.43, 38.86)
    assert theirs == pytest.approx(bg_nbd.expected_purchases(39.0, 2, 30.43, 38.86)[0])


def test_a_spend_fit_handed_over_predicts_what_ours_predicts(gamma_gamma: GammaGammaFit) -> None:
    theirs = to_lifetimes(gamma_gamma).conditional_expected_average_profit(3, 20.0)
    assert theirs == pytest.approx(gamma_gamma.expected_customer_spend(3, 20.0)[0])


def test_a_fit_handed_over_with_data_can_be_plotted(cdnow: Cdnow, bg_nbd: BgNbdFit) -> None:
    fitter = to_lifetimes(bg_nbd, *cdnow.history)
    assert len(fitter.data) == cdnow.frequency.size
    simulated = fitter.generate_new_data(size=cdnow.frequency.size)
    assert {"frequency", "recency", "T"} <= set(simulated.columns)


def test_an_empty_check_has_no_largest_difference() -> None:
    assert LifetimesCheck((), 0, False, ("None was fitted.",)).max_relative_difference is None

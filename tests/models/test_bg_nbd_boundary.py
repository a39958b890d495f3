"""Fits without an interior maximum are noticed, named and replaced."""

import numpy as np
import pytest

from retention_research.models.bg_nbd import fit_bg_nbd
from retention_research.models.nbd import NbdFit, fit_nbd
from retention_research.models.purchase_models import fit_purchases, purchase_fit_from_dict
from tests.models.conftest import Cdnow

Floats = np.ndarray


@pytest.fixture(scope="module")
def without_dropout() -> tuple[Floats, Floats, Floats]:
    """Two thousand customers at gamma rates who never leave."""
    rng = np.random.default_rng(7)
    T = np.full(2000, 40.0)
    x = rng.poisson(rng.gamma(0.8, 0.1, T.size) * T)
    recency = np.where(x > 0, T * rng.beta(np.maximum(x, 1), 1.0), 0.0)
    return x.astype(float), recency, T


def test_bg_nbd_says_that_no_dropout_can_be_seen(
    without_dropout: tuple[Floats, Floats, Floats],
) -> None:
    verdict = fit_bg_nbd(*without_dropout).verdict
    assert verdict == ("at a boundary", "No dropout can be seen in this window.")


def test_parameters_that_ran_away_carry_no_errors(
    without_dropout: tuple[Floats, Floats, Floats],
) -> None:
    a, b = fit_bg_nbd(*without_dropout).estimates[2:]
    assert a[2:] == b[2:] == (None, None, None)


def test_parameters_that_did_not_run_away_have_the_errors_of_the_smaller_model(
    without_dropout: tuple[Floats, Floats, Floats],
) -> None:
    leaving, staying = fit_bg_nbd(*without_dropout), fit_nbd(*without_dropout)
    for one, other in zip(leaving.estimates[:2], staying.estimates, strict=True):
        assert one.std_error == pytest.approx(other.std_error, rel=1e-3)  # a is not quite 0


def test_nbd_takes_over_and_says_why(without_dropout: tuple[Floats, Floats, Floats]) -> None:
    fit = fit_purchases(*without_dropout)
    assert isinstance(fit, NbdFit)
    assert fit.verdict.status == "at a boundary"
    assert "No dropout can be seen in this window" in fit.verdict.words
    assert fit.estimates == fit_nbd(*without_dropout).estimates


def test_nbd_does_not_take_over_where_customers_leave(cdnow: Cdnow) -> None:
    assert fit_purchases(*cdnow.history).name == "bg_nbd"


def test_a_boundary_fit_survives_its_record(
    without_dropout: tuple[Floats, Floats, Floats],
) -> None:
    fit = fit_purchases(*without_dropout)
    assert purchase_fit_from_dict(fit.to_dict()) == fit


@pytest.fixture(scope="module")
def leaving_alike() -> tuple[Floats, Floats, Floats]:
    """Everybody leaves after the second purchase: less spread than any beta allows."""
    rng = np.random.default_rng(11)
    T = np.full(3000, 40.0)
    bought = rng.poisson(rng.gamma(2.0, 0.2, T.size) * T)
    x = np.minimum(bought, 2)
    place = rng.beta(np.maximum(x, 1), np.maximum(bought - x, 0) + 1)
    return x.astype(float), np.where(x > 0, T * place, 0.0), T


def test_customers_who_leave_alike_are_noticed(
    leaving_alike: tuple[Floats, Floats, Floats],
) -> None:
    verdict = fit_bg_nbd(*leaving_alike).verdict
    assert verdict == (
        "at a boundary",
        "Customers do not seem to differ in how soon they leave.",
    )


def test_customers_who_leave_alike_still_have_a_forecast_with_an_interval(
    leaving_alike: tuple[Floats, Floats, Floats],
) -> None:
    fit = fit_purchases(*leaving_alike)
    total = fit.expected_purchases_total(10.0, *leaving_alike)
    assert fit.name == "bg_nbd"
    assert total.std_error is not None
    assert 0.0 < total.std_error < 0.1 * total.estimate

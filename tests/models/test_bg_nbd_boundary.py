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


def test_a_boundary_fit_carries_no_errors(without_dropout: tuple[Floats, Floats, Floats]) -> None:
    fit = fit_bg_nbd(*without_dropout)
    assert fit.covariance == ()
    assert {row.std_error for row in fit.estimates} == {None}


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


def test_customers_who_leave_alike_are_noticed() -> None:
    # everybody leaves after a purchase with probability 1/2: the beta has no width
    rng = np.random.default_rng(11)
    T, p = np.full(3000, 40.0), 0.5
    bought = rng.poisson(rng.gamma(2.0, 0.2, T.size) * T)
    x = np.minimum(bought, rng.geometric(p, T.size))
    place = rng.beta(np.maximum(x, 1), np.maximum(bought - x, 0) + 1)
    fit = fit_bg_nbd(x, np.where(x > 0, T * place, 0.0), T)
    mean = fit.parameters.a / (fit.parameters.a + fit.parameters.b)
    assert mean == pytest.approx(p, abs=0.03)  # three standard errors of 3000 customers
    assert fit.verdict.status != "converged" or fit.estimates[2].conf_high is None

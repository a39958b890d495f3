"""Lifetime value against adaptive quadrature, simulated customers, and other parameters."""

from math import exp, inf, log

import numpy as np
import pytest
from scipy.integrate import quad

from retention_research.models.bg_nbd import BgNbdFit
from retention_research.models.fit import Estimate, Verdict
from retention_research.models.gamma_gamma import GammaGammaFit
from retention_research.models.lifetime_value import (
    LifetimeValue,
    discounted_purchases,
    expected_customer_lifetime_value,
)
from retention_research.models.nbd import NbdFit, fit_nbd
from tests.models.conftest import Cdnow

DISCOUNT = log(1.10) / (365.25 / 7)  # 10% a year, per week
HISTORIES = [(0, 0.0, 0.0), (2, 30.43, 38.86), (26, 30.86, 31.0)]


@pytest.fixture(scope="module")
def value(cdnow: Cdnow, bg_nbd: BgNbdFit, gamma_gamma: GammaGammaFit) -> LifetimeValue:
    return expected_customer_lifetime_value(
        bg_nbd,
        gamma_gamma,
        *cdnow.history,
        cdnow.monetary_value,
        horizon=52.0,
        discount=DISCOUNT,
        margin=0.3,
    )


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("horizon", [1.0, 52.0, 520.0])
def test_discounted_purchases_are_the_discounted_purchase_rate(
    bg_nbd: BgNbdFit, history: tuple[int, float, float], horizon: float
) -> None:
    def rate(t: float) -> float:
        step = 1e-4 * (1.0 + t)
        ends = bg_nbd.expected_purchases([t + step, t - step], *np.array([history] * 2).T)
        return float((ends[0] - ends[1]) / (2.0 * step)) * exp(-DISCOUNT * t)

    told = discounted_purchases(bg_nbd, *history, horizon=horizon, discount=DISCOUNT)[0]
    # the rate below 1e-3 weeks is taken from there; differences are right to 1e-8
    start = 1e-3 * rate(1.1e-3)
    assert told == pytest.approx(quad(rate, 1e-3, horizon, limit=200)[0] + start, rel=1e-6)


@pytest.mark.parametrize("history", HISTORIES)
def test_without_a_horizon_the_integral_runs_for_ever(
    bg_nbd: BgNbdFit, history: tuple[int, float, float]
) -> None:
    def weighed(u: float) -> float:  # t = u^3 spreads the nodes of the oracle
        expected = bg_nbd.expected_purchases(u**3, *history)[0]
        return float(DISCOUNT * exp(-DISCOUNT * u**3) * expected * 3 * u**2)

    oracle = quad(weighed, 0.0, (40.0 / DISCOUNT) ** (1 / 3), limit=200, epsrel=1e-10)[0]
    told = discounted_purchases(bg_nbd, *history, discount=DISCOUNT)[0]
    assert told == pytest.approx(oracle, rel=1e-8)


def test_without_discount_purchases_are_only_counted(bg_nbd: BgNbdFit) -> None:
    told = discounted_purchases(bg_nbd, 2, 30.43, 38.86, horizon=39.0, discount=0.0)
    assert told == pytest.approx(bg_nbd.expected_purchases(39.0, 2, 30.43, 38.86))


def test_customers_handled_in_pieces_get_the_same_values(
    bg_nbd: BgNbdFit, cdnow: Cdnow, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = discounted_purchases(bg_nbd, *cdnow.history, horizon=52.0, discount=DISCOUNT)
    monkeypatch.setattr("retention_research.models.lifetime_value.AT_ONCE", 1000)
    pieces = discounted_purchases(bg_nbd, *cdnow.history, horizon=52.0, discount=DISCOUNT)
    assert pieces == pytest.approx(whole, rel=1e-12)  # nodes are chosen per piece


def test_value_is_purchases_times_spend_times_margin(
    cdnow: Cdnow, bg_nbd: BgNbdFit, gamma_gamma: GammaGammaFit, value: LifetimeValue
) -> None:
    bought = discounted_purchases(bg_nbd, *cdnow.history, horizon=52.0, discount=DISCOUNT)
    spend = gamma_gamma.expected_customer_spend(cdnow.frequency, cdnow.monetary_value)
    assert value.value == pytest.approx(0.3 * bought * spend)


def test_the_gradient_is_how_the_total_moves_with_each_parameter(
    cdnow: Cdnow, bg_nbd: BgNbdFit, gamma_gamma: GammaGammaFit, value: LifetimeValue
) -> None:
    fits = (bg_nbd, gamma_gamma)
    totals = []
    for place in range(7):
        moved = list(np.concatenate([fit.values for fit in fits]))
        moved[place] *= exp(1e-3)
        purchases = bg_nbd.with_values(np.array(moved[:4]))
        spend = GammaGammaFit.from_dict(
            gamma_gamma.to_dict()
            | {"estimates": [[t, v] for t, v in zip("pqv", moved[4:], strict=True)]}
        )
        total = expected_customer_lifetime_value(
            purchases,
            spend,
            *cdnow.history,
            cdnow.monetary_value,
            horizon=52.0,
            discount=DISCOUNT,
            margin=0.3,
        ).value.sum()
        totals.append(total)
    slopes = (np.array(totals) - value.value.sum()) / 1e-3
    # one-sided differences of step 1e-3 are right to about that
    assert value.gradient.sum(axis=0) == pytest.approx(slopes, rel=5e-3)


def test_the_total_has_an_interval_around_it(value: LifetimeValue) -> None:
    total = value.total()
    assert total.estimate == pytest.approx(value.value.sum())
    assert total.std_error is not None
    assert total.conf_low is not None
    assert total.conf_high is not None
    assert total.conf_low < total.estimate < total.conf_high


def test_groups_add_up_to_the_total(value: LifetimeValue) -> None:
    first = np.arange(value.value.size) < 1000
    parts = value.total(first).estimate + value.total(~first).estimate
    assert parts == pytest.approx(value.total().estimate)


def test_the_group_of_one_customer_has_that_customers_interval(value: LifetimeValue) -> None:
    ends = value.interval()
    assert ends is not None
    one = value.total(np.arange(value.value.size) == 17)
    assert (one.conf_low, one.conf_high) == pytest.approx((ends[0][17], ends[1][17]))


def test_the_sum_is_surer_than_its_parts_would_be_if_unrelated(value: LifetimeValue) -> None:
    # all customers share the parameters: errors add, they do not average out
    errors = value.std_error()
    total = value.total().std_error
    assert errors is not None
    assert total is not None
    assert np.sqrt((errors**2).sum()) < total <= errors.sum()


def test_counted_customers_give_the_total_of_repeated_rows(
    bg_nbd: BgNbdFit, gamma_gamma: GammaGammaFit
) -> None:
    rows = [0, 2], [0.0, 30.0], [38.0, 38.0], [np.nan, 25.0]
    options = {"horizon": 52.0, "discount": DISCOUNT}
    counted = expected_customer_lifetime_value(bg_nbd, gamma_gamma, *rows, **options)
    repeated = expected_customer_lifetime_value(
        bg_nbd, gamma_gamma, *(np.repeat(column, [3, 2]) for column in rows), **options
    )
    assert counted.total([3, 2])[1:] == pytest.approx(repeated.total()[1:])


def test_the_share_of_the_best_tenth_has_an_interval_within_0_and_1(value: LifetimeValue) -> None:
    best = value.value >= np.quantile(value.value, 0.9)
    share = value.share(best)
    assert share.estimate == pytest.approx(value.value[best].sum() / value.value.sum())
    assert share.conf_low is not None
    assert share.conf_high is not None
    assert 0.0 < share.conf_low < share.estimate < share.conf_high < 1.0


def test_shares_of_a_group_and_of_the_others_mirror_each_other(value: LifetimeValue) -> None:
    best = value.value >= np.quantile(value.value, 0.9)
    held, left = value.share(best), value.share(~best)
    assert held.conf_low == pytest.approx(1.0 - left.conf_high)
    assert held.std_error == pytest.approx(left.std_error)


def test_everybody_holds_everything(value: LifetimeValue) -> None:
    assert value.share(np.ones(value.value.size)).estimate == 1.0


def test_without_any_value_there_are_no_shares() -> None:
    nothing = LifetimeValue(np.zeros(2), np.zeros((2, 7)), None, 0.95)
    with pytest.raises(ValueError, match="there are no shares"):
        nothing.share([True, False])


def test_without_errors_of_a_fit_there_is_no_interval(
    cdnow: Cdnow, gamma_gamma: GammaGammaFit
) -> None:
    whole = fit_nbd(*cdnow.history)
    verdict = Verdict("at a boundary", "For a test.")
    bare = NbdFit.from_dict(whole.to_dict() | {"covariance": [], "verdict": verdict})
    value = expected_customer_lifetime_value(
        bare, gamma_gamma, 0, 0, 0, np.nan, horizon=52.0, discount=DISCOUNT
    )
    assert value.interval() is None
    assert value.total() == Estimate("total", float(value.value[0]))


@pytest.mark.parametrize(
    ("horizon", "discount", "words"),
    [
        (inf, 0.0, "without a horizon, a discount rate above 0 is needed"),
        (-1.0, 0.1, "must be 0 or more"),
        (1.0, -0.1, "must be 0 or more"),
        (1.0, float("nan"), "must be 0 or more"),
    ],
)
def test_a_senseless_horizon_or_rate_is_refused(
    bg_nbd: BgNbdFit, horizon: float, discount: float, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        discounted_purchases(bg_nbd, 0, 0, 0, horizon=horizon, discount=discount)

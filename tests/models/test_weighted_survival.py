"""Errors of weighted curves against influences by brute force: one weight moved at a time."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from retention_research.models.fit import Estimate, Missing
from retention_research.models.incidence import fit_incidence
from retention_research.models.kaplan_meier import fit_kaplan_meier

Floats = npt.NDArray[np.float64]
RNG = np.random.default_rng(21)
N = 60
EXIT = RNG.integers(4, 25, N).astype(float)  # with ties
CAUSE = RNG.integers(0, 3, N)
ENTRY = np.where(RNG.random(N) < 0.4, np.floor(EXIT * RNG.random(N) * 0.6), 0.0)
WEIGHT = RNG.uniform(0.5, 4.0, N)


def value(told: Estimate | Missing) -> tuple[float, float]:
    assert isinstance(told, Estimate)
    assert told.std_error is not None
    return told.estimate, told.std_error


def moved(estimate: Callable[[Floats], float], weight: Floats, step: float) -> Floats:
    """The derivative of an estimate by each weight."""
    nudges = step * np.eye(weight.size)
    return np.array([(estimate(weight + e) - estimate(weight - e)) / (2 * step) for e in nudges])


@pytest.mark.parametrize("entry", [None, ENTRY], ids=["from the beginning", "late entry"])
@pytest.mark.parametrize("t", [6.0, 12.0, 17.5])
def test_the_error_of_a_weighted_share_sums_what_each_customer_moves(
    t: float, entry: Floats | None
) -> None:
    def share(weight: Floats) -> tuple[float, float]:
        fit = fit_kaplan_meier(EXIT, CAUSE > 0, entry=entry, weights=weight, robust=True)
        return value(fit.survival_at(t))

    influence = WEIGHT * moved(lambda weight: share(weight)[0], WEIGHT, 1e-5)
    # central differences are right to ten digits of a derivative
    assert share(WEIGHT)[1] == pytest.approx(np.sqrt(influence @ influence), rel=1e-7)


@pytest.mark.parametrize("entry", [None, ENTRY], ids=["from the beginning", "late entry"])
def test_the_error_of_a_weighted_mean_sums_what_each_customer_moves(entry: Floats | None) -> None:
    def mean(weight: Floats) -> tuple[float, float]:
        fit = fit_kaplan_meier(EXIT, CAUSE > 0, entry=entry, weights=weight, robust=True)
        return value(fit.restricted_mean(14.5))

    influence = WEIGHT * moved(lambda weight: mean(weight)[0], WEIGHT, 1e-5)
    # central differences are right to ten digits of a derivative
    assert mean(WEIGHT)[1] == pytest.approx(np.sqrt(influence @ influence), rel=1e-7)


@pytest.mark.parametrize("entry", [None, ENTRY], ids=["from the beginning", "late entry"])
@pytest.mark.parametrize("t", [6.0, 17.5, 25.0])
def test_the_error_of_an_incidence_sums_what_each_customer_moves(
    t: float, entry: Floats | None
) -> None:
    many = 100_000  # customers in each row: one more or less moves next to nothing

    def share(weight: Floats) -> tuple[float, float]:
        fit = fit_incidence(EXIT, CAUSE, entry=entry, weights=weight)
        assert not isinstance(fit, Missing)
        return value(fit.incidence_at(1, t))

    influence = many * moved(lambda weight: share(weight)[0], np.full(N, many), 1.0)
    # differences of shares near 1 leave six digits
    assert share(np.ones(N))[1] == pytest.approx(np.sqrt(influence @ influence), rel=1e-6)


def test_equal_weights_give_greenwoods_error() -> None:
    rows = EXIT, CAUSE > 0
    weighted, plain = fit_kaplan_meier(*rows, weights=np.full(N, 0.3)), fit_kaplan_meier(*rows)
    assert weighted.survival == pytest.approx(plain.survival, rel=1e-12)
    assert value(weighted.survival_at(12.0)) == pytest.approx(value(plain.survival_at(12.0)))
    assert value(weighted.restricted_mean(12)) == pytest.approx(value(plain.restricted_mean(12)))


def test_customers_of_fractional_weight_are_counted_as_customers() -> None:
    fit = fit_kaplan_meier([1, 2, 3], [1, 1, 0], weights=[0.5, 2.5, 1.0])
    assert (fit.n, fit.events, fit.n_at_risk, fit.n_events) == (3, 2, (3, 2, 1), (1, 1, 0))
    assert fit.survival == pytest.approx((7 / 8, 1 / 4, 1 / 4))


def test_whole_weights_can_be_taken_for_no_counts() -> None:
    rows = [1, 2, 3, 4], [1, 1, 0, 0]
    counts = fit_kaplan_meier(*rows, weights=[2, 2, 2, 2])
    robust = fit_kaplan_meier(*rows, weights=[2, 2, 2, 2], robust=True)
    assert (counts.n, robust.n) == (8, 4)
    assert robust.std_error == pytest.approx(fit_kaplan_meier(*rows).std_error)


def test_a_weighted_fit_survives_its_record() -> None:
    fit = fit_kaplan_meier(EXIT, CAUSE > 0, entry=ENTRY, weights=WEIGHT)
    again = type(fit).from_dict(fit.to_dict())
    assert again == fit
    assert again.restricted_mean(12.0) == fit.restricted_mean(12.0)


def test_where_all_weighted_customers_had_the_event_nobody_is_left() -> None:
    rng = np.random.default_rng(22)
    time, entry = rng.integers(2, 9, 80).astype(float), rng.random(80) * 1.9
    entry[:40] = 0.0
    fit = fit_kaplan_meier(time, np.ones(80), entry=entry, weights=rng.random(80) + 0.1)
    assert (fit.survival[-1], fit.std_error[-1]) == (0.0, None)

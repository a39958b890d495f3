"""Simultaneous bands: their boundaries against other ways to compute them, and their shape."""

import numpy as np
import pytest
from scipy.stats import kstwobign, norm

from retention_research.models.fit import Missing
from retention_research.models.kaplan_meier import fit_kaplan_meier
from retention_research.models.survival_bands import (
    Kind,
    SurvivalBand,
    critical_value,
    survival_band,
)
from tests.published import survival as published

each_kind = pytest.mark.parametrize("kind", ["hall-wellner", "equal-precision"])


def lung(kind: Kind, **options: float) -> SurvivalBand:
    rows = published.lung()
    band = survival_band(fit_kaplan_meier(rows["time"], rows["status"] == 2), kind, **options)
    assert isinstance(band, SurvivalBand)
    return band


def test_the_boundary_of_a_whole_bridge_is_kolmogorovs() -> None:
    # the limit law of the Kolmogorov-Smirnov statistic
    for level in (0.8, 0.95, 0.99):
        found = critical_value("hall-wellner", 0.0, 1.0, level)
        assert found == pytest.approx(kstwobign.ppf(level), rel=1e-9)


def test_the_boundary_of_a_part_is_that_of_its_ends_by_quadrature() -> None:
    c, begin, end = critical_value("hall-wellner", 0.2, 0.7), 0.2, 0.7
    x = np.linspace(-c, c, 301)
    image = 2.0 * c * np.arange(-3, 4)[:, None, None]
    gap = (end - begin) ** 0.5
    # the motion killed at c by reflections: images of the same and of the other sign
    straight = norm.pdf(x[:, None] - x + 2 * image, scale=gap).sum(axis=0)
    turned = norm.pdf(x[:, None] + x + 2 * image - 2 * c, scale=gap).sum(axis=0)
    free = norm.pdf(x, scale=begin**0.5), norm.pdf(x, scale=(1 - end) ** 0.5)
    stays = (free[0] @ (straight - turned) @ free[1]) * (x[1] - x[0]) ** 2 / norm.pdf(0.0)
    # the trapezoid's step is 1/100
    assert stays == pytest.approx(0.95, abs=1e-5)


def test_the_equal_precision_boundary_holds_the_standardised_bridge() -> None:
    c, span = critical_value("equal-precision", 0.1, 0.9), 0.5 * np.log(81.0)
    x = np.linspace(-c, c, 401)[1:-1]
    step = x[1] - x[0]
    # the standardised bridge is an Ornstein-Uhlenbeck motion; killed at c, by finite differences
    density, out, back = norm.pdf(x), norm.pdf(x + step / 2), norm.pdf(x - step / 2)
    side = out[:-1] / np.sqrt(density[:-1] * density[1:])
    pace = np.diag(-(out + back) / density) + np.diag(side, 1) + np.diag(side, -1)
    values, vectors = np.linalg.eigh(pace / step**2)
    stays = step * (np.exp(values * span) @ (vectors.T @ np.sqrt(density)) ** 2)
    # Miller and Siegmund's formula is an approximation
    assert stays == pytest.approx(0.95, abs=0.001)


@each_kind
def test_a_band_is_wider_than_the_intervals_within_it(kind: Kind) -> None:
    rows, band = published.lung(), lung(kind)
    fit = fit_kaplan_meier(rows["time"], rows["status"] == 2)
    for time, low, high in zip(band.time, band.low, band.high, strict=True):
        point = fit.survival_at(time)
        assert not isinstance(point, Missing)
        assert low < point.conf_low <= point.estimate <= point.conf_high < high  # type: ignore


def test_the_hall_wellner_band_by_hand() -> None:
    # 50 of 100 on day 1, then 10 of 50: v is 1/100 and 1/100 + 1/200, so n v is 1 and 1.5
    fit = fit_kaplan_meier([1, 2, 3], [1, 1, 0], weights=[50, 10, 40], interval="plain")
    band = survival_band(fit)
    assert isinstance(band, SurvivalBand)
    c = critical_value("hall-wellner", 0.5, 0.6)
    reach = [0.5 * c * 2.0 / 10, 0.4 * c * 2.5 / 10]
    assert band.time[:2] == (1.0, 2.0)
    assert band.high[:2] == pytest.approx([0.5 + reach[0], 0.4 + reach[1]])
    assert band.low[:2] == pytest.approx([0.5 - reach[0], 0.4 - reach[1]])


def test_the_equal_precision_band_by_hand() -> None:
    # as above: errors are .5 and .4 times the roots of 1/100 and 3/200
    fit = fit_kaplan_meier([1, 2, 3], [1, 1, 0], weights=[50, 10, 40], interval="plain")
    band = survival_band(fit, "equal-precision")
    assert isinstance(band, SurvivalBand)
    c = critical_value("equal-precision", 0.5, 0.6)
    reach = [0.5 * c * 0.1, 0.4 * c * 0.015**0.5]
    assert band.high[:2] == pytest.approx([0.5 + reach[0], 0.4 + reach[1]])
    assert band.low[:2] == pytest.approx([0.5 - reach[0], 0.4 - reach[1]])


def test_a_band_runs_from_the_twentieth_event_to_the_last_twenty() -> None:
    fit = fit_kaplan_meier(range(1, 101), [1] * 100)
    band = survival_band(fit)
    assert isinstance(band, SurvivalBand)
    assert (band.time[0], band.time[-1]) == (20.0, 81.0)
    chosen = survival_band(fit, first=30.0, last=60.0)
    assert isinstance(chosen, SurvivalBand)
    assert (chosen.time[0], chosen.time[-1]) == (30.0, 60.0)


@each_kind
@pytest.mark.parametrize(
    ("time", "event"),
    [([5, 5, 5], [1, 1, 1]), ([1, 2, 3], [0, 0, 0]), ([4], [1]), ([4] * 99, [1] * 99)],
    ids=["three", "no event", "one", "all on one day"],
)
def test_too_few_events_make_no_band(kind: Kind, time: list[int], event: list[int]) -> None:
    assert isinstance(survival_band(fit_kaplan_meier(time, event), kind), Missing)


def test_weighted_customers_have_no_band() -> None:
    fit = fit_kaplan_meier(range(99), [1] * 99, weights=np.full(99, 0.5))
    assert isinstance(survival_band(fit), Missing)


def test_an_unknown_band_is_refused() -> None:
    with pytest.raises(ValueError, match="must be one of"):
        survival_band(fit_kaplan_meier([1, 2], [1, 1]), "pointwise")  # type: ignore[arg-type]

"""Accelerated failure time: against R, by hand, and where the data do not carry it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.integrate import quad

from retention_research.models.accelerated import (
    AcceleratedFit,
    best_accelerated,
    fit_accelerated,
)
from retention_research.models.accelerated_likelihood import (
    STANDARDS,
    Distribution,
    TimedRows,
    log_likelihood,
)
from retention_research.models.fit import Estimate, Missing
from tests.published import accelerated as published
from tests.published.survival import rossi

EVERY: tuple[Distribution, ...] = ("weibull", "lognormal", "loglogistic", "exponential")
each_distribution = pytest.mark.parametrize("distribution", EVERY)


@pytest.fixture(scope="module")
def prisoners() -> pd.DataFrame:
    return rossi()


def fitted(prisoners: pd.DataFrame, distribution: Distribution) -> AcceleratedFit:
    fit = fit_accelerated(
        prisoners["week"],
        prisoners["arrest"],
        prisoners[list(published.COVARIATES)],
        names=published.COVARIATES,
        distribution=distribution,
        unit="week",
    )
    assert isinstance(fit, AcceleratedFit)
    return fit


@pytest.fixture(scope="module")
def weibull(prisoners: pd.DataFrame) -> AcceleratedFit:
    return fitted(prisoners, "weibull")


@each_distribution
def test_the_log_likelihood_is_that_of_r(
    prisoners: pd.DataFrame, distribution: Distribution
) -> None:
    told = fitted(prisoners, distribution).log_likelihood
    # half a unit in the last published digit
    assert told == pytest.approx(published.LOG_LIKELIHOOD[distribution], abs=5e-7)


def test_weibull_estimates_and_errors_are_those_of_r(weibull: AcceleratedFit) -> None:
    rows = {row.term: row for row in weibull.estimates}
    for term, (estimate, std_error) in published.WEIBULL.items():
        # half a unit in the last published digit
        assert rows[term].estimate == pytest.approx(estimate, abs=5e-10)
        if std_error is not None:
            assert rows[term].std_error == pytest.approx(std_error, abs=5e-10)
    assert weibull.scale == pytest.approx(published.WEIBULL_SCALE, abs=5e-10)


def test_distributions_are_ordered_by_aic(prisoners: pd.DataFrame) -> None:
    fits = best_accelerated(
        prisoners["week"],
        prisoners["arrest"],
        prisoners[list(published.COVARIATES)],
        names=published.COVARIATES,
        distributions=EVERY,
    )
    assert [fit.distribution for fit in fits] == [
        "weibull", "loglogistic", "lognormal", "exponential"
    ]  # fmt: skip


def test_the_exponential_has_no_scale_to_pay_for(prisoners: pd.DataFrame) -> None:
    fit = fitted(prisoners, "exponential")
    assert [row.term for row in fit.estimates] == ["intercept", *published.COVARIATES]
    assert fit.aic == pytest.approx(2 * 8 - 2 * published.LOG_LIKELIHOOD["exponential"], abs=1e-6)


def test_uncensored_log_normal_times_have_the_mean_and_spread_of_their_logarithms() -> None:
    times = np.array([2.0, 3.0, 7.0, 11.0, 30.0])
    fit = fit_accelerated(times, np.ones(5), distribution="lognormal")
    assert isinstance(fit, AcceleratedFit)
    logs = np.log(times)
    assert fit.values[0] == pytest.approx(logs.mean())
    assert fit.scale == pytest.approx(logs.std())
    assert fit.estimates[0].std_error == pytest.approx(logs.std() / np.sqrt(5))


def test_a_constant_rate_is_events_by_time_watched_since_entry() -> None:
    # watched for 5 - 0, 8 - 2 and 12 - 1; two events
    fit = fit_accelerated([5, 8, 12], [1, 1, 0], entry=[0, 2, 1], distribution="exponential")
    assert isinstance(fit, AcceleratedFit)
    assert np.exp(-fit.values[0]) == pytest.approx(2.0 / 22.0)
    assert fit.estimates[0].std_error == pytest.approx(1.0 / np.sqrt(2.0))


@each_distribution
def test_both_analytic_derivatives_are_those_of_differences(distribution: Distribution) -> None:
    rng = np.random.default_rng(5)
    time = rng.exponential(5.0, 40) + 0.1
    design = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
    entry = np.where(rng.random(40) < 0.5, 0.7 * time, 0.0)
    rows = TimedRows(
        time, rng.random(40) < 0.6, entry, design, rng.integers(1, 4, 40).astype(float)
    )
    place, standard = np.array([1.2, 0.3, -0.4, -0.2]), STANDARDS[distribution]
    told = log_likelihood(rows, standard, place)
    around = [
        (log_likelihood(rows, standard, place + s), log_likelihood(rows, standard, place - s))
        for s in 1e-5 * np.eye(4)
    ]
    slopes = [(up.value - down.value) / 2e-5 for up, down in around]
    curves = [(up.gradient - down.gradient) / 2e-5 for up, down in around]
    # central differences of this step are right to about eight digits
    assert told.gradient == pytest.approx(slopes, rel=1e-6, abs=1e-6)
    assert told.hessian == pytest.approx(np.array(curves), rel=1e-6, abs=1e-6)


def test_the_shares_still_there_are_those_of_the_distribution(prisoners: pd.DataFrame) -> None:
    x = prisoners[list(published.COVARIATES)].iloc[0].to_numpy(dtype=float)
    for distribution in EVERY:
        fit = fitted(prisoners, distribution)
        eta, scale = float(np.append(1.0, x) @ fit.values[:8]), fit.scale
        theirs = {
            "weibull": stats.weibull_min(1.0 / scale, scale=np.exp(eta)),
            "exponential": stats.expon(scale=np.exp(eta)),
            "lognormal": stats.lognorm(scale, scale=np.exp(eta)),
            "loglogistic": stats.fisk(1.0 / scale, scale=np.exp(eta)),
        }[distribution]
        assert fit.survival_at(30.0, x).estimate == pytest.approx(theirs.sf(30.0))
        assert fit.quantile(0.25, x).estimate == pytest.approx(theirs.ppf(0.25))
        # to the digits of a quadrature that adapts
        area = quad(theirs.sf, 0.0, 52.0, epsabs=1e-12)[0]
        assert fit.restricted_mean(52.0, x).estimate == pytest.approx(area, rel=1e-8)


def test_errors_of_a_constant_rate_follow_from_that_of_the_rate() -> None:
    fit = fit_accelerated([5, 8, 12], [1, 1, 0], distribution="exponential")
    assert isinstance(fit, AcceleratedFit)
    rate, relative = 2.0 / 25.0, 1.0 / np.sqrt(2.0)
    t = 10.0
    left = np.exp(-rate * t)
    assert fit.survival_at(t).std_error == pytest.approx(rate * t * left * relative)
    assert fit.quantile(0.5).std_error == pytest.approx(np.log(2.0) / rate * relative)
    area_slope = (1.0 - left) / rate - t * left  # of the area, by the logarithm of the rate
    assert fit.restricted_mean(t).std_error == pytest.approx(area_slope * relative)


def test_a_share_keeps_its_interval_within_0_and_1(weibull: AcceleratedFit) -> None:
    for t in (0.01, 10.0, 52.0, 1e4):
        row = weibull.survival_at(t)
        assert row.conf_low is not None
        assert row.conf_high is not None
        assert 0.0 <= row.conf_low <= row.estimate <= row.conf_high <= 1.0


def test_everybody_is_there_at_the_start(weibull: AcceleratedFit) -> None:
    assert weibull.survival_at(0.0)[1:] == (1.0, 0.0, 1.0, 1.0)


def test_the_interval_of_the_median_holds_one_half_at_its_ends(weibull: AcceleratedFit) -> None:
    median = weibull.quantile(0.5)
    assert median.conf_low is not None
    assert median.conf_high is not None
    # both intervals are made on scales that differ by the error of the scale only
    assert weibull.survival_at(median.estimate).estimate == pytest.approx(0.5)
    assert weibull.survival_at(median.conf_low).estimate > 0.5
    assert weibull.survival_at(median.conf_high).estimate < 0.5


def test_left_out_covariates_are_taken_as_average(weibull: AcceleratedFit) -> None:
    assert weibull.survival_at(40.0) == weibull.survival_at(40.0, weibull.means)


def test_a_time_ratio_stretches_every_quantile(weibull: AcceleratedFit) -> None:
    without = np.array(weibull.means)
    with_aid = without.copy()
    without[0], with_aid[0] = 0.0, 1.0
    stretched = weibull.quantile(0.3, with_aid).estimate / weibull.quantile(0.3, without).estimate
    assert weibull.time_ratio("fin")[1] == pytest.approx(stretched)


def test_the_longest_time_watched_is_told(weibull: AcceleratedFit) -> None:
    assert (weibull.longest, weibull.n, weibull.events) == (52.0, 432, 114)


def test_rows_of_nobody_do_not_count_as_watched() -> None:
    fit = fit_accelerated([5, 8, 12, 99], [1, 1, 0, 0], weights=[2, 1, 3, 0])
    assert isinstance(fit, AcceleratedFit)
    assert (fit.longest, fit.n, fit.events) == (12.0, 6, 3)


def test_without_any_event_there_is_no_fit() -> None:
    found = fit_accelerated([5, 8], [0, 0])
    assert isinstance(found, Missing)
    assert "Nobody had the event" in found.reason
    assert best_accelerated([5, 8], [0, 0]) == ()


def test_events_on_one_day_say_nothing_of_their_spread() -> None:
    found = fit_accelerated([5, 5, 9], [1, 1, 0])
    assert isinstance(found, Missing)
    assert "All events fall on one time" in found.reason


def test_fewer_events_than_estimates_give_no_fit() -> None:
    found = fit_accelerated([1, 2, 3], [1, 1, 0], [1, 2, 2.5], names=["a"])
    assert found == Missing("accelerated", "2 events cannot determine 3 estimates.")
    assert best_accelerated([1, 2, 3], [1, 1, 0], [1, 2, 2.5], names=["a"]) == ()


@pytest.mark.parametrize(("events", "said"), [(19, True), (20, False)])
def test_fewer_than_ten_events_per_covariate_are_said(events: int, said: bool) -> None:
    rng = np.random.default_rng(12)
    time, x = rng.exponential(10.0, 60), rng.normal(size=(60, 2))
    found = fit_accelerated(time, np.arange(60) < events, x, names=["a", "b"])
    assert isinstance(found, AcceleratedFit)
    words = "Only 19 events for 2 covariates: with fewer than 10 each, effects are overstated."
    assert (words in found.verdict.words) == said


def test_few_events_are_said_without_any_covariate() -> None:
    found = fit_accelerated([5, 8, 12, 20, 20], [1, 1, 1, 0, 0])
    assert isinstance(found, AcceleratedFit)
    assert "Only 3 events: with fewer than 10, intervals are too short." in found.verdict.words


@each_distribution
def test_errors_are_those_of_differences_in_every_estimate(distribution: Distribution) -> None:
    rng = np.random.default_rng(13)
    time, x = rng.weibull(1.5, 80) * 20.0 + 0.1, rng.normal(size=80)
    fit = fit_accelerated(time, rng.random(80) < 0.7, x, names=["a"], distribution=distribution)
    assert isinstance(fit, AcceleratedFit)
    at = [0.7]

    def moved(place: int, step: float) -> AcceleratedFit:
        rows = list(fit.estimates)
        rows[place] = rows[place]._replace(estimate=rows[place].estimate + step)
        return replace(fit, estimates=tuple(rows))

    quantities: tuple[Callable[[AcceleratedFit], Estimate], ...] = (
        lambda one: one.restricted_mean(15.0, at),
        lambda one: one.quantile(0.3, at),
        lambda one: one.survival_at(12.0, at),
    )
    for told in quantities:
        slope = np.array(
            [
                (told(moved(place, 1e-5)).estimate - told(moved(place, -1e-5)).estimate) / 2e-5
                for place in range(len(fit.estimates))
            ]
        )
        # central differences of this step are right to about nine digits
        assert told(fit).std_error == pytest.approx(
            np.sqrt(slope @ np.array(fit.covariance) @ slope), rel=1e-7
        )


def test_the_intervals_of_a_customer_reach_195996_errors_on_their_scales() -> None:
    fit = fit_accelerated(np.arange(1.0, 31.0), np.ones(30))
    assert isinstance(fit, AcceleratedFit)
    median, mean = fit.quantile(0.5), fit.restricted_mean(20.0)
    assert median.std_error is not None
    assert median.conf_high is not None
    assert np.log(median.conf_high / median.estimate) == pytest.approx(
        1.959963985 * median.std_error / median.estimate, rel=1e-8
    )
    assert mean.std_error is not None
    assert mean.conf_high is not None
    assert mean.conf_high - mean.estimate == pytest.approx(1.959963985 * mean.std_error, rel=1e-8)


@pytest.mark.parametrize("covariate", [[0, 1], [3, 3.5]])
def test_as_many_coefficients_as_times_determine_nothing(covariate: list[float]) -> None:
    found = fit_accelerated([5.0, 8.0], [1, 1], covariate, names=["x"], weights=[2, 2])
    assert isinstance(found, AcceleratedFit)
    assert found.verdict.status == "not identifiable"
    assert "log_scale" in found.verdict.words
    assert all(row.std_error is None for row in found.estimates)


def test_a_level_without_events_is_named_and_the_others_keep_their_errors() -> None:
    rng = np.random.default_rng(8)
    time, x = rng.exponential(10.0, 300), np.arange(300) % 3
    levels = np.column_stack([x == 1, x == 2]).astype(float)
    found = fit_accelerated(time, x != 2, levels, names=["one", "two"])
    assert isinstance(found, AcceleratedFit)
    assert found.verdict == ("not identifiable", "These times do not determine two.")
    assert found.coefficient("two")[2:] == (None, None, None)
    one = found.coefficient("one")
    assert isinstance(one, Estimate)
    assert one.conf_low is not None
    assert found.survival_at(5.0, [0.0, 0.0]).conf_low is None


def test_a_covariate_that_is_the_same_for_everybody_is_left_out_by_name(
    prisoners: pd.DataFrame,
) -> None:
    both = np.column_stack([prisoners["fin"], np.full(432, 2.0)])
    found = fit_accelerated(prisoners["week"], prisoners["arrest"], both, names=["fin", "shop"])
    assert isinstance(found, AcceleratedFit)
    assert found.coefficient("shop") == Missing("shop", "Everybody has the same shop.")
    alone = fit_accelerated(prisoners["week"], prisoners["arrest"], prisoners["fin"], names=["fin"])
    assert isinstance(alone, AcceleratedFit)
    assert found.values == pytest.approx(alone.values, rel=1e-9)
    assert found.survival_at(9.0, [1.0, 7.0])[1] == pytest.approx(alone.survival_at(9.0, [1.0])[1])


def test_late_entry_is_not_read_as_long_survival() -> None:
    # half of a Weibull cohort is met at age 30 only, so its early leavers were never seen
    rng = np.random.default_rng(9)
    event = 40.0 * rng.weibull(1.5, 20_000)
    entry = np.where(np.arange(event.size) % 2 == 0, 30.0, 0.0)
    seen = event > entry
    found = fit_accelerated(event[seen], np.ones(seen.sum()), entry=entry[seen])
    naive = fit_accelerated(event[seen], np.ones(seen.sum()))
    assert isinstance(found, AcceleratedFit)
    assert isinstance(naive, AcceleratedFit)
    truth = 40.0 * np.log(2.0) ** (1.0 / 1.5)
    low, high = found.quantile(0.5)[3:]
    assert low is not None
    assert high is not None
    assert low < truth < high
    assert naive.quantile(0.5).estimate > 1.1 * truth


@pytest.mark.parametrize(
    ("columns", "options", "words"),
    [
        (([0, 5, 0], [1, 1, 0]), {}, "duration is not above 0 in 2 of 3 rows, first in row 0"),
        (([5, np.nan], [1, 1]), {}, "duration is missing or infinite"),
        (([5, 6], [1, 2]), {}, "event_observed is neither true nor false in 1 of 2 rows"),
        (([5, 6], [1, 1]), {"entry": [5, 0]}, "entry is not before the end of watching in 1 of 2"),
        (([5, 6], [1, 1]), {"weights": [0, 0]}, "no customers"),
        (([], []), {}, "no customers"),
        (([5, 6], [1, 1]), {"distribution": "gamma"}, "must be one of"),
        (([5, 6], [1, 1]), {"confidence": 95}, "must lie between 0 and 1"),
        (([5, 6], [1, 1], [1, np.nan]), {"names": ["age"]}, "age is missing or infinite in 1"),
    ],
)
def test_impossible_times_are_refused_in_words(
    columns: tuple[list[float], ...], options: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        fit_accelerated(*columns, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("p", [0.0, 1.0, 50.0])
def test_a_quantile_of_no_share_is_refused(weibull: AcceleratedFit, p: float) -> None:
    with pytest.raises(ValueError, match="must lie between 0 and 1"):
        weibull.quantile(p)

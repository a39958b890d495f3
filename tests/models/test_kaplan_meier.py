"""Kaplan-Meier against R and by hand: see tests/published/survival.py for the sources."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import KaplanMeierFit, fit_kaplan_meier
from tests.published import survival as published

Reader = Callable[[str], pd.DataFrame]


@pytest.fixture
def lung(survival_data: Reader) -> KaplanMeierFit:
    rows = survival_data("lung")
    return fit_kaplan_meier(rows["time"], rows["status"] == 2)


def fit_groups(
    rows: pd.DataFrame, group: str, time: str, event: str
) -> dict[object, KaplanMeierFit]:
    return {level: fit_kaplan_meier(part[time], part[event]) for level, part in rows.groupby(group)}


def interval(told: Estimate | Missing) -> tuple[float | None, float | None, float | None]:
    assert isinstance(told, Estimate)
    return told.estimate, told.conf_low, told.conf_high


def test_the_record_counts_patients_and_deaths(lung: KaplanMeierFit) -> None:
    assert (lung.n, lung.events) == (published.LUNG_N, published.LUNG_EVENTS)
    assert sum(lung.n_events) == published.LUNG_EVENTS


def test_survival_at_a_year_and_its_error_are_those_of_r(lung: KaplanMeierFit) -> None:
    told = lung.survival_at(365)
    assert isinstance(told, Estimate)
    # nine digits are published
    assert (told.estimate, told.std_error) == pytest.approx(published.LUNG_AT_365, rel=5e-9)


def test_the_log_log_interval_at_a_year_is_that_of_r(lung: KaplanMeierFit) -> None:
    # nine digits are published
    told = interval(lung.survival_at(365))[1:]
    assert told == pytest.approx(published.LUNG_AT_365_LOG_LOG, rel=5e-9)


def test_the_median_and_its_interval_are_those_of_r(lung: KaplanMeierFit) -> None:
    assert interval(lung.median()) == published.LUNG_MEDIAN


@pytest.mark.parametrize(("sex", "median"), published.LUNG_MEDIAN_BY_SEX.items())
def test_medians_by_sex_are_those_of_r(
    survival_data: Reader, sex: int, median: published.Median
) -> None:
    rows = survival_data("lung").query(f"sex == {sex}")
    assert interval(fit_kaplan_meier(rows["time"], rows["status"] == 2).median()) == median


def test_medians_of_waltons_are_those_of_lifelines(survival_data: Reader) -> None:
    fits = fit_groups(survival_data("waltons"), "group", "T", "E")
    assert {k: interval(fit.median()) for k, fit in fits.items()} == published.WALTONS_MEDIANS


def test_a_median_on_a_plateau_is_the_plateaus_middle(survival_data: Reader) -> None:
    fits = fit_groups(survival_data("veteran"), "trt", "time", "status")
    assert {k: interval(fit.median()) for k, fit in fits.items()} == published.VETERAN_MEDIANS


def test_the_restricted_mean_and_its_error_are_those_of_r(lung: KaplanMeierFit) -> None:
    told = lung.restricted_mean(365)
    assert isinstance(told, Estimate)
    # nine digits are published
    told_pair = told.estimate, told.std_error
    assert told_pair == pytest.approx(published.LUNG_RESTRICTED_MEAN_365, rel=5e-9)


@pytest.mark.parametrize(("sex", "mean"), published.LUNG_RESTRICTED_MEAN_BY_SEX.items())
def test_restricted_means_by_sex_are_those_of_r(
    survival_data: Reader, sex: int, mean: tuple[float, float]
) -> None:
    rows = survival_data("lung").query(f"sex == {sex}")
    told = fit_kaplan_meier(rows["time"], rows["status"] == 2).restricted_mean(365)
    assert isinstance(told, Estimate)
    # nine digits are published
    assert (told.estimate, told.std_error) == pytest.approx(mean, rel=5e-9)


@pytest.mark.parametrize(("key", "numbers"), published.HEART.items())
def test_late_entry_gives_the_survival_and_error_of_r(
    survival_data: Reader, key: tuple[int, int], numbers: tuple[float, float]
) -> None:
    transplant, day = key
    rows = survival_data("heart").query(f"transplant == {transplant}")
    told = fit_kaplan_meier(rows["stop"], rows["event"], entry=rows["start"]).survival_at(day)
    assert isinstance(told, Estimate)
    # eight digits are published
    assert (told.estimate, told.std_error) == pytest.approx(numbers, rel=5e-8)


@pytest.mark.parametrize(("day", "survival"), published.HEART_UNTREATED.items())
def test_late_entry_of_the_untreated_gives_the_survival_of_r(
    survival_data: Reader, day: int, survival: float
) -> None:
    rows = survival_data("heart").query("transplant == 0")
    told = fit_kaplan_meier(rows["stop"], rows["event"], entry=rows["start"]).survival_at(day)
    # eight digits are published
    assert interval(told)[0] == pytest.approx(survival, rel=5e-8)


@pytest.mark.parametrize(("transplant", "median"), published.HEART_MEDIANS.items())
def test_late_entry_gives_the_median_of_r(
    survival_data: Reader, transplant: int, median: float
) -> None:
    rows = survival_data("heart").query(f"transplant == {transplant}")
    fit = fit_kaplan_meier(rows["stop"], rows["event"], entry=rows["start"])
    assert interval(fit.median())[0] == median


def test_a_curve_of_five_by_hand() -> None:
    # 5 at risk, 1 event: 4/5; at 2, 4 at risk, 1 event: 3/5; at 4, the last one: 0
    fit = fit_kaplan_meier([1, 2, 2, 3, 4], [1, 1, 0, 0, 1])
    assert fit.time == (1.0, 2.0, 3.0, 4.0)
    assert fit.n_at_risk == (5, 4, 2, 1)
    assert fit.n_events == (1, 1, 0, 1)
    assert fit.survival == pytest.approx((0.8, 0.6, 0.6, 0.0))


def test_greenwoods_error_by_hand() -> None:
    fit = fit_kaplan_meier([1, 2, 2, 3, 4], [1, 1, 0, 0, 1])
    # S sqrt(1/(5*4) + 1/(4*3))
    assert fit.std_error[1] == pytest.approx(0.6 * np.sqrt(1 / 20 + 1 / 12))


def test_weights_give_the_errors_of_repeated_rows() -> None:
    # statsmodels' own weighted errors lack the factor S(t)
    weighted = fit_kaplan_meier([1, 2, 3], [1, 1, 0], weights=[20, 30, 50])
    s = 0.8 * (1 - 30 / 80)
    assert weighted.std_error[1] == pytest.approx(s * np.sqrt(20 / 8000 + 30 / (80 * 50)))


def test_where_nobody_is_left_there_is_no_error() -> None:
    fit = fit_kaplan_meier([1, 2], [1, 1])
    assert (fit.std_error[-1], fit.conf_low[-1], fit.conf_high[-1]) == (None, None, None)


def test_survival_before_the_first_event_is_certain() -> None:
    fit = fit_kaplan_meier([5, 6], [1, 0])
    assert fit.survival_at(1.0)[1:] == (1.0, 0.0, 1.0, 1.0)


def test_survival_beyond_the_last_watched_is_missing() -> None:
    told = fit_kaplan_meier([5, 6], [1, 0], unit="week").survival_at(7.0)
    assert told == Missing("survival_at_7", "Nobody was watched for more than 6 weeks.")


def test_a_median_that_is_not_reached_is_missing() -> None:
    told = fit_kaplan_meier([5, 6, 7], [1, 0, 0]).median()
    assert isinstance(told, Missing)
    assert "More than half" in told.reason


def test_without_any_event_the_curve_stays_at_1() -> None:
    fit = fit_kaplan_meier([5, 6], [0, 0])
    assert fit.survival == (1.0, 1.0)
    assert fit.conf_low == (1.0, 1.0)


def test_a_restricted_mean_needs_ten_at_risk() -> None:
    rows = np.arange(1.0, 21.0), np.ones(20)
    assert isinstance(fit_kaplan_meier(*rows).restricted_mean(11.0), Estimate)
    told = fit_kaplan_meier(*rows).restricted_mean(11.5)
    assert told == Missing("restricted_mean", "Only 9 were watched for 11.5 days; 10 are needed.")


def test_the_restricted_mean_without_censoring_is_the_mean() -> None:
    time = np.random.default_rng(8).exponential(10.0, 500)
    told = fit_kaplan_meier(time, np.ones(500)).restricted_mean(12.0)
    assert isinstance(told, Estimate)
    assert told.estimate == pytest.approx(np.minimum(time, 12.0).mean())
    assert told.std_error == pytest.approx(np.minimum(time, 12.0).std() / np.sqrt(500))


def test_the_at_risk_table_counts_those_still_watched() -> None:
    fit = fit_kaplan_meier([1, 2, 2, 3, 4], [1, 1, 0, 0, 1])
    assert fit.at_risk([0.0, 2.0, 2.5, 4.0, 5.0]).tolist() == [5, 4, 2, 1, 0]


def test_a_late_entrant_is_at_risk_only_after_entering() -> None:
    fit = fit_kaplan_meier([3, 5, 6], [1, 1, 0], entry=[0, 0, 4])
    assert fit.n_at_risk == (2, 2, 1)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (([], []), "there are no customers"),
        (([-1.0], [1]), "duration is below 0"),
        (([np.nan], [1]), "duration is missing or infinite"),
        (([1.0], [2]), "event_observed is neither true nor false"),
        (([1.0, 2.0], [1]), "columns differ in length"),
    ],
)
def test_impossible_durations_are_refused_in_words(
    columns: tuple[list[float], list[int]], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        fit_kaplan_meier(*columns)


def test_entry_after_the_end_of_watching_is_refused() -> None:
    with pytest.raises(ValueError, match="entry is not before the end of watching in 1 of 2"):
        fit_kaplan_meier([3, 5], [1, 1], entry=[0, 5])

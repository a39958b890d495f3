"""Kaplan-Meier against R and by hand: see tests/published/survival.py for the sources."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from retention_research.models.fit import Estimate, Missing
from retention_research.models.kaplan_meier import KaplanMeierFit, fit_kaplan_meier
from retention_research.models.survival_intervals import Interval
from tests.published import survival as published


@pytest.fixture
def lung() -> KaplanMeierFit:
    rows = published.lung()
    return fit_kaplan_meier(rows["time"], rows["status"] == 2)


def fit_groups(
    rows: pd.DataFrame, group: str, time: str, event: str
) -> dict[object, KaplanMeierFit]:
    return {level: fit_kaplan_meier(part[time], part[event]) for level, part in rows.groupby(group)}


def ends_of(told: Estimate | Missing) -> tuple[float | None, float | None, float | None]:
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


@pytest.mark.parametrize(("interval", "ends"), published.LUNG_AT_365_ENDS.items())
def test_intervals_at_a_year_are_those_of_r(interval: Interval, ends: tuple[float, float]) -> None:
    rows = published.lung()
    fit = fit_kaplan_meier(rows["time"], rows["status"] == 2, interval=interval)
    # nine digits are published
    assert ends_of(fit.survival_at(365))[1:] == pytest.approx(ends, rel=5e-9)


@pytest.mark.parametrize(("interval", "median"), published.LUNG_MEDIAN_BY_INTERVAL.items())
def test_the_median_and_its_interval_are_those_of_r(
    interval: Interval, median: published.Median
) -> None:
    rows = published.lung()
    fit = fit_kaplan_meier(rows["time"], rows["status"] == 2, interval=interval)
    assert ends_of(fit.median()) == median


@pytest.mark.parametrize(("sex", "median"), published.LUNG_MEDIAN_BY_SEX.items())
def test_medians_by_sex_are_those_of_r(sex: int, median: published.Median) -> None:
    rows = published.lung().query(f"sex == {sex}")
    assert ends_of(fit_kaplan_meier(rows["time"], rows["status"] == 2).median()) == median


def test_medians_of_waltons_are_those_of_lifelines() -> None:
    fits = fit_groups(published.waltons(), "group", "T", "E")
    assert {k: ends_of(fit.median()) for k, fit in fits.items()} == published.WALTONS_MEDIANS


def test_a_median_on_a_plateau_is_the_plateaus_middle() -> None:
    fits = fit_groups(published.veteran(), "trt", "time", "status")
    assert {k: ends_of(fit.median()) for k, fit in fits.items()} == published.VETERAN_MEDIANS


def test_the_restricted_mean_and_its_error_are_those_of_r(lung: KaplanMeierFit) -> None:
    told = lung.restricted_mean(365)
    assert isinstance(told, Estimate)
    # nine digits are published
    told_pair = told.estimate, told.std_error
    assert told_pair == pytest.approx(published.LUNG_RESTRICTED_MEAN_365, rel=5e-9)


@pytest.mark.parametrize(("sex", "mean"), published.LUNG_RESTRICTED_MEAN_BY_SEX.items())
def test_restricted_means_by_sex_are_those_of_r(sex: int, mean: tuple[float, float]) -> None:
    rows = published.lung().query(f"sex == {sex}")
    told = fit_kaplan_meier(rows["time"], rows["status"] == 2).restricted_mean(365)
    assert isinstance(told, Estimate)
    # nine digits are published
    assert (told.estimate, told.std_error) == pytest.approx(mean, rel=5e-9)


@pytest.mark.parametrize(("key", "numbers"), published.HEART.items())
def test_late_entry_gives_the_survival_and_error_of_r(
    key: tuple[int, int], numbers: tuple[float, float]
) -> None:
    transplant, day = key
    rows = published.heart().query(f"transplant == {transplant}")
    told = fit_kaplan_meier(rows["stop"], rows["event"], entry=rows["start"]).survival_at(day)
    assert isinstance(told, Estimate)
    # eight digits are published
    assert (told.estimate, told.std_error) == pytest.approx(numbers, rel=5e-8)


@pytest.mark.parametrize(("day", "survival"), published.HEART_UNTREATED.items())
def test_late_entry_of_the_untreated_gives_the_survival_of_r(day: int, survival: float) -> None:
    rows = published.heart().query("transplant == 0")
    told = fit_kaplan_meier(rows["stop"], rows["event"], entry=rows["start"]).survival_at(day)
    # eight digits are published
    assert ends_of(told)[0] == pytest.approx(survival, rel=5e-8)


@pytest.mark.parametrize(("transplant", "median"), published.HEART_MEDIANS.items())
def test_late_entry_gives_the_median_of_r(transplant: int, median: float) -> None:
    rows = published.heart().query(f"transplant == {transplant}")
    fit = fit_kaplan_meier(rows["stop"], rows["event"], entry=rows["start"])
    assert ends_of(fit.median())[0] == median


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


def test_quantiles_are_times_by_which_a_share_had_the_event() -> None:
    fit = fit_kaplan_meier([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1] * 10)
    # 2.5 of 10: the curve is at 0.8 after day 2 and 0.7 after day 3; at 3 of 10 it rests
    found = [fit.quantile(0.25), fit.quantile(0.3)]
    assert [ends_of(told)[0] for told in found] == [3.0, 3.5]
    assert found[0].term == "quantile_0.25"


def test_a_quantile_that_is_not_reached_is_missing() -> None:
    told = fit_kaplan_meier([5, 6, 7, 7], [1, 0, 0, 0]).quantile(0.4)
    assert isinstance(told, Missing)
    assert told.reason.startswith("More than 60% had no event")


@pytest.mark.parametrize("p", [0.0, 1.0, np.nan])
def test_a_quantile_is_of_a_share(p: float) -> None:
    with pytest.raises(ValueError, match="must lie between 0 and 1"):
        fit_kaplan_meier([5, 6], [1, 0]).quantile(p)


def test_an_unknown_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="must be one of"):
        fit_kaplan_meier([5, 6], [1, 0], interval="loglog")  # type: ignore[arg-type]


def test_points_and_errors_are_those_of_statsmodels() -> None:
    rng = np.random.default_rng(12)
    time, event = rng.integers(1, 40, 500), rng.random(500) < 0.6
    fit, theirs = fit_kaplan_meier(time, event), SurvfuncRight(time, event.astype(int))
    place = np.isin(fit.time, theirs.surv_times)
    last = theirs.surv_prob > 1e-12
    assert np.array(fit.survival)[place] == pytest.approx(theirs.surv_prob, rel=1e-12)
    ours = np.array(fit.std_error, dtype=float)[place]
    assert ours[last] == pytest.approx(theirs.surv_prob_se[last], rel=1e-12)


def test_counted_cells_give_the_fit_of_their_customers() -> None:
    cells = [1, 2, 2, 3, 7], [1, 1, 0, 1, 0]
    counts = [3, 2, 4, 1, 5]
    rows = (np.repeat(column, counts) for column in cells)
    assert fit_kaplan_meier(*cells, weights=counts) == fit_kaplan_meier(*rows)


def test_a_million_customers_in_one_cell_are_no_million_rows() -> None:
    fit = fit_kaplan_meier([5, 6], [1, 0], weights=[10**12, 3 * 10**12])
    assert (fit.n, fit.survival) == (4 * 10**12, (0.75, 0.75))


def test_customers_of_no_weight_are_not_there() -> None:
    assert fit_kaplan_meier([1, 2, 9], [1, 0, 1], weights=[1, 1, 0]).time == (1.0, 2.0)


def test_where_all_had_the_event_before_others_entered_nothing_is_said() -> None:
    # the one watched from the beginning leaves on day 3; the curve would stay at 0
    fit = fit_kaplan_meier([3, 8, 9], [1, 1, 0], entry=[0, 5, 6])
    assert fit.gap == 3.0
    assert isinstance(fit.survival_at(2.0), Estimate)
    reason = "After day 3 nobody was left to watch until others entered later."
    assert fit.survival_at(3.0) == Missing("survival_at_3", reason)
    assert fit.median() == Missing("median", reason)
    assert fit.survival == (None, None, None)


def test_where_all_were_censored_before_others_entered_nothing_is_said() -> None:
    fit = fit_kaplan_meier([3, 4, 8, 9], [1, 0, 1, 0], entry=[0, 0, 5, 6])
    assert (fit.gap, fit.survival) == (4.0, (0.5, None, None, None))


def test_one_who_enters_as_the_last_leaves_leaves_no_gap() -> None:
    fit = fit_kaplan_meier([3, 4, 8, 9], [1, 0, 1, 0], entry=[0, 0, 4, 4])
    assert (fit.gap, fit.survival_at(8.0).estimate) == (None, 0.25)


def test_where_all_but_those_who_enter_that_day_had_the_event_nothing_is_said() -> None:
    assert fit_kaplan_meier([3, 8], [1, 0], entry=[0, 3]).gap == 3.0


def test_a_restricted_mean_does_not_run_over_a_gap() -> None:
    fit = fit_kaplan_meier([3, 9], [1, 0], entry=[0, 5], weights=[20, 20])
    assert isinstance(fit.restricted_mean(3.0), Estimate)
    assert isinstance(fit.restricted_mean(6.0), Missing)


def test_a_curve_that_begins_late_is_of_those_who_came_so_far() -> None:
    fit = fit_kaplan_meier([33, 40], [1, 0], entry=[30, 31], weights=[10, 30])
    assert fit.survival_at(10.0) == Missing("survival_at_10", "Nobody was watched before day 30.")
    assert (fit.begins, fit.survival_at(35.0).estimate) == (30.0, 0.75)
    assert isinstance(fit.restricted_mean(35.0), Missing)


@pytest.mark.parametrize(
    ("columns", "survival"),
    [(([4, 4, 4], [1, 1, 1]), (0.0,)), (([4], [0]), (1.0,)), (([4], [1]), (0.0,))],
)
def test_one_day_and_one_customer_make_a_curve(
    columns: tuple[list[int], list[int]], survival: tuple[float]
) -> None:
    fit = fit_kaplan_meier(*columns)
    assert fit.survival == survival
    assert isinstance(fit.restricted_mean(4.0), Missing)


def test_late_entrants_are_counted_between_entry_and_exit() -> None:
    rng = np.random.default_rng(16)
    time = rng.integers(5, 60, 200).astype(float) / 2.0
    entry = np.where(rng.random(200) < 0.5, time * rng.random(200), 0.0)
    fit = fit_kaplan_meier(time, rng.random(200) < 0.5, entry=entry)
    counted = [int(((entry < t) & (time >= t)).sum()) for t in fit.time]
    assert list(fit.n_at_risk) == counted


def test_a_missing_time_is_refused() -> None:
    with pytest.raises(ValueError, match="t is missing"):
        fit_kaplan_meier([1, 2], [1, 0]).survival_at(np.nan)

"""Durations, windows, units, and the days that as_of words mean."""

import math
from datetime import date, timedelta
from itertools import pairwise

import pytest

from retention_research.periods import (
    Duration,
    ObservationWindow,
    Period,
    calibration_end,
    discount_per_unit,
    last_full_period,
    newest_full_day,
    periods_back,
    resolve_as_of,
)

DAYS = [date(2024, 1, 1) + timedelta(days=i) for i in range(60)]  # to 29 February 2024


@pytest.mark.parametrize(
    ("text", "days"),
    [("48h", 2), ("36h", 1.5), ("7D", 7), ("39W", 273), ("-6W", -42), ("1Y", 365.25)],
)
def test_a_duration_has_a_length_in_days(text, days):
    assert Duration.parse(text).days == days


@pytest.mark.parametrize("text", ["", "3", "W", "3 weeks", "3w", "1.5W", "3W2D"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="not a duration"):
        Duration.parse(text)


def test_months_and_years_go_by_the_calendar():
    assert Duration.parse("1M").after(date(2023, 1, 31)) == date(2023, 2, 28)
    assert Duration.parse("1Y").after(date(2024, 2, 29)) == date(2025, 2, 28)
    assert Duration.parse("1M").before(date(2024, 3, 31)) == date(2024, 2, 29)


def test_thirty_nine_weeks_before_the_end_of_cdnow_is_its_published_split():
    assert Duration.parse("39W").before(date(1998, 6, 30)) == date(1997, 9, 30)


def test_a_window_out_of_order_is_refused():
    with pytest.raises(ValueError, match="not in order"):
        ObservationWindow(date(2024, 1, 2), date(2024, 1, 1), date(2024, 1, 3))


def test_a_window_counts_its_days():
    window = ObservationWindow(date(1997, 1, 1), date(1997, 9, 30), date(1998, 6, 30))
    assert (window.calibration_days, window.holdout_days) == (272, 273)


def test_the_calibration_is_two_thirds_of_the_window_unless_told():
    start, as_of = date(2024, 1, 1), date(2024, 3, 31)
    assert (calibration_end(start, as_of, None) - start).days == 60
    assert calibration_end(start, as_of, Duration.parse("-4W")) == date(2024, 3, 3)
    assert calibration_end(start, as_of, date(2024, 2, 1)) == date(2024, 2, 1)


def test_a_year_of_weekly_discount_is_the_annual_rate():
    weekly = discount_per_unit(0.10, "week")
    assert math.exp(weekly * 365.25 / 7) == pytest.approx(1.10, rel=1e-12)
    assert discount_per_unit(0.10, "day") == pytest.approx(weekly / 7, rel=1e-12)


def test_one_stray_row_in_2099_moves_nothing():
    assert newest_full_day([*DAYS, date(2099, 1, 1)], [50] * 60 + [1]) == DAYS[-1]


def test_a_day_with_under_a_tenth_of_the_median_is_not_yet_full():
    assert newest_full_day(DAYS, [50] * 59 + [4]) == DAYS[-2]
    assert newest_full_day(DAYS, [50] * 59 + [5]) == DAYS[-1]


def test_data_too_thin_for_the_rule_end_on_their_last_day():
    days = [date(2024, 1, 1), date(2024, 3, 1)]
    assert newest_full_day(days, [1, 1]) == date(2024, 3, 1)


def test_one_stray_row_moves_thin_data_no_more_than_busy_ones():
    weekly = [date(2024, 1, 1) + timedelta(weeks=i) for i in range(20)]
    assert newest_full_day([*weekly, date(2099, 1, 1)], [1] * 21) == weekly[-1]


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("latest_complete_day", date(2024, 2, 28)),
        ("last_full_week", date(2024, 2, 25)),
        ("last_full_month", date(2024, 1, 31)),
    ],
)
def test_as_of_words_are_resolved_from_the_data(word, day):
    assert resolve_as_of(word, DAYS, [20] * 60) == day


def test_a_week_that_ends_on_the_newest_complete_day_is_full():
    upto_monday = [d for d in DAYS if d <= date(2024, 2, 26)]
    assert resolve_as_of("last_full_week", upto_monday, [9] * len(upto_monday)) == date(2024, 2, 25)


def test_a_month_that_ends_on_the_newest_complete_day_is_full():
    upto_first = [d for d in DAYS if d <= date(2024, 2, 1)]
    assert resolve_as_of("last_full_month", upto_first, [9] * len(upto_first)) == date(2024, 1, 31)


def test_an_unknown_word_and_a_month_before_the_data_are_refused():
    with pytest.raises(ValueError, match="latest_complete_day"):
        resolve_as_of("today", DAYS, [1] * 60)
    with pytest.raises(ValueError, match="before the first row"):
        resolve_as_of("last_full_month", DAYS[:20], [9] * 20)


@pytest.mark.parametrize(
    ("as_of", "unit", "first", "last"),
    [
        (date(2024, 2, 29), "month", date(2024, 2, 1), date(2024, 2, 29)),
        (date(2024, 2, 28), "month", date(2024, 1, 1), date(2024, 1, 31)),
        (date(2024, 1, 1), "month", date(2023, 12, 1), date(2023, 12, 31)),
        (date(2024, 3, 3), "week", date(2024, 2, 26), date(2024, 3, 3)),
        (date(2024, 3, 2), "week", date(2024, 2, 19), date(2024, 2, 25)),
    ],
)
def test_the_last_full_period_has_ended_by_as_of(as_of, unit, first, last):
    period = last_full_period(as_of, unit)
    assert (period.start, period.end) == (first, last)


@pytest.mark.parametrize("unit", ["month", "week"])
def test_periods_back_follow_each_other_without_gap_or_overlap(unit):
    back = periods_back(Period.holding(date(2024, 3, 15), unit), 30)
    assert len(back) == 30
    assert all((b.start - a.end).days == 1 for a, b in pairwise(back))


def test_a_week_a_year_earlier_is_the_same_day_of_the_week():
    week = Period.holding(date(2025, 1, 1), "week")
    assert (week.start - week.year_earlier.start).days == 364


def test_the_leap_day_has_a_year_earlier():
    assert Period.holding(date(2024, 2, 29), "month").year_earlier.end == date(2023, 2, 28)

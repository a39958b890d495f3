"""What customers did around a start, on tables small enough to count by hand."""

from datetime import date

import ibis
import pytest

from retention_research.summaries import program_outcomes as outcomes


def table(**columns):
    return ibis.memtable(columns)


@pytest.fixture
def starts():
    return table(
        customer_id=["ann", "bob", "ann"],
        start=[date(2024, 3, 10), date(2024, 3, 10), date(2024, 3, 17)],
        arm=["a", "b", "a"],
    )


@pytest.fixture
def bought():
    days = [date(2024, 2, 1), date(2024, 3, 10), date(2024, 3, 11), date(2024, 3, 17),
            date(2024, 3, 24), date(2024, 3, 25)]  # fmt: skip
    return table(customer_id=["ann"] * 6, day=days, amount=[1.0, 2.0, 4.0, 8.0, 16.0, 32.0])


def by_start(found):
    frame = found.to_pandas()
    keys = [name for name in ("customer_id", "start", "week") if name in frame]
    return frame.sort_values(keys).reset_index(drop=True)


def test_the_day_of_the_start_is_before_and_the_last_day_of_the_window_is_in(starts, bought):
    frame = by_start(outcomes.outcomes_after(starts, bought, 7))
    assert frame["purchases"].tolist() == [2, 1, 0]
    assert frame["revenue"].tolist() == [12.0, 16.0, 0.0]
    assert frame["retained"].tolist() == [True, True, False]


def test_who_bought_nothing_keeps_a_row_and_its_columns(starts, bought):
    frame = by_start(outcomes.outcomes_after(starts, bought, 7))
    assert frame["arm"].tolist() == ["a", "a", "b"]


def test_the_time_after_the_window_is_counted_apart(starts, bought):
    frame = by_start(outcomes.outcomes_between(starts, bought, 7, 14))
    assert frame["revenue"].tolist() == [16.0, 32.0, 0.0]


def test_the_seventh_day_belongs_to_the_first_week(starts, bought):
    frame = by_start(outcomes.revenue_by_week(starts, bought, 15))
    weeks = [[0, 12.0], [1, 16.0], [2, 32.0], [0, 16.0], [1, 32.0]]
    assert frame[["week", "revenue"]].values.tolist() == weeks


def test_behaviour_before_counts_the_day_of_the_start_and_nothing_later(starts, bought):
    frame = by_start(outcomes.behaviour_before(starts, bought, 7))
    assert frame["pre_purchases"].tolist() == [1, 2, 0]
    assert frame["pre_revenue"].tolist() == [2.0, 12.0, 0.0]
    assert frame["frequency"].tolist()[:2] == [1, 3]
    assert frame["recency_days"].tolist()[:2] == [38, 45]
    assert frame["age_days"].tolist()[:2] == [38, 45]


def test_who_had_not_bought_by_the_start_has_no_history(starts, bought):
    frame = by_start(outcomes.behaviour_before(starts, bought, 7))
    assert frame.loc[2, ["frequency", "recency_days", "age_days"]].isna().all()

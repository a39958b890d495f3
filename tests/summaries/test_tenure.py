"""Time to the second purchase, and tenure up to the last purchase before a silence."""

from datetime import date, datetime

import ibis
import pytest

from retention_research.summaries.purchases import purchase_days
from retention_research.summaries.tenure import (
    count_durations,
    enter_late,
    first_purchase_month,
    order_gaps,
    second_purchase,
    tenure,
)

AS_OF = date(2024, 12, 31)


@pytest.fixture
def days(transactions):
    def make(**purchases):
        rows = [(who, day, 1, None) for who, dates in purchases.items() for day in dates.split()]
        return purchase_days(transactions(*rows), AS_OF)

    return make


def rows(table, *columns):
    frame = table.order_by("customer_id").to_pandas()
    return {r.customer_id: tuple(getattr(r, c) for c in columns) for r in frame.itertuples()}


def test_the_second_purchase_ends_the_wait_and_as_of_censors_it(days):
    table = second_purchase(days(a="2024-01-01 2024-01-15 2024-02-01", b="2024-12-01"), AS_OF)
    assert rows(table, "duration", "event_observed") == {"a": (14, True), "b": (30, False)}


def test_a_customer_of_the_last_day_has_no_follow_up(days):
    assert rows(second_purchase(days(a="2024-12-31"), AS_OF), "duration") == {}


def test_tenure_ends_at_the_last_purchase_before_the_first_silence(days):
    table = tenure(days(a="2024-01-01 2024-02-01 2024-03-01"), AS_OF, 91)
    assert rows(table, "duration", "event_observed") == {"a": (60, True)}


def test_a_later_return_does_not_lengthen_tenure_but_is_counted(days):
    table = tenure(days(a="2024-01-01 2024-02-01 2024-09-01"), AS_OF, 91)
    assert rows(table, "duration", "event_observed", "reactivated") == {"a": (31, True, True)}


def test_who_is_not_yet_silent_is_censored_at_as_of_less_the_silence(days):
    table = tenure(days(a="2024-01-01 2024-03-01 2024-05-20 2024-08-10 2024-10-20"), AS_OF, 91)
    assert rows(table, "duration", "event_observed") == {"a": (274, False)}


def test_a_silence_of_exactly_the_length_counts_and_one_day_less_does_not(days):
    exact = tenure(days(a="2024-10-01"), AS_OF, 91)
    assert rows(exact, "duration", "event_observed") == {"a": (0, True)}
    assert rows(tenure(days(a="2024-10-02"), AS_OF, 91), "duration") == {}


def test_the_way_back_is_counted_from_the_day_the_silence_was_long_enough(days):
    table = tenure(
        days(a="2024-01-01 2024-02-01 2024-09-01", b="2024-01-01", c="2024-09-30"), AS_OF, 91
    )
    assert rows(table, "away") == {"a": (122,), "b": (274,), "c": (1,)}


def test_a_customer_from_before_the_data_is_watched_from_their_start(days):
    table = tenure(days(a="2024-01-10 2024-02-01", b="2024-01-10", c="2024-05-01"), AS_OF, 91)
    acquired = [datetime(2023, 12, 1), datetime(2024, 1, 10), datetime(2023, 12, 1)]
    people = ibis.memtable({"customer_id": ["a", "b", "c"], "acquired_at": acquired})
    late = enter_late(table, date(2024, 1, 1), 91, people)
    # b is no old customer, and c had fallen silent before the data show any order
    assert rows(late, "duration", "entry", "event_observed") == {"a": (62, 31, True)}


def test_who_left_on_the_first_day_of_the_data_was_never_watched(days):
    table = tenure(days(a="2024-01-01"), AS_OF, 91)
    people = ibis.memtable({"customer_id": ["a"], "acquired_at": [datetime(2023, 12, 1)]})
    assert enter_late(table, date(2024, 1, 1), 91, people).count().to_pyarrow().as_py() == 0


def test_each_order_waits_for_the_next_and_the_last_for_as_of(days):
    table = order_gaps(days(a="2024-01-01 2024-01-11 2024-12-01", b="2024-12-31"), AS_OF, 2)
    found = table.order_by("duration").to_pandas()
    assert found[["number", "duration"]].to_numpy().tolist() == [[1, 10], [2, 30], [2, 325]]
    assert found["event_observed"].tolist() == [True, False, True]


def test_small_months_are_merged_into_other(days):
    table = second_purchase(days(a="2024-01-01", b="2024-01-02", c="2024-02-01"), AS_OF)
    merged = first_purchase_month(table, 2)
    assert rows(merged, "month") == {"a": ("2024-01",), "b": ("2024-01",), "c": ("other",)}


def test_counted_durations_hold_every_customer_once(days):
    table = second_purchase(days(a="2024-01-01", b="2024-01-01", c="2024-02-01"), AS_OF)
    counted = count_durations(table).to_pandas()
    assert counted["customers"].sum() == 3
    assert len(counted) == 2


def test_a_silence_found_by_brute_force_agrees(days):
    purchases = {"a": "2024-01-01 2024-04-20", "b": "2024-01-01 2024-03-30 2024-06-01 2024-12-30"}
    table = tenure(days(**purchases), AS_OF, 91)
    expected = {}
    for who, text in purchases.items():
        dates = [date.fromisoformat(day) for day in text.split()]
        gaps = zip(dates, [*dates[1:], AS_OF], strict=True)
        left = next((start for start, stop in gaps if (stop - start).days >= 91), None)
        expected[who] = ((left or date(2024, 10, 1)) - dates[0]).days, left is not None
    assert rows(table, "duration", "event_observed") == expected


def test_inputs_are_left_as_they_are(days):
    table = days(a="2024-01-01 2024-04-20")
    before = table.to_pandas()
    tenure(table, AS_OF, 91).to_pandas()
    assert table.to_pandas().equals(before)
    assert isinstance(table, ibis.expr.types.Table)

"""Trials of enrolling, on tables small enough to see who is in which week."""

from datetime import date, timedelta

import ibis
import pytest

from retention_research.summaries import trial_history, trials

ORIGIN = date(2024, 1, 1)  # a Monday
SUNDAYS = (0, 0, 0, 0, 0, 0, 1)
ORDERS = {
    "ann": [0, 8, 15],  # days since the origin; enrols on day 13, the Sunday of week 1
    "bob": [9, 16],  # never enrols
    "cat": [8, 9, 17],  # enrols on day 20, the Sunday of week 2
    "dan": [30],  # never in time
}
ENROLLED = {"ann": 13, "cat": 20}


def day(number):
    return ORIGIN + timedelta(days=number)


def table(**columns):
    return ibis.memtable(columns, schema={
        name: "date" if isinstance(values[0], date) else "string" if isinstance(values[0], str)
        else "int64" for name, values in columns.items()
    })  # fmt: skip


@pytest.fixture(scope="module")
def orders():
    pairs = [(name, day(number)) for name, days in ORDERS.items() for number in days]
    return table(customer_id=[name for name, _ in pairs], day=[when for _, when in pairs])


@pytest.fixture(scope="module")
def people():
    return table(customer_id=list(ORDERS), customer=list(range(len(ORDERS))),
                 first_day=[day(min(days)) for days in ORDERS.values()])  # fmt: skip


@pytest.fixture(scope="module")
def enrolments(people):
    rows = table(customer_id=list(ENROLLED), at=[day(n) for n in ENROLLED.values()])
    return trials.first_enrolments(rows.mutate(at=rows["at"].cast("timestamp")), "at", people)


def made(enrolments, orders, people, habit, weekdays=SUNDAYS, last=27, **changes):
    calendar = trials.Calendar(ORIGIN, day(0), day(last), **changes)
    rows = trials.trial_rows(
        enrolments, orders, people, calendar, habit=habit, weekdays=weekdays
    ).to_pandas()
    return {
        (row.customer_id, row.trial): (row.treated, row.start.date() if hasattr(row.start, "date")
                                       else row.start)
        for row in rows.itertuples()
    }  # fmt: skip


def test_controls_ordered_in_the_week_in_which_the_others_enrolled(enrolments, orders, people):
    rows = made(enrolments, orders, people, "week")
    assert {key for key, (treated, _) in rows.items() if treated} == {("ann", 1), ("cat", 2)}
    assert {key for key, (treated, _) in rows.items() if not treated} == {
        ("ann", 0), ("bob", 1), ("cat", 1), ("bob", 2),
    }  # fmt: skip


def test_both_sides_start_at_the_end_of_the_same_day(enrolments, orders, people):
    rows = made(enrolments, orders, people, "week")
    assert {start for (_, trial), (_, start) in rows.items() if trial == 1} == {day(13)}


def test_who_enrolled_is_no_control_from_that_week_on(enrolments, orders, people):
    rows = made(enrolments, orders, people, "week")
    assert not {trial for name, trial in rows if name == "ann"} & {2, 3}


def test_a_window_that_is_not_over_starts_no_trial(enrolments, orders, people):
    rows = made(enrolments, orders, people, "week", last=19)
    assert max(trial for _, trial in rows) == 1


def test_where_enrolling_is_free_of_orders_every_customer_is_there_each_week(
    enrolments, orders, people
):
    rows = made(enrolments, orders, people, "any")
    assert {trial for name, trial in rows if name == "bob"} == {1, 2, 3}
    assert not [key for key in rows if key[0] == "dan"]  # has not ordered by then


def test_where_enrolling_goes_with_an_order_of_the_day_controls_start_on_one(orders, people):
    rows = table(customer_id=["ann"], at=[day(15)])
    enrolled = trials.first_enrolments(rows.mutate(at=rows["at"].cast("timestamp")), "at", people)
    found = made(enrolled, orders, people, "day")
    assert found["ann", 2] == (True, day(15))
    assert found["cat", 1][1] in (day(8), day(9))
    assert sum(trial == 1 for _, trial in found) == 3  # each customer once a week


def test_a_customer_who_enrols_on_a_day_without_an_order_is_left_out_then(
    enrolments, orders, people
):
    rows = made(enrolments, orders, people, "day")
    assert not [key for key, (treated, _) in rows.items() if treated]


def test_habits_count_orders_of_the_day_and_of_the_week(enrolments, orders):
    calendar = trials.Calendar(ORIGIN, day(0), day(27))
    found = trials.enrolment_habits(enrolments, orders, calendar).to_pandas().iloc[0]
    assert (found["enrolled"], found["without_order"]) == (2, 0)
    assert (found["on_day"], found["in_week"], found["weekday_6"]) == (0, 2, 2)


def test_an_order_of_after_enrolling_is_none_of_before(orders, people):
    rows = table(customer_id=["dan", "eve"], at=[day(3), day(3)])
    enrolled = trials.first_enrolments(rows.mutate(at=rows["at"].cast("timestamp")), "at", people)
    calendar = trials.Calendar(ORIGIN, day(0), day(27))
    found = trials.enrolment_habits(enrolled, orders, calendar).to_pandas().iloc[0]
    assert found["without_order"] == 2


def test_all_who_enrolled_stay_when_the_others_are_drawn():
    n = 4_000
    rows = table(customer=list(range(n)), trial=[place % 50 for place in range(n)],
                 kind=[int(place % 40 == 0) for place in range(n)])  # fmt: skip
    rows = rows.mutate(treated=rows.kind == 1)
    found = trials.some_of(rows, 1_000, 3).to_pandas()
    assert found["treated"].sum() == 100
    share = found["others_drawn"].iloc[0]
    assert share == pytest.approx(900 / 3_900)
    assert abs(len(found) - 1_000) < 4 * (3_900 * share * (1 - share)) ** 0.5


def test_a_draw_follows_from_its_seed():
    rows = table(customer=list(range(500)), trial=[0] * 500).mutate(treated=ibis.literal(False))
    one, again, other = (
        set(trials.some_of(rows, 100, seed).to_pandas()["customer"]) for seed in (1, 1, 2)
    )
    assert one == again != other


def test_weekdays_are_drawn_as_enrolments_fall_on_them(orders):
    n = 3_000
    people = table(customer_id=[f"c{place}" for place in range(n)], customer=list(range(n)),
                   first_day=[ORIGIN] * n)  # fmt: skip
    nobody = table(customer_id=["c0"], enrolled=[day(400)])
    calendar = trials.Calendar(ORIGIN, day(0), day(6))
    found = trials.trial_rows(
        nobody, orders, people, calendar, habit="any", weekdays=(1, 0, 0, 0, 0, 0, 2)
    ).to_pandas()
    mondays = (found["start"].astype("datetime64[s]").dt.day_of_week == 0).mean()
    assert len(found) == n
    assert abs(mondays - 1 / 3) < 4 * (2 / 9 / n) ** 0.5


def test_days_before_are_counted_with_the_start_or_without():
    starts = table(customer_id=["ann"], start=[day(15)])
    rows = table(customer_id=["ann"] * 3, day=[day(15), day(14), day(1)])
    spans = {"with": (-1, 2), "without": (0, 2), "far": (2, 14)}
    found = trial_history.counted_before(starts, rows, spans).to_pandas().iloc[0]
    assert (found["with"], found["without"], found["far"]) == (2, 1, 1)


def test_amounts_after_the_start_are_summed_to_the_end_of_the_window():
    starts = table(customer_id=["ann"], start=[day(15)])
    rows = table(customer_id=["ann"] * 4, day=[day(15), day(16), day(18), day(19)],
                 value=[1, 10, 100, 1_000])  # fmt: skip
    summed = trial_history.happened_after(starts, rows, 3, "value").to_pandas()
    counted = trial_history.happened_after(starts, rows, 3).to_pandas()
    assert (summed["total"].iloc[0], counted["total"].iloc[0]) == (110.0, 2.0)

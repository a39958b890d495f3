"""Cohorts worked by hand: who is in which, who came back at which age, what they brought."""

from datetime import date

import ibis
import pandas as pd
import pytest

from retention_research.summaries import cohorts

PURCHASES = [
    ("a", "2024-01-10", 10.0),
    ("a", "2024-02-08", 20.0),  # day 29: age 1
    ("a", "2024-02-09", 5.0),  # day 30: age 1
    ("a", "2024-02-10", 1.0),  # day 31: age 2
    ("b", "2024-01-31", 8.0),
    ("b", "2024-03-31", 2.0),  # day 60: age 2
    ("c", "2024-02-01", 4.0),
]


def rows(pairs):
    frame = pd.DataFrame(pairs, columns=["customer_id", "day", "amount"])
    return ibis.memtable(frame.assign(day=pd.to_datetime(frame["day"]))).mutate(
        day=lambda t: t.day.cast("date")
    )


@pytest.fixture
def bought():
    return rows(PURCHASES)


@pytest.fixture
def members(bought):
    return cohorts.cohort_members(cohorts.first_days(bought), "month", 1)


def plain(table):
    return [tuple(row.values()) for row in table.to_pyarrow().to_pylist()]


def test_a_customer_is_in_the_cohort_of_the_first_purchase_only(members):
    found = members.order_by("customer_id").select("customer_id", "cohort")
    assert plain(found) == [("a", "2024-01"), ("b", "2024-01"), ("c", "2024-02")]


def test_a_weekly_cohort_is_named_by_its_monday(bought):
    weekly = cohorts.cohort_members(cohorts.first_days(bought), "week", 1)
    named = dict(plain(weekly.select("customer_id", "cohort")))
    assert named == {"a": "2024-01-08", "b": "2024-01-29", "c": "2024-01-29"}


def test_small_cohorts_are_joined(bought):
    joined = cohorts.cohort_members(cohorts.first_days(bought), "month", 2)
    assert set(dict(plain(joined.select("customer_id", "cohort"))).values()) == {"other"}


def test_a_cohort_has_a_size_and_a_newest_customer(members):
    assert plain(cohorts.cohort_sizes(members)) == [
        ("2024-01", 2, date(2024, 1, 31)),
        ("2024-02", 1, date(2024, 2, 1)),
    ]


def test_age_counts_from_each_customers_own_first_purchase(bought, members):
    found = cohorts.returned_by_age(bought, members, 30)
    assert plain(found) == [("2024-01", 1, 1), ("2024-01", 2, 2)]


def test_revenue_to_an_age_holds_the_first_purchase(bought, members):
    january = plain(cohorts.revenue_to_ages(bought, members, (0, 30, 60)))[0]
    at_0, at_30, at_60 = (18.0, 164.0), (43.0, 35.0**2 + 8.0**2), (46.0, 36.0**2 + 10.0**2)
    assert january == ("2024-01", 2, *(pytest.approx(x) for x in at_0 + at_30 + at_60))


def test_new_and_existing_revenue_add_up(bought):
    born = cohorts.first_days(bought).mutate(birth_known=True)
    assert plain(cohorts.revenue_by_newness(bought, born, "month")) == [
        (date(2024, 1, 1), 18.0, 0.0, 0.0, 2),
        (date(2024, 2, 1), 4.0, 26.0, 0.0, 1),
        (date(2024, 3, 1), 0.0, 2.0, 0.0, 0),
    ]


def test_who_may_have_bought_before_the_data_is_neither_new_nor_existing_when_first_seen(bought):
    born = cohorts.first_days(bought).mutate(birth_known=lambda t: t.customer_id != "a")
    assert plain(cohorts.revenue_by_newness(bought, born, "month")) == [
        (date(2024, 1, 1), 8.0, 0.0, 10.0, 1),
        (date(2024, 2, 1), 4.0, 26.0, 0.0, 1),
        (date(2024, 3, 1), 0.0, 2.0, 0.0, 0),
    ]


def test_an_acquisition_in_another_period_and_one_after_the_first_purchase_are_counted(members):
    told = pd.DataFrame(
        {"customer_id": ["a", "b", "c", "z"],
         "acquired_at": pd.to_datetime(["2024-01-10", "2023-12-31", "2024-02-02", "2020-01-01"])}
    )  # fmt: skip
    monthly = cohorts.acquired_apart(members, ibis.memtable(told), "month")
    assert plain(monthly) == [(3, 1, 1)]
    nobody = told.assign(acquired_at=pd.Series([pd.NaT] * 4, dtype="datetime64[ns]"))
    assert plain(cohorts.acquired_apart(members, ibis.memtable(nobody), "month")) == [(0, 0, 0)]


def test_an_age_is_mature_on_the_day_its_last_customer_has_lived_it():
    assert cohorts.mature_until(date(2024, 1, 31), date(2024, 3, 30), 30) == 1
    assert cohorts.mature_until(date(2024, 1, 31), date(2024, 3, 31), 30) == 2
    assert cohorts.mature_until(date(2024, 1, 31), date(2024, 1, 30), 30) == 0


ORDERS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", "c", "c"],
        "day": pd.to_datetime(
            ["2024-01-10", "2024-01-10", "2024-01-31", "2024-01-15", "2024-02-01"]
        ),
        "timestamp": pd.to_datetime(
            [
                "2024-01-10 18:00",
                "2024-01-10 09:00",
                "2024-01-31 00:00",
                "2024-01-15 00:00",
                "2024-02-01 00:00",
            ]
        ),
        "amount": [5.0, 5.0, 8.0, 0.5, 4.0],
        "discount": [0.0, 2.0, None, 0.0, 0.0],
        "channel": ["web", "store", "", "app", "app"],
    }
)


def test_the_first_order_of_the_first_day_tells_how_a_customer_came(members):
    orders = ibis.memtable(ORDERS).mutate(day=lambda t: t.day.cast("date"))
    found = cohorts.first_orders(orders, members).order_by("customer_id")
    assert plain(found) == [
        ("a", "with a discount", "store"),
        ("b", None, None),  # nothing said: unknown, never full price
        ("c", "at full price", "app"),  # of the first purchase that counts, not the refunded one
    ]


def test_columns_that_orders_lack_are_not_made_up(members):
    orders = ibis.memtable(ORDERS.drop(columns=["discount", "channel"]))
    found = cohorts.first_orders(orders.mutate(day=lambda t: t.day.cast("date")), members)
    assert found.columns == ("customer_id",)

"""New customers, points and referrals, on tables small enough to count on paper."""

from datetime import date

import ibis
import pandas as pd

from retention_research.summaries import new_customers, points, referrals

AS_OF = date(2024, 6, 30)


def table(rows, *columns):
    frame = pd.DataFrame(rows, columns=list(columns))
    for name in {"timestamp", "expires_at"} & set(columns):
        frame[name] = pd.to_datetime(frame[name], format="ISO8601")
    for name in {"day", "first_day"} & set(columns):
        frame[name] = pd.to_datetime(frame[name]).dt.date
    kinds = {"day": "date", "first_day": "date", "timestamp": "timestamp(6)",
             "expires_at": "timestamp(6)", "amount": "float64", "acquisition_cost": "float64",
             "points": "float64", "value": "float64"}  # fmt: skip
    return ibis.memtable(frame, schema={name: kinds.get(name, "string") for name in columns})


def bought(*rows):
    return table(rows, "customer_id", "day", "amount")


def born(*rows):
    return table(rows, "customer_id", "first_day")


def rewards(*rows):
    return table(rows, "customer_id", "timestamp", "kind", "points")


def test_the_first_days_of_new_customers_hold_the_first_purchase():
    rows = born(("a", "2024-01-01"), ("b", "2024-06-25"), ("c", "2024-01-01"))
    customers = table([("a", 5.0), ("b", 7.0), ("c", None)], "customer_id", "acquisition_cost")
    spent = bought(("a", "2024-01-01", 10.0), ("a", "2024-01-28", 4.0), ("a", "2024-01-29", 9.0),
                   ("b", "2024-06-25", 8.0), ("c", "2024-01-01", 3.0))  # fmt: skip
    found = new_customers.first_revenue(rows, customers, spent, 28, AS_OF).to_pandas()
    # b has not been there for 28 days, the cost of c is not known
    assert found[["customer_id", "y", "x"]].to_numpy().tolist() == [["a", 14.0, 5.0]]


def test_the_last_of_the_first_days_may_be_the_last_known():
    rows, customers = born(("a", "2024-06-03")), table([("a", 5.0)], "customer_id",
                                                       "acquisition_cost")  # fmt: skip
    spent = bought(("a", "2024-06-03", 10.0))
    assert len(new_customers.first_revenue(rows, customers, spent, 28, AS_OF).to_pandas()) == 1
    assert new_customers.first_revenue(rows, customers, spent, 29, AS_OF).to_pandas().empty


def test_a_visit_comes_as_usual_if_its_gap_is_no_longer_than_the_mean_before():
    days = ("2024-01-01", "2024-01-11", "2024-01-31", "2024-02-15", "2024-03-03")
    spent = bought(*(("a", day, 1.0) for day in days))
    # gaps 10, 20 | 15 is their mean: as usual | 17 is above the mean of three, 15
    earned = rewards(("a", "2024-01-01 10:00", "earn", 5), ("a", "2024-03-03 09:00", "redeem", 5))
    found = points.usual_visits(earned, spent, AS_OF).to_pandas().set_index("kpi")
    assert found.loc["not_redeemed", ["y", "x"]].tolist() == [1, 1]
    assert found.loc["redeemed", ["y", "x"]].tolist() == [0, 1]


def test_visits_before_the_first_points_do_not_count():
    days = ("2024-01-01", "2024-01-11", "2024-01-31", "2024-02-15", "2024-03-03")
    spent = bought(*(("a", day, 1.0) for day in days))
    earned = rewards(("a", "2024-03-01 10:00", "earn", 5))
    found = points.usual_visits(earned, spent, AS_OF).to_pandas()
    assert found[["kpi", "x"]].to_numpy().tolist() == [["not_redeemed", 1]]


def test_points_count_by_what_became_of_them_up_to_the_day():
    rows = rewards(("a", "2024-01-01", "earn", 5), ("b", "2024-01-02", "earn", 7),
                   ("a", "2024-01-03", "redeem", -4), ("a", "2024-07-01", "earn", 99))  # fmt: skip
    found = points.points_by_kind(rows, AS_OF).to_pandas()
    assert found.to_numpy().tolist() == [["earn", 2, 2, 12.0], ["redeem", 1, 1, 4.0]]


def test_the_longest_life_is_that_of_any_lot():
    rows = table(
        [("a", "2024-01-01 22:00", "earn", "2024-01-31 01:00"), ("a", "2024-01-01", "earn", None),
         ("b", "2024-02-01", "earn", "2024-02-11")],
        "customer_id", "timestamp", "kind", "expires_at",
    )  # fmt: skip
    assert points.longest_life(rows).to_pandas()["days"].tolist() == [30]


def test_customers_are_brought_who_name_somebody():
    rows = born(("a", "2024-01-01"), ("b", "2024-02-01"), ("c", "2024-06-20"))
    customers = table([("a", None), ("b", "a"), ("c", " "), ("z", "a")],
                      "customer_id", "referred_by")  # fmt: skip
    spent = bought(("a", "2024-01-01", 10.0), ("b", "2024-02-01", 20.0), ("b", "2024-02-29", 5.0),
                   ("b", "2024-03-01", 7.0), ("c", "2024-06-20", 1.0))  # fmt: skip
    found = referrals.new_customers_by_referral(rows, customers, spent, 28, AS_OF).to_pandas()
    assert found["referred"].tolist() == [False, True, False]
    assert found["window_over"].tolist() == [True, True, False]
    assert found["sofar"].tolist() == [10.0, 32.0, 1.0]
    assert found["revenue"].tolist() == [0.0, 5.0, 0.0]  # the first purchase is not after itself


def test_who_brought_others_is_watched_from_the_first_who_came():
    rows = born(("b", "2024-02-01"), ("c", "2024-01-10"), ("d", "2024-06-20"))
    customers = table([("b", "a"), ("c", "a"), ("d", "e")], "customer_id", "referred_by")
    spent = bought(("a", "2024-01-10", 1.0), ("a", "2024-02-07", 1.0), ("e", "2024-06-25", 1.0))
    found = referrals.referrers(rows, customers, spent, 28, AS_OF).to_pandas().iloc[0]
    assert found[["referrers", "watched", "again"]].tolist() == [2, 1, 1]

"""Points first in first out, business hours, tenure at many days: worked by hand."""

from datetime import date, datetime, time, timedelta

import ibis
import pandas as pd
import pytest

from retention_research.periods import Period
from retention_research.study_sections import Hours
from retention_research.summaries import tenure
from retention_research.summaries.kpis import rewards, service, staying
from retention_research.summaries.kpis.business_hours import seconds_open
from retention_research.summaries.kpis.sums import condense

AS_OF = date(2024, 6, 30)
OFFICE = Hours(days=("mon", "tue", "wed", "thu", "fri"), start=time(9), end=time(17))


def points(*rows):
    """Rows of (day, kind, points, expires on) of one customer and program."""
    columns = ["timestamp", "kind", "points", "expires_at"]
    frame = pd.DataFrame(rows, columns=columns).assign(customer_id="a", program_id="club")
    for column in ("timestamp", "expires_at"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
    found = rewards.fates(ibis.memtable(frame), AS_OF).to_pandas()
    return sorted(zip(found["age"], found["fate"], found["points"], strict=True))


def test_the_oldest_points_go_first():
    found = points(
        ("2024-01-01", "earn", 100, None), ("2024-02-01", "earn", 50, None),
        ("2024-03-01", "redeem", 120, None), ("2024-04-01", "expire", 20, None),
    )  # fmt: skip
    # 100 after 60 days, 20 of the second lot after 29, 20 expire after 60, 10 are open
    assert found == [
        (29, rewards.REDEEMED, 20), (60, rewards.REDEEMED, 100), (60, rewards.EXPIRED, 20),
        (150, rewards.OPEN, 10),
    ]  # fmt: skip


def test_dates_of_expiry_take_what_is_left_of_their_lot():
    found = points(
        ("2024-01-01", "earn", 100, "2024-04-01"), ("2024-02-01", "earn", 50, "2024-05-01"),
        ("2024-03-01", "redeem", 30, None), ("2024-04-15", "redeem", 10, None),
    )  # fmt: skip
    # of the first lot 30 are redeemed and 70 expire; of the second 10 and 40
    assert found == [
        (60, rewards.REDEEMED, 30), (74, rewards.REDEEMED, 10), (90, rewards.EXPIRED, 40),
        (91, rewards.EXPIRED, 70),
    ]  # fmt: skip


def test_expiry_that_lies_ahead_has_not_happened():
    assert points(("2024-06-01", "earn", 10, "2024-12-01")) == [(29, rewards.OPEN, 10)]


def test_every_point_earned_meets_one_fate():
    found = points(
        ("2024-01-01", "earn", 7, None), ("2024-01-05", "redeem", 3, None),
        ("2024-01-05", "earn", 9, None), ("2024-01-09", "redeem", 8, None),
        ("2024-03-09", "expire", 2, None), ("2024-06-09", "earn", 4, None),
    )  # fmt: skip
    assert sum(size for *_, size in found) == 20
    assert sum(size for _, fate, size in found if fate == rewards.REDEEMED) == 11


def test_points_without_any_date_of_expiry_are_redeemed_or_open():
    rows = [("2024-01-01", "earn", 100), ("2024-03-01", "redeem", 30)]
    frame = pd.DataFrame(rows, columns=["timestamp", "kind", "points"])
    told = frame.assign(customer_id="a", program_id="club",
                        timestamp=pd.to_datetime(frame["timestamp"]))  # fmt: skip
    typed = ibis.memtable(told).mutate(timestamp=ibis._.timestamp.cast("timestamp(6)"))
    found = rewards.fates(typed, AS_OF).to_pandas()
    assert dict(zip(found["fate"], found["points"], strict=True)) == {
        rewards.REDEEMED: 30, rewards.OPEN: 70,
    }  # fmt: skip


def hours_open(start, end):
    rows = ibis.memtable({"start": [datetime.fromisoformat(start)],
                          "end": [datetime.fromisoformat(end)]})  # fmt: skip
    return rows.select(s=seconds_open(rows.start, rows.end, OFFICE)).to_pandas()["s"][0] / 3600


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2024-06-03 10:00", "2024-06-03 12:30", 2.5),  # a Monday
        ("2024-06-03 16:00", "2024-06-04 10:00", 2.0),
        ("2024-06-07 16:00", "2024-06-10 10:00", 2.0),  # Friday to Monday
        ("2024-06-08 10:00", "2024-06-09 20:00", 0.0),  # a weekend
        ("2024-06-03 06:00", "2024-06-03 20:00", 8.0),
        ("2024-06-03 09:00", "2024-06-17 09:00", 80.0),
    ],
)
def test_only_business_hours_count(start, end, hours):
    assert hours_open(start, end) == hours


def test_tenure_at_any_day_is_that_of_the_survival_report(cdnow):
    bought, silence = cdnow.purchases(AS_OF), cdnow.silence_days
    lives = staying.lives(bought, silence)
    months = [Period.holding(day, "month")
              for day in (date(1997, 12, 1), date(1998, 3, 1), date(1998, 6, 1))]  # fmt: skip
    cells = staying.tenure_cells(lives, months, silence).to_pandas().drop(columns="level")
    for place, end in enumerate(month.end for month in months):
        then = tenure.tenure(bought.filter(bought.day <= end), end, silence)
        wanted = tenure.count_durations(then.filter(then.duration > 0)).to_pandas()
        found = cells[cells["period"] == place].drop(columns="period").reset_index(drop=True)
        pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


def test_active_at_the_edges_of_a_period_by_hand():
    june = Period.holding(date(2024, 6, 1), "month")
    days = {"kept": ["2024-05-20", "2024-06-10"], "lost": ["2024-05-25"],
            "back": ["2024-03-01", "2024-06-15"], "new": ["2024-06-05"],
            "edge": ["2024-05-03"]}  # fmt: skip
    rows = [(who, date.fromisoformat(day)) for who, given in days.items() for day in given]
    bought = ibis.memtable(pd.DataFrame(rows, columns=["customer_id", "day"]))
    found = staying.states(bought.mutate(day=bought.day.cast("date")), [june], 28).to_pandas()
    of = found.set_index("customer_id")
    assert set(of.index[of["active_0"]]) == {"kept", "lost"}  # 28 days before 31 May is 3 May
    assert set(of.index[of["kept_0"]]) == {"kept"}
    assert AS_OF - timedelta(days=28) == date(2024, 6, 2)


def test_orders_shared_by_all_levels_give_the_moments_of_each_level_on_its_own():
    months = [Period.holding(date(2024, month, 1), "month") for month in (4, 5, 6)]
    opened = [("a", "late", "2024-05-03"), ("a", "late", "2024-05-09"), ("b", "late", "2024-05-04"),
              ("z", "late", "2024-05-05"), ("b", "lost", "2024-06-06"), ("z", "lost", "2024-04-01"),
              ("a", "old", "2023-01-01"), ("b", None, "2024-05-04")]  # fmt: skip
    tickets = pd.DataFrame(opened, columns=["customer_id", "category", "opened_at"])
    tickets["opened_at"] = pd.to_datetime(tickets["opened_at"]).astype("datetime64[us]")
    ordered = [("a", "2024-05-01", 2), ("a", "2024-05-08", 1), ("b", "2024-05-01", 1),
               ("c", "2024-05-01", 4), ("c", "2024-06-01", 1)]  # fmt: skip
    orders = pd.DataFrame(ordered, columns=["customer_id", "day", "orders"])
    bought = ibis.memtable(orders.assign(day=pd.to_datetime(orders["day"]).dt.date))
    rows = ibis.memtable(tickets)
    found = service.per_order_by_level(rows, bought, months, "category").to_pandas()
    for level, moments in found.groupby("level"):
        alone = service.per_order(rows.filter(rows.category == level), bought, months)
        wanted = condense(alone).to_pandas().assign(level=level)
        told = moments[wanted.columns].reset_index(drop=True)
        pd.testing.assert_frame_equal(told, wanted, check_exact=True)
    assert set(found["level"]) == {"late", "lost", "old"}
    may = found[(found["period"] == 1) & (found["level"] == "late")].iloc[0]
    # a 2 tickets and 3 orders, b 1 and 1, c none and 4, z 1 and none
    assert may[["n", "y", "x", "yy", "xx", "xy"]].tolist() == [4, 4, 8, 6, 26, 7]
    assert may["owners"] == 3

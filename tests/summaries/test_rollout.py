"""What customers of each unit did around a start, on tables small enough to count by hand."""

from datetime import date, datetime

import ibis
import pytest

from retention_research.summaries import rollout

START = date(2024, 3, 11)


def day(month, number):
    return date(2024, month, number)


@pytest.fixture
def bought():
    """Ann buys early and late; bob first in the week before; cid first on the start itself."""
    return ibis.memtable(
        {
            "customer_id": ["ann", "ann", "ann", "ann", "bob", "bob", "cid", "cid"],
            "day": [day(2, 1), day(3, 4), day(3, 11), day(3, 17), day(3, 8), day(3, 24),
                    day(3, 11), day(3, 12)],
            "amount": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0],
        }
    )  # fmt: skip


@pytest.fixture
def members(bought):
    levels = ibis.memtable({"customer_id": ["ann", "bob", "cid"], "level": ["north"] * 3})
    return rollout.unit_members(levels, bought)


@pytest.fixture
def starts():
    return ibis.memtable({"start": [START]}, schema={"start": "date"})


def by_age(found):
    return found.to_pandas().sort_values(["unit", "age"]).reset_index(drop=True)


def test_members_know_their_first_purchase(members):
    frame = members.to_pandas().sort_values("customer_id")
    assert list(frame["first_day"].astype(str)) == ["2024-02-01", "2024-03-08", "2024-03-11"]


def test_customers_there_had_bought_before_the_span_and_before_the_start(members, starts):
    frame = by_age(rollout.customers_there(members, starts, 7, 2, 2))
    # bob comes in the last week before, cid on the day of the start
    assert frame["age"].tolist() == [-2, -1, 0, 1]
    assert frame["customers"].tolist() == [1, 1, 2, 2]


def test_purchases_fall_into_spans_that_begin_on_the_start(members, bought, starts):
    frame = by_age(rollout.bought_there(members, bought, starts, 7, 2, 2))
    told = frame[["age", "buyers", "purchases", "revenue"]].values.tolist()
    # the first purchases of bob and cid are nobody's outcome, nor is what cid buys at all
    assert told == [[-1, 1, 1, 2.0], [0, 1, 2, 12.0], [1, 1, 1, 32.0]]


def test_what_was_sold_in_spans_is_what_their_buyers_bought(members, bought, starts):
    sold, told = (by_age(count(members, bought, starts, 7, 2, 2))
                  for count in (rollout.sold_there, rollout.bought_there))  # fmt: skip
    assert sold[["age", "purchases", "revenue"]].values.tolist() == [
        [-1, 1, 2.0], [0, 2, 12.0], [1, 1, 32.0]
    ]  # fmt: skip
    assert sold.equals(told.drop(columns="buyers"))


def test_tickets_count_where_their_customer_was_there_or_for_their_team(members, starts):
    tickets = ibis.memtable(
        {
            "customer_id": ["ann", "bob", "cid", "ann"],
            "opened_at": [datetime(2024, 3, 10, 23), datetime(2024, 3, 11, 0),
                          datetime(2024, 3, 12), datetime(2024, 3, 13)],
            "csat": [2, 4, 5, None],
            "team": ["day", "day", "night", "day"],
        }
    )  # fmt: skip
    theirs = by_age(rollout.rated_there(rollout.ratings_of(tickets, members), starts, 7, 1, 1))
    assert theirs[["age", "ratings", "points"]].values.tolist() == [[-1, 1, 2.0], [0, 1, 4.0]]
    teams = by_age(rollout.rated_there(rollout.ratings_of(tickets, None), starts, 7, 1, 1))
    assert teams[["unit", "age", "ratings", "points"]].values.tolist() == [
        ["day", -1, 1, 2.0], ["day", 0, 1, 4.0], ["night", 0, 1, 5.0],
    ]  # fmt: skip


def test_every_start_has_its_own_customers(members):
    later = ibis.memtable({"start": [START, day(3, 18)]}, schema={"start": "date"})
    frame = rollout.customers_there(members, later, 7, 1, 1).to_pandas()
    frame = frame[frame["age"] == 0].sort_values("start")
    assert frame["customers"].tolist() == [2, 3]

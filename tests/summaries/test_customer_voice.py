"""Summaries of what customers say and how they are served, on tables worked by hand."""

from datetime import date

import ibis
import pandas as pd
import pytest

from retention_research.periods import Period
from retention_research.summaries import contacts, service, voice

YEAR = Period(date(2024, 1, 1), date(2024, 12, 31), "month")
AS_OF = date(2024, 12, 31)


@pytest.fixture
def table(engine):
    """Make a table of rows; names that end in _at, and timestamp, are times; day is a date."""

    def make(columns, *rows):
        frame = pd.DataFrame(rows, columns=columns.split())
        for name in frame.columns:
            if name.endswith("_at") or name == "timestamp":
                frame[name] = pd.to_datetime(frame[name], format="ISO8601")
            if name == "day":
                frame[name] = pd.to_datetime(frame[name]).dt.date
            if name in ("reason", "end_reason", "comment", "category", "product_id"):
                frame[name] = frame[name].astype("string")
        return engine.create_table(ibis.util.gen_name("rows"), frame)

    return make


@pytest.fixture
def purchases(table):
    return table(
        "customer_id day amount orders",
        ("a", "2023-06-30", 10.0, 1), ("a", "2023-07-02", 20.0, 1), ("a", "2024-06-01", 40.0, 2),
        ("b", "2024-02-01", 5.0, 1), ("c", "2023-12-01", 7.0, 1), ("d", "2024-11-01", 9.0, 1),
    )  # fmt: skip


def records(expression, *order):
    frame = expression.to_pandas()
    return (frame.sort_values(list(order)) if order else frame).to_dict("records")


def test_the_latest_answer_to_an_exit_survey_counts(table):
    surveys = table(
        "customer_id timestamp kind reason",
        ("a", "2024-03-01", "exit", "Too_expensive"),
        ("a", "2024-05-01", "exit", "late"),
        ("b", "2024-03-01", "nps", "late"),
        ("c", "2023-03-01", "exit", "late"),
    )
    found = records(voice.stated_reasons(surveys, YEAR))
    assert [(r["customer_id"], r["reason"]) for r in found] == [("a", "late")]


def test_having_left_and_a_failed_payment_are_no_reasons(table):
    ends = table("customer_id ended_at end_reason", ("a", "2024-06-01", "left"),
                 ("b", "2024-02-01", "Moved "), ("c", "2024-02-01", "payment_failed"),
                 ("d", None, "moved"), ("e", "2024-02-01", None))  # fmt: skip
    found = records(voice.plan_ends(ends, YEAR))
    assert [(r["customer_id"], r["reason"]) for r in found] == [("b", "moved")]


def test_without_a_column_of_reasons_there_are_none(table):
    surveys = table("customer_id timestamp score", ("a", "2024-03-01", 3))
    assert voice.stated_reasons(surveys, YEAR) is None
    assert voice.plan_ends(None, YEAR) is None


def test_who_bought_after_the_day_did_not_leave(table, purchases):
    # a spent 70 in the year up to the day, on which a bought; b bought the day after
    told = table("customer_id day reason", ("a", "2024-06-01", "late"), ("b", "2024-01-31", "late"),
                 ("c", "2024-03-01", "late"))  # fmt: skip
    assert records(voice.bought_again(told, purchases)) == [{"customer_id": "b"}]
    assert records(voice.value_lost(told, purchases, 1)) == [
        {"reason": "late", "customers": 2, "value_lost": 77.0}
    ]


def test_value_lost_is_the_revenue_of_the_365_days_before(table, purchases):
    told = table("customer_id day reason", ("a", "2024-06-30", "late"), ("b", "2024-01-31", "late"),
                 ("c", "2024-03-01", "price"))  # fmt: skip
    found = records(voice.value_lost(told, purchases, 1))
    # a: 60 of 2023-07-02 and 2024-06-01, the purchase 366 days before is out; b: bought later
    assert found == [
        {"reason": "late", "customers": 1, "value_lost": 60.0},
        {"reason": "price", "customers": 1, "value_lost": 7.0},
    ]


def test_reasons_of_few_customers_are_merged(table, purchases):
    told = table("customer_id day reason", ("a", "2024-06-30", "late"), ("b", "2024-03-31", "late"),
                 ("c", "2024-03-01", "price"), ("d", "2024-12-01", "moved"))  # fmt: skip
    found = records(voice.value_lost(told, purchases, 2), "reason")
    assert [(r["reason"], r["customers"]) for r in found] == [("late", 2), ("other", 2)]


def test_other_is_never_a_single_small_group(table):
    rows = table("customer_id category", ("a", "x"), ("b", "y"), ("c", "y"), ("d", "z"), ("e", "z"),
                 ("f", "z"))  # fmt: skip
    found = voice.small_merged(rows, "category", 2)
    assert set(found.category.to_pandas()) == {"other", "z"}


def test_levels_may_be_counted_among_some_rows_only(table):
    rows = table("customer_id category opened_at", ("a", "x", "2023-01-01"),
                 ("b", "x", "2024-01-01"), ("c", "y", "2024-01-01"), ("d", "y", "2024-01-01"),
                 ("e", "y", "2024-01-01"), ("f", "old", "2023-01-01"))  # fmt: skip
    found = voice.small_merged(rows, "category", 2, rows.opened_at.date() >= date(2024, 1, 1))
    assert sorted(found.category.to_pandas()) == ["other"] * 5
    assert "f" not in set(found.customer_id.to_pandas())


def test_who_fell_silent_was_active_before_the_year_and_is_not_at_its_end(purchases):
    gone = voice.fallen_silent(purchases, YEAR, 182)
    # active on the last day of 2023: bought from 2023-07-03 on, which a missed by a day
    assert records(gone) == [{"customer_id": "c"}]


def test_comments_leave_the_engine_bounded_and_newest_first(table):
    surveys = table("customer_id timestamp score comment", ("a", "2024-03-01", 9, "x" * 5_000),
                    ("b", "2024-05-01", 2, "late"), ("c", "2023-05-01", 2, "old"),
                    ("d", "2024-05-01", 2, None))  # fmt: skip
    tickets = table("customer_id opened_at comment", ("e", "2024-04-01", "broken"))
    found = records(voice.comments(surveys, tickets, YEAR))
    assert [r["customer_id"] for r in found] == ["b", "e", "a"]
    assert len(found[2]["comment"]) == voice.LONGEST
    assert pd.isna(found[1]["score"])


@pytest.fixture
def tickets(table):
    return table(
        "customer_id ticket_id opened_at category resolved_at is_complaint product_id",
        ("a", "1", "2024-03-01 23:00", "late", "2024-03-02", True, "p"),
        ("a", "2", "2024-03-31 01:00", "late", None, True, "p"),
        ("a", "3", "2024-04-02", "price", None, False, None),
        ("b", "4", "2024-05-01", "late", None, True, "q"),
        ("b", "5", "2024-06-01", "late", None, False, "q"),
        ("c", "6", "2024-12-20", "late", None, True, "r"),
    )


def test_a_return_visit_is_about_the_same_within_30_days(tickets):
    found = records(service.return_visits(tickets, YEAR, AS_OF), "customer_id")
    # 1 is followed by 2 after 30 days; 4 by 5 after 31; the last 30 days are left out
    assert [(r["customer_id"], r["y"], r["x"]) for r in found] == [("a", 1, 3), ("b", 0, 2)]


def test_a_repeated_complaint_follows_another_within_90_days(tickets):
    found = records(service.repeated(service.complaints(tickets), YEAR, AS_OF), "customer_id")
    assert [(r["customer_id"], r["y"], r["x"]) for r in found] == [("a", 1, 2), ("b", 0, 1)]


def test_all_tickets_are_complaints_where_the_source_does_not_tell(tickets):
    assert service.complaints(tickets.drop("is_complaint")).count().execute() == 6
    assert service.complaints(tickets).count().execute() == 4


def test_complaints_are_held_against_customers_active_in_the_period(tickets, purchases):
    sums = service.per_customers(service.complaints(tickets), purchases, [YEAR], 40)
    found = records(sums, "customer_id")
    # active: a purchase in 40 days before the year (c), or in it (a, b, d)
    assert [(r["customer_id"], r["y"], r["x"]) for r in found] == [
        ("a", 2, 1), ("b", 1, 1), ("c", 1, 1), ("d", 0, 1),
    ]  # fmt: skip


def test_causes_count_every_complaining_customer_at_every_cause(tickets):
    found = records(service.causes(tickets, YEAR, "category"), "level", "customer_id")
    assert [(r["level"], r["customer_id"], r["y"], r["x"]) for r in found] == [
        ("late", "a", 2, 3), ("late", "b", 2, 2), ("late", "c", 1, 1),
        ("price", "a", 1, 3), ("price", "b", 0, 2), ("price", "c", 0, 1),
    ]  # fmt: skip


def test_problems_of_a_product_are_held_against_orders_that_hold_it(table, tickets):
    lines = table("order_id product_id category", ("o1", "p", "x"), ("o1", "p", "x"),
                  ("o1", "q", "x"), ("o2", "p", "x"), ("o3", "s", "y"))  # fmt: skip
    orders = table("customer_id order_id day amount", ("a", "o1", "2024-02-01", 10.0),
                   ("d", "o2", "2024-02-01", 10.0), ("d", "o2", "2024-02-09", -10.0),
                   ("d", "o3", "2023-02-01", 10.0))  # fmt: skip
    bought = service.orders_by_product(lines, orders, YEAR, "product_id")
    about = service.tickets_by_product(tickets, lines, YEAR, "product_id")
    found = records(service.problems_per_order(about, bought), "level", "customer_id")
    # r was never ordered, s not in the year
    assert [(r["level"], r["customer_id"], r["y"], r["x"]) for r in found] == [
        ("p", "a", 2, 1), ("p", "d", 0, 1), ("q", "a", 0, 1), ("q", "b", 2, 0),
    ]  # fmt: skip
    kinds = service.tickets_by_product(tickets, lines, YEAR, "category")
    assert {r["level"]: r["tickets"] for r in records(kinds)} == {"x": 2}


def test_open_complaints_come_with_the_revenue_of_the_year_before(tickets, purchases):
    revenue = service.yearly_revenue(purchases, AS_OF)
    found = records(service.still_open(service.complaints(tickets), revenue, AS_OF))
    assert [(r["ticket_id"], r["days_open"], r["revenue"], r["high_value"]) for r in found] == [
        ("2", 275, 40.0, True), ("4", 244, 5.0, False), ("6", 11, 0.0, False),
    ]  # fmt: skip


@pytest.fixture
def sent(table):
    rows = table(
        "customer_id channel sent_at delivered responded_at actions",
        ("a", "Email ", "2024-01-01", True, "2024-01-02", 0),
        ("a", "sms", "2024-01-05", True, None, 2),
        ("a", "email", "2024-01-09", True, None, 0),
        ("a", "email", "2024-02-01", False, None, 0),
        ("b", "email", "2024-02-01", None, None, 0),
        ("b", "email", "2023-02-01", True, "2023-02-02", 0),
    )
    months = [Period.holding(date(2024, month, 1), "month") for month in (1, 2)]
    return contacts.delivered(rows, months)


def test_contacts_that_did_not_arrive_are_left_out_and_bands_count_a_month(sent):
    found = records(sent, "sent_at", "customer_id")
    assert [(r["customer_id"], r["channel"], r["band"], r["answered"]) for r in found] == [
        ("a", "email", "3 to 4", 1), ("a", "sms", "3 to 4", 1), ("a", "email", "3 to 4", 0),
        ("b", "email", "1", 0),
    ]  # fmt: skip


def test_of_two_channels_answered_alike_the_last_counts(sent):
    found = records(contacts.answering_channel(sent, 1), "level")
    assert found == [{"level": "no channel", "customers": 1}, {"level": "sms", "customers": 1}]


def test_channels_of_too_few_customers_are_joined(sent):
    found = records(contacts.answering_channel(sent, 2), "level")
    assert found == [{"level": "other", "customers": 2}]


def test_answers_are_summed_by_customer(sent):
    found = records(contacts.answers_by(sent, "channel"), "level", "customer_id")
    assert [(r["level"], r["customer_id"], r["y"], r["x"]) for r in found] == [
        ("email", "a", 1, 2), ("email", "b", 0, 1), ("sms", "a", 1, 1),
    ]  # fmt: skip


def test_pressure_is_contacts_a_customer_and_month(sent):
    found = records(contacts.pressure(sent), "customer_id")
    assert [(r["customer_id"], r["y"], r["x"]) for r in found] == [("a", 3, 1), ("b", 1, 1)]


def test_openings_stand_for_answers_where_nothing_else_is_known(table):
    rows = table(
        "customer_id channel sent_at opened_at",
        ("a", "email", "2024-01-01", "2024-01-02"),
        ("b", "email", "2024-01-01", None),
    )
    found = records(contacts.delivered(rows, [YEAR]), "customer_id")
    assert [r["answered"] for r in found] == [1, 0]
    assert not contacts.tells_answers(rows.drop("opened_at"))

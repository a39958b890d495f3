"""What was known of a customer on a day, counted on paper; what came later changes nothing."""

from datetime import date, datetime

import ibis
import pytest

from retention_research.summaries.engagement import behaviour, reached, served, standing

DAY = date(2024, 3, 31)
WEEKS12 = 84  # back to 2024-01-08


def at(text):
    return datetime.fromisoformat(f"2024-{text}") if text else None


def table(**columns):
    kinds = {"_at": "timestamp", "timestamp": "timestamp", "day": "date"}
    schema = {
        name: next((kind for end, kind in kinds.items() if name.endswith(end)), None)
        or ("float64" if any(isinstance(v, float) for v in values)
            else "boolean" if any(isinstance(v, bool) for v in values)
            else "int64" if any(isinstance(v, int) for v in values) else "string")
        for name, values in columns.items()
    }  # fmt: skip
    rows = [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]
    return ibis.memtable(rows, schema=schema)


def known(expression, column):
    rows = expression.to_pyarrow().to_pylist()
    return {row["customer_id"]: row[column] for row in rows}


@pytest.fixture
def purchases():
    return table(
        customer_id=["a", "a", "a", "b", "c", "c", "d"],
        day=[date(2024, 1, 1), date(2024, 1, 11), date(2024, 3, 1), date(2024, 3, 31),
             date(2023, 1, 1), date(2023, 10, 1), date(2024, 4, 1)],
        amount=[10.0, 20.0, 30.0, 7.0, 1.0, 1.0, 9.0],
    )  # fmt: skip


def test_who_bought_within_the_silence_is_active(purchases):
    rows = behaviour.active_customers(purchases, DAY, 182)
    assert known(rows, "recent_purchases") == {"a": 3, "b": 1}


def test_a_purchase_as_old_as_the_silence_no_longer_counts(purchases):
    assert set(known(behaviour.active_customers(purchases, DAY, 183), "tenure_days")) == {
        "a", "b", "c"
    }  # fmt: skip


def test_behaviour_is_counted_up_to_the_day(purchases):
    rows = behaviour.active_customers(purchases, DAY, 182)
    assert known(rows, "days_since_last") == {"a": 30, "b": 0}
    assert known(rows, "tenure_days") == {"a": 90, "b": 0}
    assert known(rows, "mean_spend") == {"a": 20.0, "b": 7.0}
    assert known(rows, "usual_gap") == {"a": 30.0, "b": None}


def test_silent_is_who_did_not_buy_after_the_day(purchases):
    active = behaviour.active_customers(purchases, date(2024, 2, 29), 182)
    rows = behaviour.silent_after(active, purchases, date(2024, 2, 29), date(2024, 3, 1))
    assert known(rows, "silent") == {"a": False, "c": True}


def test_the_day_itself_is_not_after_it(purchases):
    active = behaviour.active_customers(purchases, DAY, 182)
    rows = behaviour.silent_after(active, purchases, DAY, date(2024, 6, 30))
    assert known(rows, "silent") == {"a": True, "b": True}


@pytest.fixture
def transactions():
    return table(
        customer_id=["a", "a", "a", "b", "b", "c"],
        day=[date(2024, 1, 8), date(2024, 2, 1), date(2024, 2, 5), date(2024, 1, 7),
             date(2024, 3, 31), date(2024, 4, 1)],
        amount=[30.0, 60.0, -5.0, 90.0, 90.0, -1.0],
        discount=[10.0, 0.0, None, 9.0, 10.0, None],
    )  # fmt: skip


def test_the_discount_share_is_of_what_orders_would_have_cost(transactions):
    rows = behaviour.recent_orders(transactions, DAY, WEEKS12)
    assert known(rows, "discount_share") == {"a": pytest.approx(0.1), "b": pytest.approx(0.1)}


def test_something_given_back_in_the_lookback_shows(transactions):
    rows = behaviour.recent_orders(transactions, DAY, WEEKS12)
    assert known(rows, "returned") == {"a": True, "b": False}
    assert known(rows, "orders_lately") == {"a": 2, "b": 1}


@pytest.mark.parametrize(("blank_is_none", "b"), [(True, False), (False, None)])
def test_a_blank_discount_is_none_only_where_the_source_writes_no_zero(blank_is_none, b):
    rows = table(
        customer_id=["a", "b", "c"], day=[date(2024, 1, 1)] * 3, amount=[1.0, 1.0, 1.0],
        discount=[2.0, None, 0.0],
    )  # fmt: skip
    born = table(customer_id=["a", "b", "c"], day=[date(2024, 1, 1)] * 3,
                 birth_known=[True, True, True]).rename(first_day="day")  # fmt: skip
    found = behaviour.first_order_discounted(rows, born, blank_is_none=blank_is_none)
    assert known(found, "first_order_discounted") == {"a": True, "b": b, "c": False}
    assert not behaviour.writes_no_zero(rows)
    assert behaviour.writes_no_zero(rows.filter(rows.customer_id != "c"))


def test_a_first_order_of_unknown_birth_tells_nothing():
    rows = table(customer_id=["a"], day=[date(2024, 1, 1)], amount=[1.0], discount=[2.0])
    born = table(customer_id=["a"], day=[date(2024, 1, 1)], birth_known=[False])
    found = behaviour.first_order_discounted(rows, born.rename(first_day="day"),
                                             blank_is_none=False)  # fmt: skip
    assert known(found, "first_order_discounted") == {}


@pytest.fixture
def activity():
    return table(
        customer_id=["a", "a", "a", "a", "b", "b"],
        timestamp=[at("01-07 10:00"), at("02-10 10:00"), at("03-31 23:59"), at("04-01 00:00"),
                   at("03-05 10:00"), at("01-08 10:00")],
        event=["late", "visit", "visit", "late", "late", "visit"],
    )  # fmt: skip


def test_an_event_counts_within_the_lookback_only(activity):
    rows = reached.event_flags(activity, DAY, WEEKS12, {"was_late": "late"})
    assert known(rows, "was_late") == {"a": False, "b": True}


def test_users_of_an_event_are_counted_among_the_active(activity):
    active = table(customer_id=["a"], tenure_days=[90])
    rows = reached.event_users(activity, active, DAY, WEEKS12)
    assert rows.to_pyarrow().to_pylist() == [{"event": "visit", "customers": 1}]


def test_activity_change_holds_four_weeks_against_those_before(activity):
    active = table(customer_id=["a", "b", "new"], tenure_days=[90, 90, 20])
    rows = reached.activity_change(activity, active, DAY, WEEKS12, ["visit"])
    found = known(rows, "activity_change")
    # a: one visit in the last 28 days, one in the 56 before; a third and two thirds of one added
    assert found["a"] == pytest.approx(0.470003629)  # ln((4/3) / 28) - ln((5/3) / 56)
    assert found["b"] == pytest.approx(-0.916290732)  # ln((1/3) / 28) - ln((5/3) / 56)
    assert found["new"] is None


def test_no_activity_is_no_change(activity):
    active = table(customer_id=["quiet"], tenure_days=[90])
    rows = reached.activity_change(activity, active, DAY, WEEKS12, ["visit"])
    assert known(rows, "activity_change") == {"quiet": pytest.approx(0, abs=1e-12)}


def test_contacts_that_did_not_arrive_do_not_count():
    rows = table(
        customer_id=["a", "a", "a", "b"],
        sent_at=[at("03-01"), at("03-02"), at("03-03"), at("04-01")],
        delivered=[True, False, None, True], purpose=["news", "news", "sale", "news"],
    )  # fmt: skip
    found = reached.contacts_received(rows, DAY, WEEKS12, {"n": "news", "all": None})
    assert known(found, "n") == {"a": 1}
    assert known(found, "all") == {"a": 2}


@pytest.fixture
def tickets():
    return table(
        customer_id=["fast", "slow", "late", "young", "open", "twice", "twice", "old", "next"],
        ticket_id=list("123456789"),
        opened_at=[at("03-01 08:00")] * 3 + [at("03-31 08:00"), at("03-01 08:00"),
                   at("03-01 08:00"), at("03-05 08:00"), at("01-07 08:00"), at("04-01 00:00")],
        first_response_at=[at("03-01 10:00"), at("03-01 17:00"), at("04-02 08:00"), None, None,
                           at("03-01 08:30"), at("03-09 08:00"), None, None],
        resolved_at=[at("03-03 08:00"), at("03-03 08:01"), at("04-02 08:00"), None, None,
                     at("03-01 09:00"), at("03-20 08:00"), None, None],
        category=["delivery"] * 3 + ["delivery", "other", "delivery", "delivery", "x", "delivery"],
        is_complaint=[True] * 9, channel=["Phone", "chat ", "", "chat", None, "phone", "chat", "x",
                                          "x"],
        csat=[5, 1, 2, None, None, 3, 4, None, None],
    )  # fmt: skip


def test_complaints_of_the_lookback(tickets):
    rows = served.complained(tickets, DAY, WEEKS12)
    assert set(known(rows, "complaint")) == {"fast", "slow", "late", "young", "open", "twice"}


def test_a_complaint_is_slow_once_it_was_open_for_longer_than_the_limit(tickets):
    rows = served.resolution(tickets, DAY, WEEKS12, 48 * 3600)
    assert known(rows, "slow_resolution") == {
        "fast": "resolved fast", "slow": "resolved slowly", "late": "resolved slowly",
        "young": "not known yet", "open": "resolved slowly", "twice": "resolved slowly",
    }  # fmt: skip


def test_a_resolution_after_the_day_is_not_known_on_it(tickets):
    sooner = tickets.mutate(resolved_at=tickets.resolved_at.nullif(at("04-02 08:00")))
    one, other = (
        known(served.resolution(rows, DAY, WEEKS12, 48 * 3600), "slow_resolution")
        for rows in (tickets, sooner)
    )
    assert one == other


def test_a_resolution_just_after_midnight_does_not_make_a_young_complaint_fast(tickets):
    young = tickets.filter(tickets.customer_id == "young")
    solved = young.mutate(resolved_at=ibis.literal(at("04-01 00:00")))
    assert known(served.resolution(solved, DAY, WEEKS12, 48 * 3600), "slow_resolution") == {
        "young": "not known yet"
    }


def test_an_answer_is_late_by_the_target_of_its_category(tickets):
    rows = served.response(tickets, DAY, WEEKS12, {"delivery": 8.0})
    assert known(rows, "late_response") == {
        "fast": "in time", "slow": "late", "late": "late", "young": "late", "open": "no target",
        "twice": "late",
    }  # fmt: skip


def test_a_ticket_younger_than_its_target_is_not_known_yet(tickets):
    rows = served.response(tickets, DAY, WEEKS12, {"delivery": 24.0})
    assert known(rows, "late_response")["young"] == "not known yet"


def test_the_last_ticket_tells_the_channel(tickets):
    rows = served.last_ticket(tickets, DAY)
    assert known(rows, "ticket_channel") == {
        "fast": "phone", "slow": "chat", "late": None, "young": "chat", "open": None,
        "twice": "chat", "old": "x",
    }  # fmt: skip


def test_a_rating_is_known_from_the_resolution_on(tickets):
    assert known(served.last_rating(tickets, DAY), "csat") == {"fast": 5, "slow": 1, "twice": 4}


def test_a_ticket_that_is_not_resolved_has_no_rating_yet(tickets):
    unresolved = tickets.mutate(resolved_at=ibis.null("timestamp"))
    assert known(served.last_rating(unresolved, DAY), "csat") == {}
    told_otherwise = known(served.last_rating(tickets.drop("resolved_at"), DAY), "csat")
    assert told_otherwise["fast"] == 5


def test_the_last_score_counts_and_leavers_are_not_asked():
    rows = table(
        customer_id=["a", "a", "a", "a", "b", "c"],
        timestamp=[at("01-01 10:00"), at("03-31 10:00"), at("03-31 12:00"), at("04-01 10:00"),
                   at("03-01 10:00"), None],
        score=[9, 2, 7, 0, 1, 4], kind=["nps", None, "nps", "nps", "exit", "nps"],
    )  # fmt: skip
    assert known(served.last_score(rows, DAY), "survey_score") == {"a": 7}


def test_members_are_who_enrolled_by_the_day_and_did_not_leave_by_it():
    rows = table(
        customer_id=["in", "later", "out", "leaves", "twice", "twice"],
        program_id=["club"] * 6,
        enrolled_at=[at("03-31 23:00"), at("04-01 00:00"), at("01-01"), at("01-01"), at("01-01"),
                     at("03-01")],
        left_at=[None, None, at("03-31 10:00"), at("04-01 10:00"), at("02-01"), None],
    )  # fmt: skip
    found = known(standing.members_at(rows, DAY, {"m": "club"}), "m")
    assert found == {"in": True, "leaves": True, "twice": True}


def test_the_plan_is_the_last_taken_whether_it_runs_or_not():
    rows = table(
        customer_id=["a", "a", "b", "c"], plan=["small", "large", " ", "small"],
        started_at=[at("01-01"), at("03-01"), at("03-31"), at("04-01")],
        ended_at=[None, at("03-02"), None, None],
    )  # fmt: skip
    assert known(standing.plan_at(rows, DAY), "plan") == {"a": "large", "b": "a plan"}


def test_an_arm_is_in_force_from_its_assignment_on():
    rows = table(
        customer_id=["a", "b", "a"], experiment_id=["mail", "mail", "call"],
        arm=["letter", "holdout", "holdout"],
        assigned_at=[at("03-31 23:59"), at("04-01 00:00"), at("01-01")],
    )  # fmt: skip
    rows = standing.arms_at(rows, DAY, {"mail": "mail", "call": "call"})
    assert known(rows, "mail") == {"a": "letter"}
    assert known(rows, "call") == {"a": "holdout"}

"""Every table beside transactions: what breaks a rule is counted by name and kept out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from retention_research.events.sources import open_events, reopen_events
from retention_research.study import StudyError, new_study

from .conftest import ORDERS, Check

CONTACTS = "customer_id,campaign_id,channel,sent_at,delivered,opened_at,responded_at,actions"
TICKETS = (
    "customer_id,ticket_id,opened_at,category,first_response_at,resolved_at,reopened_at,"
    "csat,handled_minutes"
)
SURVEYS = "customer_id,timestamp,score,kind,invited_at,reason,comment"
MEMBERS = "customer_id,program_id,enrolled_at,left_at"
REWARDS = "customer_id,program_id,timestamp,kind,points"
ARMS = "customer_id,experiment_id,arm,assigned_at,probability"
PLANS = "customer_id,started_at,ended_at,plan"
CONSENTS = "customer_id,channel,purpose,given_at,withdrawn_at"
GOOD = "a,spring,email,2024-03-01 08:00,yes,2024-03-01 09:00,,2"


def column(rows: list[dict[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows]


def test_good_contacts_are_typed(checked: Check) -> None:
    failed, rows = checked("contacts", CONTACTS, GOOD)
    assert failed == {}
    assert (rows[0]["delivered"], rows[0]["actions"]) == (True, 2)
    assert rows[0]["opened_at"] == datetime(2024, 3, 1, 9)
    assert rows[0]["responded_at"] is None
    assert str(rows[0]["day"]) == "2024-03-01"


def test_contacts_of_unknown_customers_are_left_out(checked: Check) -> None:
    failed, rows = checked("contacts", CONTACTS, GOOD, GOOD.replace("a,", "zoe,", 1))
    assert failed == {"customer_unknown": 1}
    assert column(rows, "customer_id") == ["a"]


def test_unknown_customers_do_not_stop_a_study_but_foreign_ids_do(checked: Check) -> None:
    known = [f"a,c{i},email,2024-03-01,,,," for i in range(12)]
    unknown = [f"00{i},c1,email,2024-03-01,,,," for i in range(30)]
    failed, _ = checked("contacts", CONTACTS, *known, *unknown[:10], most=0.05)
    assert failed == {"customer_unknown": 10}
    with pytest.raises(StudyError, match="30 of 42 rows are of a customer_id that is neither"):
        checked("contacts", CONTACTS, *known, *unknown, most=0.05)


def test_too_many_other_bad_rows_stop_a_study(checked: Check) -> None:
    bad = GOOD.replace("2024-03-01 09:00", "2024-02-01 09:00")
    with pytest.raises(StudyError, match=r"contacts: 1 of 2 rows \(50.0%\) cannot be used"):
        checked("contacts", CONTACTS, GOOD, bad, most=0.05)


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        ("opened_before_sent", "a,spring,email,2024-03-01 08:00,yes,2024-02-28 09:00,,"),
        ("responded_before_sent", "a,spring,email,2024-03-01 08:00,yes,,2024-03-01 07:59,"),
        ("sent_at_absurd", "a,spring,email,1970-01-01 08:00,yes,,,"),
        ("sent_at_unreadable", "a,spring,email,soon,yes,,,"),
        ("campaign_id_missing", "a,,email,2024-03-01 08:00,yes,,,"),
    ],
)
def test_a_bad_contact_is_left_out_under_its_rule(checked: Check, rule: str, row: str) -> None:
    failed, rows = checked("contacts", CONTACTS, GOOD, row)
    assert failed == {rule: 1}
    assert len(rows) == 1


def test_a_copy_of_a_contact_is_left_out_even_with_blanks_in_it(checked: Check) -> None:
    failed, rows = checked("contacts", CONTACTS, GOOD, GOOD)
    assert failed == {"duplicate": 1}
    assert len(rows) == 1


def test_a_bare_date_may_stand_on_the_day_of_an_earlier_time(checked: Check) -> None:
    failed, rows = checked("contacts", CONTACTS, "a,spring,email,2024-03-01 08:00,,2024-03-01,,")
    assert failed == {}
    assert len(rows) == 1


def test_rows_after_the_newest_day_of_the_orders_are_noted(checked: Check) -> None:
    failed, rows = checked("contacts", CONTACTS, GOOD, "a,summer,email,2024-08-01 08:00,,,,")
    assert failed == {"future": 1}
    assert len(rows) == 2


def test_opened_though_not_delivered_is_noted(checked: Check) -> None:
    failed, _ = checked("contacts", CONTACTS, GOOD.replace("yes", "no"))
    assert failed == {"opened_undelivered": 1}


def test_customers_whom_the_study_excludes_are_left_out_of_every_table(checked: Check) -> None:
    failed, _ = checked("contacts", CONTACTS, GOOD, GOOD.replace("a,", "b,", 1), exclude_ids=("b",))
    assert failed == {"customer_excluded": 1}


def test_a_good_ticket_may_be_open_and_unanswered(checked: Check) -> None:
    failed, rows = checked("tickets", TICKETS, "a,t1,2024-03-01 08:00,late,,,,,")
    assert failed == {}
    assert (rows[0]["resolved_at"], rows[0]["csat"]) == (None, None)


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        ("resolved_before_opened", "a,t2,2024-03-02 08:00,late,,2024-03-01 08:00,,,"),
        ("answered_before_opened", "a,t2,2024-03-02 08:00,late,2024-03-02 07:00,,,,"),
        ("reopened_before_opened", "a,t2,2024-03-02 08:00,late,,,2024-03-01 08:00,,"),
        ("ticket_id_duplicate", "b,t1,2024-03-02 08:00,late,,,,,"),
    ],
)
def test_a_bad_ticket_is_left_out_under_its_rule(checked: Check, rule: str, row: str) -> None:
    failed, rows = checked("tickets", TICKETS, "a,t1,2024-03-01 08:00,late,,,,,", row)
    assert failed.pop(rule) == 1
    assert set(failed) <= {"reopened_unresolved"}
    assert column(rows, "ticket_id") == ["t1"]


@pytest.mark.parametrize("csat", ["0", "6", "4.5"])
def test_a_rating_that_cannot_be_is_taken_out_and_the_ticket_stays(
    checked: Check, csat: str
) -> None:
    failed, rows = checked("tickets", TICKETS, f"a,t1,2024-03-01 08:00,late,,2024-03-02,,{csat},7")
    assert failed == {"csat_unreadable" if csat == "4.5" else "csat_out_of_range": 1}
    assert (rows[0]["csat"], rows[0]["handled_minutes"]) == (None, 7.0)


def test_minutes_may_have_a_decimal_comma(checked: Check) -> None:
    line = 'a,t1,2024-03-01 08:00,late,,2024-03-02,,5,"12,25"'
    assert column(checked("tickets", TICKETS, line)[1], "handled_minutes") == [12.25]


@pytest.mark.parametrize("score", ["-1", "11"])
def test_a_score_outside_0_to_10_is_left_out(checked: Check, score: str) -> None:
    lines = ["a,2024-03-01,10,NPS,,,", f"b,2024-03-01,{score},nps,,,"]
    failed, rows = checked("surveys", SURVEYS, *lines)
    assert failed == {"score_out_of_range": 1}
    assert column(rows, "kind") == ["nps"]


def test_who_was_invited_and_did_not_answer_is_kept(checked: Check) -> None:
    failed, rows = checked("surveys", SURVEYS, "a,2024-03-02,9,,2024-03-01,,", "b,,,,2024-03-01,,")
    assert failed == {}
    assert column(rows, "score") == [9, None]


def test_an_exit_survey_needs_a_reason_or_a_score(checked: Check) -> None:
    lines = ["a,2024-03-02,,exit,,price,", "b,2024-03-02,,exit,,,"]
    failed, rows = checked("surveys", SURVEYS, *lines)
    assert failed == {"score_missing": 1}
    assert column(rows, "reason") == ["price"]


def test_two_answers_on_one_day_are_noted_unless_they_are_of_two_surveys(checked: Check) -> None:
    lines = ["a,2024-03-02 09:00,3,,,,", "a,2024-03-02 18:00,9,nps,,,", "a,2024-03-02,8,exit,,x,"]
    failed, rows = checked("surveys", SURVEYS, *lines)
    assert failed == {"two_on_one_day": 1}
    assert len(rows) == 3


def test_enrolled_after_leaving_is_left_out(checked: Check) -> None:
    failed, rows = checked("memberships", MEMBERS, "a,club,2024-03-02,2024-02-01")
    assert failed == {"enrolled_after_leaving": 1}
    assert rows == []


def test_a_membership_within_another_is_left_out_and_the_earlier_kept(checked: Check) -> None:
    lines = ["a,club,2024-02-01,", "a,club,2024-01-01,2024-03-01", "a,gold,2024-02-01,"]
    failed, rows = checked("memberships", MEMBERS, *lines)
    assert failed == {"membership_overlaps": 1}
    assert column(rows, "program_id") == ["club", "gold"]
    assert str(rows[0]["day"]) == "2024-01-01"


def test_enrolling_again_after_leaving_is_noted(checked: Check) -> None:
    lines = ["a,club,2024-01-01,2024-02-01", "a,club,2024-02-01,"]
    failed, rows = checked("memberships", MEMBERS, *lines)
    assert failed == {"enrolled_again": 1}
    assert len(rows) == 2


def test_points_are_earned_before_they_are_redeemed_at_one_moment(checked: Check) -> None:
    lines = ["a,club,2024-01-01,redeem,50", "a,club,2024-01-01,Earn,50"]
    failed, rows = checked("rewards", REWARDS, *lines)
    assert failed == {}
    assert column(rows, "kind") == ["redeem", "earn"]


def test_redeeming_beyond_the_balance_is_left_out(checked: Check) -> None:
    # 100 earned, 60 redeemed, 60 asked of 40; another program's and customer's points do not help
    lines = [
        "a,club,2024-01-01,earn,100", "a,club,2024-01-02,redeem,60", "a,club,2024-01-03,redeem,60",
        "a,gold,2024-01-01,earn,500", "b,club,2024-01-01,earn,500", "a,club,2024-01-04,earn,10",
        "a,club,2024-01-05,redeem,10",
    ]  # fmt: skip
    failed, rows = checked("rewards", REWARDS, *lines)
    assert failed == {"redeemed_beyond_balance": 1}
    assert [r["points"] for r in rows if r["kind"] == "redeem"] == [60.0, 10.0]


def test_more_expiring_than_is_left_is_noted(checked: Check) -> None:
    lines = ["a,club,2024-01-01,earn,100", "a,club,2024-01-02,expire,101"]
    failed, rows = checked("rewards", REWARDS, *lines)
    assert failed == {"expired_beyond_balance": 1}
    assert len(rows) == 2


def test_strange_kinds_and_negative_points_are_left_out(checked: Check) -> None:
    lines = ["a,club,2024-01-01,gift,100", "a,club,2024-01-02,earn,-5"]
    failed, rows = checked("rewards", REWARDS, *lines)
    assert failed == {"kind_unknown": 1, "points_negative": 1}
    assert rows == []


def test_the_first_of_two_arms_counts(checked: Check) -> None:
    lines = ["a,mail,holdout,2024-01-05,", "a,mail,mail,2024-01-01,0.5", "b,mail,mail,2024-01-01,"]
    failed, rows = checked("assignments", ARMS, *lines, "b,mail,mail,2024-01-09,")
    assert failed == {"two_arms": 1, "assigned_again": 1}
    assert column(rows, "arm") == ["mail", "mail"]
    assert [when and f"{when:%F}" for when in column(rows, "other_arm_at")] == ["2024-01-05", None]


@pytest.mark.parametrize("probability", ["0", "1.5", "-0.5"])
def test_a_probability_that_cannot_be_is_taken_out(checked: Check, probability: str) -> None:
    failed, rows = checked("assignments", ARMS, f"a,mail,mail,2024-01-01,{probability}")
    assert failed == {"probability_out_of_range": 1}
    assert column(rows, "probability") == [None]


def test_overlapping_subscriptions_to_one_plan_are_left_out(checked: Check) -> None:
    lines = ["a,2024-01-01,2024-03-01,basic", "a,2024-02-01,,basic", "a,2024-02-01,,extra"]
    failed, rows = checked("subscriptions", PLANS, *lines)
    assert failed == {"subscription_overlaps": 1}
    assert column(rows, "plan") == ["basic", "extra"]


def test_a_subscription_that_ended_before_it_started_is_left_out(checked: Check) -> None:
    failed, _ = checked("subscriptions", PLANS, "a,2024-03-01,2024-01-01,basic")
    assert failed == {"ended_before_started": 1}


def test_a_consent_withdrawn_before_it_was_given_is_left_out(checked: Check) -> None:
    failed, _ = checked("consents", CONSENTS, "a,email,offers,2024-03-01,2024-01-01")
    assert failed == {"withdrawn_before_given": 1}


def test_lines_are_told_the_day_of_their_order(checked: Check) -> None:
    lines = ["a2024-01-08,P1,2", "nowhere,P1,1"]
    failed, rows = checked("order_lines", "order_id,product_id,quantity", *lines)
    assert failed == {"order_unknown": 1}
    assert str(rows[0]["day"]) == "2024-01-08"


def test_lines_of_orders_that_are_not_counted_are_left_out_as_asked(checked: Check) -> None:
    lines = ["a2024-01-08,P1", "b2024-01-08,P1"]
    failed, rows = checked("order_lines", "order_id,product_id", *lines, exclude_ids=("b",))
    assert failed == {"order_left_out": 1}
    assert column(rows, "order_id") == ["a2024-01-08"]


def test_lines_need_orders_with_a_number(checked: Check, tmp_path: Path) -> None:
    (tmp_path / "order_lines.csv").write_text("order_id,product_id\n1,P\n", encoding="utf-8")
    sources = {"transactions": {"frame": True}, "order_lines": {"path": "order_lines.csv"}}
    study = new_study(study="shop", currency="EUR", sources=sources)
    with pytest.raises(StudyError, match="the transactions have no order_id"):
        open_events(study, frames={"transactions": ORDERS.drop(columns="order_id")}, root=tmp_path)


@pytest.mark.parametrize(
    ("table", "header"),
    [
        ("contacts", CONTACTS), ("tickets", TICKETS), ("surveys", SURVEYS), ("rewards", REWARDS),
        ("memberships", MEMBERS), ("assignments", ARMS), ("subscriptions", PLANS),
        ("consents", CONSENTS), ("order_lines", "order_id,product_id"),
        ("activity", "customer_id,timestamp,event"),
    ],
)  # fmt: skip
def test_a_table_may_hold_a_header_only(checked: Check, table: str, header: str) -> None:
    failed, rows = checked(table, header)
    assert (failed, rows) == ({}, [])


def test_a_repeated_event_of_activity_is_noted_and_kept(checked: Check) -> None:
    line = "a,2024-01-05 10:00,visit"
    failed, rows = checked("activity", "customer_id,timestamp,event", line, line)
    assert failed == {"duplicate": 1}
    assert len(rows) == 2


def test_a_missing_required_column_names_the_table(checked: Check) -> None:
    with pytest.raises(StudyError, match=r"tickets.csv has no column category"):
        checked("tickets", "customer_id,ticket_id,opened_at", "a,t1,2024-01-01")


def test_frames_are_left_unchanged_and_snapshots_reopen(tmp_path: Path) -> None:
    before = ORDERS.copy(deep=True)
    tables = {"transactions": ORDERS, "activity": ORDERS.assign(event="visit")}
    sources = {name: {"frame": True} for name in tables}
    study = new_study(study="shop", currency="EUR", sources=sources)
    open_events(study, frames=tables, folder=tmp_path / "run")
    again = reopen_events(study, tmp_path / "run")
    assert list(again.tables) == ["transactions", "activity"]
    assert again.tables["activity"].count().to_pyarrow().as_py() == len(ORDERS)
    assert ORDERS.equals(before)


def test_a_snapshot_without_a_table_of_the_study_is_refused(tmp_path: Path) -> None:
    frames = {"transactions": ORDERS}
    study = new_study(study="s", currency="EUR", sources={"transactions": {"frame": True}})
    open_events(study, frames=frames, folder=tmp_path / "run")
    sources = {"transactions": {"frame": True}, "tickets": {"frame": True}}
    with pytest.raises(StudyError, match="the snapshot lacks tickets"):
        reopen_events(new_study(study="s", currency="EUR", sources=sources), tmp_path / "run")


def test_the_one_who_referred_must_be_somebody_else(opened: Any) -> None:
    orders = ["1;2024-01-05;3", "2;2024-01-06;3"]
    customers = "customer_id,referred_by\n1,1\n2,1\n3,nobody\n"
    events = opened(orders, customers=customers)
    found = {f.rule: f.n_rows for f in events.checks["customers"].failures}
    assert found == {"customer_without_purchase": 1, "referred_by_self": 1, "referrer_unknown": 1}
    kept = events.customers.order_by("customer_id").to_pyarrow()["referred_by"].to_pylist()
    assert kept == [None, "1", "nobody"]

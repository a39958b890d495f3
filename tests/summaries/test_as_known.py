"""Tables as they were known on a day: what came later is not looked at."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import ibis
import pandas as pd
import pytest

from retention_research.study import new_study
from retention_research.summaries.as_known import as_known, customers_known
from retention_research.workspace import open_workspace

JAN, FEB, MARCH = datetime(2024, 1, 10, 23, 59), datetime(2024, 2, 10), datetime(2024, 3, 10)
END = date(2024, 2, 29)


def known(table: str, **columns: list[Any]) -> list[dict[str, Any]]:
    return as_known(ibis.memtable(columns), table, END).to_pyarrow().to_pylist()


def test_a_row_of_the_last_day_is_known_and_one_of_the_next_is_not() -> None:
    times = [datetime(2024, 2, 29, 23, 59), datetime(2024, 3, 1)]
    assert known("activity", timestamp=times) == [{"timestamp": times[0]}]


def test_what_happened_to_a_contact_later_is_blank() -> None:
    line = known("contacts", sent_at=[JAN], opened_at=[FEB], responded_at=[MARCH],
                 unsubscribed_at=[MARCH])[0]  # fmt: skip
    assert (line["opened_at"], line["responded_at"], line["unsubscribed_at"]) == (FEB, None, None)


def test_a_ticket_resolved_later_is_open_and_unrated() -> None:
    lines = known("tickets", opened_at=[JAN, JAN], first_response_at=[FEB, FEB],
                  resolved_at=[MARCH, FEB], reopened_at=[None, MARCH], csat=[5, 4],
                  handled_minutes=[30.0, 20.0])  # fmt: skip
    assert (lines[0]["first_response_at"], lines[0]["resolved_at"]) == (FEB, None)
    assert (lines[0]["csat"], lines[0]["handled_minutes"]) == (None, None)
    assert (lines[1]["resolved_at"], lines[1]["csat"], lines[1]["reopened_at"]) == (FEB, 4, None)


def test_a_membership_left_later_still_runs() -> None:
    assert known("memberships", enrolled_at=[JAN], left_at=[MARCH])[0]["left_at"] is None


def test_a_subscription_that_ends_later_has_no_reason_yet() -> None:
    line = known("subscriptions", started_at=[JAN], ended_at=[MARCH], end_reason=["price"])[0]
    assert (line["ended_at"], line["end_reason"]) == (None, None)


def test_an_invitation_answered_later_is_unanswered() -> None:
    lines = known("surveys", invited_at=[FEB, None, None, MARCH], timestamp=[MARCH, FEB, MARCH,
                  None], score=[9, 8, 7, None], comment=["late", "x", "y", None])  # fmt: skip
    assert [(line["score"], line["comment"]) for line in lines] == [(None, None), (8, "x")]


def test_points_that_will_expire_bear_the_day_from_the_start() -> None:
    assert known("rewards", timestamp=[JAN], expires_at=[MARCH])[0]["expires_at"] == MARCH


def test_every_customer_is_known_but_not_a_later_acquisition() -> None:
    lines = known("customers", customer_id=["a", "b"], acquired_at=[JAN, MARCH],
                  acquisition_cost=[5.0, 6.0])  # fmt: skip
    assert [line["acquisition_cost"] for line in lines] == [5.0, None]


def test_there_is_no_table_of_another_name() -> None:
    with pytest.raises(KeyError):
        known("letters", timestamp=[JAN])


def test_a_workspace_gives_tables_as_of_its_last_day() -> None:
    days = pd.date_range("2024-01-01", "2024-06-30", freq="7D")
    orders = pd.DataFrame({"customer_id": "a", "timestamp": days, "amount": 1.0})
    activity = orders.assign(event="visit")
    sources = {"transactions": {"frame": True}, "activity": {"frame": True}}
    study = new_study(study="s", currency="EUR", as_of="2024-02-29", sources=sources)
    workspace = open_workspace(study, {"transactions": orders, "activity": activity})
    assert workspace.table("activity").count().execute() == 9
    assert workspace.table("tickets") is None


def test_customers_acquired_later_were_not_there_unless_they_had_bought() -> None:
    kinds = {"customer_id": "string", "acquired_at": "timestamp", "acquisition_cost": "float64"}
    rows = ibis.memtable(
        {
            "customer_id": ["early", "later", "bought before", "unknown"],
            "acquired_at": [FEB, MARCH, MARCH, None],
            "acquisition_cost": [1.0, 2.0, 3.0, 4.0],
        },
        schema=kinds,
    )
    bought = ibis.memtable({"customer_id": ["bought before", "bought before"]})
    found = customers_known(rows, bought, END).to_pyarrow().to_pylist()
    costs = {row["customer_id"]: row["acquisition_cost"] for row in found}
    assert costs == {"bought before": None, "early": 1.0, "unknown": 4.0}


def test_actions_after_the_day_have_not_happened() -> None:
    line = known("contacts", sent_at=[JAN], responded_at=[MARCH], actions=[3])[0]
    assert (line["responded_at"], line["actions"]) == (None, None)

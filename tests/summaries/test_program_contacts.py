"""Messages and scores in a program's window, on tables small enough to count by hand."""

from datetime import datetime

import ibis
import pytest

from retention_research.summaries import program_contacts, program_outcomes

DRAWN = datetime(2024, 3, 10, 20)
SENT = {  # what is sent to ann: when, for what, whether it came, personalised, actions
    "before": (datetime(2024, 3, 10, 9), "offer", True, True, 7),
    "that evening": (datetime(2024, 3, 10, 21), "offer", True, True, 2),
    "lost": (datetime(2024, 3, 12), "offer", False, False, 0),
    "unknown": (datetime(2024, 3, 13), "offer", None, None, None),
    "news": (datetime(2024, 3, 14), "news", True, False, 1),
    "last day": (datetime(2024, 3, 17, 23), "offer", True, False, 0),
    "too late": (datetime(2024, 3, 18, 1), "offer", True, True, 9),
}


@pytest.fixture
def starts():
    rows = {"customer_id": ["ann", "bob"], "assigned_at": [DRAWN, DRAWN]}
    table = ibis.memtable(rows)
    return table.mutate(start=table.assigned_at.date())


@pytest.fixture
def contacts():
    columns = list(zip(*SENT.values(), strict=True))
    names = ("sent_at", "purpose", "delivered", "personalised", "actions")
    rows = dict(zip(names, map(list, columns), strict=True))
    schema = {"customer_id": "string", "sent_at": "timestamp", "purpose": "string",
              "delivered": "boolean", "personalised": "boolean", "actions": "int64"}  # fmt: skip
    given = [{"customer_id": "ann"} | {name: rows[name][i] for name in names}
             for i in range(len(SENT))]  # fmt: skip
    return ibis.memtable(given, schema=schema)


def of(found, customer):
    frame = found.to_pandas().set_index("customer_id")
    return frame.loc[customer]


def test_messages_count_from_the_moment_of_the_draw_to_the_last_day(starts, contacts):
    ann = of(program_contacts.contacts_after(starts, contacts, 7, "offer"), "ann")
    assert (ann.contacts_sent, ann.contacts, ann.contacts_personalised) == (4, 3, 1)


def test_actions_are_on_messages_of_any_purpose_that_arrived(starts, contacts):
    ann = of(program_contacts.contacts_after(starts, contacts, 7, "offer"), "ann")
    assert ann.actions == 2 + 1


def test_without_a_purpose_all_messages_are_the_programs(starts, contacts):
    ann = of(program_contacts.contacts_after(starts, contacts, 7, None), "ann")
    assert ann.contacts == 4


def test_who_got_no_message_has_none(starts, contacts):
    bob = of(program_contacts.contacts_after(starts, contacts, 7, "offer"), "bob")
    assert (bob.contacts_sent, bob.contacts, bob.actions) == (0, 0, 0)


def test_a_source_without_answers_tells_of_no_actions(starts, contacts):
    bare = contacts.drop("actions")
    found = program_contacts.contacts_after(starts, bare, 7, "offer").to_pandas()
    assert found["actions"].isna().all()


def test_the_last_score_in_the_window_counts_and_who_was_asked(starts):
    surveys = ibis.memtable({
        "customer_id": ["ann", "ann", "ann", "bob"],
        "timestamp": [datetime(2024, 3, 11), datetime(2024, 3, 16), datetime(2024, 3, 19), None],
        "invited_at": [datetime(2024, 3, 9)] * 3 + [datetime(2024, 3, 12)],
        "score": [3.0, 9.0, 1.0, None],
    })  # fmt: skip
    found = program_contacts.scores_after(starts, surveys, 7)
    assert (of(found, "ann").score, of(found, "ann").asked) == (9.0, False)
    assert of(found, "bob").asked
    assert of(found, "bob").isna().score


def test_a_second_order_follows_the_first_within_the_window(starts):
    days = [datetime(2024, 3, 17).date(), datetime(2024, 3, 24).date()]
    bought = ibis.memtable({"customer_id": ["ann"] * 2, "day": days, "amount": [1.0] * 2})
    assert of(program_outcomes.second_order_after(starts, bought, 7), "ann").second_order
    assert not of(program_outcomes.second_order_after(starts, bought, 6), "ann").second_order

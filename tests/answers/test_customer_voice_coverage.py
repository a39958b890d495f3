"""What a table does not cover, or too few customers tell, is withheld with a reason."""

import pandas as pd
import pytest

from retention_research.answers.customer_voice import customer_voice
from retention_research.wording import customer_voice as sentences
from retention_research.wording import customer_voice_limits as bounds
from retention_research.wording import customer_voice_service as service
from tests.answers import voiced_shop
from tests.answers.voiced_shop import TABLES, open_shop


def shop_with_tickets(monkeypatch, change, *names):
    tickets = change(voiced_shop.tickets())
    monkeypatch.setitem(TABLES, "tickets", lambda: tickets)
    return customer_voice(open_shop("tickets", *names))


@pytest.fixture
def words():
    from retention_research.wording.numbers import Wording

    return Wording("en_GB", "EUR")


def moved_to_june(rows):
    return rows[rows.is_complaint].assign(opened_at=pd.Timestamp("2024-06-20"), resolved_at=None)


def without_the_last(rows):
    return rows[rows.opened_at < "2024-02-01"]


@pytest.mark.parametrize("change", [moved_to_june, without_the_last])
def test_rates_and_open_complaints_of_a_part_of_the_year_are_withheld(change, monkeypatch, words):
    found = shop_with_tickets(monkeypatch, change)
    assert found.complaints is None
    assert found.products is None
    for name in ("complaints.per_thousand", "complaints.open.high_value_customers",
                 "complaints.resolution_hours", "service.problem_rate"):  # fmt: skip
        assert found.values[name].value is None
        assert "The table of tickets reaches from" in found.values[name].reason
    assert "not over the whole year" in bounds.lacking(found)
    assert "complaints." not in sentences.opening(found, words)[0]


def test_what_is_told_of_a_part_of_the_year_names_its_days(monkeypatch, words):
    found = shop_with_tickets(monkeypatch, without_the_last)
    assert service.handling(found, words).title.endswith("(1 Jul 2023 to 10 Jan 2024)")
    assert "(1 Jul 2023 to 10 Jan 2024)" in sentences.satisfied(found, words).title


def test_the_opening_names_the_days_of_each_table(monkeypatch, words):
    found = shop_with_tickets(monkeypatch, without_the_last, "surveys")
    answer, _, _ = sentences.opening(found, words)
    assert "on a scale from -100 to 100. (2 Feb 2024 to 2 Mar 2024)" in answer
    assert answer.endswith("satisfied the customer. (1 Jul 2023 to 10 Jan 2024)")


def test_tables_of_the_same_days_are_told_under_one_date(words):
    found = customer_voice(open_shop("tickets"))
    answer, _, _ = sentences.opening(found, words)
    assert answer.count("(") == answer.count("1 Jul 2023 to 30 Jun 2024") + 1  # and one range
    assert answer.count("1 Jul 2023 to 30 Jun 2024") == 1


def test_of_contacts_alone_the_opening_tells_how_many_answered_nothing(words):
    answer, _, _ = sentences.opening(customer_voice(open_shop("contacts")), words)
    assert answer.startswith("60 customers were contacted; 67% (54% to 77%) of them answered")


def test_a_topic_that_is_small_in_the_year_is_merged_however_many_told_it_before(monkeypatch):
    def mostly_before(rows):
        late = rows[rows.category == "late"]
        before = late.assign(
            opened_at=pd.Timestamp("2023-05-20"), ticket_id=[f"b{i}" for i in range(len(late))],
            category="lost",
        )  # fmt: skip
        few = rows[rows.category == "broken"][:4].assign(category="lost", ticket_id=list("wxyz"))
        return pd.concat([rows, before, few])

    found = shop_with_tickets(monkeypatch, mostly_before)
    assert set(found.products.by_topic["topic"]) == {"late", "other"}
    assert "service.problem_rate.topic.lost" not in found.values


def test_a_table_that_covers_the_year_is_told_whole():
    found = customer_voice(open_shop("tickets"))
    assert not found.reaches
    assert found.complaints is not None


def test_one_customer_makes_no_score_and_no_complaints(monkeypatch, words):
    monkeypatch.setitem(TABLES, "surveys", lambda: voiced_shop.surveys()[:1])
    found = shop_with_tickets(
        monkeypatch, lambda rows: rows[(rows.ticket_id == "t1") | ~rows.is_complaint], "surveys"
    )
    assert found.recommending is None
    assert found.complaints is None
    assert found.handling is None
    shown = {name for name, value in found.values.items() if value.value is not None}
    assert not shown
    assert "fewer than 10 customers" in found.values["voice.nps"].reason
    assert "Recommendation score (NPS)" in bounds.lacking(found)


def test_no_table_has_a_row_of_too_few_customers():
    found = customer_voice(open_shop(*TABLES))
    frames = [found.complaints.causes, found.products.by_topic, found.channels.both,
              found.handling.teams]  # fmt: skip
    for frame in frames:
        assert len(frame)
        assert not frame.isna().all(axis=1).any()
    assert not found.channels.both["response"].isna().any()

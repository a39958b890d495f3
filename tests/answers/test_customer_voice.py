"""What customers say and how they are served, on a shop that can be counted."""

import pytest

from retention_research.answers.customer_voice import customer_voice, obstacle_to_customer_voice
from retention_research.figures import customer_voice as figures
from retention_research.glossary import lookup
from retention_research.models.nps import Answers, net_promoter_score
from retention_research.models.proportion import proportion
from retention_research.tables import make_table
from retention_research.wording import customer_voice as sentences
from retention_research.wording import customer_voice_channels as contacts
from retention_research.wording import customer_voice_limits as bounds
from retention_research.wording import customer_voice_service as service
from retention_research.wording import customer_voice_told as told
from tests.answers.voiced_shop import TABLES, open_shop


@pytest.fixture(scope="module")
def voice():
    return customer_voice(open_shop(*TABLES))


@pytest.fixture
def words():
    from retention_research.wording.numbers import Wording

    return Wording("en_GB", "EUR")


def test_the_recommendation_score_counts_each_customer_once(voice):
    value, by_hand = voice.values["voice.nps"], net_promoter_score(Answers(30, 0, 40))
    assert value.value == pytest.approx(75.0)
    assert (value.conf_low, value.conf_high) == pytest.approx(by_hand[3:])
    assert value.n == 40


def test_who_was_asked_and_stayed_silent_is_told(voice):
    assert voice.values["voice.nps_non_response"].value == pytest.approx(20 / 60)
    assert voice.values["voice.csat_non_response"].value == 0.0


def test_satisfaction_is_of_rated_tickets(voice):
    # 20 resolved, of which every other one is rated 5
    assert voice.values["voice.csat"].value == pytest.approx(0.5)


def test_reasons_for_leaving_come_with_what_was_spent_in_the_year_before(voice):
    rows = voice.leaving.reasons
    # moved has 5 customers: with price it would be 20, so both are merged into other
    assert rows["reason"].tolist() == ["other"]
    assert voice.values["voice.leaving.value_lost"].value == sum(10.0 + i for i in range(40, 60))
    assert voice.values["voice.leaving.customers"].value == 20


def test_reasons_stay_apart_where_the_floor_allows():
    found = customer_voice(open_shop("surveys", group_floor=5))
    assert found.leaving.reasons["reason"].tolist() == ["price", "moved"]
    assert found.leaving.reasons["customers"].tolist() == [15, 5]


def test_complaints_are_counted_and_their_waiting_is_censored(voice):
    assert voice.values["complaints.count"].value == 40
    # active in the year: all sixty, by the order of May 2023 within 26 weeks before it
    assert voice.values["complaints.per_thousand"].value == pytest.approx(1000 * 40 / 60)
    assert voice.values["complaints.resolved_7d"].value == pytest.approx(0.5)
    assert voice.values["complaints.repeat_share"].value == 0.0


def test_open_complaints_of_high_value_customers_are_told_by_code(voice):
    assert voice.values["complaints.open.count"].value == 20
    rows = voice.complaints.open
    assert len(rows) == voice.values["complaints.open.high_value"].value
    assert not rows["customer"].str.startswith("c0").any()
    assert (rows["revenue"] > 0).all()


def test_problems_are_held_against_orders_that_hold_the_product(voice):
    rows = voice.products.by_product.set_index("product")
    # the shoes were ordered before the year: nobody can say how often a shoe of the year fails
    assert rows.index.tolist() == ["hat"]
    assert rows.loc["hat", "tickets"] == 25
    assert rows.loc["hat", "orders"] == 40


def test_teams_are_held_against_each_other(voice):
    verdict = voice.values["service.team_difference.handling_minutes"]
    assert verdict.value == "no clear difference between teams"
    assert set(voice.handling.teams["team"]) == {"north", "south"}


def test_customers_answer_on_one_channel_or_on_none(voice):
    rows = voice.channels.answering.set_index("channel")
    assert rows["customers"].to_dict() == {"no channel": 40, "email": 20}
    by_hand = proportion(20, 60)
    assert rows.loc["email", ["share", "share_low", "share_high"]].tolist() == pytest.approx(
        [by_hand.estimate, by_hand.conf_low, by_hand.conf_high]
    )
    assert voice.values["channels.pressure"].value == pytest.approx(190 / 130)
    assert voice.values["channels.frequency.2.response"].value == pytest.approx(1 / 3)


def test_themes_come_with_the_scores_of_their_comments(voice):
    rows = voice.comments.themes.set_index("terms")
    praise = next(terms for terms in rows.index if "courier" in terms)
    assert rows.loc[praise, "customers"] == 30
    blame = next(terms for terms in rows.index if "prices" in terms)
    # with the five whose words make no theme of their own
    assert rows.loc[blame, "customers"] == 30
    assert rows.loc[blame, "mean_score"] == pytest.approx((10 * 8 + 20 * 2) / 30)


def test_what_single_customers_write_is_nowhere(voice, words):
    printed = everything_said(voice, words)
    for part in ("alert", "CMD", "Kowalska", "kowalska", "600100200", "previous instructions"):
        assert part not in printed


def everything_said(voice, words):
    claims = [sentences.recommending(voice, words), sentences.satisfied(voice, words),
              told.leaving(voice, words), told.comments(voice, words),
              service.products(voice, words), service.complaints(voice, words),
              service.open_complaints(voice, words), service.handling(voice, words),
              contacts.channels(voice, words)]  # fmt: skip
    tables = [voice.comments.themes, voice.comments.stability, voice.leaving.reasons,
              voice.complaints.causes, voice.complaints.open, voice.channels.both,
              voice.products.by_topic, service.team_rows(voice, words)]  # fmt: skip
    html = [make_table("t", "t", rows, words).html for rows in tables]
    opening = sentences.opening(voice, words)
    return " ".join([*map(str, claims), *html, *opening, *map(str, voice.values.values())])


def test_every_recorded_name_is_in_the_glossary(voice):
    for name, value in voice.values.items():
        entry = lookup(name)
        assert entry.meaning
        assert entry.kind == value.kind, name


def test_every_estimate_has_its_interval_or_a_reason(voice):
    for name, value in voice.values.items():
        if value.kind == "estimate" and value.value is not None:
            assert value.conf_low <= value.value <= value.conf_high, name
        assert value.value is not None or value.reason, name


def test_no_group_under_the_floor_is_shown(voice):
    for scores in (voice.recommending, voice.satisfied):
        for rows in scores.groups.values():
            assert (rows["answers"] >= 10).all()


def test_the_opening_says_the_answer_the_money_and_the_decision(voice, words):
    answer, money, decision = sentences.opening(voice, words)
    assert "75.0" in answer
    assert "There were 40 complaints" in answer
    assert "€1,190" in money  # 50 + 51 + ... + 69
    assert decision.startswith("Use it to decide")


def test_openings_and_findings_bear_no_term_of_the_trade(voice, words):
    said = everything_said(voice, words)
    for term in ("censored", "Kaplan", "clustered", "NMF", "detractor"):
        assert term not in said


def test_pictures_say_what_they_show(voice, words):
    pictures = [
        figures.value_by_reason(voice.leaving.reasons, words),
        figures.waiting(voice.complaints.waiting, words),
        figures.response_by_frequency(voice.channels.both, words),
        figures.problems_by_product(voice.products.by_product, words),
    ]
    for picture in pictures:
        assert len(picture.alt) > 40
        assert picture.svg.startswith("<svg")


@pytest.mark.parametrize(
    ("table", "there"),
    [
        ("surveys", {"recommending", "leaving", "comments"}),
        ("tickets", {"satisfied", "products", "complaints", "handling"}),
        ("contacts", {"channels"}),
    ],
)
def test_a_part_is_there_if_its_table_is(table, there, words):
    found = customer_voice(open_shop(table))
    parts = ("recommending", "satisfied", "leaving", "products", "comments", "complaints",
             "handling", "channels")  # fmt: skip
    assert {part for part in parts if getattr(found, part) is not None} == there
    lacking = bounds.lacking(found)
    assert all(f"no table of {name.replace('_', ' ')}" in lacking for name in TABLES
               if name != table)  # fmt: skip
    assert sentences.opening(found, words)[0]
    assert sentences.tiles(found, words) or table == "contacts"
    assert bounds.limits(found)


def test_a_study_of_orders_alone_is_told_what_it_lacks():
    reason = obstacle_to_customer_voice(open_shop())
    assert reason.startswith("There is no table of surveys, tickets or contacts.")


def test_a_shop_with_a_table_has_no_obstacle():
    assert obstacle_to_customer_voice(open_shop("contacts")) == ""


@pytest.mark.parametrize("rows", [0, 1])
def test_tables_with_hardly_a_row_break_nothing(rows, words):
    found = customer_voice(open_shop(*TABLES, most_rows=rows))
    assert found.comments is None or found.comments.themes.empty
    assert found.channels is None
    assert all(value.value is not None or value.reason for value in found.values.values())
    claims = [
        part(found, words)
        for name, part in {"complaints": service.complaints, "products": service.products,
                           "handling": service.handling, "recommending": sentences.recommending,
                           }.items()
        if getattr(found, name) is not None
    ]  # fmt: skip
    assert all(claim.title for claim in claims)
    assert sentences.opening(found, words)[0]
    assert sentences.tiles(found, words) or not found.values


def test_tables_of_required_columns_alone_are_enough(words):
    needed = {
        "surveys": ["customer_id", "timestamp", "score"],
        "tickets": ["customer_id", "ticket_id", "opened_at", "category"],
        "contacts": ["customer_id", "campaign_id", "channel", "sent_at"],
    }
    found = customer_voice(open_shop(*needed, only=needed, max_excluded_share=0.5))
    assert found.recommending is not None
    assert found.channels is None
    assert found.values["complaints.count"].value == 41  # with the question at the end
    assert found.values["complaints.open.count"].value is None
    assert found.complaints.all_tickets
    assert service.open_complaints(found, words).title == (
        "Which complaints are still open is not known"
    )
    assert "all of them count" in " ".join(bounds.limits(found))


def test_empty_tables_are_an_obstacle_said_in_words():
    reason = obstacle_to_customer_voice(open_shop("tickets", "contacts", most_rows=0))
    assert reason == "There are no rows up to as_of in tickets or contacts."

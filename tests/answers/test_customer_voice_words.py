"""What is said of contacts, open complaints and scores follows the numbers."""

from dataclasses import replace

import pandas as pd
import pytest

from retention_research.answers.customer_voice import customer_voice
from retention_research.wording import customer_voice as sentences
from retention_research.wording import customer_voice_channels as contacts
from retention_research.wording import customer_voice_service as service
from retention_research.wording.customer_voice_decision import decision
from retention_research.wording.numbers import Wording
from tests.answers.voiced_shop import TABLES, open_shop

WORDS = Wording("en_GB", "EUR")


@pytest.fixture(scope="module")
def voice():
    return customer_voice(open_shop(*TABLES))


def said_of(voice, name, column, rows):
    frame = pd.DataFrame(rows, columns=[column, "contacts", "response", "share_low", "share_high"])
    found = replace(voice, channels=replace(voice.channels, **{name: frame}))
    return contacts.channels(found, WORDS)


def test_contacts_are_headed_by_the_share_answered_of_each_means(voice):
    rows = [("email", 9, 0.13, 0.12, 0.14), ("sms", 9, 0.187, 0.17, 0.2)]
    said = said_of(voice, "response", "channel", rows)
    assert said.title.startswith(
        "Of contacts that arrived, customers answer 19% (17% to 20%) by sms"
    )
    assert said.title.index("by sms") < said.title.index("by email")
    assert "Contacts by sms are answered more than those by email" in said.so_what


def test_means_whose_ranges_touch_show_no_clear_difference(voice):
    rows = [("email", 9, 0.13, 0.1, 0.18), ("sms", 9, 0.187, 0.17, 0.2)]
    assert (
        "no clear difference between the channels"
        in said_of(voice, "response", "channel", rows).so_what
    )


@pytest.mark.parametrize(("low", "associated"), [(0.1, False), (0.25, True)])
def test_more_contacts_are_associated_only_where_ranges_are_apart(voice, low, associated):
    rows = [("1", 9, 0.3, low, 0.4), ("9 or more", 9, 0.15, 0.1, 0.2)]
    said = said_of(voice, "frequency", "contacts_in_period", rows).so_what
    assert ("associated" in said) is associated
    assert ("There is no clear difference." in said) is not associated


def test_a_list_that_is_cut_says_of_how_many(voice):
    values = {**voice.values}
    values["complaints.open.high_value"] = replace(values["complaints.open.high_value"], value=40)
    n = len(voice.complaints.open)
    assert f"the first {n} of 40" in service.open_caption(replace(voice, values=values), WORDS)
    assert "the first" not in service.open_caption(voice, WORDS)


def test_complaints_open_for_long_are_told_apart(voice):
    high = voice.values["complaints.open.high_value"].value
    assert voice.values["complaints.open.high_value_90d"].value == high
    assert "open for more than 90 days" in service.open_complaints(voice, WORDS).so_what


def test_the_decision_names_the_cause_and_the_products_that_stand_out(voice):
    rates = [("bad", 50.0, 40.0)] + [(f"p{i}", 5.0, 4.0) for i in range(5)]
    rows = pd.DataFrame(rates, columns=["product", "rate", "conf_low"])
    found = replace(voice, products=replace(voice.products, by_product=rows))
    assert "“late”" in decision(found)
    assert decision(found).endswith("look first at bad.")


def test_tiles_name_the_score_and_the_year(voice):
    score, satisfied, *_ = sentences.tiles(voice, WORDS)
    assert score.label == "Recommendation score (NPS)"
    assert score.note.startswith("2 Feb 2024 to 2 Mar 2024")  # all that the surveys cover
    assert satisfied.note.startswith("12 months to Jun 2024")
    assert sentences.recommending(voice, WORDS).title.startswith("Recommendation score (NPS): 75.0")


def test_groups_are_explained(voice):
    group = voice.recommending.groups["how they buy"]["group"].iloc[0]
    assert f"{group}: " in sentences.meanings(voice)

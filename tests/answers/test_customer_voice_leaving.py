"""Who said that they leave, who did, and what the reasons of subscriptions' ends are worth."""

import pytest

from retention_research.answers.customer_voice import customer_voice
from retention_research.wording import customer_voice_told as told
from retention_research.wording.numbers import Wording
from tests.answers import voiced_shop
from tests.answers.voiced_shop import WHO, frame, open_shop


def ends():
    """Customers 0 to 54 end a plan in March; 0 to 39 buy again in April."""
    reasons = ["price"] * 52 + ["left", "payment_failed", None]
    rows = [(c, "2023-05-01", "2024-03-01", r) for c, r in zip(WHO, reasons, strict=False)]
    told = frame("customer_id started_at ended_at end_reason", rows)
    return told.astype({"started_at": "datetime64[us]", "ended_at": "datetime64[us]"})


@pytest.fixture
def found(monkeypatch):
    monkeypatch.setitem(voiced_shop.TABLES, "subscriptions", ends)
    return customer_voice(open_shop("surveys", "subscriptions"))


def test_money_of_customers_who_bought_again_is_not_lost(found):
    values = found.values
    assert values["voice.plans_ended.customers"].value == 52
    assert values["voice.plans_ended.bought_again"].value == 40
    # 10 + i of customers 40 to 51; the order of April of the others lies after the end
    assert values["voice.plans_ended.value_lost"].value == sum(10.0 + i for i in range(40, 52))
    assert values["voice.plans_ended.value_lost"].n == 12


def test_surveys_and_ends_of_subscriptions_are_told_apart(found):
    assert found.values["voice.leaving.customers"].value == 20
    assert found.values["voice.leaving.bought_again"].value == 0
    assert found.leaving.reasons["customers"].sum() == 20
    assert found.leaving.plans["reason"].tolist() == ["price"]
    assert found.leaving.plans["customers"].tolist() == [12]


def test_the_page_says_how_many_bought_again(found):
    words = Wording("en_GB", "EUR")
    assert "40 of them bought again afterwards" in told.plans_ended(found, words).so_what
    assert "20 customers said why they leave" in told.leaving(found, words).so_what


def test_a_subscription_that_only_failed_to_be_paid_is_no_reason(monkeypatch):
    monkeypatch.setitem(
        voiced_shop.TABLES, "subscriptions", lambda: ends().assign(end_reason="payment_failed")
    )
    found = customer_voice(open_shop("contacts", "subscriptions"))
    assert found.leaving is None
    assert "voice.plans_ended.customers" not in found.values

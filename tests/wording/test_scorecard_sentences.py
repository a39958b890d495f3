"""What the scorecard says: targets, changes, what is missing; and what its pictures show."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from retention_research.figures import scorecard as figures
from retention_research.glossary import lookup
from retention_research.study import new_study
from retention_research.summaries.segments import RFM_GROUPS
from retention_research.tables import make_table
from retention_research.values import estimate, missing
from retention_research.wording import scorecard as sentences
from retention_research.wording import scorecard_tables as rows
from retention_research.wording.scorecard_numbers import changed, is_better, moved
from retention_research.wording.scorecard_standings import named
from retention_research.wording.scorecard_terms import terms_of
from retention_research.wording.scorecard_themes import theme
from tests.answers.kpi_rows import A_YEAR_AGO, APRIL, MAY, card_of, lacking, number, share

KEPT = (
    share("crr", 860, 1000),
    share("crr", 900, 1000, APRIL),
    share("crr", 850, 1000, A_YEAR_AGO),
)
WAIT = (
    number("first_response_hours", 4, 3.5, 4.5),
    number("first_response_hours", 9, 8, 10, APRIL),
)
NOTEBOOK = Path(__file__).parents[2] / "notebooks/02_scorecard.ipynb"
SILENT = lacking("nps", "There is no table of surveys.")
STEADY = (share("crr", 860, 1000), share("crr", 861, 1000, APRIL))


@pytest.fixture
def say():
    return terms_of(new_study(study="s", currency="USD", sources={"transactions": {"frame": True}}))


def test_the_opening_says_who_stayed_how_targets_stand_and_where_to_look(say):
    card = card_of(*KEPT, SILENT, targets={"crr": 0.90, "nps": 30})
    answer, money, decision = sentences.opening(card, say)
    assert answer == (
        "Of 100 customers who were active (bought in the last 26 weeks) when May 2025 began, "
        "about 86 were still active when it ended (84% to 88%). Of 2 targets: 1 behind and 1 "
        "cannot be computed."
    )
    assert money == "Revenue of May 2025 is not known."
    assert decision == "Look first at what is behind its target: customers kept."


def test_without_targets_the_opening_names_what_got_worse(say):
    answer, _, decision = sentences.opening(card_of(*KEPT), say)
    assert answer.endswith("No targets are set.")
    assert decision == "Look first at what got worse since Apr 2025: customers kept."


def test_when_nothing_is_worse_nothing_is_asked_for(say):
    assert sentences.opening(card_of(*STEADY), say)[2].startswith(
        "Nothing is behind a target or clearly worse than in Apr 2025: keep going"
    )


def test_with_nothing_known_the_page_says_why():
    words = sentences.obstacle(card_of(SILENT, lacking("csat", "There is no table of tickets.")))
    assert words.startswith("No KPI of May 2025, the last full month, could be computed.")
    assert "there is no table" in words
    assert sentences.obstacle(card_of(*KEPT)) == ""


def test_without_an_earlier_period_there_is_nothing_to_compare_with(say):
    assert sentences.opening(card_of(KEPT[0]), say)[2] == (
        "There is no earlier month to compare with: look again after the next."
    )


def test_a_page_without_the_leading_kpi_still_opens(say):
    answer = sentences.opening(card_of(SILENT, *WAIT), say)[0]
    assert answer.startswith("For May 2025, 1 of 2 KPIs could be computed")


def test_a_tile_tells_value_range_target_and_both_changes(say):
    tile = sentences.tiles(card_of(*KEPT, targets={"crr": 0.90}), say)[0]
    assert (tile.value_text, tile.interval_text) == ("86%", "84% to 88%")
    assert tile.target == "target 90%: behind"
    assert tile.changes == (
        "down 4.0 points since Apr 2025 (1.2 to 6.9)",
        "no clear change since May 2024 (−2.1 to +4.1 points)",
    )


def test_a_target_of_a_missing_kpi_has_a_tile_that_says_why(say):
    tile = sentences.tiles(card_of(SILENT, targets={"nps": 30}), say)[0]
    assert (tile.value_text, tile.note) == ("not available", "There is no table of surveys.")
    assert tile.target == "target 30: not computable"


def test_a_kpi_without_target_and_value_has_no_tile(say):
    assert sentences.tiles(card_of(SILENT), say) == []


@pytest.mark.parametrize(
    ("kpi", "now", "better"),
    [("crr", 0.05, True), ("crr", -0.05, False), ("churn_rate", 0.05, False)],
)
def test_better_is_what_the_glossary_calls_good(kpi, now, better):
    change = estimate(now, now - 0.01, now + 0.01, 900, "share")
    assert is_better(kpi, change) is better


def test_a_change_whose_range_holds_none_is_neither_better_nor_worse():
    assert is_better("crr", estimate(0.01, -0.01, 0.03, 900, "share")) is None


def test_changes_in_words(say):
    hours = estimate(-5.0, -6.2, -3.9, 80, "number")
    assert changed("first_response_hours", hours, "Apr 2025", say) == (
        "down 5.0 hours since Apr 2025 (3.9 to 6.2)"
    )
    gone = missing("estimate", "There is no value for Apr 2025: no data")
    assert changed("crr", gone, "Apr 2025", say) == "no value for Apr 2025: no data"
    paired = missing("estimate", "Both periods rest mostly on the same customers; a range is none.")
    assert changed("tenure_mean", paired, "Apr 2025", say) == (
        "change since Apr 2025 not told: both periods rest mostly on the same customers"
    )
    assert moved("crr", 0.0123, say) == "+1.2 points"


def test_a_section_is_bad_behind_a_target_and_warns_when_worse(say):
    behind = theme(card_of(*KEPT, targets={"crr": 0.90}), "customers", say)
    assert (behind.status, behind.title) == (
        "bad",
        "Customers and money: behind target in customers kept; worse since Apr 2025 in customers "
        "kept",
    )
    worse = theme(card_of(*KEPT), "customers", say)
    assert (worse.status, worse.title) == (
        "warn", "Customers and money: worse since Apr 2025 in customers kept"
    )  # fmt: skip


def test_one_kpi_that_got_better_does_not_make_a_section_good(say):
    faster = theme(card_of(*WAIT), "service", say)
    assert faster.status == "info"
    assert faster.title == "Service: better since Apr 2025 in hours to the first answer"
    assert faster.so_what.endswith("down 5.0 hours since Apr 2025 (3.9 to 6.1).")


def test_a_section_is_good_when_ahead_of_a_target_and_nothing_is_worse(say):
    ahead = {"first_response_hours": 6}
    good = theme(card_of(*WAIT, targets=ahead), "service", say)
    assert good.status == "ok"
    assert good.title.endswith("; ahead of target in hours to the first answer")
    worse = share("csat", 50, 100), share("csat", 90, 100, APRIL)
    assert theme(card_of(*WAIT, *worse, targets=ahead), "service", say).status == "warn"


def fewer_than_a_year_ago():
    return (
        number("purchase_frequency", 3.1, 3.0, 3.2),
        number("purchase_frequency", 3.9, 3.8, 4.0, A_YEAR_AGO),
        share("repeat_purchase_rate_30d", 60, 100),
        share("repeat_purchase_rate_30d", 40, 100, APRIL),
    )


def by_hand(card):
    """The scorecard with a change of purchases a year that pairs would give."""
    down = estimate(-0.8, -0.9, -0.7, 900, "number")
    told = [replace(s, year_change=down) if s.kpi == "purchase_frequency" else s
            for s in card.standings]  # fmt: skip
    return replace(card, standings=tuple(told))


def test_what_is_worse_than_a_year_ago_is_said_though_the_month_was_better(say):
    claim = theme(by_hand(card_of(*fewer_than_a_year_ago())), "customers", say)
    assert claim.status == "warn"
    assert claim.title == (
        "Customers and money: worse since May 2024 in purchases a year; better since Apr 2025 in "
        "second purchase within 30 days"
    )
    assert "Purchases a year went down 0.80 since May 2024 (0.70 to 0.90)." in claim.so_what
    assert "since each customer's first purchase, so they fall as" in claim.so_what


def test_nobody_is_told_to_keep_going_when_a_year_brought_less(say):
    decision = sentences.opening(by_hand(card_of(*fewer_than_a_year_ago())), say)[2]
    assert decision.startswith(
        "Look first at what got worse since May 2024: purchases a year. Purchases a year are "
        "counted since each customer's first purchase"
    )


def test_what_got_worse_against_both_is_named_once(say):
    lost = share("csat", 30, 100), share("csat", 80, 100, APRIL), share("csat", 80, 100, A_YEAR_AGO)
    decision = sentences.opening(card_of(*lost, *KEPT, targets={"crr": 0.9}), say)[2]
    assert decision == (
        "Look first at what is behind its target: customers kept. Then look at what got worse "
        "since Apr 2025 and May 2024: satisfied with the answer."
    )


def test_a_section_without_news_says_what_it_was_held_against(say):
    assert theme(card_of(*STEADY), "customers", say).title == (
        "Customers and money: nothing got clearly better or worse since Apr 2025"
    )
    assert theme(card_of(STEADY[0]), "customers", say).title == (
        "Customers and money: no earlier month to compare with"
    )


SERVICE = ("first_response_hours", "resolution_hours", "problem_rate", "handling_minutes")


def test_up_to_five_kpis_behind_their_targets_are_named(say):
    late = [number(kpi, 9, 8, 10) for kpi in SERVICE]
    targets = dict.fromkeys(SERVICE, 2) | {"csat": 0.9}
    card = card_of(*late, share("csat", 50, 100), targets=targets)
    assert theme(card, "service", say).title == (
        "Service: behind target in hours to the first answer, hours to the solution, tickets "
        "(questions included) per 1,000 orders, minutes of work a ticket and satisfied with the "
        "answer"
    )


def test_tiles_show_first_what_is_behind_its_target(say):
    late, fine = number("handling_minutes", 9, 8, 10), share("crr", 86, 100)
    card = card_of(late, fine, targets={"crr": 0.86, "handling_minutes": 2})
    assert [tile.label for tile in sentences.tiles(card, say)] == [
        "Minutes of work a ticket", "Customers kept"
    ]  # fmt: skip


def test_a_tile_says_of_when_its_number_is(say):
    asked, bought = number("nps", 20, 15, 25), number("purchase_frequency", 3, 2.9, 3.1)
    card = card_of(asked, bought, targets={"nps": 30, "purchase_frequency": 4})
    notes = {tile.label: tile.note for tile in sentences.tiles(card, say)}
    assert notes["Recommendation score (NPS)"] == "May 2025"
    assert notes["Purchases a year"].startswith("Up to the end of May 2025. Purchases a year are")


def test_the_scorecard_and_the_report_on_what_customers_say_use_one_name():
    for score in ("nps", "nps_weighted", "csat"):
        assert lookup(f"kpi.{score}").heading == lookup(f"voice.{score}").heading


def test_a_study_says_how_long_customers_are_followed_and_how_fast_tickets_should_be_answered():
    own = terms_of(new_study(
        study="s", currency="EUR", sources={"transactions": {"frame": True}},
        churn={"inactive_for": "1Y"}, survival={"tau": "20W"},
        tickets={"targets": {"question": 8, "delivery": 1}},
    ))  # fmt: skip
    assert own.heading("tenure_mean") == "Weeks as a customer, of the first 20, repeat buyers"
    assert named(["tenure_mean", "crr"], own) == (
        "weeks as a customer (of the first 20, repeat buyers) and customers kept"
    )
    assert own.meant("crr") == "Active: bought in the last year."
    assert own.meant("sla_share") == (
        "Targets by category of ticket: delivery 1 hour and question 8 hours."
    )


def test_groups_open_with_the_share_that_has_fallen_silent(say):
    sizes = pd.DataFrame([
        ("rfm", "champions", "bought lately", 40, 0.4),
        ("rfm", "lapsed", "bought more than once, and have fallen silent", 35, 0.35),
        ("rfm", "one-time lapsed", "bought once, and have fallen silent", 25, 0.25),
    ], columns=["segment", "group", "meaning", "customers", "share"])  # fmt: skip
    claim = sentences.groups(replace(card_of(*KEPT), sizes=sizes), say)
    assert claim.title == (
        "60% of customers have fallen silent: none has bought in the last 26 weeks"
    )
    assert claim.so_what.startswith("The largest group, 40% of customers, bought lately. ")


def test_every_group_that_has_fallen_silent_counts_as_silent():
    silent = [group.name for group in RFM_GROUPS if "fallen silent" in group.meaning]
    assert tuple(silent) == sentences.SILENT_GROUPS


def test_what_cannot_be_computed_is_told_with_its_reasons():
    silent = lacking("nps_weighted", "There is no table of surveys.")
    claim = sentences.lacking(card_of(*KEPT, SILENT, silent, lacking("csat", "No ratings.")))
    assert claim.title == "3 of 4 KPIs cannot be computed from these data"
    assert claim.so_what == (
        "Why, and for how many: there is no table of surveys (2); no ratings (1)."
    )
    assert not card_of(*KEPT, SILENT).knows("voice")


def test_where_nothing_is_lacking_the_page_says_so():
    assert sentences.lacking(card_of(*KEPT)).title == "Every KPI could be computed"


def tables_of_what_is_lacking(card, say):
    """The tables that the notebook's cells on what is lacking would print."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    printed = []
    report = SimpleNamespace(finding=print, table=printed.append)
    names = {"card": card, "say": say, "report": report, "rows": rows, "sentences": sentences,
             "make_table": make_table}  # fmt: skip
    for text in ("".join(cell["source"]) for cell in cells):
        if "lacking" in text:
            exec(text, names)
    return printed


def test_a_table_follows_only_where_a_kpi_is_lacking(say):
    assert tables_of_what_is_lacking(card_of(*KEPT), say) == []
    assert len(tables_of_what_is_lacking(card_of(*KEPT, SILENT), say)) == 1


def test_the_parts_are_told_of_a_clear_change_only(say):
    then = [share("crr", 450, 500, APRIL, level) for level in "ab"]
    by = {"region": [*then, share("crr", 360, 400, MAY, "a"), share("crr", 500, 600, MAY, "b")]}
    claim = sentences.parts(card_of(*KEPT, by=by), say)
    assert "−4.0 points since Apr 2025" in claim.title
    assert "−0.33 points because other groups" in claim.title
    assert claim.values == ["scorecard.crr.region.mix", "scorecard.crr.region.within"]
    unmoved = sentences.parts(card_of(KEPT[0]), say)
    assert unmoved.title == "No change since Apr 2025 is clear enough to be taken apart"


def test_the_table_of_kpis_tells_what_was_counted(say):
    table = rows.kpis(card_of(*KEPT), card_of(*KEPT).standings, say)
    assert table.loc[0, "basis"] == "860 of 1,000"
    assert table.loc[0, "target"] == "none"


def test_the_table_of_missing_kpis_gives_the_reason(say):
    card = card_of(*KEPT, SILENT)
    table = rows.unknown(card.standings, say)
    assert table["why_not"].tolist() == ["There is no table of surveys."]


def test_what_is_not_mature_is_noted_beside_the_value(say):
    late = share("contact_conversion_rate", 30, 200, note="contacts of the last 14 days left out")
    assert sentences.tiles(card_of(late), say)[0].note == (
        "May 2025. Contacts of the last 14 days left out"
    )


def test_a_trend_is_drawn_with_the_target_and_marked_days_in_words(say):
    card = card_of(*KEPT, events=[{"date": "2025-02-14", "label": "Sale"}], targets={"crr": 0.9})
    picture = figures.trends(card, "customers", say)
    assert "85% in May 2024, 86% in May 2025, between 85% and 90%" in picture.alt
    assert "A: Sale (14 Feb 2025)" in picture.caption
    assert "<svg" in picture.svg


def test_one_value_alone_makes_no_trend():
    assert figures.drawable(card_of(KEPT[0]), "customers") == ()


def test_limits_say_how_a_status_is_judged(say):
    assert "95% range leaves the target out" in sentences.limits(card_of(*KEPT), say)[0]

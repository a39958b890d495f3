"""Tables: escaped, captioned, right-aligned numbers, raw CSV beside them."""

from datetime import date

import pandas as pd
import pytest

from retention_research.tables import make_table

FRAME = pd.DataFrame(
    {
        "group": ["<script>alert(1)</script>", "=cmd|' /C calc'!A0"],
        "customers": [1234, 5],
        "value": [0.123456789, None],
        "share": [0.5, 0.25],
        "last_purchase": [date(2024, 1, 2), date(2024, 1, 3)],
    }
)


def test_hostile_text_is_escaped_on_the_page_and_defused_in_the_csv(say):
    table = make_table("t", "A & B", FRAME, say)
    assert "<script>" not in table.html
    assert "&lt;script&gt;" in table.html
    assert "A &amp; B" in table.html
    assert "\n'=cmd" in table.csv


def test_every_table_has_caption_scopes_and_aligned_numbers(say):
    html = make_table("t", "Caption", FRAME, say).html
    assert "<caption>Caption</caption>" in html
    assert html.count('scope="col"') == 5
    assert html.count('scope="row"') == 2
    assert '<td class="num">1,234</td>' in html


def test_numbers_are_rounded_on_the_page_and_raw_in_the_csv(say):
    table = make_table("t", "Caption", FRAME, say)
    assert "US$0.12" in table.html
    assert "0.123456789" in table.csv


def test_a_missing_number_is_words_on_the_page_and_empty_in_the_csv(say):
    table = make_table("t", "Caption", FRAME, say)
    assert "not available" in table.html
    assert ",5,,0.25," in table.csv


def test_a_column_outside_the_glossary_is_refused(say):
    with pytest.raises(KeyError):
        make_table("t", "Caption", pd.DataFrame({"nonsense": [1]}), say)


def test_the_frame_is_left_as_it_was(say):
    before = FRAME.copy(deep=True)
    make_table("t", "Caption", FRAME, say)
    pd.testing.assert_frame_equal(FRAME, before)


def test_both_ends_of_a_range_share_a_cell_on_the_page_and_stay_apart_in_the_csv(say):
    frame = pd.DataFrame({"group": ["a"], "share": [0.5], "share_low": [0.4], "share_high": [0.6]})
    table = make_table("t", "Caption", frame, say)
    assert '<td class="num">40% to 60%</td>' in table.html
    assert table.html.count('scope="col"') == 3
    assert table.csv == "group,share,share_low,share_high\na,0.5,0.4,0.6\n"


def test_rows_of_words_can_be_stacked_on_a_phone_and_rows_of_numbers_stay_rows(say):
    words = pd.DataFrame(
        {"program": ["Mail"], "decision": ["keep"], "effect_told": ["5 more"], "evidence": ["lot"]}
    )
    told = make_table("t", "Caption", words, say).html
    assert told.startswith('<table class="words">')
    assert '<td class="short" data-label="Decision">keep</td>' in told
    assert "data-label" not in make_table("t", "Caption", FRAME, say).html
    assert "data-label" not in make_table("t", "Caption", words[["program", "decision"]], say).html

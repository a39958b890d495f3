"""What the simulated customers write: several languages, several ways to say one thing."""

import numpy as np
import pytest

from retention_research.events.simulate.tables_comments import (
    LANGUAGES,
    REASONS,
    comment_table,
    comments,
    country,
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_is_written_in_many_ways(reason, language):
    texts = comment_table(reason, language)
    assert len(set(texts)) == len(texts) >= 48
    assert all(text[0].isupper() and text.endswith(".") for text in texts)


def test_no_sentence_stands_for_two_reasons():
    for language in LANGUAGES:
        texts = [text for reason in REASONS for text in comment_table(reason, language)]
        assert len(set(texts)) == len(texts)


def test_ukrainian_is_written_in_cyrillic():
    letters = "".join(comment_table("price", "uk"))
    assert "и" in letters
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(letters.lower())


def test_every_sentence_of_a_reason_can_be_drawn():
    n = len(comment_table("delivery", "cs"))
    reasons, languages = np.zeros(n, int), np.full(n, LANGUAGES.index("cs"))
    drawn = comments(reasons, languages, (np.arange(n) + 0.5) / n)
    assert drawn.to_pylist() == list(comment_table("delivery", "cs"))


def test_a_row_without_a_reason_has_no_comment():
    drawn = comments(np.array([-1, 0]), np.array([0, 0]), np.array([0.9, 0.9])).to_pylist()
    assert drawn[0] is None
    assert drawn[1] in comment_table(REASONS[0], LANGUAGES[0])


def test_regions_make_up_countries_of_equal_size():
    assert np.bincount(country(np.arange(40))).tolist() == [8, 8, 8, 8, 8]

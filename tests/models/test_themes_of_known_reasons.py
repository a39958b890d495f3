"""Themes of simulated comments, whose reasons are known."""

from collections import Counter

import numpy as np
import pytest

from retention_research.events.simulate.tables_comments import (
    LANGUAGES,
    REASONS,
    comment_table,
)
from retention_research.models.themes import fit_themes

CUSTOMERS = 480  # of a language; reasons alike often
FLOOR = 10


def comments_of(language):
    rng = np.random.default_rng(20241105)
    reasons = np.repeat(REASONS, CUSTOMERS // len(REASONS))
    tables = {reason: comment_table(reason, language) for reason in REASONS}
    return reasons, [tables[reason][rng.integers(len(tables[reason]))] for reason in reasons]


@pytest.fixture(scope="module", params=LANGUAGES)
def found(request):
    reasons, texts = comments_of(request.param)
    return reasons, fit_themes(texts, range(len(texts)), floor=FLOOR, seed=1)


def groups(found):
    reasons, fit = found
    shown = fit.dominant >= 0
    return reasons[fit.rows][shown], fit.dominant[shown]


def test_themes_are_about_as_many_as_reasons_and_not_one_a_sentence(found):
    sentences = 4 * len(REASONS)
    count = len(found[1].themes) + found[1].withheld
    assert len(REASONS) / 2 <= count <= sentences / 2


def purity(reasons, themes):
    """Share of comments that are of the commonest reason of their theme."""
    own = sum(max(Counter(reasons[themes == theme]).values()) for theme in set(themes))
    return own / len(reasons)


def test_a_theme_holds_one_reason_more_often_than_chance_would_have_it(found):
    reasons, themes = groups(found)
    rng = np.random.default_rng(20241106)
    by_chance = [purity(rng.permutation(reasons), themes) for _ in range(200)]
    assert purity(reasons, themes) > 1.4 * max(by_chance)


def test_most_comments_of_a_reason_are_in_two_themes(found):
    reasons, themes = groups(found)
    held = [sum(n for _, n in Counter(themes[reasons == r]).most_common(2)) for r in REASONS]
    assert sum(held) / len(reasons) > 0.6

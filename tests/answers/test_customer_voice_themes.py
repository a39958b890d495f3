"""The page of themes stays readable: a few of each language, the rest counted."""

import pandas as pd
import pytest

from retention_research.answers.customer_voice.comments import named_themes
from retention_research.models.fit import Estimate, Verdict
from retention_research.models.themes import Theme, ThemesFit


@pytest.fixture
def fit():
    share = Estimate("share", 0.2, 0.1, 0.1, 0.3)
    themes = tuple(
        Theme(language, (f"word{i}",), 20 - i, 20, share, 100, 0.9)
        for i in range(12)
        for language in ("English", "Polish")
    )
    return ThemesFit("themes", themes, None, None, None, 0, (), 0, 200, 200,
                     Verdict("converged", ""))  # fmt: skip


def test_eight_themes_of_a_language_are_named_the_largest_first(fit):
    named = pd.DataFrame([fit.themes[place] for place in named_themes(fit)])
    assert named["language"].value_counts().to_dict() == {"English": 8, "Polish": 8}
    for _, rows in named.groupby("language"):
        assert rows["customers"].tolist() == list(range(20, 12, -1))

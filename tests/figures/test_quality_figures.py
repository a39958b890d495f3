"""Pictures of the tables themselves."""

from datetime import date

import pandas as pd
import pytest

from retention_research.figures.quality import tables_reach
from retention_research.wording.numbers import Wording

SAY = Wording("en_GB", "EUR")
TABLES = pd.DataFrame(
    {
        "table": ["transactions", "order_lines", "customers", "rewards"],
        "rows_used": [9, 9, 3, 0],
        "first_day": [date(2024, 1, 1), date(2024, 3, 1), None, None],
        "last_day": [date(2024, 6, 30), date(2024, 6, 29), None, None],
    }
)


@pytest.fixture(scope="module")
def picture():
    return tables_reach(TABLES, SAY)


def test_the_reach_of_tables_is_told_in_words(picture):
    assert picture.alt == (
        "Bars of the days that 2 tables reach over, 1 Jan 2024 to 30 Jun 2024; the latest to "
        "begin is order lines, on 1 Mar 2024."
    )


def test_tables_without_days_are_not_drawn(picture):
    assert "order lines" in picture.svg
    assert "customers" not in picture.svg


def test_drawing_leaves_the_frame_as_it_was(picture):
    assert TABLES["first_day"].tolist()[2:] == [None, None]
    assert picture.svg == tables_reach(TABLES, SAY).svg

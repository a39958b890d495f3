"""Log-rank against R: see tests/published/survival.py for the sources."""

from collections.abc import Callable

import pandas as pd
import pytest

from retention_research.models.fit import Missing
from retention_research.models.log_rank import LogRank, log_rank
from tests.published import survival as published

COLUMNS = {"lung": ("time", "status"), "waltons": ("T", "E"), "veteran": ("time", "status")}


@pytest.mark.parametrize("case", published.LOG_RANK, ids=lambda case: f"{case.data}-{case.group}")
def test_the_test_is_that_of_r(
    survival_data: Callable[[str], pd.DataFrame], case: published.LogRankTest
) -> None:
    rows = survival_data(case.data)
    time, status = COLUMNS[case.data]
    event = rows[status] == rows[status].max()  # lung codes death as 2
    told = log_rank(rows[time], event, rows[case.group])
    assert isinstance(told, LogRank)
    # eight digits are published
    assert told == pytest.approx(case[2:], rel=1e-7)


def test_a_tiny_p_value_is_not_0(survival_data: Callable[[str], pd.DataFrame]) -> None:
    rows = survival_data("waltons")
    told = log_rank(list(rows["T"]) * 5, list(rows["E"]) * 5, list(rows["group"]) * 5)
    assert isinstance(told, LogRank)
    assert 0.0 < told.p_value < 1e-100


def test_the_statistic_of_four_by_hand() -> None:
    # a, a, b, b die in turn: O - E of a is 2 - (1/2 + 1/3), its variance 1/4 + 2/9
    told = log_rank([1, 2, 3, 4], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert isinstance(told, LogRank)
    assert told.statistic == pytest.approx((2 - 5 / 6) ** 2 / (1 / 4 + 2 / 9))


def test_one_group_is_no_comparison() -> None:
    assert log_rank([1, 2], [1, 1], ["a", "a"]) == Missing(
        "log_rank", "There is only one group to compare."
    )


def test_without_events_there_is_no_comparison() -> None:
    assert isinstance(log_rank([1, 2], [0, 0], ["a", "b"]), Missing)

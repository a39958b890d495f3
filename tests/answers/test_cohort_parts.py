"""Revenue of the newest cohorts against those before, and days to the second purchase."""

import numpy as np
import pandas as pd
import pytest

from retention_research.answers.cohort_ages import joint_confidence
from retention_research.answers.cohorts import cohorts
from retention_research.figures import cohorts as figures
from retention_research.models.mix import change
from retention_research.models.ratio import moments, ratio
from retention_research.study import new_study
from retention_research.wording import cohort_newest
from retention_research.wording import cohorts as sentences
from retention_research.wording.numbers import Wording
from retention_research.workspace import open_workspace

SAY = Wording("en_GB", "EUR")


def study(**settings):
    mine = {"study": "s", "currency": "EUR", "cohort_complete": True, **settings}
    return new_study(
        sources={"transactions": {"frame": True}}, churn={"inactive_for": "8W"}, **mine
    )


def shop(newest_amount):
    """Eight months of forty customers; half come back on day 10, 20, ... or 200."""
    rows = []
    for month in range(8):
        start = pd.Timestamp("2023-01-05") + pd.DateOffset(months=month)
        for i in range(40):
            amount = (newest_amount if month >= 5 else 20.0) + i % 5
            rows.append((f"c{month}-{i}", start, amount))
            if i % 2:
                rows.append((f"c{month}-{i}", start + pd.Timedelta(days=10 * (i // 2 + 1)), 7.0))
    return pd.DataFrame(rows, columns=["customer_id", "timestamp", "amount"])


def answered(amount, as_of="2024-09-30", **settings):
    settings = study(as_of=as_of, **settings)
    return cohorts(open_workspace(settings, {"transactions": shop(amount)})), settings


@pytest.fixture(scope="module")
def cheaper():
    return answered(12.0)


def test_the_newest_three_are_held_against_all_before_them_at_the_same_age(cheaper):
    found, parameters = cheaper
    value = found.values["cohorts.newest.revenue_difference_age_1"]
    first = np.array([20.0 + i % 5 for i in range(40)])
    back = np.array([7.0 if i in (1, 3, 5) else 0.0 for i in range(40)])  # days 10, 20 and 30
    level = joint_confidence(parameters)
    old, new = np.tile(first + back, 5), np.tile(first - 8.0 + back, 3)
    one, other = (ratio(moments(sums, np.ones(sums.size)), level) for sums in (new, old))
    expected = change(one, other)
    assert value.value == pytest.approx(-8.0)
    assert (value.conf_low, value.conf_high) == pytest.approx(expected[3:])
    assert value.n == 320


def test_ranges_are_widened_for_every_comparison_made():
    assert joint_confidence(study()) == pytest.approx(1 - 0.05 / 8)


def test_less_brought_at_the_same_age_is_said_and_warned_of(cheaper):
    found, parameters = cheaper
    claim = cohort_newest.newest_revenue(found, parameters, SAY)
    assert claim.title == "The newest customers have brought less each than those before them had"
    assert claim.status == "warn"
    assert cohort_newest.newest(found, parameters, SAY).status == "info"


def test_nothing_is_claimed_where_the_newest_do_not_differ():
    found, parameters = answered(20.0)
    claim = cohort_newest.newest_revenue(found, parameters, SAY)
    assert "is not clear yet" in claim.title
    assert claim.status == "info"


def test_too_few_cohorts_are_not_compared():
    found, parameters = answered(20.0, as_of="2023-06-10")
    value = found.values["cohorts.newest.revenue_difference_age_1"]
    assert value.value is None
    assert "Fewer than 6 groups" in cohort_newest.newest_revenue(found, parameters, SAY).so_what


def test_what_each_cohort_brought_is_a_row_of_the_table_for_mature_ages_only(cheaper):
    cells = cheaper[0].brought.cells
    first = cells[(cells["cohort"] == "2023-01") & (cells["age"] == 1)].iloc[0]
    assert first.brought == pytest.approx((40 * 22.0 + 3 * 7.0) / 40)
    assert first.money_low < first.brought < first.money_high
    young = answered(20.0, as_of="2023-11-30")[0].brought.cells
    assert set(young.loc[young["age"] == 3, "cohort"]) == {f"2023-0{m}" for m in range(1, 9)}
    assert set(young.loc[young["age"] == 6, "cohort"]) == {
        f"2023-0{m}" for m in range(1, 6)
    }  # 5 Jun + 180: 2 Dec


def test_days_to_the_second_purchase_rest_on_customers_followed_for_all_of_the_horizon():
    found = answered(20.0, as_of="2024-04-02")[0].days  # 5 Apr 2023 + 364 days: 3 Apr
    assert found.weeks == 52
    assert found.followed == 3 * 40
    assert found.bars["customers"].sum() == 3 * 20
    assert found.bars["share"].sum() == pytest.approx(1.0)
    assert found.values["cohorts.second_purchase.days_median_26w"].n == 8 * 18  # by day 182


def test_the_median_of_days_is_that_of_who_came_back_in_time(cheaper):
    values = cheaper[0].values
    assert values["cohorts.second_purchase.days_median_52w"].value == 105.0  # of 10, 20 ... 200
    assert values["cohorts.second_purchase.days_median_13w"].value == 50.0  # of 10 ... 90


def test_bars_end_at_whole_steps_and_hold_their_last_day(cheaper):
    bars = cheaper[0].days.bars.set_index("after_weeks")["customers"]
    assert list(bars.index) == list(range(4, 53, 4))
    assert bars[4] == 8 * 2  # days 10 and 20; day 30 lies beyond 28
    assert bars[20] == 8 * 3  # days 120, 130, 140: 140 is the last day of week 20


def test_a_sentence_and_a_picture_tell_how_long_it_takes(cheaper):
    found, _ = cheaper
    name = sentences.median_name(found)
    assert "within 52 weeks do so in the first" in sentences.days(found, SAY).title
    picture = figures.days_to_second(found.days.bars, found.values[name].number, SAY)
    assert "half within 15 weeks" in picture.alt


def test_too_few_who_came_back_are_no_distribution():
    rows = [(f"c{i}", "2023-01-05", 10.0) for i in range(60)]
    rows += [(f"c{i}", "2023-02-05", 10.0) for i in range(4)] + [("z", "2024-06-30", 1.0)]
    frame = pd.DataFrame(rows, columns=["customer_id", "timestamp", "amount"])
    frame = frame.assign(timestamp=pd.to_datetime(frame["timestamp"]))
    found = cohorts(open_workspace(study(as_of="2024-06-30"), {"transactions": frame}))
    assert found.days.weeks == 0
    assert "Too few" in sentences.days(found, SAY).title

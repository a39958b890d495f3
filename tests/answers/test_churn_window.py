"""What another silence would change, and five ways to count a lost customer, on CDNOW and less."""

from datetime import date

import pandas as pd
import pytest

from retention_research.answers.churn_window import churn_window, period_before
from retention_research.answers.kpis.frame import kpi_frame
from retention_research.answers.lost_customers import WAYS, lost_customers
from retention_research.figures import churn as figures
from retention_research.glossary import lookup
from retention_research.periods import Period
from retention_research.tables import make_table
from retention_research.wording import churn as sentences


@pytest.fixture(scope="module")
def found(cdnow):
    return churn_window(cdnow)


@pytest.fixture(scope="module")
def lost(cdnow):
    return lost_customers(cdnow)


def test_every_recorded_name_is_in_the_glossary_with_its_kind(found, lost):
    for name, value in {**found.values, **lost.values}.items():
        assert lookup(name).kind == value.kind
        assert value.unit in {lookup(name).unit, ""}


def test_returns_are_counted_day_by_day(cdnow, found):
    bought = cdnow.purchases(cdnow.window.as_of).to_pandas()
    days = {c: sorted(pd.to_datetime(rows)) for c, rows in bought.groupby("customer_id")["day"]}
    origins = pd.date_range("1997-01-31", "1997-06-30", freq="ME")
    silent = back = 0
    for own in days.values():
        for origin in origins:
            before = [d for d in own if d <= origin]
            if before and (origin - before[-1]).days >= 112:
                silent += 1
                back += any(0 < (d - origin).days <= 364 for d in own)
    assert (silent, back) == (2298, 515)
    value = found.values["churn_window.returned_share_112d"]
    assert value.value == pytest.approx(back / silent, rel=1e-15)
    assert value.conf_low < value.value < value.conf_high


def test_at_the_length_in_use_the_other_reports_say_the_same(cdnow, cdnow_stay, found, lost):
    june = kpi_frame(cdnow, [Period.holding(date(1998, 6, 1), "month")]).set_index("kpi")
    churn = found.values["churn_window.churn_rate_182d"]
    assert churn.value == pytest.approx(june.loc["churn_rate", "value"], rel=1e-15)
    assert (churn.conf_low, churn.conf_high) == pytest.approx(
        june.loc["churn_rate", ["conf_low", "conf_high"]].tolist(), rel=1e-12
    )
    assert lost.values["lost_customers.crr.share"] == churn
    once = cdnow_stay.values["tenure.one_order_share"]
    assert found.values["churn_window.one_order_share_182d"].value == once.value
    assert found.values["churn_window.one_order_share_182d"].n == once.n


def test_a_longer_silence_never_finds_more_silent_customers(found):
    assert found.spans["silent_customers"].is_monotonic_decreasing
    assert found.spans["one_order"].is_monotonic_decreasing


def test_silence_is_counted_by_hand(cdnow, lost):
    last = cdnow.purchases(cdnow.window.as_of).to_pandas().groupby("customer_id")["day"].max()
    silent = ((pd.Timestamp("1998-06-30") - pd.to_datetime(last)).dt.days >= 182).mean()
    value = lost.values["lost_customers.silence.share"]
    assert (value.value, value.n) == (pytest.approx(silent, rel=1e-15), 2357)


def test_one_time_buyers_are_left_out_of_the_way_that_says_nothing_of_them(lost, say):
    values = lost.values
    once = values["lost_customers.bought_once"].value
    assert values["lost_customers.not_alive.share"].n == 2357 - once
    assert values["lost_customers.no_purchase.share"].n == 2357
    row = sentences.lost_table(lost, say).set_index("lost_as").loc["Expected never to buy again"]
    assert f"Not informative for the {say.count(once)} who bought once" in row["who_counts"]


def test_a_period_that_ends_with_the_data_is_the_scorecards(cdnow, workspace_of):
    assert period_before(cdnow) == date(1998, 5, 31)
    middle = workspace_of([("a", "2024-01-01", 5)], as_of=date(2024, 3, 15))
    assert period_before(middle) == date(2024, 2, 15)


def test_a_study_that_names_a_length_is_told_what_the_data_would_choose(found, say):
    claim = sentences.window(found, say)
    assert claim.title == (
        "How many of those silent for 26 weeks come back within a year cannot be told yet: 52 "
        "weeks after are needed"
    )
    assert "after the longest, 24 weeks, 17% do" in claim.so_what
    assert "With 12 weeks of silence it would be 30%, and 25% of those" in claim.so_what
    assert claim.status == "info"


def test_the_page_counts_in_five_ways_and_names_the_headline(lost, say):
    claim, table = sentences.lost(lost, say), sentences.lost_table(lost, say)
    assert claim.title == "Between 12% and 93% of customers are lost, depending on how one counts"
    assert "headline" in claim.so_what
    assert len(table) == len(WAYS)
    assert table["who_counts"].str.contains("Used ").all()
    assert make_table("lost", sentences.lost_caption(lost, say), table, say).csv


def test_a_length_that_no_year_follows_has_no_count_but_a_reason(found, say):
    rows = sentences.spans_rows(found).set_index("silent_for")
    assert rows.loc[182, ["silent_customers", "back_in_a_year"]].tolist() == [
        "–", "not followed for a year"]  # fmt: skip
    assert rows.loc[28, "silent_customers"] == 2329
    assert found.spans.set_index("silent_for").loc[182, "silent_customers"] == 0


def test_the_picture_marks_the_length_in_use(found, say):
    seen = found.spans.dropna(subset="back_in_a_year")
    picture = figures.returned_by_silence(seen, found.days, say)
    assert "26 weeks" in picture.caption
    assert "32% after 4 weeks" in picture.alt
    assert "stays above 10%" in picture.alt
    assert picture.svg


def told(workspace, say):
    window, lost = churn_window(workspace), lost_customers(workspace)
    claims = sentences.window(window, say), sentences.lost(lost, say)
    caption, rows = sentences.spans_caption(window, say), sentences.spans_rows(window)
    assert make_table("s", caption, rows, say).html
    assert make_table("l", sentences.lost_caption(lost, say), sentences.lost_table(lost, say), say)
    assert all(value.value is not None or value.reason for value in
               {**window.values, **lost.values}.values())  # fmt: skip
    return window, lost, claims


def test_data_of_one_customer_say_what_is_missing(workspace_of, say):
    rows = [("a", "2024-01-01", 5), ("a", "2024-02-01", 5)]
    workspace = workspace_of(rows, as_of=date(2024, 3, 31), churn={"inactive_for": "auto"})
    window, lost, (claim, ways) = told(workspace, say)
    assert window.days == 182
    assert claim.status == "warn"
    assert "the usual 26 weeks are used" in claim.so_what
    assert "only where 52 weeks of data follow it" in claim.so_what
    assert lost.values["lost_customers.tenure.share"].reason
    assert "30 are needed" in lost.values["lost_customers.not_alive.share"].reason
    assert ways.title == "Lost customers can be counted in one way only so far"


def test_where_nobody_returns_the_shortest_length_does(workspace_of, say):
    rows = [(f"c{i:02d}", f"2023-0{1 + i % 6}-10", 5) for i in range(40)]
    rows += [("z", "2024-12-31", 5)]
    workspace = workspace_of(rows, cohort_complete=True, as_of=date(2024, 12, 31),
                             churn={"inactive_for": "auto"})  # fmt: skip
    window, _, (claim, _) = told(workspace, say)
    assert window.days == 28
    share = window.values["churn_window.returned_share_28d"]
    assert share.value == 0
    assert share.conf_high > 0
    assert claim.title.startswith("Of those silent for 4 weeks at a month end, 0% came back")
    assert "The data chose this length" in claim.so_what


def test_customers_who_never_leave_leave_the_purchase_model_without_an_answer(
    workspace_of, faithful, say
):
    workspace = workspace_of(faithful, cohort_complete=True)
    _, lost, _ = told(workspace, say)
    share = lost.values["lost_customers.not_alive.share"]
    assert share.value is None
    assert "No dropout can be seen" in share.reason
    assert lost.values["lost_customers.no_purchase.share"].value is not None


def test_a_month_too_close_to_the_beginning_has_no_share_of_customers_lost(workspace_of, regulars):
    workspace = workspace_of(regulars, churn={"inactive_for": "4W"})
    value = churn_window(workspace).values["churn_window.churn_rate_364d"]
    assert value.value is None
    assert "The data begin less than that before" in value.reason

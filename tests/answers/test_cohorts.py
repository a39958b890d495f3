"""Cohorts at equal ages, second purchases by first order, and what is said of them."""

import json
import math
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from retention_research import glossary
from retention_research.answers.cohorts import cohorts, obstacle_to_cohorts
from retention_research.models.proportion import proportion
from retention_research.study import new_study
from retention_research.wording import cohort_newest
from retention_research.wording import cohorts as sentences
from retention_research.wording.numbers import Wording
from retention_research.workspace import open_workspace

SAY = Wording("en_GB", "EUR")


def opened(orders, **settings):
    frame = pd.DataFrame(orders)
    mine = {"study": "s", "currency": "EUR", "cohort_complete": True, **settings}
    mine |= {"churn": {"inactive_for": "8W"}, "sources": {"transactions": {"frame": True}}}
    return open_workspace(new_study(**mine), {"transactions": frame})


def shop(months=10, a_month=40, discounted_back=0.2, full_back=0.6, seed=4):
    """Customers who first buy over some months; half with a discount, who come back less."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(months * a_month):
        first = date(2023, 1, 1) + timedelta(days=int(i * 30.4 / a_month))
        with_discount = i % 2 == 0
        back = rng.random() < (discounted_back if with_discount else full_back)
        days = [0, 20 + int(rng.integers(0, 60))] if back else [0]
        rows += [
            (f"c{i}", first + timedelta(days=d), 10.0, 3.0 if with_discount and not d else 0.0)
            for d in days
        ]
    frame = pd.DataFrame(rows, columns=["customer_id", "timestamp", "amount", "discount"])
    return frame.assign(timestamp=pd.to_datetime(frame["timestamp"]))


@pytest.fixture(scope="module")
def workspace():
    return opened(shop(), as_of="2024-01-31")


@pytest.fixture(scope="module")
def found(workspace):
    return cohorts(workspace)


def test_every_value_is_in_the_glossary_and_every_estimate_has_an_interval(found):
    for name, value in found.values.items():
        assert glossary.lookup(name).kind == value.kind
        if value.kind == "estimate" and value.value is not None:
            assert value.conf_low <= value.value <= value.conf_high
            assert value.n > 0


def test_no_cell_is_shown_before_everybody_of_its_cohort_has_lived_it(found, workspace):
    as_of = workspace.window.as_of
    frame = shop()
    born = frame.groupby("customer_id")["timestamp"].min()
    newest = born.groupby(born.dt.strftime("%Y-%m")).max()
    for cell in found.ages.cells.itertuples():
        assert newest[cell.cohort].date() + timedelta(days=30 * int(cell.age)) <= as_of


def test_cells_agree_with_a_plain_count(found):
    frame = shop()
    born = frame.groupby("customer_id")["timestamp"].transform("min")
    days = (frame["timestamp"] - born).dt.days
    frame = frame.assign(cohort=born.dt.strftime("%Y-%m"), age=np.ceil(days / 30).astype(int))
    counted = frame[days > 0].groupby(["cohort", "age"])["customer_id"].nunique()
    for cell in found.ages.cells.itertuples():
        assert cell.returned == counted.get((cell.cohort, cell.age), 0)
        wilson = proportion(int(cell.returned), int(cell.customers))
        assert (cell.share_low, cell.share_high) == (wilson.conf_low, wilson.conf_high)


def test_the_curve_holds_only_cohorts_followed_so_long(found):
    for point in found.ages.curve.itertuples():
        cells = found.ages.cells[found.ages.cells["age"] == point.age]
        assert point.customers == cells["customers"].sum()
    assert found.ages.curve["customers"].is_monotonic_decreasing


def test_who_first_bought_with_a_discount_comes_back_less_and_the_page_says_so(found):
    gap = found.values["cohorts.second_purchase.discount.difference_26w"]
    assert gap.conf_low <= -0.4 <= gap.conf_high
    claim = sentences.discount(found, SAY)
    assert claim.status == "warn"
    assert "associated with" in claim.so_what


def test_where_nothing_differs_nothing_is_claimed():
    same = cohorts(opened(shop(discounted_back=0.4, full_back=0.4), as_of="2024-01-31"))
    assert "is not clear" in sentences.discount(same, SAY).title
    assert same.values["cohorts.second_purchase.discount.p_value"].number > 0.05


def test_orders_without_a_discount_column_say_nothing_about_it():
    bare = cohorts(opened(shop().drop(columns="discount"), as_of="2024-01-31"))
    gap = bare.values["cohorts.second_purchase.discount.difference_26w"]
    assert gap.value is None
    assert "map the column discount" in gap.reason
    assert "discount" in bare.returns.lacking


def test_new_and_earlier_revenue_is_all_revenue(found):
    frame = shop()
    by_month = frame.groupby(frame["timestamp"].dt.strftime("%b %Y"))["amount"].sum()
    for row in found.revenue.itertuples():
        assert math.isclose(row.new_revenue + row.existing_revenue, by_month[row.period])


def test_revenue_per_customer_is_a_mean_with_a_range(found):
    value = found.values["cohorts.revenue_per_customer.age_3"]
    frame = shop()
    born = frame.groupby("customer_id")["timestamp"].transform("min")
    mature = born <= pd.Timestamp("2023-10-31")  # the ten cohorts all have lived three months
    inside = mature & ((frame["timestamp"] - born).dt.days <= 90)
    assert value.number == pytest.approx(
        frame[inside].groupby("customer_id")["amount"].sum().mean()
    )
    assert value.conf_low < value.number < value.conf_high


def test_too_few_customers_are_an_obstacle_in_words():
    few = opened(shop(months=1, a_month=12), as_of="2024-01-31")
    assert "12 customers" in obstacle_to_cohorts(few)


def test_customers_who_may_have_bought_before_are_in_no_cohort():
    cut = cohorts(opened(shop(), as_of="2024-01-31", cohort_complete=False))
    assert cut.values["cohorts.left_out"].number > 0
    assert "may have bought before" in " ".join(
        sentences.limits(cut, opened(shop(), as_of="2024-01-31").study, SAY)
    )


def test_customers_acquired_in_another_month_than_they_first_bought_are_counted_and_said():
    orders = shop()
    first = orders.groupby("customer_id")["timestamp"].min()
    late = pd.Series([i < 7 for i in range(len(first))], index=first.index)
    people = pd.DataFrame({"customer_id": first.index, "acquired_at": first.mask(
        late, first + pd.Timedelta(days=40)).to_numpy()})  # fmt: skip
    sources = {"transactions": {"frame": True}, "customers": {"frame": True}}
    study = new_study(study="s", currency="EUR", cohort_complete=True, as_of="2024-01-31",
                      churn={"inactive_for": "8W"}, sources=sources)  # fmt: skip
    apart = cohorts(open_workspace(study, {"transactions": orders, "customers": people}))
    assert apart.values["cohorts.acquired_elsewhere"].value == 7
    assert apart.values["cohorts.acquired_later"].value == 7
    assert apart.values["cohorts.customers"].value == len(first)
    assert "the first purchase counts" in " ".join(sentences.limits(apart, study, SAY))


def test_revenue_of_who_may_have_bought_before_is_told_apart_and_nothing_is_lost():
    cut = cohorts(opened(shop(), as_of="2024-01-31", cohort_complete=False))
    whole = cohorts(opened(shop(), as_of="2024-01-31"))
    parts = ["new_revenue", "existing_revenue", "unknown_revenue"]
    assert cut.revenue["unknown_revenue"].iloc[0] > 0
    assert "unknown_revenue" not in whole.revenue
    assert cut.revenue[parts].sum(axis=1).tolist() == pytest.approx(
        whole.revenue[parts[:2]].sum(axis=1).tolist()
    )


def test_a_difference_has_a_width_where_nobody_of_one_group_came_back():
    none = cohorts(opened(shop(discounted_back=0.0, full_back=0.5), as_of="2024-01-31"))
    gap = none.values["cohorts.second_purchase.discount.difference_26w"]
    assert -1 <= gap.conf_low < gap.number < gap.conf_high < 0


def test_the_same_data_later_move_no_cell_that_was_mature(found):
    # what is known of an age does not change when more days are known
    earlier = cohorts(opened(shop(), as_of="2023-10-31"))
    then = earlier.ages.cells.set_index(["cohort", "age"])
    now = found.ages.cells.set_index(["cohort", "age"])
    kept = [key for key in then.index if key in now.index and key[0] != "other"]
    assert len(kept) > 20
    for key in kept:
        if then.loc[key, "customers"] == now.loc[key, "customers"]:
            assert then.loc[key, "returned"] == now.loc[key, "returned"]


@pytest.mark.parametrize("period", ["month", "week"])
def test_all_sentences_are_written_for_both_periods(period):
    workspace = opened(shop(months=8), as_of="2023-12-31", period=period)
    told, study = cohorts(workspace), workspace.study
    texts = [*sentences.opening(told, study, SAY), sentences.note_on_tests(told, SAY)]
    for claim in (
        sentences.by_age,
        cohort_newest.newest,
        cohort_newest.newest_revenue,
        sentences.revenue,
    ):
        texts += claim(told, study, SAY)[1:3]
    texts += sentences.days(told, SAY)[1:3]
    assert not [text for text in texts if "nan" in text or "None" in text]
    assert json.dumps(texts)

"""Waits from each order to the next, and what the page makes of them."""

from dataclasses import replace

import ibis
import pandas as pd
import pytest

from retention_research.answers.survival import survival
from retention_research.answers.survival_orders import NextOrders, _thinned, next_orders
from retention_research.figures import survival as figures
from retention_research.wording import survival_orders as sentences
from tests.answers.contract_shop import buyers, shop


@pytest.fixture(scope="module")
def found(cdnow_stay):
    return cdnow_stay


def with_shares(found, *shares, width=0.02):
    names = ["1st to 2nd", "2nd to 3rd", "5th and later"]
    rows = [(name, 500, p, p - width, p + width, 30.0, 20.0, 40.0)
            for name, p in zip(names, shares, strict=True)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=found.orders.frame.columns)
    return replace(found, orders=NextOrders(found.orders.values, frame))


def test_the_wait_after_the_first_order_is_the_time_to_the_second(found):
    first = found.values["next_order.after_1.probability_13w"]
    assert first == found.values["second_purchase.probability_13w"]


def test_waits_are_counted_by_hand():
    # 30 customers order twice, 20 of them a third time; then nothing for the rest of the year
    slow = [(f"s{who}", day, 1) for who, day, _ in buyers(10, gap=60, orders=2)]
    values = next_orders(shop([*buyers(20, gap=10), *slow, ("z", "2024-12-31", 1)])).values
    assert values["next_order.after_1.probability_13w"].value == 1
    assert values["next_order.after_2.median"].value is None  # 20 after 10 days, the rest never
    assert values["next_order.after_2.probability_13w"].value == pytest.approx(20 / 30)
    assert values["next_order.after_3.probability_13w"].value == 0
    assert values["next_order.after_3.probability_13w"].n == 20


def test_orders_from_the_fifth_on_count_each_customers_waits_together(cdnow, found):
    rows = cdnow.purchases(cdnow.window.as_of).to_pandas().sort_values(["customer_id", "day"])
    late = rows[rows.groupby("customer_id").cumcount() >= 4]
    late = late[late["day"] < pd.Timestamp(cdnow.window.as_of)]
    assert found.values["next_order.after_5.median"].n < len(late)
    assert found.orders.frame["customers"].iloc[-1] == late["customer_id"].nunique()


def test_a_number_that_too_few_have_reached_is_withheld():
    values = next_orders(
        shop([*buyers(20), *[("b000", f"2024-0{m}-28", 1) for m in (4, 5)]])
    ).values
    assert values["next_order.after_4.median"].value is None
    assert values["next_order.after_4.median"].reason == (
        "Only 1 customer has come so far; 10 are needed."
    )


def test_the_page_says_sooner_only_if_the_data_do(found, say):
    claim = sentences.next_orders(found, say)
    assert claim.title == "The more often customers have ordered, the sooner they order again"
    assert "Sorting alone makes such a picture" in claim.so_what
    flat = sentences.next_orders(with_shares(found, 0.5, 0.5, 0.51), say)
    assert "no clear difference" in flat.title
    assert "Sorting" not in flat.so_what
    uneven = sentences.next_orders(with_shares(found, 0.5, 0.4, 0.7), say)
    assert uneven.title.startswith("Frequent customers order again sooner than new ones")
    slower = sentences.next_orders(with_shares(found, 0.7, 0.6, 0.5), say)
    assert slower.title.startswith("New customers order again sooner than frequent ones")


def test_waits_that_nobody_was_watched_for_are_said_to_be_unknown(say):
    orders = [(f"c{i:02d}", f"2024-01-{i % 25 + 1:02d}", 1) for i in range(50)]
    short = survival(shop([*orders, ("c00", "2024-01-30", 1)], as_of="2024-02-20"))
    claim = sentences.next_orders(short, say)
    assert claim.title == "How soon each next order comes cannot be compared yet"
    assert claim.so_what == "Only 1 customer has come so far; 10 are needed."
    first = short.values["next_order.after_1.probability_13w"]
    assert first.reason.startswith("Nobody was watched for more than")


def test_who_came_back_from_a_silence_is_counted_with_a_range(cdnow, found, say):
    share = found.values["tenure.reactivated_share"]
    assert share.value == pytest.approx(found.values["tenure.reactivated"].value / share.n)
    claim = sentences.returned(found, "26 weeks", say)
    assert claim.title == "Of everybody who fell silent, 22% have bought again so far (20% to 23%)"
    assert "470 of 2,179 customers came back after 26 weeks or more" in claim.so_what


def test_the_picture_of_waits_says_each_share(found, say):
    picture = figures.next_orders(found.orders.known, 13, say)
    assert "29% (1st to 2nd)" in picture.alt
    assert picture.svg == figures.next_orders(found.orders.known, 13, say).svg


def test_many_waits_are_thinned_by_whole_customers():
    rows = ibis.memtable({"customer_id": [f"c{i // 4:02d}" for i in range(80)],
                          "duration": [7] * 80, "event_observed": [True] * 80})  # fmt: skip
    kept = _thinned(rows, 30).to_pandas()
    assert kept["code"].value_counts().tolist() == [4] * 7  # one customer in three, with all waits
    assert len(_thinned(rows, 80).to_pandas()) == 80

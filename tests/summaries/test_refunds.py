"""A refund reduces its order, else the customer's latest earlier order with something left."""

import random
from datetime import date, timedelta

import pytest

from retention_research.summaries.refunds import after_refunds, orders_left, unmatched_refunds

END = date(2024, 12, 31)


def left(rows):
    frame = orders_left(rows, END).to_pandas().sort_values(["customer_id", "day"])
    return [(r.customer_id, r.day.strftime("%m-%d"), r.amount) for r in frame.itertuples()]


def test_a_refund_with_an_order_id_reduces_that_order(transactions):
    rows = transactions(
        ("a", "2024-01-01", 50, "1"), ("a", "2024-01-02", 30, "2"), ("a", "2024-01-03", -20, "1")
    )
    assert left(rows) == [("a", "01-01", 30), ("a", "01-02", 30)]


def test_a_refund_without_order_takes_the_latest_earlier_one_and_then_the_one_before(transactions):
    rows = transactions(
        ("a", "2024-01-01", 50, None), ("a", "2024-01-02", 30, None), ("a", "2024-01-03", -40, None)
    )
    assert left(rows) == [("a", "01-01", 40)]


def test_a_refund_never_reduces_a_later_order(transactions):
    rows = transactions(("a", "2024-01-01", -10, None), ("a", "2024-01-02", 30, None))
    assert left(rows) == [("a", "01-02", 30)]
    assert unmatched_refunds(rows) == 1


def test_a_refund_that_names_an_unknown_order_acts_as_one_that_names_none(transactions):
    rows = transactions(("a", "2024-01-01", 50, "1"), ("a", "2024-01-03", -20, "no such"))
    assert left(rows) == [("a", "01-01", 30)]
    assert unmatched_refunds(rows) == 0


def test_a_fully_refunded_order_is_gone_and_an_order_of_amount_zero_stays(transactions):
    rows = transactions(
        ("a", "2024-01-01", 50, "1"), ("a", "2024-01-02", 0, "2"), ("a", "2024-01-03", -50, "1")
    )
    assert left(rows) == [("a", "01-02", 0)]


def test_a_refund_after_the_end_does_not_act(transactions):
    rows = transactions(("a", "2024-01-01", 50, "1"), ("a", "2025-01-03", -50, "1"))
    assert left(rows) == [("a", "01-01", 50)]


def test_a_refund_of_more_than_its_order_is_counted_as_unmatched(transactions):
    rows = transactions(("a", "2024-01-01", 50, "1"), ("a", "2024-01-03", -60, "1"))
    assert unmatched_refunds(rows) == 1
    assert left(rows) == []


def test_refunds_of_one_customer_leave_others_alone(transactions):
    rows = transactions(("a", "2024-01-01", 50, None), ("b", "2024-01-03", -50, None))
    assert left(rows) == [("a", "01-01", 50)]


def by_hand(steps):
    """Last in, first out with an explicit stack."""
    stack, kept = [], {}
    for place, amount in enumerate(steps):
        if amount >= 0:
            stack.append(place)
            kept[place] = amount
            continue
        due = -amount
        while due > 0 and stack:
            taken = min(due, kept[stack[-1]])
            kept[stack[-1]] -= taken
            due -= taken
            if kept[stack[-1]] == 0:
                stack.pop()
    return kept


@pytest.mark.parametrize("seed", range(12))
def test_matching_by_running_balance_equals_an_explicit_stack(transactions, seed):
    rng = random.Random(seed)
    steps = [rng.choice([10, 20, 35, -5, -15, -30]) for _ in range(25)]
    first = date(2024, 1, 1)
    rows = transactions(
        *(("a", first + timedelta(days=i), amount, None) for i, amount in enumerate(steps))
    )
    found = after_refunds(rows).to_pandas()
    got = {
        (day.date() - first).days: left
        for day, left in zip(found["day"], found["left"], strict=True)
    }
    assert got == pytest.approx(by_hand(steps))

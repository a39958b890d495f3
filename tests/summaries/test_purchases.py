"""Purchases per customer: published counts, hand-derived cases, and what must not matter."""

from datetime import date

import pandas as pd
import pytest

from retention_research.periods import ObservationWindow
from retention_research.summaries.purchases import (
    acquisition_known,
    add_holdout,
    born_in_holdout,
    count_cells,
    purchase_days,
    summarise_purchases,
)


def summary(rows, window):
    purchases = purchase_days(rows, window.calibration_end)
    table = summarise_purchases(purchases, window)
    return add_holdout(table, purchase_days(rows, window.as_of), window)


def test_one_customer_worked_out_by_hand(transactions, window):
    rows = transactions(
        ("a", "2024-01-01 10:00", 10, None),
        ("a", "2024-01-01 23:59", 5, None),  # the same day: one purchase
        ("a", "2024-01-11", 20, None),
        ("a", "2024-01-31", 40, None),
        ("a", "2024-07-01", 7, None),  # the day after the calibration
    )
    row = summary(rows, window).to_pandas().iloc[0]
    assert (row.frequency, row.recency, row["T"], row.orders) == (2, 30, 181, 4)
    assert (row.monetary_value, row.revenue) == (30, 75)
    assert row.sum_log_gap == pytest.approx(2.302585 + 2.995732, abs=1e-4)
    assert (row.holdout_frequency, row.holdout_revenue) == (1, 7)


def test_a_one_time_buyer_has_no_monetary_value(transactions, window):
    row = summary(transactions(("a", "2024-03-01", 10, None)), window).to_pandas().iloc[0]
    assert (row.frequency, row.recency) == (0, 0)
    assert pd.isna(row.monetary_value)


def test_the_last_day_of_the_calibration_belongs_to_it(transactions, window):
    rows = transactions(("a", "2024-06-30", 1, None), ("a", "2024-06-29", 1, None))
    row = summary(rows, window).to_pandas().iloc[0]
    assert (row.frequency, row["T"], row.holdout_frequency) == (1, 1, 0)


def test_customers_born_in_the_holdout_are_apart(transactions, window):
    rows = transactions(
        ("a", "2024-03-01", 1, None), ("b", "2024-07-02", 1, None), ("b", "2024-08-02", 1, None)
    )
    assert summary(rows, window).to_pandas()["customer_id"].tolist() == ["a"]
    known = summarise_purchases(purchase_days(rows, window.calibration_end), window)
    born = born_in_holdout(purchase_days(rows, window.as_of), known, window).to_pandas()
    assert born[["customers", "repeat_purchases"]].to_numpy().tolist() == [[1, 1]]


def test_a_known_customer_whose_purchases_were_all_refunded_later_is_not_new(transactions, window):
    rows = transactions(
        ("a", "2024-03-01", 10, "1"), ("a", "2024-07-10", -10, "1"), ("a", "2024-08-01", 5, "2")
    )
    known = summarise_purchases(purchase_days(rows, window.calibration_end), window)
    assert born_in_holdout(purchase_days(rows, window.as_of), known, window).to_pandas().empty


def test_a_refund_in_the_holdout_leaves_the_calibration_as_it_was(transactions, window):
    rows = transactions(
        ("a", "2024-03-01", 10, "1"), ("a", "2024-04-01", 10, "2"), ("a", "2024-07-10", -10, "2")
    )
    assert summary(rows, window).to_pandas()["frequency"].tolist() == [1]
    everything = ObservationWindow(window.start, window.as_of, window.as_of)
    assert summary(rows, everything).to_pandas()["frequency"].tolist() == [0]


def test_the_order_of_rows_does_not_matter(transactions, window):
    rows = [("a", f"2024-0{m}-0{d}", m * d, None) for m in range(1, 6) for d in range(1, 5)]
    forwards, backwards = transactions(*rows), transactions(*rows[::-1])
    assert summary(forwards, window).to_pandas().equals(summary(backwards, window).to_pandas())


def test_cells_hold_every_customer_once(transactions, window):
    rows = [(f"c{i}", "2024-03-01", 1, None) for i in range(5)] + [("c9", "2024-03-02", 1, None)]
    cells = count_cells(summary(transactions(*rows), window))
    assert cells[["frequency", "recency", "T", "customers"]].to_numpy().tolist() == [
        [0, 0, 120, 1],
        [0, 0, 121, 5],
    ]


def test_ids_that_look_like_numbers_stay_apart(transactions, window):
    rows = transactions(("007", "2024-03-01", 1, None), ("7", "2024-03-01", 1, None))
    assert sorted(summary(rows, window).to_pandas()["customer_id"]) == ["007", "7"]


def test_an_early_first_order_leaves_the_acquisition_unknown(transactions, window, engine):
    rows = transactions(("early", "2024-01-05", 1, None), ("late", "2024-05-05", 1, None))
    table = summary(rows, window)
    known = acquisition_known(table, date(2024, 1, 1), 91, None).to_pandas()
    assert known.set_index("customer_id")["birth_known"].to_dict() == {"early": False, "late": True}


def test_a_stated_acquisition_overrules_the_guess(transactions, window, engine):
    rows = transactions(
        ("in", "2024-01-05", 1, None), ("out", "2024-05-05", 1, None), ("x", "2024-05-05", 1, None)
    )
    acquired = pd.to_datetime(["2024-01-05", "2020-01-01"])
    dates = {"customer_id": ["in", "out"], "acquired_at": acquired}
    customers = engine.create_table("customers_stated", pd.DataFrame(dates), overwrite=True)
    known = acquisition_known(summary(rows, window), date(2024, 1, 1), 91, customers).to_pandas()
    assert known.set_index("customer_id")["birth_known"].to_dict() == {
        "in": True, "out": False, "x": True,
    }  # fmt: skip


def test_cdnow_gives_its_published_counts():
    from retention_research.workspace import open_workspace

    workspace = open_workspace("params/cdnow.yml")
    table = workspace.summary(workspace.window).to_pandas()
    # Fader, Hardie and Lee (2005): 2,357 customers, 946 with a repeat purchase, 2,457 repeats in
    # the calibration, 1,882 purchases in the 39 weeks after it; merging by week would give 2,248
    assert len(table) == 2357
    assert (table["frequency"] > 0).sum() == 946
    assert table["frequency"].sum() == 2457
    assert table["holdout_frequency"].sum() == 1882
    assert table["T"].agg(["min", "max"]).tolist() == [189, 272]

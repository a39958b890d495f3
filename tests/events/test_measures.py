"""The figures that gates compare between runs."""

from datetime import UTC, datetime

import pytest

from retention_research.events.measures import measure_tables, newest_order

from .conftest import Open


def test_rows_and_blanks_are_counted_by_table_and_column(opened: Open) -> None:
    lines = [
        "a;2024-01-05;10.00;7",
        "b;2024-01-06;11.00;",
        "b;no day;12.00;9",
        "c;2024-01-07;1.00;",
    ]
    events = opened(lines, header="customer_id;timestamp;amount;order_id", customers=(
        "customer_id,acquired_at,region\na,2024-01-05,north\nb,,\n"))  # fmt: skip
    measured = measure_tables(events)
    assert measured["transactions"] == {
        "rows_read": 4,
        "rows_kept": 3,
        "blank_shares": {
            "customer_id": 0.0, "timestamp": 0.0, "amount": 0.0,
            "order_id": pytest.approx(2 / 3),
        },
    }  # fmt: skip
    assert measured["customers"]["blank_shares"] == {"customer_id": 0.0, "acquired_at": 0.5}


def test_the_newest_order_is_a_moment_of_the_studys_zone(opened: Open) -> None:
    time = {"time": {"zone": "Europe/Warsaw", "merge": "day", "unit": "week"}}
    lines = [f"a;2024-01-{day:02d} 10:30;1.00" for day in range(1, 9)]
    newest = newest_order(opened(lines, study=time), "Europe/Warsaw")
    assert newest == datetime(2024, 1, 8, 9, 30, tzinfo=UTC)


def test_a_day_without_time_counts_to_its_end(opened: Open) -> None:
    events = opened([f"a;2024-01-{day:02d};1.00" for day in range(1, 9)])
    assert newest_order(events, "UTC") == datetime(2024, 1, 9, tzinfo=UTC)

"""Bad input gives one clear sentence, or a counted exclusion: never a traceback, never silence."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from retention_research.events import scans
from retention_research.study import StudyError

from .conftest import HEADER, Open, failures, rows

DAILY = [f"{day};2024-01-{day:02d};{day}.50" for day in range(1, 20)]


def said(opened: Open, *args: object, **kwargs: object) -> str:
    with pytest.raises(StudyError) as caught:
        opened(*args, **kwargs)
    return str(caught.value)


def test_missing_column_names_the_nearest_header(opened: Open) -> None:
    message = said(opened, ["1;2024-01-01;3"], header="custmer_id;timestamp;amount")
    assert "orders.csv has no column customer_id" in message
    assert "Did you mean custmer_id?" in message


def test_mapping_of_an_unknown_column_names_the_nearest(opened: Open) -> None:
    message = said(opened, ["1;2024-01-01;3"], columns={"oder_id": "Order"})
    assert "Did you mean order_id?" in message


def test_missing_file_lists_near_names(opened: Open) -> None:
    message = said(opened, ["1;2024-01-01;1"], path="order.csv")
    assert "There: orders.csv" in message


def test_empty_file(opened: Open) -> None:
    assert "orders.csv is empty (0 bytes)" in said(opened, b"")


def test_blank_lines_only(opened: Open) -> None:
    assert "is empty" in said(opened, "\n\n\n")


def test_header_only(opened: Open) -> None:
    assert "a header and no row" in said(opened, HEADER + "\n")


def test_one_column_only(opened: Open) -> None:
    assert "one column only" in said(opened, "customer_id\n1\n2\n")


def test_ten_megabytes_of_random_bytes(opened: Open) -> None:
    noise = random.Random(1).randbytes(10_000_000)
    assert "is no text" in said(opened, noise)


def test_workbook_named_csv(opened: Open) -> None:
    assert "Excel workbook" in said(opened, b"PK\x03\x04" + bytes(2000))


def test_random_bytes_named_parquet(opened: Open) -> None:
    noise = random.Random(1).randbytes(10_000)
    assert "cannot be read" in said(opened, noise, name="orders.parquet")


def test_random_bytes_named_duckdb(opened: Open) -> None:
    noise = random.Random(1).randbytes(10_000)
    assert "cannot be read" in said(opened, noise, name="orders.duckdb")


def test_one_customer_is_read(opened: Open) -> None:
    assert rows(opened(["1;2024-01-01;3"]), "customer_id") == [("1",)]


def test_all_amounts_zero_are_read_and_noted(opened: Open) -> None:
    events = opened(["1;2024-01-01;0", "2;2024-01-02;0"])
    assert failures(events) == {"amount_zero": 2}
    assert len(rows(events, "amount")) == 2


def test_nothing_but_refunds(opened: Open) -> None:
    assert "every row has a negative amount" in said(opened, ["1;2024-01-01;-3"])


def test_duplicates_with_a_time_of_day_are_counted(opened: Open) -> None:
    events = opened(["1;2024-01-01 10:00;5.5", "1;2024-01-01 10:00;5.5", "1;2024-01-01 10:01;5.5"])
    assert failures(events) == {"duplicate": 1}
    assert events.checks["transactions"].failures[0].first_rows == (3,)


def test_duplicates_with_a_blank_in_them_are_counted(opened: Open) -> None:
    lines = ["1;2024-01-01 10:00;5.5;", "1;2024-01-01 10:00;5.5;", "2;2024-01-01 10:00;5.5;web"]
    events = opened(lines, header=HEADER + ";channel")
    assert failures(events) == {"duplicate": 1}


def test_duplicates_with_an_order_id_are_counted(opened: Open) -> None:
    lines = ["1;2024-01-01;5.5;A", "1;2024-01-01;5.5;A", "1;2024-01-01;5.5;B"]
    events = opened(lines, header=HEADER + ";order_id")
    assert failures(events) == {"duplicate": 1}


def test_equal_rows_without_order_id_or_time_may_be_two_orders(opened: Open) -> None:
    events = opened(["1;2024-01-01;5.5", "1;2024-01-01;5.5"])
    assert failures(events) == {"second_order_of_the_day": 1}
    assert len(rows(events, "amount")) == 2


def test_repeated_order_id_points_to_line_rows(opened: Open) -> None:
    lines = ["1;2024-01-01;5.5;A", "1;2024-01-01;7.5;A"]
    events = opened(lines, header=HEADER + ";order_id")
    assert failures(events) == {"order_id_repeated": 1}
    assert "rows: line" in events.checks["transactions"].failures[0].words


def test_one_stray_row_in_the_future_is_counted_and_moves_nothing(opened: Open) -> None:
    events = opened([*DAILY, "9;2099-01-01;5.00"], study={"as_of": "latest_complete_day"})
    assert failures(events) == {"future": 1}
    assert str(events.as_of) == "2024-01-18"


def test_rows_between_an_explicit_as_of_and_the_newest_day_stay(opened: Open) -> None:
    events = opened(DAILY, study={"as_of": "2024-01-10"})
    assert failures(events) == {}
    assert len(rows(events, "amount")) == 19


def test_all_rows_on_one_day_are_read_under_an_explicit_as_of(opened: Open) -> None:
    events = opened(["1;2024-01-01;3", "2;2024-01-01;4"])
    assert str(events.first_day) == str(events.newest_day) == "2024-01-01"


def test_all_rows_on_one_day_have_no_complete_day_before_them(opened: Open) -> None:
    message = said(opened, ["1;2024-01-01;3"], study={"as_of": "latest_complete_day"})
    assert "before the first row on 2024-01-01" in message
    assert "Give a date" in message


def test_as_of_before_the_first_purchase(opened: Open) -> None:
    message = said(opened, DAILY, study={"as_of": "2023-01-15"})
    assert "as_of is 2023-01-15, before the first purchase on 2024-01-01" in message


def test_day_and_month_that_cannot_be_told_apart(opened: Open) -> None:
    message = said(opened, ["1;03/04/2024;3"])
    assert "day 03 of month 04 or month 03, day 04" in message
    assert "date_format" in message


@pytest.mark.parametrize("other", ["04/13/2024", "04-13-2024"])
def test_mixed_date_formats(opened: Open, other: str) -> None:
    message = said(opened, ["1;13.04.2024;3", f"2;{other};3"])
    assert "mixed date formats" in message
    assert "13.04.2024" in message
    assert other in message


def test_unreadable_dates_are_counted(opened: Open) -> None:
    events = opened(["1;13.04.2024;3", "2;soon;3", "3;31.02.2024;3", "4;01.01.1900;3"])
    assert failures(events) == {"timestamp_unreadable": 2, "timestamp_absurd": 1}


def test_missing_ids_are_counted(opened: Open) -> None:
    events = opened(["nan;2024-01-01;3", ";2024-01-01;3", "NULL;2024-01-01;3", "3;2024-01-01;3"])
    assert failures(events) == {"customer_id_missing": 3}
    assert rows(events, "customer_id") == [("3",)]


def test_ids_keep_their_leading_zeros(opened: Open) -> None:
    events = opened(["007;2024-01-01;3", "7;2024-01-01;3", "1e3;2024-01-01;3"])
    assert rows(events, "customer_id") == [("007",), ("7",), ("1e3",)]


def test_missing_and_unreadable_amounts_are_told_apart(opened: Open) -> None:
    events = opened(["1;2024-01-01;", "2;2024-01-01;abc", "3;2024-01-01;3.00"])
    assert failures(events) == {"amount_missing": 1, "amount_unreadable": 1}


def test_absurd_amounts_are_counted(opened: Open) -> None:
    events = opened(["1;2024-01-01;5901234123457", "2;2024-01-01;1.00"])
    assert failures(events) == {"amount_absurd": 1}


def test_two_currencies_as_signs(opened: Open) -> None:
    message = said(opened, ["1;2024-01-01;3 zł", "2;2024-01-01;3 €"])
    assert "two currencies" in message
    assert "zł in 1 row" in message


def test_two_currencies_as_a_column(opened: Open) -> None:
    message = said(
        opened, ["1;2024-01-01;3;EUR", "2;2024-01-01;3;USD"], header=HEADER + ";currency"
    )
    assert "two currencies" in message


def test_another_currency_than_the_study_says(opened: Open) -> None:
    assert "`currency: EUR`" in said(opened, ["1;2024-01-01;3 zł"])


def test_decimal_comma_and_point_in_one_column(opened: Open) -> None:
    message = said(opened, ["1;2024-01-01;3,50", "2;2024-01-01;3.50"])
    assert "3,50 has a decimal comma and 3.50 a decimal point" in message


def test_grouping_that_could_be_decimals(opened: Open) -> None:
    assert "1,234 can be 1234 or 1.234" in said(opened, ["1;2024-01-01;1,234"])


def test_rows_with_too_few_or_too_many_fields_are_counted(opened: Open) -> None:
    events = opened(["1;2024-01-01;5.5", "2;2024-01-01", "3;2024-01-02;5;6", "4;x;1"])
    assert failures(events) == {"row_broken": 2, "timestamp_unreadable": 1}
    assert [f.first_rows for f in events.checks["transactions"].failures] == [(3, 4), (5,)]


def test_an_open_quotation_mark_is_not_allowed_to_swallow_rows(opened: Open) -> None:
    message = said(opened, ["1;2024-01-01;5.5", '2;"2024-01-01;5', "3;2024-01-02;5"])
    assert "row 3: a quotation mark opens and does not close" in message


def test_more_bad_rows_than_the_study_allows(opened: Open) -> None:
    lines = ["1;2024-01-01;x", "2;2024-01-01;3.00"]
    message = said(opened, lines, study={"max_excluded_share": 0.05})
    assert "1 of 2 rows (50.0%)" in message
    assert "amount cannot be read (orders.csv, row 2)" in message


def test_what_the_study_leaves_out_is_no_bad_row(opened: Open) -> None:
    events = opened(["T1;2024-01-01;3", "2;2024-01-01;3"], exclude_ids=["T1"])
    assert failures(events) == {"customer_excluded": 1}
    assert events.checks["transactions"].excluded_share == 0


def test_no_usable_row(opened: Open) -> None:
    assert "no usable row among 1" in said(opened, ["1;2024-01-01;abc"])


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "o', DROP"])
def test_hostile_ids_stay_text(opened: Open, hostile: str) -> None:
    assert rows(opened([f"{hostile};2024-01-01;5.5"]), "customer_id") == [(hostile,)]


def test_very_long_fields_stay_and_are_bounded_in_messages(opened: Open) -> None:
    assert len(rows(opened(["x" * 100_000 + ";2024-01-01;5.5"]), "customer_id")[0][0]) == 100_000
    assert len(said(opened, ["1;2024-01-01;5.5"], header="y" * 100_000 + ";timestamp;amount")) < 500


@pytest.mark.parametrize("name", ["o'; DROP TABLE x;--.csv", "orders[1].csv", "a*b?.csv", 'q".csv'])
def test_hostile_file_names_are_file_names(opened: Open, name: str) -> None:
    assert rows(opened(["1;2024-01-01;5.5"], name=name), "amount") == [(5.5,)]


def test_hostile_column_names_are_column_names(opened: Open) -> None:
    hostile = 'a"; DROP TABLE x'
    header = 'customer_id;timestamp;"a""; DROP TABLE x"'
    events = opened(["1;2024-01-01;5.5"], header=header, columns={"amount": hostile})
    assert rows(events, "amount") == [(5.5,)]


def test_wrongly_stated_encoding(opened: Open) -> None:
    message = said(opened, ["Zoë;2024-01-01;5"], written_as="cp1252", encoding="utf-8")
    assert "orders.csv is not in utf-8" in message


def test_unknown_encoding(opened: Open) -> None:
    assert "windows-1250" in said(opened, ["1;2024-01-01;5"], encoding="latin-99")


def test_an_address_whose_secret_is_not_set_names_it(opened: Open) -> None:
    from retention_research.events.sources import open_events
    from retention_research.study import new_study

    sources = {"transactions": {"url": "${WAREHOUSE_URL}", "table": "orders"}}
    with pytest.raises(StudyError, match="needs WAREHOUSE_URL in the environment"):
        open_events(new_study(study="shop", currency="EUR", sources=sources))


@pytest.mark.parametrize("name", ["zlib", "hex", "rot13", "idna", "undefined", "a\0b", "ł"])
def test_an_encoding_that_files_are_not_in(opened: Open, name: str) -> None:
    assert "is not known. Write utf-8" in said(opened, ["1;2024-01-01;5"], encoding=name)


def test_stated_utf_16_without_its_mark(opened: Open) -> None:
    message = said(opened, ["1;2024-01-01;5"], encoding="utf-16")
    assert "orders.csv is not in utf-16" in message


def test_a_file_that_changes_while_it_is_read(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = scans.stage_csv

    def grown(*args: Any) -> Any:
        with (tmp_path / "orders.csv").open("a", encoding="utf-8") as file:
            file.write("2;2024-01-02;6\n")
        return staged(*args)

    monkeypatch.setattr(scans, "stage_csv", grown)
    assert "orders.csv was changed while it was read" in said(opened, ["1;2024-01-01;5"])


def test_a_file_that_nobody_may_read(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(scans, "read_layout", refused)
    message = said(opened, ["1;2024-01-01;5"])
    assert message == "transactions: orders.csv cannot be read. Permission denied"


def test_a_reference_in_a_path_is_looked_up_when_it_is_opened(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPORTS", str(tmp_path))
    events = opened(["1;2024-01-01;5.5"], path="${EXPORTS}/orders.csv")
    assert rows(events, "amount") == [(5.5,)]


def test_what_a_reference_stands_for_is_in_no_message(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPORTS", str(tmp_path))
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    for name in ("missing.csv", "broken.parquet"):
        message = said(opened, ["1;2024-01-01;5"], path=f"${{EXPORTS}}/{name}")
        assert "${EXPORTS}" in message
        assert tmp_path.name not in message


def test_a_reference_that_is_not_set_is_named(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EXPORTS", raising=False)
    message = said(opened, ["1;2024-01-01;5"], path="${EXPORTS}/orders.csv")
    assert "needs EXPORTS in the environment" in message

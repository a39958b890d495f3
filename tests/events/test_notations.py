"""Every notation that shops export is read as it was meant."""

from __future__ import annotations

from datetime import date, datetime

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention_research.events.amounts import parse_amounts, split_amount
from retention_research.events.dates import date_shapes, parse_dates, read_date_shapes
from retention_research.study import StudyError
from retention_research.summaries.refunds import orders_left

from .conftest import HEADER, Open, failures, rows

NBSP, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("written_as", "name", "price", "currency"),
    [
        ("utf-8", "Łucja", "1 234,50 zł", "PLN"),
        ("utf-8-sig", "Łucja", "1 234,50 zł", "PLN"),
        ("utf-16", "Łucja", "1 234,50 zł", "PLN"),
        ("cp1250", "Łucja Wąsik", "1 234,50 zł", "PLN"),
        ("iso8859-2", "Łucja Wąsik", "1 234,50 zł", "PLN"),
        ("cp1250", "Žluťoučký", "1 234,50 Kč", "CZK"),
        ("iso8859-2", "Žluťoučký", "1 234,50 Kč", "CZK"),
        ("cp1251", "Ганна Їжак", "1 234,50 грн.", "UAH"),
        ("cp1251", "Анна", "1 234,50 грн", "UAH"),
        ("cp1252", "Zoë Müller", "1 234,50 €", "EUR"),
        ("cp1250", "Țepeș".replace("Ț", "Ţ").replace("ș", "ş"), "1 234,50 lei", "RON"),
    ],
)
def test_encodings_are_found(
    opened: Open, written_as: str, name: str, price: str, currency: str
) -> None:
    lines = [f"{name};05.01.2024;{price}"]
    events = opened(lines, written_as=written_as, study={"currency": currency})
    assert rows(events, "customer_id", "amount") == [(name, 1234.5)]


def test_a_stated_encoding_wins(opened: Open) -> None:
    events = opened(["Šárka;2024-01-01;5"], written_as="cp1250", encoding="windows-1250")
    assert rows(events, "customer_id") == [("Šárka",)]
    assert events.checks["transactions"].reading["encoding"] == "cp1250"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(opened: Open, delimiter: str) -> None:
    lines = ["customer_id", "timestamp", "amount"], ["1", "2024-01-01", "5.50"]
    content = "".join(delimiter.join(line) + "\r\n" for line in lines)
    assert rows(opened(content), "amount") == [(5.5,)]


def test_a_stated_delimiter_wins(opened: Open) -> None:
    content = "customer_id~timestamp~amount\n1~2024-01-01~5.50\n"
    assert rows(opened(content, delimiter="~"), "amount") == [(5.5,)]


def test_a_sep_line_before_the_header_is_understood(opened: Open) -> None:
    assert rows(opened(f"sep=;\n{HEADER}\n1;2024-01-01;5,50\n"), "amount") == [(5.5,)]


def test_quoted_fields_may_hold_delimiters_and_line_breaks(opened: Open) -> None:
    content = 'customer_id,timestamp,amount\n"a,\nb",2024-01-01,"1,234.50"\nc,2024-01-02,x\n'
    events = opened(content)
    assert rows(events, "customer_id", "amount") == [("a,\nb", 1234.5)]
    assert events.checks["transactions"].failures[0].first_rows == (3,)


@pytest.mark.parametrize(
    ("written", "decimal", "value"),
    [
        ("1 234,50 zł", ",", 1234.5),
        (f"1{NBSP}234,50{NBSP}zł", ",", 1234.5),
        (f"1{NARROW}234,50", ",", 1234.5),
        ("1.234,50 lei", ",", 1234.5),
        ("1.234.567,5", ",", 1234567.5),
        ("грн 5", ",", 5.0),
        ("12,50 грн.", ",", 12.5),
        ("1 250 Kč", ",", 1250.0),
        ("12,-", ",", 12.0),
        ("-12,50", ",", -12.5),
        ("12,50-", ",", -12.5),
        ("\u22127,5", ",", -7.5),
        ("(12,50)", ",", -12.5),
        ("€ 3,10", ",", 3.1),
        ("1'234,50", ",", 1234.5),
        (",5", ",", 0.5),
        ("$1,234.50", ".", 1234.5),
        ("-$5.25", ".", -5.25),
        ("US$ -5", ".", -5.0),
        ("($1,234.50)", ".", -1234.5),
        ("£.50", ".", 0.5),
        ("1’234.50 CHF", ".", 1234.5),
        ("+3", ".", 3.0),
        ("5.", ".", 5.0),
        ("12abc34", ".", None),
        ("1,23,456.00", ".", None),
        ("12 34", ".", None),
        ("1,234.50", ",", None),
        ("(5", ".", None),
        ("-(5)", ".", None),
        ("--5", ".", None),
        ("1e5", ".", None),
        ("", ".", None),
        ("zł", ",", None),
    ],
)
def test_amounts(written: str, decimal: str, value: float | None) -> None:
    t = ibis.memtable(pa.table({"text": [written]}))
    parts = t.mutate(parts=split_amount(t.text)).unpack("parts")
    assert parts.select(v=parse_amounts(parts, decimal)).to_pyarrow()["v"].to_pylist() == [value]


def polish(cents: int) -> str:
    return f"{cents // 100:,}".replace(",", NBSP) + f",{cents % 100:02d} zł"


def american(cents: int) -> str:
    return f"${cents // 100:,}.{cents % 100:02d}"


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 10**11), min_size=1))
@pytest.mark.parametrize(("write", "decimal"), [(polish, ","), (american, ".")])
def test_amounts_come_back_as_written(write: object, decimal: str, cents: list[int]) -> None:
    assert callable(write)
    t = ibis.memtable(pa.table({"text": [write(c) for c in cents]}))
    parts = t.mutate(parts=split_amount(t.text)).unpack("parts")
    read = parts.select(v=parse_amounts(parts, decimal)).to_pyarrow()["v"].to_pylist()
    assert sorted(read) == sorted(c / 100 for c in cents)


def read_dates(texts: list[str], stated: str | None = None, zone: str = "UTC") -> list[object]:
    t = ibis.memtable(pa.table({"text": texts}))
    reading = read_date_shapes(date_shapes(t.text), stated, "orders.csv")
    return t.select(d=parse_dates(t.text, reading, zone)).to_pyarrow()["d"].to_pylist()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("05.01.2024", datetime(2024, 1, 5)),
        ("5.1.2024", datetime(2024, 1, 5)),
        ("05.01.24", datetime(2024, 1, 5)),
        ("05.01.2024 14:05", datetime(2024, 1, 5, 14, 5)),
        ("05.01.2024, 14:05", datetime(2024, 1, 5, 14, 5)),
        ("25/01/2024", datetime(2024, 1, 25)),
        ("01/25/2024", datetime(2024, 1, 25)),
        ("25-01-2024", datetime(2024, 1, 25)),
        ("1/25/2024 3:05 PM", datetime(2024, 1, 25, 15, 5)),
        ("2024-01-05", datetime(2024, 1, 5)),
        ("2024/01/05", datetime(2024, 1, 5)),
        ("20240105", datetime(2024, 1, 5)),
        ("2024-01-05 14:05:06", datetime(2024, 1, 5, 14, 5, 6)),
        ("2024-01-05T14:05:06", datetime(2024, 1, 5, 14, 5, 6)),
        ("2024-01-05T14:05:06.123Z", datetime(2024, 1, 5, 14, 5, 6, 123000)),
        ("2024-01-05 14:05:06 UTC", datetime(2024, 1, 5, 14, 5, 6)),
        ("2024-01-05T14:05:06+02:00", datetime(2024, 1, 5, 12, 5, 6)),
        ("2024-01-05 14:05:06 -0500", datetime(2024, 1, 5, 19, 5, 6)),
    ],
)
def test_dates(written: str, meant: datetime) -> None:
    assert read_dates([written]) == [meant]


def test_one_row_above_twelve_decides_the_order_for_all() -> None:
    assert read_dates(["03/04/2024", "13/04/2024"])[0] == datetime(2024, 4, 3)
    assert read_dates(["03/04/2024", "04/13/2024"])[0] == datetime(2024, 3, 4)


@pytest.mark.parametrize(
    ("stated", "meant"),
    [
        ("dd/mm/yyyy", datetime(2024, 4, 3, 10, 11)),
        ("mm/dd/yyyy", datetime(2024, 3, 4, 10, 11)),
        ("MM/DD/YYYY HH:MM", datetime(2024, 3, 4, 10, 11)),
        ("%d/%m/%Y %H:%M", datetime(2024, 4, 3, 10, 11)),
    ],
)
def test_a_stated_date_format_wins(stated: str, meant: datetime) -> None:
    assert read_dates(["03/04/2024 10:11"], stated) == [meant]


def test_dots_stand_beside_iso_dates() -> None:
    assert read_dates(["05.01.2024", "2024-01-06"]) == [datetime(2024, 1, 5), datetime(2024, 1, 6)]


def test_instants_become_local_days() -> None:
    assert read_dates(["2024-01-01T23:30:00Z"], zone="Europe/Warsaw") == [
        datetime(2024, 1, 2, 0, 30)
    ]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), min_size=1))
@pytest.mark.parametrize("form", ["%d.%m.%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"])
def test_dates_come_back_as_written(form: str, dates: list[datetime]) -> None:
    whole = [d.replace(microsecond=0) for d in dates]
    assert read_dates([d.strftime(form) for d in whole]) == whole


def test_status_values_that_count_are_chosen_without_case(opened: Open) -> None:
    lines = ["1;2024-01-01;5.5;paid", "2;2024-01-01;5.5;Cancelled", "2;2024-01-01;5.5;"]
    events = opened(lines, header=HEADER + ";status", counts_as_sale=["PAID"])
    assert failures(events) == {"not_a_sale": 2}


def test_returns_are_negative_whatever_their_sign(opened: Open) -> None:
    lines = ["1;2024-01-01;5.5;no", "1;2024-01-02;5.5;yes", "1;2024-01-03;-2.5;yes"]
    events = opened(lines, header=HEADER + ";is_return")
    assert rows(events, "amount") == [(5.5,), (-5.5,), (-2.5,)]


def test_lines_are_summed_by_order(opened: Open) -> None:
    lines = ["1;2024-01-01;5.5;A", "1;2024-01-01;4.5;A", "2;2024-01-02;3;B"]
    events = opened(lines, header=HEADER + ";order_id", rows="line")
    assert sorted(rows(events, "order_id", "amount")) == [("A", 10.0), ("B", 3.0)]


def test_a_later_negative_line_stays_a_refund_of_its_day(opened: Open) -> None:
    lines = ["1;2024-01-01;5.5;A", "1;2024-01-01;-0.5;A", "1;2024-01-09;-4.5;A"]
    events = opened(lines, header=HEADER + ";order_id", rows="line")
    assert sorted(rows(events, "day", "amount"), key=str) == [
        (datetime(2024, 1, 1).date(), 5.0),
        (datetime(2024, 1, 9).date(), -4.5),
    ]


def test_an_order_with_a_bad_line_is_left_out_whole(opened: Open) -> None:
    lines = ["1;2024-01-01;5.5;A", "1;2024-01-01;x;A", "2;2024-01-02;3;B"]
    events = opened(lines, header=HEADER + ";order_id", rows="line")
    assert failures(events) == {"amount_unreadable": 1, "order_incomplete": 1}
    assert rows(events, "order_id") == [("B",)]


def test_line_rows_need_an_order_id(opened: Open) -> None:
    with pytest.raises(StudyError, match="no column order_id"):
        opened(["1;2024-01-01;5.5"], rows="line")


def test_counts_as_sale_needs_a_status_column(opened: Open) -> None:
    with pytest.raises(StudyError, match="no status column"):
        opened(["1;2024-01-01;5.5"], counts_as_sale=["paid"])


def test_counts_as_sale_that_no_row_bears_lists_what_there_is(opened: Open) -> None:
    message = r"given in Python: counts_as_sale: no row has the status payed\..* There are: paid"
    with pytest.raises(StudyError, match=message):
        opened(["1;2024-01-01;5.5;paid"], header=HEADER + ";status", counts_as_sale=["payed"])


def test_one_status_that_no_row_bears_names_the_nearest(opened: Open) -> None:
    lines = ["1;2024-01-01;5.5;paid", "1;2024-01-02;5.5;wysłane"]
    with pytest.raises(
        StudyError, match=r"status wyslane\. Did you mean wysłane\? There are: paid"
    ):
        opened(lines, header=HEADER + ";status", counts_as_sale=["paid", "wyslane"])


def test_statuses_left_out_are_told_with_their_counts(opened: Open) -> None:
    states = ["paid", "paid", "zwrot", "anulowane", "anulowane", ""]
    lines = [f"{i};2024-01-0{i + 1};5.5;{state}" for i, state in enumerate(states)]
    events = opened(lines, header=HEADER + ";status", counts_as_sale=["paid"])
    sentence = events.checks["transactions"].failures[0].sentence
    assert "4 rows: status not among counts_as_sale" in sentence
    assert "66.7% of rows, namely anulowane 2, (blank) 1, zwrot 1 (orders.csv" in sentence


def test_many_statuses_left_out_are_told_in_part(opened: Open) -> None:
    lines = [f"{i};2024-01-{i + 1:02d};5.5;state {i}" for i in range(20)]
    events = opened(lines, header=HEADER + ";status", counts_as_sale=["state 0"])
    words = events.checks["transactions"].failures[0].words
    assert words.count("state ") == 8
    assert words.endswith(", ...")


def test_refunds_act_whatever_their_status(opened: Open) -> None:
    lines = [
        "1;05.01.2024;100,00 zł;opłacone;A1",
        "2;06.01.2024;50,00 zł;opłacone;A2",
        "3;07.01.2024;80,00 zł;anulowane;A3",
        "1;09.01.2024;-30,00 zł;zwrot;A1",
        "2;10.01.2024;-50,00 zł;;A2",
    ]
    events = opened(
        lines, header=HEADER + ";status;order_id", counts_as_sale=["opłacone"],
        study={"currency": "PLN"},
    )  # fmt: skip
    assert failures(events)["not_a_sale"] == 1
    left = orders_left(events.transactions, date(2024, 6, 30)).to_pyarrow().to_pylist()
    assert [(row["customer_id"], row["amount"]) for row in left] == [("1", 70.0)]


def test_returned_rows_act_whatever_their_status(opened: Open) -> None:
    lines = ["1;2024-01-01;9;paid;no", "1;2024-01-02;4;refunded;yes"]
    events = opened(lines, header=HEADER + ";status;is_return", counts_as_sale=["paid"])
    assert rows(events, "amount") == [(9.0,), (-4.0,)]


def test_customers_that_differ_only_in_letter_case_are_noted(opened: Open) -> None:
    lines = ["Ann@x.org;2024-01-01;1", "ann@x.org;2024-01-02;2", "bob;2024-01-03;3"]
    events = opened(lines)
    assert failures(events) == {"id_case": 2}
    assert rows(events, "customer_id") == [("Ann@x.org",), ("ann@x.org",), ("bob",)]


SHOPIFY = "order_id;customer_id;timestamp;amount;status;currency;item"


def test_further_lines_of_an_order_told_on_its_first_line_are_no_bad_rows(opened: Open) -> None:
    lines = [
        "#1;a@x.org;2024-01-05;30.00;paid;EUR;cup",
        "#1;a@x.org;2024-01-05;;;;pot",
        "#1;a@x.org;;;;;tea",
        "#2;b@x.org;2024-01-06;12.50;paid;EUR;cup",
    ]
    events = opened(lines, header=SHOPIFY, counts_as_sale=["paid"])
    assert failures(events) == {"order_continued": 2}
    assert rows(events, "order_id", "amount") == [("#1", 30.0), ("#2", 12.5)]
    checked = events.checks["transactions"]
    assert (checked.n_read, checked.n_excluded) == (4, 0)


def test_a_first_line_without_an_amount_stays_a_bad_row(opened: Open) -> None:
    lines = [
        "#1;a@x.org;2024-01-05;;;;cup",
        "#1;a@x.org;2024-01-05;30.00;paid;EUR;pot",
        "#3;a@x.org;2024-01-07;;;;pot",
    ]
    assert failures(opened(lines, header=SHOPIFY)) == {"amount_missing": 2}


def test_a_line_that_tells_all_but_its_amount_stays_a_bad_row(opened: Open) -> None:
    lines = ["#1;a;2024-01-05;30.00;paid;EUR;cup", "#1;a;2024-01-05;;paid;EUR;pot"]
    assert failures(opened(lines, header=SHOPIFY)) == {"amount_missing": 1}


def test_vat_is_on_the_record(opened: Open) -> None:
    events = opened(["1;2024-01-01;5.5"], amounts={"vat": "included"})
    assert events.checks["transactions"].reading["vat"] == "included"

"""A new study starts from guesses that say why, and asks where the file decides nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from retention_research.events.guess import Guess, Stated, guess_source
from retention_research.study import StudyError

OURS = ("customer_id", "timestamp", "amount", "order_id", "status")


def guess(folder: Path, content: str, written_as: str = "utf-8") -> Guess:
    file = folder / "export.csv"
    file.write_text(content, encoding=written_as)
    return guess_source(file)


@pytest.mark.parametrize(
    "header",
    [
        ("Customer ID", "Order Date", "Order Total", "Order Number", "Order Status"),
        ("Email", "Created at", "Total", "Name", "Financial Status"),
        ("Klient", "Data zamówienia", "Wartość zamówienia", "Nr zamówienia", "Status zamówienia"),
        ("Покупець", "Дата замовлення", "Сума", "Номер замовлення", "Статус"),
        ("Cod client", "Data comenzii", "Valoare", "Număr comandă", "Stare comandă"),
        ("Zákazník", "Datum objednávky", "Celková cena", "Číslo objednávky", "Stav"),
        ("Kundennummer", "Bestelldatum", "Gesamtbetrag", "Bestellnummer", "Bestellstatus"),
        ("customerId", "order_date", "grand_total", "orderId", "status"),
    ],
)
def test_columns_are_found_in_every_language(tmp_path: Path, header: tuple[str, ...]) -> None:
    lines = ";".join(header) + "\n" + "7;25.01.2024;12,50;A1;paid\n8;26.01.2024;1,50;A2;paid\n"
    found = guess(tmp_path, lines).columns
    assert tuple(found[ours].column for ours in OURS) == header


def test_a_column_without_a_telling_name_is_known_by_what_it_holds(tmp_path: Path) -> None:
    found = guess(tmp_path, "client,when,x\n1,2024-01-05,1.25\n2,2024-01-06,3.50\n").columns
    assert (found["timestamp"].column, found["timestamp"].reason) == ("when", "holds dates")
    assert (found["amount"].column, found["amount"].reason) == ("x", "holds amounts")


def test_a_named_column_that_holds_something_else_is_not_taken(tmp_path: Path) -> None:
    found = guess(tmp_path, "client,date,paid at,total\n1,soon,2024-01-05,1.25\n").columns
    assert found["timestamp"].column == "paid at"


POLISH = "Nr zamówienia;Klient;Data;Wartość;Status\n" + "".join(
    f"A{i};00{i % 7};{i % 28 + 1:02d}.01.2024 10:15;1 {i:03d},50 zł;"
    f"{'Opłacone' if i % 3 else 'Anulowane'}\n"
    for i in range(30)
)


def test_form_of_a_polish_export(tmp_path: Path) -> None:
    found = guess(tmp_path, POLISH, "cp1250")
    assert (found.encoding, found.delimiter) == ("cp1250", ";")
    assert (found.decimal, found.date_format, found.currency) == (",", "%d.%m.%Y", "PLN")
    assert (found.rows, found.questions) == ("order", {})


def test_five_rows_are_shown_as_they_will_be_read(tmp_path: Path) -> None:
    sample = guess(tmp_path, POLISH, "cp1250").sample
    assert len(sample) == 5
    assert sample[1] == {
        "customer_id": "001",
        "timestamp": datetime(2024, 1, 2, 10, 15),
        "amount": 1001.5,
        "order_id": "A1",
        "status": "Opłacone",
    }


def test_status_values_are_counted_and_judged(tmp_path: Path) -> None:
    statuses = guess(tmp_path, POLISH, "cp1250").statuses
    assert [(s.value, s.n_rows, s.is_sale) for s in statuses] == [
        ("Opłacone", 20, True),
        ("Anulowane", 10, False),
    ]


def test_repeating_order_numbers_mean_line_rows(tmp_path: Path) -> None:
    lines = "".join(f"A{i // 2},7,2024-01-05,{i}.50\n" for i in range(10))
    found = guess(tmp_path, "order id,customer,date,amount\n" + lines)
    assert (found.rows, found.rows_reason) == ("line", "10 rows hold 5 order numbers")


def test_doubts_become_questions(tmp_path: Path) -> None:
    found = guess(tmp_path, "client;date;amount\n1;03/04/2024;1,234\n")
    assert (found.decimal, found.date_format, found.sample) == (None, None, ())
    assert len(found.questions) == 2


def test_a_lacking_column_is_asked_for(tmp_path: Path) -> None:
    found = guess(tmp_path, "date,amount\n2024-01-05,1.50\n")
    words = "No column looks like customer_id: --column customer_id=THEIRS"
    assert found.questions == {"customer_id": words}


def test_parquet_is_guessed_too(tmp_path: Path) -> None:
    table = pa.table({"Kunde": ["7"], "Datum": [datetime(2024, 1, 5)], "Betrag": [1.5]})
    pq.write_table(table, tmp_path / "orders.parquet")
    found = guess_source(tmp_path / "orders.parquet")
    assert [g.column for g in found.columns.values()] == ["Kunde", "Datum", "Betrag"]
    assert found.sample == ({"customer_id": "7", "timestamp": datetime(2024, 1, 5), "amount": 1.5},)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"nothing\.csv is not there"):
        guess_source(tmp_path / "nothing.csv")


def orders_of_three_lines(amount: str) -> str:
    lines = (f"A{i},7,2024-01-0{1 + i},{amount.format(i=i, line=j)}\n"
             for i in range(6) for j in range(3))  # fmt: skip
    return "order id,customer,date,amount\n" + "".join(lines)


def test_totals_that_each_line_repeats_are_asked_about(tmp_path: Path) -> None:
    found = guess(tmp_path, orders_of_three_lines("3{i}.50"))
    assert (found.rows, list(found.questions)) == ("line", ["rows"])
    assert "it may be the order's total" in found.questions["rows"]


def test_a_line_that_is_stated_is_not_asked_about(tmp_path: Path) -> None:
    guess(tmp_path, orders_of_three_lines("3{i}.50"))
    found = guess_source(tmp_path / "export.csv", Stated(options={"rows": "line"}))
    assert (found.rows, found.rows_reason, found.questions) == ("line", "as you say", {})


@pytest.mark.parametrize("amount", ["{i}{line}.50", "{i}.5{line}"])
def test_amounts_that_differ_within_orders_are_the_lines_own(tmp_path: Path, amount: str) -> None:
    found = guess(tmp_path, orders_of_three_lines(amount))
    assert (found.rows, found.questions) == ("line", {})


def test_an_amount_on_the_first_line_only_is_not_repeated(tmp_path: Path) -> None:
    lines = "".join(
        f"A{i},7,2024-01-0{1 + i},3{i}.50\nA{i},7,2024-01-0{1 + i},\n" for i in range(6)
    )
    found = guess(tmp_path, "order id,customer,date,amount\n" + lines)
    assert (found.rows, found.questions) == ("order", {})


@pytest.mark.parametrize("minus", ["-{}", "\u2212{}", "({})", "{}-"])
def test_refunds_under_the_number_of_their_order_make_no_line_rows(
    tmp_path: Path, minus: str
) -> None:
    lines = "".join(
        f"A{i},7,2024-01-0{1 + i},{i}.50\nA{i},7,2024-02-0{1 + i},{minus.format(f'{i}.50')}\n"
        for i in range(6)
    )
    assert guess(tmp_path, "order id,customer,date,amount\n" + lines).rows == "order"

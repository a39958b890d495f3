"""A new study is written only when it can be read; what the file leaves open is asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from retention_research import starter
from retention_research.events.sources import open_events
from retention_research.study import StudyError, read_study

GOOD = "customer;date;amount;status\n" + "".join(
    f"c{i % 9};{1 + i % 28:02d}.{1 + i % 12:02d}.2024;{i},50;{state}\n"
    for i in range(1, 40)
    for state in ["zapłacone" if i % 3 else "w realizacji" if i % 2 else "anulowane"]
)
UNPRICED = "customer;date;amount\na;25.01.2024;1,50\nb;26.01.2024;2,50\n"


@pytest.fixture
def drafted(tmp_path: Path) -> Callable[..., starter.Draft]:
    def draft(content: str = GOOD, **said: Any) -> starter.Draft:
        file = tmp_path / "orders.csv"
        file.write_text(content, encoding="utf-8")
        return starter.draft_study(tmp_path / "shop", file, **said)

    return draft


def written(tmp_path: Path, name: str = "shop"):
    return read_study(tmp_path / "shop" / "params" / f"{name}.yml")


def answers(*given: tuple[str, str]) -> tuple[Callable[..., str], list[str]]:
    """Answers by a word of the question, each given once; then the default."""
    left, asked = list(given), []

    def ask(question: str, default: str | None) -> str:
        asked.append(question)
        for pair in left:
            if pair[0] in question:
                left.remove(pair)
                return pair[1]
        assert default is not None, question
        return default

    return ask, asked


def test_a_currency_is_written_in_capitals(drafted, tmp_path):
    starter.write_draft(drafted(currency="pln"))
    assert written(tmp_path).currency == "PLN"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"currency": "złoty"}, "three-letter currency code"),
        ({"options": ["rows=lines"]}, "--source rows='order' or --source rows='line'"),
        ({"options": ["decimal=;"]}, "--source decimal='.' or --source decimal=','"),
        ({"options": ["delimiter=::"]}, "one character"),
        ({"options": ["decmal=,"]}, "Did you mean decimal?"),
        ({"columns": ["customer=customer"]}, "Did you mean customer_id?"),
        ({"columns": ["amount=amout"]}, "Did you mean amount?"),
        ({"options": ["counts_as_sale=zaplacone"]}, "Did you mean zapłacone?"),
        ({"options": ["date_format=%Y-%m-%d"]}, "none of the first 5 dates"),
    ],
)
def test_what_no_check_would_take_is_refused_before_anything_is_written(
    drafted, tmp_path, said, words
):
    with pytest.raises(StudyError) as refused:
        drafted(**said)
    assert words in str(refused.value)
    assert not (tmp_path / "shop").exists()


def test_a_currency_that_the_file_contradicts_is_refused(drafted):
    with pytest.raises(StudyError, match="amounts are in zł"):
        drafted("customer;date;amount\na;25.01.2024;1,50 zł\n", currency="EUR")


def test_a_study_that_could_not_be_read_is_not_written_and_can_be_started_again(
    drafted, tmp_path, monkeypatch
):
    draft = drafted(currency="PLN")
    with monkeypatch.context() as broken:
        broken.setattr(starter, "_study_text", lambda _: "extends: _defaults.yml\nstudi: x\n")
        with pytest.raises(
            StudyError, match=r"Not written\. (.*\n)*params/shop\.yml, line 2: `studi`"
        ):
            starter.write_draft(draft)
    assert not list((tmp_path / "shop" / "params").iterdir())
    starter.write_draft(draft)
    assert written(tmp_path).study == "shop"


def test_a_written_study_opens(drafted, tmp_path):
    starter.write_draft(drafted(currency="PLN"))
    study = written(tmp_path)
    events = open_events(study, root=study.root)
    assert events.checks["transactions"].excluded_share == 0
    events.connection.disconnect()


def test_every_status_is_shown_with_its_count_and_whether_it_is_a_sale(drafted):
    shown = [" ".join(line.split()) for line in drafted(currency="PLN").preview()]
    assert "zapłacone 26 rows a sale" in shown
    assert "w realizacji 7 rows a sale" in shown
    assert "anulowane 6 rows no sale" in shown


def test_statuses_that_say_nothing_are_an_open_question(drafted):
    strange = GOOD.replace("zapłacone", "xx").replace("w realizacji", "yy").replace("anul", "zz")
    assert "No status looks like a sale" in drafted(strange, currency="PLN").questions()[0]
    answered = drafted(strange, currency="PLN", options=["counts_as_sale=xx,yy"])
    assert answered.questions() == []
    assert answered.options["counts_as_sale"] == ["xx", "yy"]


def test_a_person_is_asked_for_statuses_with_those_that_look_like_a_sale(drafted):
    ask, asked = answers(("Currency", "PLN"), ("Status", "zapłacone"))
    draft = starter.confirm(drafted(), ask)
    assert draft.options["counts_as_sale"] == ["zapłacone"]
    assert "zapłacone, w realizacji, anulowane" in asked[-1]


def test_a_wrong_answer_is_asked_again_with_what_was_wrong(drafted):
    ask, asked = answers(
        ("Column of customer_id", "custmer"), ("Currency", "euros"), ("Currency", "eur"),
        ("Status", "zaplacone"),
    )  # fmt: skip
    draft = starter.confirm(drafted(), ask)
    assert (draft.currency, draft.columns["customer_id"]) == ("EUR", "customer")
    told = "\n".join(asked)
    assert "no column 'custmer'. Did you mean customer?" in told
    assert "'euros' is not a three-letter currency code" in told
    assert "no row has the status 'zaplacone'. Did you mean zapłacone?" in told


def test_a_currency_that_nothing_tells_has_no_default(drafted):
    defaults: list[str | None] = []

    def ask(question: str, default: str | None) -> str:
        if question != "Currency":
            return str(default)
        defaults.append(default)
        return "EUR"

    starter.confirm(drafted(UNPRICED), ask)
    assert defaults == [None]


@pytest.mark.parametrize(
    ("header", "currency"),
    [
        ("Klient;Data zamówienia;Kwota", "PLN"),
        ("Zákazník;Datum objednávky;Částka", "CZK"),
        ("Cod client;Data comenzii;Valoare", "RON"),
        ("Покупець;Дата замовлення;Сума", "UAH"),
    ],
)
def test_the_language_of_the_headings_proposes_a_currency_and_takes_none(drafted, header, currency):
    draft = drafted(UNPRICED.replace("customer;date;amount", header))
    assert draft.currency == ""
    assert draft.questions()[0].endswith(f"suggest --currency {currency}")
    ask, _ = answers()
    assert starter.confirm(draft, ask).currency == currency


@pytest.mark.parametrize(
    ("heading", "vat"),
    [("Kwota brutto", "included"), ("Total excl. VAT", "excluded"), ("Net total", "excluded")],
)
def test_what_the_name_of_the_amount_says_of_vat_is_written(drafted, tmp_path, heading, vat):
    starter.write_draft(drafted(UNPRICED.replace("amount", heading), currency="EUR"))
    assert written(tmp_path).sources["transactions"].amounts.vat == vat


BOTH = "customer;date;Kwota brutto;Kwota netto\na;25.01.2024;1,23;1,00\nb;26.01.2024;2,46;2,00\n"


def test_net_beside_gross_is_asked_for(drafted, tmp_path):
    question = drafted(BOTH, currency="PLN").questions()[0]
    assert "--column amount='Kwota brutto' or --column amount='Kwota netto'" in question
    starter.write_draft(drafted(BOTH, currency="PLN", columns=["amount=Kwota netto"]))
    assert written(tmp_path).sources["transactions"].amounts.vat == "excluded"


def test_a_doubtful_amount_has_no_default_for_a_person(drafted):
    ask, asked = answers(("Column of amount", "Kwota brutto"))
    draft = starter.confirm(drafted(BOTH, currency="PLN"), ask)
    assert draft.columns["amount"] == "Kwota brutto"
    assert any("with and without VAT" in question for question in asked)


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("price;quantity", "looks like the price of one piece, beside quantity"),
        ("Cena jednostkowa;Ilość", "looks like the price of one piece, beside Ilość"),
        ("kwota_grosze;x", "looks like hundredths"),
        ("amount_cents;x", "looks like hundredths"),
    ],
)
def test_an_amount_that_may_be_none_is_an_open_question(drafted, heading, words):
    rows = f"customer;date;{heading}\na;25.01.2024;150;2\nb;26.01.2024;250;1\n"
    name = heading.partition(";")[0]
    draft = drafted(rows, currency="EUR", columns=[])
    assert words in draft.questions()[0]
    assert drafted(rows, currency="EUR", columns=[f"amount={name}"]).questions() == []


def test_a_line_column_is_preferred_where_rows_are_lines(drafted):
    rows = "order id;customer;date;total;line total\n" + "".join(
        f"A{i};c{i};2024-01-{i + 1:02d};9.00;{line}.50\n" for i in range(9) for line in (4, 5)
    )
    draft = drafted(rows, currency="EUR")
    assert (draft.columns["amount"], draft.options["rows"]) == ("line total", "line")
    assert draft.questions() == []


def test_totals_on_the_first_line_of_an_order_make_a_study_that_opens(drafted, tmp_path):
    rows = "Name,Email,Financial Status,Total,Currency,Created at,Lineitem name\n" + "".join(
        f"#{i},c{i % 4}@x.org,paid,{i}.50,EUR,2024-01-{i + 1:02d},cup\n"
        f"#{i},c{i % 4}@x.org,,,,2024-01-{i + 1:02d},pot\n"
        for i in range(1, 20)
    )
    draft = drafted(rows)
    assert (draft.options["rows"], draft.currency) == ("order", "EUR")
    starter.write_draft(draft)
    study = written(tmp_path)
    checked = open_events(study, root=study.root).checks["transactions"]
    assert (checked.n_read, checked.n_kept, checked.n_excluded) == (38, 19, 0)


def test_a_doubt_is_told_in_the_words_of_the_command_line(drafted):
    draft = drafted("customer;date;amount\na;03/04/2024;1,234\nb;05/06/2024;2,345\n")
    told = " ".join(draft.questions())
    assert "--source decimal=','" in told
    assert "--source date_format='dd/mm/yyyy'" in told
    assert "`" not in told


def test_doubts_are_settled_by_a_person(drafted, tmp_path):
    draft = drafted("customer;date;amount\na;03/04/2024;1,234\nb;05/06/2024;2,345\n")
    ask, _ = answers(
        ("Decimal sign", ";"), ("Decimal sign", ","), ("Format of dates", "mm/dd/yyyy"),
        ("Currency", "EUR"),
    )  # fmt: skip
    starter.write_draft(starter.confirm(draft, ask))
    source = written(tmp_path).sources["transactions"]
    assert (source.decimal, source.date_format) == (",", "mm/dd/yyyy")


def test_a_notebook_in_another_language_keeps_its_letters(tmp_path):
    assert "notebooks/moj_raport_zloty.ipynb" in starter.write_notebook(
        tmp_path, "Mój raport (złoty)"
    )

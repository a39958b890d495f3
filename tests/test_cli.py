"""What a person meets at the command line: exit codes and clear sentences, never a traceback."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from retention_research import cli, starter
from retention_research.study import StudyError, read_study

GOOD = "customer,date,amount\n" + "".join(
    f"c{c:03d},2024-{1 + m:02d}-{1 + (c * 7 + m * 5) % 28:02d},{10 + c % 9}.50\n"
    for c in range(60)
    for m in range(0, 12, 1 + c % 6)
)
COLUMNS = "{customer_id: customer, timestamp: date, amount: amount}"


@pytest.fixture
def command(monkeypatch, capsys):
    """Run a command line here; give back exit code, output and errors."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["retention-research", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out, told.err

    return run


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A study folder; `shop(orders, source)` writes its file of orders and its study."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params").mkdir()

    def write(orders: str | bytes | None, source: str = "", study: str = "") -> Path:
        if orders is not None:
            data = orders.encode() if isinstance(orders, str) else orders
            (tmp_path / "orders.csv").write_bytes(data)
        file = tmp_path / "params" / "shop.yml"
        file.write_text(
            "extends: _defaults.yml\nstudy: shop\ncurrency: EUR\nas_of: 2024-12-31\n"
            f"sources:\n  transactions: {{path: orders.csv, columns: {COLUMNS}{source}}}\n{study}"
        )
        return file

    return write


def test_a_good_study_passes_its_check(command, shop):
    code, out, _ = command("check", shop(GOOD))
    assert code == 0
    assert "The study can run." in out


RANDOM = random.Random(1).randbytes(10_000_000)

BAD = {
    "a missing column": (GOOD.replace("amount", "amnt", 1), "amount", "amnt"),
    "no such file": (None, "orders.csv", "params/shop.yml, line"),
    "an empty file": ("", "empty", ""),
    "a header only": ("customer,date,amount\n", "no row", "header"),
    "ten megabytes of random bytes": (RANDOM, "orders.csv", ""),
    "mixed day-first and month-first dates": (
        "customer,date,amount\na,13/04/2024,1\nb,04/13/2024,1\n", "13/04/2024", "04/13/2024",
    ),
    "dates that can be read in two ways": (
        "customer,date,amount\na,03/04/2024,1\nb,05/06/2024,1\n", "date_format", "05/06/2024",
    ),
    "two currencies": (
        "customer,date,amount\na,2024-01-01,€1\nb,2024-01-02,$1\n", "two currencies", "$",
    ),
    "more bad rows than allowed": (
        GOOD + "c1,2024-13-45,1\n" * 40, "max_excluded_share", "timestamp",
    ),
    "as_of before the first order": (
        "customer,date,amount\na,2031-01-01,1\nb,2031-01-02,1\n", "2024-12-31", "2031-01-01",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_data_give_one_clear_sentence_and_exit_code_one(command, shop, name):
    orders, *words = BAD[name]
    code, _, err = command("check", shop(orders))
    assert code == 1
    for word in words:
        assert word.lower() in err.lower()
    assert "Traceback" not in err
    assert "failed inside" not in err
    assert len(err) < 1500


def test_a_typo_in_the_study_names_the_line_and_the_key(command, shop):
    code, _, err = command("check", shop(GOOD, study="chrun: {inactive_for: 4W}\n"))
    assert code == 1
    assert "params/shop.yml, line 7" in err
    assert "churn" in err


COUNTED = {
    "ids that are missing": ("c1,,\n,2024-01-01,5\n", "customer"),
    "dates in the future": ("c1,2099-01-01,5\n", "dated after the newest"),
    "amounts that are no number": ("c1,2024-01-01,lots\n", "amount"),
    "duplicate rows": ("", "same"),
}


@pytest.mark.parametrize("name", ["ids that are missing", "dates in the future",
                                  "amounts that are no number"])  # fmt: skip
def test_a_few_bad_rows_are_counted_and_left_out(command, shop, name):
    rows, word = COUNTED[name]
    code, out, _ = command("check", shop(GOOD + rows))
    assert code == 0
    assert word in out
    assert "row" in out


def test_leading_zeros_and_hostile_ids_are_kept_as_text(command, shop):
    rows = GOOD + '"<script>alert(1)</script>",2024-05-05,7\n007,2024-05-05,7\n7,2024-05-05,7\n'
    code, out, _ = command("check", shop(rows))
    assert code == 0
    assert "0.0% left out" in out


@pytest.mark.parametrize(
    "orders",
    [
        "customer,date,amount\nc1,2024-05-05,7\n",
        "customer,date,amount\n" + "".join(f"c{i},2024-05-05,7\n" for i in range(40)),
        GOOD.replace(".50", ".00").replace(",1", ",0"),
    ],
    ids=["one customer", "all on one day", "odd amounts"],
)
def test_thin_data_pass_the_check(command, shop, orders):
    code, out, _ = command("check", shop(orders))
    assert code == 0
    assert "The study can run." in out


def test_wrong_usage_exits_with_two(command):
    assert command("run")[0] == 2
    assert command("nonsense")[0] == 2
    assert command("init", "somewhere")[0] == 2


def test_our_own_fault_is_said_without_a_traceback_or_data(command, shop, monkeypatch):
    def broken(study):
        raise ZeroDivisionError("secret customer")

    monkeypatch.setattr("retention_research.workspace.check_study", broken)
    code, _, err = command("check", shop(GOOD))
    assert code == 1
    assert "ZeroDivisionError" in err
    assert "secret customer" not in err


def test_init_writes_a_study_that_can_be_checked_and_run(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    orders = "Klient;Data zamówienia;Kwota\n" + "".join(
        f"{c:04d};{1 + (c * 3 + m) % 28:02d}.{1 + m:02d}.2024;1 {c:03d},50 zł\n"
        for c in range(50)
        for m in range(1 + c % 9)
    )
    (tmp_path / "orders.csv").write_bytes(orders.encode("cp1250"))
    code, out, _ = command("init", "my shop", "--transactions", "orders.csv", "--yes")
    assert code == 0
    assert "0001" in out  # five rows as they will be read
    study = tmp_path / "my shop" / "params" / "my_shop.yml"
    assert study.is_file()
    code, out, _ = command("check", study)
    assert (code, "450" not in out) == (0, True)
    assert command("init", "my shop", "--transactions", "orders.csv", "--yes")[0] == 1


def test_init_says_what_it_cannot_guess(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.csv").write_text("who,when,how much\na,01/02/2024,1.50\nb,03/04/2024,2\n")
    code, _, err = command("init", "x", "--transactions", "orders.csv", "--yes")
    assert code == 1
    assert "--column" in err
    code, _, err = command(
        "init", "x", "--transactions", "orders.csv", "--column", "customer_id=who",
        "--column", "timestamp=when", "--column", "amount=how much",
        "--source", "date_format=%d/%m/%Y", "--currency", "EUR", "--yes",
    )  # fmt: skip
    assert code == 0, err


def test_init_with_an_unknown_column_lists_the_header(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.csv").write_text(GOOD)
    code, _, err = command("init", "x", "--transactions", "orders.csv", "--column", "amount=total")
    assert code == 1
    assert "customer, date, amount" in err


def test_a_notebook_template_is_written_once(command, tmp_path):
    code, out, _ = command("init", tmp_path, "--notebook", "My report")
    assert code == 0
    assert "notebooks/my_report.ipynb" in out
    cells = json.loads((tmp_path / "notebooks" / "my_report.ipynb").read_text())["cells"]
    assert any("parameters" in cell["metadata"].get("tags", []) for cell in cells)
    assert command("init", tmp_path, "--notebook", "My report")[0] == 1


def test_a_run_with_bad_data_leaves_what_was_published_as_it_was(command, shop, tmp_path):
    study = shop(GOOD, study="cohort_complete: true\nreports: [data_quality]\n")
    assert command("run", study)[0] == 0
    before = {p: p.read_bytes() for p in (tmp_path / "reports").rglob("*") if p.is_file()}
    assert any(p.name == "data_quality.html" for p in before)
    shop("customer,date,amount\n", study="cohort_complete: true\nreports: [data_quality]\n")
    assert command("run", study)[0] == 1
    after = {p: p.read_bytes() for p in (tmp_path / "reports").rglob("*") if p.is_file()}
    pages = {p: b for p, b in before.items() if p.suffix in (".html", ".json", ".csv", ".ipynb")}
    assert {p: b for p, b in after.items() if p in pages} == pages


def test_without_repeat_buyers_the_value_report_is_skipped_with_its_reason(command, shop, tmp_path):
    rows = "".join(f"c{i:03d},2024-{1 + i % 12:02d}-01,9.50\n" for i in range(80))
    study = shop(f"customer,date,amount\n{rows}",
                 study="cohort_complete: true\nreports: [customer_value]\n")  # fmt: skip
    assert command("run", study)[0] == 0
    results = json.loads((tmp_path / "reports/shop/latest/results.json").read_text())
    report = results["reports"]["customer_value"]
    assert report["status"] == "skipped"
    assert "No customer bought again" in report["reason"]
    page = (tmp_path / "reports/shop/latest/customer_value.html").read_text()
    assert "No customer bought again" in page


def test_the_installed_command_answers():
    done = subprocess.run(
        [Path(sys.executable).parent / "retention-research", "--help"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in ("run", "check", "init"):
        assert name in done.stdout


REPEATED_TOTALS = "order id,customer,date,amount\n" + "".join(
    f"A{i},c{i % 7},2024-01-{1 + i % 28:02d},{30 + i}.50\n" for i in range(40) for _ in range(3)
)


def test_init_does_not_guess_whether_an_amount_is_the_lines_own(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.csv").write_text(REPEATED_TOTALS)
    words = ("init", "x", "--transactions", "orders.csv", "--currency", "EUR", "--yes")
    code, _, err = command(*words)
    assert code == 1
    assert "export one row per order" in err
    code, _, err = command(*words, "--source", "rows=line")
    assert code == 0, err
    assert "rows: line" in (tmp_path / "x" / "params" / "x.yml").read_text()


@pytest.mark.parametrize("answer", ["line", "total"])
def test_a_person_is_asked_whether_an_amount_is_the_lines_own(tmp_path, answer):
    (tmp_path / "orders.csv").write_text(REPEATED_TOTALS)
    draft = starter.draft_study(tmp_path / "x", tmp_path / "orders.csv", currency="EUR")

    def ask(question, default):
        return answer if "line's own" in question else default

    if answer == "line":
        assert starter.confirm(draft, ask).options["rows"] == "line"
    else:
        with pytest.raises(StudyError, match="export one row per order"):
            starter.confirm(draft, ask)


@pytest.mark.parametrize(
    ("folder", "path"),
    [("shop", "../exports/orders.csv"), ("exports", "orders.csv"), ("far/away/shop", "/")],
)
def test_init_names_a_near_file_from_the_study_and_a_far_one_in_full(tmp_path, folder, path):
    orders = tmp_path / "exports" / "orders.csv"
    orders.parent.mkdir()
    orders.write_text(GOOD)
    starter.write_draft(starter.draft_study(tmp_path / folder, orders, "shop", "EUR"))
    study = read_study(tmp_path / folder / "params" / "shop.yml")
    written = study.sources["transactions"].path
    assert written.startswith(path)
    assert (study.root / written).samefile(orders)


def test_a_status_that_no_row_bears_names_the_line_of_the_study(command, shop):
    orders = GOOD.replace("amount\n", "amount,status\n").replace(".50\n", ".50,wysłane\n")
    study = shop(orders, source=", counts_as_sale: [wyslane]")
    text = study.read_text().replace("amount: amount}", "amount: amount, status: status}")
    study.write_text(text)
    code, _, err = command("check", study)
    assert code == 1
    assert "params/shop.yml, line 6: counts_as_sale" in err
    assert "Did you mean wysłane?" in err


def test_check_says_which_statuses_are_left_out(command, shop):
    orders = GOOD.replace("amount\n", "amount,status\n").replace(".50\n", ".50,paid\n")
    study = shop(orders + "c1,2024-01-01,5,zwrot\n", source=", counts_as_sale: [paid]")
    text = study.read_text().replace("amount: amount}", "amount: amount, status: status}")
    study.write_text(text)
    code, out, _ = command("check", study)
    assert code == 0
    assert "1 row: status not among counts_as_sale" in out
    assert "namely zwrot 1" in out


def test_the_reversal_of_an_order_that_was_no_sale_reduces_no_other_order(command, tmp_path, shop):
    text = (
        "customer,date,amount,order,status\n"
        "k1,2024-01-05,100,A,anulowane\nk1,2024-01-09,-100,A,zwrot\nk1,2024-01-02,50,B,opłacone\n"
        "k2,2024-01-03,80,C,opłacone\nk2,2024-01-08,-30,C,zwrot\n"
    )
    study = shop(text)
    named = study.read_text(encoding="utf-8").replace(
        "amount: amount}",
        "amount: amount, order_id: order, status: status}, counts_as_sale: [opłacone]",
    )
    study.write_text(named, encoding="utf-8")
    from retention_research.answers.quality import data_quality
    from retention_research.workspace import open_workspace

    values = data_quality(open_workspace(study)).values
    assert values["data.revenue"].value == 100
    assert values["data.refunds_unmatched"].value == 0


@pytest.mark.parametrize(
    "orders",
    [
        "customer,date,amount\nc1,2024-05-05,7\n",
        "customer,date,amount\n" + "".join(f"c{i},2024-05-05,7\n" for i in range(40)),
        "customer,date,amount\n"
        + "".join(f"c{i},2024-{m:02d}-{1 + i % 28:02d},0\n" for i in range(60) for m in (1, 3, 5)),
    ],
    ids=["one customer", "all on one day", "all amounts zero"],
)
def test_thin_data_give_a_run_that_says_what_they_cannot_carry(command, shop, tmp_path, orders):
    code, _, err = command("run", shop(orders, study="cohort_complete: true\n"))
    assert code == 0, err
    results = json.loads((tmp_path / "reports/shop/latest/results.json").read_text())["reports"]
    assert results["data_quality"]["status"] == "ok"
    assert results["customer_value"]["status"] == "skipped"
    assert "what customers are worth" in results["data_quality"]["opening"]["answer"]


def test_check_refuses_a_report_that_there_is_not(command, shop):
    code, _, told = command("check", shop(GOOD, study="reports: [data_quality, custmer_value]\n"))
    assert code == 1
    assert "custmer_value" in told

"""Gates stop a run whose data are too old, have lost rows or have gone blank."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from retention_research.reporting import gates
from retention_research.reporting.results import Run
from retention_research.reporting.run import Outcome
from retention_research.study import StudyError
from retention_research.study_sections import Gates
from tests.reporting import small_studies as small

FINE = {"01_fine": (small.SPEAK, small.FACT, small.ANSWER)}
NOW = datetime(2024, 1, 31, 6, tzinfo=UTC)
OPEN = {"newest_row_within": None, "rows_drop_over": None, "null_share_rise": None}


def tables(read: int = 1000, kept: int = 990, **blanks: float) -> dict[str, Any]:
    return {"transactions": {"rows_read": read, "rows_kept": kept, "blank_shares": blanks}}


def run_of(made: Any, as_of: str = "2023-12-31", outcome: str = "ok") -> Run:
    record = {"outcome": outcome, "tables": made}
    return Run({"run": f"{as_of}-1a2b3c4d", "as_of": as_of}, record)


def said(before: Any, now: Any, **limits: Any) -> str:
    with pytest.raises(StudyError) as refused:
        gates.refuse_breach(Gates(**(OPEN | limits)), now, None, NOW, run_of(before))
    return str(refused.value)


def passes(before: Any, now: Any, **limits: Any) -> None:
    gates.refuse_breach(Gates(**(OPEN | limits)), now, None, NOW, run_of(before))


def test_rows_lost_are_said_with_table_figures_run_and_remedy() -> None:
    words = said(tables(1000), tables(799), rows_drop_over=0.2)
    assert "transactions has 799 rows read, 20.1% fewer than the 1,000" in words
    assert "run 2023-12-31-1a2b3c4d" in words
    assert "set `gates: {rows_drop_over: ...}` higher" in words


def test_a_fifth_of_the_rows_lost_is_no_more_than_a_fifth() -> None:
    passes(tables(1000, 1000), tables(800, 800), rows_drop_over=0.2)


def test_rows_that_are_read_and_then_left_out_are_lost_too() -> None:
    words = said(tables(1000, 990), tables(1000, 700), rows_drop_over=0.2)
    assert "700 rows used, 29.3% fewer than the 990" in words


def test_blanks_risen_are_said_with_their_column() -> None:
    words = said(tables(order_id=0.02), tables(order_id=0.08), null_share_rise=0.05)
    assert "transactions.order_id is blank in 8.0% of rows, after 2.0%" in words


def test_a_column_that_is_gone_counts_as_blank() -> None:
    assert "blank in 100.0% of rows" in said(tables(status=0.0), tables(), null_share_rise=0.05)


def test_a_table_new_to_the_study_is_compared_with_nothing() -> None:
    passes({}, tables(), rows_drop_over=0.0, null_share_rise=0.0)


def test_gates_set_to_null_let_everything_pass() -> None:
    passes(tables(1000, order_id=0.0), tables(0, 0, order_id=1.0))


def test_every_breach_is_said_at_once() -> None:
    limits = {"rows_drop_over": 0.2, "null_share_rise": 0.05}
    words = said(tables(1000, order_id=0.0), tables(10, 10, order_id=1.0), **limits)
    assert words.count("\ngates.") == 2


@pytest.mark.parametrize(("hours", "is_stale"), [(36, False), (37, True)])
def test_orders_older_than_the_study_allows_stop_the_run(hours: int, is_stale: bool) -> None:
    limits, newest = Gates(**(OPEN | {"newest_row_within": "36h"})), NOW - timedelta(hours=hours)
    if not is_stale:
        gates.refuse_breach(limits, tables(), newest, NOW, None)
        return
    with pytest.raises(StudyError, match="2024-01-29 17:00 UTC, 37 hours before this run"):
        gates.refuse_breach(limits, tables(), newest, NOW, None)


def test_runs_are_compared_with_the_last_good_one_that_looks_no_further() -> None:
    runs = [
        run_of(tables(), "2023-11-30"),
        run_of(tables(), "2023-12-31"),
        run_of(tables(), "2024-01-31", "failed"),
        run_of({}, "2024-01-31"),
        run_of(tables(), "2024-02-29"),
    ]
    assert gates.last_comparable(runs, date(2024, 1, 31)) is runs[1]
    assert gates.last_comparable(runs, date(2023, 10, 31)) is None


def files(folder: Path) -> dict[str, bytes]:
    found = (f for f in folder.rglob("*") if f.is_file() and f.name != ".lock")
    return {str(f.relative_to(folder)): f.read_bytes() for f in found}


def test_a_breach_publishes_nothing_and_leaves_every_file_as_it_was(
    tmp_path: Path, run: Callable[..., Outcome]
) -> None:
    study = small.write_study(tmp_path, FINE)
    assert run(study, prepare=small.prepared(tables=tables(1000))).status == "published"
    published = files(tmp_path / "reports")
    fewer = small.prepared(tables=tables(500), data_hashes={"transactions": "00"})
    for force in (False, True):
        with pytest.raises(StudyError, match=r"50\.0% fewer"):
            run(study, prepare=fewer, force=force)
    assert files(tmp_path / "reports") == published


def test_unchanged_data_that_grow_old_stop_the_run_too(
    tmp_path: Path, run: Callable[..., Outcome]
) -> None:
    study = small.write_study(tmp_path, FINE, gates={"newest_row_within": "36h"})
    fresh, old = datetime.now(UTC), datetime.now(UTC) - timedelta(days=3)
    assert run(study, prepare=small.prepared(newest_order=fresh)).status == "published"
    with pytest.raises(StudyError, match="3 days before this run"):
        run(study, prepare=small.prepared(newest_order=old))


def write_orders(folder: Path, n: int, id_of: str = "{}") -> None:
    lines = [f"c{i % 9},2020-01-{1 + i % 28:02d},5.00,{id_of.format(i)}\n" for i in range(n)]
    text = "customer_id,timestamp,amount,order_id\n" + "".join(lines)
    (folder / "orders.csv").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("n", "id_of", "words"),
    [(60, "{}", "transactions has 60 rows read, 39.4% fewer than the 99 of run"),
     (99, "", "transactions.order_id is blank in 100.0% of rows, after 0.0% in run")],
)  # fmt: skip
def test_a_source_that_shrinks_or_goes_blank_is_noticed(
    tmp_path: Path, run: Callable[..., Outcome], n: int, id_of: str, words: str
) -> None:
    from retention_research.workspace import prepare_run

    write_orders(tmp_path, 99)
    study = small.write_study(tmp_path, FINE, as_of="2020-01-28")
    assert run(study, prepare=prepare_run).status == "published"
    write_orders(tmp_path, n, id_of)
    with pytest.raises(StudyError) as refused:
        run(study, prepare=prepare_run)
    assert words in str(refused.value)


def test_the_command_ends_with_1_and_says_the_gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from retention_research import cli

    write_orders(tmp_path, 99)
    small.write_study(tmp_path, FINE, gates={"newest_row_within": "36h"})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["retention-research", "run", "params/small.yml"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "gates.newest_row_within: the newest row of transactions" in capsys.readouterr().err
    assert not (tmp_path / "reports" / "small").exists()

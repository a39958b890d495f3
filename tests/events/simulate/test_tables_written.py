"""The folder that `simulate` leaves: whole or not at all, and never over somebody's files."""

import json
import sys
from functools import partial

import pyarrow.parquet as pq
import pytest

from retention_research import cli
from retention_research.events.simulate import truth, write
from retention_research.study import EVENT_TABLES, StudyError


def told_nothing(_):
    """Nobody listens."""


def truth_of_two_words(folder, *_):
    (folder / "truth.json").write_text(json.dumps({"schema": 1}))


@pytest.fixture
def quick_truth(monkeypatch):
    monkeypatch.setattr(write, "write_truth", truth_of_two_words)


def test_a_file_per_table_and_the_truth_are_written(tmp_path, quick_truth):
    write.write_company(tmp_path / "made", 40, seed=2, tell=told_nothing)
    files = {file.name for file in (tmp_path / "made").iterdir()}
    assert files == {*(f"{name}.parquet" for name in EVENT_TABLES), "truth.json"}
    assert pq.read_table(tmp_path / "made" / "customers.parquet").num_rows == 40
    assert [file.name for file in tmp_path.iterdir()] == ["made"]


def test_the_same_seed_writes_the_same_bytes(tmp_path, quick_truth):
    for name in ("one", "other"):
        write.write_company(tmp_path / name, 40, seed=2, tell=told_nothing)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "other" / file.name).read_bytes()


def test_the_latent_cause_changes_what_happens(tmp_path, quick_truth):
    write.write_company(tmp_path / "without", 300, seed=2, tell=told_nothing)
    write.write_company(tmp_path / "with", 300, seed=2, latent_cause=True, tell=told_nothing)
    plain, latent = (tmp_path / name / "memberships.parquet" for name in ("without", "with"))
    assert plain.read_bytes() != latent.read_bytes()


def test_an_empty_folder_is_filled(tmp_path, quick_truth):
    (tmp_path / "empty").mkdir()
    write.write_company(tmp_path / "empty", 40, seed=2, tell=told_nothing)
    assert (tmp_path / "empty" / "truth.json").is_file()


def test_a_folder_that_holds_something_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(StudyError, match="is not empty"):
        write.write_company(tmp_path, 40, seed=2, tell=told_nothing)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyError, match="is a file"):
        write.write_company(tmp_path / "file", 40, seed=2, tell=told_nothing)


def test_the_folder_one_stands_in_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match="the folder you are in"):
        write.write_company(tmp_path, 40, seed=2, tell=told_nothing)


def test_what_fails_half_way_leaves_nothing(tmp_path, monkeypatch):
    def fails(*_):
        raise RuntimeError("half way")

    monkeypatch.setattr(write, "write_truth", fails)
    with pytest.raises(RuntimeError):
        write.write_company(tmp_path / "made", 40, seed=2, tell=told_nothing)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_said_in_words(tmp_path, monkeypatch):
    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "write_tables", fails)
    with pytest.raises(StudyError, match="cannot be written: No space left"):
        write.write_company(tmp_path / "made", 40, seed=2, tell=told_nothing)


def test_every_step_is_told(tmp_path, quick_truth):
    lines = []
    write.write_company(tmp_path / "made", 40, seed=2, tell=lines.append)
    assert "40 customers" in lines[0]
    assert any(line.startswith("customers: 40 rows") for line in lines)


@pytest.fixture
def simulate(monkeypatch, capsys):
    """Run the command here; give back exit code, output and errors."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["retention-research", "simulate", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out, told.err

    return run


def test_the_command_writes_a_company_and_says_where(simulate, tmp_path, quick_truth):
    code, out, _ = simulate(tmp_path / "made", "--customers", 40, "--seed", 2)
    assert code == 0
    assert f"Wrote {tmp_path / 'made'}" in out
    assert (tmp_path / "made" / "transactions.parquet").is_file()


def test_the_command_refuses_a_full_folder_with_exit_code_one(simulate, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    code, _, err = simulate(tmp_path, "--customers", 40)
    assert code == 1
    assert "is not empty" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("wrong", [("--customers", 0), ("--seed", -1), ("--latent",)])
def test_a_wrong_option_is_wrong_usage(simulate, tmp_path, wrong):
    code, _, _ = simulate(tmp_path / "made", *wrong)
    assert code == 2
    assert not (tmp_path / "made").exists()


@pytest.mark.slow
def test_the_truth_lies_beside_the_tables_and_what_each_customer_would_do_apart(
    tmp_path, monkeypatch
):
    small = truth.Effort(companies=2, most=200, pairs=1, paired=200)
    quick = partial(truth.company_truth, effort=small, folder=tmp_path / "cache")
    monkeypatch.setattr(truth, "company_truth", quick)
    write.write_company(tmp_path / "made", 200, seed=2, tell=told_nothing)
    told = json.loads((tmp_path / "made" / "truth.json").read_text(encoding="utf-8"))
    assert {"schema", "parameters", "kpis", "programs", "drivers", "decoys"} <= set(told)
    assert (told["customers"], told["seed"]) == (200, 2)
    uplift = pq.read_table(tmp_path / "made" / "truth" / "uplift.parquet").to_pandas()
    customers = pq.read_table(tmp_path / "made" / "customers.parquet").to_pandas()
    assert len(uplift) > 0
    assert set(uplift["customer_id"]) <= set(customers["customer_id"])
    assert {"with_purchases", "without_purchases"} <= set(uplift.columns)

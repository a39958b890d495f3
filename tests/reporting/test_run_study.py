"""Running a study: outcomes, what is published when something fails, and what is left alone."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retention_research.reporting import pages, results, shelf
from retention_research.reporting.progress import Event
from retention_research.reporting.run import Outcome
from retention_research.study import Study, StudyError
from tests.reporting import small_studies as small

Run = Callable[..., Outcome]
FINE = {"01_fine": (small.SPEAK, small.FACT, small.ANSWER)}
SECRET = "Ms Secret of 12 Hidden Lane"


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def _pages_of(outcome: Outcome) -> dict[str, bytes]:
    assert outcome.page
    files = _files(outcome.page.parent)
    return {name: text for name, text in files.items() if name != "run.json"}


def test_a_good_run_is_published_and_latest_means_it(tmp_path: Path, run: Run) -> None:
    outcome = run(small.write_study(tmp_path, FINE))
    latest = tmp_path / "reports" / "small" / "latest"
    assert (outcome.status, outcome.exit_code) == ("published", 0)
    assert latest.resolve() == outcome.page.parent  # type: ignore[union-attr]
    assert (latest / "fine.html").exists()


def test_the_same_inputs_are_not_run_again(tmp_path: Path, run: Run) -> None:
    study = small.write_study(tmp_path, FINE)
    first, again = run(study), run(study)
    assert (again.status, again.exit_code, again.run) == ("unchanged", 0, first.run)
    assert "Nothing has changed" in again.words


def test_forced_again_the_same_inputs_give_the_same_bytes(tmp_path: Path, run: Run) -> None:
    study = small.write_study(tmp_path, small.GOOD_REPORTS)
    first = _pages_of(run(study))
    again = run(study, force=True)
    assert again.status == "published"
    assert _pages_of(again) == first


def test_another_notebook_parameter_or_data_make_another_run(tmp_path: Path, run: Run) -> None:
    study = small.write_study(tmp_path, FINE)
    names = [run(study).run]
    names.append(run(study, prepare=small.prepared(data_hashes={"transactions": "00"})).run)
    names.append(run(study, prepare=small.prepared(resolved={"study": "small", "seed": 2})).run)
    small.write_study(tmp_path, {"01_fine": (*FINE["01_fine"], "1")})
    names.append(run(study).run)
    assert len(set(names)) == 4


def test_another_key_for_customer_codes_makes_another_run(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = small.write_study(tmp_path, FINE)
    names = [run(study).run]
    for key in ("open sesame", "swordfish"):
        monkeypatch.setenv("RETENTION_RESEARCH_ID_KEY", key)
        outcome = run(study)
        names.append(outcome.run)
        assert not [n for n, text in _pages_of(outcome).items() if key.encode() in text]
        assert key not in (outcome.page.parent / "run.json").read_text()  # type: ignore[union-attr]
    assert len(set(names)) == 3


def test_the_run_record_holds_no_customer_and_no_folder(tmp_path: Path, run: Run) -> None:
    sources = {"transactions": {"path": "/srv/anna/orders.csv", "exclude_ids": ["anna@x.org"]}}
    study = small.write_study(tmp_path, FINE, sources=sources)
    resolved = study.resolved(date(1998, 6, 30))
    outcome = run(study, prepare=small.prepared(resolved=resolved))
    text = (outcome.page.parent / "run.json").read_text()  # type: ignore[union-attr]
    source = json.loads(text)["parameters"]["sources"]["transactions"]
    assert source["place"] == "orders.csv"
    assert source["exclude_ids"]["count"] == 1
    assert re.fullmatch("[0-9a-f]{8,}", source["exclude_ids"]["digest"])
    assert not [name for name, page in _pages_of(outcome).items() if b"anna" in page]
    assert "anna" not in text


def test_customers_that_are_left_out_and_folders_still_tell_runs_apart(
    tmp_path: Path, run: Run
) -> None:
    names = set()
    for path, ids in (("a/o.csv", ["1"]), ("b/o.csv", ["1"]), ("a/o.csv", ["2"])):
        sources = {"transactions": {"path": path, "exclude_ids": ids}}
        study = small.write_study(tmp_path, FINE, sources=sources)
        resolved = study.resolved(date(1998, 6, 30))
        names.add(run(study, prepare=small.prepared(resolved=resolved)).run)
    assert len(names) == 3


def test_going_back_to_earlier_inputs_moves_latest_back_when_forced(
    tmp_path: Path, run: Run
) -> None:
    study = small.write_study(tmp_path, FINE)
    first = run(study)
    second = run(study, prepare=small.prepared(data_hashes={"transactions": "00"}))
    latest = tmp_path / "reports" / "small" / "latest"
    run(study)
    assert latest.resolve().name == second.run
    run(study, force=True)
    assert latest.resolve().name == first.run


def test_the_next_run_does_what_a_crash_left_undone(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = small.write_study(tmp_path, FINE)
    with monkeypatch.context() as patch:
        patch.setattr(shelf, "point_latest", _crash)
        assert run(study).status == "unlisted"
    again = run(study)
    assert again.status == "unchanged"
    assert (tmp_path / "reports" / "small" / "latest").resolve().name == again.run
    assert (tmp_path / "reports" / "index.html").exists()


def test_when_reports_fail_the_good_ones_are_published_and_latest_stays(
    tmp_path: Path, run: Run
) -> None:
    good = run(small.write_study(tmp_path, FINE))
    study = small.write_study(
        tmp_path, {**FINE, "02_broken": ("1", f"raise ValueError({SECRET!r})")}
    )
    outcome = run(study)
    assert (outcome.status, outcome.exit_code) == ("failed", 3)
    assert outcome.reports["broken"].error == "ValueError"
    assert outcome.reports["broken"].cell == 3
    assert (outcome.page.parent / "fine.html").exists()  # type: ignore[union-attr]
    assert (tmp_path / "reports" / "small" / "latest").resolve().name == good.run


def test_the_index_says_that_the_last_run_failed(tmp_path: Path, run: Run) -> None:
    run(small.write_study(tmp_path, {"01_broken": ("1/0",)}))
    index = (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")
    assert "The last run" in index
    assert "No complete run yet" in index


def test_the_words_of_an_error_are_published_nowhere(tmp_path: Path, run: Run) -> None:
    study = small.write_study(
        tmp_path, {"01_broken": (f"raise KeyError({SECRET.lower()!r}.title())",)}
    )
    events: list[Event] = []
    outcome = run(study, progress=events.append)
    told = " ".join(event.words for event in events) + outcome.words
    assert SECRET.title() not in told
    assert not [n for n, t in _pages_of(outcome).items() if SECRET.title().encode() in t]


def test_the_words_of_a_study_error_are_published(tmp_path: Path, run: Run) -> None:
    cells = ("from retention_research.study import StudyError", "raise StudyError('amounts are 0')")
    outcome = run(small.write_study(tmp_path, {"01_zero": cells}))
    assert outcome.reports["zero"].reason == "amounts are 0"
    assert "amounts are 0" in (outcome.page.parent / "zero.html").read_text()  # type: ignore[union-attr]


def test_an_analysts_own_class_of_that_name_is_not_trusted(tmp_path: Path, run: Run) -> None:
    own = "class StudyError(Exception): pass"
    derived = (
        "from retention_research.study import StudyError as Ours\nclass StudyError(Ours): pass"
    )
    raises = f"raise StudyError({SECRET.lower()!r}.title())"
    study = small.write_study(tmp_path, {"01_own": (own, raises), "02_derived": (derived, raises)})
    outcome = run(study)
    assert [ended.error for ended in outcome.reports.values()] == ["StudyError", "StudyError"]
    assert not [n for n, t in _pages_of(outcome).items() if SECRET.title().encode() in t]


def test_a_skip_of_an_analysts_own_making_fails_the_report(tmp_path: Path, run: Run) -> None:
    own = "class ReportSkipped(Exception): pass"
    study = small.write_study(tmp_path, {"01_own": (own, "raise ReportSkipped('no reason')")})
    ended = run(study).reports["own"]
    assert (ended.status, ended.error, ended.cell) == ("failed", "ReportSkipped", 3)


def test_what_goes_to_stderr_is_published_nowhere(tmp_path: Path, run: Run) -> None:
    cells = (f"import sys; print({SECRET.lower()!r}.title(), file=sys.stderr)", "print('heard')")
    outcome = run(small.write_study(tmp_path, {"01_loud": cells}))
    pages = _pages_of(outcome)
    assert not [name for name, text in pages.items() if SECRET.title().encode() in text]
    assert b"heard" in pages["loud.html"]


def test_a_failed_notebook_is_published_without_what_it_displayed(tmp_path: Path, run: Run) -> None:
    show = f"print({SECRET.lower()!r}.title()); display({SECRET.lower()!r}.title())"
    outcome = run(small.write_study(tmp_path, {"01_broken": (*FINE["01_fine"], show, "1/0")}))
    pages = _pages_of(outcome)
    assert not [name for name, text in pages.items() if SECRET.title().encode() in text]
    assert b"Customers come back." in pages["notebooks/01_broken.ipynb"]


def test_a_cell_that_prints_without_end_is_cut_with_a_word(tmp_path: Path, run: Run) -> None:
    outcome = run(small.write_study(tmp_path, {"01_long": ("print('a' * 1_200_000)",)}))
    files = _pages_of(outcome)
    assert b"cut here: 1,000,001 more characters" in files["long.html"]
    assert max(map(len, files.values())) < 300_000


def test_a_failed_run_is_replaced_when_it_is_tried_again(tmp_path: Path, run: Run) -> None:
    mark = tmp_path / "fixed"
    cells = (f"import pathlib; assert pathlib.Path({str(mark)!r}).exists()",)
    study = small.write_study(tmp_path, {"01_flaky": cells})
    failed = run(study)
    mark.touch()
    again = run(study)
    assert (failed.exit_code, again.exit_code) == (3, 0)
    assert failed.run == again.run


def _flaky(tmp_path: Path, mark: Path) -> Study:
    """A study that is fine until the mark is there."""
    breaks = f"import pathlib; assert not pathlib.Path({str(mark)!r}).exists()"
    return small.write_study(tmp_path, {**FINE, "02_flaky": (breaks,)})


def test_a_forced_run_that_fails_leaves_the_good_run_of_the_same_inputs(
    tmp_path: Path, run: Run
) -> None:
    study = _flaky(tmp_path, tmp_path / "mark")
    good = run(study)
    before = _files(tmp_path / "reports")
    (tmp_path / "mark").touch()
    again = run(study, force=True)
    assert (again.status, again.exit_code) == ("discarded", 3)
    assert "flaky failed (AssertionError" in again.words
    assert f"run {good.run}, made from the same inputs before, is good and stays" in again.words
    assert _files(tmp_path / "reports") == before
    assert (tmp_path / "reports" / "small" / "latest").resolve().name == good.run


def test_naming_every_report_is_a_full_run(tmp_path: Path, run: Run) -> None:
    study = small.write_study(tmp_path, {**FINE, "02_other": ("1",)})
    named = run(study, only=["other", "fine"])
    forced = run(study, only=["fine", "other"], force=True)
    assert [named.status, forced.status, run(study).status] == [
        "published", "published", "unchanged",
    ]  # fmt: skip
    assert small.read_json(forced.page.parent / "run.json")["outcome"] == "ok"  # type: ignore[union-attr]


def test_a_run_of_some_reports_is_replaced_when_it_is_tried_again(tmp_path: Path, run: Run) -> None:
    study = small.write_study(tmp_path, {**FINE, "02_other": ("1",)})
    first, again = run(study, only=["other"]), run(study, only=["other"])
    assert (first.run, first.status) == (again.run, again.status)
    assert again.status == "partial"


def test_only_some_reports_get_their_own_run_and_leave_latest_alone(
    tmp_path: Path, run: Run
) -> None:
    study = small.write_study(tmp_path, {**FINE, "02_other": ("1",)})
    whole, part = run(study), run(study, only=["other"])
    assert (part.status, part.exit_code) == ("partial", 0)
    assert part.run != whole.run
    assert set(part.reports) == {"other"}
    assert (tmp_path / "reports" / "small" / "latest").resolve().name == whole.run


def test_a_second_run_of_a_held_study_is_turned_away(tmp_path: Path, run: Run) -> None:
    study = small.write_study(tmp_path, FINE)
    folder = tmp_path / "reports" / "small"
    folder.mkdir(parents=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcome = run(study)
    assert (outcome.status, outcome.exit_code) == ("held", 4)
    assert "Another run holds" in outcome.words


def test_bad_data_publish_nothing(tmp_path: Path, run: Run) -> None:
    study = small.write_study(tmp_path, FINE)
    run(study)
    before = _files(tmp_path / "reports")

    def refuse(study: Study, folder: Path) -> Any:
        raise StudyError("orders.csv has no column amount")

    with pytest.raises(StudyError, match="no column amount"):
        run(study, prepare=refuse)
    assert _files(tmp_path / "reports") == before


def test_a_study_that_was_never_published_leaves_no_folder(tmp_path: Path, run: Run) -> None:
    def refuse(study: Study, folder: Path) -> Any:
        raise StudyError("orders.csv has no column amount")

    with pytest.raises(StudyError):
        run(small.write_study(tmp_path, FINE), prepare=refuse)
    assert not (tmp_path / "reports" / "small").exists()


@pytest.fixture
def heeded(signum: signal.Signals) -> Iterator[None]:
    """The signal as a terminal sends it: a shell starts jobs in the background without SIGINT."""
    before = signal.signal(signum, signal.default_int_handler)
    yield
    signal.signal(signum, before)


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_told_to_stop_changes_nothing(
    tmp_path: Path, run: Run, signum: signal.Signals
) -> None:
    good = run(small.write_study(tmp_path, FINE))
    before, handlers = _files(tmp_path / "reports"), list(map(signal.getsignal, signal.Signals))
    pid, parent = tmp_path / "pid", os.getpid()
    write = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid()))"
    cells = (write, f"os.kill({parent}, {int(signum)}); time.sleep(60)")
    outcome = run(small.write_study(tmp_path, {"01_long": cells}))
    assert (outcome.status, outcome.exit_code) == ("stopped", 128 + signum)
    assert "nothing published was changed" in outcome.words
    assert _files(tmp_path / "reports") == before
    assert not list((tmp_path / "reports" / "small").glob(".staging-*"))
    assert _is_gone(int(pid.read_text()))
    assert list(map(signal.getsignal, signal.Signals)) == handlers
    assert (tmp_path / "reports" / "small" / "latest").resolve().name == good.run


def test_a_signal_after_the_switch_comes_too_late_to_stop(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = shelf.put

    def put_and_signal(site: Path, place: Path) -> None:
        put(site, place)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(shelf, "put", put_and_signal)
    outcome = run(small.write_study(tmp_path, FINE))
    assert outcome.status == "published"
    assert (tmp_path / "reports" / "index.html").exists()


LEAVES_FILES = (
    "import tempfile, pathlib",
    "folder = tempfile.mkdtemp(prefix='workspace-')",
    "_ = pathlib.Path(folder, 'orders.parquet').write_text('Ms Secret')",
)


@pytest.mark.parametrize("end", ["1", "1/0", "import os; os._exit(9)"])
def test_temporary_files_of_a_notebook_go_with_the_run(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    temporary = tmp_path / ("t" * 60)  # longer than the path of a socket may be
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    where = tmp_path / "where"
    told = f"_ = pathlib.Path({str(where)!r}).write_text(folder)"
    run(small.write_study(tmp_path, {"01_leaves": (*LEAVES_FILES, told, end)}))
    assert ".staging-" in where.read_text()
    assert not Path(where.read_text()).exists()
    # multiprocessing keeps a folder of its own, without data, as long as this process lives
    assert not [left for left in temporary.iterdir() if not left.name.startswith("pymp-")]


def test_what_a_crashed_run_of_another_study_left_behind_is_swept(tmp_path: Path, run: Run) -> None:
    left = tmp_path / "reports" / "other" / ".staging-old"
    left.mkdir(parents=True)
    run(small.write_study(tmp_path, FINE))
    assert not left.parent.exists()


def test_what_a_run_of_another_study_is_making_is_left_alone(tmp_path: Path, run: Run) -> None:
    making = tmp_path / "reports" / "other" / ".staging-now"
    making.mkdir(parents=True)
    with (making.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run(small.write_study(tmp_path, FINE))
    assert making.exists()


@pytest.mark.parametrize(("results_text", "record_text"), [("{}", "{}"), ("\0", "{")])
def test_a_damaged_run_is_left_out_with_a_word_and_the_others_go_on(
    tmp_path: Path, run: Run, caplog: pytest.LogCaptureFixture, results_text: str, record_text: str
) -> None:
    for folder in (tmp_path / "reports" / "junk" / "r1", tmp_path / "reports" / "small" / "r1"):
        folder.mkdir(parents=True)
        (folder / "results.json").write_text(results_text)
        (folder / "run.json").write_text(record_text)
    outcome = run(small.write_study(tmp_path, FINE))
    assert outcome.status == "published"
    assert "junk" not in (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")
    assert "junk/r1 is left out: it holds no run that can be read" in caplog.text


@pytest.mark.parametrize("text", ["[]", "null", "{", '{"schema": 1}'])
def test_a_file_of_another_shape_is_no_run(tmp_path: Path, text: str) -> None:
    (tmp_path / "r1").mkdir()
    for name in ("results", "run"):
        (tmp_path / "r1" / f"{name}.json").write_text(text)
    assert results.read_runs(tmp_path) == ()


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("results", "schema", 2), ("results", "run", "another"), ("results", "as_of", "soon"),
        ("results", "reports", {"a": {"status": "ok", "tiles": [{}]}}),
        ("results", "reports", {"a": {}}),
        ("run", "outcome", "great"), ("run", "started", None),
        ("run", "parameters", {"locale": "no-such"}),
    ],
)  # fmt: skip
def test_a_run_with_a_wrong_entry_is_no_run(
    tmp_path: Path, good_run: Path, file: str, key: str, value: object
) -> None:
    copy = tmp_path / "study" / good_run.name
    shutil.copytree(good_run, copy)
    assert [one.name for one in results.read_runs(copy.parent)] == [good_run.name]
    record = small.read_json(copy / f"{file}.json") | {key: value}
    results.write_json(copy / f"{file}.json", record)
    assert results.read_runs(copy.parent) == ()


@pytest.mark.parametrize(
    ("where", "what"),
    [(results, "write_json"), (pages, "summary_page"), (shelf, "put"), (results, "outcome_of")],
)
def test_a_crash_before_the_switch_leaves_everything_as_it_was(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, where: Any, what: str
) -> None:
    study = small.write_study(tmp_path, FINE)
    run(study)
    before = _files(tmp_path / "reports")
    monkeypatch.setattr(where, what, _crash)
    with pytest.raises(RuntimeError, match="power cut"):
        run(study, force=True)
    assert _files(tmp_path / "reports") == before


@pytest.mark.parametrize(
    ("where", "what"), [(shelf, "point_latest"), (pages, "index_page"), (shelf, "write_whole")]
)
def test_an_error_after_the_switch_says_what_is_published_and_leaves_the_index_readable(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, where: Any, what: str
) -> None:
    study = small.write_study(tmp_path, FINE)
    run(study)
    index = (tmp_path / "reports" / "index.html").read_bytes()
    monkeypatch.setattr(where, what, _crash)
    outcome = run(study, prepare=small.prepared(data_hashes={"transactions": "00"}))
    assert (outcome.status, outcome.exit_code) == ("unlisted", 1)
    assert f"Run {outcome.run} is published" in outcome.words
    assert outcome.page.exists()  # type: ignore[union-attr]
    assert (tmp_path / "reports" / "index.html").read_bytes() == index
    assert (tmp_path / "reports" / "small" / "latest" / "fine.html").exists()


def _crash(*_: Any, **__: Any) -> None:
    raise RuntimeError("power cut")


def test_a_worker_killed_from_outside_fails_its_report_only(tmp_path: Path, run: Run) -> None:
    killed = ("import os, signal; os.kill(os.getppid(), signal.SIGKILL)",)
    outcome = run(small.write_study(tmp_path, {**FINE, "02_killed": killed}))
    assert outcome.reports["killed"].error == "ProcessDied"
    assert outcome.reports["fine"].status == "ok"


def test_a_kernel_that_dies_fails_its_report_with_the_cell(tmp_path: Path, run: Run) -> None:
    study = small.write_study(tmp_path, {"01_dies": ("1", "import os; os._exit(9)")})
    ended = run(study).reports["dies"]
    assert (ended.status, ended.error, ended.cell) == ("failed", "KernelDied", 3)


def test_a_cell_over_its_limit_fails_its_report(tmp_path: Path, run: Run) -> None:
    limits = {"cell_seconds": 1, "notebook_seconds": 60}
    study = small.write_study(
        tmp_path, {"01_slow": ("import time; time.sleep(60)",)}, limits=limits
    )
    ended = run(study).reports["slow"]
    assert (ended.error, ended.cell) == ("CellTimeout", 2)
    assert "limits.cell_seconds" in ended.reason


def test_a_notebook_over_its_limit_ends_with_its_kernel(tmp_path: Path, run: Run) -> None:
    pid = tmp_path / "pid"
    cells = (f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid()))", "time.sleep(60)")
    limits = {"cell_seconds": 60, "notebook_seconds": 3}
    study = small.write_study(tmp_path, {"01_slow": cells}, limits=limits)
    assert run(study).reports["slow"].error == "NotebookTimeout"
    assert _is_gone(int(pid.read_text()))


def _is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    return state in "ZX"


def test_a_value_recorded_by_two_reports_fails_the_second(tmp_path: Path, run: Run) -> None:
    study = small.write_study(tmp_path, {**FINE, "02_again": (small.SPEAK, small.FACT)})
    outcome = run(study)
    assert outcome.reports["fine"].status == "ok"
    assert outcome.reports["again"].error == "RecordedTwice"
    assert "purchases.frequency_total" in outcome.reports["again"].reason


def test_a_value_recorded_twice_in_one_report_fails_it(tmp_path: Path, run: Run) -> None:
    study = small.write_study(tmp_path, {"01_twice": (small.SPEAK, small.FACT, small.FACT)})
    assert run(study).reports["twice"].error == "RecordedTwice"


def test_a_later_run_says_what_changed_since_the_one_before(tmp_path: Path, run: Run) -> None:
    tile = 'report.tiles([report.Tile("Repeats", "{}", value_name="purchases.frequency_total")])'
    first = small.write_study(tmp_path, {"01_a": (*FINE["01_fine"], tile.format("2,457"))})
    earlier = run(first, prepare=small.prepared(as_of=date(1998, 3, 31)))
    later = run(small.write_study(tmp_path, {"01_a": (*FINE["01_fine"], tile.format("2,600"))}))
    baseline = small.read_json(later.page.parent / "baseline.json")  # type: ignore[union-attr]
    summary = later.page.read_text()  # type: ignore[union-attr]
    assert baseline["run"] == earlier.run
    assert baseline["values"]["purchases.frequency_total"]["value"] == 2457
    assert "What changed since 31 Mar 1998" in summary
    assert summary.index(">2,457<") < summary.index(">2,600<", summary.index("What changed"))


def test_what_a_crashed_run_left_behind_is_swept(tmp_path: Path, run: Run) -> None:
    study = small.write_study(tmp_path, FINE)
    left = tmp_path / "reports" / "small" / ".staging-old"
    left.mkdir(parents=True)
    run(study)
    assert not left.exists()


@pytest.mark.parametrize(("status", "first"), [("info", "fine"), ("warn", "data_quality")])
def test_every_page_leads_to_the_others_in_one_order(
    tmp_path: Path, run: Run, status: str, first: str
) -> None:
    said = (small.SPEAK, f'report.finding("whole", "All rows are there", status="{status}")')
    study = small.write_study(tmp_path, {"01_data_quality": said, **FINE, "02_no": ("1/0",)})
    folder = run(study).page.parent  # type: ignore[union-attr]
    rest = [name for name in ("data_quality", "fine", "no") if name != first]
    order = [first, *sorted(rest, key=lambda name: (name == "data_quality", name))]
    for page in ("data_quality", "fine", "no", "index"):
        text = (folder / f"{page}.html").read_text(encoding="utf-8")
        way = text[: text.index("</nav>")]
        assert re.findall(r'href="(\w+)\.html"', way) == ["index", *order], page
        assert f'"{page}.html" aria-current="page"' in way
        assert text.count('<nav aria-label="Pages') == 1


LONG_TABLE = """row = "<tr><th scope='row'>2023-07</th><td>1</td></tr>"
html = f"<table><thead><tr><th scope='col'>a</th></tr></thead><tbody>{row * {}}</tbody></table>"
report.table(Made(name="t{}", caption="Weeks", csv="a\\n", html=html))"""


def test_a_long_table_says_in_print_where_its_rows_are(tmp_path: Path, run: Run) -> None:
    tables = (LONG_TABLE.replace("{}", str(rows)) for rows in (40, 41))
    outcome = run(small.write_study(tmp_path, {"01_a": (small.SPEAK, *tables)}))
    page = (outcome.page.parent / "a.html").read_text()  # type: ignore[union-attr]
    assert page.count('<details class="table">') == 1
    assert page.count('<details class="table long">') == 1
    assert "41 rows, in the CSV file" in page
    assert "40 rows, in the CSV file" not in page


def test_an_analysts_own_notebook_is_a_report_by_its_path(tmp_path: Path, run: Run) -> None:
    small.write_notebook(tmp_path / "mine" / "03 My View.ipynb", "# Mine", "1 + 1")
    study = small.write_study(tmp_path, {}, reports=["mine/03 My View.ipynb"])
    outcome = run(study)
    assert set(outcome.reports) == {"my-view"}
    assert "<h1>Mine</h1>" in (outcome.page.parent / "my-view.html").read_text()  # type: ignore[union-attr]


def test_progress_tells_of_cells_and_ends(tmp_path: Path, run: Run) -> None:
    events: list[Event] = []
    run(small.write_study(tmp_path, FINE), progress=events.append)
    assert [e.cell for e in events if e.cell] == [1, 2, 3, 4]
    assert [e.ended for e in events if e.ended] == ["ok"]


def test_the_caller_keeps_its_working_directory_and_environment(tmp_path: Path, run: Run) -> None:
    before = (Path.cwd(), dict(os.environ))
    run(small.write_study(tmp_path, FINE))
    assert (Path.cwd(), dict(os.environ)) == before

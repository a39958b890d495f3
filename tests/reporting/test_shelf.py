"""The folder reports/: switches in one step, locks, and what crashes leave."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from retention_research.reporting import shelf


def _folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "index.html").write_text(text)
    return path


def _text(folder: Path) -> str:
    return (folder / "index.html").read_text()


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_run_takes_the_place_of_the_one_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool
) -> None:
    if not exchanges:
        monkeypatch.setattr(shelf, "_exchange", lambda *_: False)
    place, site = _folder(tmp_path / "run", "old"), _folder(tmp_path / "site", "new")
    shelf.put(site, place)
    assert _text(place) == "new"
    assert not list(tmp_path.glob(".old-*"))


def test_a_run_set_aside_when_the_power_went_is_put_back(tmp_path: Path) -> None:
    _folder(tmp_path / ".old-run", "good")
    shelf.sweep(tmp_path)
    assert _text(tmp_path / "run") == "good"


def test_a_run_set_aside_and_replaced_is_removed(tmp_path: Path) -> None:
    _folder(tmp_path / ".old-run", "old")
    _folder(tmp_path / "run", "new")
    shelf.sweep(tmp_path)
    assert _text(tmp_path / "run") == "new"
    assert not (tmp_path / ".old-run").exists()


def test_latest_moves_from_run_to_run(tmp_path: Path) -> None:
    for name in ("first", "second"):
        shelf.point_latest(_folder(tmp_path / name, name))
        assert _text(tmp_path / "latest") == name


def test_latest_is_a_copy_where_links_are_impossible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    for name in ("first", "second"):
        shelf.point_latest(_folder(tmp_path / name, name))
        assert _text(tmp_path / "latest") == name
    assert not (tmp_path / "latest").is_symlink()
    assert not list(tmp_path.glob(".staging-*"))


def test_staging_is_gone_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), shelf.staging(tmp_path) as folder:
        (folder / str(1 / 0)).mkdir()
    assert not list(tmp_path.iterdir())


def test_a_folder_is_held_once(tmp_path: Path) -> None:
    with shelf.hold(tmp_path), pytest.raises(shelf.StudyHeld), shelf.hold(tmp_path):
        pass


def test_a_folder_in_which_nothing_was_published_is_removed(tmp_path: Path) -> None:
    with shelf.hold(tmp_path / "study"):
        assert (tmp_path / "study").is_dir()
    assert not list(tmp_path.iterdir())


def test_a_lock_that_was_removed_by_its_holder_holds_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / ".lock").unlink()
        folder.rmdir()
        with shelf.hold(folder), pytest.raises(shelf.StudyHeld), shelf.hold(folder):
            pass


def test_a_folder_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), shelf.hold(tmp_path):
        raise RuntimeError
    with shelf.hold(tmp_path):
        assert (tmp_path / ".lock").exists()


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    for text in ("old", "new"):
        shelf.write_whole(page, text)
        assert page.read_text() == text
    assert list(tmp_path.iterdir()) == [page]

"""The folder reports/: staging beside published runs, one lock per study, one-step switches."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

LATEST: Final = "latest"
_STAGING, _OLD, _LOCK = ".staging-", ".old-", ".lock"
_EXCHANGE, _HERE = 2, -100  # RENAME_EXCHANGE and AT_FDCWD of Linux


class StudyHeld(Exception):  # noqa: N818
    """Another run holds the study."""


@contextmanager
def hold(folder: Path, wait: bool = False) -> Iterator[None]:
    """Hold a folder: another process that wants it too is turned away, or waits.

    Args:
        folder: made if it is not there.
        wait: wait until it is free.

    Raises:
        StudyHeld: if it is held, unless `wait`.
    """
    with _locked(folder, wait):
        try:
            yield
        finally:
            _remove_unused(folder)


@contextmanager
def _locked(folder: Path, wait: bool) -> Iterator[None]:
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / _LOCK).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StudyHeld(folder.name) from None
            if _is_the_file(lock.fileno(), folder / _LOCK):
                yield
                return


def _is_the_file(descriptor: int, path: Path) -> bool:
    # who held it before may have removed a folder that nothing was published in
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _remove_unused(folder: Path) -> None:
    if [path.name for path in folder.iterdir()] == [_LOCK]:
        (folder / _LOCK).unlink()
        folder.rmdir()


@contextmanager
def staging(study_folder: Path) -> Iterator[Path]:
    """A hidden folder beside the study's runs, gone at the end; older leavings are swept first."""
    sweep(study_folder)
    folder = Path(tempfile.mkdtemp(prefix=_STAGING, dir=study_folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(study_folder: Path) -> None:
    """Remove what a crashed run left behind, and put back a run it had set aside."""
    for left in study_folder.glob(f"{_OLD}*"):
        home = study_folder / left.name.removeprefix(_OLD)
        if home.exists():
            shutil.rmtree(left)
        else:
            left.rename(home)
    for left in study_folder.glob(f"{_STAGING}*"):
        shutil.rmtree(left)


def sweep_all(out: Path) -> None:
    """Remove what crashed runs of any study left behind: customers' orders may be among it."""
    left = {path.parent for mark in (_STAGING, _OLD) for path in out.glob(f"*/{mark}*")}
    for study_folder in sorted(left):
        with suppress(StudyHeld), hold(study_folder):
            sweep(study_folder)


def put(site: Path, place: Path) -> None:
    """Move a whole run to its place; a run that is there is swapped out in one step."""
    if not place.exists():
        site.rename(place)
    elif not _exchange(site, place):
        aside = place.with_name(f"{_OLD}{place.name}")
        place.rename(aside)
        site.rename(place)
        shutil.rmtree(aside)


def point_latest(run: Path) -> None:
    """Make reports/<study>/latest mean this run, in one step."""
    latest = run.parent / LATEST
    fresh = Path(tempfile.mkdtemp(prefix=_STAGING, dir=run.parent))
    link = fresh / LATEST
    try:
        _link_or_copy(run, link)
        if link.is_symlink() and (latest.is_symlink() or not latest.exists()):
            link.replace(latest)
        else:
            put(link, latest)
    finally:
        shutil.rmtree(fresh)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new one, never a part.

    Example:
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_whole(Path(folder) / "index.html", "all of it")
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def _link_or_copy(run: Path, link: Path) -> None:
    try:
        link.symlink_to(run.name)
    except (OSError, NotImplementedError):
        shutil.copytree(run, link)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders atomically, where the system can."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    paths = (os.fsencode(one), os.fsencode(other))
    return bool(rename and rename(_HERE, paths[0], _HERE, paths[1], _EXCHANGE) == 0)

"""The files of a source: found by path or glob, and unchanged while they are read."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from retention_research.environment import expand_environment
from retention_research.events.layouts import shorten
from retention_research.study import StudyError

Stamp = tuple[int, int, int]


class NoSuchFileError(StudyError):
    """A source names a file that is not there.

    Attributes:
        pattern: as the study writes it.
    """

    def __init__(self, message: str, pattern: str) -> None:
        super().__init__(message)
        self.pattern = pattern


def find_files(pattern: str, root: Path) -> list[Path]:
    """Files of a path or glob, relative to the project's root, then to the working directory.

    Args:
        pattern: as the study writes it; `${NAME}` is looked up here and told to nobody.
        root: the project's folder.

    Raises:
        NoSuchFileError: if there is none; says what was looked for and lists near names.

    Example:
        >>> find_files("params/cdnow.yml", Path())[0].name
        'cdnow.yml'
    """
    if "\x1e" in pattern or "\0" in pattern:
        raise StudyError("path: holds a character that no file name can hold.")
    expanded = expand_environment(pattern)
    for base in dict.fromkeys((root, Path.cwd())):
        path = base / Path(expanded).expanduser()
        if path.is_file():
            return [path]
        anchor = Path(path.anchor)
        found = sorted(p for p in anchor.glob(str(path.relative_to(anchor))) if p.is_file())
        if found:
            return found
    raise NoSuchFileError(_not_found(pattern, root), pattern)


def _not_found(pattern: str, root: Path) -> str:
    folder = (root / pattern).parent  # with a ${NAME} in it no folder, so that nothing is told
    names = sorted(p.name for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
    near = get_close_matches(Path(pattern).name, names, 3, 0.4) or names[:3]
    hint = f" There: {', '.join(near)}." if near else ""
    looked = f"{shorten(pattern)} was looked for in the project's folder and the working directory"
    return f"path: there is no such file. {looked}.{hint} Correct `path:` in the study."


def stamps(files: Sequence[Path]) -> list[Stamp]:
    """What changes when a file is written to: size, time and place on the disk.

    Example:
        >>> stamps([Path("params/cdnow.yml")]) == stamps([Path("params/cdnow.yml")])
        True
    """
    return [(s.st_size, s.st_mtime_ns, s.st_ino) for s in (file.stat() for file in files)]


def refuse_changed(files: Sequence[Path], before: Sequence[Stamp]) -> None:
    """Stop where a file is not what it was: its hash and its rows come from two readings.

    Args:
        files: as they were read.
        before: their stamps from before.

    Raises:
        StudyError: naming the first file that differs.

    Example:
        >>> files = [Path("params/cdnow.yml")]
        >>> refuse_changed(files, stamps(files))
    """
    for file, was, now in zip(files, before, stamps(files), strict=True):
        if was != now:
            raise StudyError(
                f"{file.name} was changed while it was read. Run again when its export is done."
            )

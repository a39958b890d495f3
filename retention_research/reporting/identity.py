"""What makes a run the same run: a hash over parameters, data, code, packages and baseline."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import retention_research

PACKAGE = Path(retention_research.__file__).parent
DISTRIBUTION = "retention-research"


def canonical(record: Any) -> str:
    r"""A record as JSON text with one spelling: sorted keys, UTF-8, no NaN.

    Raises:
        ValueError: if it holds a number that is not finite.

    Example:
        >>> canonical({"b": 1, "a": "ż"})
        '{"a": "ż", "b": 1}'
    """
    return json.dumps(record, sort_keys=True, ensure_ascii=False, allow_nan=False, default=str)


def run_id(as_of: date, ingredients: Mapping[str, Any]) -> str:
    """The name of a run's folder: its as_of and 8 hex digits over everything that made it.

    Example:
        >>> run_id(date(1998, 6, 30), {"seed": 1})
        '1998-06-30-a4bbadc1'
    """
    return f"{as_of.isoformat()}-{hashlib.sha256(canonical(ingredients).encode()).hexdigest()[:8]}"


def hash_files(files: Iterable[tuple[str, Path]]) -> str:
    """One hash over files by name and content, whatever their order."""
    lines = (f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in files)
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def package_hash() -> str:
    """The hash of the package's own files as they are on disk."""
    wanted = (p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return hash_files((str(path.relative_to(PACKAGE)), path) for path in wanted)


@cache
def installed() -> dict[str, str]:
    """Name to version of this package and everything it needs, as installed now."""
    versions, waiting = dict[str, str](), [DISTRIBUTION]
    while waiting:
        name = waiting.pop()
        if name not in versions and (found := _distribution(name)):
            versions[name] = found.version
            waiting += [_name(line) for line in found.requires or [] if "extra ==" not in line]
    return {"python": platform.python_version(), **dict(sorted(versions.items()))}


def commit() -> str | None:
    """The commit of the package's source, with "+changes" where files differ; None outside git."""
    head = _git("rev-parse", "HEAD")
    if not head or not _git("ls-files", "--", str(PACKAGE / "__init__.py")):
        return None
    return head + ("+changes" if _git("status", "--porcelain", "--", ".") else "")


def _distribution(name: str) -> metadata.Distribution | None:
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None


def _name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()


def _git(*words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words], cwd=PACKAGE, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

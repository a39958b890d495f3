"""A run that is killed outright: its workers go with it, and what is published stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from retention_research.reporting.run import Outcome
from tests.reporting import small_studies as small

PROGRAM = """
from pathlib import Path
from retention_research.reporting.run import run_study
from retention_research.study import read_study
from tests.reporting import small_studies as small

if __name__ == "__main__":
    run_study(read_study("params/small.yml"), out=Path("reports"), prepare=small.prepared())
"""


@pytest.mark.slow
def test_a_run_killed_outright_takes_its_workers_along_and_changes_nothing(
    tmp_path: Path, run: Callable[..., Outcome]
) -> None:
    good = run(small.write_study(tmp_path, {"01_a": ("1",)}))
    pid = tmp_path / "pid"
    endless = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(99)"
    small.write_study(tmp_path, {"01_a": (endless,)})
    _run_until(pid, tmp_path)
    assert _waited_until(lambda: _is_gone(int(pid.read_text())))
    latest = tmp_path / "reports" / "small" / "latest"
    assert latest.resolve().name == good.run
    assert good.run in (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")


def _run_until(sign: Path, folder: Path) -> None:
    """Run the study of a folder and kill the run, and nothing else, when the sign is there."""
    program = folder / "program.py"
    program.write_text(PROGRAM)
    paths = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    process = subprocess.Popen([sys.executable, program], cwd=folder, env=paths)
    try:
        assert _waited_until(lambda: sign.exists() and sign.read_text() != "")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _waited_until(true: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except FileNotFoundError:
        return True

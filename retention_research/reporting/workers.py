"""Notebooks in child processes: at most two at once, each ended with its kernel at its time limit.

Children are forked from a server that has loaded the heavy libraries once, so that a notebook
pays for its own work only.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, forkserver, get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from retention_research.reporting.execute import Ended
from retention_research.reporting.kernels import FORKS, silence
from retention_research.reporting.make import Job, Made, make_report

AT_ONCE: Final = 2
_SECONDS_TO_DIE: Final = 5.0
OnCell = Callable[[str, int], None]

_LOADED: Final = [
    "papermill", "nbconvert", "ipykernel.kernelapp", "matplotlib.pyplot", "pandas", "ibis",
    "duckdb", "pyarrow.parquet", "scipy.optimize", "scipy.stats", "statsmodels.duration.survfunc",
    "retention_research.reporting.make", "retention_research.workspace",
    "retention_research.tables", "retention_research.figures.canvas",
]  # fmt: skip
_ENVIRONMENT: Final = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


@dataclass(frozen=True, slots=True)
class _Running:
    job: Job
    process: BaseProcess
    messages: Connection
    deadline: float


def warm_up() -> None:
    """Start loading the heavy libraries in the background, before the first notebook needs them."""
    if FORKS:
        get_context("forkserver").set_forkserver_preload(list(_LOADED))
        with _environment():
            forkserver.ensure_running()


def execute_all(
    jobs: Sequence[Job], notebook_seconds: float, on_cell: OnCell | None = None
) -> Generator[tuple[Job, Made], None, None]:
    """Execute notebooks, each in its own process, and give what each one made as it ends.

    Args:
        jobs: what to execute, started in this order.
        notebook_seconds: how long one notebook may take; at the limit it ends with its kernel.
        on_cell: called with the report's name and the number of each code cell before it runs.
    """
    warm_up()
    waiting, running = list(jobs), list[_Running]()
    try:
        while waiting or running:
            while waiting and len(running) < min(AT_ONCE, os.cpu_count() or 1):
                running.append(_start(waiting.pop(0), notebook_seconds))
            for one in _ready(running):
                made = _next_word(one, notebook_seconds, on_cell)
                if made:
                    running.remove(one)
                    yield one.job, made
    finally:
        for one in running:
            _end(one)


def _start(job: Job, notebook_seconds: float) -> _Running:
    context = get_context("forkserver") if FORKS else get_context("spawn")
    messages, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(job, theirs))
    with _environment():
        process.start()
    theirs.close()
    return _Running(job, process, messages, time.monotonic() + notebook_seconds)


def _ready(running: Sequence[_Running]) -> list[_Running]:
    """Those who have said something or are out of time, waiting until there is one."""
    soonest = min(one.deadline for one in running) - time.monotonic()
    spoke = connection.wait([one.messages for one in running], max(soonest, 0))
    now = time.monotonic()
    return [one for one in running if one.messages in spoke or one.deadline <= now]


def _next_word(one: _Running, limit: float, on_cell: OnCell | None) -> Made | None:
    if one.deadline <= time.monotonic():
        _end(one)
        return Made(Ended("failed", _too_long(limit), "NotebookTimeout"))
    try:
        word: int | Made = one.messages.recv()
    except EOFError:
        _end(one)
        return Made(Ended("failed", _FROM_OUTSIDE, "ProcessDied"))
    if isinstance(word, Made):
        _end(one)
        return word
    if on_cell:
        on_cell(one.job.report, word)
    return None


_FROM_OUTSIDE: Final = "The notebook's process was ended from outside."


def _too_long(limit: float) -> str:
    return f"It ran longer than limits.notebook_seconds allows ({limit:g} seconds)."


def _end(one: _Running) -> None:
    # the worker leads a process group: its kernel goes with it
    if FORKS and one.process.pid:
        _signal_group(one.process.pid)
    one.process.kill()
    one.process.join()
    _wait_until_silent(one.messages)
    one.messages.close()


def _wait_until_silent(messages: Connection) -> None:
    # the kernel inherited the other end: when that is closed, it writes no file any more
    end = time.monotonic() + _SECONDS_TO_DIE
    with suppress(EOFError, OSError):
        while messages.poll(max(end - time.monotonic(), 0)):
            messages.recv()


def _signal_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _work(job: Job, messages: Connection) -> None:
    if FORKS:
        os.setsid()
        threading.Thread(target=_follow_parent, daemon=True).start()
    silence((1, 2))
    _keep_temporary_files_in(job.scratch)
    messages.send(_made(job, messages))


def _keep_temporary_files_in(folder: Path) -> None:
    # a kernel ends without its clean-ups: what a notebook leaves behind goes with the run's folder
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


def _made(job: Job, messages: Connection) -> Made:
    try:
        return make_report(job, messages.send)
    except Exception as error:  # whatever it was, the other reports go on
        place = traceback.extract_tb(error.__traceback__)[-1]
        words = f"The report could not be made ({Path(place.filename).name}, line {place.lineno})."
        return Made(Ended("failed", words, type(error).__name__))


def _follow_parent() -> None:
    parent: Any = parent_process()
    connection.wait([parent.sentinel])
    os.killpg(0, signal.SIGKILL)


@contextmanager
def _environment() -> Iterator[None]:
    """One thread per library and one hash seed for the processes started inside."""
    before = {name: os.environ.get(name) for name in _ENVIRONMENT}
    os.environ.update(_ENVIRONMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)

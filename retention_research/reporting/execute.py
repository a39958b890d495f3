"""One notebook, executed in this process: its outcome comes from what was raised, nothing else."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import nbformat

from retention_research.reporting import kernel_errors, tidy
from retention_research.reporting.payloads import MIME

Status = Literal["ok", "skipped", "failed"]
OnCell = Callable[[int], None]

PARAMETERS = {"study": "study.yml"}


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook to execute.

    Attributes:
        source: the notebook as written.
        executed: where the executed notebook goes.
        folder: the working directory, which holds study.yml.
        cell_seconds: how long one cell may run.
        sockets: folder for what the kernel is spoken to through.
    """

    source: Path
    executed: Path
    folder: Path
    cell_seconds: int
    sockets: Path


@dataclass(frozen=True, slots=True)
class Ended:
    """How a notebook ended, in words that are safe to publish.

    Attributes:
        status: ok, skipped or failed.
        reason: why it was skipped, or what went wrong.
        error: type of the error, "" unless failed.
        cell: number of the code cell it ended in, counted as in the notebook; None when ok.
    """

    status: Status
    reason: str = ""
    error: str = ""
    cell: int | None = None


def execute(notebook: Notebook, on_cell: OnCell) -> Ended:
    """Execute a notebook with papermill and leave a tidy copy of it at `notebook.executed`.

    Args:
        notebook: what to execute.
        on_cell: called with the number of each code cell before it runs.
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    reached = [0]
    try:
        with _private_folder(notebook.sockets) as private:
            _papermill(notebook, Path(private), _counter(reached, on_cell))
    except PapermillExecutionError as error:
        return _ended_in_cell(notebook, error)
    except CellTimeoutError:
        return Ended("failed", _too_long(notebook), "CellTimeout", reached[0])
    except DeadKernelError:
        return Ended("failed", _DIED, "KernelDied", reached[0])
    tidy.file(notebook.executed)
    return Ended("ok")


_DIED = "The notebook's process ended without an answer, as it does when memory runs out."
_UNSAID = "The words of the error may hold customer data and are not published."


def _private_folder(sockets: Path) -> AbstractContextManager[str]:
    return tempfile.TemporaryDirectory(prefix="k", dir=sockets, ignore_cleanup_errors=True)


def _too_long(notebook: Notebook) -> str:
    return f"A cell ran longer than limits.cell_seconds allows ({notebook.cell_seconds} seconds)."


def _papermill(notebook: Notebook, private: Path, on_cell_start: Callable[..., None]) -> None:
    import papermill

    from retention_research.reporting import kernels

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    papermill.execute_notebook(
        nbformat.read(notebook.source, as_version=4),
        str(notebook.executed),
        parameters=PARAMETERS,
        kernel_name=kernels.NAME,
        language="python",
        km=kernels.own_kernel(private),
        cwd=notebook.folder,
        execution_timeout=notebook.cell_seconds,
        request_save_on_cell_execute=False,
        progress_bar=False,
        record_timing=False,
        shutdown_kernel="immediate",
        on_cell_start=on_cell_start,
    )


def _counter(reached: list[int], on_cell: OnCell) -> Callable[..., None]:
    def on_cell_start(cell: Mapping[str, Any], **_: Any) -> None:
        injected = tidy.INJECTED in cell["metadata"].get("tags", [])
        if cell["cell_type"] == "code" and not injected:
            reached[0] += 1
            on_cell(reached[0])

    return on_cell_start


def _ended_in_cell(notebook: Notebook, error: Any) -> Ended:
    tidy.file(notebook.executed, hide_errors=True)
    cell = error.exec_count - 1
    said = {payload["kind"]: payload for payload in _payloads(notebook.executed)}
    if error.ename == "ReportSkipped" and "skip" in said:
        return Ended("skipped", str(said["skip"]["reason"]), cell=cell)
    ours = said.get(kernel_errors.KIND, {"words": _UNSAID})
    return Ended("failed", str(ours["words"]), error.ename, cell)


def _payloads(executed: Path) -> Iterator[Mapping[str, Any]]:
    outputs = (out for cell in tidy.read(executed).cells for out in cell.get("outputs", []))
    return (out["data"][MIME] for out in outputs if MIME in out.get("data", {}))

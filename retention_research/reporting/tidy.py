"""An executed notebook as it is published: no clock, no random ids, no words of an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import nbformat

from retention_research.reporting import long_output
from retention_research.reporting.payloads import MIME

INJECTED: Final = "injected-parameters"
_MARKER: Final = "papermill-error-cell-tag"


def read(path: Path) -> Any:
    """A notebook in the current format, its node as nbformat makes it."""
    return nbformat.read(path, as_version=4)


def file(path: Path, hide_errors: bool = False) -> None:
    """Rewrite an executed notebook so that two runs over the same inputs leave the same bytes.

    Args:
        path: the notebook.
        hide_errors: for a notebook that did not end well: keep an error's type and what was
            recorded, drop the error's words and traceback, printed text and displays of other
            libraries: they may hold data.
    """
    notebook = tidied(read(path), hide_errors)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def tidied(notebook: Any, hide_errors: bool = False) -> Any:
    """The notebook without clock times, run ids, error markers and stderr, and no cell too long.

    Args:
        notebook: an nbformat node; left as it is.
        hide_errors: as `file`.

    Example:
        >>> notebook = nbformat.v4.new_notebook(metadata={"papermill": {"duration": 1.2}})
        >>> tidied(notebook).metadata
        {}
    """
    metadata = {k: v for k, v in notebook.metadata.items() if k != "papermill"}
    cells = [cell for cell in notebook.cells if _MARKER not in cell.metadata.get("tags", [])]
    named = notebook.nbformat_minor >= 5
    tidy_cells = [_cell(cell, i, named, hide_errors) for i, cell in enumerate(cells)]
    return nbformat.from_dict(
        {
            **notebook,
            "metadata": metadata,
            "cells": long_output.cut(tidy_cells),
            "nbformat_minor": 5,
        }
    )


def _cell(cell: Any, position: int, named: bool, hide_errors: bool) -> dict[str, Any]:
    metadata = {k: v for k, v in cell.metadata.items() if k not in ("papermill", "execution")}
    injected = INJECTED in metadata.get("tags", [])
    fixed = INJECTED if injected else cell.get("id") if named else f"cell-{position}"
    tidy_cell = {**cell, "metadata": metadata, "id": fixed}
    if "outputs" in cell:
        shown = (output for output in cell.outputs if _is_shown(output, hide_errors))
        tidy_cell["outputs"] = [_without_words(out) if hide_errors else out for out in shown]
    return tidy_cell


def _is_shown(output: Any, hide_errors: bool) -> bool:
    # warnings and logs go to stderr, often with rows of data and paths of the machine in them
    if output.get("name") == "stderr":
        return False
    ours = MIME in output.get("data", {}) or output.output_type == "error"
    return ours or not hide_errors


def _without_words(output: Any) -> dict[str, Any]:
    if output.output_type != "error":
        return dict(output)
    return {**output, "evalue": "", "traceback": []}

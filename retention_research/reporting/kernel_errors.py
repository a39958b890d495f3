"""Loaded into each notebook's kernel: hands on the words of our own errors, and of no others.

A notebook's output holds no more of an error than the bare name of its class, and anybody may
call a class StudyError. Inside the kernel the class itself can be looked at.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Final

from retention_research.reporting.payloads import MIME
from retention_research.study import StudyError

NAME: Final = __name__
KIND: Final = "study_error"


def load_ipython_extension(shell: Any) -> None:
    """Called by IPython when the kernel starts."""
    shell.set_custom_exc((StudyError,), _show_words)


def _show_words(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
    tb_offset: int | None = None,
) -> None:
    from IPython.display import display

    if kind is StudyError:
        display({MIME: {"kind": KIND, "words": str(error)}}, raw=True)
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

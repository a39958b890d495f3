"""What a person sees while a run works: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a run.

    Attributes:
        words: what, in a short sentence.
        report: the report it is about, "" for the run itself.
        cell: number of the code cell that starts; 0 when the event is no cell.
        cells: how many code cells the report has.
        ended: ok, skipped or failed when the report ends, else "".
    """

    words: str
    report: str = ""
    cell: int = 0
    cells: int = 0
    ended: str = ""


OnEvent = Callable[[Event], None]


def plain_progress(event: Event, stream: TextIO | None = None) -> None:
    """Write an event as a line with the time of day; single cells are left out."""
    if not event.cell:
        about = f"{event.report}: " if event.report else ""
        print(f"{datetime.now():%H:%M:%S} {about}{event.words}", file=stream or sys.stderr)


@dataclass(frozen=True, slots=True)
class TerminalProgress:
    """Shows events as bars, one per report."""

    bars: Progress
    tasks: dict[str, TaskID] = field(default_factory=dict)

    def __call__(self, event: Event) -> None:
        """Move the bar of the event's report, or print the run's own words above the bars."""
        if not event.report:
            self.bars.console.print(event.words, highlight=False, markup=False)
            return
        if event.report not in self.tasks:
            self.tasks[event.report] = self.bars.add_task(event.report, total=event.cells or None)
        task = self.tasks[event.report]
        done = None if not event.ended else self.bars.tasks[task].total or 1
        self.bars.update(task, completed=max(event.cell - 1, 0) if done is None else done)
        if event.ended:
            self.bars.update(task, description=f"{event.report}: {event.words}")


@contextmanager
def show_progress(stream: TextIO | None = None) -> Iterator[OnEvent]:
    """Bars if the stream (default: standard error) is a terminal, plain lines if not.

    Example:
        >>> with show_progress() as progress:
        ...     progress(Event("reading the data"))
    """
    where = stream or sys.stderr
    if not where.isatty():
        yield lambda event: plain_progress(event, where)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(file=where)) as bars:
        yield TerminalProgress(bars)

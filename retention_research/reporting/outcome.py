"""How a run ended, and the one sentence that a user reads about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from retention_research.reporting.execute import Ended

RunStatus = Literal[
    "published", "unchanged", "partial", "failed", "discarded", "held", "stopped", "unlisted"
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        status: published, unchanged (same inputs as a good run), partial (--only), failed (some
            reports did; the good ones are published), discarded (some reports failed where a good
            run of the same inputs is published, which stays), held (another run has the study),
            stopped (by a signal), or unlisted (published, but latest or the index could not be
            brought up to date).
        exit_code: 0, 1 unlisted, 3 where reports failed, 4 where the study is held, 130 or 143
            where it was stopped.
        words: one sentence for the user.
        run: name of the run, "" when held or stopped.
        page: the run's summary page, None when held or stopped.
        reports: report name to how it ended; empty when nothing was made.
    """

    status: RunStatus
    exit_code: int
    words: str
    run: str = ""
    page: Path | None = None
    reports: Mapping[str, Ended] = field(default_factory=dict)


def published(folder: Path, ended: Mapping[str, Ended], whole: bool) -> Outcome:
    """Every report is ok or skipped."""
    page = folder / "index.html"
    status: RunStatus = "published" if whole else "partial"
    return Outcome(status, 0, f"Published {page}.", folder.name, page, ended)


def failed(folder: Path, ended: Mapping[str, Ended]) -> Outcome:
    """Some reports failed; the good ones are published."""
    words = f"Some reports failed, and `latest` was left as it was: {failures(ended)}"
    return Outcome("failed", 3, words, folder.name, folder / "index.html", ended)


def discarded(folder: Path, ended: Mapping[str, Ended]) -> Outcome:
    """Some reports failed this time; the good run of the same inputs stays."""
    words = (
        f"Some reports failed this time: {failures(ended)} Nothing published was changed: "
        f"run {folder.name}, made from the same inputs before, is good and stays."
    )
    return Outcome("discarded", 3, words, folder.name, folder / "index.html", ended)


def unchanged(folder: Path) -> Outcome:
    """A good run of the same inputs is there."""
    words = f"Nothing has changed since run {folder.name} was made; --force makes it again."
    return Outcome("unchanged", 0, words, folder.name, folder / "index.html")


def held(study: str) -> Outcome:
    """Another run has the study."""
    return Outcome("held", 4, f"Another run holds the study {study}: try again later.")


def stopped(signum: int) -> Outcome:
    """A signal ended the run before anything was published.

    Example:
        >>> stopped(15).exit_code
        143
    """
    return Outcome("stopped", 128 + signum, "Stopped; nothing published was changed.")


def unlisted(outcome: Outcome, error: Exception) -> Outcome:
    """The run is in its folder, but what leads to it could not be written."""
    words = (
        f"Run {outcome.run} is published in its own folder, but `latest` or the index could not "
        f"be brought up to date ({type(error).__name__}): see to the disk, then run again."
    )
    return Outcome("unlisted", 1, words, outcome.run, outcome.page, outcome.reports)


def failures(ended: Mapping[str, Ended]) -> str:
    """The failed reports and why, in words that are safe to publish.

    Example:
        >>> failures({"a": Ended("ok"), "b": Ended("failed", "No answer.", "KernelDied", 3)})
        'b failed (KernelDied in code cell 3). No answer.'
    """
    return ", ".join(f"{r} {in_words(e)}" for r, e in ended.items() if e.status == "failed")


def in_words(ended: Ended) -> str:
    """How one report ended.

    Example:
        >>> in_words(Ended("skipped", "No programs."))
        'skipped. No programs.'
    """
    if ended.status == "ok":
        return "done"
    cell = f" in code cell {ended.cell}" if ended.cell and ended.status == "failed" else ""
    error = f" ({ended.error}{cell})" if ended.error else ""
    return f"{ended.status}{error}. {ended.reason}"

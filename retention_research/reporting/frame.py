"""What every page of a run shows around its content: study, day, sources and the way about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from retention_research.reporting.identity import DISTRIBUTION, installed
from retention_research.study import Study

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Where one table came from.

    Attributes:
        table: name of the event table.
        place: demo, file or table it was read from; never an address with a secret.
        digest: first digits of the hash of its content.
    """

    table: str
    place: str
    digest: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the content of a page; holds no clock time.

    Attributes:
        study: slug.
        title: the study's title.
        as_of: last day that any number looks at, in words.
        run: name of the run.
        sources: where the data came from.
        version: of the package.
        reports: name and title of each report of the run.
        notes: what the study wants said on every page.
    """

    study: str
    title: str
    as_of: str
    run: str
    sources: tuple[SourceLine, ...]
    version: str
    reports: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()


class PreparedData(Protocol):
    """The two things a frame needs to know about a run's data."""

    @property
    def as_of(self) -> date:
        """Last day that any number looks at."""

    @property
    def data_hashes(self) -> Mapping[str, str]:
        """Table name to content hash."""


def frame_of(
    study: Study, data: PreparedData, run: str, reports: tuple[tuple[str, str], ...]
) -> Frame:
    """The frame of a run's pages; `reports` are their names and titles as readers meet them."""
    hashes = data.data_hashes.items()
    return Frame(
        study=study.study,
        title=study.heading,
        as_of=day_in_words(data.as_of, study.locale),
        run=run,
        sources=tuple(
            SourceLine(table, study.sources[table].place, digest[:_DIGITS])
            for table, digest in hashes
            if table in study.sources
        ),
        version=installed().get(DISTRIBUTION, "not installed"),
        reports=reports,
        notes=study.notes,
    )


def day_in_words(day: date, locale: str) -> str:
    """A day as the study's readers write it.

    Example:
        >>> day_in_words(date(1998, 6, 30), "en_GB")
        '30 Jun 1998'
    """
    from retention_research.wording.numbers import Wording

    return Wording(locale, "").day(day)


def day_of(results: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """The as_of of a published run in words."""
    locale = record["parameters"].get("locale", "en_GB")
    return day_in_words(date.fromisoformat(results["as_of"]), locale)

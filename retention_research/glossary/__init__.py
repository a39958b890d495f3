"""Every value and column that a report may print: meaning, unit, kind, formula, source.

One table per report; what several reports share is in `columns`.
"""

from __future__ import annotations

import re
from functools import cache

from retention_research.glossary import (
    churn,
    cohorts,
    columns,
    customer_voice,
    drivers,
    kpis,
    programs,
    programs_columns,
    programs_enrolment,
    programs_money,
    programs_rollout,
    programs_uplift,
    quality,
    scorecard,
    survival,
    value,
)
from retention_research.glossary.entry import Direction, Entry

__all__ = ["COLUMNS", "VALUES", "Direction", "Entry", "column", "lookup"]

_REPORTS = (
    quality, value, survival, churn, drivers, kpis, scorecard, cohorts, customer_voice,
    programs, programs_money, programs_enrolment, programs_rollout, programs_uplift,
    programs_columns,
)  # fmt: skip

VALUES: tuple[Entry, ...] = tuple(entry for report in _REPORTS for entry in report.VALUES)
COLUMNS: tuple[Entry, ...] = (
    *columns.COLUMNS,
    *(entry for report in _REPORTS for entry in report.COLUMNS),
)


def lookup(name: str) -> Entry:
    """The entry of a value's name, its heading and meaning filled in.

    Raises:
        KeyError: if no entry has that name or pattern.

    Example:
        >>> lookup("second_purchase.probability_13w").heading
        'Buy again within 13 weeks'
    """
    for pattern, entry in _patterns():
        found = pattern.fullmatch(name)
        if found:
            return _filled(entry, found.groups())
    raise KeyError(f"{name!r} is not in the glossary")


def column(name: str) -> Entry:
    """The entry of a table's column.

    Raises:
        KeyError: if no entry has that name.

    Example:
        >>> column("value").heading
        'Value'
    """
    return _columns()[name]


def _filled(entry: Entry, slugs: tuple[str, ...]) -> Entry:
    for placeholder, slug in zip(re.findall(r"<\w+>", entry.name), slugs, strict=True):
        heading = entry.heading.replace(placeholder, slug)
        entry = entry._replace(heading=heading, meaning=entry.meaning.replace(placeholder, slug))
    return entry


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Entry], ...]:
    exact_first = sorted(VALUES, key=lambda entry: "<" in entry.name)
    return tuple((re.compile(_as_regex(entry.name)), entry) for entry in exact_first)


def _as_regex(name: str) -> str:
    parts = re.split(r"(<\w+>)", name)
    return "".join("([a-z0-9_-]+)" if part.startswith("<") else re.escape(part) for part in parts)


@cache
def _columns() -> dict[str, Entry]:
    return {entry.name: entry for entry in COLUMNS}

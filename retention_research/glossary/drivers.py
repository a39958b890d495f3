"""Names of the drivers report."""

from __future__ import annotations

from retention_research.glossary.entry import Entry

# fmt: off
VALUES: tuple[Entry, ...] = ()

COLUMNS: tuple[Entry, ...] = ()
# fmt: on

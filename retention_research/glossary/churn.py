"""Names of the window of silence and of the five ways to count a lost customer."""

from __future__ import annotations

from retention_research.glossary.entry import Entry

# fmt: off
VALUES: tuple[Entry, ...] = ()

COLUMNS: tuple[Entry, ...] = ()
# fmt: on

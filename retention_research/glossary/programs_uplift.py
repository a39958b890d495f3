"""Names of the programs report: looks, segments and uplift."""

from __future__ import annotations

from retention_research.glossary.entry import Entry

VALUES: tuple[Entry, ...] = ()
COLUMNS: tuple[Entry, ...] = ()

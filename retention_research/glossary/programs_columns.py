"""Columns of the programs report."""

from __future__ import annotations

from retention_research.glossary.entry import Entry

VALUES: tuple[Entry, ...] = ()
COLUMNS: tuple[Entry, ...] = ()

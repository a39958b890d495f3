"""The templates of all pages and the words they share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES: Final = Path(__file__).parent / "templates"
STATUS_WORDS: Final = {
    "ok": ("✓", "Good"),
    "warn": ("▲", "Worth watching"),
    "bad": ("■", "Problem"),
    "skipped": ("–", "Skipped"),
    "failed": ("✕", "Failed"),
}


@cache
def environment() -> Environment:
    """Our templates, every value escaped."""
    from jinja2 import Environment, FileSystemLoader

    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    made.globals["status_words"] = STATUS_WORDS
    return made

"""What the scorecard says of each of its sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from retention_research.answers.scorecard import Scorecard, Standing
from retention_research.answers.scorecard_themes import THEMES
from retention_research.wording.claims import Claim
from retention_research.wording.numbers import listed
from retention_research.wording.scorecard_standings import (
    Moves,
    ahead,
    behind,
    clear_moves,
    compared,
    moves,
    named,
    target_words,
)
from retention_research.wording.scorecard_terms import Terms

Status = Literal["ok", "warn", "bad", "info"]

_TITLES = {theme.id: theme.title for theme in THEMES}


def theme(card: Scorecard, name: str, terms: Terms) -> Claim:
    """How the KPIs of one section stand and moved, against the period before and a year ago."""
    shown = card.of_theme(name)
    known = [s for s in shown if s.is_known]
    title = f"{_TITLES[name]}: {_news(card, known, terms)}"
    values = [f"kpi.{s.kpi}" for s in shown]
    return Claim(name, title, _so_what(card, known, terms), values, _status(card, known))


def _news(card: Scorecard, known: Sequence[Standing], terms: Terms) -> str:
    """What is behind and worse; what is better and ahead only where nothing is behind."""
    late = behind(known)
    parts = [f"behind target in {named(late, terms)}"] if late else []
    parts += _moved("worse", moves(card, known, better=False), terms)
    if not late:
        parts += _moved("better", moves(card, known, better=True), terms)
        parts += [f"ahead of target in {named(ahead(known), terms)}"] if ahead(known) else []
    return "; ".join(parts) or _no_news(card, known)


def _moved(way: str, found: Moves, terms: Terms) -> list[str]:
    return [f"{way} since {since} in {named(kpis, terms)}" for since, kpis in found.items()]


def _no_news(card: Scorecard, known: Sequence[Standing]) -> str:
    since = compared(card, known)
    if not since:
        return f"no earlier {card.period.unit} to compare with"
    return f"nothing got clearly better or worse since {listed(since, 'or')}"


def _status(card: Scorecard, known: Sequence[Standing]) -> Status:
    """Good takes a target: among many KPIs one will look better by chance."""
    if behind(known):
        return "bad"
    if moves(card, known, better=False):
        return "warn"
    return "ok" if ahead(known) else "info"


def _so_what(card: Scorecard, known: Sequence[Standing], terms: Terms) -> str:
    return " ".join(line for s in known for line in _lines(card, s, terms))


def _lines(card: Scorecard, s: Standing, terms: Terms) -> list[str]:
    """The clear changes of a KPI, its standing, and how it is counted; empty without news."""
    heading, moved = terms.heading(s.kpi), clear_moves(card, s, terms)
    lines = [f"{heading} went {moved}."] if moved else []
    if s.judged.status in ("behind", "ahead"):
        lines.append(f"{heading}: {target_words(s.kpi, s.judged, terms)}.")
    return [*lines, terms.meant(s.kpi)] if lines and terms.meant(s.kpi) else lines

"""Which column of an export is what, by its name in six languages and by what it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from retention_research.events.header_words import COLUMN_WORDS

SURE, LIKELY, WEAK = 1.0, 0.7, 0.4
LEAST = 0.3

_DATE = re.compile(r"\d{1,4}[-/.] ?\d{1,2}[-/.] ?\d{1,4}\D?.*|(19|20)\d{6}")
_MONEY = re.compile(r"\(?[-+]?\D{0,6}\d[\d.,'’ \u00a0\u202f]*\D{0,6}\)?")
_DECIMALS = re.compile(r"\d[.,]\d{2}\D{0,6}$")


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """Which of their columns is one of ours.

    Attributes:
        column: their name.
        confidence: 0..1.
        reason: why, in words.
    """

    column: str
    confidence: float
    reason: str


def guess_columns(
    header: Sequence[str], rows: Sequence[Sequence[str]]
) -> Mapping[str, ColumnGuess]:
    """Guess the columns of a transactions table.

    Args:
        header: their names.
        rows: some rows as text.

    Returns:
        Canonical name to the guess; names without a likely column are left out.

    Example:
        >>> guess_columns(["Kunde", "Datum"], [["7", "05.01.2024"]])["timestamp"].column
        'Datum'
    """
    held = {name: [row[i].strip() for row in rows if i < len(row)] for i, name in enumerate(header)}
    scored = sorted(
        (
            (-_score(ours, theirs, texts)[0], i, ours, theirs)
            for ours in COLUMN_WORDS
            for i, (theirs, texts) in enumerate(held.items())
        ),
    )
    chosen: dict[str, ColumnGuess] = {}
    for minus, _, ours, theirs in scored:
        taken = any(guess.column == theirs for guess in chosen.values())
        if -minus >= LEAST and ours not in chosen and not taken:
            chosen[ours] = ColumnGuess(theirs, -minus, _score(ours, theirs, held[theirs])[1])
    return {ours: chosen[ours] for ours in COLUMN_WORDS if ours in chosen}


def _score(ours: str, theirs: str, texts: Sequence[str]) -> tuple[float, str]:
    by_name, reason = _by_name(ours, theirs)
    filled = [text for text in texts if text]
    if ours == "timestamp":
        return _with_content(by_name, reason, _share(_DATE, filled), "holds dates")
    if ours == "amount":
        is_money = _share(_MONEY, filled) * (1 - _share(_DATE, filled))
        decimals = sum(bool(_DECIMALS.search(text)) for text in filled)
        held = "holds amounts" if decimals * 2 > len(filled) else ""
        return _with_content(by_name, reason, is_money, held)
    return by_name, reason


def _with_content(by_name: float, reason: str, share: float, held: str) -> tuple[float, str]:
    if share < 0.8:
        return 0.0, ""
    if by_name:
        return by_name, ", ".join(filter(None, [reason, held]))
    return (WEAK, held) if held else (0.0, "")


def _share(pattern: re.Pattern[str], texts: Sequence[str]) -> float:
    return sum(bool(pattern.fullmatch(text)) for text in texts) / max(len(texts), 1)


def _by_name(ours: str, theirs: str) -> tuple[float, str]:
    name, words = _folded(theirs), [_folded(word) for word in COLUMN_WORDS[ours]]
    if name in words:
        return SURE - 0.005 * words.index(name), f"named {theirs}"
    inside = [
        word for word in words if len(word) > 3 and re.search(rf"\b{re.escape(word)}\b", name)
    ]
    if inside:
        return LIKELY - 0.005 * words.index(inside[0]), f"its name holds {inside[0]}"
    near = max(words, key=lambda word: SequenceMatcher(None, word, name).ratio())
    ratio = SequenceMatcher(None, near, name).ratio()
    return (WEAK * ratio, f"its name is close to {near}") if ratio > 0.8 else (0.0, "")


def _folded(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.split(r"[\s_\-.:/()]+", spaced.lower())).strip()

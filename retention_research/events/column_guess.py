"""Which column of an export is what, by its name in six languages and by what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from retention_research.events.header_words import COLUMN_WORDS, HOME_CURRENCIES, VAT_WORDS

SURE, LIKELY, WEAK = 1.0, 0.7, 0.4
LEAST = 0.3
MOSTLY = 0.8  # of the filled rows, to say what a column holds

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
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    known: Mapping[str, ColumnGuess] | None = None,
) -> Mapping[str, ColumnGuess]:
    """Guess the columns of a transactions table.

    Args:
        header: their names.
        rows: some rows as text.
        known: what is settled already, by canonical name.

    Returns:
        Canonical name to the guess; names without a likely column are left out.

    Example:
        >>> guess_columns(["Kunde", "Datum"], [["7", "05.01.2024"]])["timestamp"].column
        'Datum'
    """
    held = _held(header, rows)
    scored = sorted(
        (
            (-_score(ours, theirs, texts)[0], i, ours, theirs)
            for ours in COLUMN_WORDS
            for i, (theirs, texts) in enumerate(held.items())
        ),
    )
    chosen = dict(known or {})
    for minus, _, ours, theirs in scored:
        taken = any(guess.column == theirs for guess in chosen.values())
        if -minus >= LEAST and ours not in chosen and not taken:
            chosen[ours] = ColumnGuess(theirs, -minus, _score(ours, theirs, held[theirs])[1])
    return {ours: chosen[ours] for ours in (*COLUMN_WORDS, *chosen) if ours in chosen}


def _held(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    return {name: [row[i].strip() for row in rows if i < len(row)] for i, name in enumerate(header)}


def money_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Names of the columns that hold numbers or amounts.

    Example:
        >>> money_columns(["Kunde", "Betrag"], [["Ann", "1,50 €"], ["Bob", "2,00 €"]])
        ['Betrag']
    """
    filled = {name: [text for text in texts if text] for name, texts in _held(header, rows).items()}
    return [name for name, texts in filled.items() if _is_money(texts) >= MOSTLY]


def is_named(name: str, words: Iterable[str]) -> bool:
    """Whether a column's name is, or holds, one of the words.

    Example:
        >>> is_named("Kwota_brutto (PLN)", ["brutto"]), is_named("network", ["net"])
        (True, False)
    """
    held = f" {_folded(name)} "
    return any(f" {_folded(word)} " in held for word in words)


def vat_of(name: str) -> str | None:
    """What a column's name says about VAT: "included", "excluded" or nothing.

    Example:
        >>> vat_of("Kwota brutto"), vat_of("Total excl. VAT"), vat_of("Total")
        ('included', 'excluded', None)
    """
    said = [vat for vat, words in VAT_WORDS.items() if is_named(name, words)]
    return said[0] if len(said) == 1 else None


def home_currency(header: Sequence[str]) -> str | None:
    """The currency of the country whose shops name columns so; None where headings do not tell.

    Example:
        >>> home_currency(["Klient", "Data zamówienia", "Kwota"]), home_currency(["date"])
        ('PLN', None)
    """
    names = [_folded(name) for name in header]
    hits = {
        currency: sum(any(stem in name for stem in stems) for name in names)
        for currency, stems in HOME_CURRENCIES.items()
    }
    best = [currency for currency, n in hits.items() if n and n == max(hits.values())]
    return best[0] if len(best) == 1 else None


def _score(ours: str, theirs: str, texts: Sequence[str]) -> tuple[float, str]:
    by_name, reason = _by_name(ours, theirs)
    filled = [text for text in texts if text]
    if ours == "timestamp":
        return _with_content(by_name, reason, _share(_DATE, filled), "holds dates")
    if ours == "amount":
        is_money = _is_money(filled)
        decimals = sum(bool(_DECIMALS.search(text)) for text in filled)
        held = "holds amounts" if decimals * 2 > len(filled) else ""
        return _with_content(by_name, reason, is_money, held)
    return by_name, reason


def _with_content(by_name: float, reason: str, share: float, held: str) -> tuple[float, str]:
    if share < MOSTLY:
        return 0.0, ""
    if by_name:
        return by_name, ", ".join(filter(None, [reason, held]))
    return (WEAK, held) if held else (0.0, "")


def _is_money(texts: Sequence[str]) -> float:
    return _share(_MONEY, texts) * (1 - _share(_DATE, texts))


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

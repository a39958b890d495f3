"""Comments as the words that can carry a theme: bounded, without markup, links and numbers."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log

from retention_research.models.themes.stop_words import stop_words, without_marks

LONGEST = 2_000  # characters of a comment that are read

_NOISE = re.compile(
    r"<[^<>]{0,300}>"  # markup
    r"|&#?\w{1,10};"
    r"|\b(?:https?://|www\.)\S{1,500}"
    r"|\S{1,100}@\S{1,100}",  # addresses are personal data
    re.IGNORECASE,
)
_APOSTROPHE = re.compile("['\u2019\u02bc`]")  # don't is one word, п'ять too
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{1,30}(?![^\W_])")
_SHORTEST = 3  # letters of a word that can carry a theme


def words_of(comments: Sequence[str]) -> list[list[str]]:
    """The words of each comment that can carry a theme, in order.

    Args:
        comments: as customers wrote them, in any language; only the first 2,000 characters count.

    Returns:
        Small letters, 3 to 30 of them a word; no markup, addresses, numbers or stop words.

    Example:
        >>> words_of(["<b>Dostawa</b> była za późno, pisz: jan@example.org 600100200"])
        [['dostawa', 'późno', 'pisz']]
    """
    stops = frozenset().union(*stop_words().values())
    return [[w for w in _all_words(comment) if _carries(w, stops)] for comment in comments]


def _all_words(comment: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", comment[:LONGEST]).casefold()
    return _WORD.findall(_APOSTROPHE.sub("", _NOISE.sub(" ", plain)))


def _carries(word: str, stops: frozenset[str]) -> bool:
    return len(word) >= _SHORTEST and without_marks(word) not in stops


def languages_of(comments: Sequence[str]) -> list[str]:
    """The language of each comment, told by its small words, or else by groups of letters.

    Args:
        comments: as customers wrote them.

    Returns:
        A language of `stop_words` for each, the nearest for other languages; "" where nothing
        tells.

    Example:
        >>> languages_of(["The parcel was late", "Paczka przyszła za późno", "???"])
        ['English', 'Polish', '']
    """
    known = stop_words()
    words = [[without_marks(word) for word in _all_words(comment)] for comment in comments]
    near = [_by_small_words(found, known) for found in words]
    profiles = _profiles(words, near, known)
    return [_by_letters(*row, profiles) for row in zip(words, near, strict=True)]


def _by_small_words(words: list[str], known: Mapping[str, frozenset[str]]) -> list[str]:
    """The languages with most of the words; none where there is no word."""
    counts = {language: len(small.intersection(words)) for language, small in known.items()}
    return [name for name, count in counts.items() if words and count == max(counts.values())]


def _letters(words: Iterable[str]) -> Counter[str]:
    padded = (f" {word} " for word in words)
    return Counter(word[i : i + 3] for word in padded for i in range(len(word) - 2))


def _profiles(
    words: list[list[str]], near: list[list[str]], known: Mapping[str, frozenset[str]]
) -> dict[str, Counter[str]]:
    """Groups of three letters in small words, and in comments of which one language is near."""
    profiles = {language: _letters(small) for language, small in known.items()}
    for languages, found in zip(near, words, strict=True):
        if len(languages) == 1:
            profiles[languages[0]].update(_letters(found))
    return profiles


def _by_letters(words: list[str], near: list[str], profiles: Mapping[str, Counter[str]]) -> str:
    """The near language whose letters make the words likeliest (naive Bayes, one added)."""
    if len(near) < 2:
        return "".join(near)
    mine = _letters(words)
    scores = {
        language: sum(
            count * log((profiles[language][group] + 1) / (profiles[language].total() + 1))
            for group, count in mine.items()
        )
        for language in near
    }
    return max(scores, key=lambda language: scores[language])

"""Comments as the words that can carry a theme: bounded, without markup, links and numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from retention_research.models.stop_words import stop_words, without_marks

LONGEST = 2_000  # characters of a comment that are read

_NOISE = re.compile(
    r"<[^<>]{0,300}>"  # markup
    r"|&#?\w{1,10};"
    r"|\b(?:https?://|www\.)\S{1,500}"
    r"|\S{1,100}@\S{1,100}",  # addresses are personal data
    re.IGNORECASE,
)
_APOSTROPHE = re.compile("['\u2019\u02bc`]")  # don't is one word, п'ять too
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{3,30}(?![^\W_])")


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
    stops = stop_words()
    return [_words(comment[:LONGEST], stops) for comment in comments]


def _words(comment: str, stops: frozenset[str]) -> list[str]:
    plain = _NOISE.sub(" ", unicodedata.normalize("NFKC", comment).casefold())
    words = _WORD.findall(_APOSTROPHE.sub("", plain))
    return [word for word in words if without_marks(word) not in stops]

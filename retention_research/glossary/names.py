"""Slugs: what levels of a segment are called inside the names of values."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_WITHOUT_MARK = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe"})
_DIGITS = 6  # of a hash that stands for letters without a Latin one


def slug(text: str) -> str:
    """A text as part of a value's name: lower-case letters, digits, - and _.

    Letters that have no Latin one to stand for them are told apart by a short hash of the text.

    Example:
        >>> slug("At risk"), slug("home_region"), slug("Łódź"), slug("Київ")
        ('at-risk', 'home_region', 'lodz', 'level-4ec43f')
    """
    plain = unicodedata.normalize("NFKD", text.strip().lower().translate(_WITHOUT_MARK))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.sub(r"[^a-z0-9_]+", "-", bare).strip("-")
    lossless = words and not any(ch.isalnum() and not ch.isascii() for ch in bare)
    return words if lossless else f"{words or 'level'}-{_mark(text)}"


def slugs(levels: Iterable[str]) -> dict[str, str]:
    """Each level's slug; levels that would share one get a hash as well, so that names are unique.

    Example:
        >>> slugs(["North", "south"]), len(set(slugs(["a b", "a-b"]).values()))
        ({'North': 'north', 'south': 'south'}, 2)
    """
    plain = {level: slug(level) for level in levels}
    shared = Counter(plain.values())
    return {
        level: name if shared[name] == 1 else f"{name}-{_mark(level)}"
        for level, name in plain.items()
    }


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]

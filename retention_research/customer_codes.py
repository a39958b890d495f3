"""Short keyed codes that stand for customer ids on published pages."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable

from retention_research.study import Study

KEY_NAME = "RETENTION_RESEARCH_ID_KEY"
_LONGEST_KEY = hashlib.blake2b.MAX_KEY_SIZE
_BYTES = 5


def customer_codes(ids: Iterable[str], study: Study) -> list[str]:
    """The codes of customer ids; the ids themselves where the study says `show_ids: true`.

    The key is the environment's RETENTION_RESEARCH_ID_KEY, of any length, or else follows from the
    study's slug and seed. Both of these are published in run.json: without a key of its own,
    whoever has the pages and a list of ids can find out who is who.

    Args:
        ids: customer ids.
        study: its slug and seed make the key where the environment gives none.

    Returns:
        Codes of 10 characters (40 bits: two of 100,000 customers share one in 1 of 200 studies).

    Example:
        >>> from retention_research.study import read_study
        >>> len(customer_codes(["0001"], read_study("params/cdnow.yml"))[0])
        10
    """
    if study.show_ids:
        return list(ids)
    given = (os.environ.get(KEY_NAME) or f"{study.study}:{study.seed}").encode()
    key = given if len(given) <= _LONGEST_KEY else hashlib.blake2b(given).digest()
    return [hashlib.blake2b(i.encode(), key=key, digest_size=_BYTES).hexdigest() for i in ids]


def key_is_private() -> bool:
    """Whether the environment gives a key of its own.

    Example:
        >>> key_is_private() == bool(os.environ.get(KEY_NAME))
        True
    """
    return bool(os.environ.get(KEY_NAME))
